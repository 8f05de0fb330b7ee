"""Searches reports, barriers and solutions by Swedish words: each hit is something that the person may read.

The index gives what has the words; `queries/visibility` decides what of it is shown, as everywhere. The words of a
report also say in which subproject and queue it is, so that what others have written is passed over unlooked at.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    and_,
    any_,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.domain.search import Asked, Clause, Leaf, asked
from deviations.domain.workflow import Queue
from deviations.models import Barrier, BarrierWords, Deviation, DeviationWords, Solution, SolutionWords
from deviations.models.search import WORDS, Words, place
from deviations.queries import visibility
from deviations.queries.deviations import FULL

PAGE, FIRST = 20, 5  # things on a page of one kind, and of barriers and of solutions where all kinds are shown
FEW = 2_000
"""So many hits are handed on as they are; where there are more, a list is walked in its own order."""

Thing = TypeVar("Thing", Deviation, Barrier, Solution)


@dataclass(frozen=True, slots=True)
class Hits(Generic[Thing]):
    """What was found of one kind, the newest first, and before which id the next ones stand (None: that was all)."""

    rows: Sequence[Thing] = ()
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a question has found, of each kind a page."""

    asked: Asked
    deviations: Hits[Deviation]
    barriers: Hits[Barrier]
    solutions: Hits[Solution]

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.deviations.rows or self.barriers.rows or self.solutions.rows)


class What(StrEnum):
    """The kinds of things that are searched. The values are the ones that addresses carry."""

    DEVIATIONS = "avvikelser"
    BARRIERS = "hinder"
    SOLUTIONS = "losningar"


def search(session: Session, actor: Actor, question: str, only: What | None = None, before: int | None = None) -> Found:
    """What this person may read of what has the words of a question: a page of each kind, or of one, from before an id
    on.
    """
    wanted, first = asked(question), PAGE if only is not None else FIRST
    found = Found(wanted, Hits(), Hits(), Hits())
    if not wanted:
        return found
    if only in (None, What.BARRIERS):
        having = _having(session, BarrierWords, wanted, (), before)
        standing = and_(visibility.barriers(actor), visibility.standing_barriers())
        found = replace(found, barriers=_page(session, Barrier, having, standing, first))
    if only in (None, What.SOLUTIONS):
        having = _having(session, SolutionWords, wanted, (), before)
        found = replace(found, solutions=_page(session, Solution, having, visibility.solutions(actor), first))
    if only in (None, What.DEVIATIONS) and actor.has(Role.COORDINATOR, Role.LEAD, Role.REPORTER):
        having = _having(session, DeviationWords, wanted, _places(actor), before)
        found = replace(found, deviations=_page(session, Deviation, having, visibility.deviations(actor), PAGE))
    return found


def matching(
    session: Session, question: str, actor: Actor | None = None, queues: Iterable[Queue] = ()
) -> ColumnElement[bool] | None:
    """The reports that have the words of a question, as a condition beside that of visibility; None for no words.

    `actor` spares the database those that she may not read anyway, and `queues` those in others; neither decides.
    """
    wanted = asked(question)
    if not wanted:
        return None
    narrowed = [[place("queue", queue) for queue in queues], _places(actor) if actor is not None else ()]
    return _condition(session, Deviation, wanted, narrowed)


def matching_solutions(session: Session, question: str) -> ColumnElement[bool] | None:
    """The solutions that have the words of a question, as a condition; None for no words."""
    wanted = asked(question)
    return _condition(session, Solution, wanted, ()) if wanted else None


def _places(actor: Actor) -> list[str]:
    """The words of reports that this person may read at most; none where she may read all."""
    if actor.has(Role.COORDINATOR):
        return []
    return [*(place("subproject_id", id) for id in sorted(actor.subprojects())), place("reporter_id", actor.id)]


def _condition(
    session: Session, kind: type[Thing], wanted: Asked, narrowed: Sequence[Sequence[str]]
) -> ColumnElement[bool]:
    """Few hits lead to their rows. Many are only looked up: where they led, all of them would have to be sorted."""
    having = _ids(session, WORDS[kind], wanted, narrowed)
    few = session.scalars(having.limit(FEW + 1)).all()
    if len(few) > FEW:
        return (kind.id + 0).in_(having)
    if _sqlite(session):
        return kind.id.in_(having)
    return kind.id == any_(literal(list(few), ARRAY(Integer)))


