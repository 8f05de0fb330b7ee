"""Statutes as people cite them: by number, by name or by abbreviation, with chapters and paragraphs."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from deviations.domain.rule_search import number_runs
from deviations.domain.words import tokens

_NUMBER = re.compile(r"\b(?:18|19|20)\d{2}:\d{1,4}\b")


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """A place in a statute: its number ("2010:110"), and the chapter and paragraph where they are said ("27 kap",
    "6 §").
    """

    statute: str
    chapter: str = ""
    paragraph: str = ""

    def __str__(self) -> str:
        """As it reads in a sentence: "socialförsäkringsbalken 27 kap. 46 a §"."""
        chapter = f"{self.chapter}." if self.chapter else ""
        paragraph = re.sub(r"(?<=\d)(?=[a-z])", " ", self.paragraph)
        return " ".join(filter(None, (name(self.statute), chapter, paragraph)))


def name(number: str) -> str:
    """The usual name of a statute, or its number where the list has no name for it."""
    return _names().get(number, f"SFS {number}")


def known_as(number: str) -> str:
    """The usual name of a statute; "" where the list has no name for it."""
    return _names().get(number, "")


def cited(text: str) -> frozenset[Citation]:
    """The statutes that a running text names, each once.

    A chapter and a paragraph count only where the text names one statute and one chapter: else nobody can tell which
    belong together.
    """
    statutes = sorted(_named(text))
    if len(statutes) != 1:
        return frozenset(Citation(number) for number in statutes)
    return frozenset({Citation(statutes[0]), *_places(statutes[0], text)})


def of_rule(statute: str, paragraph: str) -> frozenset[Citation]:
    """What a rule of the catalogue rests on, from its two columns: "SFS 1998:1785; SFS 2000:628" and
    "1 § (1998:1785); 5 och 11 §§ (2000:628)".
    """
    statutes = _NUMBER.findall(statute.split("(")[0])
    found = {Citation(number) for number in statutes}
    for part in paragraph.split(";"):
        named = _named(part) & set(statutes)
        for number in named if len(named) == 1 else statutes if len(statutes) == 1 else ():
            found |= _places(number, part)
    return frozenset(found)


def _places(statute: str, text: str) -> set[Citation]:
    """The paragraphs of a text that is about one statute; none where they could be of several chapters."""
    named = [places for _, _, places in number_runs(text.casefold())]
    chapters = {place for places in named for place in places if place.endswith("kap")}
    paragraphs = {place for places in named for place in places if place.endswith("§")}
    if len(chapters) > 1:
        return set()
    chapter = next(iter(chapters), "")
    return {Citation(statute, chapter, place) for place in paragraphs or {""}} if chapter or paragraphs else set()


def _named(text: str) -> set[str]:
    """The numbers of the statutes that a text names; a name with capitals (SoL) counts only when written so."""
    as_written = f" {' '.join(tokens(text))} "
    folded = as_written.casefold()
    by_name = {number for called, number, exact in _called() if called in (as_written if exact else folded)}
    return by_name | set(_NUMBER.findall(text))


@cache
def _called() -> tuple[tuple[str, str, bool], ...]:
    """All that statutes are called, as words between single spaces, also with a genitive s; with their numbers, and
    whether they count only as written.
    """
    called = [(" ".join(tokens(called)), number) for called, number in _rows() if called]
    return tuple((f" {name}{s} ", number, not name.islower()) for name, number in called for s in ("", "s"))


@cache
def _names() -> dict[str, str]:
    return {row["number"]: row["name"] for row in _read()}


def _rows() -> Iterator[tuple[str, str]]:
    for row in _read():
        for called in (row["name"], *row["also"].split(";")):
            yield called, row["number"]


@cache
def _read() -> tuple[dict[str, str], ...]:
    source = resources.files("deviations") / "data" / "statutes.csv"
    with source.open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))
