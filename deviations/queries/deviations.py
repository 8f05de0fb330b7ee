"""Reads deviations: one, a person's own, the queue of the week, and the plain facts that grouping and counting need."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from deviations.domain.facts import Fact
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import OPEN, Act, Kind, NotFound, Status
from deviations.models import Barrier, Deviation, Move, Municipality, Solution, Verdict
from deviations.queries import visibility

FULL = (
    joinedload(Deviation.municipality),
    joinedload(Deviation.subproject),
    joinedload(Deviation.rule),
    joinedload(Deviation.barrier),
    selectinload(Deviation.agencies),
)
WAITING = (Status.FILED, Status.IN_REVIEW)
FEW = 500  # so many ids fit well into one question; of more, all refusals are read: people have said few
COMPLETABLE = (
    "agencies",
    "rule",
    "rule_hint",
    "municipality",
    "occurred_on",
    "step",
    "weeks_lost",
    "people_hit",
    "tried",
    "wished",
)
"""The fields that a report's author may fill in later."""


def seen(actor: Actor) -> Select[Deviation]:
    """The reports that this person may read, newest first."""
    return (
        select(Deviation)
        .where(visibility.deviations(actor))
        .options(*FULL)
        .order_by(Deviation.filed_at.desc(), Deviation.id.desc())
    )


def get(session: Session, actor: Actor, id: int) -> Deviation:
    """One report. Raises NotFound when there is none, or none that this person may read."""
    found = find(session, actor, id)
    if found is None:
        raise NotFound
    return found


def find(session: Session, actor: Actor, id: int | None) -> Deviation | None:
    """The same, or None; also where no id is given."""
    if id is None:
        return None
    return session.scalar(seen(actor).where(Deviation.id == id).options(joinedload(Deviation.reporter)))


def filed_with(session: Session, actor: Actor, form_key: str) -> Deviation | None:
    """The report that this very form has become already, if this person sent it before."""
    return session.scalar(select(Deviation).where(Deviation.filed_by_id == actor.id, Deviation.form_key == form_key))


def twin(
    session: Session, actor: Actor, told: Mapping[str, object], agencies: Collection[int], *, since: datetime
) -> Deviation | None:
    """What this person has typed since a moment that says the very same in every field: `told` by column, and parties.

    Another day, place or word makes it another report.
    """
    same = [getattr(Deviation, column) == value for column, value in told.items()]
    found = session.scalars(
        select(Deviation).where(Deviation.filed_by_id == actor.id, Deviation.filed_at >= since, *same)
    )
    return next((one for one in found if {agency.id for agency in one.agencies} == set(agencies)), None)


def said(
    session: Session,
    whose: int,
    about: Barrier | Deviation,
    *,
    line: str,
    on: date,
    municipality: Municipality,
    since: datetime,
) -> Deviation | None:
    """The "samma här" that somebody has said in these very words of this thing, day and place since a moment."""
    of = Deviation.barrier_id if isinstance(about, Barrier) else Deviation.same_as_id
    return session.scalar(
        select(Deviation)
        .where(
            of == about.id,
            Deviation.kind == Kind.SAME_HERE,
            Deviation.reporter_id == whose,
            Deviation.title == line,
            Deviation.occurred_on == on,
            Deviation.municipality_id == municipality.id,
            Deviation.filed_at >= since,
        )
        .limit(1)
    )


def said_of(deviation: Deviation) -> Barrier | Deviation:
    """What "samma här" at this report is said of: its barrier, else the report that it repeats, else itself.

    Not for showing: the answer may be a report that the person who says it can't read.
    """
    seen: set[int] = set()
    while deviation.id not in seen:
        seen.add(deviation.id)
        if deviation.status is Status.JOINED and deviation.barrier is not None:
            return deviation.barrier
        told = deviation.duplicate_of or deviation.same_as
        if told is None or told.kind is Kind.GOOD_EXAMPLE:
            return deviation
        deviation = told
    return deviation


def followers(session: Session, deviation: Deviation) -> Sequence[Deviation]:
    """The occurrences that were said of this report, oldest first."""
    return session.scalars(
        select(Deviation)
        .where(Deviation.same_as_id == deviation.id, Deviation.kind == Kind.SAME_HERE)
        .order_by(Deviation.id)
    ).all()


def waits_along() -> ColumnElement[bool]:
    """An occurrence that waits for what becomes of an open report: nothing is to be decided about it by itself."""
    original = aliased(Deviation)
    return and_(
        Deviation.kind == Kind.SAME_HERE,
        Deviation.status.in_(WAITING),
        exists().where(original.id == Deviation.same_as_id, original.status.in_(OPEN)),
    )


