"""What a list of reports shows: which queue, narrowed to what, in which order, from which place on; and the address
that carries it. What an address says that is none of ours counts as not said.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from deviations.domain.workflow import Kind, Queue, Status, Step

LONGEST_TEXT = 200
BIGGEST_ID = 2_147_483_647
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WHOLE = re.compile(r"-?[0-9]{1,17}", re.ASCII)

Key = datetime | date | int | None


class View(StrEnum):
    """The queues, and all reports. The values are the ones that addresses carry."""

    NEW = "nya"
    FACTS = "fakta"
    LEAD = "hos-delprojekt"
    OVERDUE = "forsenade"
    SNOOZED = "uppskjutna"
    MINE = "mina"
    ALL = "alla"


class Order(StrEnum):
    """What stands first: what was filed first or last, what is promised soonest, or what weighs most."""

    OLDEST = "aldst"
    NEWEST = "nyast"
    DUE = "lovad"
    PRIORITY = "prioritet"


VIEW_QUEUES: Mapping[View, tuple[Queue, ...]] = {
    View.NEW: (Queue.NEW,),
    View.FACTS: (Queue.FACTS,),
    View.LEAD: (Queue.LEAD,),
    View.OVERDUE: (Queue.NEW, Queue.LEAD),
    View.SNOOZED: (Queue.NEW,),
    View.MINE: tuple(Queue),
    View.ALL: (),
}
"""The queues in which all that a view shows stands; none means any, and what is in none."""

ORDERS: Mapping[View, tuple[Order, ...]] = {
    View.NEW: (Order.OLDEST, Order.NEWEST, Order.DUE, Order.PRIORITY),
    View.FACTS: (Order.OLDEST, Order.NEWEST, Order.PRIORITY),
    View.LEAD: (Order.DUE, Order.OLDEST, Order.NEWEST, Order.PRIORITY),
    View.OVERDUE: (Order.DUE, Order.OLDEST, Order.NEWEST, Order.PRIORITY),
    View.SNOOZED: (Order.DUE, Order.OLDEST, Order.NEWEST, Order.PRIORITY),
    View.MINE: (Order.DUE, Order.OLDEST, Order.NEWEST, Order.PRIORITY),
    View.ALL: (Order.NEWEST, Order.OLDEST),
}
"""The orders of each view, its usual one first. Only what is open has a promised day or needs a priority."""


@dataclass(frozen=True, slots=True)
class Place:
    """A report beside which a page begins: what it is ordered by, and its id. `before`: the page that ends there."""

    key: Key
    id: int
    before: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A list as somebody chose it; None and "" mean that nothing is narrowed."""

    view: View = View.NEW
    agency: int | None = None
    rule: int | None = None
    municipality: int | None = None
    subproject: int | None = None
    step: Step | None = None
    status: Status | None = None
    kind: Kind | None = None
    since: date | None = None
    until: date | None = None
    text: str = ""
    order: Order | None = None
    place: Place | None = None

    @property
    def sorted_by(self) -> Order:
        """The order that was chosen, or the view's usual one where it has none such."""
        return self.order if self.order in ORDERS[self.view] else ORDERS[self.view][0]

    @property
    def queues(self) -> tuple[Queue, ...]:
        """The queues in which all that the list shows stands."""
        return VIEW_QUEUES[self.view]

    @property
    def filtered(self) -> bool:
        """Whether the view is narrowed to anything."""
        return any(getattr(self, name) not in (None, "") for name in FILTERS.values())


FILTERS: Mapping[str, str] = {
    "q": "text",
    "part": "agency",
    "regel": "rule",
    "kommun": "municipality",
    "delprojekt": "subproject",
    "steg": "step",
    "status": "status",
    "slag": "kind",
    "fran": "since",
    "till": "until",
}
"""The filters' names in an address, and in `Chosen`."""

NAMES: Mapping[str, str] = {"ko": "view", **FILTERS, "ordning": "order"}
AFTER, BEFORE = "efter", "fore"


def from_address(args: Mapping[str, str], view: View = View.NEW) -> Chosen:
    """The list that an address names; `view` where it names none. Whatever can't be read is left out."""
    said = {name: found for word, name in NAMES.items() if (found := _READ[name](args.get(word, ""))) is not None}
    chosen = Chosen(**{"view": view, **said})  # type: ignore[arg-type]
    for word in (AFTER, BEFORE):
        if (place := _place(args.get(word, ""), chosen.sorted_by, before=word == BEFORE)) is not None:
            return replace(chosen, place=place)
    return chosen


def to_address(chosen: Chosen) -> dict[str, str]:
    """The address of a list, of known names only: what `from_address` reads. A view's usual order is not said."""
    found = {"ko": str(chosen.view)}
    found |= {word: str(v) for word, name in FILTERS.items() if (v := getattr(chosen, name)) not in (None, "")}
    if chosen.sorted_by is not ORDERS[chosen.view][0]:
        found["ordning"] = str(chosen.sorted_by)
    if chosen.place is not None:
        found[BEFORE if chosen.place.before else AFTER] = f"{_key(chosen.place.key)}_{chosen.place.id}"
    return found


def unread(args: Mapping[str, str]) -> tuple[str, ...]:
    """The names (of FILTERS) that an address gives a value that can't be read, so that a page can say so."""
    understood = to_address(from_address(args))
    return tuple(word for word in FILTERS if args.get(word, "").strip() and word not in understood)


def without(chosen: Chosen, name: str) -> Chosen:
    """The list without one of its filters (by its name in `Chosen`), from its beginning."""
    nothing: dict[str, Any] = {"place": None, name: "" if name == "text" else None}
    return replace(chosen, **nothing)


def _id(text: str) -> int | None:
    found = _whole(text)
    return found if found is not None and 0 < found <= BIGGEST_ID else None


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def _text(text: str) -> str | None:
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: 10 * LONGEST_TEXT])
    return " ".join(shown.split())[:LONGEST_TEXT].strip() or None


def _code(kind: type[StrEnum]) -> Callable[[str], StrEnum | None]:
    return lambda text: next((member for member in kind if member == text), None)


_READ: Mapping[str, Callable[[str], object]] = {
    "view": _code(View),
    "text": _text,
    "agency": _id,
    "rule": _id,
    "municipality": _id,
    "subproject": _id,
    "step": _code(Step),
    "status": _code(Status),
    "kind": _code(Kind),
    "since": _day,
    "until": _day,
    "order": _code(Order),
}


def _place(text: str, order: Order, *, before: bool) -> Place | None:
    said, _, last = text.rpartition("_")
    id = _id(last)
    if id is None:
        return None
    if order is Order.DUE:
        key: Key = _day(said)
        return Place(key, id, before) if key is not None or said == "0" else None
    number = _whole(said)
    if number is None:
        return None
    if order is Order.PRIORITY:
        return Place(number, id, before) if abs(number) <= BIGGEST_ID else None
    moment = _moment(number)
    return Place(moment, id, before) if moment is not None else None


def _moment(microseconds: int) -> datetime | None:
    try:
        found = _START + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
    return found if FIRST_DAY <= found.date() <= LAST_DAY else None


def _key(key: Key) -> str:
    """A place's key in an address: microseconds since 1970, a day, a number, or 0 for no day."""
    if isinstance(key, datetime):
        return str((key - _START) // _MICROSECOND)
    return "0" if key is None else str(key)
