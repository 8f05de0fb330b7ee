"""What a week's digest tells a lead or a coordinator: what is new, what waits for her, what is late, which barriers
came near the policy or met it, and who has been silent. Values only, and none that she could not read on a page.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.notices import QUIET_AFTER, asks_the_quiet, week_before, weeks_of_silence
from deviations.domain.recurrence import NEAR
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import BarrierStatus, NotFound, Queue, Status
from deviations.models import Barrier, Deviation, Membership, Move, Subproject, User
from deviations.models.base import swedish
from deviations.queries import barriers, deviations, visibility
from deviations.queries.spreads import PLACED

NAMED = 5
"""So many of each kind are named; of the others there is the count."""

MAY_COME_NEAR = (BarrierStatus.WATCHED, BarrierStatus.RETURNED)


class Some(NamedTuple):
    """The first reports of a kind, and how many there are in all."""

    named: tuple[Deviation, ...] = ()
    total: int = 0

    @property
    def rest(self) -> int:
        """How many are not named."""
        return self.total - len(self.named)


NONE = Some()


class Quiet(NamedTuple):
    """A subproject from which nothing has come for weeks; `last` is the day of its last report, if it ever had one."""

    subproject: Subproject
    weeks: int
    last: date | None


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's week. The second half is empty for all but coordinators, who answer for the whole program."""

    new: tuple[tuple[str, int], ...]
    newest: Some
    asked: Some
    local: Some
    late: Some
    fired: tuple[Barrier, ...]
    near: tuple[Barrier, ...]
    silent: tuple[Quiet, ...]
    queued: int = 0
    queued_late: int = 0
    longer: Some = NONE
    late_places: tuple[tuple[str, int], ...] = ()
    quiet: tuple[Quiet, ...] = ()

    @property
    def news(self) -> int:
        """How many reports came in."""
        return sum(count for _, count in self.new)

    @property
    def waits(self) -> int:
        """How many things wait for this very person."""
        return self.asked.total + self.local.total + self.late.total + self.longer.total + self.queued

    @property
    def says_something(self) -> bool:
        """Whether there is anything to be told. That others are quiet is told alone only every few weeks."""
        known = any(asks_the_quiet(place.weeks) for place in self.quiet)
        told = (self.new, self.waits, self.fired, self.near, self.silent, self.late_places, known)
        return any(told)


def of(session: Session, actor: Actor, until: datetime, today: date) -> Digest:
    """The digest of the week that ended at a moment, with what waits today.

    Raises NotFound for somebody who neither leads nor coordinates (any more).
    """
    led = actor.subprojects(Role.LEAD)
    coordinates = actor.has(Role.COORDINATOR)
    if not led and not coordinates:
        raise NotFound
    since = week_before(until)
    own = and_(Deviation.subproject_id.in_(led), Deviation.queue == Queue.LEAD)
    late = and_(Deviation.due_on < today, Deviation.asked_until.is_(None))
    silent = _quiet(session, until)
    fired, near = _barriers(session, actor, since, until, today)
    scope = Deviation.id.is_not(None) if coordinates else Deviation.subproject_id.in_(led)
    new = and_(scope, Deviation.filed_at >= since, Deviation.filed_at < until, Deviation.filed_by_id != actor.id)
    questions = and_(Deviation.queue == Queue.FACTS, Deviation.reporter_id == actor.id)
    found = Digest(
        new=_by_place(session, actor, new),
        newest=NONE if coordinates else _some(session, actor, new, Deviation.filed_at.desc()),
        asked=_some(session, actor, questions, Deviation.filed_at),
        local=_some(session, actor, and_(own, or_(Deviation.due_on.is_(None), not_(late))), Deviation.due_on),
        late=_some(session, actor, and_(own, late), Deviation.due_on),
        fired=fired,
        near=near,
        silent=tuple(place for place in silent if place.subproject.id in led and asks_the_quiet(place.weeks)),
    )
    return _whole(session, actor, found, today, silent) if coordinates else found


def _whole(session: Session, actor: Actor, found: Digest, today: date, silent: Iterable[Quiet]) -> Digest:
    """With what only the coordinator is told: the queue, who asks for longer time, what is late or quiet elsewhere."""
    queued = and_(
        Deviation.queue == Queue.NEW,
        or_(Deviation.snoozed_until.is_(None), Deviation.snoozed_until <= today),
        not_(deviations.waits_along()),
    )
    local = Deviation.queue == Queue.LEAD
    return replace(
        found,
        queued=_count(session, actor, queued),
        queued_late=_count(session, actor, and_(queued, Deviation.due_on < today)),
        longer=_some(session, actor, and_(local, Deviation.asked_until.is_not(None)), Deviation.asked_until),
        late_places=_by_place(session, actor, and_(local, Deviation.due_on < today)),
        quiet=tuple(silent),
    )