def _page(
    session: Session, kind: type[Thing], having: Select[Any], seen: ColumnElement[bool], size: int
) -> Hits[Thing]:
    """The newest of what has the words and may be read: first which, by the index's own order, and then all of them."""
    hits = having.subquery()
    newest = select(hits.c.id).join(kind, kind.id == hits.c.id).where(seen).order_by(hits.c.id.desc())
    ids = session.scalars(newest.limit(size + 1)).all()
    question = select(kind).where(kind.id.in_(ids[:size])).order_by(kind.id.desc())
    rows = session.scalars(question.options(*FULL) if kind is Deviation else question).all() if ids else []
    return Hits(rows, ids[size - 1] if len(ids) > size else None)


def _having(session: Session, kept: Words, wanted: Asked, narrowed: Sequence[str], before: int | None) -> Select[Any]:
    having = _ids(session, kept, wanted, [narrowed])
    return having.where(having.selected_columns[0] < before) if before is not None else having


def _ids(session: Session, kept: Words, wanted: Asked, narrowed: Sequence[Sequence[str]]) -> Select[Any]:
    """The ids of what has the words, and one of the words of each of the `narrowed` lists."""
    places = [Clause(tuple((Leaf(one),) for one in words)) for words in narrowed if words]
    phrases = [clause.phrase for clause in wanted.wanted if clause.phrase.count(" ")]
    without = [clause.phrase for clause in wanted.unwanted if clause.phrase]
    if not _sqlite(session):
        lexemes: ColumnElement[Any] = literal_column(f"{kept.__tablename__}.lexemes")
        found = select(kept.id.label("id")).where(lexemes.op("@@")(cast(_tsquery(wanted, places), TSQUERY)))
        return found.where(*_in_order(kept, func.strpos, phrases, without))
    name = f"{kept.__tablename__}_fts"
    index = table(name, column("rowid", Integer), column(name))
    found = select(index.c.rowid.label("id")).where(index.c[name].op("MATCH")(_fts5(wanted, places)))
    if phrases or without:
        found = found.join(kept, kept.id == index.c.rowid).where(*_in_order(kept, func.instr, phrases, without))
    return found


def _in_order(kept: Words, position: Any, phrases: Sequence[str], without: Sequence[str]) -> list[ColumnElement[bool]]:
    """That words stand next to each other, which the index does not know."""
    there = [position(kept.words, f" {phrase} ") > 0 for phrase in phrases]
    return [*there, *(position(kept.words, f" {phrase} ") == 0 for phrase in without)]


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _fts5(wanted: Asked, places: Sequence[Clause]) -> str:
    """The question as FTS5 reads it (sqlite.org/fts5.html, section 3): with every word quoted, none is an operator."""
    asked = " AND ".join(_any_of(clause, _fts5_leaf, "AND", "OR") for clause in (*wanted.wanted, *places))
    without = [_any_of(clause, _fts5_leaf, "AND", "OR") for clause in wanted.unwanted if not clause.phrase]
    return f"({asked}) NOT ({' OR '.join(without)})" if without else asked


def _fts5_leaf(leaf: Leaf) -> str:
    return f'"{leaf.term}"' + (" *" if leaf.begins else "")


def _tsquery(wanted: Asked, places: Sequence[Clause]) -> str:
    """The question as a tsquery (postgresql.org/docs/15/datatype-textsearch.html), cast and never parsed as a text."""
    asked = " & ".join(_any_of(clause, _tsquery_leaf, "&", "|") for clause in (*wanted.wanted, *places))
    without = [f" & !{_any_of(clause, _tsquery_leaf, '&', '|')}" for clause in wanted.unwanted if not clause.phrase]
    return asked + "".join(without)


def _tsquery_leaf(leaf: Leaf) -> str:
    return f"'{leaf.term}'" + (":*" if leaf.begins else "")


def _any_of(clause: Clause, leaf: Callable[[Leaf], str], both: str, either: str) -> str:
    groups = (f" {both} ".join(leaf(one) for one in group) for group in clause.groups)
    return "(" + f" {either} ".join(f"({group})" for group in groups) + ")"
