"""`deviations search`: the owner's hand on the register of words."""

from pathlib import Path

import click

from deviations.cli import opened
from deviations.cli.wording import SwedishCommand, SwedishGroup


@click.group(cls=SwedishGroup)
def search() -> None:
    """Sökregistret."""


@search.command("rebuild", cls=SwedishCommand)
@click.pass_obj
def rebuild(folder: Path | None) -> None:
    """Bygger om sökregistret från texterna. Behövs bara om något har ändrats förbi programmet."""
    from deviations.services import indexing

    place = opened.chosen(folder)
    with opened.session(place, write=True) as session:
        count = indexing.rebuild(session)
        session.commit()
    click.echo(f"Sökregistret är ombyggt: {count} texter.")
