"""What many reports say together, barrier by barrier, held term by term.

For each owner (a barrier, or one unplaced report) the sum of its rows, each made one long. A question then reads only
what it has in common with the owners, and the mean cosine to a barrier's reports costs no more for a thousand reports
than for one. Sums are linear: whoever comes, moves or goes is added or taken away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from deviations.domain.rows import SPACE, Floats, Gathered, Keys, Row, Rows, worth

Terms = tuple[Keys, Floats]
"""Some terms of a question, and what each gives to a row that has it: worth there, weighed twice, by its length."""

Change = tuple[int, int]
"""The number of an owner and the place of a row that came to it or went."""

TOGETHER = 25_000
"""So many rows are summed together: all as one would need several times the memory."""

LARGEST = 12_000_000
"""A part of the sums is turned term by term when it has so many numbers."""

WAITING = 250
"""So many rows are compared one by one before they are summed with the others."""

NOTHING = 1e-5
"""What is less is left of what was added and taken away again."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One block of a question: its terms, what each is worth there, and what each gives to the cosine with a row.

    `apart` marks the terms that too few rows have for anybody to be told of.
    """

    keys: Keys
    worth: Floats
    gives: Floats
    apart: NDArray[np.bool_]

    def terms(self, *, apart: bool) -> Terms:
        """Return only those that are kept apart, or only the others, with what they give to a cosine."""
        which = (self.apart == apart) & (self.gives != 0)
        return self.keys[which], self.gives[which]


class Question:
    """A row of each block, ready to be compared."""

    def __init__(self, blocks: Sequence[Rows], rows: Sequence[Row], below: int = 0) -> None:
        """Take the rows; terms that fewer than `below` rows have are kept apart."""
        self.blocks = [_asking(block, row, below) for block, row in zip(blocks, rows, strict=True)]
        self.guarded = any(bool(one.apart.any()) for one in self.blocks)

    def terms(self, *, apart: bool = False) -> list[Terms]:
        """Return what each block's terms give to a cosine: those that are kept apart, or the others."""
        return [one.terms(apart=apart) for one in self.blocks]

    def whole(self) -> list[Terms]:
        """Return what all terms give to a cosine."""
        return [(one.keys, one.gives) for one in self.blocks]


def _asking(block: Rows, row: Row, below: int) -> Asking:
    stays = ~block.passed(row[0])
    keys, worths = row[0][stays], worth(row[1])[stays]
    weights = block.weights[keys]
    gives = worths * weights
    gives *= weights / (np.sqrt(gives @ gives) or 1.0)
    return Asking(keys, worths, gives, block.having(keys) < below)


@dataclass(frozen=True, slots=True)
class _Part:
    """For each block a line for each term: the sums of the owners from `first` on."""

    first: int
    blocks: tuple[sparse.csr_array, ...]

    @property
    def size(self) -> int:
        return sum(block.nnz for block in self.blocks)


class Sums:
    """For each owner and block the sum of its rows, each made one long."""

    def __init__(self, blocks: Sequence[Rows], *, units: bool) -> None:
        """Start with no owner; the rows are kept by the blocks. With `units` each row is made one long before."""
        self._blocks, self._units = blocks, units
        self._parts: list[_Part] = []
        self._waiting: dict[Change, int] = {}
        self._gathered: list[Gathered] | None = None
        self._totals = np.zeros((len(blocks), 0))
        self.size = 0

    def owner(self) -> int:
        """Return the number of a new owner."""
        self.size += 1
        if self._totals.shape[1] < self.size:
            self._totals = np.pad(self._totals, ((0, 0), (0, self.size + 100)))
        return self.size - 1

    def put(self, owner: int, at: int, more: int) -> None:
        """Add the row at a place to an owner (`more` is 1), or take it away (-1)."""
        left = self._waiting.pop((owner, at), 0) + more
        if left:
            self._waiting[owner, at] = left
        self._gathered = None
        if not self._units:
            self._totals[:, owner] += [more * block.worth(at) for block in self._blocks]

    def totals(self, block: int) -> Floats:
        """Return for each owner the sum of all its terms in a block."""
        return self._totals[block, : self.size].copy()

    @property
    def waiting(self) -> set[int]:
        """The places of rows that have come or gone and are not summed with the others."""
        return {at for _, at in self._waiting}

    def ask(self, terms: Sequence[Terms]) -> Floats:
        """Return, for each block and owner, the sum of the cosines of a question with the owner's rows."""
        out = np.zeros((len(self._blocks), self.size))
        for part in self._parts:
            for block, (keys, values) in enumerate(terms):
                sums = part.blocks[block]
                if len(keys) and sums.nnz:
                    found = sums[keys].T @ values.astype(np.float32)
                    out[block, part.first : part.first + len(found)] += found
        if self._parts:
            out[np.abs(out) < NOTHING] = 0.0
        if self._waiting:
            owners, signs = self._owners(self._waiting), np.fromiter(self._waiting.values(), dtype=np.float64)
            for block, found in enumerate(self._one_by_one(terms)):
                out[block] += np.bincount(owners, weights=signs * found, minlength=self.size)
        return out

    def lines(self, block: int, keys: Keys) -> NDArray[np.float32]:
        """Return the sums of some terms of a block: a line for each term, a column for each owner."""
        out = np.zeros((len(keys), self.size), dtype=np.float32)
        for part in self._parts:
            sums = part.blocks[block]
            out[:, part.first : part.first + sums.shape[1]] += sums[keys].toarray()
        if self._waiting:
            rows, signs = self._gathered_waiting()[block], np.fromiter(self._waiting.values(), dtype=np.float64)
            out += lines(self._blocks[block], rows, keys, self._owners(self._waiting), self.size, signs)
        return np.maximum(out, 0.0, out=out)

    def _gathered_waiting(self) -> list[Gathered]:
        if self._gathered is None:
            places = [at for _, at in self._waiting]
            self._gathered = [block.gathered(places) for block in self._blocks]
        return self._gathered

    def _one_by_one(self, terms: Sequence[Terms]) -> Floats:
        return cosines(self._blocks, [at for _, at in self._waiting], terms, self._gathered_waiting())

    def fold(self) -> None:
        """Sum what waits with the others, where that is much: parts grow like powers of two, so each row is summed
        again few times only.
        """
        if len(self._waiting) < WAITING:
            return
        self._parts.append(_turned([self._by_owner(sorted(self._waiting.items()), 0, self.size)]))
        self._waiting, self._gathered = {}, None
        while len(self._parts) > 1 and self._parts[-2].first == 0 and self._parts[-2].size < 2 * self._parts[-1].size:
            last, before = self._parts.pop(), self._parts.pop()
            self._parts.append(_Part(0, tuple(map(_added, before.blocks, last.blocks))))

    def build(self, changes: Iterable[Change]) -> None:
        """Forget all sums and sum these anew: owners and the places of their rows."""
        self._parts, self._waiting, self._gathered = [], {}, None
        held: list[_Part] = []
        for portion, first, end in _portions(sorted(changes), self.size):
            held.append(self._by_owner([(change, 1) for change in portion], first, end))
            self._totals[:, first:end] = [block.sum(axis=1) for block in held[-1].blocks]
            if end == self.size or sum(part.size for part in held) > LARGEST:
                self._parts.append(_turned(held))
                held = []

    def _by_owner(self, changes: Sequence[tuple[Change, int]], first: int, end: int) -> _Part:
        """A line for each owner: what is added to its sum."""
        places = [at for (_, at), _ in changes]
        signs = np.array([sign for _, sign in changes], dtype=np.float32)
        owners = self._owners(change for change, _ in changes) - first
        where = owners.astype(np.int32), np.arange(len(places), dtype=np.int32)
        lines = sparse.csr_array((signs, where), shape=(end - first, len(places)))
        return _Part(first, tuple(lines @ matrix(block, places, self._units) for block in self._blocks))

    def _owners(self, changes: Iterable[Change]) -> NDArray[np.int64]:
        return np.fromiter((owner for owner, _ in changes), dtype=np.int64)


