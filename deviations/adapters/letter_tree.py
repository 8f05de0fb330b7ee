"""Reads a letter's Markdown into one small tree, from which preview, Word file and PDF are all made.

Nothing in the text can act: raw HTML, images, reference definitions and code are left as the characters
they are, the HTML that Markdown makes is cleaned by nh3, and only the few nodes below are taken from it.
Python-Markdown is quadratic on hostile text (20 kB of "[" take half a minute), so what makes it so is
bounded before it starts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from types import MappingProxyType

from deviations.adapters.letter_nodes import Block, Figure, Heading, ListBlock, Paragraph, Quote, Run, Runs, Table
from deviations.domain.letter_blocks import Chart, canonical, named, placed

MAX_CHARACTERS = 60_000
MAX_LINES = 2_000
MAX_MARKS = 200  # characters that may act ("[", "*" …) in one paragraph; a letter's has a dozen
MAX_MARKS_IN_ALL = 2_000
MAX_COLUMNS = 30
MAX_PILE = 4  # marks on one letter; piles of eight all over a letter take the PDF half a minute
MAX_DEPTH = 6  # lists and quotes inside each other; deeper ones become paragraphs of the sixth

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CELLS = ("table", "thead", "tbody", "tr", "th", "td")
_NESTING = frozenset(("ul", "ol", "blockquote"))
_INLINE = frozenset(("strong", "em", "a", "br"))
_TAGS = frozenset(("p", "li", *_HEADINGS, *_CELLS, *_NESTING, *_INLINE))
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_HIDING = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_REFERENCE = re.compile(r"&(?=#(?:x0*([0-9a-f]{1,6})|0*([0-9]{1,7}));)", re.IGNORECASE)
_MARKERS = re.compile(rf"(?m)^((?:[ ]*(?:[-+*>]|\d{{1,9}}\.)){{{MAX_DEPTH}}}[ ]*)(?=[-+*>\d])")
_ACTING = re.compile(r"[\[*_\\&<]")
# Noncharacters, which `clean` has taken from the text, stand for marks that shall not act until Markdown is
# done.
_VEIL = dict(zip(map(ord, "[*_\\&<|"), range(0xFDD0, 0xFDD8), strict=False))
_UNVEIL = {**{veil: chr(mark) for mark, veil in _VEIL.items()}, 0xFDDF: ""}
_STOP = "\ufddf"
_FRAME = "\ufdde"
_BR = "\n"
NO_CHARTS: Mapping[str, Chart] = MappingProxyType({})


class TooLarge(ValueError):
    """The text is longer than a letter may be."""

    def __init__(self) -> None:
        longest, lines = (f"{limit:,}".replace(",", "\N{NO-BREAK SPACE}") for limit in (MAX_CHARACTERS, MAX_LINES))
        super().__init__(
            f"Skrivelsen är för lång. Den får ha högst {longest} tecken och {lines} rader. "
            "Korta texten eller lägg en del av den i en bilaga."
        )


def clean(text: str) -> str:
    """The text without what no document may hold: control characters and the marks that no language piles up on one
    letter go, lone surrogates become U+FFFD.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return _unpiled(_CONTROL.sub("", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")))


def _unreferenced(text: str) -> str:
    """The text with references to characters that no document may hold ("&#14;") left as the characters they are."""

    def kept(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else int(found[2])
        return "&amp;" if code > 0x10FFFF or 0xD800 <= code < 0xE000 or _CONTROL.match(chr(code)) else "&"

    return _REFERENCE.sub(kept, text)


def visible(text: str) -> str:
    """The text with the characters that turn its order around (as in "Trojan Source") or that nobody sees written by
    their codes, "[U+202E]": what is read is what stands there.
    """
    return text if text.isascii() else _HIDING.sub(lambda m: f"[U+{ord(m[0]):04X}]", text)


def _unpiled(text: str) -> str:
    if text.isascii():
        return text
    kept, pile = [], 0
    for letter in text:
        pile = pile + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if pile <= MAX_PILE:
            kept.append(letter)
    return "".join(kept)


def check_size(markdown: str) -> None:
    """Raises TooLarge for a text that no letter can be made of."""
    if len(markdown) > MAX_CHARACTERS or markdown.count("\n") > MAX_LINES:
        raise TooLarge


def parse(markdown: str, charts: Mapping[str, Chart] = NO_CHARTS) -> tuple[Block, ...]:
    """The blocks of a letter; a block alone in its paragraph becomes the chart of its name, if there is one.

    Raises TooLarge beyond MAX_CHARACTERS; takes under half a second whatever it holds.
    """
    check_size(markdown)
    text = _unreferenced(clean(markdown))
    try:
        builder = _Builder()
        builder.feed(_safe_html(_bounded(_framed(text, charts))))
        return tuple(_with_charts(_levelled(_blocks(builder.root)), charts))
    except RecursionError:  # a backstop: no known text gets here, and none may be lost
        return tuple(Paragraph((Run(visible(" ".join(part.split()))),)) for part in text.split("\n\n") if part.strip())


def _framed(text: str, charts: Mapping[str, Chart]) -> str:
    """The text with the places of its charts marked as no text can mark them."""
    if not charts:
        return text
    lines = text.split("\n")
    for at, name in placed(text):
        block = named(name)
        if block and (key := canonical(*block)) in charts:
            lines[at] = f"\n{_FRAME}{key}{_FRAME}\n"
    return "\n".join(lines)


def _with_charts(blocks: Iterable[Block], charts: Mapping[str, Chart]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Paragraph((Run(text),)) if text.startswith(_FRAME) and text.strip(_FRAME) in charts:
                yield Figure(charts[text.strip(_FRAME)])
            case _:
                yield block


def _bounded(text: str) -> str:
    """Take the meaning, not the characters, from marks that no letter has so many of."""
    if len(_ACTING.findall(text)) > MAX_MARKS_IN_ALL:
        text = text.translate(_VEIL)
    blocks = (b.translate(_VEIL) if len(_ACTING.findall(b)) > MAX_MARKS else b for b in text.split("\n\n"))
    lines = "\n\n".join(blocks).split("\n")
    text = "\n".join(line.translate(_VEIL) if line.count("|") > MAX_COLUMNS else line for line in lines)
    # Markdown reads a heading as its own block, but takes the rest of the block again for each one.
    return _MARKERS.sub(rf"\1{_STOP}", re.sub(r"(?m)^(?=#)", "\n", text))


def _safe_html(text: str) -> str:
    """Markdown to HTML with the allowed tags only."""
    import markdown
    import nh3
    from markdown.extensions.sane_lists import SaneListExtension
    from markdown.extensions.tables import TableExtension

    engine = markdown.Markdown(extensions=[TableExtension(use_align_attribute=True), SaneListExtension()])
    engine.preprocessors.deregister("html_block")
    for name in ("reference", "code", "hr"):
        engine.parser.blockprocessors.deregister(name)
    unwanted = "html backtick image_link image_reference reference short_reference short_image_ref"
    for name in unwanted.split():
        engine.inlinePatterns.deregister(name)
    return nh3.clean(
        engine.convert(text),
        tags=set(_TAGS),
        attributes={"a": {"href"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


class _Node:
    """An element of the cleaned HTML, its children texts or elements."""

    __slots__ = ("attrs", "children", "tag")

    def __init__(self, tag: str, attrs: dict[str, str]) -> None:
        self.tag = tag
        self.attrs = attrs
        self.children: list[_Node | str] = []


class _Builder(HTMLParser):
    """Builds the elements; a list or quote deeper than MAX_DEPTH leaves only the cuts between its parts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("", {})
        self._open = [self.root]
        self._deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        nesting = sum(node.tag in _NESTING for node in self._open)
        if self._deep or (tag in _NESTING and nesting >= MAX_DEPTH):
            self._deep += tag in _NESTING
            if tag not in _INLINE:
                self._open[-1].children.append(_Node("cut", {}))
                return
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag != "br":
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self._deep and tag not in _INLINE:
            self._deep -= tag in _NESTING
            self._open[-1].children.append(_Node("cut", {}))
        elif self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(visible(data.translate(_UNVEIL)))


def _blocks(parent: _Node) -> Iterator[Block]:
    """The blocks inside an element; texts that stand loose in it become paragraphs."""
    loose: list[_Node | str] = []
    for child in [*parent.children, _Node("cut", {})]:
        if isinstance(child, str) or child.tag in _INLINE:
            loose.append(child)
            continue
        if runs := _runs(loose):
            yield Paragraph(runs)
        loose = []
        yield from _block(child)


def _block(node: _Node) -> Iterator[Block]:
    if node.tag in ("ul", "ol"):
        items = tuple(item for li in _elements(node, "li") if (item := tuple(_blocks(li))))
        start = node.attrs.get("start", "1")
        if items:
            yield ListBlock(node.tag == "ol", int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1, items)
    elif node.tag == "blockquote":
        if inside := tuple(_blocks(node)):
            yield Quote(inside)
    elif node.tag == "table":
        yield from _table(node)
    elif node.tag != "cut" and (runs := _runs(node.children)):
        yield Heading(int(node.tag[1]), runs) if re.fullmatch("h[1-6]", node.tag) else Paragraph(runs)


def _table(node: _Node) -> Iterator[Table]:
    rows = [
        [cell for cell in row.children if isinstance(cell, _Node)]
        for part in node.children
        if isinstance(part, _Node)
        for row in _elements(part, "tr")
    ]
    if rows:
        sides = tuple(cell.attrs.get("align") or "left" for cell in rows[0])
        header, *body = [tuple(_runs(cell.children) for cell in row) for row in rows]
        yield Table(sides, header, tuple(row for row in body if any(row)))


def _elements(node: _Node, tag: str) -> Iterator[_Node]:
    return (child for child in node.children if isinstance(child, _Node) and child.tag == tag)


def _runs(children: list["_Node | str"]) -> Runs:
    """The styled texts, spaces between words made single and none at the ends or at a break."""
    pieces: list[Run] = []
    for run in _styled(children, Run("")):
        text = run.text if run.text == _BR else re.sub(r"[ \n]+", " ", run.text)
        if text != _BR and (not pieces or pieces[-1].text.endswith((" ", _BR))):
            text = text.lstrip(" ")
        if text == _BR and pieces:
            pieces[-1] = _with(pieces[-1], pieces[-1].text.rstrip(" ") or pieces[-1].text)
        if text:
            pieces.append(_with(run, text))
    while pieces and not pieces[-1].text.strip(" \n"):
        pieces.pop()
    if pieces and pieces[-1].text != _BR:
        pieces[-1] = _with(pieces[-1], pieces[-1].text.rstrip(" "))
    return tuple(pieces)


def _with(run: Run, text: str) -> Run:
    return Run(text, run.strong, run.em, run.link)


def _styled(children: list["_Node | str"], style: Run) -> Iterator[Run]:
    for child in children:
        if isinstance(child, str):
            # A line feed in the text is a space; one as a run of its own is kept for the hard break.
            yield _with(style, child.replace("\n", " "))
        elif child.tag == "br":
            yield _with(style, _BR)
        else:
            link = _address(child.attrs.get("href", "")) if child.tag == "a" else ""
            strong, em = style.strong or child.tag == "strong", style.em or child.tag == "em"
            yield from _styled(child.children, Run("", strong, em, link or style.link))


def _address(href: str) -> str:
    """The address of a link that may be followed from a letter; "" for every other kind."""
    return href if re.match(r"(?:https?://|mailto:)[^\s\\]+$", href, re.IGNORECASE) else ""


def _levelled(blocks: Iterator[Block]) -> Iterator[Block]:
    """Headings from level 1 on, none skipped: a reader who hears the letter moves by them."""
    above: list[int] = []
    for block in blocks:
        if isinstance(block, Heading):
            above = [level for level in above if level < block.level] + [block.level]
            block = Heading(len(above), block.runs)
        yield block
