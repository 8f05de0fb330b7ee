"""A forgotten password: a link is asked for, and a new password chosen behind it. Nobody learns who has an account."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.logins import LinkPurpose
from deviations.extensions import db
from deviations.forms.accounts import ForgottenForm, PasswordForm
from deviations.services import passwords
from deviations.services.attempts import TooManyGuesses
from deviations.web import keys, labels
from deviations.web.access import now, public
from deviations.web.entering import settings

bp = Blueprint("resets", __name__)
Page = str | tuple[str, int]


@bp.get("/glomt-losenord")
@public
def forgotten() -> str:
    """The page that asks for whose password is forgotten."""
    return _page(ForgottenForm())


def _page(form: ForgottenForm, *, asked: bool = False) -> str:
    return render_template("accounts/forgotten.html", form=form, asked=asked, mailing=settings().mail is not None)


@bp.post("/glomt-losenord")
@public
def ask() -> Page:
    """Mails a link if there is such an account, and says the same if not."""
    form = ForgottenForm()
    if settings().mail is None:
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        passwords.ask_reset(db.session, form.email.data, secret=settings().secret_key, at=now())
    except TooManyGuesses as refused:
        form.form_errors.append(labels.refusal(refused.code))
        return _page(form), 429
    db.session.commit()
    return _page(form, asked=True)


@bp.get("/nytt-losenord/<token>")
@public
def choose(token: str) -> Page:
    """The page behind the link."""
    return _choosing(token, PasswordForm())


def _choosing(token: str, form: PasswordForm) -> Page:
    link = keys.behind(token, LinkPurpose.RESET)
    if link is None:
        return keys.gone(LinkPurpose.RESET)
    return render_template("accounts/new_password.html", form=form, user=link.user, token=token)


@bp.post("/nytt-losenord/<token>")
@public
def reset(token: str) -> Response | Page:
    """Takes the new password and ends all logins; the next one asks for the second factor as ever."""
    if keys.behind(token, LinkPurpose.RESET) is None:
        return keys.gone(LinkPurpose.RESET)
    form = PasswordForm()
    if not keys.chosen(form, lambda: passwords.reset(db.session, token, form.password.data, now())):
        return keys.refused(_choosing(token, form))
    db.session.commit()
    flash(gettext("Lösenordet är bytt. Logga in med det nya."), "ok")
    return redirect(url_for("logins.login"))
