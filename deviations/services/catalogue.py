"""Loads the reference data that ships with the program. What is there already is left as people have edited it."""

import csv
from collections.abc import Iterator
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.facts import RuleCard
from deviations.domain.parties import EXTRA, codes
from deviations.models import Agency, Association, GlossaryTerm, Municipality, Rule


def load(session: Session) -> dict[str, int]:
    """Adds what is missing of the reference data, and returns how many rows of each kind were added.

    Loading twice changes nothing.
    """
    added = {
        "municipalities": _municipalities(session),
        "associations": _associations(session),
        "agencies": _agencies(session),
    }
    added["rules"] = _rules(session)
    added["glossary"] = _glossary(session)
    return added


def shipped_cards() -> tuple[RuleCard, ...]:
    """The rules that ship with the program as the domain reads them, without any database."""
    return tuple(
        RuleCard(
            code=row["id"],
            name=row["name_sv"],
            description=row["description_sv"],
            barrier=row["barrier_sv"],
            statute=row["statute"],
            paragraph=row["paragraph"],
            agencies=tuple(part.strip() for part in row["agency"].split(";") if part.strip()),
        )
        for row in _rows("rules.csv")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("deviations") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(keepends=True))


def _municipalities(session: Session) -> int:
    known = set(session.scalars(select(Municipality.code)))
    new = [
        Municipality(code=row["kommun_kod"], name=row["kommun"], county_code=row["lan_kod"], county=row["lan"])
        for row in _rows("municipalities.csv")
        if row["kommun_kod"] not in known
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def _associations(session: Session) -> int:
    known = set(session.scalars(select(Association.code)))
    places = {place.code: place for place in session.scalars(select(Municipality))}
    new = [
        Association(
            code=row["forbund_id"],
            name=row["forbund"],
            short_name=row["kortnamn"],
            county_code=row["lan_kod"],
            confidence=row["confidence"],
            source=row["source"],
            municipalities=[places[code] for code in row["kommun_koder"].split("|") if code],
        )
        for row in _rows("forbund.csv")
        if row["forbund_id"] not in known
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def _agencies(session: Session) -> int:
    known = set(session.scalars(select(Agency.code)))
    new = [
        Agency(
            code=row["id"],
            name=row["name_sv"],
            short_name=row["short_sv"],
            kind=row["type"],
            decides=row["decides_sv"],
            in_national_council=row["nationella_radet"],
            confidence=row["confidence"],
            source=row["source"],
        )
        for row in _rows("agencies.csv")
        if row["id"] not in known
    ]
    new += [
        Agency(code=code, name=name, short_name=name, kind="övrig part", confidence="sourced")
        for code, name in EXTRA.items()
        if code not in known
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def _rules(session: Session) -> int:
    known = set(session.scalars(select(Rule.code)))
    agencies = {agency.code: agency for agency in session.scalars(select(Agency))}
    new = []
    for row in _rows("rules.csv"):
        if row["id"] in known:
            continue
        applied_by = codes(part.strip() for part in row["agency"].split(";"))
        new.append(
            Rule(
                code=row["id"],
                name=row["name_sv"],
                statute=row["statute"],
                paragraph=row["paragraph"],
                agency_text=row["agency"],
                description=row["description_sv"],
                barrier_text=row["barrier_sv"],
                confidence=row["confidence"],
                source=row["source"],
                agencies=[agencies[code] for code in applied_by if code in agencies],
            )
        )
    session.add_all(new)
    session.flush()
    return len(new)


def _glossary(session: Session) -> int:
    known = set(session.scalars(select(GlossaryTerm.term)))
    new = [
        GlossaryTerm(
            term=row["term_sv"],
            identifier=row["identifier_en"],
            category=row["category"],
            definition=row["definition_sv"],
        )
        for row in _rows("glossary.csv")
        if row["term_sv"] not in known
    ]
    session.add_all(new)
    session.flush()
    return len(new)
