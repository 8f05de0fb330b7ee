"""Reads which reports repeat another one, and which look as if they did: only what this person may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from deviations.domain import duplicates
from deviations.domain.roles import Actor
from deviations.domain.workflow import OPEN, Kind
from deviations.models import Deviation
from deviations.queries import deviations, learning, pairs

if TYPE_CHECKING:
    from deviations.domain.ranking import Ranker
    from deviations.domain.reasons import Reason

COMPARED = 300
"""So many of the reports most alike are looked at for place and day."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report that looks like the same happening: how alike they are (0 to 1), and why."""

    deviation: Deviation
    score: float
    reasons: tuple["Reason", ...]


def of(session: Session, actor: Actor, deviation: Deviation) -> Sequence[Deviation]:
    """The reports that were closed as duplicates of this one and that this person may read, oldest first; also those
    that repeat one of its duplicates.
    """
    return session.scalars(
        deviations.seen(actor)
        .where(Deviation.id.in_(_repeating(session, deviation)))
        .order_by(None)
        .order_by(Deviation.id)
    ).all()


def _repeating(session: Session, deviation: Deviation) -> set[int]:
    found: set[int] = set()
    latest = {deviation.id}
    while latest:
        told = session.scalars(select(Deviation.id).where(Deviation.duplicate_of_id.in_(latest)))
        latest = set(told) - found - {deviation.id}
        found |= latest
    return found


def candidates(session: Session, actor: Actor, deviation: Deviation, limit: int = 3) -> tuple[Candidate, ...]:
    """The reports that look like the same happening as this one, most alike first: filed before it or still open, and
    never said to be another happening. None while the reports are still being learnt, and none for "samma här".
    """
    from deviations.domain.ranking import says_enough  # numeric stack: only when likeness is wanted

    fact = deviations.fact(deviation)
    if deviation.kind is not Kind.DEVIATION or not says_enough(fact):
        return ()
    with learning.ranker(session) as ranking:
        return _candidates(session, actor, deviation, ranking, limit) if ranking is not None else ()


def _candidates(
    session: Session, actor: Actor, deviation: Deviation, ranking: "Ranker", limit: int
) -> tuple[Candidate, ...]:
    fact = deviations.fact(deviation)
    alike = {int(id): score for id, score in ranking.alike(fact, COMPARED) if score >= duplicates.AT_LEAST}
    found = [
        (other, alike[other.id])
        for other in _near(session, actor, deviation, alike)
        if duplicates.same_happening(fact, deviations.fact(other), alike[other.id])
    ]
    found.sort(key=lambda pair: (-round(pair[1], 9), pair[0].id))
    return tuple(Candidate(other, score, ranking.why(fact, str(other.id))) for other, score in found[:limit])


def _near(session: Session, actor: Actor, deviation: Deviation, alike: dict[int, float]) -> list[Deviation]:
    """Those of the reports alike that may be asked about: of nearly the same day, filed before or open, duplicates of
    nothing themselves, and with no word of a person's on the two.
    """
    if not alike:
        return []
    question = deviations.seen(actor).where(
        Deviation.id.in_(alike),
        Deviation.id != deviation.id,
        Deviation.occurred_on.between(deviation.occurred_on - duplicates.NEAR, deviation.occurred_on + duplicates.NEAR),
        Deviation.duplicate_of_id.is_(None),
        or_(Deviation.id < deviation.id, Deviation.status.in_(OPEN)),
    )
    found = session.scalars(question).all()
    apart = pairs.apart(session, [deviation.id, *(other.id for other in found)])
    return [other for other in found if (min(deviation.id, other.id), max(deviation.id, other.id)) not in apart]
