"""What lies close to a barrier: other barriers like it, and the report that is most typical of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.roles import Actor
from deviations.models import Barrier, Deviation
from deviations.queries import barriers, deviations, learning, visibility

if TYPE_CHECKING:
    from deviations.domain.ranking import Ranker
    from deviations.domain.reasons import Reason

LIKE = 0.3
"""From this likeness of their reports on two barriers are worth a look."""

ASKED, SHOWN = 8, 3


@dataclass(frozen=True, slots=True)
class Similar:
    """Another barrier whose reports are like those of this one, and what the pages of both say."""

    barrier: Barrier
    score: float
    reasons: tuple["Reason", ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a barrier for a reader."""

    similar: tuple[Similar, ...] = ()
    typical: Deviation | None = None


def beside(session: Session, actor: Actor, barrier: Barrier) -> Beside:
    """The barriers most like this one, and its typical case where this person may read that report.

    Nothing while the reports are still being learnt. Whoever may not see small counts is told of likeness only between
    barriers of many reports, as it says what stands in them. The reasons are those that the barriers' own pages give.
    """
    with learning.ranker(session) as ranking:
        if ranking is None:
            return Beside()
        return Beside(_similar(session, actor, barrier, ranking), _typical(session, actor, barrier, ranking))


def _similar(session: Session, actor: Actor, barrier: Barrier, ranking: "Ranker") -> tuple[Similar, ...]:
    told = {int(id): score for id, score in ranking.like_barriers(str(barrier.id), ASKED) if score >= LIKE}
    found = {one.id: one for one in barriers.by_ids(session, actor, told)}
    if not visibility.sees_small_counts(actor):
        known = barriers.known(session, actor, [barrier.id, *found])
        many = {id for id, counts in known.items() if not counts.few}
        found = {id: one for id, one in found.items() if {id, barrier.id} <= many}
    page = _page(barrier)
    return tuple(
        Similar(found[id], score, ranking.why_text(page, _page(found[id]))) for id, score in told.items() if id in found
    )[:SHOWN]


def _page(barrier: Barrier) -> Fact:
    """What a barrier's own page says of it."""
    return Fact(
        id=f"barrier:{barrier.id}",
        title=barrier.name,
        body=barrier.description,
        agencies=tuple(agency.code for agency in barrier.agencies),
        rule=barrier.rule.code if barrier.rule else None,
        step=barrier.step or "",
    )


def _typical(session: Session, actor: Actor, barrier: Barrier, ranking: "Ranker") -> Deviation | None:
    id = ranking.typical(str(barrier.id))
    report = deviations.find(session, actor, int(id)) if id is not None else None
    return report if report is not None and report.barrier_id == barrier.id else None
