"""How alike reports are: words, parts of words, parties, the named rule and what the rule catalogue sees in the text.

Words weigh by how rare they are (TF-IDF); words and parts of words count alike, parties, rule and catalogue support
them. How the weights were chosen, and how well they do, stands in `docs/grouping.md`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from deviations.domain import parties
from deviations.domain.facts import Fact, RuleCard
from deviations.domain.words import Term, terms, tokens

SPACE = 1 << 18
"""Terms are hashed into this many columns, so that no vocabulary has to be kept or rebuilt."""

WEIGHTS: tuple[float, ...] = (1.0, 1.0, 0.2, 0.3, 0.15)
"""Weight of each block: words, parts of words, parties, named rule, catalogue."""

RARITY: tuple[bool, ...] = (True, True, True, True, False)
"""Which blocks weigh a term by how rare it is; the catalogue's own numbers already say how sure they are."""

NEAR = 0.1
"""How alike neighbours are at least when they pull with full strength; those of a lonely report pull less."""

Row = tuple[NDArray[np.int64], NDArray[np.float64]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profile:
    """What one report is compared by, and what a reason for its company can name."""

    id: str
    blocks: tuple[Row, ...] = field(repr=False)
    rule: str | None
    step: str
    parties: frozenset[str]
    written: Mapping[str, str] = field(repr=False)
    pointed: tuple[str, ...]

    @property
    def says_something(self) -> bool:
        """Whether there is a word or a rule to compare by; parties alone make nobody alike."""
        return len(self.blocks[0][0]) > 0


class Catalogue:
    """The rule catalogue as knowledge: which rules a text points to, by its words and by the lexicon."""

    def __init__(self, cards: Sequence[RuleCard] = ()) -> None:
        """Read the cards once; an empty catalogue is allowed and points nowhere."""
        self.codes = tuple(card.code for card in cards)
        self.names = {card.code: card.name for card in cards}
        self._at = {code: at for at, code in enumerate(self.codes)}
        analysed = [terms(f"{c.name}\n{c.name}\n{c.description}\n{c.barrier}") for c in cards]
        self.words = tuple(frozenset(term.stem for term in card) for card in analysed)
        self._index = Index(rarity=True)
        for card in analysed:
            self._index.add(damped(term.stem for term in card))

    def likeness(self, stems: Iterable[str]) -> Floats:
        """Return how alike the words are to each card, in the catalogue's order (0-1)."""
        return self._index.similarities(damped(stems)) if self.codes else np.zeros(0)

    def points(self, found: Sequence[Term]) -> Floats:
        """Return how strongly the lexicon ties the terms to each rule.

        A term of one rule says more than one of four.
        """
        out = np.zeros(len(self.codes))
        for entry in {term.entry for term in found if term.entry is not None}:
            for code in entry.rules:
                if code in self._at:
                    out[self._at[code]] += 1 / len(entry.rules)
        return out

    def row(self, stems: Iterable[str]) -> Row:
        """Return the catalogue block of a report.

        Its ten nearest rules, nearest first, with their squared likeness.
        """
        alike = self.likeness(stems)
        nearest = [at for at in np.argsort(-alike, kind="stable")[:10] if alike[at] > 0]
        return np.array(nearest, dtype=np.int64), alike[nearest] ** 2


class Index:
    """One block of many reports: unit vectors that can be added to one by one and compared with all at
    once.

    A new row is weighed with the rarity of the last refresh; the refresh comes by itself when the rows have
    grown by a twentieth, so that adding stays cheap however many there are.
    """

    def __init__(self, rarity: bool) -> None:
        """Start empty; `rarity` says whether terms weigh by how rare they are."""
        self._rarity = rarity
        self._rows: list[Row] = []
        self._df = np.zeros(SPACE)
        self._weights = np.ones(SPACE)
        self._fitted: sparse.csr_array | None = None
        self._tail: sparse.csr_array | None = None
        self._scratch = np.zeros(SPACE)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Row) -> None:
        """Add one report as the last row."""
        self._rows.append(row)
        self._df[row[0]] += 1
        self._tail = None

    def similarities(self, row: Row) -> Floats:
        """Return the cosine of one more report with every row, in the order they were added."""
        self._refresh()
        keys, values = row[0], row[1] * self._weights[row[0]]
        values = values / (math.sqrt(float(values @ values)) or 1.0)
        self._scratch[keys] = values
        rows = (part for part in (self._fitted, self._tail) if part is not None and part.shape[0])
        found = [part @ self._scratch for part in rows]
        self._scratch[keys] = 0.0
        return np.concatenate(found) if found else np.zeros(0)

    def among(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Return the cosine of some rows with each other, a thousand at a time to spare memory."""
        self._refresh()
        matrix = self._matrix([self._rows[at] for at in rows], self._weights)
        used, columns = np.unique(matrix.indices, return_inverse=True)
        narrow = sparse.csr_array((matrix.data, columns, matrix.indptr), shape=(len(rows), max(len(used), 1)))
        spread = np.bincount(columns, minlength=narrow.shape[1])
        common = np.flatnonzero(spread > max(50, len(rows) // 20))
        # What nearly everyone has is quicker to multiply as a full matrix, the rest as a sparse one.
        full = narrow[:, common].astype(np.float32).toarray()
        rare = narrow[:, np.setdiff1d(np.arange(narrow.shape[1]), common)].astype(np.float32).tocsr()
        turned = rare.T.tocsr()
        out = full @ full.T
        for start in range(0, len(rows), 1000):
            out[start : start + 1000] += (rare[start : start + 1000] @ turned).toarray()
        return np.asarray(out, dtype=np.float32)

    def weight(self, key: int) -> float:
        """Return how much a term weighs by its rarity among the rows."""
        return float(self._weights[key])

    def _refresh(self) -> None:
        fitted = 0 if self._fitted is None else self._fitted.shape[0]
        if self._fitted is None or len(self) > 1.05 * fitted + 8:
            self._weights = self._fresh_weights()
            self._fitted = self._matrix(self._rows, self._weights)
            fitted, self._tail = len(self), None
        if self._tail is None:
            self._tail = self._matrix(self._rows[fitted:], self._weights)

    def _fresh_weights(self) -> Floats:
        """ln((1 + n) / (1 + df)) + 1, the smoothed inverse document frequency."""
        return np.log((1 + len(self)) / (1 + self._df)) + 1 if self._rarity else np.ones(SPACE)

    def _matrix(self, rows: Sequence[Row], weights: Floats) -> sparse.csr_array:
        ends = np.cumsum([0, *(len(keys) for keys, _ in rows)])
        keys = np.concatenate([keys for keys, _ in rows]) if rows else np.zeros(0, dtype=np.int64)
        data = (np.concatenate([values for _, values in rows]) if rows else np.zeros(0)) * weights[keys]
        owner = np.repeat(np.arange(len(rows)), np.diff(ends))
        lengths = np.sqrt(np.bincount(owner, weights=data * data, minlength=len(rows)))
        units = data / np.where(lengths > 0, lengths, 1)[owner]
        return sparse.csr_array((units, keys, ends), shape=(len(rows), SPACE))


def profile(fact: Fact, catalogue: Catalogue) -> Profile:
    """Analyse one report once, for every comparison it will take part in."""
    hint = " ".join(filter(None, (fact.rule_hint, catalogue.names.get(fact.rule or "", fact.rule or ""))))
    text = f"{fact.title}\n{fact.title}\n{fact.body}"
    found = terms(text)
    hinted = terms(hint)
    stems = [term.stem for term in (*found, *hinted)]
    spelled_out = [term.stem for term in found if term.entry is not None]
    named = parties.codes(fact.agencies)
    pointed = catalogue.row(stems)
    return Profile(
        id=fact.id,
        blocks=(
            damped(stems),
            damped_parts([*tokens(text), *spelled_out]),
            damped({*named, *(parties.whole(code) for code in named)}),
            damped_parts(tokens(hint)),
            pointed,
        ),
        rule=fact.rule,
        step=fact.step,
        parties=frozenset((*named, *parties.mentioned(text))),
        written={term.stem: term.written for term in reversed((*found, *hinted))},
        pointed=tuple(catalogue.codes[at] for at in pointed[0][:3]),
    )


def damped(words: Iterable[str]) -> Row:
    """Count words as 1 + ln(count), keyed by a hash that is the same on every machine and in every run."""
    return _counted(np.array([column(word) for word in words], dtype=np.int64))


def damped_parts(words: Iterable[str]) -> Row:
    """Count all runs of 3-5 characters of words with their borders: compounds, endings, slips of the pen."""
    found = [_parts(word.casefold()) for word in words]
    return _counted(np.concatenate(found) if found else np.zeros(0, dtype=np.int64))


@lru_cache(maxsize=200_000)
def column(word: str) -> int:
    """Return the column of a word."""
    return crc32(word.encode("utf-8", "surrogatepass")) % SPACE


@lru_cache(maxsize=50_000)
def _parts(word: str) -> NDArray[np.int64]:
    edged = f" {word[:60]} ".encode("utf-32-le", "surrogatepass")
    length = len(edged) // 4
    runs = ((at, at + size) for size in (3, 4, 5) for at in range(length - size + 1))
    return np.array([crc32(edged[4 * start : 4 * end]) % SPACE for start, end in runs], dtype=np.int64)


def _counted(columns: NDArray[np.int64]) -> Row:
    keys, count = np.unique(columns, return_counts=True)
    return keys, 1.0 + np.log(count)


def likeness(blocks: Sequence[Index], one: Profile) -> Floats:
    """Return the similarity (0-1) of one report with every row: the weighed mean over the blocks."""
    found = (index.similarities(counts) for index, counts in zip(blocks, one.blocks, strict=True))
    weighed = [weight * cosines for weight, cosines in zip(WEIGHTS, found, strict=True)]
    return np.asarray(np.sum(weighed, axis=0) / sum(WEIGHTS), dtype=np.float64)


def indexes(profiles: Iterable[Profile]) -> tuple[Index, ...]:
    """Return one index for each block of the reports."""
    made = tuple(Index(rarity) for rarity in RARITY)
    for one in profiles:
        for index, counts in zip(made, one.blocks, strict=True):
            index.add(counts)
    return made


def among(blocks: Sequence[Index], rows: Sequence[int]) -> NDArray[np.float32]:
    """Return the similarity of some reports with each other as a square matrix."""
    total = np.zeros((len(rows), len(rows)), dtype=np.float32)
    for weight, block in zip(WEIGHTS, blocks, strict=True):
        total += np.float32(weight / sum(WEIGHTS)) * block.among(rows)
    return total


def smoothed(likeness: NDArray[np.float32], neighbours: int = 8, share: float = 0.5) -> NDArray[np.float32]:
    """Draw reports with the same neighbours together: T S T', T moves `share` of each row to its nearest
    neighbours.

    Two reports about one barrier may share few words, but they share the reports that they are both alike.
    """
    size = len(likeness)
    neighbours = min(neighbours, size - 1)
    if neighbours < 1:
        return likeness
    others = likeness.copy()
    np.fill_diagonal(others, -1)
    nearest = np.argpartition(-others, neighbours - 1, axis=1)[:, :neighbours]
    rows = np.repeat(np.arange(size), neighbours)
    pull = np.clip(others[rows, nearest.ravel()], 0, None)
    sums = np.bincount(rows, weights=pull, minlength=size)
    weights = share * pull / np.maximum(sums, neighbours * NEAR)[rows]
    own = 1 - np.bincount(rows, weights=weights, minlength=size)
    turn = sparse.csr_array((weights.astype(np.float32), (rows, nearest.ravel())), shape=(size, size))
    turn = (turn + sparse.diags_array(own.astype(np.float32))).tocsr()
    half = turn @ likeness
    whole = turn @ np.ascontiguousarray(half.T)
    return np.asarray((whole + whole.T) / 2, dtype=np.float32)
