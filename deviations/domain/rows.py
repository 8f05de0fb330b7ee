"""One block of many reports: which terms each report has, how often, and what a term weighs by how rare it is.

A report's terms are kept as one string of bytes, so that a million reports fit in memory. What compares a question with
all of them at once stands in `postings`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int32]
Floats = NDArray[np.float64]
Row = tuple[Keys, NDArray[np.uint8] | NDArray[np.float32]]
"""The terms of one report, each once, and how often it stands there (or, as float32, what it is worth: -1 to 1)."""

BITS = 18
SPACE = 1 << BITS
"""Terms are hashed into this many columns, so that no vocabulary has to be kept or rebuilt."""

LEVELS = 1 << (32 - BITS)
"""A term and what it is worth share 32 bits: so many worths can be told apart."""

TIMES = np.concatenate([[0.0], 1 + np.log(np.arange(1, LEVELS))])
"""What a term that stands so many times in a report is worth: 1 + ln(count)."""

STEPS = (np.arange(LEVELS) - LEVELS / 2) / (LEVELS / 2 - 1)
"""What a level stands for in a block whose terms have a worth of their own."""

MANY = 5_000
"""Above so many rows, terms that are too common to tell reports apart cost more time than they are worth."""

UNKNOWN = -1.0
"""The length of a row that has not been measured."""


def worth(values: NDArray[np.uint8] | NDArray[np.float32]) -> Floats:
    """Return what the values of a row count for: damped counts, or numbers that are so already."""
    return TIMES[values] if values.dtype == np.uint8 else values.astype(np.float64)


def rarity(size: int, having: NDArray[np.int32] | NDArray[np.int64]) -> Floats:
    """Return ln((1 + n) / (1 + df)) + 1, the smoothed inverse document frequency."""
    return np.asarray(np.log((1 + size) / (1 + having)) + 1, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Some rows of a block end to end: their terms, what each is worth there, and how many of them each row has."""

    keys: NDArray[np.uint32]
    worth: Floats
    sizes: NDArray[np.int64]

    def sums(self, values: Floats) -> Floats:
        """Return for each row the sum of what its terms were given."""
        out = np.zeros(len(self.sizes))
        filled = np.flatnonzero(self.sizes)
        if len(filled):
            out[filled] = np.add.reduceat(values, (np.cumsum(self.sizes) - self.sizes)[filled])
        return out


