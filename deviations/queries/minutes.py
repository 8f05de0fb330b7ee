"""Reads minutes of weekly reviews: what they are made of when a review ends, and what each reader may see of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from deviations.domain import minutes as domain
from deviations.domain.minutes import BarrierLine, Event, Line, Minutes, Step, Waiting
from deviations.domain.order import swedish_key
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Act, BarrierStatus, NotFound, Queue, Status
from deviations.models import Barrier, Deviation, Move, Review, Ruling, Subproject
from deviations.queries import deviations, visibility

PAGE = 50
FIRST = 10
"""So many local actions of a subproject are named, those that are promised first; of the others there is the count."""


def of(session: Session, review: Review, today: date) -> Minutes:
    """The minutes of a review as things stand now, from its decisions that were not undone. Not for showing."""
    steps, events = _steps(session, review), _events(session, review)
    return Minutes(lines=domain.lines(steps), barriers=events, waiting=_waiting(session, today))


def _taken(review: Review) -> tuple[ColumnElement[bool], ...]:
    return (Ruling.review_id == review.id, Ruling.undone_at.is_(None))


def _steps(session: Session, review: Review) -> list[Step]:
    rows = session.execute(
        select(Move, Deviation, Ruling.what)
        .join(Ruling, Ruling.id == Move.ruling_id)
        .join(Deviation, Deviation.id == Move.deviation_id)
        .where(*_taken(review))
        .order_by(Move.id)
    )
    return [
        Step(
            ruling=move.ruling_id or 0,
            deviation=deviation.id,
            subproject=deviation.subproject_id,
            target=Status(move.target),
            act=Act.MERGED if what == Act.MERGED else move.act,
            until=move.until,
            status=deviation.status,
            due=deviation.due_on,
            barrier=deviation.barrier_id,
            original=deviation.duplicate_of_id,
            reason=deviation.close_reason,
        )
        for move, deviation, what in rows
    ]


def _events(session: Session, review: Review) -> tuple[BarrierLine, ...]:
    found = session.scalars(
        select(Move)
        .join(Ruling, Ruling.id == Move.ruling_id)
        .where(*_taken(review), Move.barrier_id.is_not(None))
        .order_by(Move.id)
    )
    told = []
    for move in found:
        source = BarrierStatus(move.source) if move.source else None
        event = domain.event(move.act, source, BarrierStatus(move.target))
        if event is not None:
            told.append(BarrierLine(event, move.ruling_id or 0, move.barrier_id or 0))
    return tuple(dict.fromkeys(told))


def _waiting(session: Session, today: date) -> tuple[Waiting, ...]:
    """What waits in each subproject: with its lead, for facts, in the queue and snoozed."""
    local, asked = Deviation.queue == Queue.LEAD, Deviation.queue == Queue.FACTS
    late = local & (Deviation.due_on < today)
    slept = (Deviation.queue == Queue.NEW) & (Deviation.snoozed_until > today)
    new = (Deviation.queue == Queue.NEW) & (Deviation.snoozed_until.is_(None) | (Deviation.snoozed_until <= today))
    counts = [func.count(case((which, Deviation.id))) for which in (local, late, asked, new, slept)]
    rows = session.execute(
        select(Deviation.subproject_id, *counts)
        .where(Deviation.queue.is_not(None), ~deviations.waits_along())
        .group_by(Deviation.subproject_id)
        .order_by(Deviation.subproject_id)
    )
    first = _promised_first(session)
    return tuple(replace(Waiting(place, *numbers), first=tuple(first.get(place, ()))) for place, *numbers in rows)


def _promised_first(session: Session) -> dict[int, list[tuple[int, date | None]]]:
    place = func.row_number().over(
        partition_by=Deviation.subproject_id, order_by=(Deviation.due_on.nulls_last(), Deviation.id)
    )
    ranked = (
        select(Deviation.id, Deviation.subproject_id, Deviation.due_on, place.label("place"))
        .where(Deviation.queue == Queue.LEAD)
        .subquery()
    )
    found: dict[int, list[tuple[int, date | None]]] = {}
    for id, subproject, due in session.execute(
        select(ranked.c.id, ranked.c.subproject_id, ranked.c.due_on)
        .where(ranked.c.place <= FIRST)
        .order_by(ranked.c.subproject_id, ranked.c.place)
    ):
        found.setdefault(subproject, []).append((id, due))
    return found


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line with what its reader may see of it; what she may not is None."""

    line: Line
    deviation: Deviation | None
    barrier: Barrier | None
    original: Deviation | None
    subproject: Subproject | None


@dataclass(frozen=True, slots=True)
class ToldBarrier:
    """What became of a barrier that the reader may see, and how many reports the review placed in it (None where the
    reader may not count them). Of two that were merged it is the one that went.
    """

    line: BarrierLine
    barrier: Barrier
    placed: int | None


@dataclass(frozen=True, slots=True)
class ToldWaiting:
    """What waits in a subproject that the reader may see; `first` are its local actions with their days."""

    waiting: Waiting
    subproject: Subproject
    first: tuple[tuple[Deviation, date | None], ...]


