"""How often suggestions were right: months, shares that say something, and what chance alone would give."""

from datetime import date
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.hits import Outcome, Tally, better_by_chance, by_month, interval, tally


def placed(on: date, place: int | None = 1, *, looked_new: bool = False) -> Outcome:
    return Outcome(on, place, was_new=False, looked_new=looked_new)


MAY, AUGUST = date(2026, 5, 4), date(2026, 8, 31)


def test_reports_of_known_and_of_new_barriers_are_counted_apart() -> None:
    outcomes = [
        placed(MAY),
        placed(MAY, 3),
        placed(MAY, None, looked_new=True),
        Outcome(MAY, None, was_new=True, looked_new=True),
        Outcome(MAY, None, was_new=True, looked_new=False),
    ]
    assert tally(outcomes) == Tally(known=3, first=1, shown=2, called_new=1, new=2, seen_new=1)


def test_a_month_in_which_nothing_was_placed_stands_between_the_others() -> None:
    months = by_month([placed(AUGUST), placed(MAY), placed(AUGUST, 2)])
    assert [(month, one.known, one.first) for month, one in months.items()] == [
        ((2026, 5), 1, 1),
        ((2026, 6), 0, 0),
        ((2026, 7), 0, 0),
        ((2026, 8), 2, 1),
    ]


def test_months_go_on_over_the_new_year() -> None:
    assert list(by_month([placed(date(2025, 12, 31)), placed(date(2026, 1, 1))])) == [(2025, 12), (2026, 1)]


def test_nothing_placed_has_no_months() -> None:
    assert by_month([]) == {}


def test_nine_reports_say_nothing_and_ten_do() -> None:
    assert not tally([placed(MAY)] * 9).says_something
    assert tally([placed(MAY)] * 10).says_something


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (34, 41, 0.6874, 0.9147), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    """The last row is Newcombe's example (Statistics in Medicine 17, 1998, p. 861)."""
    assert interval(right, of) == pytest.approx((low, high), abs=2e-4)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_share_lies_within_its_interval(right: int, wrong: int) -> None:
    low, high = interval(right, right + wrong)
    assert 0 <= low <= high <= 1
    if right + wrong:
        assert low <= right / (right + wrong) + 1e-12
        assert high >= right / (right + wrong) - 1e-12


@given(st.integers(0, 60), st.integers(0, 60))
def test_what_chance_gives_is_the_tail_of_tossing_a_coin(new: int, old: int) -> None:
    tosses = new + old
    tail = sum(comb(tosses, times) for times in range(new, tosses + 1)) / 2**tosses
    assert better_by_chance(new, old) == pytest.approx(tail, rel=1e-9)
