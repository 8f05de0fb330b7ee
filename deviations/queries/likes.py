"""What is like that which somebody is writing: barriers, reports that she may read, and good examples."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.roles import Actor
from deviations.models import Barrier, Deviation, Solution
from deviations.queries import barriers, deviations, learning, solutions, visibility
from deviations.queries.solutions import Shared

if TYPE_CHECKING:
    from deviations.domain.candidates import Readable
    from deviations.domain.ranking import Near, Ranker, Suggestion
    from deviations.domain.reasons import Reason

Told = tuple[str, float]


@dataclass(frozen=True, slots=True)
class LikeBarrier:
    """A barrier like the text, in whatever state it is.

    `municipalities` is None where the number could tell a small count. `solution` is the local solution there that
    worked in most subprojects.
    """

    barrier: Barrier
    score: float
    reasons: tuple["Reason", ...]
    municipalities: int | None
    solution: Shared | None


@dataclass(frozen=True, slots=True)
class LikeReport:
    """A report like the text that this person may read and that is in no barrier, also one that is solved or closed."""

    deviation: Deviation
    score: float
    reasons: tuple["Reason", ...]
    solution: Shared | None


@dataclass(frozen=True, slots=True)
class LikeExample:
    """A guldkorn like the text: only what its solution tells everybody."""

    solution: Solution
    score: float
    reasons: tuple["Reason", ...]

    @property
    def text(self) -> str:
        """What was done, in the words of those who did it."""
        return self.solution.text


@dataclass(frozen=True, slots=True)
class Likes:
    """What is like a text, best first of each kind; not `ready` while the reports are still being learnt."""

    ready: bool = True
    barriers: tuple[LikeBarrier, ...] = ()
    reports: tuple[LikeReport, ...] = ()
    examples: tuple[LikeExample, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.barriers or self.reports or self.examples)


def likes(session: Session, actor: Actor, fact: Fact, limit: int = 5) -> Likes:
    """What is like a text that is still being written: at most `limit` in all, nothing for fewer than three words that
    mean something, nothing that is too little alike, and at once also where there are 100,000 reports.
    """
    from deviations.domain.ranking import says_enough  # numeric stack: only when likeness is wanted

    if not says_enough(fact):
        return Likes()
    with learning.ranker(session) as ranking:
        if ranking is None:
            return Likes(ready=False)
        return _likes(session, actor, ranking, fact, limit)


def _likes(session: Session, actor: Actor, ranking: "Ranker", fact: Fact, limit: int) -> Likes:
    """Barriers first, but some places are kept for reports and one for an example, where there are any.

    An example that is told already as a barrier's solution gives its place to the next.
    """
    near = _enough(ranking.near(fact, limit, **compared_by(session, actor)))
    found = _examples(session, actor, near.examples)
    reports = _reports(session, actor, near.reports, limit - len(found[:1]))
    others = min(len(reports) + len(found[:1]), max(limit - 3, 1))
    shown = _barriers(session, actor, ranking, fact, near.barriers[: limit - others])
    said = {barrier.solution.text for barrier in shown if barrier.solution is not None}
    examples = [(solution, score) for solution, score in found if solution.text not in said][:1]
    rest = limit - len(shown) - len(examples)
    solved = solutions.of_reports(session, actor, [report.id for report, _ in reports[:rest]])
    told = (
        LikeReport(report, score, ranking.why(fact, str(report.id)), solved.get(report.id))
        for report, score in reports[:rest]
    )
    return Likes(True, shown, tuple(told), tuple(_example(ranking, fact, *example) for example in examples))


def _enough(near: "Near") -> "Near":
    """Only what is alike enough to be shown to somebody who is still writing."""
    from deviations.domain.ranking import SHOW_BARRIER, SHOW_NEAREST, SHOW_REPORT

    return replace(
        near,
        barriers=tuple(told for told in near.barriers if told.score >= SHOW_BARRIER and told.alike >= SHOW_NEAREST),
        reports=tuple(told for told in near.reports if told[1] >= SHOW_REPORT),
        examples=tuple(told for told in near.examples if told[1] >= SHOW_REPORT),
    )


def _barriers(
    session: Session, actor: Actor, ranking: "Ranker", fact: Fact, told: Sequence["Suggestion"]
) -> tuple[LikeBarrier, ...]:
    seen = {barrier.id: barrier for barrier in barriers.by_ids(session, actor, [int(s.barrier) for s in told])}
    read = readable(session, actor, [int(s.nearest) for s in told])
    spread = barriers.municipalities_of(session, actor, list(seen))
    solved = solutions.helpful(session, actor, list(seen), most=1)
    return tuple(
        LikeBarrier(
            barrier=seen[id],
            score=suggestion.score,
            reasons=openly(ranking, fact, suggestion, seen[id], told_all=int(suggestion.nearest) in read),
            municipalities=spread.get(id),
            solution=next(iter(solved.get(id, ())), None),
        )
        for suggestion in told
        if (id := int(suggestion.barrier)) in seen
    )


def _reports(session: Session, actor: Actor, told: Sequence[Told], most: int) -> list[tuple[Deviation, float]]:
    """The first of these reports that this person may read, with how alike they are."""
    read = readable(session, actor, [int(id) for id, _ in told])
    first = {int(id): score for id, score in told if int(id) in read}
    ids = list(first)[:most]
    shown = (visibility.deviations(actor), Deviation.id.in_(ids), Deviation.erased_at.is_(None))
    question = select(Deviation).where(*shown).options(*deviations.FULL)
    found = {report.id: report for report in session.scalars(question)} if ids else {}
    return [(found[id], first[id]) for id in ids if id in found]


def _examples(session: Session, actor: Actor, told: Sequence[Told]) -> list[tuple[Solution, float]]:
    """The solutions of these guldkorn that this person may read, with how alike they are."""
    ids = [int(id) for id, _ in told]
    question = select(Solution).where(visibility.solutions(actor), Solution.deviation_id.in_(ids))
    found = {solution.deviation_id: solution for solution in session.scalars(question.order_by(Solution.id))}
    return [(found[int(id)], score) for id, score in told if int(id) in found]


def _example(ranking: "Ranker", fact: Fact, solution: Solution, score: float) -> LikeExample:
    """A guldkorn with why: everybody may read its solution, and no word is told of the report that it stands in."""
    return LikeExample(solution, score, ranking.why_text(fact, Fact("", "", solution.text)))


class Compared(TypedDict, total=False):
    """How a person's question is compared with reports that she may not read (`Ranker.near`)."""

    shared: int
    readable: "Readable"


