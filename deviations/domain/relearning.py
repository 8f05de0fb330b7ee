"""Whether weights fitted to an instance's own decisions are better than those in use: learnt from the earlier ones,
tried on the later ones, and kept only if chance alone would hardly do so well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from deviations.domain import scoring
from deviations.domain.hits import better_by_chance
from deviations.domain.learnt import LEAST, WeightsState
from deviations.domain.scoring import Example, Weights

EARLIER = 0.7
"""This share of the decisions, the earlier ones, is learnt from; the rest tells how well it went."""

LEAST_SINCE = 40
"""Decisions since learnt weights came into use before they are judged again."""

CHANCE = 0.05
"""Weights are changed only where chance alone would do so well less often than this."""


@dataclass(frozen=True, slots=True)
class Trial:
    """New weights, from how many decisions they were learnt, and how they did on later ones beside those in use."""

    weights: Weights
    learnt_from: int
    tested_on: int
    first_before: float
    first_after: float
    state: WeightsState


def learn(examples: Sequence[Example], in_use: Weights) -> Trial | None:
    """Fit weights to decisions in order of time, and try them against those in use; None where there are too few.

    Only decisions for a barrier that was known then can tell; those for a new one are passed over.
    """
    known = [one for one in examples if one.right is not None]
    if len(known) < LEAST:
        return None
    border = round(EARLIER * len(known))
    earlier, later = known[:border], known[border:]
    weights = scoring.fit(earlier)
    before, after = firsts(later, in_use), firsts(later, weights)
    return Trial(
        weights=weights,
        learnt_from=len(earlier),
        tested_on=len(later),
        first_before=sum(before) / len(later),
        first_after=sum(after) / len(later),
        state=WeightsState.IN_USE if surely_better(after, before) else WeightsState.NOT_BETTER,
    )


def gone_worse(since: Sequence[Example], learnt: Weights) -> bool:
    """Whether learnt weights do worse than those that ship on the decisions since they came into use."""
    known = [one for one in since if one.right is not None]
    return len(known) >= LEAST_SINCE and surely_better(firsts(known, scoring.DEFAULT), firsts(known, learnt))


def firsts(examples: Sequence[Example], weights: Weights) -> list[bool]:
    """For each decision whether the right barrier comes first by these weights."""
    return [
        len(one.features) > 0 and int(scoring.scores(one.features, weights).argmax()) == one.right for one in examples
    ]


def surely_better(one: Sequence[bool], other: Sequence[bool]) -> bool:
    """Whether the first was right so much more often than the other that it is hardly chance."""
    only_one = sum(a and not b for a, b in zip(one, other, strict=True))
    only_other = sum(b and not a for a, b in zip(one, other, strict=True))
    return only_one > only_other and better_by_chance(only_one, only_other) < CHANCE
