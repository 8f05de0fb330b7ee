"""What becomes of barriers when a decision is taken back: their state returns where nothing else has happened to them,
and one that the decision made goes away unless somebody uses it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.roles import Actor
from deviations.domain.workflow import Act, BarrierStatus, Status
from deviations.models import Barrier, Deviation, InternalNote, Letter, Move, Ruling, Solution
from deviations.queries import letters, rulings, standings
from deviations.queries.spreads import PLACED
from deviations.services import audit, policy
from deviations.services.recording import Record


def barriers_back(session: Session, actor: Actor, ruling: Ruling, record: Record, at: datetime) -> None:
    """Puts back the barriers that a decision touched. Its reports have left them already."""
    made, changed = record.new(Barrier), record.of(Barrier)
    told = {step.barrier_id or 0 for step in rulings.steps(session, ruling) if step.act in (Act.MERGED, Act.SPLIT)}
    for id in sorted({*made, *changed, *told}):
        barrier = session.get_one(Barrier, id)
        was = {name: then for name, (then, _) in changed.get(id, {}).items()}
        if id in made and not _used(session, barrier):
            was = {"status": BarrierStatus.UNDONE}
        elif _moved_since(session, ruling, barrier) or not _fits(session, ruling, barrier, was, at):
            was = {name: then for name, then in was.items() if name == "merged_into_id"}
        if was or id in told:
            _return(session, actor, ruling, barrier, was, at)


def _used(session: Session, barrier: Barrier) -> bool:
    """Whether anything still hangs on a barrier: a report, a letter, a solution, a note, another barrier."""
    uses = (
        exists().where(Deviation.barrier_id == barrier.id),
        exists().where(letters.about([barrier.id])),
        exists().where(Solution.barrier_id == barrier.id),
        exists().where(InternalNote.barrier_id == barrier.id),
        exists().where(Barrier.merged_into_id == barrier.id),
    )
    return bool(session.scalar(select(or_(*uses))))


def _moved_since(session: Session, ruling: Ruling, barrier: Barrier) -> bool:
    """Whether anything has happened to the barrier after the decision: a step that is not undone, or a letter."""
    last = select(func.max(Move.id)).where(Move.ruling_id == ruling.id, Move.act != Act.UNDONE).scalar_subquery()
    undone = select(Ruling.id).where(Ruling.undone_at.is_not(None))
    step = exists().where(
        Move.barrier_id == barrier.id, Move.id > last, or_(Move.ruling_id.is_(None), Move.ruling_id.not_in(undone))
    )
    letter = exists().where(letters.about([barrier.id]), Letter.created_at >= ruling.at)
    return bool(session.scalar(select(or_(step, letter))))


def _fits(session: Session, ruling: Ruling, barrier: Barrier, was: Mapping[str, Any], at: datetime) -> bool:
    """Whether the earlier state is still true without the decision: a barrier that meets the policy all the same stays
    recurring, and one in which others have placed a report has returned.
    """
    if was.get("status") in policy.MAY_FIRE:
        return not standings.nearest(session, barrier, day_of(at)).reached
    if was.get("status") in standings.GONE:
        return not _placed_since(session, ruling, barrier)
    return True


def _placed_since(session: Session, ruling: Ruling, barrier: Barrier) -> bool:
    placed = exists().where(
        Deviation.barrier_id == barrier.id,
        *PLACED,
        Move.deviation_id == Deviation.id,
        Move.target == Status.JOINED,
        Move.at >= ruling.at,
        or_(Move.ruling_id.is_(None), Move.ruling_id != ruling.id),
    )
    return bool(session.scalar(select(placed)))


def _return(
    session: Session, actor: Actor, ruling: Ruling, barrier: Barrier, was: Mapping[str, Any], at: datetime
) -> None:
    source = barrier.status
    for name, value in was.items():
        setattr(barrier, name, value)
    session.expire(barrier, ["merged_into"])  # its column was set past it
    step = Move(act=Act.UNDONE, at=at, actor_id=actor.id, barrier_id=barrier.id, source=source, target=barrier.status)
    step.ruling_id = ruling.id
    session.add(step)
    detail = {"ruling": ruling.id, "from": source, "to": barrier.status}
    audit.record(session, actor, "barrier.undone", f"barrier:{barrier.id}", at, detail)
