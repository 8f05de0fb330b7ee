"""Internal notes on a report's and a barrier's page: written by leads and the coordinator, read by nobody else."""

from typing import TYPE_CHECKING, Union

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import NotFound
from deviations.extensions import db
from deviations.forms.notes import NoteForm
from deviations.queries import barriers, deviations
from deviations.queries import notes as reading
from deviations.services import notes
from deviations.services.checks import PersonalData
from deviations.web import names
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Barrier, Deviation

bp = Blueprint("notes", __name__)


@bp.post("/avvikelser/<id:id>/anteckning")
@roles(Role.COORDINATOR, Role.LEAD)
def on_deviation(id: int) -> Response | tuple[str, int]:
    """One more note about a report."""
    deviation = deviations.get(db.session, me(), id)
    return _add(deviation, deviation.title, url_for("deviations.show", id=id), url_for("notes.on_deviation", id=id))


@bp.post("/hinder/<id:id>/anteckning")
@roles(Role.COORDINATOR, Role.LEAD)
def on_barrier(id: int) -> Response | tuple[str, int]:
    """One more note about a barrier."""
    barrier = barriers.get(db.session, me(), id)
    return _add(barrier, barrier.name, url_for("barriers.show", id=id), url_for("notes.on_barrier", id=id))


def _add(about: Union["Deviation", "Barrier"], title: str, back: str, action: str) -> Response | tuple[str, int]:
    """Adds what was written and goes back to the page; what must be changed first comes back on a page of its own."""
    if not reading.may(me(), about):
        raise NotFound
    form = NoteForm()
    if not form.validate() or names.asks(form, ["text"]) or not _added(about, form):
        of_barrier = back.startswith(url_for("barriers.index"))
        return render_template(
            "notes/form.html", form=form, title=title, back=back, action=action, of_barrier=of_barrier
        ), 422
    db.session.commit()
    flash(gettext("Anteckningen är sparad."), "ok")
    return redirect(f"{back}#anteckningar")


def _added(about: Union["Deviation", "Barrier"], form: NoteForm) -> bool:
    try:
        notes.add(db.session, me(), about, form.text.data, at=now())
    except PersonalData as refused:
        complain(form, refused)
        return False
    return True
