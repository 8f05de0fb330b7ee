"""Applies the recurrence policy: marks barriers that have come to recur or come back, and changes the thresholds."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.recurrence import Policy, Standing, nearest
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import BarrierStatus, NotAllowed, check_barrier_move
from deviations.models import Barrier, Move, Program
from deviations.queries import settings, standings, visibility
from deviations.queries.standings import GONE
from deviations.services import audit, choices

MAY_FIRE = (BarrierStatus.WATCHED, BarrierStatus.RETURNED)


def refresh(session: Session, barrier: Barrier, at: datetime, *, new: bool) -> None:
    """Looks at a barrier after its reports changed.

    `new`: a report was just placed in it, so that a barrier that was gone has returned. A barrier that meets the policy
    becomes recurring, with the counts that made it so; it is never taken back by itself.
    """
    if new and barrier.status in GONE:
        change_status(session, None, barrier, BarrierStatus.RETURNED, at)
    if barrier.status in MAY_FIRE:
        _fire(session, barrier, standings.nearest(session, barrier, day_of(at)), at)


def _fire(session: Session, barrier: Barrier, standing: Standing, at: datetime) -> None:
    """Makes a barrier recurring if its standing says so; what it rests on goes into the barrier and the audit log."""
    if standing.reached:
        barrier.fired_at, barrier.fired_why = at, standing.why(day_of(at))
        change_status(session, None, barrier, BarrierStatus.RECURRING, at, detail=json.loads(barrier.fired_why))


def change_status(
    session: Session,
    actor: Actor | None,
    barrier: Barrier,
    target: BarrierStatus,
    at: datetime,
    *,
    note: str = "",
    detail: dict[str, object] | None = None,
) -> None:
    """One step of a barrier, by a person or (None) by the policy. Raises NotAllowed for a step that there is not."""
    check_barrier_move(barrier.status, target)
    source, barrier.status = barrier.status, target
    session.add(
        Move(
            at=at,
            actor_id=actor.id if actor else None,
            barrier_id=barrier.id,
            source=source,
            target=target,
            note=note,
        )
    )
    audit.record(
        session,
        actor,
        "barrier.moved",
        f"barrier:{barrier.id}",
        at,
        {"from": source, "to": target, **(detail or {})},
    )


def set_policy(
    session: Session,
    actor: Actor,
    policy: Policy | None,
    at: datetime,
    *,
    program: Program | None = None,
    version: int | None = None,
) -> list[Barrier]:
    """Changes the thresholds that programs share, or those of one program (None: it goes by the shared ones again), and
    returns the barriers that came to recur by it.

    Raises NotAllowed for others than the coordinator, and StaleDataError as `choices.keep`.
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    if policy is None and program is None:
        raise ValueError("what programs share can be changed, but not done without")
    name = settings.policy_of(program.id if program else None)
    chosen = policy.as_dict() if policy is not None else {}
    choices.keep(session, name, chosen, version)
    audit.record(session, actor, "policy.changed", name, at, dict(chosen))
    may_fire = (Barrier.status.in_(MAY_FIRE), visibility.standing_barriers())
    watched = session.scalars(select(Barrier).where(*may_fire).order_by(Barrier.id)).all()
    ids = [barrier.id for barrier in watched]
    stand = standings.of_all(session, day_of(at), settings.policies(session), ids, every=True)
    for barrier in watched:
        _fire(session, barrier, nearest(stand[barrier.id]), at)
    return [barrier for barrier in watched if barrier.status is BarrierStatus.RECURRING]
