"""Finds rules by ordinary words: names, statutes, paragraphs, everyday words, beginnings of words, slips of the pen."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from deviations.domain.facts import RuleCard
from deviations.domain.words import SHIPPED, STOP, Entry, Lexicon, scan, stem, tokens

IN_NAME, IN_TEXT = 3.0, 1.0
"""What a word is worth in a rule's name, and in its description, its barrier, its agencies and its paragraph."""

BY_LEXICON = 3.0
"""What a word of the lexicon that points to one rule only is worth; one that points to four is worth a quarter."""

BY_NUMBER = 4.0
"""What a statute's number, a chapter, a paragraph or the rule's own code is worth."""

WHOLE, BEGUN, SLIP, INSIDE = 1.0, 0.8, 0.6, 0.5
"""What is left of that where the word is the same, begins so, has one letter wrong, or has it in it."""

BEGINNING, COMPOUND, LONG = 3, 5, 6
"""Letters that a beginning, a part inside a word, and a word with a slip have at least."""

WORDS_AT_MOST = 8
"""Words of a question that are looked for; who asks for more has copied a text."""

_STATUTE = re.compile(r"\b\d{4}:\d+\b")
_RUN = r"(?<!:)\b(\d{1,4}(?: ?[a-z]\b)?(?: ?(?:-|–|,|och) ?\d{1,4}(?: ?[a-z]\b)?){0,6})"  # "9 a-9 c", "5 och 11"
_PARAGRAPHS = re.compile(_RUN + r" ?§")
_CHAPTERS = re.compile(_RUN + r" ?kap\b")
_CODE = re.compile(r"\b[a-zåäö]{2,4}-\d+\b")
_ONE = re.compile(r"(\d+)(?: ?([a-z])\b)?")


@dataclass(frozen=True, eq=False)
class _Catalogue:
    """The rules ready for search: what each word is worth for which rule, and each rule's numbers."""

    words: Mapping[str, Mapping[str, float]]
    numbers: Mapping[str, frozenset[str]]


def find(cards: Sequence[RuleCard], query: str, limit: int = 8, lexicon: Lexicon = SHIPPED) -> list[str]:
    """Return the codes of the rules that some ordinary words are about, best first.

    Rules that have more of the words come first. A word that no rule has is passed over; when nothing is asked, or
    nothing of it is known, nothing is found.
    """
    known = _read(tuple(cards))
    asked = " ".join(query[:500].casefold().split())
    met: dict[str, list[float]] = defaultdict(list)
    for found in _found(known, asked, lexicon):
        for code, worth in found.items():
            met[code].append(worth)
    scores = {code: sum(worths) * len(worths) for code, worths in met.items() if code in known.numbers}
    return sorted(scores, key=lambda code: (-round(scores[code], 9), code))[:limit]


def _found(known: _Catalogue, asked: str, lexicon: Lexicon) -> Iterator[dict[str, float]]:
    """For each thing that is asked for, what it is worth for which rules."""
    for number in _numbers(asked):
        yield {code: BY_NUMBER for code, numbers in known.numbers.items() if number in numbers}
    for written, entry in list(dict.fromkeys(scan(tokens(asked), lexicon)))[:WORDS_AT_MOST]:
        found = _pointed(written, entry, lexicon)
        replaced = entry is not None and entry.replaces
        for word in (() if replaced else written) + (entry.expansion if entry else ()):
            if word not in STOP and len(word) > 1 and not word.isdigit():
                for code, worth in _having(known, word).items():
                    found[code] = max(found.get(code, 0.0), worth) + 0.1 * worth
        yield found


def _pointed(written: tuple[str, ...], entry: Entry | None, lexicon: Lexicon) -> dict[str, float]:
    """The rules that the lexicon ties to a word; where the word is none of the lexicon's, to those it may become."""
    if entry is not None:
        return {code: BY_LEXICON / len(entry.rules) for code in entry.rules}
    found: dict[str, float] = {}
    for other in lexicon.entries:
        part = _likeness(written[0], other.term.rstrip("*").casefold(), begun=other.term.endswith("*"))
        for code in other.rules if part else ():
            found[code] = max(found.get(code, 0.0), part * BY_LEXICON / len(other.rules))
    return found


@lru_cache(maxsize=2_000)
def _having(known: _Catalogue, word: str) -> dict[str, float]:
    """What a word is worth for each rule that has it or a word like it; what many rules have says less."""
    found: dict[str, float] = {}
    for other, worths in known.words.items():
        part = WHOLE if stem(other) == stem(word) else _likeness(word, other)
        for code, worth in worths.items() if part else ():
            found[code] = max(found.get(code, 0.0), part * worth)
    rare = (log((1 + len(known.numbers)) / (1 + len(found))) + 1) / (log(1 + len(known.numbers)) + 1)
    return {code: worth * rare for code, worth in found.items()}


def _likeness(word: str, known: str, *, begun: bool = False) -> float:
    """How near a word is to a known one (0-1). `begun`: the known one is only the beginning of words."""
    if word == known:
        return WHOLE
    if len(word) >= BEGINNING and known.startswith(word):
        return BEGUN
    if len(word) >= LONG and len(known) >= LONG:
        endings = (word, word[: len(known) - 1], word[: len(known)], word[: len(known) + 1]) if begun else (word,)
        if any(_slip(ending, known) for ending in endings):
            return SLIP
    return INSIDE if len(word) >= COMPOUND and word in known else 0.0


def _slip(one: str, other: str) -> bool:
    """Whether two words are one letter apart: one more, one less, another, or two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, their = one[at:], other[at:]
    swapped = len(rest) > 1 and rest[1::-1] == their[:2] and rest[2:] == their[2:]
    return rest[1:] == their[1:] or rest[1:] == their or rest == their[1:] or swapped


def number_runs(text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Where the statutes, chapters, paragraphs and codes of a casefolded text stand, and what each place names.

    "3-5 §§" names all from the first to the last.
    """
    for pattern in (_STATUTE, _CODE):
        yield from ((*run.span(), frozenset({run[0]})) for run in pattern.finditer(text))
    for pattern, sign in ((_PARAGRAPHS, "§"), (_CHAPTERS, "kap")):
        for run in pattern.finditer(text):
            parts = re.split(r",|och", run[1])
            yield *run.span(), frozenset(f"{number} {sign}" for part in parts for number in _range(part))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(number for _, _, named in number_runs(text) for number in named)


def _range(part: str) -> Iterator[str]:
    ends = _ONE.findall(part)
    yield from (f"{number}{letter}" for number, letter in ends)
    if len(ends) == 2 and int(ends[1][0]) - int(ends[0][0]) < 100:
        yield from (str(number) for number in range(int(ends[0][0]), int(ends[1][0]) + 1))


@lru_cache(maxsize=4)
def _read(cards: tuple[RuleCard, ...]) -> _Catalogue:
    words: dict[str, dict[str, float]] = defaultdict(dict)
    for card in cards:
        others = " ".join((card.description, card.barrier, *card.agencies, card.paragraph))
        for text, worth in ((others, IN_TEXT), (card.name, IN_NAME)):
            for word in tokens(text.casefold()):
                if word not in STOP and len(word) > 1 and not word.isdigit():
                    words[word][card.code] = worth
    numbers = {c.code: _numbers(f"{c.code} {c.statute} {c.paragraph}".casefold()) for c in cards}
    return _Catalogue(words, numbers)
