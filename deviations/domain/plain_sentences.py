"""Finds the sentences of a letter's Markdown with their places in it, for those who look at its language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*\s*")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_BLOCK = re.compile(r"\s*\{\{[^{}]*\}\}\s*")
_BLANK = re.compile(r"\[[^\[\]\n]*fylls i[^\[\]\n]*\]")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\n]*\)")
_WORD = re.compile(r"[^\W_]+(?:[-:/.’'–][^\W_]+)*")
# Looked for where a run of marks begins only: else a run as long as a letter takes a minute.
_END = re.compile(r"(?<![.!?…])[.!?…]++[”\"’)\]]*+(?=\s++[”\"’(\[]*+[A-ZÅÄÖ0-9])")
_LAST = re.compile(r"([^\W_][^\s]*)\.$")
_SHORTENED = frozenset(
    "t.ex bl.a dvs p.g.a d.v.s s.k fr.o.m t.o.m ca kap nr jfr resp st kl tel sid art prop avd dnr enl ev inkl".split()
)
"""Words that end with a full stop inside a sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is read, without Markdown's marks but as long as it was written: `text` begins at `start`.

    `under` is the heading that it stands under; `quoted` is whether it stands in a block quote, in others' words.
    """

    text: str
    start: int
    under: str
    quoted: bool

    @property
    def end(self) -> int:
        """The place in the Markdown after its last character."""
        return self.start + len(self.text)

    @property
    def words(self) -> list[str]:
        """Its words and numbers; "2003:1210" is one."""
        return [found[0] for found in _WORD.finditer(self.text)]


def sentences(markdown: str) -> Iterator[Sentence]:
    """The sentences of the running text and the lists, in order. Headings, tables and evidence blocks have none."""
    for start, end, under, quoted in _units(markdown):
        text = _bare(markdown[start:end])
        at = 0
        for stop in [*_stops(text), len(text)]:
            said = text[at:stop]
            if said.strip():
                begins = at + len(said) - len(said.lstrip())
                yield Sentence(said.strip(), start + begins, under, quoted)
            at = stop


def headings(markdown: str) -> Iterator[tuple[str, int, int]]:
    """Each heading's words, and where its line begins and ends."""
    at = 0
    for line in markdown.split("\n"):
        if found := _HEADING.fullmatch(line):
            yield found[1], at, at + len(line)
        at += len(line) + 1


def _units(markdown: str) -> Iterator[tuple[int, int, str, bool]]:
    """The places of paragraphs and list items, the heading they stand under, and whether they are quoted."""
    at, start, under, quoted = 0, -1, "", False
    for line in [*markdown.split("\n"), ""]:
        heading, quote = _HEADING.fullmatch(line), bool(_QUOTE.match(line))
        bare = _QUOTE.sub("", line, count=1) if quote else line
        apart = not bare.strip() or bool(heading) or bare.lstrip().startswith("|") or bool(_BLOCK.fullmatch(line))
        item = _ITEM.match(bare)
        if start >= 0 and (apart or item or quote != quoted):
            yield start, at - 1, under, quoted
            start = -1
        if heading:
            under = heading[1]
        if start < 0 and not apart:
            start, quoted = at + (len(line) - len(bare)) + (item.end() if item else 0), quote
        at += len(line) + 1


def _bare(text: str) -> str:
    """The text with spaces for Markdown's marks, so that every place stays; a blank to fill in counts as a word."""
    text = _BLANK.sub(lambda m: "X" + " " * (len(m[0]) - 1), text)
    text = _LINK.sub(lambda m: f" {m[1]}" + " " * (len(m[0]) - len(m[1]) - 1), text)
    text = re.sub(r"(?m)^\s{0,3}>", lambda m: " " * len(m[0]), text)
    return re.sub(r"[\n*_`]|\\(?=[^\w\s])", " ", text)


def _stops(text: str) -> Iterator[int]:
    """Where sentences end, but for the last."""
    for found in _END.finditer(text):
        last = _LAST.search(text[max(0, found.start() - 20) : found.start() + 1])
        word = last[1].strip('(”"').casefold() if last else ""
        if word not in _SHORTENED and not (len(word) == 1 and word.isalpha()):
            yield found.end()
