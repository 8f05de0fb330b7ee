"""Goes through an instance's latest decisions once more in order of time, and computes for each what the ranking knew
just before it: what weights are learnt from.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status
from deviations.models import Barrier, Deviation, Move
from deviations.queries import learning

if TYPE_CHECKING:
    from deviations.domain.scoring import Example

REPORTS = 10_000
"""So many of the latest reports are gone through."""

DECISIONS = 2_000
"""So many of the latest decisions are learnt from."""

Event = tuple[datetime, int, int | None]
"""When, which report, and the barrier in which it was placed (None: it was filed)."""


def examples(
    session: Session, *, since: datetime | None = None, stopping: Callable[[], bool] = lambda: False
) -> "list[Example]":
    """The latest decisions in order of time, of those taken after `since`; none when it is time to stop.

    Nothing that happened later is known to an example. A report that was moved counts where it is now, at the moment
    when it was last placed from outside; a merged barrier's reports count where they are now.
    """
    from deviations.domain.ranking import Ranker
    from deviations.domain.scoring import Example

    events = list(_events(session))
    counted = {at for at, (_, _, barrier) in enumerate(events) if barrier is not None}
    counted = {at for at in sorted(counted)[-DECISIONS:] if since is None or events[at][0] > since}
    ids = sorted({id for _, id, _ in events})
    portions = (ids[start : start + learning.PORTION] for start in range(0, len(ids), learning.PORTION))
    facts = {int(fact.id): fact for portion in portions for fact, *_ in learning.facts(session, portion)}
    ranking = Ranker((), learning.rule_catalogue(session))
    found: list[Example] = []
    for at, (_, id, barrier) in enumerate(events):
        if stopping():
            return []
        if id not in facts:
            continue
        if at in counted:
            candidates = ranking.features(facts[id])
            name = str(barrier)
            right = candidates.barriers.index(name) if name in candidates.barriers else None
            found.append(Example(candidates.values, right))
        ranking.add(facts[id], None if barrier is None else str(barrier))
    return found


def _events(session: Session) -> Iterator[Event]:
    """Filings and placings of the latest reports, oldest first."""
    latest = select(Deviation.id, Deviation.filed_at, Deviation.barrier_id).where(
        Deviation.kind == Kind.DEVIATION, Deviation.status != Status.DRAFT, Deviation.filed_at.is_not(None)
    )
    rows = session.execute(latest.order_by(Deviation.id.desc()).limit(REPORTS)).all()
    first = min((row[0] for row in rows), default=0)
    joined = select(Move.deviation_id, func.max(Move.at)).where(
        Move.target == Status.JOINED, Move.deviation_id >= first, Move.source != Status.JOINED
    )
    came = {row[0]: row[1] for row in session.execute(joined.group_by(Move.deviation_id))}
    standing = set(session.scalars(select(Barrier.id).where(Barrier.merged_into_id.is_(None))))
    events: list[Event] = [(filed, id, None) for id, filed, _ in rows if filed is not None]
    events += [(came[id], id, home) for id, _, home in rows if home in standing and id in came]
    yield from sorted(events, key=lambda event: (event[0], event[1], event[2] is not None))
