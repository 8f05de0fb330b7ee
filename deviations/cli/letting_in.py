"""`deviations let-in`: the owner of an instance lets somebody in again who has lost her password or her telephone, also
when she is its only administrator.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deviations.cli import opened
from deviations.cli.wording import Refused, SwedishCommand

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from deviations.models import User


@click.command("let-in", cls=SwedishCommand)
@click.argument("email", metavar="ADRESS")
@click.option("--without-factor", is_flag=True, help="Ta också bort en tvåstegsinloggning som personen har förlorat.")
@click.pass_obj
def let_in(folder: Path | None, email: str, without_factor: bool) -> None:
    """Gör en länk till ett nytt lösenord för den som inte kommer in."""
    from sqlalchemy.orm import Session

    place = opened.chosen(folder)
    opened.check_there(place)
    settings = opened.settings(place)
    at = datetime.now(UTC)
    with (
        opened.ready(place) as engine,
        Session(engine.execution_options(write=True), expire_on_commit=False) as session,
    ):
        user = _found(session, email)
        path, hours = _link(session, user, settings.secret_key, at)
        removed = without_factor and _factor_removed(session, user, at)
        session.commit()
    if removed:
        click.echo("Tvåstegsinloggningen är borttagen.")
    elif without_factor:
        click.echo("Kontot hade ingen tvåstegsinloggning.")
    click.echo(
        f"{user.email} väljer ett lösenord här. Länken fungerar en gång och gäller i {hours} h:\n"
        f"  {opened.address(settings)}{path}"
    )


def _found(session: "Session", email: str) -> "User":
    from deviations.domain.workflow import NotFound
    from deviations.queries import people

    try:
        user = people.by_email(session, email)
    except NotFound:
        raise Refused("Det finns inget konto med den adressen.") from None
    if not user.active:
        raise Refused("Kontot är stängt. En administratör öppnar det igen.")
    return user


def _link(session: "Session", user: "User", secret: str, at: datetime) -> tuple[str, int]:
    """The path of a new invitation for an account that was never opened, else of a link for a new password; and for how
    many hours it holds.
    """
    from deviations.domain.logins import LinkPurpose
    from deviations.domain.workflow import NotAllowed
    from deviations.services import accounts, one_time_links, passwords

    try:
        token, purpose = passwords.reset_link(session, None, user, secret=secret, at=at), LinkPurpose.RESET
    except NotAllowed:  # nobody has come in yet
        token, purpose = accounts.new_link(session, None, user, secret=secret, at=at), LinkPurpose.INVITATION
    path = "/inbjudan/" if purpose is LinkPurpose.INVITATION else "/nytt-losenord/"
    return path + token, int(one_time_links.HOLD[purpose].total_seconds() // 3600)


def _factor_removed(session: "Session", user: "User", at: datetime) -> bool:
    from deviations.domain.workflow import NotFound
    from deviations.services import second_factor

    try:
        second_factor.remove(session, None, user, at)
    except NotFound:
        return False
    return True
