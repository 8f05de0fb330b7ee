"""Commands that work on a file alone and touch no database: grouping reports, and looking for
personal data; and how such a file of reports is read."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from deviations.cli import files
from deviations.cli.files import BadRow
from deviations.cli.wording import SwedishCommand
from deviations.domain.facts import Fact

FILE = click.Path(path_type=Path)
INPUT = click.option("--input", "source", type=FILE, required=True, metavar="FIL", help="Filen som läses.")
OUTPUT = click.option("--output", "target", type=FILE, required=True, metavar="FIL", help="Filen som skrivs.")
T = TypeVar("T")


@click.command(cls=SwedishCommand)
@INPUT
@OUTPUT
def cluster(source: Path, target: Path) -> None:
    """Grupperar rapporterna i en fil (JSON, en per rad). Rör ingen databas."""
    files.check_output(target)
    rows = rows_of(source, report)
    groups = _groups([fact for _, fact in rows])
    files.write_rows(target, ({"id": id, "barrier": groups.get(fact.id)} for id, fact in rows))
    placed, made = len(groups), len(set(groups.values()))
    click.echo(f"{len(rows)} rapporter lästa. {placed} av dem bildar {made} grupper, resten står ensamma.")


def _groups(facts: list[Fact]) -> dict[str, str]:
    """The group's name, B1 and on, of each report that has one; groups in order of their first reports."""
    from deviations.domain.clustering import group  # numeric stack: only now
    from deviations.services.catalogue import shipped_cards

    found = sorted(group(facts, shipped_cards()), key=lambda g: min(int(member) for member in g.members))
    return {member: f"B{number}" for number, g in enumerate(found, start=1) for member in g.members}


@click.command("privacy-check", cls=SwedishCommand)
@INPUT
@OUTPUT
def privacy_check(source: Path, target: Path) -> None:
    """Letar efter personuppgifter i en fil med texter (JSON, en per rad)."""
    from deviations.domain import privacy

    files.check_output(target)
    rows = rows_of(source, lambda number, row: files.text(row, "text", needed=True))
    spans = [(id, [[s.start, s.end, s.kind.value] for s in privacy.find(text)]) for id, text in rows]
    files.write_rows(target, ({"id": id, "spans": found} for id, found in spans))
    hits = sum(len(found) for _, found in spans)
    click.echo(f"{len(rows)} texter lästa. {hits} ställen liknar personuppgifter.")


def rows_of(source: Path, read: Callable[[int, dict[str, Any]], T]) -> list[tuple[str | int | float, T]]:
    """The file's rows with their ids. Raises Refused naming each row that can't be used, with its fault."""
    found: list[tuple[str | int | float, T]] = []
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(files.read_lines(source), start=1):
        if not line.strip():
            continue
        try:
            row = files.parsed(line)
            found.append((files.identity(row), read(number, row)))
        except BadRow as bad:
            faults.append((number, str(bad)))
    files.refuse_rows(faults)
    return found


def report(number: int, row: dict[str, Any]) -> Fact:
    """A report as the domain sees it, known by its row: ids in the file may be of any kind, or the
    same twice."""
    return Fact(
        id=str(number),
        title=files.text(row, "title"),
        body=files.text(row, "body"),
        agencies=_agencies(row),
        rule=files.text(row, "rule") or None,
        rule_hint=files.text(row, "rule_hint"),
        municipality=files.text(row, "municipality"),
        on=_day(row),
        weeks_lost=_count(row, "weeks_lost"),
        people_hit=_count(row, "people_hit"),
    )


def _agencies(row: dict[str, Any]) -> tuple[str, ...]:
    value = row.get("agencies") or []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise BadRow("Fältet agencies ska vara en lista med texter.")
    return tuple(files.text({"agencies": name}, "agencies") for name in value)


def _day(row: dict[str, Any]) -> date | None:
    value = files.text(row, "date")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise BadRow("Fältet date ska vara ett datum skrivet som 2026-01-31.") from None


def _count(row: dict[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise BadRow(f"Fältet {name} ska vara ett heltal från 0.")
    return value
