"""Runs of digits in a plain text, with what divides them: the usual marks, or any mark at all."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

_RUN: Final = re.compile(r"\d(?:[ \n\-./()+_:]{0,8}\d)*")
_PARTED: Final = re.compile(r"\d(?:[\W_]{0,3}\d){9,}")
_UNUSUAL: Final = re.compile(r"[^\d \n\-./()+_:]")
_DIGITS: Final = re.compile(r"\d+")
OTHER_NUMBER: Final = re.compile(
    r"(?:\bocr|faktura|order|artikel|bankgiro|plusgiro|postgiro|konto|iban|dnr|diarie|org|referens|"
    r"\bref\b|kund|\bbg|\bpg|isbn|issn|ean|serie|"
    r"avtal|produkt|objekt|inköp|projekt|registrering|beställning|kommunkod|postnummer|version|rad|"
    r"upphandling)[\w.:-]{0,10}\s{0,2}(?:nr|nummer)?[^\w.!?]{0,6}$",
    re.IGNORECASE,
)


class Run:
    """The groups of digits of one run, as (start, end), in the text they stand in."""

    __slots__ = ("_all", "_at", "_sizes", "groups", "text")

    def __init__(self, text: str, groups: list[tuple[int, int]]) -> None:
        self.text, self.groups = text, groups
        self._sizes = tuple(end - start for start, end in groups)
        self._at = (0, *accumulate(self._sizes))
        self._all = "".join(text[start:end] for start, end in groups)

    def digits(self, first: int, last: int) -> str:
        return self._all[self._at[first] : self._at[last + 1]]

    def lengths(self, first: int, last: int) -> tuple[int, ...]:
        return self._sizes[first : last + 1]

    def between(self, group: int) -> str:
        """What separates a group from the next one."""
        return self.text[self.groups[group][1] : self.groups[group + 1][0]]

    def before(self, group: int, width: int = 30) -> str:
        start = self.groups[group][0]
        return self.text[max(0, start - width) : start]

    def windows(self, first: int, least: int, most: int) -> list[int]:
        """The last groups with which the digits from `first` number at least `least` and at most `most`."""
        low, high = self._at[first] + least, self._at[first] + most
        return list(range(max(first, bisect_left(self._at, low) - 1), bisect_right(self._at, high) - 1))


def runs(text: str) -> Iterator[Run]:
    """The runs with enough digits to be a personal or telephone number."""
    for found in _RUN.finditer(text):
        if found.end() - found.start() >= 8:
            yield Run(text, [group.span() for group in _DIGITS.finditer(text, *found.span())])


def parted_runs(text: str) -> Iterator[Run]:
    """The runs of ten digits or more that hold some other mark than those in `runs`, as in `811218;9876`."""
    for found in _PARTED.finditer(text):
        if _UNUSUAL.search(found[0]):
            yield Run(text, [group.span() for group in _DIGITS.finditer(text, *found.span())])
