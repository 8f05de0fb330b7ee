"""How alike reports are: words, parts of words, parties, the named rule, what the rule catalogue sees in the text, and
what it is about.

Words weigh by how rare they are (TF-IDF); words and parts of words count most, the other parts support
them. How the weights were chosen, and how well they do, stands in `docs/grouping.md`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from deviations.domain import parties
from deviations.domain.concepts import concepts
from deviations.domain.facts import Fact, RuleCard
from deviations.domain.rows import SPACE, Floats, Keys, Row, Rows, rarity, worth
from deviations.domain.words import SHIPPED, Lexicon, meanings, terms, tokens

BLOCKS = ("words", "parts", "parties", "hint", "catalogue", "concepts")
"""What reports are compared by: words, parts of words, parties, the named rule, what the catalogue sees, concepts."""

WEIGHTS: tuple[float, ...] = (0.6, 1.0, 0.2, 0.3, 0.15, 0.5)
"""Weight of each block: words, parts of words, parties, named rule, catalogue, concepts."""

RARITY: tuple[bool, ...] = (True, True, True, True, False, True)
"""Which blocks weigh a term by how rare it is; the catalogue's own numbers already say how sure they are."""

PARTS = 1
"""Which block holds the parts of words."""

NEAR = 0.1
"""How alike neighbours are at least when they pull with full strength; those of a lonely report pull less."""

COMMON = 0.05
"""Among many reports, parts of words that more than this share of them have are passed over. Measured on 30,000: four
times as quick, and a little better.
"""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one report is compared by."""

    id: str
    blocks: tuple[Row, ...] = field(repr=False)

    @property
    def says_something(self) -> bool:
        """Whether there is a word or a rule to compare by; parties alone make nobody alike."""
        return len(self.blocks[0][0]) > 0


class Catalogue:
    """The rule catalogue as knowledge: which rules a text points to, by its words and by the lexicon."""

    def __init__(self, cards: Sequence[RuleCard] = (), lexicon: Lexicon = SHIPPED) -> None:
        """Read the cards once; an empty catalogue is allowed and points nowhere. Texts are read by its lexicon."""
        self.cards, self.lexicon = tuple(cards), lexicon
        self.codes = tuple(card.code for card in cards)
        self.names = {card.code: card.name for card in cards}
        self._at = {code: at for at, code in enumerate(self.codes)}
        analysed = [terms(f"{c.name}\n{c.name}\n{c.description}\n{c.barrier}", lexicon) for c in cards]
        self.words = tuple(frozenset(term.stem for term in card) for card in analysed)
        self._cards = _Cards([damped(term.stem for term in card) for card in analysed])

    def likeness(self, stems: Iterable[str]) -> Floats:
        """Return how alike the words are to each card, in the catalogue's order (0-1)."""
        return self._cards.similarities(damped(stems))

    def row(self, stems: Iterable[str]) -> Row:
        """Return the catalogue block of a report.

        Its ten nearest rules, nearest first, with their squared likeness.
        """
        alike = self.likeness(stems)
        nearest = [at for at in np.argsort(-alike, kind="stable")[:10] if alike[at] > 0]
        return np.array(nearest, dtype=np.int32), (alike[nearest] ** 2).astype(np.float32)


class _Cards:
    """The cards of the catalogue as one small full matrix: every report is compared with them all."""

    def __init__(self, rows: Sequence[Row]) -> None:
        having = _having(rows)
        used = np.flatnonzero(having)
        self._weights = rarity(len(rows), having)
        self._place = np.full(SPACE, len(used))
        self._place[used] = np.arange(len(used))
        self._units = np.zeros((len(rows), len(used) + 1))  # the last column is for words that no card has
        for at, (keys, values) in enumerate(rows):
            self._units[at, self._place[keys]] = _unit(worth(values) * self._weights[keys])

    def similarities(self, row: Row) -> Floats:
        """Return the cosine of a text with every card."""
        found: Floats = self._units[:, self._place[row[0]]] @ _unit(worth(row[1]) * self._weights[row[0]])
        return found


def _unit(values: Floats) -> Floats:
    return values / (np.sqrt(values @ values) or 1.0)


def _having(rows: Sequence[Row]) -> NDArray[np.int64]:
    """How many of the rows have each term."""
    return np.bincount(np.concatenate([np.zeros(0, dtype=np.int32), *(keys for keys, _ in rows)]), minlength=SPACE)


