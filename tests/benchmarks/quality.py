"""Measures the ranking on barriers that its weights have never seen, and what each number earns:

    python -m tests.benchmarks.quality            (half the barriers held out; each set held out)
    python -m tests.benchmarks.quality held-out   (the set that nothing was tuned on, with the weights that ship)

The union of four sets is the hardest there is: many barriers, many reports of none, several hands.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from deviations.domain.evaluation import LEVELS, Arrival, given, in_order, journey, ranking
from deviations.domain.scoring import DEFAULT, FEATURES, NOTHING, Example, Weights, fit, looks_new, scores
from tests.benchmarks.fit_weights import LEAN, RUNS
from tests.benchmarks.labelled import HELD_OUT, SETS, Judged, catalogue, halves, judged, mixed, read, union

FIRST_OF_HALF = 25
"""From which report on the half is learnt from: it has half the reports."""

Runs = Mapping[tuple[str, int], Sequence[Judged]]
Row = dict[str, tuple[float, ...]]


def main() -> None:
    """Print the tables."""
    if sys.argv[1:] == ["held-out"]:
        return _held_out()
    known, reports = catalogue(), union()
    whole = {run: list(judged(mixed(reports, *run), known)) for run in RUNS}
    tries: list[tuple[Runs, set[str]]] = []
    for seed in (0, 1):
        one, other = halves(reports, seed)
        for learnt, judge in ((one, other), (other, one)):
            half = [pair for pair in reports if str(pair[1]) in learnt]
            tries.append(({run: list(judged(mixed(half, *run), known, FIRST_OF_HALF)) for run in RUNS}, judge))
    print(f"{len(reports)} reports, {len({of for _, of in reports})} barriers and single reports, half held out")
    print("| | fields R@1 | R@5 | AUC | half R@1 | R@5 | AUC | text R@1 | R@5 | AUC |")
    _print("all numbers", _measured(whole, tries, FEATURES))
    for name in FEATURES:
        _print(f"without {name}", _measured(whole, tries, [other for other in FEATURES if other != name]))
    for name in FEATURES:
        _print(f"{name} alone", _measured(whole, tries, [name]))
    for name in SETS:
        rest = [pair for pair in reports if not str(pair[0].id).startswith(name)]
        weights = _learnt([list(judged(mixed(rest, *run), known)) for run in RUNS], FEATURES)
        own = read(SETS[name], name)
        found = {level: list(judged(given(own, level), known)) for level in LEVELS}
        _print(f"{name}, learnt on the others", {level: _figures(of, weights) for level, of in found.items()})


def _measured(whole: Runs, tries: Sequence[tuple[Runs, set[str]]], names: Sequence[str]) -> Row:
    figures: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for half, judge in tries:
        weights = _learnt(half.values(), names)
        for (level, _), of in whole.items():
            figures[level].append(_figures([one for one in of if one.barrier in judge], weights))
    return {level: tuple(np.mean(of, axis=0)) for level, of in figures.items()}


def _learnt(runs: Iterable[Sequence[Judged]], names: Sequence[str]) -> Weights:
    """Weights learnt with these numbers only: a number that is 0 everywhere weighs 0."""
    used = np.array([name in names for name in FEATURES], dtype=np.float64)
    examples = [Example(one.example.features * used, one.example.right) for of in runs for one in of]
    return fit(examples, NOTHING, lean=LEAN)


def _figures(of: Sequence[Judged], weights: Weights) -> tuple[float, ...]:
    """R@1, R@5 and AUC."""
    known = [_rank(one.example, weights) for one in of if one.known]
    told = [(looks_new(one.example.features, weights), one.known) for one in of]
    new, old = ([value for value, known in told if known is which] for which in (False, True))
    area = np.mean([(a > b) + (a == b) / 2 for a in new for b in old]) if new and old else np.nan
    return float(np.mean([r < 1 for r in known])), float(np.mean([r < 5 for r in known])), float(area)


def _rank(example: Example, weights: Weights) -> int:
    if example.right is None:
        return len(example.features)
    found = scores(example.features, weights)
    return int((found >= found[example.right]).sum()) - 1  # of equals the right one comes last


def _print(name: str, row: Row) -> None:
    cells = (f"{value:.3f}" for level in LEVELS for value in row[level])
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _held_out() -> None:
    known, own = catalogue(), read(HELD_OUT, "fresh")
    print(f"{len(own)} reports, weights {DEFAULT.name!r}")
    for level in LEVELS:
        arrivals: list[Arrival] = list(journey(in_order(given(own, level)), known.cards))
        found = ranking(arrivals)
        shown = (f"{name} {one.value or 0:.3f} ({one.low or 0:.2f}-{one.high or 0:.2f})" for name, one in found.items())
        print(level, len(arrivals), ", ".join(shown), flush=True)


if __name__ == "__main__":
    main()
