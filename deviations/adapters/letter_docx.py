"""The letter as a Word file with real heading, list, quote and table styles, made from the same tree as
the preview.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from deviations.adapters import letter_chart
from deviations.adapters.letter_docx_styles import (
    AFTER_LIST,
    TEXT_WIDTH,
    dress,
    header_and_footer,
    hyperlink,
    list_number,
    table_look,
)
from deviations.adapters.letter_nodes import (
    Block,
    Figure,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Run,
    Runs,
    Table,
    with_leads,
)
from deviations.adapters.letter_sheet import COPY_TO, TO, LetterSheet
from deviations.domain.days import today
from deviations.domain.letter_blocks import Chart

if TYPE_CHECKING:
    from docx.document import Document

SHORT_TABLE = 12  # rows that stay together on a page
_DEEPEST = 3  # Word has three levels of its list styles


def letter_docx(sheet: LetterSheet) -> bytes:
    """The file's bytes: A4, Swedish, page numbers, header rows that repeat. Raises TooLarge."""
    from docx import Document as new_document

    on = sheet.day or today()
    sheet = sheet.tidy()
    document = new_document(BytesIO(_dressed()))
    _properties(document, sheet, on)
    header_and_footer(
        document, " · ".join(part for part in (*sheet.sender[:1], sheet.registry_number) if part), sheet.mark
    )
    _front(document, sheet)
    write_blocks(document, sheet.blocks)
    if sheet.copies:
        _lines(document, (COPY_TO, *sheet.copies), labelled=True)
    made = BytesIO()
    document.save(made)
    return _dated(made, on)


def _dated(made: BytesIO, on: date) -> bytes:
    """The same file, its parts dated by the letter and not by the clock: laid out again it has the same bytes."""
    dated = BytesIO()
    with ZipFile(made) as parts, ZipFile(dated, "w", ZIP_DEFLATED) as out:
        for part in parts.infolist():
            out.writestr(ZipInfo(part.filename, (on.year, on.month, on.day, 0, 0, 0)), parts.read(part), ZIP_DEFLATED)
    return dated.getvalue()


@cache
def _dressed() -> bytes:
    """An empty letter in its clothes, made once: putting them on takes as long as writing a page."""
    from docx import Document as new_document

    document = new_document()
    dress(document)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _properties(document: "Document", sheet: LetterSheet, on: date) -> None:
    about = document.core_properties
    about.title = sheet.title[:255]
    about.author = sheet.sender[0][:255] if sheet.sender else ""
    about.language = "sv-SE"
    about.comments = about.subject = ""
    about.created = about.modified = datetime.combine(on, time(12), UTC)


def _front(document: "Document", sheet: LetterSheet) -> None:
    if sheet.mark:
        _paragraph(document, "Letter Mark").add_run(sheet.mark)
    if sheet.sender:
        _lines(document, sheet.sender)
    for label, value in sheet.references:
        line = _paragraph(document, "Letter Reference")
        _label(line, label)
        line.add_run(f"\t{value}")
    if sheet.recipients:
        _lines(document, (TO, *sheet.recipients), labelled=True)
    if sheet.title:
        _paragraph(document, "Heading 1").add_run(sheet.title)


def _lines(document: "Document", lines: tuple[str, ...], labelled: bool = False) -> None:
    """A block of lines; the first is a small label, or the sender's name in bold."""
    block = _paragraph(document, "Letter Block")
    block.paragraph_format.keep_together = True
    for at, line in enumerate(lines):
        if at:
            block.runs[-1].add_break()
        if at or not labelled:
            block.add_run(line).bold = True if not at else None
        else:
            _label(block, line)


def _label(paragraph: Any, text: str) -> None:
    paragraph.add_run(text)._r.style = "LetterLabel"


