"""Structural barriers: the list, one barrier's page, and how it ended."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import BarrierStatus, Incomplete
from deviations.extensions import db
from deviations.queries import barriers, rule_changes, settings, standings, visibility
from deviations.services import barriers as keeping
from deviations.services.filing import PersonalData
from deviations.web import barrier_page, inputs, labels, names
from deviations.web.access import READERS, me, now, roles
from deviations.web.complaints import complain

bp = Blueprint("barriers", __name__, url_prefix="/hinder")

NEAR = "nara"
"""What the address calls the barriers that are near the policy; it stands among the states to choose from."""


@bp.get("")
@roles(*READERS)
def index() -> str:
    """All barriers, those past or near the policy first."""
    actor = me()
    exact = visibility.sees_small_counts(actor)
    near = exact and request.args.get("status") == NEAR
    rows = barriers.listed(db.session, actor, today(), inputs.code("status", BarrierStatus), near=near)
    return render_template(
        "barriers/index.html",
        rows=rows,
        marked=rule_changes.marked(db.session),
        chosen=NEAR if near else inputs.code("status", BarrierStatus),
        policies=settings.policies(db.session),
        programs=standings.programs(db.session),
        exact=exact,
        writes=actor.has(Role.COORDINATOR),
        states=_states(actor, exact),
    )


def _states(actor: Actor, exact: bool) -> list[tuple[str, str]]:
    """The states to choose from with how many are in each, and for who sees small counts those near the policy."""
    found = [(str(s), f"{labels.BARRIERS[s]} ({count})") for s, count in barriers.counts(db.session, actor).items()]
    return [*found, (NEAR, gettext("Nära gränsen"))] if exact else found


@bp.get("/<id:id>")
@roles(*READERS)
def show(id: int) -> str:
    """One barrier: how it spreads, how near the policy it is, what was tried, its letters and its story."""
    return barrier_page.render(barriers.get(db.session, me(), id))


@bp.post("/<id:id>/avsluta")
@roles(Role.COORDINATOR)
def end(id: int) -> Response | tuple[str, int]:
    """Marks a barrier as removed, written off or returned."""
    barrier = barriers.get(db.session, me(), id)
    form = barrier_page.ending(barrier)
    if not form.validate() or names.asks(form, ["note"]):
        return barrier_page.render(barrier, form), 422
    try:
        keeping.end(
            db.session,
            me(),
            barrier,
            BarrierStatus(form.target.data),
            note=form.note.data,
            review_on=form.review_on.data,
            at=now(),
        )
    except (PersonalData, Incomplete) as refused:
        complain(form, refused)
        return barrier_page.render(barrier, form), 422
    db.session.commit()
    flash(gettext("Hindret är nu: %(state)s.", state=str(labels.BARRIERS[barrier.status]).lower()), "ok")
    return redirect(url_for("barriers.show", id=id))
