"""`deviations demo`: builds an instance that lives already, shows how to log in, and serves it."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from deviations import config
from deviations.cli import opened, server
from deviations.cli.wording import Refused, SwedishCommand
from deviations.domain.days import today


@click.command(cls=SwedishCommand)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, metavar="PORT", help="Porten (8000).")
@click.option("--reset", is_flag=True, help="Bygger om demon från början, med nya lösenord.")
@click.option("--no-serve", is_flag=True, help="Slutar när demon är byggd.")
@click.option("--json", "as_json", is_flag=True, help="Skriver demons siffror som sista rad.")
@click.pass_obj
def demo(folder: Path | None, port: int, reset: bool, no_serve: bool, as_json: bool) -> None:
    """Bygger en påhittad demo och startar den. Andra gången startas samma demo."""
    from deviations.demo import builder

    place = folder if folder is not None else config.default_folder() / "demo"
    if not no_serve:
        server.check_port("127.0.0.1", port)
    passwords = None
    if reset or not builder.is_built(place):
        passwords = builder.new_passwords()
        _build(place, passwords)
    with opened.ready(place):
        _tell(place, port, passwords)
    if as_json:
        from deviations.demo.counts import counts

        with opened.session(place) as session:
            click.echo(json.dumps(counts(session).as_dict()))
    if not no_serve:
        server.run(place, "127.0.0.1", port)


def _build(place: Path, passwords: Mapping[str, str]) -> None:
    """Builds with a progress bar, drawn only where somebody watches. Raises Refused."""
    from sqlalchemy.exc import DBAPIError

    from deviations.demo import builder

    opened.keep_private()
    try:
        with click.progressbar(
            length=1000, label="Bygger demon: två år spelas upp", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            builder.build(
                place,
                today=today(),
                passwords=passwords,
                progress=lambda done, total: bar.update(done * 1000 // total - bar.pos),
            )
    except (builder.NoDemo, config.BadSetting) as refused:
        raise Refused(str(refused)) from None
    except (OSError, UnicodeError) as fault:
        raise Refused(f"Demon går inte att bygga i {place}: {opened.reason(fault)}.") from None
    except DBAPIError as fault:
        raise Refused(f"Demons databas går inte att skriva: {fault.orig}.") from None


def _tell(place: Path, port: int, passwords: Mapping[str, str] | None) -> None:
    """The address and one login per role; passwords only when they were made just now."""
    from deviations.demo import builder

    click.echo(f"Demon finns i {place} och svarar på http://127.0.0.1:{port} när den körs.")
    click.echo("Allt i den är påhittat. Använd den inte för riktiga rapporter.")
    click.echo()
    for role, email in builder.logins().items():
        password = f"   {passwords[role]}" if passwords else ""
        click.echo(f"  {ROLES[role]:<22}{email:<34}{password}".rstrip())
    click.echo()
    if passwords:
        click.echo("Lösenorden visas bara nu. Spara dem, eller gör nya med --reset.")
    else:
        click.echo("Lösenorden visades när demon byggdes. Kör med --reset för en ny demo med nya lösenord.")


ROLES = {
    "reporter": "medarbetare",
    "lead": "delprojektledare",
    "coordinator": "verksamhetsutvecklare",
    "steering": "styrgrupp",
    "admin": "administratör",
}
