"""Takes in reports from a file: every row is checked first, each fault is named, and all rows enter or none."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain import parties, privacy
from deviations.domain.characters import holdable
from deviations.domain.roles import Actor, Role, actor
from deviations.domain.workflow import Kind, NotAllowed, Step
from deviations.models import Agency, Deviation, Municipality, Program, Rule, Subproject, User
from deviations.services import filing, organisation

IMPORTER = "import@localhost.invalid"
ELSEWHERE = "Övriga kommuner"
LONGEST = {"title": 200, "body": 10_000, "rule_hint": 200, "tried": 5_000, "wished": 5_000}
MOST_ROWS = 100_000
T = TypeVar("T", Kind, Step)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row (counted from 1), in a sentence."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One report of the file, checked and in the domain's types."""

    number: int
    id: str
    title: str
    body: str
    municipality: str
    on: date
    agencies: tuple[str, ...] = ()
    rule: str | None = None
    rule_hint: str = ""
    kind: Kind = Kind.DEVIATION
    step: Step | None = None
    weeks_lost: int | None = None
    people_hit: int | None = None
    tried: str = ""
    wished: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or would do: rows filed, rows that were here before, and its faults."""

    filed: int
    known: int
    faults: tuple[Fault, ...] = ()


class _Bad(Exception):
    """A row that can't be taken, with the sentence that says why."""


def read(lines: Iterable[str], today: date) -> tuple[list[Row], list[Fault]]:
    """The rows of a JSON-lines file (the form of the labelled reports), and the faults of those that can't be taken."""
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            if number > MOST_ROWS:
                raise _Bad(f"Filen har fler än {MOST_ROWS} rader. Dela upp den.")
            row = _row(number, line, today)
            if row.id in seen:
                raise _Bad(f"Id {row.id!r} finns på en tidigare rad i filen.")
        except _Bad as fault:
            faults.append(Fault(number, str(fault)))
            if number > MOST_ROWS:
                break
        else:
            seen.add(row.id)
            rows.append(row)
    return rows, faults


def _row(number: int, line: str, today: date) -> Row:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        raise _Bad("Raden är inte giltig JSON.") from None
    if not isinstance(raw, dict):
        raise _Bad("Raden ska vara ett JSON-objekt, med fält och värden inom klamrar.")
    text = {name: _text(raw, name, most) for name, most in LONGEST.items()}
    for name in ("title", "body"):
        if not text[name]:
            raise _Bad(f"Fältet {name} saknas eller är tomt.")
    for name, value in text.items():
        if spans := privacy.refused(value):
            raise _Bad(f"Fältet {name} innehåller {_named(spans[0].kind)}. Ta bort det och försök igen.")
    return Row(
        number=number,
        id=_id(raw),
        municipality=_text(raw, "municipality", 80),
        on=_day(raw, today),
        agencies=_names(raw),
        rule=_text(raw, "rule", 20) or None,
        kind=_kind(raw),
        step=_one_of(raw, "step", Step),
        weeks_lost=_count(raw, "weeks_lost", 520),
        people_hit=_count(raw, "people_hit", 100_000),
        **text,
    )


def _named(kind: privacy.Kind) -> str:
    return {
        privacy.Kind.PERSONNUMMER: "ett personnummer",
        privacy.Kind.SAMORDNINGSNUMMER: "ett samordningsnummer",
        privacy.Kind.EMAIL: "en e-postadress",
        privacy.Kind.CASE_NUMBER: "ett ärendenummer",
    }.get(kind, "en personuppgift")


def _text(raw: dict[str, Any], name: str, most: int) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Bad(f"Fältet {name} ska vara text.")
    if not all(holdable(letter) for letter in value):
        raise _Bad(f"Fältet {name} innehåller ett tecken som inte kan sparas.")
    if len(value) > most:
        raise _Bad(f"Fältet {name} är för långt: {len(value)} tecken, högst {most}.")
    return value.strip()


def _id(raw: dict[str, Any]) -> str:
    value = raw.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise _Bad("Fältet id saknas.")
    text = str(value).strip()
    if len(text) > 50 or not text.isprintable():
        raise _Bad("Fältet id är för långt eller innehåller konstiga tecken (högst 50 tecken).")
    return text


def _day(raw: dict[str, Any], today: date) -> date:
    value = raw.get("date")
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None:
        raise _Bad("Fältet date ska vara ett datum skrivet som 2026-01-31.")
    if not date(2000, 1, 1) <= day <= today:
        raise _Bad(f"Datumet {day} ligger utanför åren från 2000 till i dag.")
    return day


