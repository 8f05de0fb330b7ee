"""The nodes of a letter's tree: the few kinds of blocks and styled texts from which preview and files are made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from deviations.domain.letter_blocks import Chart


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style. A text of one line feed is a hard line break."""

    text: str
    strong: bool = False
    em: bool = False
    link: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; levels begin at 1 and never skip one."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list, numbered from `start` or with bullets. Each item has blocks of its own."""

    ordered: bool
    start: int
    items: tuple[tuple["Block", ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one header row. `aligned` is "left", "right" or "center" for each column; all rows are
    as long.
    """

    aligned: tuple[str, ...]
    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quote."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, from the letter's frozen numbers and never from its text."""

    chart: Chart


Block = Heading | Paragraph | ListBlock | Table | Quote | Figure


def with_leads(blocks: Iterable[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block, and whether it is a paragraph that leads in what follows and must stay on its page."""
    kept = [*blocks, None]
    for block, after in pairwise(kept):
        if block is not None:
            yield block, isinstance(block, Paragraph) and isinstance(after, ListBlock | Table | Quote | Figure)
