"""What the two pages that invite share, the administrator's and the lead's: the form, and the link on its way."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from deviations.adapters.qr import svg
from deviations.domain.logins import LinkPurpose
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.accounts import MAIL, InviteForm
from deviations.forms.fields import optional_id
from deviations.queries import people
from deviations.services import accounts, one_time_links
from deviations.web import labels
from deviations.web.access import me, now
from deviations.web.entering import settings

if TYPE_CHECKING:
    from deviations.models import Subproject, User

PAGES = {LinkPurpose.INVITATION: "accounts.invitation", LinkPurpose.RESET: "resets.choose"}


def form(roles: Iterable[Role], places: Iterable["Subproject"], *, everywhere: bool, **kwargs: object) -> InviteForm:
    """The form that invites to these roles and subprojects, and (`everywhere`) to the whole program."""
    return InviteForm(
        roles=[(role, str(labels.ROLES[role]).capitalize()) for role in roles],
        subprojects=[(place.id, place.name) for place in places],
        everywhere=everywhere,
        mailing=settings().mail is not None,
        **kwargs,
    )


def invite(form: InviteForm, places: Iterable["Subproject"]) -> tuple["User", str]:
    """Invites whom a valid form names, and gives the account and the token; the caller commits.

    Raises as `accounts.invite` does.
    """
    homes: Mapping[int, Subproject] = {place.id: place for place in places}
    place = optional_id(form.subproject.data)
    token = accounts.invite(
        db.session,
        me(),
        email=form.email.data,
        name=form.name.data,
        role=Role(form.role.data),
        subproject=homes[place] if place else None,
        secret=settings().secret_key,
        at=now(),
        by_mail=form.by_mail,
    )
    return people.by_email(db.session, form.email.data), token


def renew(user: "User", back: str) -> Response | str:
    """Makes a new link for somebody who has not used hers, commits, and mails or shows it as was asked for."""
    by_mail = settings().mail is not None and request.form.get("way") == MAIL
    token = accounts.new_link(db.session, me(), user, secret=settings().secret_key, at=now(), by_mail=by_mail)
    db.session.commit()
    return on_its_way(user, back) if by_mail else printed(user, token, back)


def on_its_way(user: "User", back: str) -> Response:
    """Back to where one came from, when the link has been mailed."""
    flash(gettext("Inbjudan mejlas till %(address)s. Länken gäller i tre dygn.", address=user.email), "ok")
    return redirect(back)


def printed(user: "User", token: str, back: str, purpose: LinkPurpose = LinkPurpose.INVITATION) -> str:
    """The page with a link, shown once, to print or to copy."""
    address = _address(PAGES[purpose], token)
    return render_template(
        "accounts/printed.html",
        user=user,
        address=address,
        drawn=Markup(svg(address)),
        until=now() + one_time_links.HOLD[purpose],
        invitation=purpose is LinkPurpose.INVITATION,
        back=back,
    )


def _address(endpoint: str, token: str) -> str:
    """By the service's own name, as in the mails, where that is set; else by the one that this browser uses."""
    mail = settings().mail
    if mail is not None:
        return f"{mail.public_url}{url_for(endpoint, token=token)}"
    return url_for(endpoint, token=token, _external=True)