def _count(session: Session, actor: Actor, which: ColumnElement[bool]) -> int:
    question = select(func.count()).select_from(Deviation).where(visibility.deviations(actor), which)
    return session.scalar(question) or 0


def _some(session: Session, actor: Actor, which: ColumnElement[bool], order: object) -> Some:
    question = deviations.seen(actor).where(which).order_by(None).order_by(order, Deviation.id)  # type: ignore[arg-type]
    named = tuple(session.scalars(question.limit(NAMED)))
    return Some(named, _count(session, actor, which) if len(named) == NAMED else len(named))


def _by_place(session: Session, actor: Actor, which: ColumnElement[bool]) -> tuple[tuple[str, int], ...]:
    rows = session.execute(
        select(Subproject.name, func.count())
        .join(Deviation, Deviation.subproject_id == Subproject.id)
        .where(visibility.deviations(actor), which)
        .group_by(Subproject.id, Subproject.name)
        .order_by(swedish(Subproject.name))
    )
    return tuple((name, count) for name, count in rows)


def _barriers(
    session: Session, actor: Actor, since: datetime, until: datetime, today: date
) -> tuple[tuple[Barrier, ...], tuple[Barrier, ...]]:
    """The barriers that met the policy or came back in the week, and those that a report of the week brought near.

    That a barrier is near says about how many reports it has: whoever may not see a small count is not told of it.
    """
    returned = select(Move.barrier_id).where(
        Move.barrier_id.is_not(None), Move.target == BarrierStatus.RETURNED, Move.at >= since, Move.at < until
    )
    came = or_(
        and_(Barrier.fired_at >= since, Barrier.fired_at < until, Barrier.status != BarrierStatus.WATCHED),
        and_(Barrier.id.in_(returned), Barrier.status == BarrierStatus.RETURNED),
    )
    ids = session.scalars(select(Barrier.id).where(came, Barrier.merged_into_id.is_(None))).all()
    rows = [row for row in barriers.listed(session, actor, today) if row.barrier.merged_into_id is None]
    fired = tuple(row.barrier for row in rows if row.barrier.id in ids)
    open_book = visibility.sees_small_counts(actor)
    close = [
        row.barrier
        for row in rows
        if row.barrier.status in MAY_COME_NEAR
        and row.standing.nearness >= NEAR
        and (open_book or row.reports_told == str(row.deviations))
    ]
    grown = _grown(session, [barrier.id for barrier in close if barrier.id not in ids], since, until)
    return fired, tuple(barrier for barrier in close if barrier.id in grown)


def _grown(session: Session, ids: Collection[int], since: datetime, until: datetime) -> set[int]:
    """Those of these barriers in which a report was placed in the week."""
    placed = exists().where(
        Move.deviation_id == Deviation.id, Move.target == Status.JOINED, Move.at >= since, Move.at < until
    )
    found = session.scalars(
        select(Deviation.barrier_id).where(Deviation.barrier_id.in_(ids), *PLACED, placed).distinct()
    )
    return {id for id in found if id is not None}


def _quiet(session: Session, until: datetime) -> list[Quiet]:
    """The subprojects with staff from which no report has come for long, in Swedish order of name. One that has never
    reported is counted from when its first account was made.
    """
    staffed = session.execute(
        select(Subproject, func.min(User.created_at))
        .join(Membership, Membership.subproject_id == Subproject.id)
        .join(User, User.id == Membership.user_id)
        .where(User.active, Membership.role.in_((Role.REPORTER, Role.LEAD)))
        .group_by(Subproject.id)
        .order_by(swedish(Subproject.name))
    )
    found = []
    for subproject, since in staffed:
        last = _last_word(session, subproject, until)
        weeks = weeks_of_silence(last or since, until)
        found.append(Quiet(subproject, weeks, day_of(last) if last else None))
    return [place for place in found if place.weeks >= QUIET_AFTER]


def _last_word(session: Session, subproject: Subproject, until: datetime) -> datetime | None:
    """When its last report came in before a moment; the newest that the index has, not a count of all."""
    return session.scalar(
        select(Deviation.filed_at)
        .where(Deviation.subproject_id == subproject.id, Deviation.filed_at < until)
        .order_by(Deviation.filed_at.desc())
        .limit(1)
    )
