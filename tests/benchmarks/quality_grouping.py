"""Measures the groups that nobody has placed yet, on labelled reports, and what each part of the method earns:

python -m tests.benchmarks.quality_grouping            (each set, the union of all, half its barriers; ablations)
python -m tests.benchmarks.quality_grouping held-out   (the set that nothing was tuned on)
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from unittest.mock import patch

import numpy as np

from deviations.domain import clustering, similarity
from deviations.domain.evaluation import LEVELS, given, grouping, groups_of
from deviations.services.catalogue import shipped_cards
from tests.benchmarks.labelled import HELD_OUT, SETS, Reports, halves, read, union

MEASURES = ("ari", "found", "strangers")
BLOCKS = ("words", "parts of words", "parties", "named rule", "catalogue", "concepts")


def main() -> None:
    """Print the tables."""
    print("| reports | " + " | ".join(f"{level} {what}" for level in LEVELS for what in MEASURES) + " |")
    print("|---" * (1 + len(LEVELS) * len(MEASURES)) + "|")
    if sys.argv[1:] == ["held-out"]:
        return _line("held out", [read(HELD_OUT, "fresh")])
    sets = {name: [read(path, name)] for name, path in SETS.items()}
    hard = {"union": [union()], "half of its barriers": list(_halves())}
    for name, some in {**sets, **hard}.items():
        _line(name, some)
    for name, without in _ablations():
        with without():
            _line(f"half of its barriers, {name}", hard["half of its barriers"])


def _halves() -> Iterator[Reports]:
    """The union with half of its barriers and single reports, twice."""
    reports = union()
    for kept in halves(reports, 0):
        yield [pair for pair in reports if str(pair[1]) in kept]


def _line(name: str, some: Iterable[Reports]) -> None:
    """Print how well groups fit at each level, as the mean over some sets of reports."""
    runs = [{level: _measured(given(reports, level)) for level in LEVELS} for reports in some]
    means = (np.mean([run[level][what] for run in runs]) for level in LEVELS for what in MEASURES)
    print(f"| {name} | " + " | ".join(f"{mean:.2f}" for mean in means) + " |", flush=True)


def _measured(reports: Reports) -> Mapping[str, float]:
    figures = grouping(reports, groups_of(reports, shipped_cards()))
    return {what: figures[what].value or 0.0 for what in MEASURES}


def _ablations() -> Iterator[tuple[str, Callable[[], AbstractContextManager[object]]]]:
    """Each part of the method, and what takes it away for a while."""
    yield "all parts", nullcontext
    for at, block in enumerate(BLOCKS):
        less = tuple(0.0 if at == other else weight for other, weight in enumerate(similarity.WEIGHTS))
        yield f"without {block}", lambda less=less: patch.object(similarity, "WEIGHTS", less)  # type: ignore[misc]
    yield "without smoothing", lambda: patch.object(clustering, "smoothed", lambda likeness, neighbours: likeness)
    yield "strangers may stay", lambda: patch.object(clustering, "WEAK", 0.0)
    yield "one cut for all", lambda: patch.object(clustering, "SURER", 0.0)


if __name__ == "__main__":
    main()
