"""A text as the privacy guard reads it, without invisible characters and with one form of each digit, dash and space,
and the way back to the places in the text as it was written.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_DASHES: Final = frozenset("−⁃˗➖")
"""Signs that look like a dash and are in another category than the dashes."""
_BLANKS: Final = frozenset("\u2800\u115f\u1160\u3164\uffa0")
"""Signs that look like nothing: an empty braille cell and the fillers of Hangul."""
_BREAKS: Final = frozenset("\n\x85\u2028\u2029")
_STOPS: Final = frozenset("。｡")


@dataclass(frozen=True, slots=True)
class Plain:
    """The even text and, when characters were dropped or added, where each of its characters stood (with the end)."""

    text: str
    origins: Sequence[int] | None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The same passage in the text as written, with the invisible characters after it. `start` < `end`."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[bisect_right(self.origins, self.origins[end - 1])]


def plain(text: str) -> Plain:
    """`text` with every character in its plain form. A text of plain characters only costs one look at each."""
    folds = {char: _fold(char) for char in set(text)}
    if any(len(fold) != 1 for fold in folds.values()):
        return _moved(text, folds)
    return Plain(text.translate({ord(char): fold for char, fold in folds.items() if char != fold}), None)


def _moved(text: str, folds: dict[str, str]) -> Plain:
    """The plain form of a text in which characters vanish, join the one before or become several."""
    out: list[str] = []
    origins: list[int] = []
    for at, char in enumerate(text):
        fold = folds[char]
        if not fold and out:
            joined = unicodedata.normalize("NFC", out[-1] + char) if out[-1].isalpha() else ""
            if len(joined) == 1:
                out[-1] = joined  # a and a ring above
            elif out[-1].islower() and text[at + 1 : at + 2].isupper():
                fold = " "  # a break without width between two words
        out += fold
        origins += [at] * len(fold)
    return Plain("".join(out), (*origins, len(text)))


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """The plain form of one character: itself, another, several (a ligature), or nothing when it can't be seen."""
    if char.isascii():
        return char if char.isprintable() or char == "\n" else " " * char.isspace()
    kind = unicodedata.category(char)
    if char.isspace() or kind in {"Zs", "Zl", "Zp"} or char in _BLANKS:
        return "\n" if char in _BREAKS else " "
    if kind[0] == "M" or kind in {"Cf", "Cc"}:
        return ""
    if kind == "Pd" or char in _DASHES:
        return "-"
    if char in _STOPS:
        return "."
    digit = unicodedata.digit(char, None)
    return _compatible(char, kind) if digit is None else str(digit)


def _compatible(char: str, kind: str) -> str:
    """The ordinary letters, number or sign that a full-width, narrow, small or joined form stands for."""
    fold = unicodedata.normalize("NFKC", char)
    if kind[0] in "LN":
        return fold if fold.isalnum() else char
    return fold if len(fold) == 1 and fold.isascii() and fold.isprintable() and not fold.isalnum() else char
