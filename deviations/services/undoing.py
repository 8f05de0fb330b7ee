"""Takes a decision back: everything is as it was before, and the history says so.

What stands in a report is put back exactly. A barrier goes back only where nothing else has happened to it since
(`unmaking`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from deviations.domain import workflow
from deviations.domain.roles import Actor
from deviations.domain.workflow import Act, NotAllowed, Status
from deviations.models import (
    Barrier,
    Base,
    Deviation,
    KinVerdict,
    Move,
    PairVerdict,
    Ruling,
    Solution,
    SolutionTrial,
    SuggestionOutcome,
)
from deviations.queries import rulings
from deviations.services import audit, notices, policy, priorities, recording, unmaking
from deviations.services.recording import WORDS, Record

EXACT: tuple[type[Base], ...] = (Deviation, *WORDS, Solution, SolutionTrial)
"""What is put back exactly, or not at all."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How it went: whether somebody had been told of the decision already, and so is told that it was taken back."""

    told_already: bool


def undo(session: Session, actor: Actor, ruling: Ruling, *, at: datetime) -> Undone:
    """Takes a decision back, all of it or nothing.

    Its mails that were not sent are withdrawn; who was told already gets word. Raises NotAllowed (`not_your_move` for
    who no longer has the role in which she took it; `undo_not_yours`, `undone_already`, `undo_too_late`,
    `undo_changed`, `undo_erased`).
    """
    audit.wait_turn(session)
    session.refresh(ruling, with_for_update=True)
    if not rulings.still_decides(session, actor, ruling):
        raise NotAllowed("not_your_move")
    record = recording.read(ruling)
    steps = rulings.steps(session, ruling)
    reports = _fresh(session, record, steps)
    changed = bool(rulings.changed_since(session, [ruling.id])) or _differs(session, ruling, record)
    done = ruling.undone_at is not None
    if any(one.erased_at is not None and one.erased_at >= ruling.at for one in reports):
        raise NotAllowed("undo_erased")  # what would be put back is not all there any more
    workflow.check_undo(actor, ruling.actor_id, ruling.at, at, undone=done, changed=changed)
    with session.begin_nested():
        ruling.undone_at, ruling.undone_by_id = at, actor.id
        _put_back(session, actor, ruling, record, steps, reports, at)
        told = notices.take_back(session, record.made.get("outgoing_mail", []), at)
        session.flush()
    return Undone(told)


def _fresh(session: Session, record: Record, steps: Sequence[Move]) -> list[Deviation]:
    """All reports that the decision touched, as they are now that it is our turn to write."""
    ids = {*record.of(Deviation), *(step.deviation_id for step in steps if step.deviation_id is not None)}
    question = select(Deviation).where(Deviation.id.in_(ids)).order_by(Deviation.id).with_for_update(of=Deviation)
    return list(session.scalars(question.execution_options(populate_existing=True)))


def _differs(session: Session, ruling: Ruling, record: Record) -> bool:
    """Whether anything is not as the decision left it: somebody has acted on it since."""
    for kind in EXACT:
        became = {id: {name: now for name, (_, now) in row.items()} for id, row in record.of(kind).items()}
        columns = {name for row in became.values() for name in row}
        now = recording.rows(session, kind, columns, became)
        if any(id not in now or row.items() - now[id].items() for id, row in became.items()):
            return True
    for kind in WORDS:  # a word that the decision was the first to say, and nobody has since
        said = recording.rows(session, kind, ("at",), record.new(kind))
        if len(said) != len(record.new(kind)) or any(row["at"] != ruling.at for row in said.values()):
            return True
    later = (_tried, _moved_house, _said_again, _would_circle)
    return any(happened(session, record) for happened in later)


def _tried(session: Session, record: Record) -> bool:
    """Whether another subproject has said since how a solution worked that the decision made."""
    trials = exists().where(
        SolutionTrial.solution_id.in_(record.new(Solution)), SolutionTrial.id.not_in(record.of(SolutionTrial))
    )
    return bool(session.scalar(select(trials)))


