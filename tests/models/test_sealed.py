"""A sent letter stands: no flush changes it, whoever asks; its answer and its day for it go on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.letters import FileKind, LetterStatus
from deviations.models import Letter, LetterCase, LetterFile, LetterSnapshot, LetterVersion, SealedLetter
from tests.factories import NOW, TODAY, a_letter, an_agency
from tests.people import People

L = LetterStatus


def _version(letter: Letter) -> LetterVersion:
    return LetterVersion(letter_id=letter.id, number=99, title="T", body="B", author_id=letter.author_id, at=NOW)


def _numbers(letter: Letter) -> LetterSnapshot:
    return LetterSnapshot(
        letter_id=letter.id, number=99, position=0, barrier_id=letter.barrier_id, evidence="{}", actor_id=1, at=NOW
    )


CHANGES: dict[str, Callable[[Session, Letter], object]] = {
    "its text": lambda session, letter: setattr(letter, "body", f"{letter.body} Nej."),
    "its title": lambda session, letter: setattr(letter, "title", "Något annat"),
    "its number": lambda session, letter: setattr(letter, "registry_number", "OST 2026/99"),
    "who it is from": lambda session, letter: setattr(letter, "head", "{}"),
    "its day": lambda session, letter: setattr(letter, "sent_on", TODAY - timedelta(days=1)),
    "its seal": lambda session, letter: setattr(letter, "seal", "0" * 64),
    "who decided": lambda session, letter: setattr(letter, "decided_by", "Ingen"),
    "a way back to a draft": lambda session, letter: setattr(letter, "status", L.DRAFT),
    "another recipient": lambda session, letter: letter.recipients.append(an_agency(session)),
    "no recipient": lambda session, letter: letter.recipients.clear(),
    "a copy": lambda session, letter: letter.copies.append(an_agency(session)),
    "its file": lambda session, letter: setattr(letter.files[0], "content", b"%PDF-"),
    "a file less": lambda session, letter: session.delete(letter.files[0]),
    "a version": lambda session, letter: session.add(_version(letter)),
    "an older version": lambda session, letter: setattr(letter.versions[0], "body", "Nytt"),
    "newer numbers": lambda session, letter: session.add(_numbers(letter)),
    "its numbers": lambda session, letter: setattr(letter.snapshots[0], "evidence", "{}"),
}


@pytest.fixture
def sent(session: Session, people: People) -> Letter:
    """A letter in the state of a sent one; typesetting takes time, and what stands in the file is not looked at."""
    letter = a_letter(session, people, L.DECIDED)
    letter.files.append(LetterFile(kind=FileKind.PDF, sha256="0" * 64, content=b"%PDF-1.7"))
    letter.registry_number, letter.sent_on, letter.seal = "OST 2026/1", TODAY, "f" * 64
    session.flush()
    letter.status = L.SENT
    session.commit()
    return letter


def _all_of(letter: Letter) -> tuple[object, ...]:
    codes = sorted(agency.code for agency in (*letter.recipients, *letter.copies))
    texts = [(one.number, one.body) for one in letter.versions]
    of_it = (letter.status, letter.title, letter.body, letter.registry_number, letter.sent_on, letter.seal, letter.head)
    behind = [(one.number, one.evidence) for one in letter.snapshots], [one.content for one in letter.files]
    return (*of_it, codes, texts, *behind)


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_sent_is_changed_by_no_flush(session: Session, sent: Letter, what: str) -> None:
    before = _all_of(sent)
    CHANGES[what](session, sent)
    with pytest.raises(SealedLetter):
        session.flush()
    session.rollback()
    session.expire_all()
    assert _all_of(sent) == before


def test_a_case_is_not_added_to_a_sent_letter(session: Session, sent: Letter) -> None:
    told = {"barrier_id": sent.barrier_id, "deviation_id": sent.barrier.deviations[0].id, "position": 0}
    session.add(LetterCase(letter_id=sent.id, text="Ett fall.", passed_by_id=1, passed_at=NOW, **told))
    with pytest.raises(SealedLetter):
        session.flush()


def test_its_answer_and_its_day_go_on(session: Session, sent: Letter) -> None:
    sent.answer_by, sent.answer_how, sent.your_reference = TODAY + timedelta(days=90), "{}", "NR 2026/14"
    sent.status = L.EXTENDED
    session.commit()
    assert sent.status is L.EXTENDED


def test_a_draft_changes_freely(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.DRAFT)
    letter.title = "Nytt"
    letter.recipients.append(an_agency(session))
    session.add(_version(letter))
    session.flush()
    assert letter.title == "Nytt"
