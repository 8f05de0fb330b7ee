"""The weekly review (veckogenomgång): begins with the queue as it stands, and ends with its minutes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import Review, ReviewItem
from deviations.queries import reviews
from deviations.services import audit, minutes

MOST = 500
"""How many reports one review takes along; who has more waiting begins another one afterwards."""


def start(session: Session, actor: Actor, ids: Sequence[int], chosen: str = "", *, at: datetime) -> Review:
    """Begins a review of these reports in this order; what does not wait for a decision is left out. `chosen` is the
    queue's filter as an address carries it.

    A review of hers in which nothing waits any more ends by that. Raises NotAllowed for others than the coordinator,
    while one of hers is open (`review_open`), and when nothing waits (`nothing_waits`).
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    audit.wait_turn(session)  # of two presses at once the second finds the review that the first began
    before = reviews.open_of(session, actor)
    if before is not None:
        if reviews.way(session, before, day_of(at)).waiting:
            raise NotAllowed("review_open")
        end(session, actor, before, at=at)
    waiting = reviews.waiting(session, actor, ids, day_of(at))[:MOST]
    if not waiting:
        raise NotAllowed("nothing_waits")
    review = Review(actor_id=actor.id, started_at=at, chosen=chosen)
    review.items = [ReviewItem(position=n, deviation_id=id) for n, id in enumerate(waiting, 1)]
    session.add(review)
    session.flush()
    audit.record(session, actor, "review.started", f"review:{review.id}", at, {"deviations": len(waiting)})
    return review


def end(session: Session, actor: Actor, review: Review, *, at: datetime) -> None:
    """Ends a review and freezes its minutes; what still waits stays in the queue. Ended already, it stays as it is.

    Raises NotAllowed for others than whose review it is.
    """
    if review.actor_id != actor.id:
        raise NotAllowed("not_your_review")
    audit.wait_turn(session)
    session.refresh(review)
    if review.ended_at is not None:
        return
    review.ended_at = at
    session.flush()
    minutes.freeze(session, review)
    audit.record(session, actor, "review.ended", f"review:{review.id}", at)
