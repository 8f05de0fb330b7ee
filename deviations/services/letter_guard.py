"""The privacy guard over a whole letter, before it is handed in and before it is sent: title, text as it will be read,
and chosen cases. What must never leave blocks; of other words that may point somebody out it asks once.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain import privacy
from deviations.domain.workflow import NotAllowed
from deviations.models import AuditEntry, Letter
from deviations.services import letter_sheets

if TYPE_CHECKING:
    from deviations.adapters.letter_nodes import Block

PASSING = ("letter.moved", "letter.saved", "letter.case_passed", "letter.reminded")
"""The lines of the audit log that remember which words were passed."""

AROUND = 40
"""So many characters are shown on each side of a word."""


@dataclass(frozen=True, slots=True)
class Pointing:
    """A word of the letter that may point somebody out, once however often it stands there, and the words around it."""

    word: str
    kind: privacy.Kind
    before: str
    after: str
    key: str
    refused: bool


class PointsOut(NotAllowed):
    """The letter holds words that have to go, or that nobody has said point out nobody."""

    def __init__(self, found: list[Pointing]) -> None:
        super().__init__("points_out")
        self.found = found


def look(session: Session, letter: Letter) -> list[Pointing]:
    """What has to go, and what is still to be asked about: words that were passed for this letter are not asked again.

    Raises TooLarge.
    """
    known = passed(session, letter)
    found: dict[str, Pointing] = {}
    for one in _pointings(letter):
        if one.refused or mark(letter, one.key) not in known:
            found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: not one.refused)


def check(session: Session, letter: Letter, kept: Collection[str]) -> list[str]:
    """The marks of the words that are passed now, for the audit line of the step; `kept` are the keys of those that
    somebody has read and says point out nobody. Raises PointsOut, TooLarge.
    """
    found = look(session, letter)
    if any(one.refused or one.key not in kept for one in found):
        raise PointsOut(found)
    return sorted(mark(letter, one.key) for one in found)


def marks_of(session: Session, letter: Letter, names: Iterable[str]) -> list[str]:
    """The marks of the words that stand in the letter because these names were just written into it: those who decide
    and sign answer for it, and nobody need be asked about them.
    """
    written = " ".join("\n".join(names).casefold().split())
    return sorted(mark(letter, one.key) for one in look(session, letter) if not one.refused and one.key in written)


def mark(letter: Letter, key: str) -> str:
    """By what a passed word is remembered in the audit log, which holds no words."""
    return hashlib.sha256(f"{letter.id}:{key}".encode()).hexdigest()[:16]


def digest(found: Iterable[Pointing]) -> str:
    """What a form remembers of the words that it showed, so that only these are passed."""
    return hashlib.sha256("\n".join(sorted(one.key for one in found)).encode()).hexdigest()[:16]


def passed(session: Session, letter: Letter) -> set[str]:
    """The marks of the words that somebody has read and said point nobody out, at whichever step or save."""
    steps = select(AuditEntry.detail).where(AuditEntry.subject == f"letter:{letter.id}", AuditEntry.action.in_(PASSING))
    return {one for detail in session.scalars(steps) for one in json.loads(detail).get("passed", ())}


def _pointings(letter: Letter) -> Iterator[Pointing]:
    """What is found in the letter as it is read: Markdown could hide a number behind its marks (`8507**09**`). As it is
    written it is searched for what must never leave: the address of a link is not read.
    """
    for text in (reading(letter), *(case.text for case in letter.cases)):
        yield from (_pointing(text, span) for span in privacy.find(text))
    yield from (_pointing(letter.body, span) for span in privacy.refused(letter.body))


def reading(letter: Letter) -> str:
    """Title and text as they are read, with evidence and cases written out: a line for each paragraph and row.

    Raises TooLarge.
    """
    sheet = letter_sheets.sheet(letter)
    return "\n".join((sheet.title, *_said(sheet.blocks)))


def _said(blocks: "Iterable[Block]") -> Iterator[str]:
    """The words of each paragraph, heading and row, a line each."""
    from deviations.adapters.letter_nodes import Heading, ListBlock, Paragraph, Quote, Table

    for block in blocks:
        match block:
            case Heading(_, runs) | Paragraph(runs):
                yield "".join(run.text for run in runs)
            case ListBlock(_, _, items):
                for item in items:
                    yield from _said(item)
            case Quote(inside):
                yield from _said(inside)
            case Table():
                for row in (block.header, *block.rows):
                    yield " | ".join("".join(run.text for run in cell) for cell in row)


def _pointing(text: str, span: privacy.Span) -> Pointing:
    return Pointing(
        word=text[span.start : span.end],
        kind=span.kind,
        before=_cut(text[: span.start][-AROUND - 1 :].rpartition("\n")[2], start=True),
        after=_cut(text[span.end :][: AROUND + 1].partition("\n")[0], start=False),
        key=privacy.key(text, span),
        refused=span.refused,
    )


def _cut(text: str, *, start: bool) -> str:
    """A piece of a sentence that is too long, with … where a word was cut off."""
    if len(text) <= AROUND:
        return text
    return "…" + text.partition(" ")[2] if start else text.rpartition(" ")[0] + "…"
