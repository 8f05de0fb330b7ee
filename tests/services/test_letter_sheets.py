"""A letter's sheet: letterhead, evidence written out from its own frozen numbers and chosen cases, and the files."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from deviations.adapters.letter_nodes import Figure
from deviations.adapters.letter_tree import TooLarge
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letters import FileKind, LetterStatus
from deviations.models import Agency, Association, LetterTemplate, Program
from deviations.services import letter_cases, letter_sheets, letter_writing
from tests.evidences import TEN_HOURS
from tests.factories import NOW, TODAY, a_draft, a_letter, a_recurring_barrier
from tests.people import People


def known(session: Session) -> Association:
    """The sending association, its address and number filled in."""
    owner = session.query(Program).one().owner
    owner.organisation_number, owner.address = " 222000-1234 ", "Box 1\n\n 136 00 Haninge \n"
    session.flush()
    return owner


def test_the_letterhead_has_what_is_known_of_the_association(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    name = letter.association.name
    assert letter_sheets.sheet(letter).sender == (name,)
    known(session)
    assert letter_sheets.sheet(letter).sender == (name, "Box 1", "136 00 Haninge", "Organisationsnummer 222000-1234")
    sheet = letter_sheets.draft_sheet(session, letter.barrier, TODAY)
    assert sheet.sender == letter_sheets.sheet(letter).sender


def test_recipients_copies_and_their_own_number_stand_on_the_sheet(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    letter.copies = [session.query(Agency).filter_by(code="FK").one()]
    letter.your_reference = "NR 2026/7"
    sheet = letter_sheets.sheet(letter)
    assert sheet.recipients == tuple(agency.name for agency in letter.recipients)
    assert (sheet.copies, sheet.your_reference) == (("Försäkringskassan",), "NR 2026/7")


def test_a_sent_letter_keeps_letterhead_handler_and_names_as_they_were(session: Session, people: People) -> None:
    known(session)
    letter = a_letter(session, people, LetterStatus.SENT)
    before = letter_sheets.sheet(letter)
    letter.association.address, letter.author.name = "Nya gatan 1", "Någon Annan"
    letter.recipients[0].name = "Ett nytt råd"
    session.flush()
    assert letter_sheets.sheet(letter) == before
    assert "136 00 Haninge" in before.sender
    draft = letter_sheets.sheet(a_draft(session, people, letter.barrier))
    assert (draft.handler, draft.recipients) == ("Någon Annan", ("Ett nytt råd",))
    assert "Nya gatan 1" in draft.sender


def test_blocks_are_written_out_from_the_numbers_in_force_and_the_chosen_cases(
    session: Session, people: People
) -> None:
    first, second = a_recurring_barrier(session, people), a_recurring_barrier(session, people, name="Två intyg")
    letter = letter_writing.draft(
        session, people.vera, first, further=[second], recipients=[session.query(Agency).first()], at=NOW
    )
    letter_cases.take(session, people.vera, letter, second.deviations[0], "Andra hindrets fall.", at=NOW)
    frozen = letter.numbers[1]
    frozen.evidence = replace(
        Evidence.from_json(frozen.evidence), quarters=TEN_HOURS.quarters, deviations=TEN_HOURS.deviations
    ).to_json()
    letter.body = "{{typiska fall}}\n\nMellan.\n\n{{typiska fall 2}}\n\n{{kvartalstabell 2}}\n\n{{kvartalsdiagram 2}}"
    sheet = letter_sheets.sheet(letter)
    before, after = sheet.body.split("Mellan.")
    assert before.strip() == ""
    assert "> Andra hindrets fall." in after
    assert "| 2026 kv 2 | 8 |" in after
    assert "Kvartal" not in letter.body
    assert [block.chart.points[1] for block in sheet.blocks if isinstance(block, Figure)] == [("2026 kv 1", 7)]


def test_what_is_typed_is_laid_out_as_it_would_be_saved(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    saved = letter.title, letter.body
    sheet = letter_sheets.sheet(letter, title="Ny rubrik", body="Nytt.\n\n{{metod}}")
    assert sheet.title == "Ny rubrik"
    assert "{{metod}}" not in sheet.body and "Underlaget togs fram" in sheet.body
    assert (letter.title, letter.body) == saved
    assert letter_sheets.sheet(letter, body="").body == ""


def test_a_draft_is_written_by_the_template_in_force_or_the_one_that_is_tried_out(
    session: Session, people: People
) -> None:
    barrier = a_recurring_barrier(session, people)
    assert "## Bakgrund" in letter_sheets.draft_sheet(session, barrier, TODAY).body
    own = "## Kort\n\n{{sammanfattning}}\n\n{{förslag}}\n\n{{metod}}\n"
    tried = letter_sheets.draft_sheet(session, barrier, TODAY, template=own)
    assert tried.body.startswith("## Kort\n\n**") and "{{" not in tried.body
    session.add(LetterTemplate(association=known(session), body=own, changed_at=NOW, changed_by_id=people.vera.id))
    session.flush()
    assert letter_sheets.draft_sheet(session, barrier, TODAY).body == tried.body


def test_every_kind_of_file_is_made_of_a_sheet(session: Session, people: People) -> None:
    sheet = replace(letter_sheets.sheet(a_draft(session, people)), mark="")
    made = letter_sheets.files(sheet)
    assert list(made) == list(FileKind)
    assert (made[FileKind.PDF][:4], made[FileKind.DOCX][:2]) == (b"%PDF", b"PK")
    assert made[FileKind.TXT].decode().startswith(sheet.sender[0])
    assert letter_sheets.file(sheet, FileKind.PDF) == made[FileKind.PDF]
    assert letter_sheets.file(sheet, FileKind.TXT) == made[FileKind.TXT]
    with pytest.raises(TooLarge):
        letter_sheets.files(replace(sheet, body="x" * 60_001))
