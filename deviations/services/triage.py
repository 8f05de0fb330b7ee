"""Moves a deviation through its life: the coordinator's decisions, a lead's local ones and the reporter's answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain import workflow
from deviations.domain.roles import Actor
from deviations.domain.workflow import CloseReason, Incomplete, Kind, NotAllowed, Status
from deviations.models import Barrier, Deviation, Move, Solution, Verdict
from deviations.queries import deviations
from deviations.services import audit, notices, policy, promises
from deviations.services.filing import check_texts


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a report goes, and what that step must say."""

    to: Status
    note: str = ""
    barrier: Barrier | None = None
    solution: str = ""
    worked: bool = True
    reason: CloseReason | None = None
    duplicate_of: Deviation | None = None


def move(
    session: Session,
    actor: Actor,
    deviation: Deviation,
    decision: Decision,
    *,
    at: datetime,
    version: int | None = None,
) -> None:
    """Takes the report to its next state, through review if it was just filed; one history row and audit line a step.
    The occurrences that were said of it go along.

    `version` is the one that the form showed; when somebody else has saved since, the flush raises SQLAlchemy's
    StaleDataError. Raises NotAllowed for a step that the state or the role does not admit, Incomplete when it lacks its
    question, solution, barrier or reason, and PersonalData.
    """
    _check(session, actor, deviation, decision)
    if version is not None:
        set_committed_value(deviation, "version", version)
    left = deviation.barrier
    for step in workflow.route(deviation.status, decision.to):
        _take(session, actor, deviation, step, decision if step is decision.to else None, at)
    changed = {left, *_lead_along(session, actor, deviation, left, at)}
    if deviation.kind is not Kind.GOOD_EXAMPLE:
        changed.add(deviation.barrier)
    session.flush()
    for barrier in sorted((b for b in changed if b is not None), key=lambda b: b.id):
        policy.refresh(session, barrier, at, new=barrier is not left)


def _check(session: Session, actor: Actor, deviation: Deviation, decision: Decision) -> None:
    steps = workflow.route(deviation.status, decision.to)
    for source, target in zip((deviation.status, *steps), steps, strict=False):
        if not workflow.may(actor, source, target, subproject=deviation.subproject_id, author=deviation.reporter_id):
            raise NotAllowed("not_your_move")
    needs = workflow.MOVES[(deviation.status if len(steps) == 1 else steps[0], decision.to)].needs
    given = {
        "note": decision.note,
        "solution": decision.solution or _own_solution(session, deviation),
        "barrier": decision.barrier,
        "reason": decision.reason,
    }
    if needs is not None and not given[needs]:
        raise Incomplete(f"needs_{needs}")
    if decision.reason is CloseReason.DUPLICATE and decision.duplicate_of in (None, deviation):
        raise Incomplete("needs_original")
    check_texts({"note": decision.note, "solution": decision.solution})


def _take(
    session: Session,
    actor: Actor,
    deviation: Deviation,
    target: Status,
    decision: Decision | None,
    at: datetime,
) -> None:
    source = deviation.status
    deviation.status = target
    if target is Status.IN_REVIEW:
        _let_go(session, actor, deviation, at)
    if decision is not None:
        _settle(session, actor, deviation, decision, at)
    _record(session, actor, deviation, source, at, (decision.note or decision.solution) if decision else "")


def _record(session: Session, actor: Actor, deviation: Deviation, source: Status, at: datetime, note: str) -> None:
    """One step that has been taken, in the history, in the audit log and to whom it may concern."""
    target = deviation.status
    promises.renew(session, deviation, source, at)
    step = Move(at=at, actor_id=actor.id, deviation_id=deviation.id, source=source, target=target, note=note)
    session.add(step)
    detail: dict[str, object] = {"from": source, "to": target}
    if target is Status.JOINED and deviation.barrier is not None:
        detail["barrier"] = deviation.barrier.id
    if target is Status.CLOSED and deviation.close_reason is not None:
        detail["reason"] = deviation.close_reason
    audit.record(session, actor, "deviation.moved", f"deviation:{deviation.id}", at, detail)
    notices.moved(session, actor, deviation, step.id, at)


def _let_go(session: Session, actor: Actor, deviation: Deviation, at: datetime) -> None:
    """A reopened report leaves its barrier, and the program does not put it back there by itself."""
    if deviation.barrier is not None:
        judge(session, actor, deviation, deviation.barrier, belongs=False, at=at)
        _tell_of(session, deviation, None)
    deviation.barrier = None
    deviation.close_reason = None
    deviation.duplicate_of = None


