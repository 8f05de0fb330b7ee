"""Remembers a person's word on two reports: the same happening, or different ones (promise 4). Whether they are about
one barrier is another question (`services.kin`).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import Deviation, PairVerdict
from deviations.services import audit


def say(session: Session, actor: Actor, a: Deviation, b: Deviation, *, same: bool, at: datetime) -> None:
    """A person's latest word on two reports stands. The step or press that says it has its own audit line."""
    known = _known(session, a, b)
    if known is None:
        first, second = sorted((a.id, b.id))
        known = PairVerdict(first_id=first, second_id=second)
        session.add(known)
    known.same, known.actor_id, known.at = same, actor.id, at


def take_back(session: Session, a: Deviation, b: Deviation) -> None:
    """Two reports are not said to be the same any more; that they are different stands until it is said anew."""
    known = _known(session, a, b)
    if known is not None and known.same:
        session.delete(known)


def never_together(session: Session, actor: Actor, a: Deviation, b: Deviation, *, at: datetime) -> None:
    """The coordinator says that two reports are not the same happening: they are not suggested as duplicates again.

    Raises NotAllowed for others, for one report twice, and for a report that is closed as a duplicate of the other:
    that must be taken up again first.
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    if a.id == b.id:
        raise NotAllowed("no_such_move")
    if a.duplicate_of_id == b.id or b.duplicate_of_id == a.id:
        raise NotAllowed("is_its_duplicate")
    say(session, actor, a, b, same=False, at=at)
    first, second = sorted((a.id, b.id))
    audit.record(session, actor, "pair.apart", f"deviation:{first}", at, {"other": second})


def _known(session: Session, a: Deviation, b: Deviation) -> PairVerdict | None:
    first, second = sorted((a.id, b.id))
    question = select(PairVerdict).where(PairVerdict.first_id == first, PairVerdict.second_id == second)
    return session.scalar(question)
