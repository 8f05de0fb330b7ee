"""The barriers that a report may be about, and the numbers by which each is judged.

How likely each barrier's reports are to say what the report says is known for all barriers at once; only the best of
them are looked at report by report.

Whoever may not read a report cannot ask, word by word, what stands in it: what fewer than enough reports say counts
only as far as it stands in a report that she may read.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deviations.domain import scoring
from deviations.domain.likelihood import likelihoods, more
from deviations.domain.memory import Memory
from deviations.domain.postings import NOTHING, Question, Terms, cosines
from deviations.domain.rows import Floats
from deviations.domain.similarity import BLOCKS, WEIGHTS

POOL = 30
"""So many barriers are looked at report by report."""

KEPT, KEPT_AMONG_MANY, MANY_BARRIERS = 40, 12, 2_000
"""So many of the latest reports of a barrier are looked at one by one; fewer where there are many barriers."""

Readable = Callable[[Collection[str]], Collection[str]]
"""Which of some reports, by id, the person who asks may read."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Barriers by number: how many reports each has, and for every block how likely these are to say what is asked.

    `told` are the places of the reports that say what is kept apart, and that may be read; `own` is the place of the
    report that is asked about.
    """

    numbers: Places
    counts: Places
    likely: Floats
    told: tuple[int, ...]
    own: int | None

    def only(self, which: Sequence[int]) -> "Candidates":
        """Return some of them, in this order."""
        at = np.array(which, dtype=np.int64)
        return Candidates(self.numbers[at], self.counts[at], self.likely[:, at], self.told, self.own)


def look(memory: Memory, question: Question, own: int | None, readable: Readable, pool: int = POOL) -> Candidates:
    """Return the barriers that are most likely to say what is asked, all blocks together; at most `pool`.

    The report that is asked about, at the place `own`, does not speak for its own barrier.
    """
    counts = np.fromiter(map(len, memory.members), dtype=np.int64, count=len(memory.members))
    if own is not None and memory.home(own) >= 0:
        counts[memory.home(own)] -= 1
    mu = [scoring.MU[f"lm_{block}"] for block in BLOCKS]
    likely = likelihoods(memory, question.blocks, mu, own)
    told = _told(memory, question, own, readable) if question.guarded else ()
    if told:
        likely += more(memory, question.blocks, mu, own, told)
    known = np.flatnonzero(counts)
    numbers = known[largest(likely.sum(axis=0)[known], pool)]
    return Candidates(numbers, counts[numbers], likely[:, numbers], told, own)


def values(memory: Memory, question: Question, found: Candidates) -> Floats:
    """Return the numbers by which barriers are judged: a line for each, a column for each of `scoring.FEATURES`.

    `lm_` is how likely a block is there, `best_` its largest cosine with one of the latest reports, `ln_members` the
    logarithm of how many reports there are.
    """
    best = {name.removeprefix("best_") for name in scoring.FEATURES if name.startswith("best_")}
    beside = latest(memory, question, found, only=best).cosines.max(axis=2, initial=0.0)
    columns = {"ln_members": np.log(np.maximum(found.counts, 1))}
    for at, block in enumerate(BLOCKS):
        columns |= {f"lm_{block}": found.likely[at], f"best_{block}": beside[at]}
    return np.stack([columns[name] for name in scoring.FEATURES], axis=1)


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest reports of barriers: a line with their places for each, filled up with -1, and the same for every
    block with their cosines, filled up with 0.
    """

    places: Places
    cosines: Floats

    @property
    def alike(self) -> Floats:
        """How alike each report is, over all blocks."""
        return weighed(self.cosines)


def latest(
    memory: Memory,
    question: Question,
    found: Candidates,
    most: int | None = None,
    only: Collection[str] = BLOCKS,
) -> Latest:
    """Return the latest reports of these barriers, at most so many of each, and how alike each is in some blocks."""
    members = [latest_of(memory, number, found.own, most) for number in found.numbers.tolist()]
    flat = [at for line in members for at in line]
    alike = cosines(memory.blocks, flat, _only(question.terms(), only))
    told = np.flatnonzero(np.isin(flat, found.told))
    if len(told):
        apart = _only(question.terms(apart=True), only)
        alike[:, told] += cosines(memory.blocks, [flat[at] for at in told], apart)
    places = np.full((len(members), max(map(len, members), default=0)), -1, dtype=np.int64)
    for line, filled in zip(places, members, strict=True):
        line[: len(filled)] = filled
    spread = np.zeros((len(alike), *places.shape))
    spread[:, places >= 0] = alike
    return Latest(places, spread)


def weighed(cosines: Floats) -> Floats:
    """Return the likeness (0-1) over all blocks: their weighed mean."""
    found: Floats = np.tensordot(np.array(WEIGHTS), cosines, axes=1) / sum(WEIGHTS)
    return found


def largest(values: Floats, most: int) -> Places:
    """Return where the largest values stand, in order of place."""
    if len(values) <= most:
        return np.arange(len(values))
    return np.sort(np.argpartition(-values, most)[:most])


def _only(terms: Sequence[Terms], blocks: Collection[str]) -> list[Terms]:
    """The terms of some blocks; of the others none."""
    return [one if block in blocks else (one[0][:0], one[1][:0]) for block, one in zip(BLOCKS, terms, strict=True)]


def latest_of(memory: Memory, number: int, own: int | None = None, most: int | None = None) -> list[int]:
    """Return the places of a barrier's latest reports, at most so many, but for the one that is asked about."""
    most = most or (KEPT if len(memory.names) <= MANY_BARRIERS else KEPT_AMONG_MANY)
    return [at for at in memory.members[number][-most - 1 :] if at != own][-most:]


def _told(memory: Memory, question: Question, own: int | None, readable: Readable) -> tuple[int, ...]:
    """The readable reports, among the latest of their barriers, that say something that is kept apart."""
    hits = np.zeros(len(memory.names))
    for block, one in enumerate(question.blocks):
        keys = one.keys[one.apart]
        if len(keys):
            hits += np.count_nonzero(memory.barriers.lines(block, keys) > NOTHING, axis=0)
    concerned = [number for number in largest(hits, POOL).tolist() if hits[number]]
    places = [at for number in concerned for at in latest_of(memory, number, own)]
    said = np.flatnonzero(cosines(memory.blocks, places, question.terms(apart=True)).any(axis=0))
    asked = {memory.ids[at]: at for at in (places[one] for one in said)}
    return tuple(sorted(asked[id] for id in readable(list(asked)))) if asked else ()
