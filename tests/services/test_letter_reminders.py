"""Whose day has gone by is told once, nobody is nagged while longer time runs, and a reminder is ready written."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.notices import Notice
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import Letter, OutgoingMail
from deviations.queries import letter_answers as answers
from deviations.services import audit, letter_answers, letter_deadlines, letter_reminders
from deviations.services.checks import PersonalData
from deviations.services.letter_answers import Promise
from tests.factories import NOW, TODAY, a_letter_out, a_reply, an_agency, audit_lines
from tests.people import People

L = LetterStatus
DAY = timedelta(days=1)
LATER = TODAY + timedelta(days=21)


@pytest.fixture
def late(session: Session, people: People) -> Letter:
    """A letter whose answer should have come yesterday."""
    letter = a_letter_out(session, people)
    letter.answer_by = TODAY - DAY
    session.flush()
    return letter


def mails(session: Session, kind: Notice) -> list[tuple[int | None, int | None]]:
    rows = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.id))
    return [(row.user_id, row.letter_id) for row in rows]


def remind(session: Session, people: People, letter: Letter) -> None:
    letter_reminders.remind(session, people.vera, letter, until=LATER, body="Vi ber er svara.", at=NOW)


def test_the_coordinator_is_told_once_the_day_after(session: Session, people: People, late: Letter) -> None:
    late.answer_by = TODAY
    assert letter_reminders.tell(session, NOW) == 0
    assert letter_reminders.tell(session, NOW + DAY) == 1
    for hours in range(1, 72):
        assert letter_reminders.tell(session, NOW + DAY + timedelta(hours=hours)) == 0
    assert mails(session, Notice.ANSWER_LATE) == [(people.vera.id, late.id)]


def test_nobody_is_nagged_while_longer_time_runs(session: Session, people: People, late: Letter) -> None:
    letter_answers.record_reply(session, people.vera, late, at=NOW, **a_reply(L.EXTENDED))
    assert late.answer_by == TODAY + timedelta(days=30)
    for days in range(31):
        at = NOW + timedelta(days=days)
        assert letter_reminders.tell(session, at) == 0
        assert not letter_reminders.may_remind(late, TODAY + timedelta(days=days))
    with pytest.raises(NotAllowed, match="not_late"):
        remind(session, people, late)
    assert letter_reminders.tell(session, NOW + timedelta(days=31)) == 1
    assert letter_reminders.may_remind(late, TODAY + timedelta(days=31))


@pytest.mark.parametrize("kind", [L.ANSWERED, L.SILENT])
def test_of_what_was_answered_or_given_up_nobody_is_told(
    session: Session, people: People, late: Letter, kind: LetterStatus
) -> None:
    letter_answers.record_reply(session, people.vera, late, at=NOW, **a_reply(kind))
    assert letter_reminders.tell(session, NOW) == 0
    assert answers.late(session, TODAY) == []


def test_one_recipient_that_is_silent_is_late_though_another_has_answered(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    letter.answer_by = TODAY - DAY
    session.flush()
    letter_answers.record_reply(
        session, people.vera, letter, at=NOW, **{**a_reply(), "agency": an_agency(session, "AF")}
    )
    assert letter_reminders.tell(session, NOW) == 1
    sheet = letter_reminders.sheet(letter, "Text", TODAY)
    assert sheet.recipients == (an_agency(session, "FK").name,)


def test_who_has_longer_time_is_not_reminded_with_the_others(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    af, fk = an_agency(session, "AF"), an_agency(session, "FK")
    letter.answer_by = TODAY - DAY
    session.flush()
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **{**a_reply(L.EXTENDED), "agency": af})
    assert letter_reminders.tell(session, NOW) == 1
    assert letter_reminders.sheet(letter, "Text", TODAY).recipients == (fk.name,)
    remind(session, people, letter)
    assert (answers.due_from(letter, af), answers.due_from(letter, fk)) == (TODAY + 30 * DAY, LATER)
    assert answers.late_ones(letter, LATER + DAY) == [fk]
    assert answers.late_ones(letter, TODAY + 31 * DAY) == [af, fk]
    assert [letter_reminders.tell(session, NOW + days * DAY) for days in (22, 23, 31, 32)] == [1, 0, 1, 0]


def test_a_longer_time_that_had_run_out_when_we_reminded_counts_no_more(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    af = an_agency(session, "AF")
    asked = {**a_reply(L.EXTENDED), "agency": af, "answer_by": TODAY + DAY}
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **asked)
    assert letter_reminders.may_remind(letter, TODAY + 2 * DAY)
    letter_reminders.remind(session, people.vera, letter, until=LATER, body="Vi ber er svara.", at=NOW + 2 * DAY)
    assert answers.due_from(letter, af) == LATER


def test_a_reminder_that_was_sent_keeps_its_head(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    letter.answer_by = TODAY - DAY
    session.flush()
    remind(session, people, letter)
    (kept,) = answers.reminders(session, letter)
    sent = letter_reminders.kept_sheet(kept)
    names = (an_agency(session, "AF").name, an_agency(session, "FK").name)
    assert (sent.recipients, sent.body, sent.dated) == (names, "Vi ber er svara.", TODAY)
    letter_answers.record_reply(
        session, people.vera, letter, at=NOW, **{**a_reply(), "agency": an_agency(session, "AF")}
    )
    letter.association.address, letter.author.name = "Nya gatan 1", "Någon annan"
    an_agency(session, "FK").name = "Ett nytt namn"
    session.flush()
    assert letter_reminders.kept_sheet(kept) == sent


def test_a_reminder_is_ready_written(session: Session, people: People, late: Letter) -> None:
    text = letter_reminders.words(session, people.vera, late, LATER, TODAY)
    assert late.registry_number and late.registry_number in text
    assert "> " in text and "Vera" in text and late.association.name in text


def test_a_reminder_is_kept_and_moves_the_day(session: Session, people: People, late: Letter) -> None:
    until = letter_deadlines.suggested(TODAY).on
    kept = letter_reminders.remind(session, people.vera, late, until=until, body="Vi ber er svara.", at=NOW)
    assert (kept.number, kept.on, kept.answer_by, late.answer_by) == (1, TODAY, until, until)
    assert late.status is L.SENT
    assert letter_deadlines.of(late) == letter_deadlines.suggested(TODAY)
    with pytest.raises(NotAllowed, match="not_late"):
        remind(session, people, late)
    late.answer_by = TODAY - DAY
    session.flush()
    assert "Vi påminde er den" in letter_reminders.words(session, people.vera, late, until, TODAY)
    remind(session, people, late)
    assert [one.number for one in answers.reminders(session, late)] == [1, 2]
    assert [line.action for line in audit_lines(session, f"letter:{late.id}")][-2:] == ["letter.reminded"] * 2
    assert audit.verify(session)[1] is None


def test_a_reminder_says_something_that_may_be_said_by_a_day_to_come(
    session: Session, people: People, late: Letter
) -> None:
    def refused(until: int, body: str) -> None:
        day = TODAY + timedelta(days=until)
        letter_reminders.remind(session, people.vera, late, until=day, body=body, at=NOW)

    with pytest.raises(Incomplete, match="needs_text"):
        refused(20, "")
    with pytest.raises(Incomplete, match="needs_until"):
        refused(0, "Svara.")
    with pytest.raises(PersonalData):
        refused(20, "Det gäller 850709-9805.")
    assert answers.reminders(session, late) == []


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_reminds(session: Session, people: People, late: Letter, name: str) -> None:
    with pytest.raises(NotAllowed, match="coordinator_only"):
        letter_reminders.remind(session, getattr(people, name), late, until=LATER, body="Svara.", at=NOW)


def test_a_promise_whose_day_has_gone_by_is_told_once(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    promised = [Promise("Ett möte", TODAY), Promise("Någon gång")]
    kept = letter_answers.record_reply(session, people.vera, letter, at=NOW, promised=promised, **a_reply())
    assert letter_reminders.tell(session, NOW) == 0
    assert letter_reminders.tell(session, NOW + DAY) == 1
    assert letter_reminders.tell(session, NOW + 2 * DAY) == 0
    assert mails(session, Notice.PROMISE_LATE) == [(people.vera.id, letter.id)]
    letter_answers.note_done(session, people.vera, kept.promised[0], True, NOW)
    assert answers.late_promises(session, TODAY + 9 * DAY) == []


def test_a_reminder_goes_under_the_letters_number(session: Session, people: People, late: Letter) -> None:
    sheet = letter_reminders.sheet(late, "Vi ber er svara.", TODAY)
    assert sheet.registry_number == late.registry_number
    assert (sheet.title, sheet.body, sheet.mark, sheet.copies) == (
        f"Påminnelse om skrivelsen {late.registry_number}",
        "Vi ber er svara.",
        "",
        (),
    )
