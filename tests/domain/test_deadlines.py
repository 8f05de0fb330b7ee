"""What people are promised is counted in plain days or Swedish working days, and says how it was counted."""

from datetime import date

import pytest

from deviations.domain.deadlines import (
    Due,
    Promised,
    Promises,
    Span,
    as_json,
    from_json,
    is_working_day,
    overdue,
    promised,
    set_by_hand,
    working_days_after,
)


def test_the_first_reply_comes_within_a_week() -> None:
    assert promised(Promised.FIRST_REPLY, date(2026, 12, 28), Promises().first_reply).on == date(2027, 1, 4)


def test_a_local_action_is_answered_within_sixty_days() -> None:
    due = promised(Promised.LOCAL_ANSWER, date(2028, 1, 1), Promises().local_answer)
    assert due.on == date(2028, 3, 1)  # 2028 is a leap year


@pytest.mark.parametrize(
    ("since", "count", "on"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a weekend
        (date(2026, 12, 22), 3, date(2026, 12, 29)),  # julafton, juldagen, annandagen
        (date(2026, 12, 30), 1, date(2027, 1, 4)),  # nyårsafton to söndag
        (date(2027, 1, 5), 1, date(2027, 1, 7)),  # trettondagen
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # långfredagen to annandag påsk
        (date(2027, 5, 5), 1, date(2027, 5, 7)),  # Kristi himmelsfärdsdag, but not the day after it
        (date(2027, 6, 24), 1, date(2027, 6, 28)),  # midsommarafton
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_working_days_pass_over_weekends_holidays_and_the_eves(since: date, count: int, on: date) -> None:
    assert working_days_after(since, count) == on


def test_a_promise_in_working_days_ends_on_one() -> None:
    due = promised(Promised.FIRST_REPLY, date(2026, 12, 18), Span(5, working=True))
    assert due.on == date(2026, 12, 29)
    assert is_working_day(due.on)


def test_on_the_promised_day_itself_there_is_still_time() -> None:
    assert not overdue(date(2026, 11, 22), date(2026, 11, 22))
    assert overdue(date(2026, 11, 22), date(2026, 11, 23))
    assert not overdue(None, date(2026, 11, 23))


@pytest.mark.parametrize(
    "due",
    [
        promised(Promised.LOCAL_ANSWER, date(2026, 11, 2), Span(10, working=True)),
        set_by_hand(Promised.EXTENSION, date(2027, 2, 1), date(2026, 11, 22)),
    ],
)
def test_a_day_is_kept_with_how_it_was_counted(due: Due) -> None:
    assert from_json(due.on, as_json(due)) == due


def test_no_day_is_kept_as_none() -> None:
    assert from_json(None, as_json(None)) is None
