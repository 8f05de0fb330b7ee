"""A decided letter leaves the house."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.letters import Delivery
from deviations.domain.roles import Role
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.letter_review import GuardForm, WayForm
from deviations.queries import letters
from deviations.services import letter_guard
from deviations.services import letter_sending as sending
from deviations.web import letter_guarding, letter_page
from deviations.web import letter_sending_parts as parts
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Agency, Letter

bp = Blueprint("letter_sending", __name__, url_prefix="/skrivelser")


@bp.post("/<id:id>/skicka")
@roles(Role.COORDINATOR)
def send(id: int) -> Response | tuple[str, int]:
    """Registers and locks the letter, and sends it to each recipient; how a copy goes may be told afterwards."""
    letter = letters.get(db.session, me(), id)
    told = {agency: parts.way_form(letter, agency, sent=True) for agency in parts.parties(letter)}
    form = GuardForm(prefix="send-")
    shown = {"send": form, **{parts.way_name(agency): way for agency, way in told.items()}}
    ways = [_way(letter, agency, way) for agency, way in told.items() if way.delivery.data]
    for agency in letter.recipients:
        if not told[agency].delivery.data:
            complain(told[agency], Incomplete("needs_way"))
    if any(way.errors for way in told.values()):
        return letter_page.page(letter, **shown), 422
    try:
        kept = letter_guarding.kept(letter, form)
        ready = [way for way in ways if way is not None]
        sending.send(db.session, me(), letter, at=now(), ways=ready, kept=kept, version=form.shown_version)
    except letter_guard.PointsOut as refused:
        letter_guarding.ask(form, refused)
        return letter_page.page(letter, **shown), 422
    return letter_page.done(id)


def _way(letter: "Letter", agency: "Agency", form: WayForm) -> sending.Way | None:
    """What the form says of the way to one party; None, with the reason in the form, when it can't be so."""
    if not form.validate():
        return None
    delivery = Delivery(form.delivery.data)
    by_mail = delivery is Delivery.MAIL
    on = today() if by_mail or "on" not in form or form.on.data is None else form.on.data
    way = sending.Way(agency, delivery, on, form.address.data if by_mail else "")
    try:
        sending.check_way(letter, way, letter.sent_on or today(), today())
    except (Incomplete, NotAllowed) as refused:
        complain(form, refused)
        return None
    return way


@bp.post("/<id:id>/skicka/<id:agency_id>")
@roles(Role.COORDINATOR)
def dispatch(id: int, agency_id: int) -> Response | tuple[str, int]:
    """Tells how a sent letter goes to one party."""
    letter = letters.get(db.session, me(), id)
    agency = next((one for one in parts.parties(letter) if one.id == agency_id), None)
    if agency is None:
        raise NotFound
    form = parts.way_form(letter, agency, sent=True)
    if not form.delivery.data:
        complain(form, Incomplete("needs_way"))
    way = _way(letter, agency, form) if not form.errors else None
    if way is None:
        return letter_page.page(letter, **{parts.way_name(agency): form}), 422
    sending.dispatch(db.session, me(), letter, way, now())
    db.session.commit()
    told = gettext("Skrivelsen ligger i utkorgen.") if way.delivery is Delivery.MAIL else gettext("Det är antecknat.")
    flash(told, "ok")
    return redirect(url_for("letters.show", id=id, _anchor="sending-h"))
