"""Makes and keeps structural barriers: a new one of some reports, its name and kind, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import BY_HAND, BarrierStatus, Incomplete, NotAllowed, Obstacle, Status, Step
from deviations.models import Agency, Barrier, Deviation, Move, Rule
from deviations.services import audit, policy, triage
from deviations.services.filing import check_texts


@dataclass(slots=True)
class Description:
    """What a coordinator says of a barrier."""

    name: str
    description: str = ""
    obstacle: Obstacle | None = None
    step: Step | None = None
    rule: Rule | None = None
    agencies: Sequence[Agency] = field(default_factory=list)


def create(
    session: Session,
    actor: Actor,
    told: Description,
    deviations: Sequence[Deviation] = (),
    *,
    at: datetime,
) -> Barrier:
    """A new, watched barrier with these reports placed in it. Raises NotAllowed for others than the coordinator."""
    _coordinator_only(actor)
    check_texts({"name": told.name, "description": told.description})
    barrier = Barrier(status=BarrierStatus.WATCHED, created_at=at)
    _describe(barrier, told)
    session.add(barrier)
    session.flush()
    session.add(Move(at=at, actor_id=actor.id, barrier_id=barrier.id, target=BarrierStatus.WATCHED))
    audit.record(session, actor, "barrier.created", f"barrier:{barrier.id}", at)
    for deviation in deviations:
        triage.move(session, actor, deviation, triage.Decision(Status.JOINED, barrier=barrier), at=at)
    return barrier


def describe(
    session: Session, actor: Actor, barrier: Barrier, told: Description, *, version: int, at: datetime
) -> None:
    """Changes what is said of a barrier. Raises NotAllowed; StaleDataError if it was changed since `version`."""
    _coordinator_only(actor)
    _not_merged(barrier)
    check_texts({"name": told.name, "description": told.description})
    set_committed_value(barrier, "version", version)
    _describe(barrier, told)
    flag_modified(barrier, "name")  # the parties lie in another table: without this, changing them checks no version
    audit.record(session, actor, "barrier.described", f"barrier:{barrier.id}", at)


def _describe(barrier: Barrier, told: Description) -> None:
    barrier.name = told.name
    barrier.description = told.description
    barrier.obstacle = told.obstacle
    barrier.step = told.step
    barrier.rule = told.rule
    barrier.agencies = list(told.agencies)


def end(
    session: Session,
    actor: Actor,
    barrier: Barrier,
    target: BarrierStatus,
    *,
    note: str,
    review_on: date | None = None,
    at: datetime,
) -> None:
    """Marks a barrier as removed, written off or returned, with the reason.

    Raises NotAllowed for others and other states, Incomplete without a reason or (written off) a day of review.
    """
    _coordinator_only(actor)
    _not_merged(barrier)
    if target not in BY_HAND:
        raise NotAllowed("no_such_move")
    if not note:
        raise Incomplete("needs_note")
    if target is BarrierStatus.WRITTEN_OFF and review_on is None:
        raise Incomplete("needs_review_day")
    check_texts({"note": note})
    barrier.review_on = review_on if target is BarrierStatus.WRITTEN_OFF else None
    policy.change_status(session, actor, barrier, target, at, note=note)
    policy.refresh(session, barrier, at, new=False)  # one that has come back may meet the policy already


def _not_merged(barrier: Barrier) -> None:
    if barrier.merged_into_id is not None:
        raise NotAllowed("barrier_merged")


def _coordinator_only(actor: Actor) -> None:
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
