"""`deviations init` and `migrate`: prepares an instance and brings its database up to date."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deviations.cli import opened
from deviations.cli.wording import Refused, SwedishCommand

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from deviations.config import Config

COUNTY = "01"


@click.command(cls=SwedishCommand)
@click.option("--program", default="MIA Vidare", metavar="NAMN", help="Insatsens namn (MIA Vidare).")
@click.option("--owner", default="OST", metavar="KOD", help="Förbundet som äger insatsen (OST).")
@click.option(
    "--association",
    "associations",
    multiple=True,
    metavar="KOD",
    help="Förbund som får ett delprojekt; kan anges flera gånger (alla i Stockholms län).",
)
@click.option(
    "--admin-email",
    default="admin@localhost",
    metavar="ADRESS",
    help="Första administratörens e-post (admin@localhost).",
)
@click.option("--admin-name", default="Administratör", metavar="NAMN", help="Första administratörens namn.")
@click.pass_obj
def init(
    folder: Path | None,
    program: str,
    owner: str,
    associations: tuple[str, ...],
    admin_email: str,
    admin_name: str,
) -> None:
    """Förbereder en instans: databas, grunddata och en länk till den första administratören."""
    from sqlalchemy.orm import Session

    from deviations.services import catalogue

    place = opened.chosen(folder)
    at = datetime.now(UTC)
    with opened.database(place) as engine:
        opened.upgrade(engine)
        with Session(engine.execution_options(write=True), expire_on_commit=False) as session:
            catalogue.load(session)
            said = _start(session, program, owner, associations, at)
            link = _first_admin(session, admin_email, admin_name, opened.settings(place), at)
            session.commit()
    click.echo(f"{said} Instansen finns i {place}.")
    click.echo(link)


def _start(session: "Session", name: str, owner: str, chosen: tuple[str, ...], at: datetime) -> str:
    """Starts the program with its subprojects unless there is one. Raises Refused for an unknown
    association."""
    from sqlalchemy import select

    from deviations.models import Association
    from deviations.queries import people
    from deviations.services import organisation, security

    running = people.program(session)
    if running is not None:
        return f"Insatsen {running.name} är redan förberedd, inget har ändrats."
    known = {a.code: a for a in session.scalars(select(Association).order_by(Association.id))}
    wanted = list(dict.fromkeys(chosen)) or [a.code for a in known.values() if a.county_code == COUNTY]
    for code in (owner, *wanted):
        if code not in known:
            raise Refused(f"Förbundet {code} finns inte. Kända koder: {', '.join(known)}.")
    if not name.strip() or len(name) > 120:
        raise Refused("Insatsens namn ska ha 1–120 tecken.")
    program = organisation.start_program(session, name.strip(), known[owner], at)
    for code in wanted:
        organisation.add_subproject(
            session, None, program, known[code], name=known[code].short_name, municipalities=(), at=at
        )
    security.start(session)
    return f"Insatsen {program.name} är förberedd med {len(wanted)} delprojekt."


def _first_admin(session: "Session", email: str, name: str, settings: "Config", at: datetime) -> str:
    """What to say of the first administrator: a link to her, or that there is one with a password already."""
    from deviations.domain.roles import Role
    from deviations.domain.workflow import NotAllowed
    from deviations.queries import people
    from deviations.services import accounts, one_time_links

    admins = [user for user in people.accounts(session) if user.active and people.actor_of(user).has(Role.ADMIN)]
    if any(user.password_hash for user in admins):
        return (
            "Det finns redan en administratör med lösenord. Hon kan bjuda in fler. "
            f"Kommer hon inte in: deviations let-in {admins[0].email}"
        )
    if "@" not in email or len(email) > 254 or not email.isprintable() or not name.strip() or len(name) > 120:
        raise Refused("Ange administratörens e-postadress med --admin-email och namn med --admin-name.")
    if admins:
        address = admins[0].email
        token = accounts.new_link(session, None, admins[0], secret=settings.secret_key, at=at)
    else:
        try:
            token = accounts.invite(
                session,
                None,
                email=email,
                name=name,
                role=Role.ADMIN,
                subproject=None,
                secret=settings.secret_key,
                at=at,
            )
        except NotAllowed:
            raise Refused(f"Adressen {email} har redan ett annat konto. Välj en annan med --admin-email.") from None
        address = email.strip().casefold()
    hours = int(one_time_links.HOLDS.total_seconds() // 3600)
    return (
        f"Starta med deviations serve och öppna länken inom {hours} timmar. Den fungerar en gång.\n"
        f"  {address} väljer sitt lösenord här:\n"
        f"  {opened.address(settings)}/inbjudan/{token}\n"
        "Ha en telefon med en app för inloggningskoder till hands, till exempel Microsoft Authenticator."
    )


@click.command(cls=SwedishCommand)
@click.pass_obj
def migrate(folder: Path | None) -> None:
    """Uppdaterar databasen till programmets version."""
    from deviations import migrations

    place = opened.chosen(folder)
    opened.check_there(place)
    with opened.database(place) as engine:
        before = migrations.current(engine)
        changed = opened.upgrade(engine)
    same = before == migrations.newest() and not changed
    click.echo("Databasen är redan uppdaterad." if same else "Databasen är uppdaterad.")
