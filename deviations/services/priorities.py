"""Keeps each report's priority: what it says of harm, times the municipalities that have said the same."""

from collections.abc import Collection, Iterable
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain.priority import priority
from deviations.domain.workflow import CloseReason, Kind
from deviations.models import Deviation
from deviations.queries.spreads import PLACED


def refresh(session: Session, ids: Collection[int]) -> None:
    """Computes the priority of these reports anew. It takes no part in their versions: that somebody else says the same
    must not refuse a form that is being filled in.
    """
    session.flush()
    places = _places(session, ids)
    rows = session.execute(
        select(Deviation.id, Deviation.people_hit, Deviation.weeks_lost, Deviation.priority).where(
            Deviation.id.in_(ids)
        )
    ).all()
    found = {id: (priority(people, weeks, len(places.get(id, ()))), now) for id, people, weeks, now in rows}
    changed = [{"_id": id, "_priority": new} for id, (new, now) in found.items() if new != now]
    if not changed:
        return
    reports = cast(Table, Deviation.__table__)
    question = update(reports).where(reports.c.id == bindparam("_id")).values(priority=bindparam("_priority"))
    session.connection().execute(question, changed)
    for row in changed:
        known = session.identity_map.get(session.identity_key(Deviation, row["_id"]))
        if known is not None:
            set_committed_value(known, "priority", row["_priority"])


def _places(session: Session, ids: Collection[int]) -> dict[int, set[int]]:
    """The municipalities that have said the same: the report's own, those of "samma här" and of duplicates, and where
    it is placed those of its barrier.
    """
    of = Deviation.municipality_id
    said, duplicate = Deviation.kind == Kind.SAME_HERE, Deviation.close_reason == CloseReason.DUPLICATE
    homes = dict(_pairs(session, select(Deviation.id, Deviation.barrier_id).where(Deviation.id.in_(ids))))
    spread: dict[int, set[int]] = {}
    for home, place in _pairs(session, select(Deviation.barrier_id, of).where(_within(homes.values()), *PLACED)):
        spread.setdefault(home, set()).add(place)
    found = {id: set(spread.get(home, ())) for id, home in homes.items()}
    for question in (
        select(Deviation.id, of).where(Deviation.id.in_(ids)),
        select(Deviation.same_as_id, of).where(Deviation.same_as_id.in_(ids), said),
        select(Deviation.duplicate_of_id, of).where(Deviation.duplicate_of_id.in_(ids), duplicate),
    ):
        for id, place in _pairs(session, question):
            found.setdefault(id, set()).add(place)
    return found


def _within(homes: Iterable[int | None]) -> ColumnElement[bool]:
    return Deviation.barrier_id.in_({home for home in homes if home is not None})


def _pairs(session: Session, question: Select[Any, Any]) -> list[tuple[int, Any]]:
    return [(row[0], row[1]) for row in session.execute(question.distinct())]
