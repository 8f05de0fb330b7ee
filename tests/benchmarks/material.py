"""Many varied reports, made from the demo's own: each barrier has words of its own, each report its own slips."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from deviations.demo import material
from deviations.domain.words import STOP

HALVES = 6  # letters that a made-up word takes from each of two real ones
UNKNOWN = 8  # of so many barriers one is not known yet
WHOLE = 4  # shorter words are left as they are


@dataclass(frozen=True, slots=True)
class Made:
    """One report of the benchmark: its text, who is named, the number of the barrier that it is `about`, and that of
    the one in which it was placed (None for a fifth).
    """

    title: str
    body: str
    agencies: tuple[str, ...]
    rule: str | None
    rule_hint: str
    about: int
    barrier: int | None


def reports(count: int, barriers: int, seed: int = 1) -> Iterator[Made]:
    """So many reports over so many barriers; the same seed gives the same reports.

    A barrier is one of the demo's with a fifth of its longer words replaced by compounds of its own. A report is one of
    that barrier's texts with three sentences in ten dropped, one sentence of some other report and a slip of the pen in
    one word of thirty. A fifth is placed in no barrier: all reports of every eighth barrier, which nobody knows yet,
    and one in twelve of the others.
    """
    random = Random(seed)
    told = _told()
    by_barrier = [[one for one in told if one.barrier == key] for key in sorted({str(one.barrier) for one in told})]
    for number in range(count):
        barrier = random.randrange(barriers)
        source = random.choice(by_barrier[barrier % len(by_barrier)])
        kept = [part for part in source.body.split(". ") if random.random() > 0.3] or [source.body]
        kept.append(random.choice(random.choice(told).body.split(". ")))
        yield Made(
            title=_own_words(source.title, barrier, random),
            body=_own_words(". ".join(kept), barrier, random),
            agencies=tuple(code for code in source.agencies if random.random() > 0.2),
            rule=source.rule if random.random() > 0.5 else None,
            rule_hint=source.rule_hint if random.random() > 0.5 else "",
            about=barrier,
            barrier=None if number % 12 == 11 or barrier % UNKNOWN == 0 else barrier,
        )


def _own_words(text: str, barrier: int, random: Random) -> str:
    return " ".join(_word(word, barrier, random) for word in text.split())


def _word(word: str, barrier: int, random: Random) -> str:
    if len(word) <= WHOLE or word.casefold() in STOP or not word.isalpha():
        return word
    word = _word_of(barrier, word)
    if random.random() < 1 / 30:
        at = random.randrange(len(word) - 1)
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word


@cache
def _word_of(barrier: int, word: str) -> str:
    """The word that people who meet this barrier use for it: always the same one."""
    own = Random(f"{barrier} {word}")
    if own.random() >= 0.2:
        return word
    return own.choice(_long_words())[:HALVES] + own.choice(_long_words())[-HALVES:]


@cache
def _told() -> list[material.Told]:
    return [one for one in material.reports(date(2026, 1, 1)) if one.barrier is not None]


@cache
def _long_words() -> list[str]:
    words = {word.casefold() for one in _told() for word in one.body.split()}
    return sorted(word for word in words if len(word) > HALVES and word.isalpha())
