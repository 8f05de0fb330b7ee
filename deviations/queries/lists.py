"""Reads the lists of reports: a page of a queue or of all, how many each queue holds, and the ids for a weekly review.

A page begins beside a report (keyset paging), never after so many. Each list is put together from branches that an
index holds in the list's order, so that a page costs the same among a thousand reports and among a million.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from deviations.domain.days import start_of
from deviations.domain.lists import VIEW_QUEUES, Chosen, Key, Order, Place, View
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import QUEUES, Queue, Status
from deviations.models import Deviation, Move
from deviations.models.deviations import deviation_agency
from deviations.queries import search, visibility
from deviations.queries.deviations import FULL, waits_along

PAGE = 50
CAP = 1000
MOST_IDS = 500

_KEYS: dict[Order, InstrumentedAttribute[Any]] = {
    Order.OLDEST: Deviation.filed_at,
    Order.NEWEST: Deviation.filed_at,
    Order.DUE: Deviation.due_on,
    Order.PRIORITY: Deviation.priority,
}
_FALLING = frozenset({Order.NEWEST, Order.PRIORITY})


@dataclass(frozen=True, slots=True)
class More:
    """More than so many; nobody counts further."""

    than: int = CAP


@dataclass(frozen=True, slots=True)
class Page:
    """Some reports of a list in its order, and the places of the pages around them; None where there is none."""

    rows: Sequence[Deviation]
    next: Place | None = None
    previous: Place | None = None


@dataclass(frozen=True, slots=True)
class _Branch:
    """Some of a list's reports, and the columns that are alike in all of them."""

    where: tuple[ColumnElement[bool], ...] = ()
    fixed: tuple[InstrumentedAttribute[Any], ...] = ()


def page(session: Session, actor: Actor, chosen: Chosen, *, today: date, size: int = PAGE) -> Page:
    """A page of the list, of what this person may read. Where the place leads to nothing any more, the first page."""
    place = chosen.place
    found = _walk(session, actor, chosen, today, size + 1)
    more, here = len(found) > size, found[:size]
    if place is None:
        return _page(session, actor, here, next=more, previous=False)
    if not here or (place.before and not more):
        return page(session, actor, replace(chosen, place=None), today=today, size=size)
    if place.before:
        return _page(session, actor, here[::-1], next=True, previous=True)
    return _page(session, actor, here, next=more, previous=True)


def ids(session: Session, actor: Actor, chosen: Chosen, *, today: date, limit: int = MOST_IDS) -> list[int]:
    """The ids of the list's first reports in its order, as a weekly review goes through them."""
    return [id for id, _ in _walk(session, actor, replace(chosen, place=None), today, limit)]


def counts(
    session: Session, actor: Actor, chosen: Chosen, *, today: date, views: Iterable[View] = View
) -> dict[View, int | More]:
    """How many reports each view holds for this person with the same filters, up to CAP; one question for all."""
    wanted = tuple(views)
    asked = [replace(chosen, view=view, place=None) for view in wanted]
    about = _about(session, chosen)
    sought = {
        queues: [*_worded(session, actor, view), *about]
        for queues, view in {view.queues: view for view in asked}.items()
    }
    columns = [_count(actor, view, today, sought[view.queues]) for view in asked]
    row = session.execute(select(*columns)).one()
    return {view: More() if count > CAP else count for view, count in zip(wanted, row, strict=True)}


def by_ids(session: Session, actor: Actor, wanted: Sequence[int]) -> list[Deviation]:
    """These reports with all that a list shows, in this order; those that this person may not read are left out."""
    question = select(Deviation).where(Deviation.id.in_(wanted), visibility.deviations(actor)).options(*FULL)
    found = {report.id: report for report in session.scalars(question)} if wanted else {}
    return [found[id] for id in wanted if id in found]


def _page(session: Session, actor: Actor, here: list[tuple[int, Key]], *, next: bool, previous: bool) -> Page:
    (first, first_key), (last, last_key) = (here[0], here[-1]) if here else ((0, None), (0, None))
    return Page(
        rows=by_ids(session, actor, [id for id, _ in here]),
        next=Place(last_key, last) if next else None,
        previous=Place(first_key, first, before=True) if previous else None,
    )


def _walk(session: Session, actor: Actor, chosen: Chosen, today: date, limit: int) -> list[tuple[int, Key]]:
    """The ids and keys of the reports from the list's place on, in the direction in which it is walked."""
    found: list[tuple[int, Key]] = []
    sought = [*_worded(session, actor, chosen), *_about(session, chosen)]
    for stretch in _stretches(chosen):
        question = _question(actor, chosen, today, [*sought, *stretch], limit - len(found))
        found += [(row[0], row[1]) for row in session.execute(question)]
        if len(found) >= limit:
            break
    return found


