"""Merges a barrier into another one, and moves some of a barrier's reports out of it: each undone in one press."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Act, BarrierStatus, NotAllowed, Status
from deviations.models import Barrier, Deviation, Letter, Move, Ruling
from deviations.queries import letters, standings
from deviations.services import audit, policy, rulings, triage
from deviations.services.barriers import Description
from deviations.services.checks import check_texts
from deviations.services.pairs import never_together as never_together
from deviations.services.recording import recording


def merge(
    session: Session,
    actor: Actor,
    source: Barrier,
    target: Barrier,
    note: str = "",
    *,
    at: datetime,
    version: int | None = None,
) -> Ruling:
    """All reports of `source` move to `target`, of which it is a part from now on: it stands in no list or choice, and
    its page says where its reports are. Whose reports they are is not told by mail, as nothing has happened to them.

    `version` is the one of `source` that the form showed; the flush raises StaleDataError when it has changed since.
    Raises NotAllowed: for others than the coordinator, for a barrier and itself (`merge_itself`), where one of the two
    is part of another (`barrier_merged`), where `target` is gone (`merge_into_gone`), and while a letter about `source`
    is under way (`merge_with_letter`): its numbers are those of its barrier. PersonalData for the field `note`.
    """
    _coordinator_only(actor)
    check_texts({"note": note})
    audit.wait_turn(session)
    for barrier in (source, target):
        session.refresh(barrier)
    _check_merge(session, source, target)
    if version is not None:
        set_committed_value(source, "version", version)
    reports = _reports(session, source)
    with recording(session, actor, Act.MERGED, reports, at=at) as ruling:
        source.merged_into = target
        flag_modified(target, "name")  # of two that change it at once one has to look again
        decision = triage.Decision(Status.JOINED, note=note, barrier=target, quiet=True)
        triage.move_all(session, actor, reports, decision, at)
        policy.refresh(session, target, at, new=False)
        _tell(session, actor, ruling, Act.MERGED, source, note, {"into": target.id})
        _tell(session, actor, ruling, Act.MERGED, target, note, {"from": source.id})
    return ruling


def _check_merge(session: Session, source: Barrier, target: Barrier) -> None:
    if source.id == target.id:
        raise NotAllowed("merge_itself")
    if any(one.merged_into_id is not None or one.status is BarrierStatus.UNDONE for one in (source, target)):
        raise NotAllowed("barrier_merged")
    if target.status in standings.GONE:
        raise NotAllowed("merge_into_gone")
    if has_open_letter(session, source):
        raise NotAllowed("merge_with_letter")


def has_open_letter(session: Session, barrier: Barrier) -> bool:
    """Whether a letter about a barrier is being written or waits for what comes of it."""
    open_one = exists().where(letters.about([barrier.id]), Letter.status != LetterStatus.CLOSED)
    return bool(session.scalar(select(open_one)))


def _reports(session: Session, barrier: Barrier) -> Sequence[Deviation]:
    """All that is placed in a barrier, as it is now that it is our turn to write."""
    question = select(Deviation).where(Deviation.barrier_id == barrier.id).order_by(Deviation.id)
    fresh = question.with_for_update(of=Deviation).execution_options(populate_existing=True)
    return session.scalars(fresh).all()


def split(
    session: Session,
    actor: Actor,
    source: Barrier,
    chosen: rulings.Chosen,
    target: Barrier | Description,
    note: str = "",
    *,
    at: datetime,
) -> Ruling:
    """Moves some of a barrier's reports to another one, or to a new one described so; that they do not belong to the
    first is remembered. The new barrier is afterwards each report's `barrier`.

    Raises NotAllowed (`coordinator_only`, `not_in_barrier`, `split_into_itself`) and as `rulings.take`.
    """
    _coordinator_only(actor)
    check_texts({"note": note})
    audit.wait_turn(session)
    if target is source:
        raise NotAllowed("split_into_itself")
    if any(report.barrier_id != source.id for report, _ in chosen):
        raise NotAllowed("not_in_barrier")
    if isinstance(target, Barrier):
        decision = triage.Decision(Status.JOINED, note=note, barrier=target)
        ruling = rulings.take(session, actor, chosen, decision, at=at)
    else:
        ruling = rulings.take_new(session, actor, chosen, target, at=at, note=note)
    into = chosen[0][0].barrier
    assert into is not None  # where the ruling has just placed them
    _tell(session, actor, ruling, Act.SPLIT, source, note, {"to": into.id, "count": len(chosen)})
    _tell(session, actor, ruling, Act.SPLIT, into, note, {"from": source.id})
    return ruling


def _tell(
    session: Session, actor: Actor, ruling: Ruling, act: Act, barrier: Barrier, note: str, detail: dict[str, object]
) -> None:
    """One row of a barrier's history and its audit line, under the decision that made it."""
    state = barrier.status
    step = Move(act=act, at=ruling.at, actor_id=actor.id, barrier_id=barrier.id, source=state, target=state, note=note)
    step.ruling_id = ruling.id
    session.add(step)
    audit.record(session, actor, f"barrier.{act}", f"barrier:{barrier.id}", ruling.at, detail)


def _coordinator_only(actor: Actor) -> None:
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
