"""What differs between two texts of a letter, paragraph by paragraph and word by word, as a person would mark it.

Paragraphs that both have stand as they are; in a stretch that was rewritten the words are compared. What is compared
at length is bounded, so that no text makes it slow: beyond the bound a stretch reads as wholly taken away and added.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import Final

MOST_PAIRS: Final = 400_000
"""Pairs of equal pieces that one comparison may look at: difflib's time grows with them."""
ALIKE: Final = 0.35
"""Below this share of common words a stretch is easier to read as one text in place of another."""

_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
_SPACE = r"(?:(?!\n\n)\s)"
_PIECES = re.compile(rf"(\n\n|[\w'’-]+|[^\w\s]|{_SPACE}+)({_SPACE}*)")


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text of one mark."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as it reads with both texts in it."""

    runs: tuple[Run, ...]

    @property
    def changed(self) -> bool:
        """Whether the two texts differ here."""
        return any(run.mark is not Mark.SAME for run in self.runs)


@dataclass(frozen=True, slots=True)
class Count:
    """How many words were taken away and added."""

    gone: int
    new: int


def differences(old: str, new: str) -> list[Passage]:
    """Both texts in one, in order. Equal texts give passages without any change."""
    before, after = _paragraphs(old), _paragraphs(new)
    found: list[Passage] = []
    for kind, a0, a1, b0, b1 in _opcodes(before, after):
        if kind == "equal":
            found += [Passage((Run(Mark.SAME, text),)) for text in before[a0:a1]]
        else:
            found += _rewritten(before[a0:a1], after[b0:b1])
    return found


def counted(passages: Sequence[Passage]) -> Count:
    """How much was changed, in words."""
    words = Counter(run.mark for passage in passages for run in passage.runs for _ in re.findall(r"\w+", run.text))
    return Count(words[Mark.GONE], words[Mark.NEW])


def stretches(passages: Sequence[Passage]) -> list[tuple[bool, list[Passage]]]:
    """The passages in stretches that differ (True) and stretches that are the same, as a page folds the latter."""
    return [(changed, list(found)) for changed, found in groupby(passages, key=lambda passage: passage.changed)]


def _paragraphs(text: str) -> list[str]:
    return [paragraph for part in _PARAGRAPHS.split(text.replace("\r\n", "\n")) if (paragraph := part.strip("\n"))]


def _rewritten(before: Sequence[str], after: Sequence[str]) -> list[Passage]:
    """A stretch of paragraphs that the other text has otherwise: word by word where they have enough in common."""
    a, b = (_PIECES.findall("\n\n".join(stretch)) for stretch in (before, after))
    codes = _opcodes([word for word, _ in a], [word for word, _ in b])
    common = sum(_weight(a[a0:a1]) for kind, a0, a1, _, _ in codes if kind == "equal")
    if not before or not after or 2 * common < ALIKE * (_weight(a) + _weight(b)):
        return [
            *(Passage((Run(Mark.GONE, text),)) for text in before),
            *(Passage((Run(Mark.NEW, text),)) for text in after),
        ]
    return list(_split(_together(_runs(codes, a, b))))


def _weight(pieces: Sequence[tuple[str, str]]) -> int:
    """How much of a text are words."""
    return sum(len(word) for word, _ in pieces if word[0].isalnum())


def _runs(
    codes: Sequence[tuple[str, int, int, int, int]], a: Sequence[tuple[str, str]], b: Sequence[tuple[str, str]]
) -> Iterator[Run]:
    """The pieces by mark. White space is not compared: where only it differs, the new text's stands."""
    for kind, a0, a1, b0, b1 in codes:
        gone, new = _text(a[a0:a1]), _text(b[b0:b1])
        if kind == "equal":
            yield Run(Mark.SAME, new)
            continue
        shared = gone.endswith(" ") and new.endswith(" ")  # one space after both, not one marked in each
        if gone:
            yield Run(Mark.GONE, gone[:-1] if shared else gone)
        if new:
            yield Run(Mark.NEW, new[:-1] if shared else new)
        if shared:
            yield Run(Mark.SAME, " ")


def _together(runs: Iterable[Run]) -> list[Run]:
    """The same, with neighbours of one mark as one."""
    return [Run(mark, "".join(run.text for run in found)) for mark, found in groupby(runs, key=lambda run: run.mark)]


def _text(pieces: Sequence[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in pieces)


def _split(runs: Sequence[Run]) -> Iterator[Passage]:
    """The runs by paragraph: a break between two begins a new passage, whichever text it stands in."""
    here: list[Run] = []
    for run in runs:
        first, *rest = run.text.split("\n\n")
        here += [Run(run.mark, first)] if first else []
        for text in rest:
            if here:
                yield Passage(tuple(here))
            here = [Run(run.mark, text)] if text else []
    if here:
        yield Passage(tuple(here))


def _opcodes(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """difflib's steps from one to the other; one replacement where too many pieces are equal to compare them."""
    theirs = Counter(b)
    if sum(count * theirs[piece] for piece, count in Counter(a).items()) > MOST_PAIRS:
        return [("replace", 0, len(a), 0, len(b))]
    return list(SequenceMatcher(None, a, b, autojunk=False).get_opcodes())
