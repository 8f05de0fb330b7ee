"""The lists of names, places and bodies that the privacy guard knows, and which of them a word is in."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from deviations.domain.name_words import LOWER_WORDS

_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’´:][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists, in lower case.

    `wordlike` are names that are ordinary words too and need a person around them; `lower` are names that are safe
    also when written in lower case; `sounds` are first and last names as `sound` writes them; `local` are places in
    Sweden, `places` those and countries, bodies and things that are nobody's name.
    """

    first: frozenset[str]
    last: frozenset[str]
    wordlike: frozenset[str]
    lower: frozenset[str]
    sounds: frozenset[str]
    local: frozenset[str]
    regions: frozenset[str]
    places: frozenset[str]


def _read(name: str) -> str:
    return resources.files("deviations").joinpath("data", *name.split("/")).read_text(encoding="utf-8")


def _words(name: str) -> frozenset[str]:
    lines = _read(f"names/{name}").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.lower().split())


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lists of the package, read at the first call."""
    own, own_last, wordlike = _words("first_own.txt"), _words("last_own.txt"), _words("wordlike.txt")
    municipalities = [row["kommun"] for row in csv.DictReader(_read("municipalities.csv").splitlines())]
    local = _words("places.txt") | {word for name in municipalities for word in name.lower().split()}
    regions = _words("regions.txt")
    return Lexicon(
        first=own | _long(_words("first_faker.txt")),
        last=own_last | _long(_words("last_faker.txt")),
        wordlike=wordlike,
        lower=_safe_in_lower_case(own - wordlike - LOWER_WORDS),
        sounds=frozenset(sound(name) for name in (own | own_last) - wordlike if len(name) > 4),
        local=local,
        regions=regions,
        places=local | regions | _words("bodies.txt"),
    )


def _long(names: frozenset[str]) -> frozenset[str]:
    """Without the names of three letters: from languages not checked by hand they are too often abbreviations."""
    return frozenset(name for name in names if len(name) > 3)


def _safe_in_lower_case(names: frozenset[str]) -> frozenset[str]:
    """The names of three letters or more, also with w for v: Swedish words have no w."""
    long = {name for name in names if len(name) > 2}
    return frozenset(long | {name.replace("v", "w") for name in long})


@lru_cache(maxsize=1)
def brands() -> frozenset[tuple[str, ...]]:
    """Names of firms and shops that look like people's, as the words they are made of."""
    lines = _read("names/brands.txt").splitlines()
    return frozenset(tuple(_WORD.findall(line.lower())) for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=8192)
def forms(low: str) -> tuple[str, ...]:
    """A word in lower case and, when it may be a genitive, the word without it."""
    base = low.removesuffix(":s")
    return (base, base[:-1]) if base.endswith("s") and len(base) > 3 else (base,)


def is_place(word: str) -> bool:
    """True when the word, with or without a genitive -s, is a municipality, a locality, a country or a known body."""
    known = lexicon().places
    return any(form in known or form.partition("-")[0] in known for form in forms(word.lower()))


FOREIGN: Final = 0.4
"""From this share of unusual groups of letters on, a word looks foreign (more names than Swedish words do)."""


@lru_cache(maxsize=8192)
def looks_foreign(low: str) -> bool:
    """True when many groups of three letters in the word are in no ordinary Swedish word of `letters.txt`."""
    framed = f"^{low}$"
    groups = [framed[at : at + 3] for at in range(len(framed) - 2)]
    return sum(group not in _letters() for group in groups) >= FOREIGN * len(groups)


@lru_cache(maxsize=1)
def _letters() -> frozenset[str]:
    return _words("letters.txt")


_SPELLINGS: Final = (
    (re.compile("sch|sj|sh|tj|ch|cz|zj|zh"), "S"),
    (re.compile("kh|gh|ck|[qcg]"), "k"),
    (re.compile("ph|v|w"), "f"),
    (re.compile("th|d"), "t"),
    (re.compile("ou|oo|u|w"), "o"),
    (re.compile("ee|ie|ei|ai|[yje]"), "i"),
    (re.compile("z"), "s"),
    (re.compile("(?<=[aeiou])h(?![aeiou])|h$"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
"""Letters that the spellings of one name change between, in names from languages with other alphabets."""


@lru_cache(maxsize=8192)
def sound(low: str) -> str:
    """A name without what differs between its spellings in Latin letters, so that Mohamoud is Mahamud's neighbour."""
    plain = low
    if not low.isascii():
        parts = unicodedata.normalize("NFD", low)
        plain = "".join(char for char in parts if not unicodedata.combining(char) or char in "\u0308\u030a")
    for pattern, letter in _SPELLINGS:
        plain = pattern.sub(letter, plain)
    return plain
