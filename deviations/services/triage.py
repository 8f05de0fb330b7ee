"""Moves a deviation through its life: the coordinator's decisions, a lead's local ones and the reporter's answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain import workflow
from deviations.domain.roles import Actor
from deviations.domain.workflow import CloseReason, Incomplete, NotAllowed, Status
from deviations.models import Barrier, Deviation, Move, Solution, Verdict
from deviations.services import audit, notices, policy
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

    `version` is the one that the form showed; when somebody else has saved since, the flush raises SQLAlchemy's
    StaleDataError. Raises NotAllowed for a step that the state or the role does not admit, Incomplete when it lacks its
    question, solution, barrier or reason, and PersonalData.
    """
    _check(actor, deviation, decision)
    if version is not None:
        set_committed_value(deviation, "version", version)
    left = deviation.barrier
    for step in workflow.route(deviation.status, decision.to):
        _take(session, actor, deviation, step, decision if step is decision.to else None, at)
    session.flush()
    for barrier in {b.id: b for b in (left, deviation.barrier) if b is not None}.values():
        policy.refresh(session, barrier, at, new=barrier is not left)


def _check(actor: Actor, deviation: Deviation, decision: Decision) -> None:
    steps = workflow.route(deviation.status, decision.to)
    for source, target in zip((deviation.status, *steps), steps, strict=False):
        if not workflow.may(actor, source, target, subproject=deviation.subproject_id, author=deviation.reporter_id):
            raise NotAllowed("not_your_move")
    needs = workflow.MOVES[(deviation.status if len(steps) == 1 else steps[0], decision.to)].needs
    given = {
        "note": decision.note,
        "solution": decision.solution,
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
    step = Move(
        at=at,
        actor_id=actor.id,
        deviation_id=deviation.id,
        source=source,
        target=target,
        note=(decision.note or decision.solution) if decision else "",
    )
    session.add(step)
    detail: dict[str, object] = {"from": source, "to": target}
    if target is Status.JOINED and deviation.barrier is not None:
        detail["barrier"] = deviation.barrier.id
    if target is Status.CLOSED and decision is not None and decision.reason is not None:
        detail["reason"] = decision.reason
    audit.record(session, actor, "deviation.moved", f"deviation:{deviation.id}", at, detail)
    notices.moved(session, actor, deviation, step.id, at)


def _let_go(session: Session, actor: Actor, deviation: Deviation, at: datetime) -> None:
    """A reopened report leaves its barrier, and the program does not put it back there by itself."""
    if deviation.barrier is not None:
        judge(session, actor, deviation, deviation.barrier, belongs=False, at=at)
    deviation.barrier = None
    deviation.close_reason = None
    deviation.duplicate_of = None


def _settle(session: Session, actor: Actor, deviation: Deviation, decision: Decision, at: datetime) -> None:
    if decision.to is Status.JOINED and decision.barrier is not None:
        if deviation.barrier is not None and deviation.barrier is not decision.barrier:
            judge(session, actor, deviation, deviation.barrier, belongs=False, at=at)
        deviation.barrier = decision.barrier
        judge(session, actor, deviation, decision.barrier, belongs=True, at=at)
    elif decision.to is Status.SOLVED_LOCALLY:
        session.add(
            Solution(
                deviation_id=deviation.id,
                barrier_id=decision.barrier.id if decision.barrier else None,
                subproject_id=deviation.subproject_id,
                text=decision.solution,
                worked=decision.worked,
                created_at=at,
            )
        )
    elif decision.to is Status.CLOSED:
        deviation.close_reason = decision.reason
        deviation.duplicate_of = decision.duplicate_of if decision.reason is CloseReason.DUPLICATE else None


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
