"""The invitation through which an account gets its first password, and one's own account."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from deviations.domain.logins import LinkPurpose
from deviations.domain.notices import MailChoice
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.accounts import NewPasswordForm, PasswordForm, ProfileForm
from deviations.queries import one_time_links, people
from deviations.services import accounts, passwords, profile
from deviations.web import keys, notices
from deviations.web.access import EVERYBODY, me, now, public, roles
from deviations.web.complaints import complain
from deviations.web.entering import settings

bp = Blueprint("accounts", __name__)
LANGUAGE_NAMES = (("sv", "Svenska"), ("en", "English"))  # each in itself
Page = str | tuple[str, int]


@bp.get("/inbjudan/<token>")
@public
def invitation(token: str) -> Page:
    """The page behind an invitation's link."""
    return _invitation_page(token, PasswordForm())


def _invitation_page(token: str, form: PasswordForm) -> Page:
    link = keys.behind(token, LinkPurpose.INVITATION)
    if link is None:
        return keys.gone(LinkPurpose.INVITATION)
    return render_template("accounts/invitation.html", form=form, user=link.user, token=token)


@bp.post("/inbjudan/<token>")
@public
def accept(token: str) -> Response | Page:
    """Opens the account with the password that the person chose."""
    if keys.behind(token, LinkPurpose.INVITATION) is None:
        return keys.gone(LinkPurpose.INVITATION)
    form = PasswordForm()
    if not keys.chosen(form, lambda: accounts.accept(db.session, token, form.password.data, now())):
        return keys.refused(_invitation_page(token, form))
    db.session.commit()
    flash(gettext("Lösenordet är sparat. Logga in med det."), "ok")
    return redirect(url_for("logins.login"))


@bp.get("/konto")
@roles(*EVERYBODY)
def own() -> str:
    """One's own account: name, language, mail, and the way to all the rest."""
    return _own_page(_profile_form(obj=people.account(db.session, me().id)))


def _own_page(form: ProfileForm) -> str:
    user = people.account(db.session, me().id)
    return render_template(
        "accounts/own.html",
        user=user,
        form=form,
        changing=one_time_links.open_change(db.session, user.id, now()),
        mailing=settings().mail is not None,
        digest=me().has(Role.LEAD, Role.COORDINATOR),
    )


def _profile_form(**kwargs: object) -> ProfileForm:
    return ProfileForm(languages=LANGUAGE_NAMES, mail=notices.CHOICES.items(), **kwargs)


@bp.post("/konto")
@roles(*EVERYBODY)
def save_own() -> Response | tuple[str, int]:
    """Saves name, language and mail choice."""
    form = _profile_form()
    if not form.validate():
        return _own_page(form), 422
    wanted = profile.Profile(form.name.data, form.language.data, MailChoice(form.mail_choice.data))
    try:
        profile.change(db.session, me(), people.account(db.session, me().id), wanted, at=now())
    except NotAllowed as refused:
        complain(form, refused)
        return _own_page(form), 422
    db.session.commit()
    session.pop("language", None)  # what is chosen here goes before the footer's button
    flash(gettext("Dina uppgifter är sparade."), "ok")
    return redirect(url_for("accounts.own"))


@bp.get("/konto/losenord")
@roles(*EVERYBODY)
def password() -> str:
    """The page on which one changes one's password."""
    return _password_page(NewPasswordForm())


def _password_page(form: NewPasswordForm) -> str:
    user = people.account(db.session, me().id)
    return render_template("accounts/password.html", form=form, user=user)


@bp.post("/konto/losenord")
@roles(*EVERYBODY)
def change_password() -> Response | tuple[str, int]:
    """Changes one's own password and ends one's logins elsewhere."""
    form = NewPasswordForm()
    if not form.validate():
        return _password_page(form), 422
    user = people.account(db.session, me().id)
    said = {"current": form.current_password.data, "new": form.password.data}
    try:
        passwords.change(db.session, me(), user, **said, token=current_user.token, at=now())
    except NotAllowed as refused:
        db.session.commit()  # a wrong password counts
        keys.say_why(form, refused)
        return _password_page(form), 422
    db.session.commit()
    flash(gettext("Lösenordet är bytt. Du är utloggad på andra ställen."), "ok")
    return redirect(url_for("accounts.own"))
