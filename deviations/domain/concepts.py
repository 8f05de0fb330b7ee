"""What a text is about, in the broad words of the field: "pendeltåget" and "SL-kortet" are both about travel.

People describe one barrier in different words; the list `data/concepts.csv` says which words belong to one thing.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

_SHORTEST_BEGINNING, _SHORTEST_END = 3, 5
"""Letters of a beginning (`tolk*`) at least, and of the end of a compound by which it is known ("nattförskola")."""

_LONGEST = 60
"""Letters of a word that are read."""

Known = Mapping[str, tuple[str, ...]]
"""What words, or beginnings, are about."""


def concepts(written: Sequence[str]) -> list[str]:
    """Return what the tokens of a text are about, each concept as often as a word or a phrase of it stands there."""
    folded = [token.casefold() for token in written]
    return [found for at in range(len(folded)) for found in (*_of_word(folded[at]), *_of_phrase(folded, at))]


@lru_cache(maxsize=100_000)
def _of_word(word: str) -> tuple[str, ...]:
    """What a word is about: as it stands, with a genitive s, by its beginning, or as a compound by its end."""
    word = word[:_LONGEST]
    exact, beginnings = _words()
    found = {*exact.get(word, ()), *exact.get(word.removesuffix("s"), ()), *_longest(word, beginnings)}
    ends = (word[at:] for at in range(_SHORTEST_BEGINNING, len(word) - _SHORTEST_END + 1))
    return tuple(sorted(found)) or next((known for end in ends if (known := _of_end(end))), ())


def _of_end(end: str) -> tuple[str, ...]:
    exact, beginnings = _words()
    return tuple(sorted({*exact.get(end, ()), *_longest(end, beginnings, _SHORTEST_END)}))


def _longest(word: str, beginnings: Known, least: int = _SHORTEST_BEGINNING) -> tuple[str, ...]:
    """What the longest known beginning of a word is about."""
    sizes = range(len(word), least - 1, -1)
    return next((beginnings[word[:size]] for size in sizes if word[:size] in beginnings), ())


def _of_phrase(folded: Sequence[str], at: int) -> Iterator[str]:
    for (*whole, last), about in _phrases().get(folded[at], ()):
        rest, ends = list(folded[at + 1 : at + 1 + len(whole)]), folded[at + 1 + len(whole) : at + 2 + len(whole)]
        if rest == whole and any(_fits(end, last) for end in ends):
            yield about


def _fits(word: str, written: str) -> bool:
    return word.startswith(written[:-1]) if written.endswith("*") else word == written


@cache
def _words() -> tuple[Known, Known]:
    """The single words of the list, and the beginnings of words."""
    exact: dict[str, list[str]] = defaultdict(list)
    beginnings: dict[str, list[str]] = defaultdict(list)
    for about, written in _read():
        if "_" not in written:
            (beginnings if written.endswith("*") else exact)[written.removesuffix("*")].append(about)
    return {word: tuple(of) for word, of in exact.items()}, {word: tuple(of) for word, of in beginnings.items()}


@cache
def _phrases() -> Mapping[str, list[tuple[tuple[str, ...], str]]]:
    """The phrases of the list by their first word: the words that follow it, and what they are about."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for about, written in _read():
        first, *rest = written.split("_")
        if rest:
            found[first].append((tuple(rest), about))
    return found


@cache
def _read() -> tuple[tuple[str, str], ...]:
    """The list as (concept, word or phrase); `*` ends a beginning, `_` stands between the words of a phrase."""
    source = resources.files("deviations") / "data" / "concepts.csv"
    with source.open(encoding="utf-8") as lines:
        return tuple((row["concept"], word) for row in csv.DictReader(lines) for word in row["words"].split())
