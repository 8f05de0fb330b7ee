"""What logging in and out does to the browser's cookie, whichever way somebody comes in."""

from typing import TYPE_CHECKING

from flask import current_app, g, redirect, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from deviations.config import Config
from deviations.domain.logins import Visit
from deviations.extensions import CurrentUser
from deviations.queries import people
from deviations.services.logins import Halfway, Opened

if TYPE_CHECKING:
    from deviations.models import User

HALFWAY = "halfway"


def settings() -> Config:
    """The instance's settings."""
    found: Config = current_app.extensions["settings"]
    return found


def visit() -> Visit:
    """Who stands at the door, for the services of logging in."""
    before = session.get("_user_id", "")
    return Visit(
        settings().lifetime,
        source=request.remote_addr or "",
        agent=request.user_agent.string,
        instead_of=before if isinstance(before, str) else "",
    )


def onward(found: Opened | Halfway, back: str | None) -> Response:
    """Gives the browser its cookie and leads on: in, or to the second factor. To be called after the commit."""
    if isinstance(found, Opened):
        enter(found.user, found.token)
        return redirect(back or url_for("pages.start"))
    leave()
    session[HALFWAY] = found.token
    return redirect(url_for("second_factor.enrolment" if found.enrol else "second_factor.asked", next=back))


def enter(user: "User", token: str) -> None:
    """A new cookie for the new login: nothing of an earlier one lives on in it."""
    leave()
    session.permanent = True
    current = CurrentUser(people.actor_of(user), token, user.language)
    login_user(current)
    g.actor = current.actor


def leave() -> None:
    """Empties the cookie of everything but the language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
