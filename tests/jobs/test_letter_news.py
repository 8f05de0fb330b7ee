"""What a coordinator is mailed about a letter's answer: by the hourly round, once, and only while it is so."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letter_words import day
from deviations.domain.letters import Answer, LetterStatus
from deviations.domain.notices import Notice
from deviations.jobs import work as rounds
from deviations.jobs.wording import Links, Worded, worded
from deviations.models import Letter, OutgoingMail
from deviations.services import letter_answers, letter_reminders, recipient_links
from deviations.services.letter_answers import Promise, Said
from tests.factories import NOW, TODAY, a_letter_out, a_reply
from tests.jobs.conftest import Clock, Worker
from tests.people import People
from tests.relay import ADDRESS, SECRET

L = LetterStatus


@pytest.fixture
def letter(session: Session, people: People) -> Letter:
    """A letter whose answer should have come yesterday."""
    found = a_letter_out(session, people)
    found.answer_by = TODAY - timedelta(days=1)
    session.flush()
    return found


def said(session: Session, kind: Notice) -> Worded | None:
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind)).one()
    return worded(session, mail, Links(ADDRESS, SECRET), at=NOW)


def test_the_hourly_round_tells_the_coordinator_once(
    session: Session, people: People, letter: Letter, worker: Worker, clock: Clock
) -> None:
    session.commit()
    for _ in range(3):
        rounds.hourly(worker(None))
        clock.forward(hours=1)
    told = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == Notice.ANSWER_LATE)).all()
    assert [(mail.user_id, mail.letter_id) for mail in told] == [(people.vera.id, letter.id)]


def test_a_late_answer_is_told_with_whom_and_until_when(session: Session, letter: Letter) -> None:
    letter_reminders.tell(session, NOW)
    mail = said(session, Notice.ANSWER_LATE)
    assert mail is not None and letter.answer_by
    assert mail.subject == f"Svaret på skrivelsen {letter.registry_number} dröjer"
    assert f"senast den {day(letter.answer_by, year=False)} från {letter.recipients[0].name}." in mail.text
    assert f"{ADDRESS}/skrivelser/{letter.id}" in mail.text


@pytest.mark.parametrize("kind", [L.ANSWERED, L.EXTENDED, L.SILENT])
def test_what_came_before_the_mail_was_sent_makes_it_pointless(
    session: Session, people: People, letter: Letter, kind: LetterStatus
) -> None:
    letter_reminders.tell(session, NOW)
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **a_reply(kind))
    assert said(session, Notice.ANSWER_LATE) is None


@pytest.mark.parametrize(
    ("kind", "subject", "sentence"),
    [
        (L.ACKNOWLEDGED, "har tagit emot skrivelsen", "Mottagaren har bekräftat det genom sin egen länk."),
        (L.EXTENDED, "ber om mer tid för skrivelsen", "Du blir inte påmind före den dagen."),
        (L.ANSWERED, "har svarat på skrivelsen", "De som har rapporterat om hindret får veta det."),
    ],
)
def test_what_a_recipient_did_is_told_without_its_words(
    session: Session, people: People, letter: Letter, kind: LetterStatus, subject: str, sentence: str
) -> None:
    link, _token = recipient_links.make(session, people.vera, letter, letter.recipients[0], NOW)
    answer = Answer.DECLINED if kind is L.ANSWERED else None
    until = TODAY + timedelta(days=30) if kind is L.EXTENDED else None
    words = Said(
        kind=kind, received_on=TODAY, agency=link.agency, answer=answer, answer_by=until, text="Ögontjänaren säger nej."
    )
    recipient_links.respond(session, link, words, "192.0.2.7", NOW)
    mail = said(session, Notice.RECIPIENT_ACTED)
    assert mail is not None
    assert mail.subject == f"{link.agency.name} {subject} {letter.registry_number}"
    assert sentence in mail.text and "Ögontjänaren" not in mail.text


def test_a_promise_that_is_late_is_told_until_it_is_noted_as_done(
    session: Session, people: People, letter: Letter
) -> None:
    due = TODAY - timedelta(days=1)
    promised = [Promise("Ögontjänaren ringer", due)]
    kept = letter_answers.record_reply(session, people.vera, letter, at=NOW, promised=promised, **a_reply())
    letter_reminders.tell(session, NOW)
    mail = said(session, Notice.PROMISE_LATE)
    assert mail is not None
    assert f"lovade i sitt svar att göra något senast den {day(due, year=False)}." in mail.text
    assert "Ögontjänaren" not in mail.text
    letter_answers.note_done(session, people.vera, kept.promised[0], True, NOW)
    assert said(session, Notice.PROMISE_LATE) is None
