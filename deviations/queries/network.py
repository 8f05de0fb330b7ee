"""How a barrier hangs together: what it says itself, and how many of its reports tie to each rule, party, step, statute
and word.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from deviations.domain import small_numbers
from deviations.domain.roles import Actor
from deviations.domain.workflow import Kind, Status
from deviations.models import Barrier, Deviation
from deviations.queries import learning, visibility

if TYPE_CHECKING:
    from deviations.domain.facts import Fact
    from deviations.domain.network import Knowledge, Node

LOOKED_AT = 200
"""So many of the latest reports are drawn: a tenth of a second."""

MOST = 3
"""Things of one kind that are drawn; the commonest."""

AT_LEAST = 2
"""So many reports have a word at least that is drawn."""

ORDER = ("rule", "agency", "step", "statute", "term")


@dataclass(frozen=True, slots=True)
class Strand:
    """One thing that a barrier hangs together by. `count` is how many of its reports tie to it, None where the reader
    may not know; `at_least` says that there may be more. `own`: the barrier's own page says it, or its rule does.
    """

    kind: str
    code: str
    count: int | None
    own: bool
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The strands of a barrier, by kind, and how many reports were looked at (None where the reader may not know)."""

    reports: int | None
    strands: tuple[Strand, ...]
    latest: bool


def of_barrier(session: Session, actor: Actor, barrier: Barrier) -> Picture:
    """What ties the barrier's reports together.

    Who does not see small counts gets what the barrier's page says anyway, and of counts only that there are at least
    five reports that she may not read; words of reports never.
    """
    from deviations.domain.network import knowledge  # numeric stack: only when it is drawn

    known = knowledge(learning.rule_catalogue(session))
    facts = _facts(session, barrier)
    own = _own(known, barrier)
    exact = visibility.sees_small_counts(actor)
    if exact:
        strands = list(_strands(own, _counted(known, facts)))
    else:
        read = select(Deviation.id).where(visibility.deviations(actor), _placed(barrier))
        readable = {str(id) for id in session.scalars(read)}
        strands = list(_open(own, _counted(known, [fact for fact in facts if fact.id not in readable])))
    strands.sort(key=lambda s: (ORDER.index(s.kind), not s.own, -(s.count or 0), s.code))
    return Picture(len(facts) if exact else None, tuple(strands), len(facts) == LOOKED_AT)


def _placed(barrier: Barrier) -> ColumnElement[bool]:
    joined = and_(Deviation.status == Status.JOINED, Deviation.kind == Kind.DEVIATION)
    return and_(Deviation.barrier_id == barrier.id, joined)


def _facts(session: Session, barrier: Barrier) -> "list[Fact]":
    question = select(Deviation.id).where(_placed(barrier)).order_by(Deviation.id.desc()).limit(LOOKED_AT)
    return [fact for fact, _, _ in learning.facts(session, list(session.scalars(question)))]


def _own(known: "Knowledge", barrier: Barrier) -> "set[Node]":
    """What the barrier's page says, and what its rule rests on: the places in statutes, or the statutes themselves."""
    found = {("agency", agency.code) for agency in barrier.agencies}
    if barrier.step:
        found.add(("step", str(barrier.step)))
    if barrier.rule:
        rule = ("rule", barrier.rule.code)
        found.add(rule)
        near = sorted(node for node in known.graph[rule] if node[0] == "statute") if rule in known.graph else []
        places = [node for node in near if not any(other[1].startswith(f"{node[1]} ") for other in near)]
        found |= set(places[:MOST])
    return found


def _counted(known: "Knowledge", facts: "list[Fact]") -> "Counter[Node]":
    """To how many of the reports each thing is tied. A word counts only if it leads to a rule: parties stand beside."""
    graph = known.with_reports(facts)
    return Counter(
        {
            node: count
            for node in graph
            if node[0] in ORDER
            and (node[0] != "term" or any(other[0] == "rule" for other in graph[node]))
            and (count := sum(other[0] == "report" for other in graph[node]))
        }
    )


def _strands(own: "set[Node]", counted: "Counter[Node]") -> Iterator[Strand]:
    for kind in ORDER:
        others = [(count, code) for (of, code), count in counted.items() if of == kind and (of, code) not in own]
        least = AT_LEAST if kind in ("term", "statute") else 1
        mine = [code for of, code in own if of == kind]
        yield from (Strand(kind, code, counted[kind, code], own=True) for code in mine)
        often = sorted(((count, code) for count, code in others if count >= least), key=lambda o: (-o[0], o[1]))
        yield from (Strand(kind, code, count, own=False) for count, code in often[: max(MOST - len(mine), 1)])


def _open(own: "set[Node]", hidden: "Counter[Node]") -> Iterator[Strand]:
    for kind, code in own:
        yield _open_strand(kind, code, hidden[kind, code], own=True)
    for (kind, code), count in hidden.items():
        if kind in ("rule", "agency", "step") and (kind, code) not in own and count >= small_numbers.THRESHOLD:
            yield _open_strand(kind, code, count, own=False)


def _open_strand(kind: str, code: str, hidden: int, *, own: bool) -> Strand:
    many = hidden >= small_numbers.THRESHOLD
    return Strand(kind, code, small_numbers.THRESHOLD if many else None, own, at_least=many)
