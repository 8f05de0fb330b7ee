"""Search in Swedish: the words of a text as the index keeps them, what a question asks of them, and the hit in its
context.

A word counts in all its forms, a compound also by its parts (`data/compound_parts.txt`), an abbreviation as what it
stands for. Both databases keep the same words and are asked the same tree, so they find the same.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from deviations.domain.compounds import key, known, parts, plain
from deviations.domain.rule_search import number_runs
from deviations.domain.words import READ_AT_MOST, STOP, Entry, scan

ASKED_AT_MOST = 12
"""Words of a question that count; who asks for more has copied a text."""

QUESTION_AT_MOST = 500
"""Characters of a question that are read."""

BEGINNING = 3
"""Letters that the beginning of a word has at least."""

BEFORE, AFTER = 60, 180
"""Characters shown around the first hit."""

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ASKED = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("”“„«»", '"'))


@dataclass(frozen=True, slots=True)
class Leaf:
    """One word of the index, or with `begins` all words that begin so."""

    term: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """What one word, number or quotation asks for: all leaves of any group, and the `phrase` as it stands."""

    groups: tuple[tuple[Leaf, ...], ...]
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: clauses that must all be met, and those of which none may be. `cut`: it had more than counts."""

    wanted: tuple[Clause, ...] = ()
    unwanted: tuple[Clause, ...] = ()
    cut: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to look for; what is only unwanted is no question."""
        return bool(self.wanted)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it is what was asked for."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands at one place of a text: its words in order, and by what else it is found."""

    start: int
    end: int
    words: tuple[str, ...]
    others: tuple[str, ...]


def indexed(texts: Sequence[str]) -> str:
    """The words by which these texts are found.

    A line for each text, its words in order between spaces, for quotations; then a line for each word by which it is
    found besides: parts of compounds, abbreviations, statutes and paragraphs.
    """
    found = [_places(unicodedata.normalize("NFC", text[:READ_AT_MOST])) for text in texts]
    lines = [f" {' '.join(word for place in places for word in place.words)} " for places in found]
    own = {word for places in found for place in places for word in place.words}
    others = {word for places in found for place in places for word in place.others}
    return "\n".join([*(line for line in lines if line.strip()), *sorted(others - own)])


def asked(question: str) -> Asked:
    """What a question asks for.

    Several words: all of them. In quotation marks: next to each other, in this order, small words not counted. With a
    minus before it: without. With a star at its end, or as the last one and no known word: also as a beginning.
    """
    text = unicodedata.normalize("NFC", question[:QUESTION_AT_MOST].translate(_QUOTES))
    found = list(dict.fromkeys(_clauses(text)))
    kept = found[:ASKED_AT_MOST]
    return Asked(
        wanted=tuple(clause for clause, minus in kept if not minus),
        unwanted=tuple(clause for clause, minus in kept if minus),
        cut=len(question) > QUESTION_AT_MOST or len(found) > ASKED_AT_MOST,
    )


def marked(text: str, asked: Asked, *, whole: bool = False) -> list[Part]:
    """The text around its first hit, or all of it, with every hit marked; the beginning where there is none."""
    text = unicodedata.normalize("NFC", text)
    hits = _hits(text, asked)
    start, end = (0, len(text)) if whole else _window(text, hits[0][0] if hits else 0)
    found = [Part("… ")] if start else []
    at = start
    for first, last in hits:
        if at <= first and last <= end:
            found += [Part(text[at:first]), Part(text[first:last], hit=True)]
            at = last
    found += [Part(text[at:end]), Part(" …" if end < len(text) else "")]
    return [part for part in found if part.text]


def hits(text: str, asked: Asked) -> int:
    """How many of the clauses that are wanted this text meets by itself."""
    places = _places(unicodedata.normalize("NFC", text[:READ_AT_MOST]))
    words = {word for place in places for word in (*place.words, *place.others)}
    return sum(any(_met(leaf, words) for group in clause.groups for leaf in group) for clause in asked.wanted)


def _met(leaf: Leaf, words: set[str] | tuple[str, ...]) -> bool:
    return leaf.term in words or (leaf.begins and any(word.startswith(leaf.term) for word in words))


def _hits(text: str, asked: Asked) -> list[tuple[int, int]]:
    """Where what is wanted stands, from the left, none within another."""
    leaves = [leaf for clause in asked.wanted for group in clause.groups for leaf in group]
    spans: list[tuple[int, int]] = []
    for place in sorted(_places(text[:READ_AT_MOST]), key=lambda place: (place.start, -place.end)):
        if (not spans or place.start >= spans[-1][1]) and any(
            _met(leaf, place.words + place.others) for leaf in leaves
        ):
            spans.append((place.start, place.end))
    return spans


