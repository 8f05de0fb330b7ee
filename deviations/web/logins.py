"""Log in by password, log out, and the page that shows where one is logged in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from deviations.domain import browsers
from deviations.domain.logins import LoginWay
from deviations.domain.workflow import NotFound
from deviations.extensions import db
from deviations.forms.logins import LoginForm
from deviations.queries import logins as queries
from deviations.queries import people
from deviations.services import logins
from deviations.services.attempts import TooManyGuesses
from deviations.web import labels
from deviations.web.access import EVERYBODY, me, now, own_path, public, roles
from deviations.web.entering import leave, onward, settings, visit
from deviations.web.sso_asking import label_of
from deviations.web.sso_leaving import farewell

if TYPE_CHECKING:
    from deviations.models import LoginSession

bp = Blueprint("logins", __name__)


@bp.get("/logga-in")
@public
def login() -> Response | str:
    """The page that asks who it is."""
    if current_user.is_authenticated:
        return redirect(url_for("pages.start"))
    return render_template("logins/login.html", form=LoginForm())


@bp.post("/logga-in")
@public
def log_in() -> Response | tuple[str, int]:
    """Starts a login, or says that address and password don't fit."""
    form = LoginForm()
    if not form.validate():
        return render_template("logins/login.html", form=form), 422
    try:
        with Session(db.engine) as reading:
            found = logins.begin(db.session, form.email.data, form.password.data, now(), visit(), reading=reading)
    except TooManyGuesses as refused:
        form.form_errors.append(labels.refusal(refused.code))
        return render_template("logins/login.html", form=form), 429
    except NotFound:
        db.session.commit()  # the failure counts
        form.form_errors.append(gettext("E-postadressen och lösenordet hör inte ihop. Försök igen."))
        return render_template("logins/login.html", form=form), 422
    db.session.commit()
    return onward(found, own_path(request.args.get("next")))


@bp.post("/logga-ut")
@roles(*EVERYBODY)
def logout() -> Response:
    """Ends the login on the server, so that a copied cookie is dead too."""
    was = logins.logout(db.session, me(), current_user.token, now())
    db.session.commit()
    return _out(gettext("Du är utloggad."), farewell(was))


def _out(sentence: str, leaving: Response | None = None) -> Response:
    """Empties the browser, and leads to the login page, or on to the logout of her organisation's own service."""
    logout_user()
    leave()
    flash(sentence, "ok")
    answer = leaving or redirect(url_for("logins.login"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@dataclass(frozen=True, slots=True)
class Place:
    """One of the browsers in which somebody is logged in, as a page shows it."""

    login: "LoginSession"
    browser: str
    way: str
    here: bool


@bp.get("/konto/inloggningar")
@roles(*EVERYBODY)
def places() -> str:
    """Where one is logged in."""
    found = queries.of(db.session, me().id, now(), settings().lifetime)
    shown = [Place(one, browser_words(one.agent), way_words(one), one.id == current_user.login) for one in found]
    return render_template(
        "logins/places.html",
        places=sorted(shown, key=lambda place: not place.here),
        has_password=people.account(db.session, me().id).password_hash is not None,
        settings=settings(),
    )


def browser_words(agent: str) -> str:
    """A browser as its owner would name it: "Firefox i Windows"."""
    browser, system = browsers.named(agent)
    if browser and system:
        return str(gettext("%(browser)s, %(system)s", browser=browser, system=system))
    return browser or system or str(gettext("Okänd webbläsare"))


def way_words(login: "LoginSession") -> str:
    """How somebody came in: "lösenord", "Exempelkommunen", "Exempelkommunen, kod från telefonen"."""
    way = str(labels.LOGIN_WAYS[login.way])
    if not login.provider:
        return way
    name = label_of(login.provider)
    return name if login.way is LoginWay.SSO else f"{name}, {way}"


@bp.app_context_processor
def _shared() -> dict[str, Any]:
    """What an administrator's page of somebody asks for."""
    return {"login_way": way_words}


@bp.post("/konto/inloggningar/<id:id>/avsluta")
@roles(*EVERYBODY)
def end(id: int) -> Response:
    """Ends one of one's own logins."""
    if id == current_user.login:
        return logout()
    logins.end(db.session, me(), people.account(db.session, me().id), id, now())
    db.session.commit()
    flash(gettext("Utloggad där."), "ok")
    return redirect(url_for("logins.places"))


@bp.post("/konto/inloggningar/avsluta-alla")
@roles(*EVERYBODY)
def end_everywhere() -> Response:
    """Ends all of one's own logins, this one too."""
    logins.end_everywhere(db.session, me(), people.account(db.session, me().id), now())
    db.session.commit()
    return _out(gettext("Du är utloggad överallt."))
