"""Log in, log out, the invitation through which an account gets its first password, and one's own account."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from deviations.config import Config
from deviations.domain.notices import MailChoice
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import CurrentUser, db
from deviations.forms.accounts import LoginForm, NewPasswordForm, PasswordForm, ProfileForm
from deviations.queries import people
from deviations.services import accounts, profile
from deviations.web import labels, notices
from deviations.web.access import EVERYBODY, me, now, own_path, public, roles
from deviations.web.complaints import at_field, complain

bp = Blueprint("accounts", __name__)
LANGUAGE_NAMES = (("sv", "Svenska"), ("en", "English"))  # each in itself


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
    _start(CurrentUser(people.actor_of(user), token, user.language))
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


@bp.get("/konto")
@roles(*EVERYBODY)
def own() -> str:
    """One's own account: name, address, language and mail."""
    return _own_page()


def _own_page(form: ProfileForm | None = None, password: NewPasswordForm | None = None) -> str:
    user = people.account(db.session, me().id)
    return render_template(
        "accounts/own.html",
        user=user,
        form=form or _profile_form(obj=user),
        password=password or _password_form(formdata=None),
        mailing=_settings().mail is not None,
        digest=me().has(Role.LEAD, Role.COORDINATOR),
    )


def _profile_form(**kwargs: object) -> ProfileForm:
    return ProfileForm(languages=LANGUAGE_NAMES, mail=notices.CHOICES.items(), **kwargs)


def _password_form(**kwargs: object) -> NewPasswordForm:
    return NewPasswordForm(prefix="new-", **kwargs)


@bp.post("/konto")
@roles(*EVERYBODY)
def save_own() -> Response | tuple[str, int]:
    """Saves name, address, language and mail choice."""
    form = _profile_form()
    if not form.validate():
        return _own_page(form), 422
    wanted = profile.Profile(form.name.data, form.email.data, form.language.data, MailChoice(form.mail_choice.data))
    user = people.account(db.session, me().id)
    try:
        profile.change(db.session, me(), user, wanted, password=form.password.data or "", at=now())
    except NotAllowed as refused:
        db.session.commit()  # a wrong password counts
        complain(form, refused)
        return _own_page(form), 422
    db.session.commit()
    session.pop("language", None)  # what is chosen here goes before the footer's button
    flash(gettext("Dina uppgifter är sparade."), "ok")
    return redirect(url_for("accounts.own"))


@bp.post("/konto/losenord")
@roles(*EVERYBODY)
def change_password() -> Response | tuple[str, int]:
    """Changes one's own password and ends one's logins elsewhere."""
    form = _password_form()
    if not form.validate():
        return _own_page(_profile_form(formdata=None, obj=people.account(db.session, me().id)), form), 422
    user = people.account(db.session, me().id)
    try:
        accounts.change_password(
            db.session,
            me(),
            user,
            current=form.current_password.data,
            new=form.password.data,
            token=current_user.token,
            at=now(),
        )
    except NotAllowed as refused:
        db.session.commit()  # a wrong password counts
        name = "current_password" if refused.code == "wrong_password" else ""
        at_field(form, name, labels.refusal(refused.code))
        return _own_page(_profile_form(formdata=None, obj=user), form), 422
    db.session.commit()
    flash(gettext("Lösenordet är bytt. Du är utloggad på andra ställen."), "ok")
    return redirect(url_for("accounts.own"))
