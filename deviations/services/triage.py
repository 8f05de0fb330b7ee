"""Moves a deviation through its life: the coordinator's decisions, a lead's local ones and the reporter's answers.

Decisions that are taken on a page go through `rulings`, which makes them undoable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain import workflow
from deviations.domain.roles import Actor
from deviations.domain.workflow import CloseReason, Incomplete, Kind, NotAllowed, Status
from deviations.models import Barrier, Deviation, Move, Solution, SolutionTrial, Verdict
from deviations.queries import deviations
from deviations.services import audit, notices, pairs, policy, priorities, promises
from deviations.services.filing import check_texts


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a report goes, and what that step must say; `quiet` where nothing has happened to it that is to be told."""

    to: Status
    note: str = ""
    barrier: Barrier | None = None
    solution: str = ""
    worked: bool = True
    reason: CloseReason | None = None
    duplicate_of: Deviation | None = None
    quiet: bool = False


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
    audit.wait_turn(session)
    check(session, actor, deviation, decision)
    if version is not None:
        set_committed_value(deviation, "version", version)
    move_all(session, actor, [deviation], decision, at)


def move_all(session: Session, actor: Actor, deviations: Sequence[Deviation], decision: Decision, at: datetime) -> None:
    """The same for many reports, each of which has been checked (`check`). What is said of another report comes before
    that one, so that it is not taken along first.
    """
    changed: dict[Barrier, bool] = {}
    others: set[int] = set()
    for deviation in sorted(deviations, key=lambda one: (one.kind is not Kind.SAME_HERE, one.id)):
        others |= {id for id in (deviation.duplicate_of_id, deviation.same_as_id) if id is not None}
        for barrier, new in _carry_out(session, actor, deviation, decision, at).items():
            changed[barrier] = new or changed.get(barrier, False)
    session.flush()
    for barrier in sorted(changed, key=lambda one: one.id):
        policy.refresh(session, barrier, at, new=changed[barrier])
    others |= {decision.duplicate_of.id} if decision.duplicate_of is not None else set()
    priorities.refresh(session, {*others, *(one.id for one in deviations)})


def _carry_out(
    session: Session, actor: Actor, deviation: Deviation, decision: Decision, at: datetime
) -> dict[Barrier, bool]:
    """Takes the steps; the barriers whose reports changed, and whether one was newly placed there."""
    left = deviation.barrier
    for step in workflow.route(deviation.status, decision.to):
        _take(session, actor, deviation, step, decision if step is decision.to else None, at)
    changed = {left, *_lead_along(session, actor, deviation, left, at)}
    if deviation.kind is not Kind.GOOD_EXAMPLE:
        changed.add(deviation.barrier)
    return {barrier: barrier is not left for barrier in changed if barrier is not None}


def check(session: Session, actor: Actor, deviation: Deviation, decision: Decision) -> None:
    """Whether this person may take the decision on this report, and it says what it must. Raises as `move`."""
    steps = workflow.route(deviation.status, decision.to)
    if decision.to is Status.IN_REVIEW and deviation.erased_at is not None:
        raise NotAllowed("erased")  # there is nothing left to review
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
    if decision.reason is CloseReason.DUPLICATE:
        _check_original(session, deviation, decision.duplicate_of)
    if decision.barrier is not None:
        _check_barrier(session, decision.barrier)
    check_texts({"note": decision.note, "solution": decision.solution})


class RepeatsItself(Incomplete):
    """The report that is said to be repeated is itself closed as a duplicate, of the report `of`."""

    def __init__(self, original: int, of: int) -> None:
        super().__init__("original_is_duplicate")
        self.original, self.of = original, of


def _check_original(session: Session, deviation: Deviation, original: Deviation | None) -> None:
    """A duplicate points to a report that stands for itself, so that no chain of them ever leads in a circle.

    Duplicates that a report has already go with it when it turns out to repeat another.
    """
    if original is None or original is deviation:
        raise Incomplete("needs_original")
    audit.wait_turn(session)  # two people may say it of each other's report at the same time
    of = session.scalar(select(Deviation.duplicate_of_id).where(Deviation.id == original.id))
    if of is not None:
        raise RepeatsItself(original.id, of)


def _check_barrier(session: Session, barrier: Barrier) -> None:
    """Nothing is placed in a barrier that is part of another one by now."""
    audit.wait_turn(session)  # somebody may be merging it
    if session.scalar(select(Barrier.merged_into_id).where(Barrier.id == barrier.id)) is not None:
        raise NotAllowed("barrier_merged")


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
    said = _words(decision) if decision is not None else ""
    _record(session, actor, deviation, source, at, said, quiet=decision is not None and decision.quiet)


