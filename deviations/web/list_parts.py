"""What the lists of reports share: the words of queues and orders, the filters' choices, chips and addresses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import LazyString, format_decimal, gettext, lazy_gettext

from deviations.domain.lists import (
    FILTERS,
    ORDERS,
    Chosen,
    Order,
    Place,
    View,
    from_address,
    to_address,
    unread,
    without,
)
from deviations.domain.roles import Role
from deviations.domain.workflow import Kind, Status
from deviations.extensions import db
from deviations.queries import catalogue, people
from deviations.queries.lists import More, Page
from deviations.web import labels
from deviations.web.access import me
from deviations.web.filters import day

if TYPE_CHECKING:
    from deviations.models import Municipality, Subproject

VIEWS: Mapping[View, LazyString] = {
    View.NEW: lazy_gettext("Nya"),
    View.FACTS: lazy_gettext("Väntar på fakta"),
    View.LEAD: lazy_gettext("Hos delprojekten"),
    View.OVERDUE: lazy_gettext("Försenade"),
    View.SNOOZED: lazy_gettext("Uppskjutna"),
    View.MINE: lazy_gettext("Mina"),
    View.ALL: lazy_gettext("Alla"),
}

CAPTIONS: Mapping[View, LazyString] = {
    View.NEW: lazy_gettext("Nya avvikelser att bedöma"),
    View.FACTS: lazy_gettext("Väntar på fakta från den som rapporterade"),
    View.LEAD: lazy_gettext("Hos delprojekten för lokal åtgärd"),
    View.OVERDUE: lazy_gettext("Det som var lovat till en dag som har passerat"),
    View.SNOOZED: lazy_gettext("Uppskjutna till en senare dag"),
    View.MINE: lazy_gettext("Det som väntar på dig, och det som du har satt i gång"),
    View.ALL: lazy_gettext("Alla avvikelser som du får läsa"),
}

EMPTY: Mapping[View, tuple[LazyString, LazyString]] = {
    View.NEW: (
        lazy_gettext("Kön är tom"),
        lazy_gettext("Alla avvikelser är bedömda. Titta gärna på om några av dem hör ihop."),
    ),
    View.FACTS: (lazy_gettext("Ingen fråga är obesvarad"), lazy_gettext("Det som du frågar om väntar här på svar.")),
    View.LEAD: (
        lazy_gettext("Inget ligger hos delprojekten"),
        lazy_gettext("Det som lämnas till en delprojektledare för lokal åtgärd väntar här."),
    ),
    View.OVERDUE: (lazy_gettext("Inget är försenat"), lazy_gettext("Allt som är lovat till en dag ligger i fas.")),
    View.SNOOZED: (
        lazy_gettext("Inget är uppskjutet"),
        lazy_gettext("Det som skjuts upp är tillbaka bland de nya den dag som du väljer."),
    ),
    View.MINE: (
        lazy_gettext("Inget väntar på dig"),
        lazy_gettext("Här samlas det som väntar på ditt svar eller din åtgärd, och det som du har satt i gång."),
    ),
    View.ALL: (lazy_gettext("Inga avvikelser än"), lazy_gettext("Det som kollegorna rapporterar visas här.")),
}

ORDER_WORDS: Mapping[Order, LazyString] = {
    Order.OLDEST: lazy_gettext("Äldst först"),
    Order.NEWEST: lazy_gettext("Nyast först"),
    Order.DUE: lazy_gettext("Lovad dag först"),
    Order.PRIORITY: lazy_gettext("Högst prioritet först"),
}

FILTER_WORDS: Mapping[str, LazyString] = {
    "q": lazy_gettext("Ord"),
    "part": lazy_gettext("Part"),
    "regel": lazy_gettext("Regel"),
    "kommun": lazy_gettext("Kommun"),
    "delprojekt": lazy_gettext("Delprojekt"),
    "steg": lazy_gettext("Steg i kedjan"),
    "status": lazy_gettext("Status"),
    "slag": lazy_gettext("Slag"),
    "fran": lazy_gettext("Anmäld från och med"),
    "till": lazy_gettext("Anmäld till och med"),
}

KINDS: Mapping[Kind, LazyString] = {
    Kind.DEVIATION: lazy_gettext("Avvikelse"),
    Kind.GOOD_EXAMPLE: lazy_gettext("Guldkorn"),
    Kind.SAME_HERE: lazy_gettext("Samma här"),
}

Choices = Sequence[tuple[object, object]]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: what it says, and the list without it."""

    text: str
    href: str


