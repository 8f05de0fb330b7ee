"""Suggests typical cases for a letter: the reports that are most central in a barrier, cut short, with what the privacy
guard finds in them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from deviations.domain import privacy, words
from deviations.domain.letter_cases import rough, told_enough, told_shortly
from deviations.domain.privacy import Span
from deviations.domain.roles import Actor
from deviations.domain.workflow import Kind, Status
from deviations.models import Barrier, Deviation
from deviations.queries import deviations, learning

WEIGHED = 60
"""So many of the most central reports are read in order to find those that can be told."""


@dataclass(frozen=True, slots=True)
class Case:
    """A report that may be told as a typical case, in fewer words, with the passages that may point out a person."""

    deviation: Deviation
    text: str
    spans: tuple[Span, ...]


def suggested(session: Session, actor: Actor, barrier: Barrier, limit: int = 8) -> list[Case]:
    """The barrier's own reports that this person may read, the most central of the group first.

    While the reports are still being learnt, the latest come first. Those that need work before they can be told, as
    something has to be masked or put in better words, come after the others.
    """
    with learning.ranker(session) as known:
        order = [int(id) for id in known.central(str(barrier.id))] if known is not None else []
    question = deviations.seen(actor).where(
        Deviation.barrier_id == barrier.id,
        Deviation.status == Status.JOINED,
        Deviation.kind == Kind.DEVIATION,
        Deviation.erased_at.is_(None),
    )
    if order:
        question = question.where(Deviation.id.in_(order[:WEIGHED]))
    place = {id: at for at, id in enumerate(order)}
    found = session.scalars(question.limit(WEIGHED)).all()
    subject = _subject(barrier, found)
    cases = [_case(one, subject) for one in sorted(found, key=lambda one: (place.get(one.id, 0), -one.id))]
    return sorted(cases, key=lambda case: _work(case, subject))[:limit]


def _work(case: Case, subject: frozenset[str]) -> tuple[bool, bool]:
    """What has to be done before it can be told."""
    return any(span.refused for span in case.spans), rough(case.text) or not told_enough(case.text, subject)


def _case(deviation: Deviation, subject: frozenset[str]) -> Case:
    text = told_shortly(deviation.title, deviation.body, subject)
    return Case(deviation, text, tuple(privacy.find(text)))


def _subject(barrier: Barrier, found: Sequence[Deviation]) -> frozenset[str]:
    """The stems of the barrier's own words, and those that many of its reports share."""
    own = words.words(f"{barrier.name} {barrier.description}")
    told = Counter(stem for one in found for stem in set(words.words(f"{one.title} {one.body}")))
    return frozenset((*own, *(stem for stem, count in told.items() if count * 3 >= len(found) and count > 1)))
