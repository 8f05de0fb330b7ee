"""Another e-mail address for one's own account: asked for here, confirmed behind the links mailed to both addresses."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.logins import LinkPurpose
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.accounts import OwnAddressForm
from deviations.queries import one_time_links, people
from deviations.services import email_changes
from deviations.web import keys
from deviations.web.access import EVERYBODY, me, now, public, roles
from deviations.web.entering import settings

bp = Blueprint("addresses", __name__)
Page = str | tuple[str, int]


@bp.get("/konto/e-post")
@roles(*EVERYBODY)
def own() -> str:
    """The address that one has, and the change of it that has been begun."""
    return _page(OwnAddressForm())


def _page(form: OwnAddressForm) -> str:
    user = people.account(db.session, me().id)
    return render_template(
        "accounts/address.html",
        form=form,
        user=user,
        changing=one_time_links.open_change(db.session, user.id, now()),
        mailing=settings().mail is not None,
    )


@bp.post("/konto/e-post")
@roles(*EVERYBODY)
def ask() -> Response | Page:
    """Begins a change: both addresses get a link."""
    form = OwnAddressForm()
    if settings().mail is None:
        return _page(form), 422
    if not form.validate():
        return _page(form), 422
    user = people.account(db.session, me().id)
    said = {"email": form.email.data, "password": form.current_password.data}
    try:
        email_changes.ask(db.session, me(), user, **said, secret=settings().secret_key, at=now())
    except NotAllowed as refused:
        db.session.commit()  # a wrong password counts
        keys.say_why(form, refused)
        return _page(form), 422
    db.session.commit()
    flash(gettext("Vi har mejlat båda adresserna. Öppna länken i varje mejl inom ett dygn."), "ok")
    return redirect(url_for("addresses.own"))


@bp.post("/konto/e-post/avbryt")
@roles(*EVERYBODY)
def cancel() -> Response:
    """Ends the change that has been begun; the links stop working."""
    email_changes.cancel(db.session, me(), people.account(db.session, me().id), now())
    db.session.commit()
    flash(gettext("Bytet är avbrutet. Din adress är den samma som förut."), "ok")
    return redirect(url_for("addresses.own"))


@bp.get("/bekrafta-adress/<token>")
@public
def asked(token: str) -> Page:
    """The page behind either link. It changes nothing: programs that look through mail open links too."""
    link = keys.behind(token, *email_changes.BOTH)
    if link is None:
        return keys.gone(LinkPurpose.NEW_ADDRESS)
    old = link.purpose is LinkPurpose.OLD_ADDRESS
    return render_template("accounts/address_asked.html", change=link.email_change, old=old, token=token)


@bp.post("/bekrafta-adress/<token>")
@public
def answer(token: str) -> Page:
    """Takes the yes, or the no that takes the change back."""
    if keys.behind(token, *email_changes.BOTH) is None:
        return keys.gone(LinkPurpose.NEW_ADDRESS)
    try:
        if request.form.get("svar") == "ja":
            outcome = _confirmed(token)
        else:
            old = email_changes.refuse(db.session, token, now()) is LinkPurpose.OLD_ADDRESS
            outcome = "refused" if old else "left"
    except NotFound:  # answered in another window at this very moment
        return keys.gone(LinkPurpose.NEW_ADDRESS)
    db.session.commit()
    return render_template("accounts/address_answered.html", outcome=outcome)


def _confirmed(token: str) -> str:
    try:
        change = email_changes.confirm(db.session, token, now())
    except NotAllowed:  # another account has the address: only who reads its letter box gets to know
        return "taken"
    if change.ended_at is None:
        return "waits"
    return "changed" if change.user.email == change.new_email else "taken"
