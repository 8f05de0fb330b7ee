"""When a barrier recurs: exactly at its thresholds, within its months, and counted without doubles."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.recurrence import (
    Counts,
    Fired,
    Policies,
    Policy,
    Scope,
    Standing,
    months_before,
    nearest,
)

TODAY = date(2026, 11, 21)
DEFAULT = Policy()


def standing(*counts: int, policy: Policy = DEFAULT, program: int | None = 1) -> Standing:
    """Against a policy: deviations, municipalities, subprojects, associations."""
    return Standing(Scope(program, policy), date(2025, 11, 21), Counts(*counts))


JUST_ENOUGH = standing(5, 3, 2, 1)


def test_the_default_is_that_of_the_programme() -> None:
    assert (DEFAULT.municipalities, DEFAULT.deviations, DEFAULT.subprojects, DEFAULT.months) == (3, 5, 2, 12)
    assert DEFAULT.associations == 1
    assert Policy.from_dict(DEFAULT.as_dict()) == DEFAULT


def test_thresholds_that_were_stored_before_there_were_associations_are_read() -> None:
    assert Policy.from_dict({"municipalities": 4, "version": 3}) == Policy(municipalities=4)


def test_the_policy_is_reached_exactly_when_each_threshold_is() -> None:
    assert JUST_ENOUGH.reached
    assert JUST_ENOUGH.missing == ()
    assert JUST_ENOUGH.parts == (
        ("deviations", 5, 5),
        ("municipalities", 3, 3),
        ("subprojects", 2, 2),
        ("associations", 1, 1),
    )


@pytest.mark.parametrize(
    ("counts", "missing"),
    [
        ((4, 3, 2, 1), (("deviations", 1),)),
        ((40, 2, 2, 1), (("municipalities", 1),)),
        ((5, 3, 1, 1), (("subprojects", 1),)),
        ((2, 1, 2, 1), (("deviations", 3), ("municipalities", 2))),
    ],
)
def test_one_threshold_too_few_does_not_reach_it(counts: tuple[int, ...], missing: tuple[tuple[str, int], ...]) -> None:
    assert not standing(*counts).reached
    assert standing(*counts).missing == missing


def test_one_program_is_measured_once_and_several_also_together() -> None:
    own = Policy(deviations=9)
    one, several = Policies(DEFAULT, {}).scopes([7]), Policies(DEFAULT, {8: own}).scopes([8, 7])
    assert one == [Scope(7, DEFAULT)]
    assert several == [Scope(7, DEFAULT), Scope(8, own), Scope(None, DEFAULT)]
    assert Policies(DEFAULT).scopes([]) == [Scope(None, DEFAULT)]


def test_the_nearest_standing_is_the_one_that_is_reached_or_furthest_on_the_way() -> None:
    far, near = standing(1, 1, 1, 1), standing(4, 3, 2, 1, program=None)
    assert nearest([far, near]) is near
    assert nearest([near, JUST_ENOUGH, far]) is JUST_ENOUGH


def test_what_fired_is_read_again_as_it_was() -> None:
    assert Fired.from_json(JUST_ENOUGH.why(TODAY)) == Fired(DEFAULT, Counts(5, 3, 2, 1), 1)


def test_what_fired_before_programs_had_their_own_thresholds_is_read_too() -> None:
    old = {
        "since": "2025-01-01", "deviations": 8, "municipalities": 3, "subprojects": 2,
        "policy": {"municipalities": 3, "deviations": 5, "subprojects": 2, "months": 12},
    }  # fmt: skip
    assert Fired.from_dict(old) == Fired(DEFAULT, Counts(8, 3, 2, 0))
    assert Fired.from_json("") is None
    assert Fired.from_dict({"letter": 3}) is None


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 21), 12, date(2025, 11, 21)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2024, 2, 29), 48, date(2020, 2, 29)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2026, 5, 31), 120, date(2016, 5, 31)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_are_counted_back_to_the_same_day_or_the_months_last(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_counting_back_lands_in_the_right_month(day: date, months: int) -> None:
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day == day.day or (before + timedelta(days=1)).day == 1


def test_nearness_is_that_of_the_threshold_furthest_away() -> None:
    assert standing().nearness == 0
    assert JUST_ENOUGH.nearness == 1
    assert standing(2, 2, 2, 1).nearness == pytest.approx(2 / 5)


def test_more_than_enough_is_no_nearer_than_enough() -> None:
    assert standing(20, 12, 8, 4).nearness == 1


@pytest.mark.parametrize(("counts", "near"), [((3, 2, 2, 1), True), ((2, 3, 2, 1), False), ((5, 3, 2, 1), False)])
def test_a_barrier_is_near_from_three_fifths_of_the_way_until_it_is_there(counts: tuple[int, ...], near: bool) -> None:
    assert standing(*counts).near is near
