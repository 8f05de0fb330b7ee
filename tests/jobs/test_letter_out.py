"""A letter by mail: to its recipient, with the very PDF that was sealed, and never one that was changed."""

from email.message import EmailMessage

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.letters import Delivery, FileKind, LetterStatus
from deviations.domain.notices import TOO_OLD_AFTER, MailState, Notice
from deviations.jobs import work as rounds
from deviations.models import Letter, OutgoingMail
from deviations.queries import letter_mails
from deviations.services import letter_sending
from deviations.services.letter_sending import Way
from tests.factories import NOW, TODAY, a_draft, advance, an_agency
from tests.jobs.conftest import Clock, Worker
from tests.people import People, email
from tests.relay import Box, relay

ADDRESS, COPY = "registrator@example.se", "kopia@example.se"


@pytest.fixture
def letter(session: Session, people: People) -> Letter:
    """A letter that is sent by mail to the council, and as a copy to AF."""
    letter = a_draft(session, people)
    letter.copies = [an_agency(session)]
    for step in (LetterStatus.IN_REVIEW, LetterStatus.DECIDED):
        advance(session, people, letter, step)
    ways = [
        Way(an_agency(session, code), Delivery.MAIL, TODAY, address)
        for code, address in (("NR", ADDRESS), ("AF", COPY))
    ]
    letter_sending.send(session, people.vera, letter, at=NOW, ways=ways)
    session.commit()
    return letter


def _out(session: Session) -> list[OutgoingMail]:
    session.expire_all()
    mails = select(OutgoingMail).where(OutgoingMail.kind == Notice.LETTER_OUT).order_by(OutgoingMail.id)
    found = list(session.scalars(mails))
    session.rollback()
    return found


def _to(box: Box, address: str) -> EmailMessage:
    (mail,) = [mail for to, mail in box.taken if to == address]
    return mail


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_it_goes_to_the_recipient_with_the_sealed_pdf(session: Session, letter: Letter, worker: Worker) -> None:
    with relay() as (box, port):
        rounds.send(worker(port))
        rounds.send(worker(port))
    mail = _to(box, ADDRESS)
    pdf = letter.file(FileKind.PDF)
    (attached,) = mail.iter_attachments()
    assert pdf is not None
    assert attached.get_content() == pdf.content
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == f"skrivelse-OST-{NOW.year}-1.pdf"
    assert mail["Reply-To"] == email("vera")
    assert mail["To"] == ADDRESS
    assert str(letter.registry_number) in mail["Subject"]
    assert mail["Auto-Submitted"] is None
    assert mail["List-Unsubscribe"] is None
    for said in (letter.title, "Svar", "Nationella rådet", "Vera"):
        assert said.casefold() in _text(mail).casefold()
    assert [one.state for one in _out(session)] == [MailState.SENT] * 2


def test_who_gets_a_copy_is_told_so_and_asked_for_nothing(session: Session, letter: Letter, worker: Worker) -> None:
    with relay() as (box, port):
        rounds.send(worker(port))
    assert "för kännedom" in _text(_to(box, COPY))
    assert "Vi ber om svar" not in _text(_to(box, COPY))
    assert "Vi ber om svar" in _text(_to(box, ADDRESS))


def test_a_letter_that_was_changed_never_leaves(session: Session, letter: Letter, worker: Worker) -> None:
    table = Letter.__table__
    session.execute(update(table).where(table.c.id == letter.id).values(title="Något annat"))
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert ADDRESS not in {to for to, _ in box.taken}
    assert [(one.state, one.error) for one in _out(session)] == [(MailState.FAILED, "changed")] * 2


def test_a_way_that_was_changed_meanwhile_sends_no_mail(
    session: Session, people: People, letter: Letter, worker: Worker
) -> None:
    letter_sending.dispatch(session, people.vera, letter, Way(an_agency(session, "NR"), Delivery.POST, TODAY), NOW)
    session.commit()
    session.execute(update(OutgoingMail).values(state=MailState.WAITING))  # as if a worker had it in its hands
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert ADDRESS not in {to for to, _ in box.taken}
    assert [one.state for one in _out(session)] == [MailState.UNWANTED, MailState.SENT]


def test_without_a_relay_it_waits_however_long_and_goes_when_there_is_one(
    session: Session, letter: Letter, worker: Worker, clock: Clock
) -> None:
    assert rounds.send(worker(None)) == 0
    assert [one.state for one in _out(session)] == [MailState.WAITING] * 2
    clock.at += 5 * TOO_OLD_AFTER
    rounds.send(worker(None))
    assert [one.state for one in _out(session)] == [MailState.WAITING] * 2
    with relay() as (_box, port):
        rounds.send(worker(port))
    assert [one.state for one in _out(session)] == [MailState.SENT] * 2


def test_an_address_that_the_relay_refuses_fails_for_good(session: Session, letter: Letter, worker: Worker) -> None:
    with relay(Box(recipients={ADDRESS: "550 5.1.1 unknown"})) as (_box, port):
        rounds.send(worker(port))
    assert [(one.state, one.error) for one in _out(session)] == [
        (MailState.FAILED, "recipient 550"),
        (MailState.SENT, ""),
    ]


def test_that_it_never_came_is_told_until_it_has_gone_another_way(
    session: Session, people: People, letter: Letter, worker: Worker
) -> None:
    assert letter_mails.lost(session, people.vera) == []
    with relay(Box(recipients={ADDRESS: "550 5.1.1 unknown"})) as (_box, port):
        rounds.send(worker(port))
    session.rollback()
    assert letter_mails.lost(session, people.vera) == [letter]
    assert letter_mails.lost(session, people.rut) == []
    letter_sending.dispatch(session, people.vera, letter, Way(an_agency(session, "NR"), Delivery.POST, TODAY), NOW)
    assert letter_mails.lost(session, people.vera) == []
