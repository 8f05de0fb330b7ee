"""Agencies and other parties: the many ways in which they are written, brought to one code each."""

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from deviations.domain.words import tokens

EXTRA: Mapping[str, str] = MappingProxyType(
    {
        "AKASSA": "Arbetslöshetskassa",
        "FACK": "Facklig organisation",
        "POLIS": "Polismyndigheten",
        "OVERF": "Överförmyndaren",
        "TINGS": "Tingsrätten",
        "REGION": "Region",
        "KOMMUN": "Kommun",
    }
)
"""Parties that reports name and `agencies.csv` lacks: code -> Swedish name."""

_APART = re.compile(r"[/;,+&()]|\boch\b|\bsamt\b", re.IGNORECASE)
_PARTS = {"KOM-SOC": "KOMMUN", "KOM-AMA": "KOMMUN", "KOM-VUX": "KOMMUN", "KOM-LSS": "KOMMUN",
          "REG-PV": "REGION", "REG-PSY": "REGION", "REG-HAB": "REGION"}  # fmt: skip


def codes(names: Iterable[str]) -> tuple[str, ...]:
    """Return the sorted codes of parties given as codes or as anyone may write them.

    Unknown ones are dropped.
    """
    found: set[str] = set()
    for name in names:
        found.update(_of_name(name))
    return tuple(sorted(found))


def mentioned(text: str) -> tuple[str, ...]:
    """Return the sorted codes of the parties that a running text names.

    An alias with capitals in `agency_aliases.csv` (AV, NR, SOS) counts only when written so: `av` and `nr`
    are words.
    """
    return _in_tokens(tuple(tokens(text)))


def whole(code: str) -> str:
    """Return the general party (`KOMMUN`, `REGION`) that a code is part of, or the code itself."""
    return _PARTS.get(code, code)


def _of_name(name: str) -> set[str]:
    """Codes of one written name.

    A code, an alias, an alias with a genitive s, or each part of a joined name.
    """
    one = _exactly(name)
    if one:
        return {one}
    parts = [part for part in _APART.split(name) if part.strip()]
    found = {code for part in parts if (code := _exactly(part))}
    # "Kommunen (socialnämnden)" is the committee, not the municipality at large.
    found -= {whole(code) for code in found if whole(code) != code}
    return found or set(mentioned(name))


def _exactly(name: str) -> str | None:
    plain = " ".join(name.split()).strip(" .").casefold()
    if name.strip().upper() in _codes():
        return name.strip().upper()
    aliases = _aliases()
    return aliases.get(plain) or aliases.get(plain.rstrip("s")) or aliases.get(plain.replace(".", ""))


def _in_tokens(written: tuple[str, ...]) -> tuple[str, ...]:
    phrases, starts, longest = _phrases()
    found: set[str] = set()
    at = 0
    while at < len(written):
        size = 1
        if written[at].casefold().removesuffix("s") in starts:
            for size in range(min(longest, len(written) - at), 0, -1):
                piece = " ".join(written[at : at + size])
                folded = piece.casefold()
                code = phrases.get(piece) or phrases.get(folded) or phrases.get(folded.removesuffix("s"))
                if code:
                    found.add(code)
                    break
        at += size
    return tuple(sorted(found))


@cache
def _aliases() -> dict[str, str]:
    return {alias.casefold(): code for alias, code in _read()}


@cache
def _phrases() -> tuple[dict[str, str], frozenset[str], int]:
    """Aliases as they stand in running text, the words they begin with, and the number of words in the
    longest.
    """
    phrases = {" ".join(tokens(alias)): code for alias, code in _read()}
    starts = frozenset(phrase.split()[0].casefold().removesuffix("s") for phrase in phrases)
    return phrases, starts, max(len(phrase.split()) for phrase in phrases)


@cache
def _codes() -> frozenset[str]:
    """Codes of the catalogue and of `EXTRA`."""
    return frozenset(row["id"] for row in _rows("agencies.csv")) | frozenset(EXTRA)


@cache
def _read() -> tuple[tuple[str, str], ...]:
    return tuple((row["alias"], row["code"]) for row in _rows("agency_aliases.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    source = resources.files("deviations") / "data" / name
    with source.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
