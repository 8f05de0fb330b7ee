"""Minutes as a Word file, in the dress of the letters. What people wrote is only ever text in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO

from deviations.adapters.letter_docx import write_blocks
from deviations.adapters.letter_docx_styles import dress, header_and_footer
from deviations.adapters.letter_nodes import Block, Heading, ListBlock, Paragraph, Run
from deviations.adapters.letter_tree import clean


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the minutes name, where it is found (on the page only), and what there is to say of it."""

    what: str
    detail: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind under a heading, after a sentence about them all if there is one."""

    title: str
    entries: Sequence[Entry] = ()
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the minutes with its sections."""

    title: str
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The minutes as they are read, on the page and in the file."""

    title: str
    lead: str
    parts: Sequence[Part]
    on: date
    language: str = "sv-SE"


def minutes_docx(sheet: Sheet) -> bytes:
    """The file's bytes: A4, page numbers, real headings and lists."""
    from docx import Document as new_document

    document = new_document()
    dress(document)
    about = document.core_properties
    title = _line(sheet.title)
    about.title, about.author, about.language, about.comments, about.subject = title[:255], "", sheet.language, "", ""
    about.created = about.modified = datetime.combine(sheet.on, time(12), UTC)
    header_and_footer(document, title, "")
    document.add_heading(title, level=1)
    write_blocks(document, _blocks(sheet))
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _blocks(sheet: Sheet) -> Iterable[Block]:
    yield Paragraph((Run(_line(sheet.lead)),))
    for part in sheet.parts:
        yield Heading(1, (Run(_line(part.title)),))
        for section in part.sections:
            yield Heading(2, (Run(_line(section.title)),))
            if section.lead:
                yield Paragraph((Run(_line(section.lead)),))
            if section.entries:
                yield ListBlock(False, 1, tuple((Paragraph(_runs(entry)),) for entry in section.entries))


def _runs(entry: Entry) -> tuple[Run, ...]:
    what = Run(_line(entry.what))
    return (what, Run("\n"), Run(_line(entry.detail), em=True)) if entry.detail else (what,)


def _line(text: str) -> str:
    """The text on one line, without characters that no document may hold."""
    return " ".join(clean(text).split())
