"""Reads the weekly review: what waits in it, what was decided, by whom, and what it came to."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from deviations.domain.roles import Actor
from deviations.domain.workflow import Act, Kind, NotFound, Status
from deviations.models import Barrier, Deviation, Move, Review, ReviewItem, Ruling, User
from deviations.queries import deviations, visibility


@dataclass(frozen=True, slots=True)
class Place:
    """A report's place in a review. `ruling` decided about it here; else `by` did meanwhile, if it waits no more."""

    position: int
    id: int
    title: str
    kind: Kind
    status: Status
    snoozed_until: date | None
    waits: bool
    ruling: int | None = None
    by: str | None = None


@dataclass(frozen=True)
class Way:
    """A review's way through its reports."""

    places: tuple[Place, ...]

    @property
    def total(self) -> int:
        """How many reports it has."""
        return len(self.places)

    @cached_property
    def waiting(self) -> tuple[Place, ...]:
        """Those without a decision."""
        return tuple(place for place in self.places if place.waits)

    @property
    def done(self) -> int:
        """How many of them wait no more: decided here, or by somebody else meanwhile."""
        return self.total - len(self.waiting)

    @cached_property
    def elsewhere(self) -> tuple[Place, ...]:
        """Those that somebody else decided about meanwhile."""
        return tuple(place for place in self.places if not place.waits and place.ruling is None)

    def at(self, position: int) -> Place:
        """The report at a place, counted from 1. Raises NotFound beyond the last one."""
        if not 1 <= position <= self.total:
            raise NotFound
        return self.places[position - 1]

    def of(self, id: int) -> Place | None:
        """The place of a report; None when it is not in this review."""
        return next((place for place in self.places if place.id == id), None)

    def next(self, position: int) -> Place | None:
        """The next one that waits after a place, or else the first: who has passed some by comes back to them."""
        others = [place for place in self.waiting if place.position != position]
        return next((place for place in others if place.position > position), others[0] if others else None)

    def previous(self, position: int) -> Place | None:
        """The one that waits before a place, or else the last."""
        others = [place for place in reversed(self.waiting) if place.position != position]
        return next((place for place in others if place.position < position), others[0] if others else None)


def open_of(session: Session, actor: Actor) -> Review | None:
    """The review that this person has begun and not ended."""
    question = select(Review).where(Review.actor_id == actor.id, Review.ended_at.is_(None))
    return session.scalar(question.order_by(Review.id.desc()).limit(1))


def get(session: Session, actor: Actor, id: int) -> Review:
    """One of this person's own reviews. Raises NotFound for others."""
    found = session.scalar(select(Review).where(Review.id == id, Review.actor_id == actor.id))
    if found is None:
        raise NotFound
    return found


def last_ended(session: Session, actor: Actor) -> Review | None:
    """The review that this person ended last."""
    question = select(Review).where(Review.actor_id == actor.id, Review.ended_at.is_not(None))
    return session.scalar(question.order_by(Review.ended_at.desc(), Review.id.desc()).limit(1))


def unsettled(today: date) -> ColumnElement[bool]:
    """The condition that a report waits for a decision on this day: it is new or in review, and not put off."""
    awake = or_(Deviation.snoozed_until.is_(None), Deviation.snoozed_until <= today)
    return Deviation.status.in_(deviations.WAITING) & awake


def waiting(session: Session, actor: Actor, ids: Sequence[int], today: date) -> list[int]:
    """Those of these reports that this person may read and that wait for a decision, each once, in their order."""
    wanted = list(dict.fromkeys(ids))
    question = select(Deviation.id).where(visibility.deviations(actor), unsettled(today), Deviation.id.in_(wanted))
    found = set(session.scalars(question)) if wanted else set()
    return [id for id in wanted if id in found]


def way(session: Session, review: Review, today: date) -> Way:
    """All reports of a review in their order, with what has become of each."""
    rows = session.execute(
        select(
            ReviewItem.position,
            Deviation.id,
            Deviation.title,
            Deviation.kind,
            Deviation.status,
            Deviation.snoozed_until,
            unsettled(today),
        )
        .join(Deviation, Deviation.id == ReviewItem.deviation_id)
        .where(ReviewItem.review_id == review.id)
        .order_by(ReviewItem.position)
    ).all()
    ruled = _ruled(session, review)
    deciders = _deciders(session, [row[1] for row in rows if row[1] not in ruled and not row[6]])
    return Way(
        tuple(
            Place(
                *row[:6], waits=bool(row[6]) and row[1] not in ruled, ruling=ruled.get(row[1]), by=deciders.get(row[1])
            )
            for row in rows
        )
    )


