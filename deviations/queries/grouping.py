"""Which barriers and rules a report is like: the domain's ranking on the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.roles import Actor
from deviations.models import Barrier, Rule
from deviations.queries import barriers, catalogue, deviations, learning
from deviations.queries.learning import warm as warm
from deviations.queries.likes import LikeBarrier as LikeBarrier
from deviations.queries.likes import LikeExample as LikeExample
from deviations.queries.likes import LikeReport as LikeReport
from deviations.queries.likes import Likes as Likes
from deviations.queries.likes import compared_by, openly, readable
from deviations.queries.likes import likes as likes

if TYPE_CHECKING:
    from deviations.domain.ranking import Ranker, Suggestion
    from deviations.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Suggested:
    """A barrier that a report may belong to: how alike they are (0 to 1), why, and how many municipalities have it.

    `municipalities` is None where so few reports are placed in it that the number could tell a small count.
    """

    barrier: Barrier
    score: float
    reasons: tuple["Reason", ...]
    municipalities: int | None = None


@dataclass(frozen=True, slots=True)
class SuggestedRule:
    """A rule of the catalogue that a report's words point to, with why."""

    rule: Rule
    reason: "Reason"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the program has to say of one report at triage; of barriers nothing while it is not `ready`."""

    barriers: tuple[Suggested, ...]
    rules: tuple[SuggestedRule, ...]
    looks_new: bool
    ready: bool = True


def suggest(session: Session, actor: Actor, fact: Fact, refused: set[int] | None = None) -> Suggestions:
    """The barriers and rules that a report is like, best first; those that a person refused are left out."""
    with learning.ranker(session) as ranking:
        if ranking is None:
            return Suggestions((), rules(session, fact), looks_new=False, ready=False)
        told = [
            s
            for s in ranking.rank(fact, limit=5 + len(refused or ()), **compared_by(session, actor))
            if int(s.barrier) not in (refused or set())
        ][:5]
        looks_new = ranking.looks_new(told)
        shown = _barriers(session, actor, ranking, fact, told)
    return Suggestions(shown, rules(session, fact), looks_new)


def _barriers(
    session: Session, actor: Actor, ranking: "Ranker", fact: Fact, told: Sequence["Suggestion"]
) -> tuple[Suggested, ...]:
    seen = {b.id: b for b in barriers.by_ids(session, actor, [int(s.barrier) for s in told])}
    read = readable(session, actor, [int(s.nearest) for s in told])
    spread = barriers.municipalities_of(session, actor, list(seen))
    return tuple(
        Suggested(
            seen[id], s.score, openly(ranking, fact, s, seen[id], told_all=int(s.nearest) in read), spread.get(id)
        )
        for s in told
        if (id := int(s.barrier)) in seen
    )


def rules(session: Session, fact: Fact) -> tuple[SuggestedRule, ...]:
    """The rules of the catalogue that a report points to, best first, each with its reason."""
    from deviations.domain import reasons  # numeric stack: only when a suggestion is wanted

    told = reasons.rules(fact, learning.rule_catalogue(session))
    cards = {rule.code: rule for rule in catalogue.rules_by_code(session, [code for code, _ in told])}
    return tuple(SuggestedRule(cards[code], reason) for code, reason in told if code in cards)


def best(session: Session, actor: Actor, facts: Sequence[Fact]) -> dict[str, Barrier]:
    """For each report the barrier it most likely belongs to, but for those that a person refused; those that look new
    have none, and none has while the reports are still being learnt.
    """
    with learning.ranker(session) as ranking:
        if ranking is None:
            return {}
        refused = deviations.refusals(session, [int(fact.id) for fact in facts])
        no = {str(id): {str(barrier) for barrier in those} for id, those in refused.items()}
        told = ranking.best_of(facts, no, **compared_by(session, actor))
    firsts = {id: int(barrier) for id, barrier in told.items()}
    seen = {b.id: b for b in barriers.by_ids(session, actor, set(firsts.values()))}
    return {id: seen[barrier] for id, barrier in firsts.items() if barrier in seen}
