"""The Swedish analyser: what a report says, word by word, with abbreviations spelled out and endings taken
off.

Grouping, suggestions and search use the same words. The lexicon (`data/lexicon.csv`) ties abbreviations and
everyday words to fuller words, to rules of the catalogue and to agencies; an instance may lay words of its own over it.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from threading import Lock

import snowballstemmer

READ_AT_MOST = 50_000
"""Characters of a text that are read; a longer one has said what it is about by then."""

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_STEMMER = snowballstemmer.stemmer("swedish")
_ONE_AT_A_TIME = Lock()

_STOP = """
alla allt alltså andra annan annat att av bara bland bli blir blev blivit både båda då de dem
den denna deras dess dessa det detta dig din dina ditt du där därför efter eftersom ej eller en
er era ett ens fast fick finns fram fanns från får få för före först ge genom ger ges gick
gjorde gjort gör göra går gå ha hade han hans har helt hela henne hennes hit hon honom hur här i
igen in inför inga ingen inget innan inne inom inte istället ju jag just kan kanske kom kommer
komma kunde kunna kunnat kvar lite låg ligger med medan mellan men mer mest mig min mina mitt
mot mycket många måste ner nog nu någon något några när nästa och också om omkring oss på redan
samma samt sedan sen si sig sin sina sitt själv ska skall skulle så som sade sagt säga säger sa
står ta tar tagit till tills trots tog under upp ut utan utom vad var vara varit varje vart vem
vet vi vid vidare vilka vilken vilket vill ville vår våra vårt väl är än ännu även åt över a an
the ni nån nåt nåra va o å e dom sån sånt såna hen hens man mej dej sej dvs t ex pga p g tex osv
mm bl ca kl el st två tre fyra fem
"""
STOP = frozenset(_STOP.split())
"""Words that say nothing of what a report is about."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the lexicon: what a term stands for and which rules and agencies it points to."""

    term: str
    expansion: tuple[str, ...]
    replaces: bool
    rules: tuple[str, ...]
    agencies: tuple[str, ...]


class Lexicon:
    """The terms that are known: those that ship with the package, or these with an instance's own laid over them.

    Two are the same only if they are one: what is analysed by it is kept for it.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Read the entries once; of two with the same term the last one counts."""
        self.exact: Mapping[str, Entry] = {entry.term: entry for entry in entries}
        several = [term.split() for term in self.exact if " " in term]
        self.starts = frozenset(term[0] for term in several)
        self.longest = max((len(term) for term in several), default=1)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in their order."""
        return tuple(self.exact.values())

    def overlaid(self, own: Iterable[Entry], off: Iterable[str] = ()) -> "Lexicon":
        """Return this lexicon with `own` entries in place of those of the same term, and without the terms that are
        `off`.
        """
        gone = frozenset(off)
        found = {**self.exact, **{entry.term: entry for entry in own}}
        return Lexicon(entry for term, entry in found.items() if term not in gone)


def _read() -> Iterator[Entry]:
    source = resources.files("deviations") / "data" / "lexicon.csv"
    with source.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield Entry(
                term=row["term"],
                expansion=tuple(word for word in row["expansion"].split() if word not in STOP),
                replaces=row["kind"] == "abbreviation",
                rules=tuple(filter(None, row["rules"].split(";"))),
                agencies=tuple(filter(None, row["agencies"].split(";"))),
            )


SHIPPED = Lexicon(_read())
"""The lexicon as it ships with the package; the search index knows no other."""


@dataclass(frozen=True, slots=True)
class Term:
    """One analysed word.

    Its `stem`, the word as it was `written`, and the lexicon `entry` it came from, if any.
    """

    stem: str
    written: str
    entry: Entry | None = None


def words(text: str, lexicon: Lexicon = SHIPPED) -> list[str]:
    """Return the stems of `text` in order.

    Stop words gone, abbreviations spelled out, everyday words with their kin.
    """
    return [term.stem for term in terms(text, lexicon)]


def terms(text: str, lexicon: Lexicon = SHIPPED) -> list[Term]:
    """Return what `words` returns, each with the written word behind it, so that a reason can be shown to a
    person.
    """
    return meanings(tokens(text), lexicon)


def meanings(written: Sequence[str], lexicon: Lexicon = SHIPPED) -> list[Term]:
    """Return what `terms` returns, of a text that is split into tokens already."""
    return spelled_out(scan(written, lexicon))


def spelled_out(places: Iterable[tuple[tuple[str, ...], Entry | None]]) -> list[Term]:
    """Return what `terms` returns, of places that were scanned already."""
    return [term for part, entry in places for term in _meaning(part, entry)]


@lru_cache(maxsize=100_000)
def _meaning(written: tuple[str, ...], entry: Entry | None) -> tuple[Term, ...]:
    """The analysed words of what was written at one place, by the lexicon's entry for it."""
    found: list[Term] = []
    if entry is None or not entry.replaces:
        found.extend(Term(stem(word), word) for word in _own(written))
    if entry is not None:
        own = {stem(word) for word in written} if not entry.replaces else set()
        shown = " ".join(written)
        found.extend(Term(stem(word), shown, entry) for word in entry.expansion if stem(word) not in own)
    return tuple(found)


def tokens(text: str) -> list[str]:
    """Return the words of `text` as written (NFC), without punctuation.

    At most `READ_AT_MOST` characters are read.
    """
    return _TOKEN.findall(unicodedata.normalize("NFC", text[:READ_AT_MOST]))


def scan(written: Sequence[str], lexicon: Lexicon = SHIPPED) -> Iterator[tuple[tuple[str, ...], Entry | None]]:
    """Go through tokens from the left and yield (tokens, entry) with the longest lexicon term that fits at
    each place.
    """
    folded = [token.casefold() for token in written]
    at = 0
    while at < len(written):
        size, entry = 1, None
        if folded[at] in lexicon.starts:
            for size in range(min(lexicon.longest, len(written) - at), 1, -1):
                entry = lexicon.exact.get(" ".join(folded[at : at + size]))
                if entry is not None:
                    break
        if entry is None:
            size, entry = 1, _single(lexicon, written[at])
        yield tuple(folded[at : at + size]), entry
        at += size


def entries() -> tuple[Entry, ...]:
    """Return the lexicon as it ships with the package."""
    return SHIPPED.entries


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Snowball (Swedish) stem of a word; å, ä and ö keep their dots."""
    with _ONE_AT_A_TIME:  # the stemmer keeps the word that it works on
        return str(_STEMMER.stemWord(word.casefold()))


def _own(written: Sequence[str]) -> Iterator[str]:
    for token in written:
        if token not in STOP and (len(token) > 1 or token.isdigit()):
            yield token


@lru_cache(maxsize=100_000)
def _single(lexicon: Lexicon, word: str) -> Entry | None:
    """The entry of one word: written just so, written anyhow, or the longest term (with `*`) that begins
    it.

    A term with a capital letter in it (SoL, FAT) is met only when it is written just so: `fat` and `sol`
    are words.
    """
    folded = word.casefold()
    beginnings = (f"{folded[:size]}*" for size in range(len(folded), 2, -1))
    return next((lexicon.exact[term] for term in (word, folded, *beginnings) if term in lexicon.exact), None)