def _ruled(session: Session, review: Review) -> dict[int, int]:
    """The last decision on each report that was taken in this review and stands."""
    rows = session.execute(
        select(Move.deviation_id, func.max(Ruling.id))
        .join(Ruling, Ruling.id == Move.ruling_id)
        .where(Ruling.review_id == review.id, Ruling.undone_at.is_(None), Move.deviation_id.is_not(None))
        .group_by(Move.deviation_id)
    )
    return {id: ruling for id, ruling in rows if id is not None}


def _deciders(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Who took the last step with each of these reports."""
    if not ids:
        return {}
    last = (
        select(func.max(Move.id))
        .where(Move.deviation_id.in_(ids), Move.act != Act.COMPLETED)
        .group_by(Move.deviation_id)
    )
    rows = session.execute(
        select(Move.deviation_id, User.name).join(User, User.id == Move.actor_id).where(Move.id.in_(last))
    )
    return {id: name for id, name in rows if id is not None}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the report that it was about (the first of them), and the last step that it took with it; None
    where it only said something of a suggestion.
    """

    ruling: Ruling
    deviation: Deviation
    step: Move | None


def decided(session: Session, actor: Actor, rulings: Sequence[Ruling]) -> list[Decided]:
    """What these decisions were about, in their order; of reports that this person may read."""
    about = {ruling.id: ruling.chosen[0] for ruling in rulings if ruling.chosen}
    found = session.scalars(deviations.seen(actor).where(Deviation.id.in_(set(about.values())))) if about else ()
    reports = {report.id: report for report in found}
    steps = {
        (move.ruling_id, move.deviation_id): move
        for move in session.scalars(select(Move).where(Move.ruling_id.in_(about)).order_by(Move.id))
    }
    return [
        Decided(ruling, reports[id], steps.get((ruling.id, id)))
        for ruling in rulings
        if (id := about.get(ruling.id, 0)) in reports
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a review has come to so far: how many were decided in which way, and what now waits for whom."""

    counts: dict[str, int]  # by the state it led to, or "snoozed"
    barriers: tuple[Barrier, ...]  # made in it
    asked: tuple[Deviation, ...]
    local: tuple[Deviation, ...]
    snoozed: tuple[Deviation, ...]


def outcome(session: Session, actor: Actor, review: Review, reached: Way) -> Outcome:
    """What a review has come to: only decisions that stand, each report once, as it was last decided in it."""
    ruled = {place.id: place.ruling for place in reached.places if place.ruling is not None}
    steps: dict[int, Move] = {}
    question = select(Move).join(Ruling, Ruling.id == Move.ruling_id).where(Ruling.review_id == review.id)
    for move in session.scalars(question.order_by(Move.id)):
        if move.deviation_id in ruled and ruled[move.deviation_id] == move.ruling_id:
            steps[move.deviation_id] = move
    found = session.scalars(
        deviations.seen(actor).where(Deviation.id.in_(steps)).options(joinedload(Deviation.reporter))
    )
    reports = {report.id: report for report in found}

    def led_to(what: str) -> tuple[Deviation, ...]:
        return tuple(reports[id] for id in ruled if id in reports and _what(steps[id]) == what)

    return Outcome(
        counts=dict(Counter(_what(step) for step in steps.values())),
        barriers=_made(session, review),
        asked=led_to(Status.NEEDS_FACTS),
        local=led_to(Status.LOCAL_ACTION),
        snoozed=led_to(Act.SNOOZED),
    )


def _what(step: Move) -> str:
    return str(Act.SNOOZED) if step.act is Act.SNOOZED else step.target


def _made(session: Session, review: Review) -> tuple[Barrier, ...]:
    """The barriers that were made by a decision in this review which stands."""
    question = (
        select(Barrier)
        .join(Move, Move.barrier_id == Barrier.id)
        .join(Ruling, Ruling.id == Move.ruling_id)
        .where(Ruling.review_id == review.id, Ruling.undone_at.is_(None), Move.source.is_(None))
        .order_by(Barrier.id)
    )
    return tuple(session.scalars(question))
