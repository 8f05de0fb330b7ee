"""Who works in a lead's subproject; she invites more, and renews or takes back what nobody has used."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.accounts import InviteForm
from deviations.queries import staff
from deviations.services import accounts
from deviations.web import inviting, noted
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain
from deviations.web.entering import settings

if TYPE_CHECKING:
    from deviations.models import Subproject

bp = Blueprint("staff", __name__, url_prefix="/delprojekt/personal")
INVITED = (Role.REPORTER, Role.LEAD)


@bp.get("")
@roles(Role.LEAD)
def index() -> str:
    """Who works in her subprojects, and the form that invites."""
    return _page(_form(staff.led(db.session, me())))


def _form(places: Sequence["Subproject"], **kwargs: object) -> InviteForm:
    return inviting.form(INVITED, places, everywhere=False, **kwargs)


def _page(form: InviteForm) -> str:
    return render_template(
        "accounts/staff.html",
        form=form,
        places=staff.of(db.session, me()),
        me=me(),
        mailing=settings().mail is not None,
    )


@bp.post("")
@roles(Role.LEAD)
def invite() -> Response | str | tuple[str, int]:
    """Invites a colleague or another lead to her own subproject."""
    places = staff.led(db.session, me())
    form = _form(places)
    if not form.validate():
        return _page(form), 422
    try:
        user, token = inviting.invite(form, places)
    except NotAllowed as refused:
        db.session.commit()  # the try counts
        if refused.code in noted.NOT_FOR_YOU:
            noted.refused(refused.code)
        complain(form, refused)
        return _page(form), 422
    db.session.commit()
    back = url_for("staff.index")
    return inviting.on_its_way(user, back) if form.by_mail else inviting.printed(user, token, back)


@bp.post("/<id:id>/inbjudan")
@roles(Role.LEAD)
def renew(id: int) -> Response | str:
    """A new invitation; the old link stops working."""
    return inviting.renew(staff.one(db.session, me(), id), url_for("staff.index"))


@bp.post("/<id:id>/ta-tillbaka")
@roles(Role.LEAD)
def take_back(id: int) -> Response:
    """Takes an unused invitation back."""
    accounts.take_back(db.session, me(), staff.one(db.session, me(), id), now())
    db.session.commit()
    flash(gettext("Inbjudan är tillbakatagen. Länken fungerar inte längre."), "ok")
    return redirect(url_for("staff.index"))
