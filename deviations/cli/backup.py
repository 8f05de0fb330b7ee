"""`deviations backup`: a copy of a running instance that has been proved to be whole."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deviations import config
from deviations.cli import opened
from deviations.cli.wording import Refused, SwedishCommand
from deviations.domain.days import SWEDEN

if TYPE_CHECKING:
    from deviations.adapters.backup import Copy

FOLDER = "backup"
SECRETS = (config.SECRET_FILE, "sso.json")


@click.command(cls=SwedishCommand)
@click.argument("target", type=click.Path(path_type=Path, file_okay=False), required=False, metavar="[MAPP]")
@click.option("--secrets", is_flag=True, help="Tar med secret_key och sso.json. Förvara då kopian som ett lösenord.")
@click.option(
    "--keep", type=click.IntRange(1, 10_000), metavar="ANTAL", help="Tar bort alla kopior i mappen utom de nyaste."
)
@click.option("--noted", is_flag=True, help="Tar ingen kopia, noterar bara att er egen rutin har tagit en.")
@click.option("--check", "checked", is_flag=True, help="Tar ingen kopia, läser igenom den kopia som MAPP är.")
@click.pass_obj
def backup(
    folder: Path | None, target: Path | None, secrets: bool, keep: int | None, noted: bool, checked: bool
) -> None:
    """Tar en säkerhetskopia, också medan programmet körs, och kontrollerar att den är hel.

    Kopian blir en ny mapp i MAPP (annars i instansens egen mapp backup/). Flytta den till en annan dator.
    """
    if noted and (checked or target is not None):
        raise click.UsageError("--noted takes no copy")
    if checked:
        click.echo(_check(target))
        return
    place = opened.chosen(folder)
    at = datetime.now(UTC)
    with opened.ready(place):
        pass
    if noted:
        _note(place, at)
        click.echo("Det är noterat att ni har tagit en säkerhetskopia.")
        return
    for line in _take(place, target or place / FOLDER, at, secrets, keep):
        click.echo(line)


def _take(place: Path, target: Path, at: datetime, secrets: bool, keep: int | None) -> list[str]:
    """Takes a copy, and what to say of it. Raises Refused."""
    from deviations.adapters import backup as copying

    database = _own_file(place)
    also = [path for name in SECRETS if secrets and (path := place / name).is_file()]
    try:
        made, copy = copying.take(database, target, at, name=config.DATABASE_FILE, program=opened.version(), also=also)
        gone = copying.thin(target, keep) if keep else []
    except copying.Damaged as damaged:
        raise Refused(str(damaged)) from None
    except OSError as fault:
        raise Refused(f"Säkerhetskopian gick inte att spara i {target}: {opened.reason(fault)}.") from None
    _note(place, at, sha256=copy.sha256)
    said = [f"Säkerhetskopian är tagen och kontrollerad: {made}", f"  {_told(copy)}"]
    if not secrets:
        said.append(
            f"  {config.SECRET_FILE} är inte med. Förvara den för sig: utan den går tvåstegskoder inte att läsa."
        )
    if gone:
        said.append("  En äldre kopia är borttagen." if len(gone) == 1 else f"  {len(gone)} äldre kopior är borttagna.")
    return said


def _own_file(place: Path) -> Path:
    """The file of SQLite's that the instance has. Raises Refused where the database is another one's."""
    from sqlalchemy.engine import make_url

    found = opened.settings(place)
    if not found.own_file:
        raise Refused("Databasen är PostgreSQL. Ta kopian med pg_dump, och kör sedan deviations backup --noted.")
    return Path(make_url(found.database_url).database or "")


def _note(place: Path, at: datetime, *, sha256: str = "") -> None:
    """Writes the copy down. Raises Refused when nothing can be written just now."""
    from deviations.services import backups

    with opened.session(place, write=True) as session:
        backups.note(session, at, sha256=sha256)
        session.commit()


def _check(target: Path | None) -> str:
    """Reads a copy through, and what to say of it. Raises Refused for one that is not whole."""
    from deviations.adapters import backup as copying

    if target is None:
        raise click.UsageError("--check needs the copy's folder")
    try:
        return f"Kopian är hel: {_told(copying.check(target, config.DATABASE_FILE))}"
    except copying.Damaged as damaged:
        raise Refused(str(damaged)) from None


def _told(copy: "Copy") -> str:
    reports = copy.rows.get("deviation", 0)
    size, at = f"{copy.size / 1_000_000:.1f}".replace(".", ","), datetime.fromisoformat(copy.at).astimezone(SWEDEN)
    name = "avvikelse" if reports == 1 else "avvikelser"
    return f"{reports} {name}, {size} MB, tagen {at:%Y-%m-%d %H.%M} av version {copy.program}."