def _words(decision: Decision) -> str:
    """What the history keeps of what was said. A solution too: undone, it would be nowhere else."""
    told = decision.solution if decision.to is Status.SOLVED_LOCALLY else ""
    return "\n\n".join(text for text in (decision.note, told) if text)


def _record(
    session: Session,
    actor: Actor,
    deviation: Deviation,
    source: Status,
    at: datetime,
    note: str,
    *,
    quiet: bool = False,
) -> None:
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
    if not quiet:
        notices.moved(session, actor, deviation, step.id, at)


def _let_go(session: Session, actor: Actor, deviation: Deviation, at: datetime) -> None:
    """A reopened report leaves its barrier, and the program does not put it back there by itself."""
    if deviation.barrier is not None:
        judge(session, actor, deviation, deviation.barrier, belongs=False, at=at)
        _tell_of(session, deviation, None)
    if deviation.duplicate_of is not None:
        pairs.take_back(session, deviation, deviation.duplicate_of)
    deviation.barrier = None
    deviation.close_reason = None
    deviation.duplicate_of = None


def _settle(session: Session, actor: Actor, deviation: Deviation, decision: Decision, at: datetime) -> None:
    if decision.to is Status.JOINED and decision.barrier is not None:
        if deviation.barrier is not None and decision.barrier not in (deviation.barrier, deviation.barrier.merged_into):
            judge(session, actor, deviation, deviation.barrier, belongs=False, at=at)
        deviation.barrier = decision.barrier
        judge(session, actor, deviation, decision.barrier, belongs=True, at=at)
        _tell_of(session, deviation, decision.barrier)
    elif decision.to is Status.SOLVED_LOCALLY:
        _solve(session, deviation, decision, at)
    elif decision.to is Status.CLOSED:
        deviation.close_reason = decision.reason
        deviation.duplicate_of = decision.duplicate_of if decision.reason is CloseReason.DUPLICATE else None
        if deviation.duplicate_of is not None:
            pairs.say(session, actor, deviation, deviation.duplicate_of, same=True, at=at)


def _own_solution(session: Session, deviation: Deviation) -> Solution | None:
    """The solution that a guldkorn has been since it was filed, as it was told last; None for other reports."""
    if deviation.kind is not Kind.GOOD_EXAMPLE:
        return None
    told = select(Solution).where(Solution.deviation_id == deviation.id)
    return session.scalar(told.order_by(Solution.id.desc()).limit(1))


def _solve(session: Session, deviation: Deviation, decision: Decision, at: datetime) -> None:
    """Keeps what was done. A guldkorn is told once: the decision's words, if any, take the place of its own, which stay
    as an earlier row that is not shown (`queries.visibility`), and so can be gone back to.
    """
    before = _own_solution(session, deviation)
    told = before
    if told is None or decision.solution not in ("", told.text):
        told = Solution(deviation_id=deviation.id, subproject_id=deviation.subproject_id, created_at=at)
        told.text = decision.solution
        told.barrier_id = before.barrier_id if before is not None else None
        session.add(told)
    told.worked = decision.worked
    if decision.barrier is not None:
        told.barrier_id = decision.barrier.id
    if before is not None and before is not told:
        _hand_on_trials(session, before, told)


def _hand_on_trials(session: Session, before: Solution, told: Solution) -> None:
    """Where others tried a guldkorn, they tried it also as it is told now."""
    session.flush()
    for trial in session.scalars(select(SolutionTrial).where(SolutionTrial.solution_id == before.id)):
        trial.solution_id = told.id


def _tell_of(session: Session, deviation: Deviation, barrier: Barrier | None) -> None:
    """A guldkorn's solution is found at the barrier in which it is placed."""
    if deviation.kind is Kind.GOOD_EXAMPLE:
        for solution in session.scalars(select(Solution).where(Solution.deviation_id == deviation.id)):
            solution.barrier_id = barrier.id if barrier is not None else None


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
    with session.no_autoflush:  # each step that was taken has been flushed with its audit line
        followers = deviations.followers(session, original)
    for follower in followers:
        if isinstance(other, Deviation):
            follower.same_as = other if other is not follower else None
        judged = _judged(session, follower)
        waits = follower.status in deviations.WAITING
        leaves = left not in (None, barrier) and follower.barrier is left and not judged.get(follower.barrier_id)
        if barrier is not None and (waits or leaves) and judged.get(barrier.id, True):
            _follow(session, actor, follower, barrier, at)
            placed.append(barrier)
        elif leaves and follower.erased_at is None:
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
    question = select(Verdict).where(Verdict.deviation_id == deviation.id, Verdict.barrier_id == barrier.id)
    with session.no_autoflush:  # one step says one word on one barrier
        known = session.scalar(question)
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
