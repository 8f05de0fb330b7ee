"""`deviations audit`: the owner's look at the audit log."""

from pathlib import Path

import click

from deviations.cli import opened
from deviations.cli.wording import Refused, SwedishCommand, SwedishGroup


@click.group(cls=SwedishGroup)
def audit() -> None:
    """Ändringsloggen."""


@audit.command("verify", cls=SwedishCommand)
@click.pass_obj
def audit_verify(folder: Path | None) -> None:
    """Kontrollerar att ingen rad i ändringsloggen är ändrad eller borttagen."""
    from deviations.services import audit as log

    with opened.session(opened.chosen(folder)) as session:
        count, broken = log.verify(session)
    if broken is not None:
        raise Refused(f"Ändringsloggen är bruten vid rad {broken}. Den eller raden före är ändrad eller borttagen.")
    click.echo(f"Ändringsloggen är hel: {count} rader.")
