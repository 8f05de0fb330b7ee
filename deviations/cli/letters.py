"""`deviations letter`: a barrier's letter as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deviations.cli import files, opened
from deviations.cli.wording import Refused, SwedishCommand
from deviations.domain.days import today

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from deviations.adapters.letter_sheet import LetterSheet

MOST = 2**31 - 1  # the largest id that both databases hold


@click.command(cls=SwedishCommand)
@click.argument("barrier", type=int, metavar="HINDER")
@click.option("--format", "kind", type=click.Choice(["md", "txt", "docx", "pdf"]), required=True, help="Filens slag.")
@click.option(
    "--output",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FIL",
    help="Filen som skrivs.",
)
@click.pass_obj
def letter(folder: Path | None, barrier: int, kind: str, target: Path) -> None:
    """Skriver hindrets senaste skrivelse till en fil.

    Finns det ingen skrivelse blir det ett utkast. HINDER är hindrets nummer.
    """
    from deviations.adapters.letter_tree import TooLarge

    files.check_output(target)
    try:
        with opened.session(opened.chosen(folder)) as session:
            content, said = _written(session, barrier, kind)
    except TooLarge as large:
        raise Refused(str(large)) from None
    files.write(target, content)
    click.echo(f"{said} till {target}.")


def _written(session: "Session", number: int, kind: str) -> tuple[bytes, str]:
    """The barrier's newest letter as a file, else a draft made now and not saved; and what to say of it.

    A sent letter's PDF, Word file and plain text are the very files that were sent. Raises Refused.
    """
    from deviations.domain.letters import FileKind
    from deviations.domain.workflow import NotFound
    from deviations.models import Barrier
    from deviations.queries import letters as reading
    from deviations.services import letter_sheets

    barrier = session.get(Barrier, number) if 0 < number <= MOST else None
    if barrier is None:
        raise Refused(f"Det finns inget hinder med numret {number}.")
    newest = reading.newest_of(session, barrier)
    if newest is not None:
        sealed = newest.file(FileKind(kind)) if kind in set(FileKind) else None
        said = f"Den senaste skrivelsen om hinder {number} är skriven"
        return sealed.content if sealed else _rendered(letter_sheets.sheet(newest), kind), said
    try:
        sheet = letter_sheets.draft_sheet(session, barrier, today())
    except NotFound:
        raise Refused(f"Hinder {number} har inga rapporter än, så det finns inget att skriva om.") from None
    return _rendered(sheet, kind), f"Ett utkast om hinder {number} är skrivet"


def _rendered(sheet: "LetterSheet", kind: str) -> bytes:
    from deviations.adapters.letter_text import letter_markdown
    from deviations.domain.letters import FileKind
    from deviations.services import letter_sheets

    if kind == "md":
        return letter_markdown(sheet).encode()
    return letter_sheets.file(sheet, FileKind(kind))
