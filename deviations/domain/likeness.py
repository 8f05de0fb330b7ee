"""What lies close to a barrier: other barriers whose reports are like its own, and its most typical report."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from deviations.domain.candidates import latest_of, weighed
from deviations.domain.memory import Memory
from deviations.domain.postings import Terms, matrix
from deviations.domain.rows import SPACE, Floats

COMPARED = 12
"""So many barriers are compared by their latest reports: those that share most with this one."""


def like(memory: Memory, number: int, most: int) -> list[tuple[int, float]]:
    """Return the barriers most like one, best first, each with how alike (0-1): the cosine of the mean of the latest
    reports there with the mean of those here, over all blocks.
    """
    blocks = range(len(memory.blocks))
    here = [_mean(memory, block, latest_of(memory, number)) for block in blocks]
    shared = np.zeros(len(memory.names))
    for block, (keys, worths) in enumerate(here):
        shared += worths @ memory.barriers.lines(block, keys) / np.maximum(memory.barriers.totals(block), 1.0)
    shared[[at for at, members in enumerate(memory.members) if not members or at == number]] = 0.0
    found = []
    for at in np.argsort(-shared, kind="stable")[:COMPARED].tolist():
        if shared[at] > 0:
            there = [_mean(memory, block, latest_of(memory, at)) for block in blocks]
            found.append((at, min(float(weighed(np.array(list(map(_cosine, here, there))))), 1.0)))
    return sorted(found, key=lambda pair: (-round(pair[1], 9), memory.names[pair[0]]))[:most]


def central(memory: Memory, number: int) -> list[int]:
    """Return the places of the reports of a barrier, those most like the mean of them all first."""
    places = memory.members[number]
    if not places:
        return []
    near = weighed(np.stack([_near_mean(memory, block, places) for block in range(len(memory.blocks))]))
    ranked = sorted(zip((-near).round(6).tolist(), places, strict=True), key=lambda one: (one[0], memory.ids[one[1]]))
    return [at for _, at in ranked]


def _near_mean(memory: Memory, block: int, places: Sequence[int]) -> Floats:
    """How near each report is to the mean of them all."""
    units, mean = _units(memory, block, places), np.zeros(SPACE)
    keys, worths = _mean(memory, block, places)
    mean[keys] = worths
    return np.asarray(units @ mean, dtype=np.float64)


def _mean(memory: Memory, block: int, places: Sequence[int]) -> Terms:
    """The sum of reports, each made one long, itself made one long."""
    units = _units(memory, block, places)
    keys, each = np.unique(units.indices, return_inverse=True)
    worths = np.bincount(each, weights=units.data, minlength=len(keys))
    return keys.astype(np.int32), worths / (np.sqrt(worths @ worths) or 1.0)


def _units(memory: Memory, block: int, places: Sequence[int]) -> sparse.csr_array:
    rows = memory.blocks[block]
    found = matrix(rows, places, units=True)
    found.data = found.data * rows.weights[found.indices]
    return found


def _cosine(one: Terms, other: Terms) -> float:
    _, mine, theirs = np.intersect1d(one[0], other[0], assume_unique=True, return_indices=True)
    return float(one[1][mine] @ other[1][theirs])
