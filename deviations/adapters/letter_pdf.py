"""The letter as a tagged, archivable PDF (PDF/A-2a and PDF/UA-1), set by Typst from the same tree as the preview; and
its charts as pictures for the Word file.
"""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from deviations.adapters import letter_chart
from deviations.adapters.letter_nodes import (
    Block,
    Figure,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Runs,
    Table,
    with_leads,
)
from deviations.adapters.letter_sheet import LetterSheet
from deviations.domain.days import today
from deviations.domain.letter_blocks import Chart

if TYPE_CHECKING:
    import typst

LONGEST_WORD = 40  # a longer run of letters may break after every so many, or it would leave the page
MOST_RARE = 100  # different rare characters that are tried one by one; with more, all are spelled out
_ZERO_WIDTH_SPACE = "\u200b"
_RARE = re.compile(r"[^\n\x20-\x7e\xa0-\u017f\u2010-\u2015\u2018-\u201e\u2022\u2026\u20ac\u200b]")


def letter_pdf(sheet: LetterSheet) -> bytes:
    """The PDF's bytes: the same for the same sheet, when it says its day (else today's is "
    "set). Raises TooLarge.

    A character that no font of the program has (emoji, Chinese) is written by its code, "[U+1F600]", as
    PDF/A admits no empty boxes. Nothing is fetched and no font of the machine is used.
    """
    import typst

    on = sheet.day or today()
    given = _given(sheet.tidy(), on)
    moment = int(datetime.combine(on, time(12), UTC).timestamp())
    try:
        return _compile(_template(), _spelled(given, _can_show), moment)
    except typst.TypstError:  # a sequence that fails though each of its characters can be shown
        return _compile(_template(), _spelled(given, lambda char: False), moment)


PICTURE_DPI = 220  # of the charts in Word: sharp on paper at 155 mm


@lru_cache(maxsize=64)
def chart_png(chart: Chart) -> bytes:
    """A chart as a picture, drawn as in the PDF; the same chart gives the same bytes."""
    import typst

    drawing = _spelled(letter_chart.given(chart), _can_show)
    made = typst.Compiler(_chart_template() + _PICTURE.encode(), font_paths=_fonts()).compile(
        format="png", ppi=PICTURE_DPI, sys_inputs={"chart": json.dumps(drawing, ensure_ascii=False)}
    )
    if not isinstance(made, bytes):
        raise TypeError("one picture was expected")
    return made


_PICTURE = """
#set page(width: 155mm, height: auto, margin: 0.5mm, fill: white)
#set text(font: ("Skrivelse Sans", "Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern Math"), lang: "sv")
#drawn(json(bytes(sys.inputs.chart)))
"""


def _compile(source: bytes, given: dict[str, Any], moment: int = 0) -> bytes:
    """Set one document. Each has a compiler of its own, as one may not be shared between threads; fonts
    may.
    """
    import typst

    made = typst.Compiler(source, font_paths=_fonts()).compile(
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        sys_inputs={"sheet": json.dumps(given, ensure_ascii=False)},
        timestamp=moment,
    )
    if not isinstance(made, bytes):
        raise TypeError("one document was expected")
    return made


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(resources.files("deviations") / "static/fonts/pdf")])


@cache
def _template() -> bytes:
    """The chart and the letter as one file: a compiler that is given bytes has no files to import."""
    return _chart_template() + (resources.files("deviations.adapters") / "letter.typ").read_bytes()


@cache
def _chart_template() -> bytes:
    return (resources.files("deviations.adapters") / "letter_chart.typ").read_bytes()


_PROBE = """#set document(title: "x")
#set text(font: ("Skrivelse Sans", "Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern Math"))
#text(json(bytes(sys.inputs.sheet)).text)"""


@lru_cache(maxsize=4096)
def _can_show(char: str) -> bool:
    """Whether the fonts have the character and PDF/A admits it."""
    import typst

    try:
        _compile(_PROBE.encode(), {"text": f"a{char}"})
    except typst.TypstError:
        return False
    return True


def _spelled(given: dict[str, Any], can_show: Callable[[str], bool]) -> dict[str, Any]:
    """The same with every character that can't be shown written by its code."""
    text = json.dumps(given, ensure_ascii=False)
    rare = set(_RARE.findall(text))
    if not rare:
        return given
    hidden = {char for char in rare if len(rare) > MOST_RARE or not can_show(char)}
    codes = str.maketrans({char: f"[U+{ord(char):04X}]" for char in hidden})
    spelled: dict[str, Any] = json.loads(text.translate(codes))
    return spelled


def _given(sheet: LetterSheet, on: date) -> dict[str, Any]:
    """The sheet as the template reads it. Text only: no string of it is ever evaluated."""
    return {
        "title": _breakable(sheet.title),
        "name": sheet.title or "Skrivelse",
        "author": sheet.sender[0] if sheet.sender else "",
        "date": [on.year, on.month, on.day],
        "mark": sheet.mark,
        "running": _breakable(" · ".join(part for part in (*sheet.sender[:1], sheet.registry_number) if part)),
        "sender": [_breakable(line) for line in sheet.sender],
        "references": [[label, _breakable(value)] for label, value in sheet.references],
        "recipients": [_breakable(line) for line in sheet.recipients],
        "copies": [_breakable(line) for line in sheet.copies],
        "body": _blocks(sheet.blocks),
    }


def _blocks(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [_block(block) | ({"lead": True} if lead else {}) for block, lead in with_leads(blocks)]


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(level, runs):
            return {"kind": "heading", "level": level, "runs": _runs(runs)}
        case Paragraph(runs):
            return {"kind": "paragraph", "runs": _runs(runs)}
        case ListBlock(ordered, start, items):
            return {
                "kind": "list",
                "ordered": ordered,
                "start": start,
                "items": [_blocks(item) for item in items],
            }
        case Quote(inside):
            return {"kind": "quote", "blocks": _blocks(inside)}
        case Table(aligned, header, rows):
            cells = [[_runs(cell) for cell in row] for row in rows]
            return {
                "kind": "table",
                "aligned": aligned,
                "header": [_runs(cell) for cell in header],
                "rows": cells,
            }
        case Figure(chart):
            return {"kind": "figure", "chart": letter_chart.given(chart)}


def _runs(runs: Runs) -> list[dict[str, Any]]:
    return [{"text": _breakable(run.text), "strong": run.strong, "em": run.em, "link": run.link} for run in runs]


def _breakable(text: str) -> str:
    """The text with a place to break, which no reader sees, inside words that are longer than any Swedish
    one.
    """
    return re.sub(rf"\S{{{LONGEST_WORD}}}(?=\S)", lambda m: m[0] + _ZERO_WIDTH_SPACE, text)
