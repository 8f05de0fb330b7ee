"""The letter as plain text, from the same tree as the preview: lines of at most 72 characters, tables in columns, and
nothing that a mail program or a terminal could act on. And as Markdown, to take into another program.
"""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import TextWrapper

from deviations.adapters.letter_chart import legend, rows
from deviations.adapters.letter_nodes import Block, Figure, Heading, ListBlock, Paragraph, Quote, Runs, Table
from deviations.adapters.letter_sheet import COPY_TO, TO, LetterSheet
from deviations.domain.letter_blocks import canonical, named, placed
from deviations.domain.letter_words import cell, literal

WIDTH = 72
LONGEST_BAR = 30  # of a chart, in characters
_UNDERLINES = {1: "=", 2: "-"}


def letter_text(sheet: LetterSheet) -> str:
    """The whole letter, as a text that ends with a line feed. Raises TooLarge."""
    sheet = sheet.tidy()
    references = [f"{label + ':':<15}{value}" for label, value in sheet.references]
    parts = [
        [sheet.mark] if sheet.mark else [],
        list(sheet.sender),
        references,
        [f"{TO}:", *sheet.recipients] if sheet.recipients else [],
        _titled(sheet.title, "=") if sheet.title else [],
        *([line.rstrip() for line in block] for block in _blocks(sheet.blocks, WIDTH)),
        [f"{COPY_TO}:", *sheet.copies] if sheet.copies else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def letter_markdown(sheet: LetterSheet) -> str:
    """Title and body as Markdown, the charts as tables."""
    lines = sheet.body.strip().split("\n")
    for at, name in placed("\n".join(lines)):
        block = named(name)
        chart = sheet.charts.get(canonical(*block)) if block else None
        if chart is not None:
            told = [f"| {cell(name)} | {cell(str(count))} |" for name, count in rows(chart)]
            caption, finding = (literal(text) for text in legend(chart))
            lines[at] = "\n".join([f"{caption} {finding}\n", "| Tid | Antal |", "| :--- | ---: |", *told])
    return f"# {literal(sheet.title)}\n\n" + "\n".join(lines) + "\n"


def _blocks(blocks: Iterable[Block], width: int) -> Iterator[list[str]]:
    """The lines of each block."""
    for block in blocks:
        match block:
            case Heading(level, runs):
                yield _titled(_said(runs), _UNDERLINES.get(level + 1, ""))
            case Paragraph(runs):
                yield _wrapped(_said(runs), width)
            case ListBlock():
                yield _list(block, width)
            case Quote(inside):
                yield [f"> {line}" for line in _joined(_blocks(inside, width - 2))]
            case Table():
                yield _table(block, width)
            case Figure(chart):
                yield [
                    *_wrapped(" ".join(legend(chart)), width),
                    "",
                    *_bars(rows(chart)),
                ]


def _said(runs: Runs) -> str:
    """The words; a link's address stands after them unless they are the address."""
    said: list[str] = []
    for at, run in enumerate(runs):
        said.append(run.text)
        ends = at + 1 == len(runs) or runs[at + 1].link != run.link
        address = run.link.removeprefix("mailto:")
        if run.link and ends and address not in run.text:
            said.append(f" ({address})")
    return "".join(said)


def _titled(title: str, line: str) -> list[str]:
    lines = _wrapped(title, WIDTH)
    return [*lines, line * max(map(len, lines))] if line and lines else lines


def _wrapped(text: str, width: int) -> list[str]:
    wrapper = TextWrapper(max(width, 20), break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
    return [line for part in text.split("\n") for line in (wrapper.wrap(part) or [""])]


def _list(block: ListBlock, width: int) -> list[str]:
    lines = []
    for number, item in enumerate(block.items, block.start):
        mark = f"{number}. " if block.ordered else "- "
        inside = _joined(_blocks(item, width - len(mark)), apart=not _plain(item))
        lines += [f"{mark if at == 0 else ' ' * len(mark)}{line}" for at, line in enumerate(inside)]
    return lines


def _plain(item: tuple[Block, ...]) -> bool:
    """Whether an item is a paragraph, perhaps with lists under it: no empty lines inside it then."""
    return all(isinstance(block, Paragraph | ListBlock) for block in item) and isinstance(item[0], Paragraph)


def _joined(blocks: Iterable[list[str]], apart: bool = True) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        lines += ["", *block] if lines and apart else block
    return lines


def _table(table: Table, width: int) -> list[str]:
    """Columns side by side, numbers to the right, a line under the header; the cells under each other where the lines
    would be too long.
    """
    rows = [[_said(cell).replace("\n", " ") for cell in row] for row in (table.header, *table.rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    if sum(widths) + 2 * len(widths) > width:
        return _stacked(rows, width)
    sides = [">" if side == "right" else "^" if side == "center" else "<" for side in table.aligned]
    head, *body = [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)) for row in rows
    ]
    return [head, "  ".join("-" * width for width in widths), *body]


def _stacked(rows: list[list[str]], width: int) -> list[str]:
    """Each row as lines of "column: cell", an empty line between rows."""
    head, *body = rows
    if not body:
        return _wrapped(" | ".join(head), width)
    said = ([f"{name}: {cell}" if name else cell for name, cell in zip(head, row, strict=True)] for row in body)
    return _joined([[line for cell in row for line in _wrapped(cell, width)] for row in said])


def _bars(points: Sequence[tuple[str, int | str]]) -> list[str]:
    """A chart as lines: the name, a bar of number signs, the count; a hidden count has no bar."""
    highest = max((count for _, count in points if isinstance(count, int)), default=0)
    widest = max((len(name) for name, _ in points), default=0)
    return [
        f"{name:<{widest}}  " + (f"{bar} {count}" if (bar := _bar(count, highest)) else str(count))
        for name, count in points
    ]


def _bar(count: int | str, highest: int) -> str:
    return "" if isinstance(count, str) or not highest else "#" * round(LONGEST_BAR * count / highest)