def _names(raw: dict[str, Any]) -> tuple[str, ...]:
    value = raw.get("agencies", [])
    if not isinstance(value, list) or not all(isinstance(name, str) and len(name) <= 200 for name in value):
        raise _Bad("Fältet agencies ska vara en lista med texter.")
    if len(value) > 50:
        raise _Bad("Fältet agencies har fler än 50 parter.")
    return tuple(value)


def _kind(raw: dict[str, Any]) -> Kind:
    if raw.get("kind") == Kind.SAME_HERE:
        raise _Bad("Fältet kind kan inte vara same_here: samma här sägs i programmet, om något som finns där.")
    return _one_of(raw, "kind", [Kind.DEVIATION, Kind.GOOD_EXAMPLE]) or Kind.DEVIATION


def _one_of(raw: dict[str, Any], name: str, choices: Iterable[T]) -> T | None:
    value = raw.get(name)
    if value in (None, ""):
        return None
    for choice in choices:
        if choice == value:
            return choice
    raise _Bad(f"Fältet {name} ska vara något av {', '.join(choices)}.")


def _count(raw: dict[str, Any], name: str, most: int) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise _Bad(f"Fältet {name} ska vara ett heltal mellan 0 och {most}.")
    return value


def import_rows(session: Session, rows: list[Row], faults: list[Fault], at: datetime) -> Outcome:
    """Files the rows as reports in order of their dates; with any fault, nothing. The caller commits, or doesn't.

    Rows that were imported before (by their id) are left alone. Municipalities without a subproject are gathered in one
    subproject of their own, "Övriga kommuner".
    """
    found = list(faults)
    places = {m.name: m for m in session.scalars(select(Municipality))}
    rules = {rule.code: rule for rule in session.scalars(select(Rule))}
    for row in rows:
        if row.municipality not in places:
            found.append(Fault(row.number, f"Kommunen {row.municipality!r} finns inte."))
        if row.rule is not None and row.rule not in rules:
            found.append(Fault(row.number, f"Regeln {row.rule!r} finns inte i regelkatalogen."))
    if found:
        return Outcome(0, 0, tuple(sorted(found, key=lambda fault: fault.row)))
    importer = _importer(session, at)
    known = set(session.scalars(select(Deviation.form_key).where(Deviation.reporter_id == importer.id)))
    new = [row for row in rows if f"import:{row.id}" not in known]
    homes = _homes(session, {row.municipality for row in new}, places, at)
    agencies = {agency.code: agency for agency in session.scalars(select(Agency))}
    for row in sorted(new, key=lambda row: (row.on, row.number)):
        report = filing.Report(
            title=row.title,
            body=row.body,
            municipality=places[row.municipality],
            subproject=homes[row.municipality],
            occurred_on=row.on,
            agencies=[agencies[code] for code in parties.codes(row.agencies) if code in agencies],
            kind=row.kind,
            rule=rules[row.rule] if row.rule else None,
            rule_hint=row.rule_hint,
            step=row.step,
            weeks_lost=row.weeks_lost,
            people_hit=row.people_hit,
            tried=row.tried,
            wished=row.wished,
        )
        noon = datetime.combine(row.on, time(12), tzinfo=UTC)
        filing.file(session, importer, report, form_key=f"import:{row.id}", at=min(noon, at))
    return Outcome(len(new), len(rows) - len(new))


def _importer(session: Session, at: datetime) -> Actor:
    """The account that imported reports stand under: closed, without password, nobody can log in as it."""
    user = session.scalar(select(User).where(User.email == IMPORTER))
    if user is None:
        user = User(email=IMPORTER, name="Import från fil", active=False, created_at=at)
        session.add(user)
        session.flush()
    return actor(user.id, user.name, [(Role.COORDINATOR, None)])


def _homes(session: Session, names: set[str], places: dict[str, Municipality], at: datetime) -> dict[str, Subproject]:
    homes = {
        place.name: subproject
        for subproject in session.scalars(select(Subproject).order_by(Subproject.id.desc()))
        for place in subproject.municipalities
    }
    homeless = sorted(names - homes.keys())
    if not homeless:
        return homes
    program = session.scalar(select(Program).order_by(Program.id))
    if program is None:
        raise NotAllowed("no_program")
    elsewhere = session.scalar(select(Subproject).where(Subproject.name == ELSEWHERE))
    if elsewhere is None:
        elsewhere = organisation.add_subproject(
            session,
            None,
            program,
            program.owner,
            name=ELSEWHERE,
            municipalities=[places[name] for name in homeless],
            at=at,
        )
    else:
        elsewhere.municipalities.extend(places[name] for name in homeless)
    return homes | dict.fromkeys(homeless, elsewhere)
