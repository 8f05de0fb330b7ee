"""`deviations audit`: the owner's look at the audit log."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deviations.cli import opened
from deviations.cli.wording import Refused, SwedishCommand, SwedishGroup

if TYPE_CHECKING:
    from deviations.services.letter_seal import Changed


@click.group(cls=SwedishGroup)
def audit() -> None:
    """Ändringsloggen."""


@audit.command("verify", cls=SwedishCommand)
@click.pass_obj
def audit_verify(folder: Path | None) -> None:
    """Kontrollerar att ingen rad i ändringsloggen är ändrad eller borttagen, och att varje skickad skrivelse är den som
    skickades.
    """
    from deviations.services import audit as log
    from deviations.services import letter_seal

    with opened.session(opened.chosen(folder)) as session:
        count, broken = log.verify(session)
        changed = letter_seal.verify(session)
    said = [_told(letter) for letter in changed]
    if broken is not None:
        said = [f"Ändringsloggen är bruten vid rad {broken}. Den eller raden före är ändrad eller borttagen.", *said]
    if said:
        raise Refused("\n".join(said))
    click.echo(f"Ändringsloggen är hel: {count} rader.")
    click.echo("Alla skickade skrivelser är de som skickades.")


def _told(letter: "Changed") -> str:
    """One letter that is not what was sent, in a sentence."""
    from deviations.services import letter_seal
    from deviations.web import labels

    name = f"Skrivelse {letter.id}" + (f" ({letter.registry_number})" if letter.registry_number else "")
    if letter.what == (letter_seal.GONE,):
        return f"{name} är borttagen efter att den skickades."
    return f"{name} är ändrad efter att den skickades: {', '.join(str(labels.SEALED[what]) for what in letter.what)}."
