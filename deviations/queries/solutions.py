"""Reads the local solutions and guldkorn that all subprojects share, narrowed by words and by agency."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from deviations.domain.roles import Actor
from deviations.domain.workflow import Kind
from deviations.models import Agency, Barrier, Deviation, Solution
from deviations.queries import visibility

MOST = 200


@dataclass(frozen=True, slots=True)
class Shared:
    """A solution as others read it: never the report behind it, only whose rule that was about and its barrier."""

    solution: Solution
    good_example: bool
    agencies: tuple[Agency, ...]
    barrier: Barrier | None


def shared(
    session: Session, actor: Actor, words: str = "", agency: int | None = None, *, good_examples: bool = False
) -> list[Shared]:
    """Solutions, newest first: those that hold every one of these words, that agency's, or only the guldkorn."""
    wanted = words.casefold().split()
    found: list[Shared] = []
    for one in _all(session, actor, agency, good_examples):
        if all(word in one.solution.text.casefold() for word in wanted):
            found.append(one)
        if len(found) == MOST:
            break
    return found


def _all(session: Session, actor: Actor, agency: int | None, good_examples: bool) -> Iterator[Shared]:
    told_of = aliased(Deviation)
    question = (
        select(Solution, told_of, Barrier)
        .join(told_of, told_of.id == Solution.deviation_id)
        .outerjoin(Barrier, Barrier.id == Solution.barrier_id)
        .where(visibility.solutions(actor))
        .options(selectinload(told_of.agencies))
        .order_by(Solution.created_at.desc(), Solution.id)
    )
    if agency is not None:
        question = question.where(told_of.agencies.any(Agency.id == agency))
    if good_examples:
        question = question.where(told_of.kind == Kind.GOOD_EXAMPLE)
    for solution, deviation, barrier in session.execute(question.execution_options(yield_per=MOST)):
        good = deviation.kind is Kind.GOOD_EXAMPLE
        yield Shared(solution, good, tuple(deviation.agencies), barrier)
