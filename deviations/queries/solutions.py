"""Reads the local solutions and guldkorn that all subprojects share: the list, one of them, and how it went elsewhere.

How many subprojects tried a solution is shown as it is, also when they are fewer than five. What is hidden is how many
reports there are, since those could point out a person (decision 14). A trial stands for a whole subproject and no
report, and the subproject says it to be read by all; which subprojects they are only the coordinator reads.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from deviations.domain.roles import Actor
from deviations.domain.workflow import Kind, NotFound
from deviations.models import Agency, Barrier, Deviation, Rule, Solution, SolutionTrial, Subproject
from deviations.queries import search, visibility

PAGE = 20
Told = Row[Solution, Deviation, Barrier]  # the barrier may be missing
TOLD_OF = aliased(Deviation)


class Order(StrEnum):
    """What stands first: the newest, or those that worked in most subprojects."""

    NEWEST = "newest"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to, and its order."""

    words: str = ""
    agency: int | None = None
    rule: int | None = None
    good_examples: bool = False
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class Trials:
    """How many other subprojects tried a solution, and in how many of them it worked."""

    tried: int = 0
    worked: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """A solution as others read it: never the report behind it, only whose rule that was about and its barrier."""

    solution: Solution
    good_example: bool
    agencies: tuple[Agency, ...]
    rule: Rule | None
    barrier: Barrier | None
    trials: Trials = Trials()

    @property
    def text(self) -> str:
        """What was done."""
        return self.solution.text


@dataclass(frozen=True, slots=True)
class Word:
    """One subproject's word on a solution. `subproject` is named to those who work there and to the coordinator."""

    worked: bool
    note: str
    at: datetime
    subproject: Subproject | None


def shared(session: Session, actor: Actor, wanted: Wanted, after: int | None = None) -> tuple[list[Shared], bool]:
    """A page of the solutions, from after the one with an id on; and whether there are more."""
    question = _seen(actor).where(*_conditions(session, wanted)).order_by(*(key.desc() for key in _keys(wanted)))
    last = session.execute(select(*_keys(wanted)).where(Solution.id == after)).one_or_none() if after else None
    if last is not None:
        question = question.where(_beyond(_keys(wanted), last))
    rows = session.execute(question.limit(PAGE + 1)).all()
    return _told(session, rows[:PAGE]), len(rows) > PAGE


def get(session: Session, actor: Actor, id: int) -> Shared:
    """One solution. Raises NotFound when there is none, or none that this person may read."""
    found = session.execute(_seen(actor).where(Solution.id == id)).one_or_none()
    if found is None:
        raise NotFound
    return _told(session, [found])[0]


def helpful(session: Session, actor: Actor, barriers: Collection[int], most: int = 3) -> dict[int, list[Shared]]:
    """For each of these barriers the solutions that worked, those that worked in most subprojects first."""
    order = (_confirmed(), Solution.created_at, Solution.id)
    question = _seen(actor).where(Solution.barrier_id.in_(barriers), Solution.worked, Solution.text != "")
    rows = session.execute(question.order_by(*(key.desc() for key in order))).all() if barriers else []
    kept: dict[int, list[Told]] = {}
    for row in rows:
        there = kept.setdefault(row[0].barrier_id or 0, [])
        if len(there) < most:
            there.append(row)
    return {barrier: _told(session, there) for barrier, there in kept.items()}


def of_barriers(session: Session, actor: Actor, barriers: Collection[int]) -> list[Shared]:
    """The solutions of these barriers, the newest first, also those that did not help."""
    question = _seen(actor).where(Solution.barrier_id.in_(barriers)).order_by(*(key.desc() for key in _keys(Wanted())))
    return _told(session, session.execute(question.limit(200)).all())


