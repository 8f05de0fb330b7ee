"""How well the suggestions and the groups fit what people decided, measured on reports whose barrier is known.

Reports are ranked as they came, each against those before it; all are grouped as if nobody had decided anything.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import comb
from random import Random
from typing import TypeVar

import numpy as np
from scipy.stats import rankdata

from deviations.domain.clustering import group
from deviations.domain.facts import Fact, RuleCard
from deviations.domain.ranking import Ranker

LEVELS = ("fields", "half", "text")
"""How much of a report is given: see `given`."""

FIRST = 40
"""The first report that is ranked and counted: before it too little is known to learn anything from."""

WRONG = 0.2
"""The share of the rules still named that are wrong where half of the fields are given."""

PURE = 0.6
"""A barrier is found when one group holds this share of its reports, and they are this share of the group."""

BIG = 3
"""A group of so many reports or more is looked through for strangers."""

DRAWS = 400
"""So many times reports are drawn anew to see how far a figure may be from what other reports would have given."""

Labelled = Sequence[tuple[Fact, str | None]]
"""Reports, each with its barrier; None for a report of no barrier."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One report as it came: the barriers suggested, best first, and how new it looked (more is newer).

    `known` says whether an earlier report had its barrier: only then could a suggestion be right.
    """

    fact: Fact
    barrier: str | None
    known: bool
    top: tuple[str, ...]
    new: float

    def within(self, first: int) -> bool:
        """Say whether the right barrier is among the first so many."""
        return self.barrier in self.top[:first]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured share or index, between what bounds it lies with 95 % confidence, and how many reports or groups it
    rests on; no value where there is nothing to measure.
    """

    value: float | None
    low: float | None
    high: float | None
    count: int


def given(reports: Labelled, level: str, seed: int = 1) -> list[tuple[Fact, str | None]]:
    """Return the reports as if less had been filled in: all "fields", "half" of them, or the "text" alone.

    Half: parties and rule are each kept with probability one half, and a fifth of the rules still named are those of a
    report of another barrier. Without a rule, both the chosen one and the reporter's own words for it are gone.
    """
    if level == "fields":
        return list(reports)
    if level == "text":
        return [(replace(fact, agencies=(), rule=None, rule_hint=""), barrier) for fact, barrier in reports]
    random = Random(seed)
    named = [(fact, barrier) for fact, barrier in reports if fact.rule or fact.rule_hint]
    return [(_halved(fact, [o for o, of in named if of != barrier], random), barrier) for fact, barrier in reports]


def _halved(fact: Fact, others: Sequence[Fact], random: Random) -> Fact:
    kept, ruled, wrong = random.random() < 0.5, random.random() < 0.5, random.random() < WRONG
    source = random.choice(others) if others and wrong else fact
    rule, hint = (source.rule, source.rule_hint) if ruled and (fact.rule or fact.rule_hint) else (None, "")
    return replace(fact, agencies=fact.agencies if kept else (), rule=rule, rule_hint=hint)


def in_order(reports: Labelled) -> list[tuple[Fact, str | None]]:
    """Return reports by date; those of one day, and one without a date after the one before it, as they stood."""
    days: list[date] = []
    for fact, _ in reports:
        days.append(fact.on or (days[-1] if days else date.min))
    return [reports[at] for at in sorted(range(len(reports)), key=days.__getitem__)]


def journey(reports: Labelled, catalogue: Sequence[RuleCard], limit: int = 10, first: int = FIRST) -> Iterator[Arrival]:
    """Rank the barriers for each report in date order, from the `first` on, by the reports before it; then place it.

    Nothing of a later report is known: neither its words, nor its barrier, nor how rare a word will be.
    """
    ranker, seen = Ranker(catalogue=catalogue), set[str]()
    for number, (fact, barrier) in enumerate(in_order(reports), start=1):
        if number >= first:
            near = ranker.near(fact, limit, others=0)
            yield Arrival(fact, barrier, barrier in seen, tuple(one.barrier for one in near.barriers), near.new)
        ranker.add(fact, barrier)
        if barrier is not None:
            seen.add(barrier)


def ranking(arrivals: Sequence[Arrival]) -> dict[str, Figure]:
    """Return in what share of the reports of a known barrier it was among the first 1, 3 and 5 suggestions, and how
    well known are told from new: the probability that of one of each the new one looked newer (area under the curve).
    """
    known = [one for one in arrivals if one.known]
    figures = {f"first_{n}": _drawn([one.within(n) for one in known], _share) for n in (1, 3, 5)}
    return {**figures, "new": _drawn([(one.new, one.known) for one in arrivals], _area)}


def _share(right: Sequence[bool]) -> float | None:
    return sum(right) / len(right) if right else None


def _area(told: Sequence[tuple[float, bool]]) -> float | None:
    """The Mann-Whitney statistic as a share; None where all are known or all are new."""
    new = sum(not known for _, known in told)
    if not 0 < new < len(told):
        return None
    ranks = rankdata([value for value, _ in told])
    above = sum(rank for rank, (_, known) in zip(ranks, told, strict=True) if not known) - new * (new + 1) / 2
    return float(above / (new * (len(told) - new)))


