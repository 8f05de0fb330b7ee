"""When a barrier recurs: exactly at its thresholds, within its months, and counted without doubles."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.facts import Fact
from deviations.domain.recurrence import Policy, months_before, standing

TODAY = date(2026, 11, 21)
DEFAULT = Policy()


def facts(*places: tuple[str, str], on: date | None = TODAY) -> list[Fact]:
    """One report for each pair of municipality and subproject."""
    return [
        Fact(str(number), "Titel", "Text", municipality=town, subproject=home, on=on)
        for number, (town, home) in enumerate(places)
    ]


FIVE_IN_THREE = facts(("Haninge", "S"), ("Haninge", "S"), ("Täby", "N"), ("Täby", "N"), ("Botkyrka", "V"))


def test_the_default_is_that_of_the_programme() -> None:
    assert (DEFAULT.municipalities, DEFAULT.deviations, DEFAULT.subprojects, DEFAULT.months) == (3, 5, 2, 12)
    assert Policy(**DEFAULT.as_dict()) == DEFAULT


def test_the_policy_is_reached_exactly_when_each_threshold_is() -> None:
    assert standing(FIVE_IN_THREE, DEFAULT, TODAY).reached
    assert standing(FIVE_IN_THREE, DEFAULT, TODAY).parts == (
        ("deviations", 5, 5),
        ("municipalities", 3, 3),
        ("subprojects", 3, 2),
    )


@pytest.mark.parametrize("missing", range(5))
def test_one_report_too_few_does_not_reach_it(missing: int) -> None:
    fewer = FIVE_IN_THREE[:missing] + FIVE_IN_THREE[missing + 1 :]
    assert not standing(fewer, DEFAULT, TODAY).reached


def test_many_reports_from_two_municipalities_do_not_reach_it() -> None:
    assert not standing(facts(*[("Haninge", "S"), ("Täby", "N")] * 20), DEFAULT, TODAY).reached


def test_many_municipalities_of_one_subproject_do_not_reach_it() -> None:
    one_home = facts(*[(town, "S") for town in ("Haninge", "Tyresö", "Nynäshamn", "Haninge", "Tyresö")])
    told = standing(one_home, DEFAULT, TODAY)
    assert (told.municipalities, told.deviations, told.subprojects) == (3, 5, 1)
    assert not told.reached


def test_reports_without_a_day_are_left_out() -> None:
    assert standing(facts(("Haninge", "S"), on=None), DEFAULT, TODAY).deviations == 0


def test_reports_without_a_municipality_count_as_reports_only() -> None:
    told = standing(facts(("", "")), DEFAULT, TODAY)
    assert (told.deviations, told.municipalities, told.subprojects) == (1, 0, 0)


@pytest.mark.parametrize(
    ("on", "counted"),
    [
        (date(2025, 11, 21), 0),  # a year ago to the day has run out
        (date(2025, 11, 22), 1),
        (TODAY, 1),
        (date(2026, 11, 22), 0),  # tomorrow has not been
    ],
)
def test_the_window_is_twelve_months_up_to_today(on: date, counted: int) -> None:
    assert standing(facts(("Haninge", "S"), on=on), DEFAULT, TODAY).deviations == counted


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
    assert standing([], DEFAULT, TODAY).nearness == 0
    assert standing(FIVE_IN_THREE, DEFAULT, TODAY).nearness == 1
    two_of_five = standing(facts(("Haninge", "S"), ("Täby", "N")), DEFAULT, TODAY)
    assert two_of_five.nearness == pytest.approx(2 / 5)


def test_more_than_enough_is_no_nearer_than_enough() -> None:
    assert standing(FIVE_IN_THREE * 4, DEFAULT, TODAY).nearness == 1
