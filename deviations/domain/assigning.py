"""Ranks many unplaced reports at once: what the grouping of all of them begins with.

The same numbers as for one report, but worked out term by term for all of them together, which is much quicker.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from deviations.domain import scoring
from deviations.domain.candidates import latest_of
from deviations.domain.likelihood import HALF
from deviations.domain.memory import Memory
from deviations.domain.postings import matrix
from deviations.domain.rows import Floats
from deviations.domain.similarity import BLOCKS

FIRST = 10
"""So many barriers are judged for each report: those most likely to say what it says."""

CELLS = 2_000_000
"""So many pairs of a report and a barrier are worked out together."""

TERMS = 4_000
"""So many terms are looked up together."""

Places = NDArray[np.int64]
Likely = NDArray[np.float32]
Ranked = list[tuple[int, float, tuple[float, ...]]]
"""Barriers by number, likeliest first, each with its score and the numbers by which it was judged."""


def ranked(memory: Memory, places: Sequence[int], weights: scoring.Weights) -> Iterator[Ranked]:
    """Return for each of the reports at these places, in their order, the most likely barriers.

    The reports are in no barrier themselves. Their own words count among those of all reports as they do for one, but
    for their share in the sum of all.
    """
    portion = max(CELLS // max(len(memory.names), 1), 1)
    for start in range(0, len(places), portion):
        yield from _ranked(memory, places[start : start + portion], weights)


def _ranked(memory: Memory, places: Sequence[int], weights: scoring.Weights) -> Iterator[Ranked]:
    known = np.array([number for number, members in enumerate(memory.members) if members], dtype=np.int64)
    if not len(known):
        yield from ([] for _ in places)
        return
    likely = [_likely(memory, block, places)[:, known] for block in range(len(BLOCKS))]
    total = np.sum(likely, axis=0)
    most = min(FIRST, len(known))
    pool = np.sort(np.argpartition(-total, most - 1, axis=1)[:, :most], axis=1)
    columns: dict[str, NDArray[np.floating]] = {
        f"lm_{name}": np.take_along_axis(likely[at], pool, axis=1) for at, name in enumerate(BLOCKS)
    }
    numbers = known[pool]
    for name in scoring.FEATURES:
        if name not in columns:
            columns[name] = _best(memory, BLOCKS.index(name.removeprefix("best_")), places, numbers)
    values = np.stack([columns[name] for name in scoring.FEATURES], axis=2).astype(np.float64)
    for line, judged in zip(numbers.tolist(), values, strict=True):
        scores = scoring.scores(judged, weights)
        order = sorted(range(len(line)), key=lambda at: (-round(float(scores[at]), 9), memory.names[line[at]]))
        yield [(line[at], float(scores[at]), tuple(judged[at].tolist())) for at in order]


def _likely(memory: Memory, block: int, places: Sequence[int]) -> Likely:
    """For each report and barrier how likely the report is there (`likelihood.likelihoods`)."""
    rows, mu = memory.blocks[block], scoring.MU[f"lm_{BLOCKS[block]}"]
    asked = matrix(rows, places, units=False)
    lengths = np.asarray(asked.sum(axis=1)).ravel()
    out = np.zeros((len(places), len(memory.names)), dtype=np.float32)
    for keys, worths, lines in _by_term(asked):
        everything, kinds = rows.all_said()
        usual = (np.maximum(rows.said(keys) - worths, 0) + HALF) / (everything + HALF * max(kinds, 1))
        once, each = np.unique(keys, return_inverse=True)
        said = memory.barriers.lines(block, once)[each]
        said *= (1 / (mu * usual)).astype(np.float32)[:, None]
        out += lines @ np.log(said + 1)
    out /= np.where(lengths > 0, lengths, 1)[:, None].astype(np.float32)
    out -= np.log1p(memory.barriers.totals(block) / mu).astype(np.float32)
    out[lengths == 0] = 0.0
    return out


def _by_term(asked: sparse.csr_array) -> Iterator[tuple[NDArray[np.int32], Floats, sparse.csr_array]]:
    """The terms of reports, each with what it is worth in some of them, and the reports as lines of these."""
    pairs = (asked.indices.astype(np.int64) << 32) | asked.data.view(np.uint32)
    kinds, column = np.unique(pairs, return_inverse=True)
    shape = (asked.shape[0], len(kinds))
    turned = sparse.csr_array((asked.data, column.astype(np.int32), asked.indptr), shape=shape).tocsc()
    for start in range(0, len(kinds), TERMS):
        some = kinds[start : start + TERMS]
        worths = (some & 0xFFFFFFFF).astype(np.uint32).view(np.float32)
        yield (some >> 32).astype(np.int32), worths.astype(np.float64), turned[:, start : start + TERMS].tocsr()


def _best(memory: Memory, block: int, places: Sequence[int], numbers: Places) -> Floats:
    """For each report and each of its barriers the largest cosine of a block with one of the latest reports there."""
    used, barrier = np.unique(numbers, return_inverse=True)
    barrier = barrier.reshape(numbers.shape)
    members = [latest_of(memory, number) for number in used.tolist()]
    units = _units(memory, block, [*places, *(at for line in members for at in line)])
    ends = len(places) + np.cumsum([0, *map(len, members)])
    out = np.zeros(numbers.shape)
    for number, (start, end) in enumerate(pairwise(ends.tolist())):
        lines, columns = np.nonzero(barrier == number)
        out[lines, columns] = (units[lines] @ units[start:end].T).max(axis=1)
    return out


def _units(memory: Memory, block: int, places: Sequence[int]) -> Likely:
    """Reports as lines of a full matrix, weighed, each one long: for blocks of few different terms."""
    rows = memory.blocks[block]
    found = matrix(rows, places, units=True)
    used, column = np.unique(found.indices, return_inverse=True)
    data = (found.data * rows.weights[found.indices]).astype(np.float32)
    full = sparse.csr_array((data, column.astype(np.int32), found.indptr), shape=(len(places), len(used)))
    return np.asarray(full.toarray(), dtype=np.float32)
