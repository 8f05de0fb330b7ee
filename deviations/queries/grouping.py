"""Which barriers a report is like, and which unplaced reports are alike: the domain's grouping on the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.roles import Actor
from deviations.domain.workflow import Kind, NotFound, Status
from deviations.models import Barrier, Deviation, Rule
from deviations.queries import barriers, catalogue, deviations, learning, pairs
from deviations.queries.learning import warm as warm
from deviations.queries.likes import LikeBarrier as LikeBarrier
from deviations.queries.likes import LikeExample as LikeExample
from deviations.queries.likes import LikeReport as LikeReport
from deviations.queries.likes import Likes as Likes
from deviations.queries.likes import compared_by, openly, readable
from deviations.queries.likes import likes as likes

if TYPE_CHECKING:
    from deviations.domain.clustering import Group
    from deviations.domain.suggestions import Reason, Suggestion


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
            for s in ranking.rank(fact, limit=8, **compared_by(session, actor))
            if int(s.barrier) not in (refused or set())
        ][:5]
        looks_new = ranking.looks_new(told)
    return Suggestions(_barriers(session, actor, told), rules(session, fact), looks_new)


def _barriers(session: Session, actor: Actor, told: Sequence["Suggestion"]) -> tuple[Suggested, ...]:
    seen = {b.id: b for b in barriers.by_ids(session, actor, [int(s.barrier) for s in told])}
    read = readable(session, actor, [int(s.nearest) for s in told])
    spread = barriers.municipalities_of(session, actor, list(seen))
    return tuple(
        Suggested(seen[id], s.score, openly(s.reasons, seen[id], told_all=int(s.nearest) in read), spread.get(id))
        for s in told
        if (id := int(s.barrier)) in seen
    )


def rules(session: Session, fact: Fact) -> tuple[SuggestedRule, ...]:
    """The rules of the catalogue that a report points to, best first, each with its reason."""
    from deviations.domain import suggestions  # numeric stack: only when a suggestion is wanted

    told = suggestions.rules(fact, learning.rule_catalogue(session))
    cards = {rule.code: rule for rule in catalogue.rules_by_code(session, [code for code, _ in told])}
    return tuple(SuggestedRule(cards[code], reason) for code, reason in told if code in cards)


def best(session: Session, actor: Actor, facts: Sequence[Fact]) -> dict[str, Barrier]:
    """For each report the barrier it most likely belongs to, but for those that a person refused; those that look new
    have none, and none has while the reports are still being learnt.
    """
    firsts: dict[str, int] = {}
    with learning.ranker(session) as ranking:
        if ranking is None:
            return {}
        compared, refused = compared_by(session, actor), deviations.refusals(session, [int(fact.id) for fact in facts])
        for fact in facts:
            no = refused.get(int(fact.id), set())
            told = [s for s in ranking.rank(fact, limit=1 + len(no), **compared) if int(s.barrier) not in no][:1]
            if told and not ranking.looks_new(told):
                firsts[fact.id] = int(told[0].barrier)
    seen = {b.id: b for b in barriers.by_ids(session, actor, set(firsts.values()))}
    return {id: seen[barrier] for id, barrier in firsts.items() if barrier in seen}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Unplaced reports that look like one barrier nobody has named yet."""

    group: "Group"
    deviations: tuple[Deviation, ...]
    central: Deviation
    municipalities: int

    @property
    def key(self) -> str:
        """The ids of its reports, as an address carries them."""
        return "-".join(str(deviation.id) for deviation in self.deviations)


def proposals(session: Session, actor: Actor, fineness: float = 0.6) -> list[Proposal]:
    """Groups of open, unplaced reports that are like no known barrier, largest first.

    Nothing that a person has placed is touched; a report that is like a known barrier is left to the triage. What a
    person has said of two reports holds: those never to be taken for the same are in no group together, those that are
    the same in the same one.
    """
    from deviations.domain.clustering import group

    question = deviations.seen(actor).where(
        Deviation.barrier_id.is_(None),
        Deviation.kind == Kind.DEVIATION,
        Deviation.status.in_([Status.FILED, Status.IN_REVIEW, Status.NEEDS_FACTS, Status.LOCAL_ACTION]),
    )
    open_ones = {str(d.id): d for d in session.scalars(question.order_by(None).order_by(Deviation.id)).all()}
    facts = [deviations.fact(d) for d in open_ones.values()]
    known = best(session, actor, facts)
    unlike = [fact for fact in facts if fact.id not in known]
    ids = [int(fact.id) for fact in unlike]
    groups = group(
        unlike,
        catalogue.rule_cards(session),
        fineness=fineness,
        together=_as_facts(pairs.same(session, ids)),
        apart=_as_facts(pairs.apart(session, ids)),
    )
    made = [_proposal(g, open_ones) for g in groups]
    return sorted(made, key=lambda p: (-len(p.deviations), p.central.id))


def _as_facts(said: pairs.Pairs) -> list[tuple[str, str]]:
    """Pairs of reports as the domain names them, in an order that is always the same."""
    return [(str(a), str(b)) for a, b in sorted(said)]


def _proposal(group: "Group", found: dict[str, Deviation]) -> Proposal:
    members = tuple(found[id] for id in group.members)
    return Proposal(
        group=group,
        deviations=members,
        central=found[group.central],
        municipalities=len({member.municipality_id for member in members}),
    )


def chosen(session: Session, actor: Actor, ids: Sequence[int]) -> list[Deviation]:
    """Unplaced reports by id, for a barrier to be made of. Raises NotFound if any is missing, placed or unseen."""
    question = deviations.seen(actor).where(Deviation.id.in_(ids), Deviation.barrier_id.is_(None))
    found = list(session.scalars(question).all())
    if not found or len(found) != len(set(ids)):
        raise NotFound
    return found
