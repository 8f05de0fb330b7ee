"""The forms of a barrier: a new one of some reports, and what is said of one that there is."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import NotFound, Obstacle, Step
from deviations.extensions import db
from deviations.forms.barriers import BarrierForm
from deviations.queries import barriers, catalogue, namings, proposals
from deviations.services import barriers as keeping
from deviations.services import rulings
from deviations.services.filing import PersonalData
from deviations.web import conflicts, decided, labels, names
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Barrier, Deviation, Ruling

bp = Blueprint("barrier_forms", __name__, url_prefix="/hinder")

TYPED = ("name", "description")
"""The texts of a barrier, in which somebody may be pointed out."""


def _barrier_form(**kwargs: object) -> BarrierForm:
    session = db.session
    return BarrierForm(
        rules=catalogue.rule_choices(session),
        agencies=[(a.id, a.short_name) for a in catalogue.agencies(session)],
        steps=[(step, label) for step, label in labels.STEPS.items()],
        obstacles=[(kind, label) for kind, label in labels.OBSTACLES.items()],
        **kwargs,
    )


@bp.get("/nytt")
@roles(Role.COORDINATOR)
def new() -> str:
    """The form for a new barrier, filled from the reports that it is to be made of."""
    form = _barrier_form(deviations=request.args.get("avvikelser", ""))
    chosen = _chosen(form)
    if chosen:
        told = namings.prefilled(db.session, chosen)
        form.name.data = told.name
        form.rule.data, form.step.data = str(told.rule or ""), str(told.step or "")
        form.obstacle.data = str(told.obstacle or "")
        form.agencies.data = [str(id) for id in told.agencies]
    return render_template("barriers/form.html", form=form, chosen=chosen, barrier=None)


def _chosen(form: BarrierForm) -> list["Deviation"]:
    try:
        ids = form.deviation_ids
    except ValueError:
        raise NotFound from None
    return proposals.chosen(db.session, me(), ids) if ids else []


@bp.post("/nytt")
@roles(Role.COORDINATOR)
def create() -> Response | tuple[str, int]:
    """Makes the barrier and places its reports in it."""
    form = _barrier_form()
    chosen = _chosen(form)
    if not form.validate() or names.asks(form, TYPED):
        return render_template("barriers/form.html", form=form, chosen=chosen, barrier=None), 422
    try:
        barrier, ruling = _made(_description(form), chosen)
    except PersonalData as refused:
        complain(form, refused)
        return render_template("barriers/form.html", form=form, chosen=chosen, barrier=None), 422
    db.session.commit()
    sentence = gettext("Hindret ”%(name)s” finns nu.", name=barrier.name)
    if ruling is None:
        flash(sentence, "ok")
        return redirect(url_for("barriers.show", id=barrier.id))
    decided.tell(ruling, sentence)
    return redirect(url_for("barriers.show", id=barrier.id))


def _made(told: keeping.Description, chosen: list["Deviation"]) -> "tuple[Barrier, Ruling | None]":
    """The new barrier, and the decision that placed its reports; one without reports can't be undone, only ended."""
    session, actor = db.session, me()
    if not chosen:
        return keeping.create(session, actor, told, at=now()), None
    ruling = rulings.take_new(session, actor, [(one, None) for one in chosen], told, at=now())
    barrier = chosen[0].barrier
    assert barrier is not None  # where the ruling has just placed it
    return barrier, ruling


def _description(form: BarrierForm) -> keeping.Description:
    session = db.session
    rules = {r.id: r for r in catalogue.rules(session)}
    return keeping.Description(
        name=form.name.data,
        description=form.description.data,
        obstacle=Obstacle(form.obstacle.data) if form.obstacle.data else None,
        step=Step(form.step.data) if form.step.data else None,
        rule=rules.get(form.rule.id_chosen or 0),
        agencies=[a for a in catalogue.agencies(session) if a.id in form.agency_ids],
    )


@bp.get("/<id:id>/andra")
@roles(Role.COORDINATOR)
def edit(id: int) -> str:
    """The form that changes what is said of a barrier."""
    barrier = barriers.get(db.session, me(), id)
    return render_template("barriers/form.html", form=_saved_form(barrier), chosen=[], barrier=barrier)


def _saved_form(barrier: "Barrier") -> BarrierForm:
    """The form with what is said of the barrier, whatever was sent."""
    form = _barrier_form(
        formdata=None,
        name=barrier.name,
        description=barrier.description,
        rule=str(barrier.rule_id or ""),
        step=str(barrier.step or ""),
        obstacle=str(barrier.obstacle or ""),
        version=str(barrier.version),
    )
    form.agencies.data = [str(a.id) for a in barrier.agencies]
    return form


@bp.post("/<id:id>/andra")
@roles(Role.COORDINATOR)
def change(id: int) -> Response | tuple[str, int]:
    """Saves what is said of a barrier."""
    barrier = barriers.get(db.session, me(), id)
    form = _barrier_form()
    if not form.validate() or names.asks(form, TYPED):
        return render_template("barriers/form.html", form=form, chosen=[], barrier=barrier), 422
    try:
        keeping.describe(db.session, me(), barrier, _description(form), version=form.shown_version or 0, at=now())
        db.session.commit()
    except PersonalData as refused:
        complain(form, refused)
        return render_template("barriers/form.html", form=form, chosen=[], barrier=barrier), 422
    except StaleDataError:
        return _overtaken(id, form), 409
    flash(gettext("Hindret är ändrat."), "ok")
    return redirect(url_for("barriers.show", id=id))


def _overtaken(id: int, form: BarrierForm) -> str:
    """The form as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    barrier = barriers.get(db.session, me(), id)
    conflict = conflicts.beside(conflicts.of_barrier(barrier), form, _saved_form(barrier))
    return render_template("barriers/form.html", form=form, chosen=[], barrier=barrier, conflict=conflict)