def _settle(session: Session, actor: Actor, deviation: Deviation, decision: Decision, at: datetime) -> None:
    if decision.to is Status.JOINED and decision.barrier is not None:
        if deviation.barrier is not None and deviation.barrier is not decision.barrier:
            judge(session, actor, deviation, deviation.barrier, belongs=False, at=at)
        deviation.barrier = decision.barrier
        judge(session, actor, deviation, decision.barrier, belongs=True, at=at)
        _tell_of(session, deviation, decision.barrier)
    elif decision.to is Status.SOLVED_LOCALLY:
        _solve(session, deviation, decision, at)
    elif decision.to is Status.CLOSED:
        deviation.close_reason = decision.reason
        deviation.duplicate_of = decision.duplicate_of if decision.reason is CloseReason.DUPLICATE else None


def _own_solution(session: Session, deviation: Deviation) -> Solution | None:
    """The solution that a guldkorn has been since it was filed; None for other reports."""
    if deviation.kind is not Kind.GOOD_EXAMPLE:
        return None
    return session.scalar(select(Solution).where(Solution.deviation_id == deviation.id).order_by(Solution.id).limit(1))


def _solve(session: Session, deviation: Deviation, decision: Decision, at: datetime) -> None:
    """Keeps what was done. A guldkorn is told once: the decision's words, if any, take the place of its own."""
    told = _own_solution(session, deviation)
    if told is None:
        told = Solution(deviation_id=deviation.id, subproject_id=deviation.subproject_id, text="", created_at=at)
        session.add(told)
    told.text = decision.solution or told.text
    told.worked = decision.worked
    if decision.barrier is not None:
        told.barrier_id = decision.barrier.id


def _tell_of(session: Session, deviation: Deviation, barrier: Barrier | None) -> None:
    """A guldkorn's solution is found at the barrier in which it is placed."""
    if deviation.kind is Kind.GOOD_EXAMPLE:
        placed = barrier.id if barrier is not None else None
        session.execute(update(Solution).where(Solution.deviation_id == deviation.id).values(barrier_id=placed))


def _lead_along(
    session: Session, actor: Actor, original: Deviation, left: Barrier | None, at: datetime
) -> list[Barrier]:
    """Takes the occurrences said of a report where it went; the barriers in which they were placed.

    They follow into its barrier, to another one and out again, and to the report that it repeats. One that a person has
    decided about by itself stays where it is, and none is placed where a person said that it does not belong.
    """
    barrier, other = original.barrier, None
    if original.duplicate_of is not None:
        other = deviations.said_of(original.duplicate_of)
        barrier = other if isinstance(other, Barrier) else None
    placed = []
    for follower in deviations.followers(session, original):
        if isinstance(other, Deviation):
            follower.same_as = other if other is not follower else None
        judged = _judged(session, follower)
        waits = follower.status in deviations.WAITING
        leaves = left not in (None, barrier) and follower.barrier is left and not judged.get(follower.barrier_id)
        if barrier is not None and (waits or leaves) and judged.get(barrier.id, True):
            _follow(session, actor, follower, barrier, at)
            placed.append(barrier)
        elif leaves:
            _follow(session, actor, follower, None, at)
    return placed


def _judged(session: Session, deviation: Deviation) -> dict[int | None, bool]:
    """What people said of this very report: the barriers to which it belongs, or not."""
    found = session.scalars(select(Verdict).where(Verdict.deviation_id == deviation.id))
    return {verdict.barrier_id: verdict.belongs for verdict in found}


def _follow(session: Session, actor: Actor, follower: Deviation, barrier: Barrier | None, at: datetime) -> None:
    """The same steps for an occurrence, without words or verdict: those were about the report that it follows."""
    for target in workflow.route(follower.status, Status.JOINED if barrier is not None else Status.IN_REVIEW):
        source, follower.status = follower.status, target
        follower.barrier = barrier if target is Status.JOINED else None
        _record(session, actor, follower, source, at, "")


def judge(
    session: Session, actor: Actor, deviation: Deviation, barrier: Barrier, *, belongs: bool, at: datetime
) -> None:
    """Remembers a person's word that a report belongs to a barrier, or does not (promise 4)."""
    known = session.scalar(
        select(Verdict).where(Verdict.deviation_id == deviation.id, Verdict.barrier_id == barrier.id)
    )
    if known is None:
        known = Verdict(deviation_id=deviation.id, barrier_id=barrier.id)
        session.add(known)
    known.belongs, known.actor_id, known.at = belongs, actor.id, at


def refuse(session: Session, actor: Actor, deviation: Deviation, barrier: Barrier, at: datetime) -> None:
    """A coordinator says that a report does not belong to a suggested barrier; it is not suggested again.

    Raises NotAllowed for others.
    """
    if not workflow.may(actor, Status.IN_REVIEW, Status.JOINED, subproject=deviation.subproject_id, author=0):
        raise NotAllowed("not_your_move")
    judge(session, actor, deviation, barrier, belongs=False, at=at)
    audit.record(
        session,
        actor,
        "suggestion.refused",
        f"deviation:{deviation.id}",
        at,
        {"barrier": barrier.id},
    )
