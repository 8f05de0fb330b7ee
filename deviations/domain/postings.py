"""One block of many reports, held term by term: which reports have a term, and how often.

A question then reads only what it has in common with the reports, and how often a term stands in a report fits in one
byte: that is what lets one more report be compared with 100,000 while somebody types.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Keys = NDArray[np.int32]
Floats = NDArray[np.float64]
Row = tuple[Keys, NDArray[np.uint8] | NDArray[np.float32]]
"""The terms of one report, each once, and how often it stands there (or, as float32, what it is worth)."""

SPACE = 1 << 18
"""Terms are hashed into this many columns, so that no vocabulary has to be kept or rebuilt."""

TIMES = np.concatenate([[0.0], 1 + np.log(np.arange(1, 256))])
"""What a term that stands so many times in a report is worth: 1 + ln(count)."""

ALWAYS_FRESH = 2_000
"""Up to so many rows every change weighs all terms anew; beyond, a twentieth of the rows has to change first."""

MANY = 5_000
"""Above so many rows, terms that are too common to tell reports apart cost more time than they are worth."""

TOGETHER = 25_000
"""So many rows are sorted by term together: sorting all as one would need twice the memory."""

READ_AT_ONCE = 1_000_000
"""So many postings are read at once when the rows' lengths are measured, to spare memory."""


def worth(values: NDArray[np.uint8] | NDArray[np.float32]) -> Floats:
    """Return what the values of a row count for: damped counts, or numbers that are so already."""
    return TIMES[values] if values.dtype == np.uint8 else values.astype(np.float64)


def rarity(size: int, having: NDArray[np.int32] | NDArray[np.int64]) -> Floats:
    """Return ln((1 + n) / (1 + df)) + 1, the smoothed inverse document frequency."""
    return np.asarray(np.log((1 + size) / (1 + having)) + 1, dtype=np.float64)


class Postings:
    """Rows of terms that come and go one by one, and are compared with one more by cosine."""

    def __init__(self, rare: bool = True, common: float = 1.0) -> None:
        """Start empty.

        `rare` says whether terms weigh by how rare they are; among `MANY` rows, a term that more than the share
        `common` of them have weighs nothing.
        """
        self._rare, self._common = rare, common
        self._size = self._changes = 0
        self._having = np.zeros(SPACE, dtype=np.int32)
        self._weights = np.ones(SPACE)
        self._lengths = np.zeros(0)
        self._gone: list[int] = []
        self._waiting: list[Row] = []
        self._sorted: list[sparse.csr_array] = []
        self._tail = by_term(())

    def __len__(self) -> int:
        """How many rows are compared: those that were added and not dropped."""
        return self._size - len(self._gone)

    def add(self, row: Row) -> None:
        """Add a row as the last one."""
        self._having[row[0]] += 1
        self._waiting.append(row)
        self._size += 1
        self._changes += 1
        if len(self._waiting) >= TOGETHER:
            self._sort()

    def drop(self, at: int, row: Row) -> None:
        """Let a row, given as it was added, be like nothing any more; the others keep their places."""
        self._having[row[0]] -= 1
        self._gone.append(at)
        self._changes += 1
        if at < len(self._lengths):
            self._lengths[at] = 0

    def similarities(self, row: Row, below: int | None = None) -> Floats:
        """Return the cosine of one more row with every row ever added, in that order; 0 for those dropped.

        With `below`, only the part of it that terms make up which fewer rows than that have.
        """
        self._refresh()
        weights = self._weights[row[0]]
        values = worth(row[1]) * weights
        values *= weights / (np.sqrt(values @ values) or 1.0)
        keys = row[0]
        if below is not None:
            rare = self._having[keys] < below
            keys, values = keys[rare], values[rare]
        found: Floats = np.concatenate([_products(part, keys, values) for part in self._parts()])
        return np.divide(found, self._lengths, out=np.zeros(self._size), where=self._lengths > 0)

    def weight(self, key: int) -> float:
        """Return how much a term weighs by its rarity among the rows."""
        self._refresh()
        return float(self._weights[key])

    def _refresh(self) -> None:
        """Take in what was added since the last question, and weigh all anew when that is due."""
        if len(self._waiting) > max(ALWAYS_FRESH / 4, self._size / 20):
            self._sort()
        if self._tail.shape[1] != len(self._waiting):
            self._tail = by_term(self._waiting)
        if self._changes and (self._size <= ALWAYS_FRESH or self._changes > self._size / 20):
            self._weights = self._fresh_weights()
            self._lengths, self._changes = np.zeros(0), 0
        if len(self._lengths) < self._size:
            self._measure()

    def _fresh_weights(self) -> Floats:
        if not self._rare:
            return np.ones(SPACE)
        weights = rarity(len(self), self._having)
        return np.where(self._having > self._common * len(self), 0.0, weights) if len(self) > MANY else weights

    def _parts(self) -> list[sparse.csr_array]:
        return [*self._sorted, self._tail]

    def _measure(self) -> None:
        """Measure the rows that have no length yet: all after weighing anew, else the last ones."""
        squares = self._weights**2
        known = [self._lengths] if len(self._lengths) else [_lengths(part, squares) for part in self._sorted]
        last = _lengths(self._tail, squares)
        self._lengths = np.concatenate([*known, last[sum(map(len, known)) - self._size :]])
        self._lengths[self._gone] = 0

    def _sort(self) -> None:
        """Sort what waits into the terms, with the last rows that were; all are then measured anew."""
        self._sorted.append(by_term(self._waiting))
        while len(self._sorted) > 1 and self._sorted[-2].shape[1] < TOGETHER:
            last = self._sorted.pop()
            self._sorted[-1] = sparse.hstack([self._sorted[-1], last], format="csr")
        self._waiting, self._tail, self._lengths = [], by_term(()), np.zeros(0)


def by_term(rows: Sequence[Row]) -> sparse.csr_array:
    """Return rows turned on their side: a line for each term, a column for each row."""
    ends = np.cumsum([0, *(len(keys) for keys, _ in rows)], dtype=np.int32)
    keys = np.concatenate([keys for keys, _ in rows]) if rows else np.zeros(0, dtype=np.int32)
    values = np.concatenate([values for _, values in rows]) if rows else np.zeros(0, dtype=np.uint8)
    return sparse.csr_array((values, keys, ends), shape=(len(rows), SPACE)).T.tocsr()


def _products(part: sparse.csr_array, keys: Keys, values: Floats) -> Floats:
    """The sum over the terms of value times worth, for every row of the part."""
    out = np.zeros(part.shape[1])
    starts, ends = part.indptr[keys], part.indptr[keys + 1]
    for start, end, value in zip(starts.tolist(), ends.tolist(), values.tolist(), strict=True):
        if value and start < end:
            out[part.indices[start:end]] += value * worth(part.data[start:end])  # no row stands twice under a term
    return out


def _lengths(part: sparse.csr_array, squares: Floats) -> Floats:
    """The length of every row of the part, by the squared weights of the terms."""
    out = np.zeros(part.shape[1])
    if part.nnz == 0:
        return out
    starts = np.searchsorted(part.indptr, np.arange(0, part.nnz, READ_AT_ONCE), side="right") - 1
    for first, last in zip(starts, [*starts[1:], SPACE], strict=True):
        start, end = part.indptr[first], part.indptr[last]
        weights = np.repeat(squares[first:last], np.diff(part.indptr[first : last + 1]))
        weights *= worth(part.data[start:end]) ** 2
        out += np.bincount(part.indices[start:end], weights=weights, minlength=part.shape[1])
    return np.sqrt(out)