class Index:
    """One block of some reports, to be compared with each other: what grouping needs."""

    def __init__(self, rows: Sequence[Row], rare: bool) -> None:
        """Take the reports' rows; `rare` says whether terms weigh by how rare they are."""
        self._rows = rows
        self._weights = rarity(len(rows), _having(rows)) if rare else np.ones(SPACE)

    def among(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Return the cosine of some rows with each other, a thousand at a time to spare memory."""
        matrix = self._matrix([self._rows[at] for at in rows])
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

    def _matrix(self, rows: Sequence[Row]) -> sparse.csr_array:
        ends = np.cumsum([0, *(len(keys) for keys, _ in rows)])
        keys = np.concatenate([np.zeros(0, dtype=np.int32), *(keys for keys, _ in rows)])
        data = np.concatenate([np.zeros(0), *(worth(values) for _, values in rows)]) * self._weights[keys]
        owner = np.repeat(np.arange(len(rows)), np.diff(ends))
        lengths = np.sqrt(np.bincount(owner, weights=data * data, minlength=len(rows)))
        units = data / np.where(lengths > 0, lengths, 1)[owner]
        return sparse.csr_array((units, keys, ends), shape=(len(rows), SPACE))


def profile(fact: Fact, catalogue: Catalogue) -> Profile:
    """Analyse one report once, for every comparison it will take part in."""
    return Profile(fact.id, rows(fact, catalogue))


def rows(fact: Fact, catalogue: Catalogue) -> tuple[Row, ...]:
    """Return what one report is compared by: its row of each block."""
    text = tokens(f"{fact.title}\n{fact.title}\n{fact.body}")
    hint = tokens(" ".join(filter(None, (fact.rule_hint, catalogue.names.get(fact.rule or "", fact.rule or "")))))
    found, hinted = meanings(text, catalogue.lexicon), meanings(hint, catalogue.lexicon)
    stems = [term.stem for term in (*found, *hinted)]
    named = parties.codes(fact.agencies)
    return (
        damped(stems),
        damped_parts([*text, *(term.stem for term in found if term.entry is not None)]),
        damped({*named, *(parties.whole(code) for code in named)}),
        damped_parts(hint),
        catalogue.row(stems),
        damped(concepts([*text, *hint])),
    )


def damped(words: Iterable[str]) -> Row:
    """Count words, keyed by a hash that is the same on every machine and in every run."""
    return _counted(np.array([column(word) for word in words], dtype=np.int32))


def damped_parts(words: Iterable[str]) -> Row:
    """Count all runs of 3-5 characters of words with their borders: compounds, endings, slips of the pen."""
    found = [_parts(word.casefold()) for word in words]
    return _counted(np.concatenate(found) if found else np.zeros(0, dtype=np.int32))


@lru_cache(maxsize=200_000)
def column(word: str) -> int:
    """Return the column of a word."""
    return crc32(word.encode("utf-8", "surrogatepass")) % SPACE


@lru_cache(maxsize=50_000)
def _parts(word: str) -> Keys:
    edged = f" {word[:60]} ".encode("utf-32-le", "surrogatepass")
    length = len(edged) // 4
    runs = ((at, at + size) for size in (3, 4, 5) for at in range(length - size + 1))
    return np.array([crc32(edged[4 * start : 4 * end]) % SPACE for start, end in runs], dtype=np.int32)


def _counted(columns: Keys) -> Row:
    if not len(columns):
        return columns, np.zeros(0, dtype=np.uint8)
    ordered = np.sort(columns)
    starts = np.flatnonzero(np.diff(ordered, prepend=np.int32(-1)))
    count = np.diff(starts, append=len(ordered))
    return ordered[starts], np.minimum(count, 255).astype(np.uint8)


def blocks() -> tuple[Rows, ...]:
    """Return an empty block of each kind, to be filled with reports as they come and go."""
    return tuple(Rows(rare, COMMON if block == PARTS else 1.0) for block, rare in enumerate(RARITY))


def indexes(profiles: Sequence[Profile]) -> tuple[Index, ...]:
    """Return one index for each block of the reports."""
    return tuple(Index([one.blocks[block] for one in profiles], rare) for block, rare in enumerate(RARITY))


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
