"""Which barriers a report is like, and which unplaced reports are alike: the domain's grouping, fed from the database.

The ranker is made from all placed reports and kept until a report is placed anew or a rule changes; it is derived data
and holds nothing that the database does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, func, or_, select
from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.roles import Actor
from deviations.domain.words import terms
from deviations.domain.workflow import Kind, NotFound, Status
from deviations.models import Barrier, Deviation, Move, Rule
from deviations.queries import barriers, catalogue, deviations, visibility

if TYPE_CHECKING:
    from deviations.domain.clustering import Group
    from deviations.domain.suggestions import Ranker, Reason, Suggestion


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
    """What the program has to say of one report at triage."""

    barriers: tuple[Suggested, ...]
    rules: tuple[SuggestedRule, ...]
    looks_new: bool


# One for each open database, gone with it.
_rankers: WeakKeyDictionary[Pool, tuple[tuple[int, int, int], "Ranker"]] = WeakKeyDictionary()
_lock = Lock()


def ranker(session: Session) -> "Ranker":
    """The ranker over all reports that a person has placed in a barrier."""
    from deviations.domain.suggestions import Ranker  # numeric stack: only when a suggestion is wanted

    place = session.get_bind().engine.pool
    stamp = _stamp(session)
    with _lock:
        known = _rankers.get(place)
        if known is None or known[0] != stamp:
            placed = [(deviations.fact(d), str(d.barrier_id)) for d in _placed(session)]
            known = (stamp, Ranker(placed, catalogue.rule_cards(session)))
            _rankers[place] = known
        return known[1]


def _stamp(session: Session) -> tuple[int, int, int]:
    """Changes whenever a report is placed, moved or taken out, and whenever the catalogue grows.

    Not when one is filed: learning all placed reports anew for each filing would make a busy day's every page wait.
    """
    placing = or_(Move.source == Status.JOINED, Move.target == Status.JOINED)
    return (
        session.scalar(select(func.max(Move.id)).where(Move.deviation_id.is_not(None), placing)) or 0,
        session.scalar(select(func.count()).select_from(Deviation).where(Deviation.barrier_id.is_not(None))) or 0,
        session.scalar(select(func.count()).select_from(Rule)) or 0,
    )


def _placed(session: Session) -> Sequence[Deviation]:
    question = select(Deviation).where(Deviation.barrier_id.is_not(None)).options(*deviations.FULL)
    return session.scalars(question.order_by(Deviation.id)).all()


def suggest(session: Session, actor: Actor, fact: Fact, refused: set[int] | None = None) -> Suggestions:
    """The barriers and rules that a report is like, best first; those that a person refused are left out."""
    ranking = ranker(session)
    told = [s for s in ranking.rank(fact, limit=8) if int(s.barrier) not in (refused or set())][:5]
    seen = {b.id: b for b in barriers.by_ids(session, actor, [int(s.barrier) for s in told])}
    read = _readable(session, actor, [int(s.nearest) for s in told])
    spread = barriers.municipalities_of(session, list(seen))
    cards = {rule.code: rule for rule in catalogue.rules(session)}
    return Suggestions(
        barriers=tuple(
            replace(_suggested(seen[int(s.barrier)], s, read), municipalities=spread.get(int(s.barrier)))
            for s in told
            if int(s.barrier) in seen
        ),
        rules=tuple(SuggestedRule(cards[code], reason) for code, reason in ranking.rules(fact) if code in cards),
        looks_new=ranking.looks_new(told),
    )


def _readable(session: Session, actor: Actor, ids: Sequence[int]) -> set[int]:
    """Which of these reports this person may read."""
    return set(session.scalars(select(Deviation.id).where(visibility.deviations(actor), Deviation.id.in_(ids))))


def _suggested(barrier: Barrier, told: "Suggestion", readable: set[int]) -> Suggested:
    """A suggestion with its reasons. Of a report that the person may not read, only words that the barrier's own page
    says are told: else whoever writes many words would learn which of them stand in it.
    """
    if int(told.nearest) in readable:
        return Suggested(barrier, told.score, told.reasons)
    shown = (_public(reason, barrier) for reason in told.reasons)
    return Suggested(barrier, told.score, tuple(reason for reason in shown if reason.values))


def _public(reason: "Reason", barrier: Barrier) -> "Reason":
    if reason.kind != "words":
        return reason
    rule = barrier.rule
    texts = (barrier.name, barrier.description, *((rule.name, rule.description) if rule else ()))
    open_stems = {term.stem for term in terms("\n".join(texts))}
    return replace(reason, values=tuple(w for w in reason.values if open_stems & {term.stem for term in terms(w)}))


def best(session: Session, actor: Actor, facts: Sequence[Fact]) -> dict[str, Barrier]:
    """For each report the barrier it most likely belongs to; reports that look new have none."""
    ranking = ranker(session)
    firsts: dict[str, int] = {}
    for fact in facts:
        told = ranking.rank(fact, limit=1)
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

    Nothing that a person has placed is touched; a report that is like a known barrier is left to the triage.
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
    groups = group(unlike, catalogue.rule_cards(session), fineness=fineness)
    made = [_proposal(g, open_ones) for g in groups]
    return sorted(made, key=lambda p: (-len(p.deviations), p.central.id))


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
