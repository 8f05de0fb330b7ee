"""Saved views: keep a list under a name, share it with leads and coordinators, forget it."""

from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.lists import Chosen, from_address
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.lists import ViewForm
from deviations.queries import views
from deviations.services import views as keeping
from deviations.services.checks import PersonalData
from deviations.web import labels, list_parts, names
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain

bp = Blueprint("views", __name__, url_prefix="/triage/vyer")


@bp.post("")
@roles(Role.COORDINATOR, Role.LEAD)
def save() -> Response | tuple[str, int]:
    """Keeps the list of the page under a name, which others may come to read; the list itself comes in the address."""
    chosen, form = from_address(request.args), ViewForm()
    if not form.validate() or names.asks(form, ["name"]):
        return _again(chosen, form)
    try:
        view = keeping.save(db.session, me(), form.name.data, chosen, shared=form.shared.data, at=now())
    except PersonalData as refused:
        complain(form, refused)
        return _again(chosen, form)
    except NotAllowed as refused:
        return _back(chosen, labels.refusal(refused.code), "error")
    db.session.commit()
    return _back(chosen, gettext("Vyn ”%(name)s” är sparad.", name=view.name), "ok")


def _again(chosen: Chosen, form: ViewForm) -> tuple[str, int]:
    """The name as it was typed, with what must be changed."""
    keep, back = (list_parts.address(endpoint, chosen) for endpoint in ("views.save", "triage.queue"))
    return render_template("triage/view.html", form=form, keep=keep, back=back), 422


def _back(chosen: Chosen, said: str, tone: str) -> Response:
    flash(said, tone)
    return redirect(list_parts.address("triage.queue", chosen))


@bp.post("/<id:id>/dela")
@roles(Role.COORDINATOR, Role.LEAD)
def share(id: int) -> Response:
    """Shows one of one's own views to colleagues, or to oneself alone again."""
    view = views.get(db.session, me(), id)
    keeping.share(db.session, me(), view, shared=request.form.get("dela") == "ja")
    db.session.commit()
    said = gettext("Vyn ”%(name)s” är delad.", name=view.name) if view.shared else None
    return _back(_of(view.query), said or gettext("Vyn ”%(name)s” är bara din nu.", name=view.name), "ok")


@bp.post("/<id:id>/ta-bort")
@roles(Role.COORDINATOR, Role.LEAD)
def remove(id: int) -> Response:
    """Forgets one of one's own views."""
    view = views.get(db.session, me(), id)
    name = view.name
    keeping.remove(db.session, me(), view)
    db.session.commit()
    flash(gettext("Vyn ”%(name)s” är borttagen.", name=name), "ok")
    return redirect(url_for("triage.queue"))


def _of(query: str) -> Chosen:
    """The list that a view keeps, read as any address is."""
    return from_address(dict(parse_qsl(query)))
