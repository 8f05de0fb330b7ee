"""Did it help: the rate ratio with its exact interval, checked against published figures and by its own definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.effect import Change, Counted, Verdict, change, tellable


def test_it_gives_the_figures_of_rs_poisson_test() -> None:
    """R's own example: poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)) prints 1.971488, 0.8584264 to 4.2772659."""
    found = change(before=Counted(21, 3011), after=Counted(11, 800))
    assert found.ratio == pytest.approx(1.971488, abs=1e-6)
    assert found.high is not None
    assert (found.low, found.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)
    assert found.verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (Counted(20, 60), Counted(2, 60), Verdict.LESS),
        (Counted(2, 60), Counted(20, 60), Verdict.MORE),
        (Counted(20, 60), Counted(2, 6), Verdict.UNSURE),  # as often as before; only the activity is less
        (Counted(20, 60), Counted(0, 0), Verdict.UNSURE),
        (Counted(0, 60), Counted(0, 60), Verdict.UNSURE),
        (Counted(4, 40), Counted(0, 10), Verdict.UNSURE),  # too few reports since to say anything
        (Counted(20, 100), Counted(0, 100), Verdict.LESS),
    ],
)
def test_it_says_no_more_than_the_numbers_bear(before: Counted, after: Counted, verdict: Verdict) -> None:
    assert change(before, after).verdict is verdict


def test_a_quiet_time_is_not_taken_for_a_barrier_that_is_gone() -> None:
    halved = change(Counted(20, 100), Counted(10, 50))
    assert halved.ratio == 1


def test_a_barrier_that_was_not_met_before_has_no_ratio_but_a_lower_limit() -> None:
    found = change(Counted(0, 50), Counted(9, 50))
    assert (found.ratio, found.high, found.verdict) == (None, None, Verdict.MORE)


counts = st.integers(0, 400).flatmap(lambda all: st.integers(0, all).map(lambda about: Counted(about, all)))


@given(before=counts, after=counts)
def test_the_estimate_lies_in_its_interval_and_turning_time_turns_it_round(before: Counted, after: Counted) -> None:
    there, back = change(before, after), change(after, before)
    if there.ratio is None:
        return
    assert there.low <= there.ratio
    assert there.high is None or there.ratio <= there.high
    if back.high is not None and there.low > 0:
        assert there.low == pytest.approx(1 / back.high, rel=1e-6)
    if there.verdict is Verdict.LESS:
        assert back.verdict is Verdict.MORE or back.ratio is None


def _poisson(count: int, expected: float) -> float:
    return math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))


@pytest.mark.parametrize(
    ("rate", "ratio", "n_before", "n_after"), [(0.1, 1.0, 60, 60), (0.1, 0.4, 120, 50), (0.05, 2.5, 40, 90)]
)
def test_the_interval_holds_the_truth_at_least_as_often_as_it_says(
    rate: float, ratio: float, n_before: int, n_after: int
) -> None:
    """Summed over all that can happen, not simulated: the coverage of an exact interval is never below its level."""
    covered = 0.0
    for x in range(41):
        for y in range(41):
            found = change(Counted(x, n_before), Counted(y, n_after))
            if found.low <= ratio and (found.high is None or ratio <= found.high):
                covered += _poisson(x, rate * n_before) * _poisson(y, ratio * rate * n_after)
    assert 0.95 <= covered < 0.995


def test_figures_with_a_small_count_in_them_stay_where_they_are() -> None:
    assert tellable([Counted(12, 40), Counted(0, 9)])
    assert not tellable([Counted(12, 40), Counted(3, 40)])
    assert not tellable([Counted(12, 15)])  # three others are left
    assert not tellable([Counted(0, 2)])


def test_more_reports_about_a_barrier_than_there_are_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="part of all"):
        Counted(3, 2)


def test_a_change_without_an_upper_end_is_never_called_less() -> None:
    assert Change(None, 0.0, None).verdict is Verdict.UNSURE