def _window(text: str, first: int) -> tuple[int, int]:
    """The borders of what is shown around a place, between words."""
    start, end = max(0, first - BEFORE), min(len(text), first + AFTER)
    if start:
        start = next((at + 1 for at in range(start, first) if text[at].isspace()), first)
    if end < len(text):
        end = next((at for at in range(end, max(first, end - 40), -1) if text[at].isspace()), end)
    return start, end


def _clauses(text: str) -> Iterator[tuple[Clause, bool]]:
    """Each clause with whether it is unwanted. Statutes and paragraphs come first: their digits are no words."""
    rest = list(text)
    quoted = [run.span() for run in re.finditer(r'"[^"]*"?', text)]
    for start, end, named in number_runs(_lower(text)):
        if named and all(end <= first or last <= start for first, last in quoted):
            minus = start > 0 and text[start - 1] == "-" and not text[: start - 1].strip()[-1:].isalnum()
            rest[start - minus : end] = " " * (end - start + minus)
            yield Clause(tuple((Leaf(_number(one)),) for one in sorted(named))), minus
    runs = list(_ASKED.finditer("".join(rest)))
    for at, run in enumerate(runs):
        for clause in _quoted(run["phrase"]) if run["word"] is None else _typed(run["word"], at == len(runs) - 1):
            yield clause, run["minus"] is not None


def _quoted(phrase: str) -> Iterator[Clause]:
    words = [word for place in _places(phrase) for word in place.words]
    if words:
        yield Clause((tuple(Leaf(word) for word in dict.fromkeys(words)),), " ".join(words))


def _typed(written: str, last: bool) -> Iterator[Clause]:
    """What was typed between two spaces: one word, or several that other signs part."""
    found = list(_TOKEN.finditer(written))
    for at, token in enumerate(found):
        ends = at == len(found) - 1
        star = ends and written[token.end() : token.end() + 1] == "*"
        yield from _word(token[0], star=star, last=last and ends)


def _word(token: str, *, star: bool, last: bool) -> Iterator[Clause]:
    place = next((place for place in _tokens([(0, token)]) if place.words or place.others), None)
    if place is None:
        return
    begins = star or (last and not token.isdigit() and not known(token))
    if begins and len(token) >= BEGINNING and token.isalnum() and place.words == (key(token),):
        yield Clause(((Leaf(key(token)),), (Leaf(plain(token), begins=True),)))
    elif place.words == (key(token),):
        yield Clause(((Leaf(key(token)),),))
    else:  # an abbreviation, or a word with a hyphen: written so, or as all that it stands for
        own = ((Leaf(key(token)),),) if key(token) in place.others else ()
        yield Clause((*own, tuple(Leaf(word) for word in place.words)))


def _lower(text: str) -> str:
    """Small letters, one for one."""
    if len(folded := text.lower()) == len(text):
        return folded
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _number(named: str) -> str:
    """A statute, chapter or paragraph as one word of the index: "12kap", "6§", "2000:634"."""
    return named.replace(" ", "")


def _places(text: str) -> list[_Place]:
    """The words of a text (NFC) with where they stand, and its statutes and paragraphs."""
    found = list(_tokens([(token.start(), token[0]) for token in _TOKEN.finditer(text)]))
    for start, end, named in number_runs(_lower(text)):
        found.append(_Place(start, end, (), tuple(_number(one) for one in named)))
    return found


def _tokens(written: Sequence[tuple[int, str]]) -> Iterator[_Place]:
    """The words that tokens stand for, the longest abbreviation that fits first."""
    at = 0
    for folded, entry in scan([token for _, token in written]):
        group = written[at : at + len(folded)]
        at += len(folded)
        if entry is not None and entry.replaces:
            yield _Place(group[0][0], group[-1][0] + len(group[-1][1]), *_meant(folded, entry))
        else:
            for start, token in group:
                yield _Place(start, start + len(token), *_said(token))


@lru_cache(maxsize=10_000)
def _meant(folded: tuple[str, ...], entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and others of an abbreviation."""
    words = tuple(key(word) for word in entry.expansion)
    own = folded if entry.term == entry.term.casefold() else ()  # SoL is no sun
    return words, (*(key(one) for one in own), *(part for word in entry.expansion for part in parts(word)))


@lru_cache(maxsize=200_000)
def _said(token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and others of a word as it was written, with a hyphen or without."""
    if "-" in token:
        pieces = list(_tokens([(0, piece) for piece in token.split("-")]))
        words = tuple(word for piece in pieces for word in piece.words)
        return words, (key(token), *(other for piece in pieces for other in piece.others))
    folded = token.casefold()
    if folded in STOP or (len(token) == 1 and not token.isdigit()):
        return (), ()
    return (key(token),), parts(token)
