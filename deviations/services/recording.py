"""Writes down what a decision changes while it is carried out, so that it can be undone: columns as they were and as
they became, and what was made. Never a text.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Enum, event, inspect, select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.models import (
    Barrier,
    Base,
    Deviation,
    KinVerdict,
    Move,
    OutgoingMail,
    PairVerdict,
    Review,
    Ruling,
    Solution,
    SolutionTrial,
    SuggestionOutcome,
    Verdict,
)
from deviations.models.base import UtcTime

TRACKED: Mapping[type[Base], tuple[str, ...]] = {
    Deviation: (
        "status",
        "barrier_id",
        "close_reason",
        "duplicate_of_id",
        "same_as_id",
        "due_on",
        "due_how",
        "snoozed_until",
        "asked_until",
    ),
    Barrier: ("status", "fired_at", "fired_why", "review_on", "merged_into_id"),
    Verdict: ("belongs", "actor_id", "at"),
    PairVerdict: ("same", "actor_id", "at"),
    KinVerdict: ("kin", "actor_id", "at"),
    Solution: ("barrier_id", "worked"),
    SolutionTrial: ("solution_id",),
}
"""What a decision changes of each table. `due_how` and `fired_why` are counts and days; priority is computed anew."""

WORDS = (Verdict, PairVerdict, KinVerdict)
"""What people said of what belongs together, or not."""

MADE: tuple[type[Base], ...] = (Barrier, *WORDS, Solution, OutgoingMail, SuggestionOutcome)
NAMES: Mapping[str, type[Base]] = {kind.__tablename__: kind for kind in (*TRACKED, *MADE)}
Values = dict[str, Any]


@dataclass(slots=True)
class Record:
    """What a decision did: `changed` maps table and id to each column's value then and afterwards; `made` and `gone`
    are the rows that it added and took away. `chosen` are the reports that it was about.
    """

    chosen: list[int] = field(default_factory=list)
    changed: dict[str, dict[int, dict[str, tuple[Any, Any]]]] = field(default_factory=dict)
    made: dict[str, list[int]] = field(default_factory=dict)
    gone: dict[str, list[Values]] = field(default_factory=dict)

    def of(self, kind: type[Base]) -> dict[int, dict[str, tuple[Any, Any]]]:
        """The changed rows of one table."""
        return self.changed.get(kind.__tablename__, {})

    def new(self, kind: type[Base]) -> list[int]:
        """The ids of the rows that were added to one table."""
        return self.made.get(kind.__tablename__, [])


@contextmanager
def recording(
    session: Session, actor: Actor, what: str, chosen: Collection[Deviation], *, at: datetime
) -> Iterator[Ruling]:
    """The decision under which everything that this block changes can be undone in one press (`undoing.undo`).

    Its steps (`Move`) carry its id, and it belongs to the review that the person has open. What is changed must be
    changed through the session's objects: an UPDATE past them is not seen. All or nothing: when the block raises,
    nothing of it stays, also if the caller goes on and commits.
    """
    session.flush()
    with session.begin_nested():
        ruling = Ruling(actor_id=actor.id, at=at, what=what, count=len(chosen), before="{}")
        ruling.review_id = _open_review(session, actor)
        session.add(ruling)
        session.flush()
        recorder = _Recorder(ruling.id)
        with recorder.listening(session):
            yield ruling
            session.flush()
        ruling.before = _as_json(recorder.finished(session, sorted(one.id for one in chosen)))
        session.flush()


def _open_review(session: Session, actor: Actor) -> int | None:
    question = select(Review.id).where(Review.actor_id == actor.id, Review.ended_at.is_(None))
    return session.scalar(question.order_by(Review.id.desc()).limit(1))


class _Recorder:
    """Looks at each flush: a row that is about to change for the first time is read as the database still has it."""

    def __init__(self, ruling_id: int) -> None:
        self.ruling_id = ruling_id
        self.then: dict[type[Base], dict[int, Values]] = {kind: {} for kind in TRACKED}
        self.made: dict[type[Base], list[int]] = {kind: [] for kind in MADE}
        self.gone: dict[type[Base], list[Values]] = {}

    @contextmanager
    def listening(self, session: Session) -> Iterator[None]:
        event.listen(session, "before_flush", self._before)
        event.listen(session, "after_flush", self._after)
        try:
            yield
        finally:
            event.remove(session, "before_flush", self._before)
            event.remove(session, "after_flush", self._after)

    def _before(self, session: Session, *_: object) -> None:
        for one in session.new:
            if isinstance(one, Move) and one.ruling_id is None:
                one.ruling_id = self.ruling_id
        for kind, known in self.then.items():
            ids = {_id(one) for one in session.dirty if isinstance(one, kind)}
            known.update(rows(session, kind, TRACKED[kind], ids - known.keys() - set(self.made.get(kind, ()))))
        for one in session.deleted:
            if isinstance(one, WORDS):
                kind = type(one)
                columns = tuple(column.name for column in kind.__table__.columns)
                self.gone.setdefault(kind, []).extend(rows(session, kind, columns, {one.id}).values())

    def _after(self, session: Session, *_: object) -> None:
        for one in session.new:
            if isinstance(one, MADE):
                self.made[type(one)].append(_id(one))

    def finished(self, session: Session, chosen: list[int]) -> Record:
        found = Record(chosen=chosen)
        for kind, then in self.then.items():
            now = rows(session, kind, TRACKED[kind], then.keys())
            differing = {id: _differences(then[id], now[id]) for id in sorted(now)}
            if any(differing.values()):
                found.changed[kind.__tablename__] = {id: row for id, row in differing.items() if row}
        found.made = {kind.__tablename__: sorted(ids) for kind, ids in self.made.items() if ids}
        found.gone = {kind.__tablename__: rows for kind, rows in self.gone.items()}
        return found


def _id(one: Base) -> int:
    """Its id, also where its columns have expired, or it has just been added."""
    state = inspect(one)
    known = state.identity or state.mapper.primary_key_from_instance(one)
    return int(known[0])


def rows(session: Session, kind: type[Base], columns: Collection[str], ids: Collection[int]) -> dict[int, Values]:
    """These columns of some rows as the database has them, by id."""
    if not ids:
        return {}
    table = kind.__table__
    question = select(table.c.id.label("_id"), *(table.c[name] for name in columns)).where(table.c.id.in_(ids))
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in session.connection().execute(question)}


def _differences(then: Values, now: Values) -> dict[str, tuple[Any, Any]]:
    return {name: (then[name], now[name]) for name in then if then[name] != now[name]}


def _as_json(record: Record) -> str:
    told = {"chosen": record.chosen, "changed": record.changed, "made": record.made, "gone": record.gone}
    return json.dumps(told, default=lambda value: value.isoformat(), separators=(",", ":"))


def read(ruling: Ruling) -> Record:
    """What was written down of a decision, its values as the columns hold them."""
    told = json.loads(ruling.before)
    changed = {
        table: {
            int(id): {name: _pair(NAMES[table], name, *pair) for name, pair in row.items()} for id, row in rows.items()
        }
        for table, rows in told["changed"].items()
    }
    gone = {
        table: [{name: value_of(NAMES[table], name, value) for name, value in row.items()} for row in rows]
        for table, rows in told["gone"].items()
    }
    return Record(told["chosen"], changed, told["made"], gone)


def _pair(kind: type[Base], name: str, then: Any, now: Any) -> tuple[Any, Any]:
    return value_of(kind, name, then), value_of(kind, name, now)


def value_of(kind: type[Base], name: str, value: Any) -> Any:
    """A value from JSON as its column holds it."""
    column = kind.__table__.c[name].type
    if value is None:
        return None
    if isinstance(column, UtcTime):
        return datetime.fromisoformat(value)
    if isinstance(column, Date):
        return date.fromisoformat(value)
    return column.enum_class(value) if isinstance(column, Enum) and column.enum_class is not None else value