class Rows:
    """One block of reports that come and go, each known by its place: their terms, and what a term weighs."""

    def __init__(self, rare: bool = True, common: float = 1.0) -> None:
        """Start empty.

        `rare` says whether terms weigh by how rare they are; among `MANY` rows, a term that more than the share
        `common` of them have weighs nothing.
        """
        self._rare, self._common = rare, common
        self._size = self._changes = 0
        self._having = np.zeros(SPACE, dtype=np.int32)
        self._said = np.zeros(SPACE)
        self._everything, self._kinds = 0.0, 0
        self._passed: NDArray[np.bool_] | None = None
        self._rows: list[bytes] = []
        self._lengths = np.zeros(0)
        self._worths = TIMES
        self._spread = np.zeros(SPACE)
        self.weights = np.ones(SPACE)

    def __len__(self) -> int:
        """How many rows count: those that were added and not dropped."""
        return self._size

    def add(self, row: Row) -> None:
        """Add a row; its place is the next one."""
        at = len(self._rows)
        self._rows.append(self._packed(row))
        if len(self._lengths) <= at:
            self._lengths = np.concatenate([self._lengths, np.full(at + 1_000, UNKNOWN)])
        self._count(at, 1)

    def drop(self, at: int) -> None:
        """Let a row count no more; its terms are known until they are forgotten."""
        self._count(at, -1)

    def forget(self, at: int) -> None:
        """Forget the terms of a row that was dropped."""
        self._rows[at] = b""

    def weigh(self, anew: bool) -> bool:
        """Weigh terms by the rows there are now, if a twentieth of these has changed, and say whether it was so.

        With `anew`, if any has changed, and all rows are measured anew: this takes time where there are many.
        """
        due = self._changes > (0 if anew else self._size / 20)
        if due:
            self.weights, self._changes = self._fresh_weights(), 0
        if due and anew:
            self._lengths[:] = UNKNOWN
        return due

    def thin(self) -> None:
        """Let no row keep what is too common now, which is passed over for good: more than half of all there is."""
        if self._common < 1 and self._size > MANY and self._passed is None:
            self._passed = self._having > self._common * self._size
            self._rows = [self._thinned(row) for row in self._rows]
            self._said[self._passed] = 0.0
            self._having[self._passed] = 0
            self._everything, self._kinds = float(self._said.sum()), int(np.count_nonzero(self._having))

    def weight(self, key: int) -> float:
        """Return how much a term weighs by its rarity among the rows."""
        return float(self.weights[key])

    def worth(self, at: int) -> float:
        """Return what all terms of a row are worth together."""
        return float(self._worths[np.frombuffer(self._rows[at], dtype=np.uint32) >> BITS].sum())

    def said(self, keys: Keys) -> Floats:
        """Return what each of these terms is worth in all rows together."""
        return self._said[keys]

    def all_said(self) -> tuple[float, int]:
        """Return what all terms are worth in all rows together, and how many terms there are."""
        return self._everything, self._kinds

    def passed(self, keys: Keys) -> NDArray[np.bool_]:
        """Say which of these terms are passed over."""
        return self._passed[keys] if self._passed is not None else np.zeros(len(keys), dtype=np.bool_)

    def having(self, keys: Keys) -> NDArray[np.int32]:
        """Return how many rows have each of these terms."""
        return self._having[keys]

    def row(self, at: int) -> Row:
        """Return a row as it was added, but for what is passed over."""
        packed = np.frombuffer(self._rows[at], dtype=np.uint32)
        levels = packed >> BITS
        counted = self._worths is TIMES
        return _keys(packed).astype(np.int32), (
            levels.astype(np.uint8) if counted else STEPS[levels].astype(np.float32)
        )

    def gathered(self, places: Sequence[int]) -> Gathered:
        """Return the rows at these places end to end."""
        rows = [self._rows[at] for at in places]
        packed = np.frombuffer(b"".join(rows), dtype=np.uint32)
        sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows)) // packed.itemsize
        return Gathered(_keys(packed), self._worths[packed >> BITS], sizes)

    def looked_up(self, rows: Gathered, keys: Keys, values: Floats) -> Floats:
        """Return for each term of these rows, end to end, its value among some terms; 0 for those not among them."""
        self._spread[keys] = values
        found: Floats = self._spread[rows.keys]
        self._spread[keys] = 0.0
        return found

    def shares(self, places: Sequence[int], rows: Gathered) -> Floats:
        """Return what makes each of these rows, given end to end, one long: 1 / its length; 0 for an empty one.

        A row's length goes by what terms weighed when it was first asked for.
        """
        which = np.asarray(places, dtype=np.int64)
        if (self._lengths[which] == UNKNOWN).any():
            measured = np.sqrt(rows.sums((rows.worth * self.weights[rows.keys]) ** 2))
            self._lengths[which] = np.where(self._lengths[which] == UNKNOWN, measured, self._lengths[which])
        lengths = self._lengths[which]
        return np.divide(1.0, lengths, out=np.zeros(len(lengths)), where=lengths > 0)

    def _count(self, at: int, more: int) -> None:
        packed = np.frombuffer(self._rows[at], dtype=np.uint32)
        keys, worths = _keys(packed), self._worths[packed >> BITS]
        had = np.count_nonzero(self._having[keys])
        self._having[keys] += more
        self._said[keys] += more * worths
        self._everything += more * float(worths.sum())
        self._kinds += int(np.count_nonzero(self._having[keys]) - had)
        self._size += more
        self._changes += 1

    def _fresh_weights(self) -> Floats:
        weights = rarity(self._size, self._having) if self._rare else np.ones(SPACE)
        if self._common < 1 and self._size > MANY:
            weights[self._having > self._common * self._size] = 0.0
        if self._passed is not None:
            weights[self._passed] = 0.0
        return weights

    def _packed(self, row: Row) -> bytes:
        keys, values = row
        levels = values.astype(np.uint32)
        if values.dtype != np.uint8:
            self._worths = STEPS
            steps: Floats = np.rint(np.clip(values, -1, 1).astype(np.float64) * (LEVELS / 2 - 1))
            levels = (steps + LEVELS / 2).astype(np.uint32)
        return self._thinned(((levels << BITS) | keys.astype(np.uint32)).tobytes())

    def _thinned(self, row: bytes) -> bytes:
        if self._passed is None:
            return row
        packed = np.frombuffer(row, dtype=np.uint32)
        return packed[~self._passed[_keys(packed)]].tobytes()


def _keys(packed: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return packed & np.uint32(SPACE - 1)