def _stretches(chosen: Chosen) -> list[list[ColumnElement[bool]]]:
    """The conditions of each part of the list, from its place on. Where the promised day decides, reports without one
    are a part of their own at the end: no row comparison holds for them.
    """
    key, place = _KEYS[chosen.sorted_by], chosen.place
    if chosen.sorted_by is not Order.DUE:
        return [[_beyond(chosen, place)] if place is not None else []]
    parts = [key.is_not(None), key.is_(None)]
    if place is None:
        return [[part] for part in parts]
    dated = place.key is not None
    here = [parts[0 if dated else 1], _beyond(chosen, place)]
    if place.before:
        return [here] if dated else [here, [parts[0]]]
    return [here, [parts[1]]] if dated else [here]


def _beyond(chosen: Chosen, place: Place) -> ColumnElement[bool]:
    """What comes after the place in the direction in which the list is walked."""
    key = _KEYS[chosen.sorted_by]
    if place.key is None:
        return Deviation.id < place.id if _falls(chosen) else Deviation.id > place.id
    here, there = tuple_(key, Deviation.id), tuple_(literal(place.key, key.type), literal(place.id))
    return here < there if _falls(chosen) else here > there


def _falls(chosen: Chosen) -> bool:
    backwards = chosen.place is not None and chosen.place.before
    return (chosen.sorted_by in _FALLING) != backwards


def _question(actor: Actor, chosen: Chosen, today: date, stretch: list[ColumnElement[bool]], limit: int) -> Select[Any]:
    """The first reports of all branches together: each branch gives as many as are wanted, in the order of an index."""
    key, falls = _KEYS[chosen.sorted_by].label("key"), _falls(chosen)

    def ordered(columns: Iterable[Any]) -> list[Any]:
        return [column.desc() if falls else column.asc() for column in columns]

    parts = [
        _matching(select(Deviation.id, key), actor, chosen, branch, stretch)
        .order_by(*ordered((*branch.fixed, _KEYS[chosen.sorted_by], Deviation.id)))
        .limit(limit)
        for branch in _branches(actor, chosen, today)
    ]
    if len(parts) == 1:
        return parts[0]
    together = _together(parts or [select(Deviation.id, key).where(false())])
    return select(together.c.id, together.c.key).order_by(*ordered((together.c.key, together.c.id))).limit(limit)


def _count(actor: Actor, chosen: Chosen, today: date, sought: list[ColumnElement[bool]]) -> ColumnElement[int]:
    parts: list[Select[Any]] = [
        _matching(select(Deviation.id), actor, chosen, branch, sought).limit(CAP + 1)
        for branch in _branches(actor, chosen, today)
    ]
    if not parts:
        return literal(0)
    counted = select(_together(parts).c.id).limit(CAP + 1).subquery()
    return select(func.count()).select_from(counted).scalar_subquery()


def _worded(session: Session, actor: Actor, chosen: Chosen) -> list[ColumnElement[bool]]:
    """The reports that have the words, if any are sought. Words of which none says anything, no report has."""
    if not chosen.text:
        return []
    found = search.matching(session, chosen.text, actor, chosen.queues)
    return [found if found is not None else false()]


def _about(session: Session, chosen: Chosen) -> list[ColumnElement[bool]]:
    """The reports about an agency, if one is sought: where there are few they lead the way, many are looked up in the
    list's order.
    """
    if chosen.agency is None:
        return []
    link = deviation_agency.c
    those = select(link.deviation_id).where(link.agency_id == chosen.agency)
    if len(session.scalars(those.limit(search.FEW + 1)).all()) <= search.FEW:
        return [Deviation.id.in_(those)]
    return [those.where(link.deviation_id == Deviation.id).correlate(Deviation).exists()]


def _together(parts: Sequence[Select[Any]]) -> Subquery:
    """The rows of all parts. SQLite takes a limit in a part only where the part stands in a question of its own."""
    return union_all(*(part.subquery().select() for part in parts)).subquery()


def _matching(
    question: Select[Any], actor: Actor, chosen: Chosen, branch: _Branch, also: list[ColumnElement[bool]]
) -> Select[Any]:
    return question.where(visibility.deviations(actor), *branch.where, *_filters(chosen), *also)


def _branches(actor: Actor, chosen: Chosen, today: date) -> list[_Branch]:
    """The parts of a view, no report in two of them: one for each queue and, where not all may be read, each place."""
    if chosen.view is View.ALL:
        return _all(actor, chosen)
    places = _places(actor, chosen)
    found = []
    for queue, *conditions in _queues(actor, chosen.view, today):
        if chosen.view is View.MINE and queue is Queue.FACTS and not actor.has(Role.COORDINATOR):
            found.append(_Branch((Deviation.queue == queue, *conditions)))
            continue
        for place in places:
            found.append(_at(place, queue, *conditions))
    return found


def _places(actor: Actor, chosen: Chosen) -> list[int | None]:
    """The subprojects whose queues this person works with; None is all of them, which are the coordinator's."""
    if actor.has(Role.COORDINATOR):
        return [chosen.subproject]
    led = actor.subprojects(Role.LEAD)
    return [place for place in sorted(led) if chosen.subproject in (None, place)]