@dataclass(frozen=True, slots=True)
class Readable:
    """The minutes of one review for one reader. `whole`: she reads them all, not only her own subprojects' part.

    `undone` was decided in the review and has been undone since it ended.
    """

    review: Review
    whole: bool
    lines: tuple[ToldLine, ...]
    undone: tuple[ToldLine, ...]
    barriers: tuple[ToldBarrier, ...]
    waiting: tuple[ToldWaiting, ...]


def readable(session: Session, actor: Actor, review_id: int) -> Readable:
    """A review's minutes as this person may read them: the coordinator all, a lead her own subprojects' lines and what
    became of the barriers. Raises NotFound for others, and where there are no minutes (yet).
    """
    review = session.get(Review, review_id)
    if review is None or not review.minutes:
        raise NotFound
    whole = actor.has(Role.COORDINATOR)
    own = _part(actor, review)
    rulings = {line.ruling for line in own.lines} | {line.ruling for line in own.barriers}
    gone = _undone(session, rulings)
    told = _told(session, actor, own.lines)
    return Readable(
        review=review,
        whole=whole,
        lines=tuple(one for one in told if one.line.ruling not in gone),
        undone=tuple(one for one in told if one.line.ruling in gone),
        barriers=_told_barriers(session, actor, own, gone, whole),
        waiting=_told_waiting(session, actor, own.waiting),
    )


def _part(actor: Actor, review: Review) -> Minutes:
    """The part of a review's minutes that this person may read. Raises NotFound for those who read none."""
    minutes = domain.from_json(review.minutes)
    if actor.has(Role.COORDINATOR):
        return minutes
    if not actor.subprojects(Role.LEAD):
        raise NotFound
    return minutes.of(actor.subprojects(Role.LEAD))


def _undone(session: Session, rulings: Collection[int]) -> set[int]:
    """Which of these decisions have been undone since."""
    return set(session.scalars(select(Ruling.id).where(Ruling.id.in_(rulings), Ruling.undone_at.is_not(None))))


def _told(session: Session, actor: Actor, lines: Iterable[Line]) -> list[ToldLine]:
    lines = list(lines)
    reports = _reports(session, actor, [id for line in lines for id in (line.deviation, line.original) if id])
    named = _barriers(session, actor, [line.barrier for line in lines if line.barrier])
    places = _places(session, [line.subproject for line in lines])
    return [
        ToldLine(
            line,
            reports.get(line.deviation),
            named.get(line.barrier or 0),
            reports.get(line.original or 0),
            places.get(line.subproject),
        )
        for line in lines
    ]


def _told_barriers(
    session: Session, actor: Actor, own: Minutes, gone: Collection[int], whole: bool
) -> tuple[ToldBarrier, ...]:
    stands = [line for line in own.barriers if line.ruling not in gone]
    named = _barriers(session, actor, [line.barrier for line in stands])
    placed = [line.barrier for line in own.lines if line.ruling not in gone]
    return tuple(
        ToldBarrier(line, named[line.barrier], placed.count(line.barrier) if whole else None)
        for line in stands
        if line.barrier in named and not (line.event is Event.MERGED and named[line.barrier].merged_into_id is None)
    )


def _told_waiting(session: Session, actor: Actor, waiting: Iterable[Waiting]) -> tuple[ToldWaiting, ...]:
    waiting = list(waiting)
    reports = _reports(session, actor, [id for one in waiting for id, _ in one.first])
    places = _places(session, [one.subproject for one in waiting])
    told = [
        ToldWaiting(one, places[one.subproject], tuple((reports[id], day) for id, day in one.first if id in reports))
        for one in waiting
        if one.subproject in places
    ]
    return tuple(sorted(told, key=lambda one: swedish_key(one.subproject.name)))


def _reports(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Deviation]:
    """Of these reports, those that this person may read."""
    if not ids:
        return {}
    found = session.scalars(deviations.seen(actor).where(Deviation.id.in_(set(ids))).order_by(None))
    return {deviation.id: deviation for deviation in found}


def _barriers(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Barrier]:
    """Of these barriers, those that this person may see; also one that has become part of another since."""
    found = session.scalars(select(Barrier).where(visibility.barriers(actor), Barrier.id.in_(set(ids))))
    return {barrier.id: barrier for barrier in found}


def _places(session: Session, ids: Collection[int]) -> dict[int, Subproject]:
    found = session.scalars(select(Subproject).where(Subproject.id.in_(set(ids))))
    return {place.id: place for place in found}


@dataclass(frozen=True, slots=True)
class Listed:
    """A review whose minutes may be read, and how many of its decisions that stand this reader finds there."""

    review: Review
    decisions: int


def listed(session: Session, actor: Actor, before: int | None = None) -> tuple[Sequence[Listed], bool]:
    """A page of the reviews that have ended, newest first, and whether there are older ones.

    Raises NotFound for those who read no minutes.
    """
    question = select(Review).where(Review.minutes != "").options(joinedload(Review.actor)).order_by(Review.id.desc())
    if before is not None:
        question = question.where(Review.id < before)
    if not actor.has(Role.COORDINATOR) and not actor.subprojects(Role.LEAD):
        raise NotFound
    found = session.scalars(question.limit(PAGE + 1)).all()
    parts = [(review, _part(actor, review).lines) for review in found[:PAGE]]
    gone = _undone(session, {line.ruling for _, lines in parts for line in lines})
    rows = [Listed(review, sum(line.ruling not in gone for line in lines)) for review, lines in parts]
    return rows, len(found) > PAGE
