"""Groups the open reports that are in no barrier, and says when the worker is to group all of them anew."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.learnt import Fineness
from deviations.domain.proposals import SHARES, night_before
from deviations.domain.workflow import OPEN, Kind
from deviations.models import Deviation, GroupingRun, Setting
from deviations.queries import deviations, kin, learning

UNPLACED = and_(Deviation.barrier_id.is_(None), Deviation.kind == Kind.DEVIATION, Deviation.status.in_(OPEN))
"""The reports of which proposals are made."""

ASKED = "regrouping"
"""The name under which it is kept when somebody last asked for a new grouping."""

PORTION = 1_000

SURE = 0.5
"""So likely a report belongs to one known barrier if it is left to the triage (the shares of all barriers and of
something new add up to one). What only may belong to one is proposed: a person sees both.
"""


def unplaced(session: Session) -> list[int]:
    """The ids of all unplaced reports."""
    return list(session.scalars(select(Deviation.id).where(UNPLACED).order_by(Deviation.id)))


def facts(session: Session, ids: Sequence[int]) -> list[Fact]:
    """What likeness needs to know of some reports."""
    portions = (ids[start : start + PORTION] for start in range(0, len(ids), PORTION))
    return [fact for portion in portions for fact, _, _ in learning.facts(session, portion)]


def grouped(
    session: Session, facts: Sequence[Fact], wanted: Iterable[Fineness]
) -> dict[Fineness, list[list[int]]] | None:
    """Groups of those of these unplaced reports that most likely belong to no known barrier, for each fineness; None
    while the reports are still being learnt.

    A report that surely belongs to a known barrier is left to the triage, but not one of which a person has said that
    it belongs with another unplaced one. Every report of a barrier speaks, so groups are for those who read them all.
    """
    from deviations.domain.clustering import group  # numeric stack: only when there is something to group

    ids = [int(fact.id) for fact in facts]
    known = _known(session, ids)
    if known is None:
        return None
    together, apart = kin.together(session, ids), kin.apart(session, ids)
    said = {id for pair in together for id in pair}
    unlike = [fact for fact in facts if int(fact.id) not in known - said]
    told = {"together": _as_facts(together), "apart": _as_facts(apart)}
    rules = learning.rule_catalogue(session)
    made = {fineness: group(unlike, rules, fineness=SHARES[fineness], explained=False, **told) for fineness in wanted}
    return {fineness: [_typical_first(one.members, one.central) for one in groups] for fineness, groups in made.items()}


def _known(session: Session, ids: Sequence[int]) -> set[int] | None:
    """Those of these reports that more likely belong to one known barrier than to all others and to something new."""
    with learning.ranker(session) as ranking:
        if ranking is None:
            return None
        refused = {str(id): {str(barrier) for barrier in no} for id, no in deviations.refusals(session, ids).items()}
        return {int(id) for id in ranking.likeliest(map(str, ids), refused, at_least=SURE)}


def _as_facts(said: Iterable[tuple[int, int]]) -> list[tuple[str, str]]:
    """Pairs of reports as the domain names them, in an order that is always the same."""
    return [(str(a), str(b)) for a, b in sorted(said)]


def _typical_first(members: Iterable[str], central: str) -> list[int]:
    return [int(central), *(int(id) for id in members if id != central)]


def asked_at(session: Session) -> datetime | None:
    """When somebody last asked for a new grouping."""
    stored = session.get(Setting, ASKED)
    return datetime.fromisoformat(json.loads(stored.value)["at"]) if stored is not None else None


def waits(session: Session, at: datetime) -> bool:
    """Whether a grouping is due: there is none, or none since the last night, or somebody has asked for a new one."""
    runs = list(session.scalars(select(GroupingRun.at)))
    if len(runs) < len(Fineness):
        return True
    asked = asked_at(session)
    return min(runs) < night_before(at) or (asked is not None and min(runs) < asked)
