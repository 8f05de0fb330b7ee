"""Writes down how the program's suggestions turned out: what they would have been just before a person placed a report
for the first time, beside where she placed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind
from deviations.models import Barrier, Deviation, Ruling, SuggestionOutcome
from deviations.queries import deviations, learning, weights

SHOWN = 5
"""So many barriers are suggested."""

AT_MOST = 20
"""A decision on more reports at once is no judgement of each report's suggestions, and is not counted."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be suggested for a report: barriers, best first, and whether it looks new."""

    barriers: tuple[int, ...]
    looked_new: bool


def foreseen(session: Session, reports: Sequence[Deviation]) -> dict[int, Foreseen]:
    """What would be suggested now for those of the reports that nobody has placed yet, by id.

    Empty for more than `AT_MOST` reports, and while a thread is still learning them all.
    """
    judged = [one for one in reports if one.kind is Kind.DEVIATION and one.barrier_id is None]
    if not 0 < len(reports) <= AT_MOST or not judged:
        return {}
    refused = deviations.refusals(session, [one.id for one in judged])
    facts = {one.id: deviations.fact(one) for one in judged}
    found: dict[int, Foreseen] = {}
    with learning.ranker(session) as ranking:
        if ranking is None:
            return {}
        for id, fact in facts.items():
            no = refused.get(id, set())
            told = [s for s in ranking.rank(fact, SHOWN + len(no)) if int(s.barrier) not in no][:SHOWN]
            found[id] = Foreseen(tuple(int(s.barrier) for s in told), ranking.looks_new(told))
    return found


def note(
    session: Session, ruling: Ruling, before: Mapping[int, Foreseen], barrier: Barrier, *, was_new: bool = False
) -> None:
    """Remembers how what was foreseen turned out, now that these reports are in a barrier. `was_new`: the decision made
    it. Call it within the recording of the decision, so that undoing takes it back.
    """
    in_use = weights.in_use(session).id if before else None
    for id, told in sorted(before.items()):
        place = told.barriers.index(barrier.id) + 1 if barrier.id in told.barriers else None
        outcome = SuggestionOutcome(
            at=ruling.at, deviation_id=id, barrier_id=barrier.id, ruling_id=ruling.id, weights_id=in_use
        )
        outcome.place, outcome.was_new, outcome.looked_new = place, was_new, told.looked_new
        session.add(outcome)
