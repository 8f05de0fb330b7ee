"""The address of the audit log's page, read kindly: what can't be read counts as not asked for, and is named."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from deviations.domain.log import LogChosen, LogKind
from deviations.forms.fields import optional_id

_NUMBER = re.compile(r"[A-Za-z0-9ÅÄÖåäö_-]{1,40}\Z")
YEARS = range(2000, 2101)


def asked(args: Mapping[str, str], nouns: Collection[str]) -> tuple[LogChosen, list[str]]:
    """What the address asks to see, and the names of its parts that could not be read. A number needs its noun."""
    noun = args.get("sak") if args.get("sak") in nouns else None
    number = args.get("nr", "").strip()
    chosen = LogChosen(
        person=_id(args.get("person")),
        kind=LogKind(args["slag"]) if args.get("slag") in set(LogKind) else None,
        noun=noun,
        number=number if noun and _NUMBER.match(number) else None,
        since=_day(args.get("fran")),
        until=_day(args.get("till")),
    )
    broken = [name for name in NAMES if args.get(name, "").strip() and name not in chosen.told()]
    return chosen, broken


NAMES = ("person", "slag", "sak", "nr", "fran", "till")


def _id(text: str | None) -> int | None:
    try:
        return optional_id(text)
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.year in YEARS else None
