"""A letter as it lies on the desk: letterhead, references, title and body, the one source of preview, Word
and PDF.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from deviations.adapters.letter_tree import (
    Block,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Runs,
    Table,
    clean,
    parse,
)
from deviations.domain.letter_words import MONTHS

TO, COPY_TO = "Till", "Kopia till"


@dataclass(frozen=True, slots=True)
class LetterSheet:
    """What is on the sheet. Empty fields leave no trace; `mark` ("UTKAST") stands on every "
    "page when not empty.

    `body` is Markdown, everything else plain text. `dated` goes into the files' properties; without it the
    date is read
    from `place_and_date`.
    """

    sender: tuple[str, ...]
    place_and_date: str
    registry_number: str
    your_reference: str
    handler: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    title: str
    body: str
    mark: str = ""
    dated: date | None = None

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """(label, value) of the reference block, those that are filled in."""
        rows = (
            ("Datum", self.place_and_date),
            ("Diarienummer", self.registry_number),
            ("Er beteckning", self.your_reference),
            ("Handläggare", self.handler),
        )
        return tuple((label, value) for label, value in rows if value)

    @property
    def day(self) -> date | None:
        """The day the files say they were made: `dated`, or what `place_and_date` says ("21 november
        2026").
        """
        if self.dated:
            return self.dated
        found = re.search(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b", self.place_and_date.casefold())
        try:
            return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1])) if found else None
        except ValueError:
            return None

    def tidy(self) -> "LetterSheet":
        """The same sheet without characters that no document may hold, each field on one line, and no
        empty lines.
        """
        return replace(
            self,
            sender=_tidy(self.sender),
            place_and_date=_line(self.place_and_date),
            registry_number=_line(self.registry_number),
            your_reference=_line(self.your_reference),
            handler=_line(self.handler),
            recipients=_tidy(self.recipients),
            copies=_tidy(self.copies),
            title=_line(self.title),
            mark=_line(self.mark),
        )


def _line(value: str) -> str:
    return re.sub(r"[ \n]+", " ", clean(value)).strip()


def _tidy(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for part in lines if (line := _line(part)))


def to_text(sheet: LetterSheet) -> str:
    """The letter as plain text in the order of the files, paragraphs apart by an empty line. Raises
    TooLarge.
    """
    sheet = sheet.tidy()
    parts = [
        sheet.mark,
        "\n".join(sheet.sender),
        "\n".join(f"{label}: {value}" for label, value in sheet.references),
        "\n".join((TO, *sheet.recipients)) if sheet.recipients else "",
        sheet.title,
        *_lines(parse(sheet.body)),
        "\n".join((COPY_TO, *sheet.copies)) if sheet.copies else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading(runs=runs) | Paragraph(runs=runs):
                yield _plain(runs)
            case ListBlock(ordered, start, items):
                marks = (f"{start + at}." if ordered else "-" for at in range(len(items)))
                yield "\n".join(_hung(mark, "\n".join(_lines(item))) for mark, item in zip(marks, items, strict=True))
            case Table(_, header, rows):
                yield "\n".join("\t".join(_plain(cell) for cell in row) for row in (header, *rows))
            case Quote(inside):
                yield "\n".join(f"  {line}".rstrip() for line in "\n\n".join(_lines(inside)).split("\n"))


def _hung(mark: str, text: str) -> str:
    return f"{mark} " + text.replace("\n", "\n" + " " * (len(mark) + 1))


def _plain(runs: Runs) -> str:
    return "".join(run.text for run in runs)
