"""The coordinator's queue of the week, and a lead's view of what is hers."""

from collections import Counter

from flask import Blueprint, render_template

from deviations.domain.days import today
from deviations.domain.roles import Role
from deviations.domain.workflow import Kind, Status
from deviations.extensions import db
from deviations.queries import deviations, grouping, occurrences
from deviations.web.access import me, now, roles

bp = Blueprint("triage", __name__)


@bp.get("/triage")
@roles(Role.COORDINATOR, Role.LEAD)
def queue() -> str:
    """What waits for a decision, each with the barrier that it most likely belongs to."""
    session, actor = db.session, me()
    waiting = deviations.queue(session, actor)
    ordinary = [deviations.fact(d) for d in waiting if d.kind is Kind.DEVIATION]
    return render_template(
        "triage/queue.html",
        waiting=waiting,
        best=grouping.best(session, actor, ordinary),
        same=Counter(occurrences.counts(session, actor, [d.id for d in waiting])),
        asked=deviations.with_status(session, actor, Status.NEEDS_FACTS),
        local=deviations.with_status(session, actor, Status.LOCAL_ACTION),
        week=today().isocalendar().week,
        now=now(),
    )
