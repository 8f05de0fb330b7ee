"""Takes a decision back, by the button that stands beside it wherever it was taken."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.queries import rulings
from deviations.services import rulings as deciding
from deviations.web import labels
from deviations.web.access import me, now, own_path, roles

bp = Blueprint("rulings", __name__, url_prefix="/beslut")


@bp.post("/<id:id>/angra")
@roles(Role.COORDINATOR, Role.LEAD)
def undo(id: int) -> Response:
    """Undoes one decision and goes back to the page where the button stood."""
    ruling = rulings.get(db.session, me(), id)
    what = labels.ruling(ruling)
    undone = deciding.undo(db.session, me(), ruling, at=now())
    db.session.commit()
    flash(gettext("Beslutet är ångrat. %(what)s. Allt är som det var före beslutet.", what=what), "ok")
    if undone.told_already:
        flash(
            gettext("Den som rapporterade hade redan fått veta det och får nu ett mejl om att det är ångrat."), "info"
        )
    return redirect(own_path(request.form.get("back")) or url_for("triage.queue"))
