"""Klarspråk: what the reader of a letter may stumble on, as advice with its place. It never stops anything.

The checks are those of domain facts 4.2: sentences over 25 words, chains of passives, abbreviations that are not
explained where they first stand, no request, and more than three pages.
"""

import csv
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from deviations.domain.plain_passives import chains
from deviations.domain.plain_sentences import Sentence, headings, sentences
from deviations.domain.words import STOP

LONGEST_SENTENCE = 25  # words
MOST_PAGES = 3
_LINE, _PAGE, _FRONT = 88, 50.0, 16.0  # characters of a line, lines of a page, and lines above the text on the first
_APART = 0.1  # what the gap after a paragraph takes, in lines
_HEADING_LINES = 2.4
_BLOCKS: Mapping[str, float] = {
    "kommuntabell": 11,
    "kvartalstabell": 10,
    "kvartalsdiagram": 12,
    "typiska fall": 9,
    "metod": 6,
}
"""How many lines the evidence blocks of a usual letter take where it is not known what they become."""
_NONE: Mapping[str, str] = MappingProxyType({})

_ASKS = re.compile(
    r"\b(?:hemställ(?:er|an)|anhåll(?:er|an)|begär|yrkar|föreslår|uppmanar|efterfrågar|önskar att|vill att|"
    r"ber(?:\s+(?:er|vi|om|att|nu|därför|också|[A-ZÅÄÖ]\w+))|måste (?:ni|myndigheten))\b"
)
_SUMMARY = re.compile(r"sammanfattning", re.IGNORECASE)
_SHORT = re.compile(
    r"(?<![\w§:/.–-])([A-ZÅÄÖ]{2,6}|[A-ZÅÄÖ][a-zåäö]?[A-ZÅÄÖ][a-zåäö]?)(?=(?::?s)?(?![\w:/]|-\d|\s?\d{4}[:/]))"
)
_COMMON = frozenset("EU FN AB TV PC IT SFS HFD AD NJA USA OBS PDF SMS KOM RH ID ESV UTKAST OK II III IV VI VII".split())
"""Abbreviations that need no explanation, or that stand in citations; and Roman numerals."""