def _at(place: int | None, queue: Queue | None, *conditions: ColumnElement[bool]) -> _Branch:
    waits = Deviation.queue == (queue if queue is not None else null())
    if place is None:
        return _Branch((waits, *conditions), (Deviation.queue,))
    here = Deviation.subproject_id == place
    return _Branch((here, waits, *conditions), (Deviation.subproject_id, Deviation.queue))


def _queues(actor: Actor, view: View, today: date) -> list[tuple[Any, ...]]:
    """The queues of which a view shows something, each with what it shows of it.

    A snoozed report is back in the week's queue on its day. What waits along with another report is in none.
    """
    awake = or_(Deviation.snoozed_until.is_(None), Deviation.snoozed_until <= today)
    alone = ~waits_along()
    if view is View.NEW:
        return [(Queue.NEW, awake, alone)]
    if view is View.SNOOZED:
        return [(Queue.NEW, Deviation.snoozed_until > today, alone)]
    if view is View.OVERDUE:
        late = Deviation.due_on < today
        return [(Queue.NEW, late, awake, alone), (Queue.LEAD, late)]
    if view is View.MINE:
        return _mine(actor, alone)
    return [(queue,) for queue in VIEW_QUEUES[view]]


def _mine(actor: Actor, alone: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    """A lead's own: local actions in her subprojects. A coordinator's: open reports whose last step she took, which is
    what she has begun, asked or left to somebody and has had no word of since. For both, also the questions about
    their own reports.
    """
    asked = and_(Deviation.reporter_id == actor.id, Deviation.status == Status.NEEDS_FACTS)
    if not actor.has(Role.COORDINATOR):
        return [(Queue.LEAD,), (Queue.FACTS, asked)]
    other = aliased(Deviation)
    own = select(other.id).where(other.reporter_id == actor.id)
    led = select(other.id).where(other.subproject_id.in_(actor.subprojects(Role.LEAD)), other.queue == Queue.LEAD)
    return [
        (Queue.NEW, _among(_begun(actor, Queue.NEW)), alone),
        (Queue.FACTS, _among(_begun(actor, Queue.FACTS), own)),
        (Queue.LEAD, _among(_begun(actor, Queue.LEAD), *([led] if actor.subprojects(Role.LEAD) else []))),
    ]


def _begun(actor: Actor, queue: Queue) -> Select[Any]:
    """The ids of a queue's reports whose last step this person took: found in indexes alone, without the reports."""
    other = aliased(Deviation)
    last = select(Move.actor_id).where(Move.deviation_id == other.id).order_by(Move.id.desc()).limit(1)
    return select(other.id).where(other.queue == queue, last.correlate(other).scalar_subquery() == actor.id)


def _among(*ids: Select[Any]) -> ColumnElement[bool]:
    return Deviation.id.in_(union_all(*ids) if len(ids) > 1 else ids[0])


def _all(actor: Actor, chosen: Chosen) -> list[_Branch]:
    """All that this person may read: by place and queue, as indexes hold them in order, and her own from elsewhere."""
    queues = [QUEUES.get(chosen.status)] if chosen.status is not None else [*Queue, None]
    if actor.has(Role.COORDINATOR) and chosen.subproject is None:
        return [_at(None, queues[0])] if chosen.status is not None else [_Branch()]
    places = [chosen.subproject] if chosen.subproject is not None else sorted(actor.subprojects())
    found = [_at(place, queue) for place in places for queue in queues]
    if chosen.subproject is None:
        own = (Deviation.reporter_id == actor.id, Deviation.subproject_id.not_in(places))
        found.append(_Branch(own, (Deviation.reporter_id,)))
    return found


def _within(chosen: Chosen, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The column of a filter. In a queue it is kept from leading: a queue is shorter than all that a place ever filed,
    which SQLite can't know as it counts what is in no queue as a queue too.
    """
    return column.expression if chosen.view is View.ALL else column + 0


def _filters(chosen: Chosen) -> list[ColumnElement[bool]]:
    columns: tuple[tuple[ColumnElement[Any] | InstrumentedAttribute[Any], object], ...] = (
        (_within(chosen, Deviation.rule_id), chosen.rule),
        (_within(chosen, Deviation.municipality_id), chosen.municipality),
        (Deviation.subproject_id, chosen.subproject),
        (Deviation.step, chosen.step),
        (Deviation.status, chosen.status),
        (Deviation.kind, chosen.kind),
    )
    wanted = [column == value for column, value in columns if value is not None]
    if chosen.since is not None:
        wanted.append(Deviation.filed_at >= start_of(chosen.since))
    if chosen.until is not None:
        wanted.append(Deviation.filed_at < start_of(chosen.until + timedelta(days=1)))
    return wanted
