"""How likely a barrier's reports are to say what a report says, against what all reports say.

A language model of single words with Dirichlet smoothing (Zhai and Lafferty 2004): the words of a report are drawn from
those of the barrier's reports together, filled up with `mu` words of all reports. It needs no more than the sums of the
counts, and so no time for each report of a barrier.
"""

from collections.abc import Sequence

import numpy as np

from deviations.domain.memory import Memory
from deviations.domain.postings import Asking, lines
from deviations.domain.rows import Floats, Keys

HALF = 0.5
"""What a term that no report has counts for among all that is said."""


def likelihoods(memory: Memory, asking: Sequence[Asking], mu: Sequence[float], own: int | None) -> Floats:
    """Return, for each block and barrier, how much likelier a word of the report is there than anywhere: the mean of

    ln(1 + C[b,w] / (mu p[w])) - ln(1 + T[b] / mu)

    over the report's words, each as often as its damped count says. C[b,w] is what the word is worth in the barrier's
    reports together, T[b] all words there, and p[w] = (G[w] + 1/2) / (G + V/2) its share of all V words in all reports.
    What is kept apart says nothing. The report at the place `own` is left out of all of these.
    """
    found = [_likelihood(memory, block, one, mu[block], own) for block, one in enumerate(asking)]
    return np.array(found)


def more(
    memory: Memory, asking: Sequence[Asking], mu: Sequence[float], own: int | None, places: Sequence[int]
) -> Floats:
    """Return what to add to the likelihoods for what is kept apart, as far as the reports at these places say it."""
    out = np.zeros((len(memory.blocks), len(memory.names)))
    homes, here = np.unique([memory.home(at) for at in places], return_inverse=True)
    for block, one in enumerate(asking):
        keys, worth = one.keys[one.apart], one.worth[one.apart]
        if len(keys):
            said = lines(memory.blocks[block], memory.blocks[block].gathered(places), keys, here, len(homes))
            usual = _usual(memory, block, keys, own)
            out[block, homes] = worth @ np.log1p(said / (mu[block] * usual)[:, None]) / one.worth.sum()
    return out


def _likelihood(memory: Memory, block: int, one: Asking, mu: float, own: int | None) -> Floats:
    keys, worth = one.keys[~one.apart], one.worth[~one.apart]
    totals = memory.barriers.totals(block)
    if not len(one.keys):
        return np.zeros(len(totals))
    said = memory.barriers.lines(block, keys)
    if own is not None and memory.home(own) >= 0:
        said[:, memory.home(own)] -= _said_by(memory, block, keys, own)
        totals[memory.home(own)] -= memory.blocks[block].worth(own)
    said *= (1 / (mu * _usual(memory, block, keys, own))).astype(np.float32)[:, None]
    said += 1
    np.log(said, out=said)
    found: Floats = (worth.astype(np.float32) @ said) / one.worth.sum() - np.log1p(np.maximum(totals, 0) / mu)
    return found


def _usual(memory: Memory, block: int, keys: Keys, own: int | None) -> Floats:
    """The share of each term in all that all reports say, but for one of them."""
    rows = memory.blocks[block]
    said, (everything, kinds) = rows.said(keys), rows.all_said()
    if own is not None:
        said = said - _said_by(memory, block, keys, own)
        everything -= rows.worth(own)
        kinds -= int(np.count_nonzero(rows.having(rows.row(own)[0]) == 1))
    usual: Floats = (np.maximum(said, 0.0) + HALF) / (everything + HALF * max(kinds, 1))
    return usual


def _said_by(memory: Memory, block: int, keys: Keys, own: int) -> Floats:
    rows = memory.blocks[block]
    return lines(rows, rows.gathered([own]), keys, np.zeros(1, dtype=np.int64), 1)[:, 0]