T = TypeVar("T")


def _drawn(values: Sequence[T], figure: Callable[[Sequence[T]], float | None]) -> Figure:
    """A figure with its interval by bootstrap: the same number of reports, drawn with replacement."""
    value = figure(values)
    if value is None:
        return Figure(None, None, None, len(values))
    random = np.random.default_rng(1)
    draws = (random.integers(len(values), size=len(values)) for _ in range(DRAWS))
    found = [one for draw in draws if (one := figure([values[at] for at in draw])) is not None]
    low, high = np.percentile(found, [2.5, 97.5])
    return Figure(value, float(low), float(high), len(values))


def groups_of(reports: Labelled, catalogue: Sequence[RuleCard]) -> dict[str, int]:
    """Group all reports as if nobody had placed any; return the number of the group of each report that has one."""
    found = group([fact for fact, _ in reports], catalogue)
    return {id: number for number, one in enumerate(found) for id in one.members}


def grouping(reports: Labelled, groups: Mapping[str, int]) -> dict[str, Figure]:
    """Return how well groups fit the barriers: the adjusted Rand index (Hubert and Arabie 1985), precision, recall and
    F1 over pairs of reports, the share of barriers found, and of groups of three or more that hold a stranger.

    A report in no group is a class of its own, and so is a report of no barrier or of one that no other report has:
    such a one is a stranger in any group.
    """
    sizes = Counter(barrier for _, barrier in reports)
    truth: list[Hashable] = [
        barrier if barrier is not None and sizes[barrier] > 1 else ("alone", fact.id) for fact, barrier in reports
    ]
    found: list[Hashable] = [groups.get(fact.id, ("alone", fact.id)) for fact, _ in reports]
    pairs = list(zip(truth, found, strict=True))
    figures = {name: _halves(pairs, measure) for name, measure in _MEASURES.items()}
    big = Counter(found)
    counts = {"found": sum(size > 1 for size in sizes.values()), "strangers": sum(big[g] >= BIG for g in big)}
    return {name: replace(one, count=counts.get(name, one.count)) for name, one in figures.items()}


Pairs = Sequence[tuple[Hashable, Hashable]]


def _halves(pairs: Pairs, measure: Callable[[Pairs], float | None]) -> Figure:
    """A figure with its interval by half-samples (Shao and Wu 1989): drawing a report twice would make a pair of it."""
    value = measure(pairs)
    if value is None:
        return Figure(None, None, None, len(pairs))
    random = np.random.default_rng(1)
    draws = (random.permutation(len(pairs))[: max(len(pairs) // 2, 1)] for _ in range(DRAWS // 2))
    found = np.array([one for draw in draws if (one := measure([pairs[at] for at in draw])) is not None] or [value])
    low, high = np.clip(value + np.percentile(found - found.mean(), [2.5, 97.5]), 0, 1)
    return Figure(value, float(low), float(high), len(pairs))


def _same(names: Iterator[Hashable]) -> int:
    """How many pairs have the same name."""
    return sum(comb(size, 2) for size in Counter(names).values())


def _counted(pairs: Pairs) -> tuple[int, int, int]:
    """How many pairs are together both in truth and as found, in truth, and as found."""
    return _same(iter(pairs)), _same(a for a, _ in pairs), _same(b for _, b in pairs)


def _rand(pairs: Pairs) -> float | None:
    both, truth, found = _counted(pairs)
    all_pairs = comb(len(pairs), 2)
    by_chance = truth * found / all_pairs if all_pairs else 0.0
    best = (truth + found) / 2
    return 1.0 if best == by_chance else (both - by_chance) / (best - by_chance)


def _precision(pairs: Pairs) -> float | None:
    both, _, found = _counted(pairs)
    return both / found if found else None


def _recall(pairs: Pairs) -> float | None:
    both, truth, _ = _counted(pairs)
    return both / truth if truth else None


def _f1(pairs: Pairs) -> float | None:
    both, truth, found = _counted(pairs)
    return 2 * both / (truth + found) if truth + found else None


def _found(pairs: Pairs) -> float | None:
    sizes, groups = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    barriers = {a for a, size in sizes.items() if not _alone(a)}
    shared = Counter(pairs).items()
    good = {a for (a, b), n in shared if a in barriers and n >= PURE * sizes[a] and n >= PURE * groups[b]}
    return len(good) / len(barriers) if barriers else None


def _strangers(pairs: Pairs) -> float | None:
    groups = Counter(b for _, b in pairs)
    big = {b for b, size in groups.items() if size >= BIG}
    return len({b for a, b in pairs if b in big and _alone(a)}) / len(big) if big else None


def _alone(name: Hashable) -> bool:
    return isinstance(name, tuple)


_MEASURES: Mapping[str, Callable[[Pairs], float | None]] = {
    "ari": _rand,
    "precision": _precision,
    "recall": _recall,
    "f1": _f1,
    "found": _found,
    "strangers": _strangers,
}