def lines(
    block: Rows, rows: Gathered, keys: Keys, owners: NDArray[np.int64], size: int, signs: Floats | None = None
) -> Floats:
    """Return what some terms are worth in rows: a line for each term, and a column for each of `size` owners, in which
    their rows are summed up.
    """
    places = block.looked_up(rows, keys, np.arange(1.0, len(keys) + 1))
    found = np.flatnonzero(places)
    each = np.repeat(np.arange(len(rows.sizes)), rows.sizes)[found]
    worths = rows.worth[found] if signs is None else rows.worth[found] * signs[each]
    cells = (places[found].astype(np.int64) - 1) * size + owners[each]
    summed = np.bincount(cells, weights=worths, minlength=len(keys) * size)
    return np.asarray(summed, dtype=np.float64).reshape(len(keys), size)


def matrix(block: Rows, places: Sequence[int], units: bool) -> sparse.csr_array:
    """Return rows as a matrix of what their terms are worth, not weighed; with `units`, by each row's length."""
    rows = block.gathered(places)
    data = rows.worth.astype(np.float32)
    if units:
        data *= np.repeat(block.shares(places, rows).astype(np.float32), rows.sizes)
    ends = np.concatenate([[0], np.cumsum(rows.sizes)]).astype(np.int32)
    return sparse.csr_array((data, rows.keys.astype(np.int32), ends), shape=(len(places), SPACE))


def cosines(
    blocks: Sequence[Rows],
    places: Sequence[int],
    terms: Sequence[Terms],
    gathered: Sequence[Gathered] | None = None,
) -> Floats:
    """Return, for each block and place, the cosine of a question with the row there."""
    out = np.zeros((len(blocks), len(places)))
    for at, (block, (keys, values)) in enumerate(zip(blocks, terms, strict=True)):
        if len(keys) and len(places):
            rows = gathered[at] if gathered is not None else block.gathered(places)
            given = block.looked_up(rows, keys, values)
            out[at] = rows.sums(rows.worth * given) * block.shares(places, rows)
    return out


def _portions(changes: Sequence[Change], size: int) -> Iterator[tuple[Sequence[Change], int, int]]:
    """Changes in the owners' order with the owners they are for, from the first to before the last; all rows of an
    owner in the same portion.
    """
    start = first = 0
    while start < len(changes):
        stop = min(start + TOGETHER, len(changes))
        while stop < len(changes) and changes[stop][0] == changes[stop - 1][0]:
            stop += 1
        end = changes[stop][0] if stop < len(changes) else size
        yield changes[start:stop], first, end
        start, first = stop, end


def _turned(parts: Sequence[_Part]) -> _Part:
    """Parts of owners that follow each other, a line for each owner, as one with a line for each term."""
    blocks = zip(*(part.blocks for part in parts), strict=True)
    return _Part(parts[0].first, tuple(sparse.vstack(block, format="csr").T.tocsr() for block in blocks))


def _added(one: sparse.csr_array, other: sparse.csr_array) -> sparse.csr_array:
    width = max(one.shape[1], other.shape[1])
    for part in (one, other):
        part.resize((SPACE, width))
    total = (one + other).tocsr()
    total.data[np.abs(total.data) < NOTHING] = 0
    total.eliminate_zeros()
    return total