class AdviceKind(StrEnum):
    """What a piece of advice is about."""

    LONG_SENTENCE = "long_sentence"
    PASSIVE = "passive"
    ABBREVIATION = "abbreviation"
    NO_REQUEST = "no_request"
    LONG_LETTER = "long_letter"


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: a Swedish `sentence` to the writer, and the place in the Markdown that it is about."""

    kind: AdviceKind
    sentence: str
    start: int
    end: int


def advise(markdown: str, blocks: Mapping[str, str] = _NONE) -> list[Advice]:
    """All advice on a letter's body, in order of place; `blocks` are what its evidence blocks become, by name, and
    count for its length only. Takes linear time and never raises.
    """
    read = list(sentences(markdown))
    found = [
        *(advice for sentence in read if not sentence.quoted for advice in _of_sentence(sentence)),
        *_abbreviations(read),
        *_request(markdown, read),
        *_length(markdown, blocks),
    ]
    return sorted(found, key=lambda advice: (advice.start, advice.end))


def _of_sentence(sentence: Sentence) -> Iterator[Advice]:
    words = len(sentence.words)
    if words > LONGEST_SENTENCE:
        said = f"Meningen har {words} ord. Dela den gärna: högst {LONGEST_SENTENCE} ord är lättare att läsa."
        yield Advice(AdviceKind.LONG_SENTENCE, said, sentence.start, sentence.end)
    for chain in chains(sentence.text):
        verbs = ", ".join(f"”{' '.join(sentence.text[start:end].split())}”" for start, end in chain)
        said = f"Flera verb står i passiv form: {verbs}. Skriv gärna vem som gör vad."
        yield Advice(AdviceKind.PASSIVE, said, sentence.start + chain[0][0], sentence.start + chain[-1][1])


def _abbreviations(read: list[Sentence]) -> Iterator[Advice]:
    """The first time that each abbreviation stands, unless it is explained there or the other way about."""
    seen: set[str] = set()
    for sentence in read:
        for found in _SHORT.finditer(sentence.text):
            short = found[1]
            if short.upper() in seen or short.upper() in _COMMON or short.casefold() in STOP:
                continue
            seen.add(short.upper())
            full = _known().get(short.upper())
            if _explained(sentence.text, found) or (not full and _opens_a_name(sentence.text, found)):
                continue
            said = (
                f"Läsaren känner kanske inte till ”{short}”. Skriv ”{full} ({short})” första gången."
                if full
                else f"Läsaren känner kanske inte till ”{short}”. Skriv ut vad förkortningen betyder första gången."
            )
            yield Advice(AdviceKind.ABBREVIATION, said, sentence.start + found.start(1), sentence.start + found.end(1))


def _explained(text: str, found: re.Match[str]) -> bool:
    """Whether it stands in brackets after its full name, "Försäkringskassan (FK)", or has it in brackets after it."""
    before, after = text[: found.start()], text[found.end() :]
    in_brackets = re.search(r"\w\s*\((?:[^()]*\s)?$", before) and re.match(r"\s*[),]", after)
    return bool(in_brackets or re.match(r"\s*\([^()]*[a-zåäö]{4}", after))


def _opens_a_name(text: str, found: re.Match[str]) -> bool:
    """Whether it is the first part of a name: "MIA Vidare"."""
    return bool(re.match(r"\s[A-ZÅÄÖ][a-zåäö]+", text[found.end() :]))


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    """Abbreviations of the field, in capitals, and their full names (data/abbreviations.csv)."""
    source = resources.files("deviations") / "data" / "abbreviations.csv"
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {row["abbreviation"]: row["full"] for row in rows}


def _request(markdown: str, read: list[Sentence]) -> Iterator[Advice]:
    """Whether the letter asks for something at all, and already in its summary."""
    own = [sentence for sentence in read if not sentence.quoted]
    if not own:
        return
    if not any(_ASKS.search(sentence.text) for sentence in own):
        said = "Det står ingenstans vad ni ber om. Skriv vem som ska göra vad, gärna redan i sammanfattningen."
        yield Advice(AdviceKind.NO_REQUEST, said, own[0].start, own[0].end)
        return
    for title, start, end in headings(markdown):
        summary = [sentence for sentence in own if sentence.under == title]
        if _SUMMARY.fullmatch(title) and summary and not any(_ASKS.search(sentence.text) for sentence in summary):
            said = "Sammanfattningen säger inte vad ni ber om. Börja gärna med det: många läser bara den."
            yield Advice(AdviceKind.NO_REQUEST, said, start, end)


def pages(markdown: str, blocks: Mapping[str, str] = _NONE) -> float:
    """About how many pages of the PDF a body takes, with letterhead, title and what its evidence blocks become."""
    return sum((lines for _, lines in _lines(markdown, blocks)), _FRONT) / _PAGE


def _length(markdown: str, blocks: Mapping[str, str]) -> Iterator[Advice]:
    said = math.ceil(pages(markdown, blocks))
    if said <= MOST_PAGES:
        return
    room = MOST_PAGES * _PAGE - _FRONT
    for at, lines in _lines(markdown, blocks):
        room -= lines
        if room < 0:
            yield Advice(
                AdviceKind.LONG_LETTER,
                f"Skrivelsen blir ungefär {said} sidor, och från den här raden sida {MOST_PAGES + 1}. "
                f"{MOST_PAGES} sidor räcker oftast. Ta gärna bort det som läsaren klarar sig utan.",
                at,
                min(len(markdown), markdown.find("\n", at) if "\n" in markdown[at:] else len(markdown)),
            )
            return


def _lines(markdown: str, blocks: Mapping[str, str]) -> Iterator[tuple[int, float]]:
    """Where each line of Markdown begins, and about how many lines of the PDF it takes."""
    at = 0
    for line in markdown.split("\n"):
        bare = line.strip()
        block = re.fullmatch(r"\{\{\s*(.+?)\s*\}\}", bare)
        if block and block[1] in blocks:
            yield at, sum(lines for _, lines in _lines(blocks[block[1]], _NONE))
        elif block:
            yield at, _BLOCKS.get(re.sub(r" \d$", "", block[1]), 1)
        elif re.match(r"#{1,6}\s", bare):
            yield at, _HEADING_LINES
        elif bare and not re.fullmatch(r"[|:\s-]+", bare):
            yield at, max(1.0, len(bare) / _LINE) if bare.startswith("|") else math.ceil(len(bare) / _LINE) + _APART
        at += len(line) + 1