def of_reports(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Shared]:
    """The latest solution that worked of each of these reports."""
    question = _seen(actor).where(Solution.deviation_id.in_(ids), Solution.worked, Solution.text != "")
    rows = session.execute(question.order_by(Solution.created_at, Solution.id)).all() if ids else []
    return {told.solution.deviation_id: told for told in _told(session, rows)}


def trials(session: Session, ids: Collection[int]) -> dict[int, Trials]:
    """How these solutions went elsewhere; those that nobody tried are left out."""
    worked = func.count(case((SolutionTrial.worked, 1)))
    rows = session.execute(
        select(SolutionTrial.solution_id, func.count(), worked)
        .where(SolutionTrial.solution_id.in_(ids))
        .group_by(SolutionTrial.solution_id)
    )
    return {solution: Trials(tried, worked) for solution, tried, worked in rows}


def words(session: Session, actor: Actor, solution: Solution) -> list[Word]:
    """What subprojects said of a solution, the latest first. The caller has loaded it for the actor."""
    found = session.execute(
        select(SolutionTrial, Subproject)
        .join(Subproject, Subproject.id == SolutionTrial.subproject_id)
        .where(SolutionTrial.solution_id == solution.id)
        .order_by(SolutionTrial.at.desc(), SolutionTrial.id.desc())
    )
    own, names_all = actor.subprojects(), visibility.sees_small_counts(actor)
    return [
        Word(trial.worked, trial.note, trial.at, place if names_all or place.id in own else None)
        for trial, place in found
    ]


def _seen(actor: Actor) -> Select[Solution, Deviation, Barrier]:
    return (
        select(Solution, TOLD_OF, Barrier)
        .join(TOLD_OF, TOLD_OF.id == Solution.deviation_id)
        .outerjoin(Barrier, Barrier.id == Solution.barrier_id)
        .where(visibility.solutions(actor))
        .options(
            selectinload(TOLD_OF.agencies),
            joinedload(TOLD_OF.rule),
            joinedload(Barrier.rule),
        )
    )


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    matching = search.matching_solutions(session, wanted.words)
    if matching is not None:
        conditions.append(matching)
    if wanted.agency is not None:
        conditions.append(TOLD_OF.agencies.any(Agency.id == wanted.agency))
    if wanted.rule is not None:
        conditions.append(or_(TOLD_OF.rule_id == wanted.rule, Barrier.rule_id == wanted.rule))
    if wanted.good_examples:
        conditions.append(TOLD_OF.kind == Kind.GOOD_EXAMPLE)
    return conditions


def _confirmed() -> ColumnElement[int]:
    """In how many other subprojects a solution worked."""
    worked = select(func.count()).where(SolutionTrial.solution_id == Solution.id, SolutionTrial.worked)
    return worked.correlate(Solution).scalar_subquery()


def _keys(wanted: Wanted) -> tuple[ColumnElement[Any], ...]:
    """What the list is ordered by, all of it falling."""
    newest: tuple[ColumnElement[Any], ...] = (Solution.created_at.expression, Solution.id.expression)
    return (_confirmed(), *newest) if wanted.order is Order.CONFIRMED else newest


def _beyond(keys: Sequence[ColumnElement[Any]], last: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after the last one shown, where all keys fall."""
    first, *rest = zip(keys, last, strict=True)
    beyond: ColumnElement[bool] = first[0] < first[1]
    for number, (key, value) in enumerate(rest, start=1):
        same = [key == value for key, value in (first, *rest)[:number]]
        beyond = or_(beyond, and_(*same, key < value))
    return beyond


def _told(session: Session, rows: Sequence[Told]) -> list[Shared]:
    tried = trials(session, [solution.id for solution, _, _ in rows])
    return [
        Shared(
            solution=solution,
            good_example=deviation.kind is Kind.GOOD_EXAMPLE,
            agencies=tuple(deviation.agencies),
            rule=deviation.rule or (barrier.rule if barrier else None),
            barrier=barrier,
            trials=tried.get(solution.id, Trials()),
        )
        for solution, deviation, barrier in rows
    ]
