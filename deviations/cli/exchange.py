"""`deviations import`: takes in reports from a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deviations.cli import files, opened
from deviations.cli.wording import Refused, SwedishCommand
from deviations.domain.days import day_of

if TYPE_CHECKING:
    from deviations.services.exchange import Outcome


@click.command("import", cls=SwedishCommand)
@click.argument("source", type=click.Path(path_type=Path), metavar="FIL")
@click.option("--dry-run", is_flag=True, help="Kontrollerar filen utan att spara något.")
@click.pass_obj
def import_file(folder: Path | None, source: Path, dry_run: bool) -> None:
    """Läser in rapporter från en fil (JSON, en per rad). Alla kommer in, eller ingen."""
    lines = files.read_lines(source)
    outcome = _imported(opened.chosen(folder), lines, dry_run)
    files.refuse_rows((fault.row, fault.reason) for fault in outcome.faults)
    filed = f"{outcome.filed} {'rapport' if outcome.filed == 1 else 'rapporter'}"
    done = f"{filed} skulle läsas in." if dry_run else f"{filed} inlästa."
    known = f" {outcome.known} fanns redan." if outcome.known else ""
    click.echo(done + known)


def _imported(place: Path, lines: list[str], dry_run: bool) -> "Outcome":
    from deviations.domain.workflow import NotAllowed
    from deviations.services import exchange

    at = datetime.now(UTC)
    with opened.session(place, write=True) as session:
        rows, faults = exchange.read(lines, day_of(at))
        try:
            outcome = exchange.import_rows(session, rows, faults, at)
        except NotAllowed as refused:
            if refused.code != "no_program":
                raise
            raise Refused("Instansen har ingen insats än. Kör deviations init först.") from None
        if not dry_run and not outcome.faults:
            session.commit()
    return outcome
