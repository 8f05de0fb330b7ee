"""Applies the recurrence policy: marks barriers that have come to recur or come back, and changes the thresholds."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.recurrence import Policy, Standing
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import BarrierStatus, NotAllowed, check_barrier_move
from deviations.models import Barrier, Move
from deviations.queries import barriers, settings, visibility
from deviations.services import audit, choices

GONE = (BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF)
MAY_FIRE = (BarrierStatus.WATCHED, BarrierStatus.RETURNED)


def refresh(session: Session, barrier: Barrier, at: datetime, *, new: bool) -> None:
    """Looks at a barrier after its reports changed.

    `new`: a report was just placed in it, so that a barrier that was gone has returned. A barrier that meets the policy
    becomes recurring, with the counts that made it so; it is never taken back by itself.
    """
    if new and barrier.status in GONE:
        change_status(session, None, barrier, BarrierStatus.RETURNED, at)
    if barrier.status not in MAY_FIRE:
        return
    now = barriers.standing_of(session, barrier, day_of(at))
    if now.reached:
        barrier.fired_at = at
        barrier.fired_why = json.dumps(_why(now))
        change_status(session, None, barrier, BarrierStatus.RECURRING, at, detail=_why(now))


def _why(standing: Standing) -> dict[str, object]:
    return {
        "since": standing.since.isoformat(),
        **{kind: have for kind, have, _ in standing.parts},
        "policy": standing.policy.as_dict(),
    }


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
    session: Session, actor: Actor, policy: Policy, at: datetime, *, version: int | None = None
) -> list[Barrier]:
    """Changes the thresholds and returns the barriers that came to recur by it.

    Raises NotAllowed for others than the coordinator, and StaleDataError as `choices.keep`.
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    choices.keep(session, settings.POLICY, policy.as_dict(), version)
    audit.record(session, actor, "policy.changed", "policy", at, dict(policy.as_dict()))
    may_fire = (Barrier.status.in_(MAY_FIRE), visibility.standing_barriers())
    watched = session.scalars(select(Barrier).where(*may_fire).order_by(Barrier.id)).all()
    for barrier in watched:
        refresh(session, barrier, at, new=False)
    return [barrier for barrier in watched if barrier.status is BarrierStatus.RECURRING]
