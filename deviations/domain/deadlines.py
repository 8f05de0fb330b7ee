"""What people are promised, or asked for: until when a report has had a first reply, a local action its answer and a
letter its own, and how that day was counted.
"""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

LONGEST = 365
"""The most days that an instance may promise; the least is one."""


class Promised(StrEnum):
    """What the day is about: a first reply, a local answer, a report taken up again, longer time granted, or the answer
    that a letter, or a reminder of it, asks for.
    """

    FIRST_REPLY = "first_reply"
    LOCAL_ANSWER = "local_answer"
    SNOOZE = "snooze"
    EXTENSION = "extension"
    LETTER_ANSWER = "letter_answer"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Span:
    """How long a promise runs: so many days, plain ones as the calendar counts them or Swedish working days."""

    days: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class Promises:
    """What an instance promises. The coordinator goes through the reports once a week, so nobody waits longer than that
    for a first word; a subproject has two months for what was left to it. An authority is asked to answer a letter
    within 60 working days: about the 90 days that a British regulator has for a super-complaint.
    """

    first_reply: Span = field(default=Span(7))
    local_answer: Span = field(default=Span(60))
    letter_answer: Span = field(default=Span(60, working=True))


REMINDED = Span(15, working=True)
"""What a reminder of a letter gives, unless its writer chooses another day: three weeks of work."""


@dataclass(frozen=True, slots=True)
class Due:
    """A promised day and how it was counted: from which day, by which span; a day set by a person has no span."""

    kind: Promised
    on: date
    since: date
    span: Span | None = None


def promised(kind: Promised, since: date, span: Span) -> Due:
    """The last day of a promise that began on a day. The day itself is not counted."""
    on = working_days_after(since, span.days) if span.working else since + timedelta(days=span.days)
    return Due(kind, on, since, span)


def set_by_hand(kind: Promised, on: date, since: date) -> Due:
    """A day that a person set: a report is taken up again then, or an answer was given longer time."""
    return Due(kind, on, since)


def overdue(due: date | None, today: date) -> bool:
    """Whether a promised day has gone by. On the day itself there is still time."""
    return due is not None and due < today


def working_days_after(since: date, count: int) -> date:
    """The day so many Swedish working days after a day (0 is the day itself)."""
    found = since
    for _ in range(count):
        found += timedelta(days=1)
        while not is_working_day(found):
            found += timedelta(days=1)
    return found


def is_working_day(day: date) -> bool:
    """Whether a day is none of Saturday, Sunday, a public holiday (lagen 1989:253 om allmänna helgdagar), or an eve
    that the law treats as a Sunday: midsommarafton, julafton, nyårsafton (semesterlagen 1977:480, 7 §).
    """
    return day.weekday() < 5 and day not in _free_days(day.year)


@lru_cache(maxsize=64)
def _free_days(year: int) -> frozenset[date]:
    from holidays import DE_FACTO, PUBLIC, country_holidays  # 0.2 s; only where a promise says working days

    return frozenset(country_holidays("SE", years=year, categories=(PUBLIC, DE_FACTO)))


def as_json(due: Due | None) -> str:
    """How a day was counted, as it is kept with the report; empty for none."""
    if due is None:
        return ""
    told: dict[str, object] = {"kind": due.kind, "since": due.since.isoformat()}
    if due.span is not None:
        told |= {"days": due.span.days, "working": due.span.working}
    return json.dumps(told)


def from_json(on: date | None, how: str) -> Due | None:
    """The kept day with how it was counted."""
    if on is None or not how:
        return None
    told = json.loads(how)
    span = Span(told["days"], told["working"]) if "days" in told else None
    return Due(Promised(told["kind"]), on, date.fromisoformat(told["since"]), span)
