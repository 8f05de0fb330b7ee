"""The letter as safe HTML for the preview: every text is escaped here, and no other tag can come out than
these.
"""

from collections.abc import Iterable
from html import escape

from deviations.adapters.letter_chart import drawing, legend
from deviations.adapters.letter_nodes import Block, Figure, Heading, ListBlock, Paragraph, Quote, Run, Runs, Table
from deviations.adapters.letter_sheet import COPY_TO, TO, LetterSheet
from deviations.domain.letter_blocks import Chart


def sheet_html(sheet: LetterSheet, level: int = 2) -> str:
    """The whole letter, its title a heading of `level` (1 to 5) and the sections one below. Raises
    TooLarge.
    """
    sheet = sheet.tidy()
    refs = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in sheet.references)
    return "\n".join(
        part
        for part in (
            '<article class="letter" lang="sv">',
            sheet.mark and f'<p class="letter-mark">{escape(sheet.mark)}</p>',
            _address("letter-sender", "", sheet.sender),
            refs and f'<dl class="letter-references">{refs}</dl>',
            _address("letter-recipients", TO, sheet.recipients),
            sheet.title and f'<h{level} class="letter-title">{escape(sheet.title)}</h{level}>',
            body_html(sheet.blocks, level + 1),
            _address("letter-copies", COPY_TO, sheet.copies),
            "</article>",
        )
        if part
    )


def body_html(blocks: Iterable[Block], level: int = 2) -> str:
    """The blocks as HTML, headings of level 1 becoming `level` (never beyond h6)."""
    return "\n".join(_block(block, level) for block in blocks)


def _address(name: str, label: str, lines: tuple[str, ...]) -> str:
    """A block of lines, its label first."""
    if not lines:
        return ""
    head = [f'<span class="letter-label">{escape(label)}</span>'] if label else []
    return f'<p class="{name}">' + "<br>".join([*head, *(escape(line) for line in lines)]) + "</p>"


def _block(block: Block, level: int) -> str:
    match block:
        case Heading(depth, runs):
            tag = f"h{min(level + depth - 1, 6)}"
            return f"<{tag}>{_inline(runs)}</{tag}>"
        case Paragraph(runs):
            return f"<p>{_inline(runs)}</p>"
        case ListBlock(ordered, start, items):
            opened = (f'<ol start="{start}">' if start != 1 else "<ol>") if ordered else "<ul>"
            inside = "".join(f"<li>{_item(item, level)}</li>" for item in items)
            return f"{opened}{inside}</{'ol' if ordered else 'ul'}>"
        case Quote(inside):
            return f"<blockquote>{body_html(inside, level)}</blockquote>"
        case Table():
            return _table(block)
        case Figure(chart):
            return _figure(chart)


def _figure(chart: Chart) -> str:
    caption, finding = (escape(text) for text in legend(chart))
    return (
        f'<figure class="chart letter-chart">{drawing(chart)}'
        f"<figcaption><strong>{caption}</strong> {finding}</figcaption></figure>"
    )


def _item(blocks: tuple[Block, ...], level: int) -> str:
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return _inline(blocks[0].runs)
    return body_html(blocks, level)


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col" class="align-{side}">{_inline(cell)}</th>'
        for side, cell in zip(table.aligned, table.header, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="align-{side}">{_inline(cell)}</td>' for side, cell in zip(table.aligned, row, strict=False)
        )
        + "</tr>"
        for row in table.rows
    )
    return f'<table class="letter-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _inline(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    if run.text == "\n":
        return "<br>"
    text = escape(run.text)
    if run.em:
        text = f"<em>{text}</em>"
    if run.strong:
        text = f"<strong>{text}</strong>"
    return f'<a href="{escape(run.link)}" rel="noopener noreferrer">{text}</a>' if run.link else text