def write_blocks(place: Any, blocks: Iterable[Block], depth: int = 0, style: str = "Normal") -> None:
    """Adds blocks to a dressed document; `depth` is how many lists they are in, `style` that of their paragraphs."""
    for block, lead in with_leads(blocks):
        match block:
            case Heading(level, runs):
                _write(_paragraph(place, f"Heading {min(level + 1, 9)}"), runs)
            case Paragraph(runs):
                paragraph = _paragraph(place, style)
                if lead:
                    paragraph.paragraph_format.keep_with_next = True
                _write(paragraph, runs)
            case ListBlock():
                _list(place, block, min(depth + 1, _DEEPEST))
            case Quote(inside):
                write_blocks(place, inside, depth, "Quote")
            case Table():
                _table(place, block)
            case Figure(chart):
                _figure(place, chart)


def _paragraph(place: Any, style: str) -> Any:
    """A new paragraph. Word's style ids are the names without spaces; looking each up would cost milliseconds."""
    added = place.add_paragraph()
    added._p.style = style.replace(" ", "")
    return added


def _list(place: Any, block: ListBlock, depth: int) -> None:
    deeper = f" {depth}" if depth > 1 else ""
    style = ("List Number" if block.ordered else "List Bullet") + deeper
    number = list_number(place, style, block.start) if block.ordered else None
    for at, (first, *rest) in enumerate(block.items, 1):
        paragraph = _paragraph(place, style)
        if number is not None:
            _numbered(paragraph, number)
        if isinstance(first, Paragraph):
            _write(paragraph, first.runs)
        else:
            rest = [first, *rest]
        if at == len(block.items) and depth == 1:
            paragraph.paragraph_format.space_after = AFTER_LIST
        write_blocks(place, rest, depth, f"List Continue{deeper}")


def _numbered(paragraph: Any, number: int) -> None:
    """Tie a paragraph to its own count, so that every list begins anew."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def _table(place: Any, block: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as SIDE
    from docx.text.paragraph import Paragraph as TextParagraph

    sides = {"left": SIDE.LEFT, "right": SIDE.RIGHT, "center": SIDE.CENTER}
    table = place.add_table(rows=0, cols=len(block.header), style="Letter Table")
    for at, row in enumerate((block.header, *block.rows)):
        added = table.add_row()
        for cell, runs, side in zip(added._tr.tc_lst, row, block.aligned, strict=False):
            paragraph = TextParagraph(cell.p_lst[0], table)
            paragraph._p.style = "TableHeading" if at == 0 else "TableText"
            paragraph.alignment = sides.get(side, SIDE.LEFT)
            if at < len(block.rows) <= SHORT_TABLE:
                paragraph.paragraph_format.keep_with_next = True
            _write(paragraph, runs)
    lengths = [
        max(sum(len(run.text) for run in cell) for cell in column)
        for column in zip(block.header, *block.rows, strict=True)
    ]
    table_look(table, lengths)
    _paragraph(place, "Table After")


def _figure(place: Any, chart: Chart) -> None:
    """The chart as a picture with its text for those who hear it, and under it what it shows."""
    from docx.shared import Cm

    from deviations.adapters.letter_pdf import chart_png

    paragraph = _paragraph(place, "Letter Figure")
    picture = paragraph.add_run().add_picture(BytesIO(chart_png(chart)), width=Cm(TEXT_WIDTH))
    picture._inline.docPr.set("descr", letter_chart.spoken(chart))
    for side in ("distT", "distB", "distL", "distR"):  # left out, LibreOffice sets the picture in by 3 mm
        picture._inline.set(side, "0")
    caption, finding = letter_chart.legend(chart)
    under = _paragraph(place, "Caption")
    under.add_run(caption).bold = True
    under.add_run(f" {finding}")


def _write(paragraph: Any, runs: Runs) -> None:
    for run in runs:
        if run.text == "\n":
            (paragraph.runs[-1] if paragraph.runs else paragraph.add_run()).add_break()
        elif run.link:
            hyperlink(paragraph, run.link, run.text, run.strong, run.em)
        else:
            _styled(paragraph.add_run(run.text), run)


def _styled(added: Any, run: Run) -> None:
    added.bold = run.strong or None
    added.italic = run.em or None
