"""`deviations own-data`: what is stored about one person, as a file for her; also when she has left."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from deviations.cli import files, opened
from deviations.cli.wording import Refused, SwedishCommand


@click.command("own-data", cls=SwedishCommand)
@click.argument("email", metavar="ADRESS")
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, metavar="FIL", help="Filen som skrivs, i JSON."
)
@click.pass_obj
def own_data(folder: Path | None, email: str, output: Path) -> None:
    """Skriver det som är sparat om en person till en fil, att lämna till personen."""
    from sqlalchemy.orm import Session

    from deviations.domain.workflow import NotFound
    from deviations.queries import own_data as queries
    from deviations.queries import people
    from deviations.services import audit

    place = opened.chosen(folder)
    opened.check_there(place)
    files.check_output(output)
    at = datetime.now(UTC)
    with (
        opened.ready(place) as engine,
        Session(engine.execution_options(write=True), expire_on_commit=False) as session,
    ):
        try:
            user = people.by_email(session, email)
        except NotFound:
            raise Refused("Det finns inget konto med den adressen.") from None
        stored = {kept.part.name: {"count": kept.count, "rows": kept.rows} for kept in queries.stored(session, user.id)}
        about = {"account": user.id, "name": user.full_name, "email": user.email}
        told = {"made_at": at.isoformat(timespec="seconds"), "about": about, "stored": stored}
        files.write(output, json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
        audit.record(session, None, "export.made", f"user:{user.id}", at, {"own_data": True})
        session.commit()
    click.echo(f"{output} har det som är sparat om {user.email}. Lösenord, koder och nycklar är inte med.")
