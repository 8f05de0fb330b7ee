"""Reads deviations: one, a person's own, the queue of the week, and the plain facts that grouping and counting need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain.facts import Fact
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import OPEN, NotFound, Status
from deviations.models import Agency, Deviation, Move, Solution, Verdict
from deviations.queries import visibility

PAGE = 50
FULL = (
    joinedload(Deviation.municipality),
    joinedload(Deviation.subproject),
    joinedload(Deviation.rule),
    joinedload(Deviation.barrier),
    selectinload(Deviation.agencies),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; None means all."""

    status: Status | None = None
    agency: int | None = None
    municipality: int | None = None
    subproject: int | None = None


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
    found = session.scalar(seen(actor).where(Deviation.id == id).options(joinedload(Deviation.reporter)))
    if found is None:
        raise NotFound
    return found


def filed_with(session: Session, actor: Actor, form_key: str) -> Deviation | None:
    """The report that this very form has become already, if it was sent before."""
    return session.scalar(select(Deviation).where(Deviation.reporter_id == actor.id, Deviation.form_key == form_key))


def twin(session: Session, actor: Actor, title: str, body: str, *, since: datetime) -> Deviation | None:
    """The same title and text that this person has filed since a moment."""
    return session.scalar(
        select(Deviation)
        .where(
            Deviation.reporter_id == actor.id,
            Deviation.filed_at >= since,
            Deviation.title == title,
            Deviation.body == body,
        )
        .limit(1)
    )


def listed(
    session: Session, actor: Actor, chosen: Filter, before: int | None = None
) -> tuple[Sequence[Deviation], bool]:
    """A page of the reports that match, newest id first, from before an id on; and whether there are older ones."""
    question = seen(actor).order_by(None).order_by(Deviation.id.desc())
    for condition in _conditions(chosen):
        question = question.where(condition)
    if before is not None:
        question = question.where(Deviation.id < before)
    found = session.scalars(question.limit(PAGE + 1)).all()
    return found[:PAGE], len(found) > PAGE


def _conditions(chosen: Filter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if chosen.status is not None:
        wanted.append(Deviation.status == chosen.status)
    if chosen.agency is not None:
        wanted.append(Deviation.agencies.any(Agency.id == chosen.agency))
    if chosen.municipality is not None:
        wanted.append(Deviation.municipality_id == chosen.municipality)
    if chosen.subproject is not None:
        wanted.append(Deviation.subproject_id == chosen.subproject)
    return wanted


def mine(session: Session, actor: Actor) -> Sequence[Deviation]:
    """What this person has filed, newest first."""
    return session.scalars(
        select(Deviation)
        .where(Deviation.reporter_id == actor.id)
        .options(*FULL)
        .order_by(Deviation.filed_at.desc(), Deviation.id.desc())
        .limit(200)
    ).all()


def queue(session: Session, actor: Actor) -> Sequence[Deviation]:
    """What waits for a decision in the weekly review, oldest first."""
    waiting = Deviation.status.in_([Status.FILED, Status.IN_REVIEW])
    return session.scalars(
        seen(actor).where(waiting).order_by(None).order_by(Deviation.filed_at, Deviation.id).limit(200)
    ).all()


def with_status(session: Session, actor: Actor, status: Status) -> Sequence[Deviation]:
    """The reports in one state that this person may read, oldest first."""
    return session.scalars(
        seen(actor)
        .where(Deviation.status == status)
        .order_by(None)
        .order_by(Deviation.filed_at, Deviation.id)
        .limit(200)
    ).all()


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


def counts(session: Session, actor: Actor) -> dict[Status, int]:
    """How many of the reports that this person may read are in each state."""
    rows = session.execute(
        select(Deviation.status, func.count()).where(visibility.deviations(actor)).group_by(Deviation.status)
    )
    found: dict[Status, int] = {row[0]: row[1] for row in rows}
    return {status: found.get(status, 0) for status in Status}


def filed_since(session: Session, actor: Actor, moment: datetime) -> int:
    """How many reports that this person may read were filed since a moment."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Deviation)
            .where(visibility.deviations(actor), Deviation.filed_at >= moment)
        )
        or 0
    )


def history(session: Session, deviation: Deviation) -> Sequence[Move]:
    """Its steps, oldest first. The caller has loaded the report for the actor already."""
    return session.scalars(
        select(Move).where(Move.deviation_id == deviation.id).options(joinedload(Move.actor)).order_by(Move.id)
    ).all()


def solutions(session: Session, deviation: Deviation) -> Sequence[Solution]:
    """What was done about it locally."""
    return session.scalars(select(Solution).where(Solution.deviation_id == deviation.id).order_by(Solution.id)).all()


def refused(session: Session, deviation: Deviation) -> set[int]:
    """The barriers that a person has said this report does not belong to."""
    return set(
        session.scalars(
            select(Verdict.barrier_id).where(Verdict.deviation_id == deviation.id, Verdict.belongs.is_(False))
        )
    )


def fact(deviation: Deviation) -> Fact:
    """The report as the domain sees it."""
    return Fact(
        id=str(deviation.id),
        title=deviation.title,
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


def age(deviation: Deviation, now: datetime) -> timedelta:
    """How long ago it was filed."""
    return now - deviation.filed_at


def is_open(deviation: Deviation) -> bool:
    """Whether somebody still has to do something about it."""
    return deviation.status in OPEN