def _moved_house(session: Session, record: Record) -> bool:
    """Whether a barrier to which a report would go back has been merged into another since, or was undone."""
    homes = {row["barrier_id"][0] for row in record.of(Deviation).values() if "barrier_id" in row} - {None}
    merged = {id for id, row in record.of(Barrier).items() if "merged_into_id" in row}  # by the decision itself
    gone = (Barrier.merged_into_id.is_not(None)) | (Barrier.status == workflow.BarrierStatus.UNDONE)
    return bool(session.scalar(select(exists().where(Barrier.id.in_(homes - merged), gone))))


def _said_again(session: Session, record: Record) -> bool:
    """Whether somebody has spoken anew on two reports about which the decision took a person's word away."""
    for kind in (PairVerdict, KinVerdict):
        for values in record.gone.get(kind.__tablename__, []):
            pair = (kind.first_id == values["first_id"], kind.second_id == values["second_id"])
            if session.scalar(select(exists().where(*pair))):
                return True
    return False


def _would_circle(session: Session, record: Record) -> bool:
    """Whether a report would be a duplicate of its own duplicate: what it repeated is said to repeat it by now."""
    back = {id: row["duplicate_of_id"][0] for id, row in record.of(Deviation).items() if "duplicate_of_id" in row}
    for start in back:
        seen: set[int] = set()
        here: int | None = start
        while here is not None and here not in seen:
            seen.add(here)
            stored = select(Deviation.duplicate_of_id).where(Deviation.id == here)
            here = back[here] if here in back else session.scalar(stored)
        if here is not None:
            return True
    return False


def _put_back(
    session: Session,
    actor: Actor,
    ruling: Ruling,
    record: Record,
    steps: Sequence[Move],
    reports: list[Deviation],
    at: datetime,
) -> None:
    was = {report.id: report.status for report in reports}
    before = _near(reports)
    _restore(session, record)
    for report in reports:
        if report.id in {step.deviation_id for step in steps}:
            _tell(session, actor, ruling, report, was[report.id], at)
    unmaking.barriers_back(session, actor, ruling, record, at)
    homes = {report.barrier for report in reports if report.barrier is not None}
    for home in sorted(homes, key=lambda barrier: barrier.id):
        policy.refresh(session, home, at, new=False)
    priorities.refresh(session, before | _near(reports))
    if not steps:
        audit.record(session, actor, "ruling.undone", f"ruling:{ruling.id}", at)


def _near(reports: list[Deviation]) -> set[int]:
    """The reports, and those that they repeat or are said of: whose priority they have a part in."""
    return {id for one in reports for id in (one.id, one.duplicate_of_id, one.same_as_id) if id is not None}


def _restore(session: Session, record: Record) -> None:
    """Each column as it was; what was added goes, what was taken away comes back."""
    for kind in EXACT:
        for id, row in record.of(kind).items():
            changed = session.get_one(kind, id)
            for name, (then, _) in row.items():
                setattr(changed, name, then)
    session.flush()
    for kind in (*WORDS, Solution, SuggestionOutcome):
        for id in record.new(kind):
            session.delete(session.get_one(kind, id))
        session.flush()
        for values in record.gone.get(kind.__tablename__, []):
            session.add(kind(**values))
    session.flush()
    for one in list(session.identity_map.values()):  # what is loaded beside the columns follows them
        if isinstance(one, Deviation):
            session.expire(one, ["barrier", "duplicate_of", "same_as", "solutions"])
        elif isinstance(one, Barrier):
            session.expire(one, ["deviations"])


def _tell(session: Session, actor: Actor, ruling: Ruling, report: Deviation, was: Status, at: datetime) -> None:
    """One row of the history and one audit line for each report that is back."""
    step = Move(act=Act.UNDONE, at=at, actor_id=actor.id, deviation_id=report.id, source=was, target=report.status)
    step.ruling_id = ruling.id
    session.add(step)
    detail = {"ruling": ruling.id, "from": was, "to": report.status}
    audit.record(session, actor, "deviation.undone", f"deviation:{report.id}", at, detail)
