"""How long things are kept is counted in calendar months, and what is told of what goes gives no small count away."""

from datetime import date, timedelta
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain import retention
from deviations.domain.retention import SPANS, Erasable, Found, Thing, before, summary

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (DAY, 12, date(2025, 11, 22)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 1), 36, date(2023, 12, 1)),
    ],
)
def test_months_are_counted_back_in_the_calendar(today: date, months: int, day: date) -> None:
    assert before(today, months) == day


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 600))
def test_more_months_never_take_more(today: date, months: int) -> None:
    assert before(today, months + 1) < before(today, months) < today
    assert before(today + timedelta(days=1), months) >= before(today, months)


def things(*where: tuple[str, int, int], kind: str = "deviation") -> tuple[Thing, ...]:
    """So many reports of a place, done in a year."""
    told = [(place, year) for place, year, count in where for _ in range(count)]
    return tuple(Thing(number, kind, date(year, 5, 1), place) for number, (place, year) in enumerate(told))


def found(what: Erasable, told: tuple[Thing, ...], waiting: int = 0) -> Found:
    return Found(what, DAY, told, waiting)


def test_few_reports_are_told_as_few_and_without_a_day() -> None:
    told = summary(found(Erasable.REPORT_TEXTS, things(("Söder", 2021, 3)), waiting=2))
    assert (told.total, told.oldest, told.newest, told.waiting) == ("färre än 5", None, None, "färre än 5")
    assert told.places == [("Söder", "färre än 5")]


def test_a_small_place_can_not_be_worked_out_from_the_total() -> None:
    told = summary(found(Erasable.REPORT_TEXTS, things(("Söder", 2021, 12), ("Norr", 2021, 7), ("Väst", 2022, 2))))
    assert told.total == "20–24"
    assert dict(told.places) == {"Norr": "uppgift visas inte", "Söder": "10–14", "Väst": "uppgift visas inte"}
    assert dict(told.years) == {"2021": "uppgift visas inte", "2022": "uppgift visas inte"}
    assert (told.oldest, told.newest) == (date(2021, 5, 1), date(2022, 5, 1))


def test_two_previews_never_tell_how_few_reports_lie_between_them() -> None:
    """Months and days can be tried one after the other: what is told fits another number of reports between as well."""

    def told(count: int) -> tuple[object, ...]:
        one = summary(found(Erasable.REPORT_TEXTS, things(("Söder", 2021, count)), waiting=count))
        counted = retention.told_counts(Erasable.NOTES, {"notes": count})
        return one.total, tuple(one.kinds), tuple(one.years), tuple(one.places), one.waiting, tuple(counted)

    said = [told(count) for count in range(60)]
    fitting: dict[object, set[int]] = {}
    for fewer, more in combinations_with_replacement(range(60), 2):
        fitting.setdefault((said[fewer], said[more]), set()).add(more - fewer)
    few = {key: fits for key, fits in fitting.items() if fits & {1, 2, 3, 4}}
    assert len(few) > 20
    assert all(len(fits) > 3 for fits in few.values())


def test_no_day_is_told_of_the_oldest_and_the_newest() -> None:
    days = (date(2021, 5, 17), date(2022, 1, 31), *(date(2021, 8, day) for day in range(1, 9)))
    done = tuple(Thing(number, "deviation", day, "Söder") for number, day in enumerate(days))
    told = summary(found(Erasable.REPORT_TEXTS, done))
    assert (told.oldest, told.newest) == (date(2021, 5, 1), date(2022, 1, 1))


def test_accounts_and_addresses_are_told_as_they_are() -> None:
    told = summary(found(Erasable.ACCOUNTS, things(("", 2022, 1), kind="account")))
    assert (told.total, told.kinds, told.places, told.oldest) == ("1", [("account", "1")], [], date(2022, 5, 1))


def test_the_key_differs_as_soon_as_anything_else_would_go() -> None:
    one, other = things(("Söder", 2021, 1)), things(("Söder", 2021, 2))
    keys = {
        found(Erasable.NOTES, one).key,
        found(Erasable.REPORT_TEXTS, one).key,
        found(Erasable.REPORT_TEXTS, other).key,
        Found(Erasable.REPORT_TEXTS, DAY + timedelta(days=1), one).key,
    }
    assert len(keys) == 4


def test_what_a_run_counted_is_told_alike() -> None:
    counts = {"report_texts": 3, "step_texts": 2}
    assert dict(retention.told_counts(Erasable.REPORT_TEXTS, counts)) == dict.fromkeys(counts, "färre än 5")
    assert retention.told_counts(Erasable.MAIL, {"mails": 3}) == [("mails", "3")]


def test_each_kind_has_a_span_that_a_form_can_begin_with() -> None:
    assert set(SPANS) == set(Erasable)
    assert all(0 < span.shortest <= span.usual <= retention.LONGEST and span.most > 0 for span in SPANS.values())


def test_the_address_of_nobody_is_known_again_and_no_ones_own() -> None:
    assert retention.is_nobody(retention.address_of_nobody(7))
    assert retention.address_of_nobody(7) != retention.address_of_nobody(77)
    assert not retention.is_nobody("gallrat-7@example.org")
