"""Lays a letter out on its sheet, from which preview and files are all made, and makes the files."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from deviations.domain import letter_blocks, letter_draft
from deviations.domain import letters as rules
from deviations.domain.days import day_of
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_requests import COUNCIL
from deviations.domain.letter_words import day
from deviations.domain.letters import FileKind
from deviations.models import Association, Barrier, Letter
from deviations.queries import letter_evidence, letter_settings, people

if TYPE_CHECKING:
    from deviations.adapters.letter_sheet import LetterSheet

DRAFT_MARK = "UTKAST"


@dataclass(frozen=True, slots=True)
class Head:
    """Who a letter is from and to, as it stands on the sheet: letterhead, handler, recipients and copies by name."""

    sender: tuple[str, ...]
    handler: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]

    def to_json(self) -> str:
        """As it is kept with a letter that is sent."""
        return json.dumps(asdict(self), ensure_ascii=False)


def head(letter: Letter) -> Head:
    """As it was when the letter was sent, for association, handler and agencies change; until then as it is now."""
    if letter.status in rules.OUT and letter.head:
        kept = json.loads(letter.head)
        return Head(tuple(kept["sender"]), kept["handler"], tuple(kept["recipients"]), tuple(kept["copies"]))
    return Head(
        sender=letterhead(letter.association),
        handler=letter.author.name,
        recipients=tuple(agency.name for agency in letter.recipients),
        copies=tuple(agency.name for agency in letter.copies),
    )


def sheet(letter: Letter, title: str | None = None, body: str | None = None) -> "LetterSheet":
    """The letter as it is laid out on paper, or as it would be with another title and body than it has now.

    Its evidence blocks are written out from its numbers in force and its chosen cases. Until it is sent it is marked as
    a draft.
    """
    from deviations.adapters.letter_sheet import LetterSheet

    numbers = letter.numbers if letter.snapshots else []
    evidences = [Evidence.from_json(one.evidence) for one in numbers]
    cases = [[case.text for case in letter.cases if case.barrier_id == one.barrier_id] for one in numbers]
    parties = head(letter)
    return LetterSheet(
        sender=parties.sender,
        place_and_date=day(letter.sent_on or day_of(letter.changed_at)),
        registry_number=letter.registry_number or "",
        your_reference=letter.your_reference,
        handler=parties.handler,
        recipients=parties.recipients,
        copies=parties.copies,
        title=letter.title if title is None else title,
        body=letter_blocks.expand(letter.body if body is None else body, evidences, cases),
        charts=letter_blocks.charts(evidences),
        mark="" if letter.status in rules.OUT else DRAFT_MARK,
        dated=letter.sent_on or day_of(letter.changed_at),
    )


def letterhead(association: Association) -> tuple[str, ...]:
    """The sender's lines: name, address and organisation number, those that are known."""
    number = association.organisation_number.strip()
    lines = (*association.address.splitlines(), f"Organisationsnummer {number}" if number else "")
    return (association.name, *(line.strip() for line in lines if line.strip()))


def draft_sheet(session: Session, barrier: Barrier, today: date, template: str | None = None) -> "LetterSheet":
    """What a draft about a barrier would look like now, without saving anything; with a `template` that is tried out,
    or the one in force.

    Raises NotFound when no report is placed in it.
    """
    from deviations.adapters.letter_sheet import LetterSheet

    evidences = [letter_evidence.evidence(session, barrier, today)]
    program = people.program(session)
    wordings = letter_settings.wordings(session)
    if template is None and program is not None:
        template = letter_settings.template(session, program.owner)
    return LetterSheet(
        sender=letterhead(program.owner) if program is not None else (evidences[0].association,),
        place_and_date=day(today),
        registry_number="",
        your_reference="",
        handler="",
        recipients=(COUNCIL,),
        copies=(),
        title=letter_draft.heading(evidences, wordings),
        body=letter_blocks.expand(letter_draft.draft(evidences, wordings, template), evidences),
        mark=DRAFT_MARK,
        dated=today,
        charts=letter_blocks.charts(evidences),
    )


def file(sheet: "LetterSheet", kind: FileKind) -> bytes:
    """The sheet as one file; plain text is UTF-8. Raises TooLarge."""
    match kind:
        case FileKind.PDF:
            from deviations.adapters.letter_pdf import letter_pdf

            return letter_pdf(sheet)
        case FileKind.DOCX:
            from deviations.adapters.letter_docx import letter_docx

            return letter_docx(sheet)
        case FileKind.TXT:
            from deviations.adapters.letter_text import letter_text

            return letter_text(sheet).encode()


def files(sheet: "LetterSheet") -> Mapping[FileKind, bytes]:
    """Every file of a sheet, as they are sent and kept. Raises TooLarge."""
    return {kind: file(sheet, kind) for kind in FileKind}
