"""Priority is spread times harm, within bounds, and what was not told never counts for more than what was."""

from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.priority import PEOPLE, WEEKS, harm, priority

told = st.one_of(st.none(), st.integers(0, 100_000))


def test_harm_is_person_weeks_and_what_was_not_told_counts_as_one() -> None:
    assert [harm(3, 4), harm(None, 4), harm(3, None), harm(None, None), harm(0, 0)] == [12, 4, 3, 1, 1]


def test_one_report_never_outweighs_what_many_municipalities_say() -> None:
    assert harm(100_000, 5_000) == PEOPLE * WEEKS
    assert priority(100_000, 5_000, 1) < priority(10, 12, 2)


def test_each_municipality_that_says_the_same_adds_the_harm_again() -> None:
    assert [priority(2, 3, places) for places in (0, 1, 2, 5)] == [6, 6, 12, 30]


@given(told, told, st.integers(0, 290))
def test_priority_is_at_least_one_and_grows_with_each_of_its_parts(
    people: int | None, weeks: int | None, places: int
) -> None:
    found = priority(people, weeks, places)
    assert 1 <= found <= PEOPLE * WEEKS * max(places, 1)
    assert found <= priority((people or 0) + 1, weeks, places)
    assert found <= priority(people, (weeks or 0) + 1, places)
    assert found <= priority(people, weeks, places + 1)