def compared_by(session: Session, actor: Actor) -> Compared:
    """One word in one report is nobody's to ask for who may not read it; the coordinator reads them all."""
    from deviations.domain.ranking import SHARED

    if visibility.sees_small_counts(actor):
        return {}
    return {
        "shared": SHARED,
        "readable": lambda ids: [str(id) for id in readable(session, actor, [int(id) for id in ids])],
    }


def readable(session: Session, actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these reports this person may read."""
    question = select(Deviation.id).where(visibility.deviations(actor), Deviation.id.in_(ids))
    return set(session.scalars(question)) if ids else set()


def openly(
    ranking: "Ranker", fact: Fact, told: "Suggestion", barrier: Barrier, *, told_all: bool
) -> tuple["Reason", ...]:
    """Why a barrier is like a text: what its own page says and, for who may read the most alike report in it
    (`told_all`), what that one says.

    Of a report that the person may not read nothing is told: else whoever guesses words, parties or rules would learn
    which of them stand in it.
    """
    by_page = ranking.why_text(fact, page(barrier))
    if not told_all:
        return by_page
    kinds = {reason.kind for reason in told.reasons}
    return (*(reason for reason in by_page if reason.kind in SURER - kinds), *told.reasons)


SURER = frozenset(("rule", "lexicon", "statute"))
"""What a barrier's own page tells better than the report most alike in it, which may name no rule."""


def page(barrier: Barrier) -> Fact:
    """What a barrier's own page says of it, as if it were a report."""
    rule = barrier.rule
    return Fact(
        id="",
        title=barrier.name,
        body=f"{barrier.description}\n{rule.name if rule else ''}",
        agencies=tuple(agency.code for agency in barrier.agencies),
        rule=rule.code if rule else None,
        step=str(barrier.step or ""),
    )
