"""Log in, log out, and the invitation through which an account gets its first password."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from deviations.config import Config
from deviations.domain.workflow import NotFound
from deviations.extensions import CurrentUser, db
from deviations.forms.accounts import LoginForm, PasswordForm
from deviations.queries import people
from deviations.services import accounts
from deviations.web import labels
from deviations.web.access import EVERYBODY, me, now, own_path, public, roles

bp = Blueprint("accounts", __name__)


def _settings() -> Config:
    found: Config = current_app.extensions["settings"]
    return found


@bp.get("/logga-in")
@public
def login() -> Response | str:
    """The page that asks who it is."""
    if current_user.is_authenticated:
        return redirect(url_for("pages.start"))
    return render_template("accounts/login.html", form=LoginForm())


@bp.post("/logga-in")
@public
def log_in() -> Response | str | tuple[str, int]:
    """Starts a login session, or says that address and password don't fit."""
    form = LoginForm()
    if not form.validate():
        return render_template("accounts/login.html", form=form), 422
    try:
        with Session(db.engine) as reading:
            user, token = accounts.login(
                db.session,
                form.email.data,
                form.password.data,
                now(),
                _settings().session_hours,
                reading=reading,
            )
    except accounts.TooManyGuesses as refused:
        form.form_errors.append(labels.refusal(refused.code))
        return render_template("accounts/login.html", form=form), 429
    except NotFound:
        db.session.commit()  # the failure counts
        form.form_errors.append(gettext("E-postadressen och lösenordet hör inte ihop. Försök igen."))
        return render_template("accounts/login.html", form=form), 422
    db.session.commit()
    _start(CurrentUser(people.actor_of(user), token))
    return redirect(own_path(request.args.get("next")) or url_for("pages.start"))


def _start(user: CurrentUser) -> None:
    """A new cookie for the new login: nothing of an earlier one lives on in it."""
    _forget()
    session.permanent = True
    login_user(user)
    g.actor = user.actor


def _forget() -> None:
    """Empties the cookie of everything but the language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


@bp.post("/logga-ut")
@roles(*EVERYBODY)
def logout() -> Response:
    """Ends the login session on the server, so that a copied cookie is dead too."""
    accounts.logout(db.session, me(), current_user.token, now())
    db.session.commit()
    logout_user()
    _forget()
    flash(gettext("Du är utloggad."), "ok")
    answer = redirect(url_for("accounts.login"))
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@bp.get("/inbjudan/<token>")
@public
def invitation(token: str) -> str:
    """The page behind an invitation's link."""
    link = people.invitation(db.session, accounts.hashed(token), now())
    return render_template("accounts/invitation.html", form=PasswordForm(), name=link.user.name, token=token)


@bp.post("/inbjudan/<token>")
@public
def accept(token: str) -> Response | tuple[str, int]:
    """Opens the account with the password that the person chose."""
    link = people.invitation(db.session, accounts.hashed(token), now())
    form = PasswordForm()
    if not form.validate():
        page = render_template("accounts/invitation.html", form=form, name=link.user.name, token=token)
        return page, 422
    accounts.accept(db.session, token, form.password.data, now())
    db.session.commit()
    flash(gettext("Lösenordet är sparat. Logga in med det."), "ok")
    return redirect(url_for("accounts.login"))