def mine(session: Session, actor: Actor) -> Sequence[Deviation]:
    """What is this person's, and what she typed for a colleague and may still read, newest first."""
    typed = and_(Deviation.filed_by_id == actor.id, visibility.deviations(actor))
    return session.scalars(
        select(Deviation)
        .where(or_(Deviation.reporter_id == actor.id, typed))
        .options(*FULL, joinedload(Deviation.reporter), joinedload(Deviation.filed_by))
        .order_by(Deviation.filed_at.desc(), Deviation.id.desc())
        .limit(200)
    ).all()


def latest(session: Session, actor: Actor) -> Deviation | None:
    """What this person filed last for herself: where she most likely is when she files again."""
    return session.scalar(
        select(Deviation)
        .where(Deviation.reporter_id == actor.id, Deviation.filed_by_id == actor.id)
        .order_by(Deviation.filed_at.desc(), Deviation.id.desc())
        .limit(1)
    )


def waiting_for(session: Session, actor: Actor) -> Sequence[Deviation]:
    """What waits for this very person: her own reports that need facts, and a lead's local actions."""
    asked = and_(Deviation.status == Status.NEEDS_FACTS, Deviation.reporter_id == actor.id)
    local = and_(
        Deviation.status == Status.LOCAL_ACTION,
        Deviation.subproject_id.in_(actor.subprojects(Role.LEAD)),
    )
    return session.scalars(
        seen(actor).where(or_(asked, local)).order_by(None).order_by(Deviation.filed_at).limit(50)
    ).all()


def history(session: Session, deviation: Deviation) -> Sequence[Move]:
    """Its steps, oldest first. The caller has loaded the report for the actor already."""
    return session.scalars(
        select(Move).where(Move.deviation_id == deviation.id).options(joinedload(Move.actor)).order_by(Move.id)
    ).all()


def completed(move: Move) -> tuple[str, ...]:
    """The fields (of COMPLETABLE) that a step of the history filled in later; none for a step from state to state."""
    if move.act is not Act.COMPLETED:
        return ()
    return tuple(name for name in move.note.split(",") if name in COMPLETABLE)


def solutions(session: Session, deviation: Deviation) -> Sequence[Solution]:
    """What was done about it locally, oldest first; of a guldkorn as it was told last."""
    found = session.scalars(select(Solution).where(Solution.deviation_id == deviation.id).order_by(Solution.id)).all()
    return found[-1:] if deviation.kind is Kind.GOOD_EXAMPLE else found


def refused(session: Session, deviation: Deviation) -> set[int]:
    """The barriers that a person has said this report does not belong to, and those of which they are part by now."""
    return refusals(session, [deviation.id]).get(deviation.id, set())


def refusals(session: Session, ids: Collection[int]) -> dict[int, set[int]]:
    """The same for many reports; those of which nothing was refused are left out."""
    said = select(Verdict.deviation_id, Verdict.barrier_id).where(Verdict.belongs.is_(False))
    if len(ids) <= FEW:
        said = said.where(Verdict.deviation_id.in_(ids))
    merged = select(Barrier.id, Barrier.merged_into_id).where(Barrier.merged_into_id.is_not(None))
    into: dict[int, int | None] = {row[0]: row[1] for row in session.execute(merged)}
    found: dict[int, set[int]] = {}
    for report, barrier in session.execute(said):
        there: set[int] = found.setdefault(report, set())
        here: int | None = barrier
        while here is not None and here not in there:
            there.add(here)
            here = into.get(here)
    return found


def fact(deviation: Deviation) -> Fact:
    """The report as the domain sees it."""
    return Fact(
        id=str(deviation.id),
        title=deviation.title if deviation.erased_at is None else "",
        body=deviation.body,
        agencies=tuple(agency.code for agency in deviation.agencies),
        rule=deviation.rule.code if deviation.rule else None,
        rule_hint=deviation.rule_hint,
        municipality=deviation.municipality.name,
        association=str(deviation.subproject.association_id),
        subproject=deviation.subproject.name,
        on=deviation.occurred_on,
        step=deviation.step or "",
        weeks_lost=deviation.weeks_lost,
        people_hit=deviation.people_hit,
    )


def is_open(deviation: Deviation) -> bool:
    """Whether somebody still has to do something about it."""
    return deviation.status in OPEN
