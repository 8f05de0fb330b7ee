"""What may be taken away when its time is over: by a rule that says after how long, and a recorded decision."""

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from deviations.domain import small_numbers
from deviations.domain.workflow import Kind

Rows = Sequence[tuple[str, int]]
Shown = Sequence[tuple[str, str]]


class Erasable(StrEnum):
    """The kinds of data that have a time of their own."""

    REPORT_TEXTS = "report_texts"  # of reports that are done; rule, place and day stay, so that counts hold
    NOTES = "notes"  # internal notes on reports and barriers that are done
    ACCOUNTS = "accounts"  # name and address of accounts that were closed
    MAIL = "mail"  # to whom which mail went
    SOURCES = "sources"  # network addresses in the audit log, of logins and of links' uses


@dataclass(frozen=True, slots=True)
class Span:
    """How few months a decision may say, and how many the form begins with: both are ours, no law names them. `most`
    things of the kind go at one press, the oldest first, as nobody else can write meanwhile.
    """

    shortest: int
    usual: int
    most: int


SPANS: Mapping[Erasable, Span] = {
    # "Does it work now?" is asked four weeks on and answered within ninety days: half a year lies beyond that.
    # A press of 500 holds SQLite's only write lock for one and a half seconds; others wait for it five seconds at most.
    Erasable.REPORT_TEXTS: Span(6, 36, 500),
    Erasable.NOTES: Span(6, 24, 10_000),
    Erasable.ACCOUNTS: Span(3, 24, 500),
    Erasable.MAIL: Span(3, 12, 50_000),
    # Who came from where is what a personal data breach is looked into with, which often shows late.
    Erasable.SOURCES: Span(3, 12, 100_000),
}
LONGEST = 600

ABOUT_REPORTS = frozenset((Erasable.REPORT_TEXTS, Erasable.NOTES))
"""The kinds whose small counts are hidden from who carries the rule out: an administrator reads no report."""

MASK_AFTER = 12
"""Months after which somebody who has left is no longer named, unless the instance has chosen another number."""

TITLES: Mapping[Kind, str] = {
    Kind.DEVIATION: "Gallrad avvikelse",
    Kind.GOOD_EXAMPLE: "Gallrat guldkorn",
    Kind.SAME_HERE: "Gallrad avvikelse",
}
"""What stands where the title of a report stood."""

GONE = "Gallrad text"
"""What stands where another text stood that can't be empty."""

NOBODY = "Gallrat konto"
"""What stands where the name of an account stood."""


def address_of_nobody(account: int) -> str:
    """What stands where an account's address stood: no mail leads there (RFC 2606), and no two are the same."""
    return f"gallrat-{account}@konto.invalid"


def is_nobody(address: str) -> bool:
    """Whether an account's name and address were taken away."""
    return address.startswith("gallrat-") and address.endswith("@konto.invalid")


def before(today: date, months: int) -> date:
    """The day so many months ago, the month's last where it has no such day: what is older has had its time."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing whose time is over: since when it is done, of which kind, and where it belongs."""

    id: int
    kind: str
    since: date
    place: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """All that a rule would take away now: what is older than `before`. `waiting` are reports that it would take if no
    letter under way rested on them, `later` what is left for another press.
    """

    what: Erasable
    before: date
    things: tuple[Thing, ...]
    waiting: int = 0
    later: int = 0

    @property
    def key(self) -> str:
        """A text that is another one as soon as anything else would go."""
        return " ".join((self.what, self.before.isoformat(), *(f"{one.kind}:{one.id}" for one in self.things)))

    @property
    def count(self) -> int:
        """How many things."""
        return len(self.things)


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of that before it goes. Of reports no count of 1 to 4 is told, nor can be worked out (not from two
    summaries of neighbouring months or days either: other counts are told as one of five), and no month where there
    are so few. `oldest` and `newest` are the first days of their months: no day is told.
    """

    total: str
    kinds: Shown
    years: Shown
    places: Shown
    oldest: date | None
    newest: date | None
    waiting: str


def summary(found: Found) -> Summary:
    """What the page shows of what would go."""
    things = found.things
    tables = [
        _counted(one.kind for one in things),
        _counted(str(one.since.year) for one in things),
        _counted(one.place for one in things if one.place),
    ]
    hides = found.what in ABOUT_REPORTS
    few = hides and small_numbers.is_small(found.count)
    months = [one.since.replace(day=1) for one in things if not few]
    kinds, years, places = (_hidden(rows) if hides else _plain(rows) for rows in tables)
    total = _total(found.count, tables) if hides else str(found.count)
    waiting = small_numbers.rounded(found.waiting) if hides else str(found.waiting)
    return Summary(total, kinds, years, places, min(months, default=None), max(months, default=None), waiting)


def _total(count: int, tables: Iterable[Rows]) -> str:
    exact = small_numbers.total(count, *tables)
    return small_numbers.rounded(count) if exact == small_numbers.shown(count) else exact


def _hidden(rows: Rows) -> Shown:
    """The rows as `small_numbers.hide` tells them, with what it tells exactly told as one of five."""
    hidden = zip(small_numbers.hide(rows), rows, strict=True)
    return [
        (name, small_numbers.rounded(count) if told == small_numbers.shown(count) else told)
        for (name, told), (_, count) in hidden
    ]


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items())


def _plain(rows: Rows) -> list[tuple[str, str]]:
    return [(name, str(count)) for name, count in rows]


def told_counts(what: Erasable, counts: Mapping[str, int]) -> Shown:
    """How many of what went, as it may be told afterwards."""
    rows = sorted(counts.items())
    return _hidden(rows) if what in ABOUT_REPORTS else _plain(rows)