def asked(view: View) -> Chosen:
    """The list that this request's address names."""
    return from_address(request.args, view)


def address(endpoint: str, chosen: Chosen) -> str:
    """The address of a page about a list, built anew from what is known."""
    return f"{url_for(endpoint)}?{urlencode(to_address(chosen))}"


def count(value: int | More) -> str:
    """How many: "12", or "1 000+" where nobody counted further."""
    return f"{format_decimal(value.than)}+" if isinstance(value, More) else str(format_decimal(value))


def shared(endpoint: str, chosen: Chosen, page: Page) -> dict[str, object]:
    """What every list's page is drawn with."""
    offered = _offered()
    return {
        "chosen": chosen,
        "page": page,
        "words": FILTER_WORDS,
        "offered": offered,
        "orders": [(order, ORDER_WORDS[order]) for order in ORDERS[chosen.view]],
        "chips": list(_chips(endpoint, chosen, offered)),
        "broken": [str(FILTER_WORDS[name]) for name in unread(request.args)],
        "bare": address(endpoint, Chosen(view=chosen.view, order=chosen.order)),
        "next": _turned(endpoint, chosen, page.next),
        "previous": _turned(endpoint, chosen, page.previous),
    }


def _turned(endpoint: str, chosen: Chosen, place: Place | None) -> str | None:
    return address(endpoint, replace(chosen, place=place)) if place is not None else None


def _offered() -> dict[str, Choices]:
    """What can be chosen in each filter's list."""
    session = db.session
    own = people.own_subprojects(session, me())
    return {
        "part": [(agency.id, agency.short_name) for agency in catalogue.agencies(session)],
        "regel": [(rule.id, f"{rule.code} {rule.name}") for rule in catalogue.rules(session)],
        "kommun": [(town.id, town.name) for town in _municipalities(own)],
        "delprojekt": [(place.id, place.name) for place in own],
        "steg": list(labels.STEPS.items()),
        "status": [(status, word) for status, word in labels.STATUSES.items() if status is not Status.DRAFT],
        "slag": list(KINDS.items()),
    }


def _municipalities(places: Sequence["Subproject"]) -> list["Municipality"]:
    """The municipalities of some subprojects, in Swedish order; all for the coordinator where none is set."""
    near = {town.id for place in places for town in place.municipalities}
    everything = catalogue.municipalities(db.session)
    return [town for town in everything if town.id in near or (not near and me().has(Role.COORDINATOR))]


def _chips(endpoint: str, chosen: Chosen, offered: Mapping[str, Choices]) -> list[Chip]:
    found = []
    for name, field in FILTERS.items():
        value = getattr(chosen, field)
        if value in (None, ""):
            continue
        text = f"{FILTER_WORDS[name]}: {_shown(name, value, offered)}"
        found.append(Chip(text, address(endpoint, without(chosen, field))))
    return found


def _shown(name: str, value: object, offered: Mapping[str, Choices]) -> str:
    """A filter's value in words; what the list does not offer may be another's, and gets no name."""
    write: Callable[[object], str] = day if name in ("fran", "till") else str  # type: ignore[assignment]
    if name not in offered:
        return write(value)
    return str(next((text for known, text in offered[name] if known == value), gettext("okänt val")))
