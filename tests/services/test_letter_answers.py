"""What comes back is kept with its files and promises; several recipients answer each in their own time."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import Answer, LetterStatus
from deviations.domain.notices import Notice
from deviations.domain.reply_files import MOST_FILES, BadFile, CheckedFile
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed
from deviations.models import Letter, OutgoingMail, Reply
from deviations.queries import letter_answers as answers
from deviations.services import audit, letter_answers
from deviations.services.checks import PersonalData
from deviations.services.letter_answers import Promise
from tests.factories import (
    NOW,
    TODAY,
    a_filed_deviation,
    a_letter_out,
    a_recurring_barrier,
    a_reply,
    an_agency,
    audit_lines,
    joined,
    moves,
)
from tests.people import People

L = LetterStatus


def record(session: Session, people: People, letter: Letter, kind: LetterStatus = L.ANSWERED, **told: Any) -> Reply:
    """What came back, noted by Vera."""
    return letter_answers.record_reply(session, people.vera, letter, at=NOW, **{**a_reply(kind), **told})


def actions(session: Session, letter: Letter) -> list[str]:
    return [line.action for line in audit_lines(session, f"letter:{letter.id}")]


def test_a_reply_keeps_its_words_files_and_promises(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    file = CheckedFile("svar.txt", "txt", b"Ja.")
    promised = [Promise("Ändra handläggarstödet", TODAY + timedelta(days=30)), Promise("Bjuda in till ett möte")]
    told = {"text": "Vi instämmer.", "files": [file], "promised": promised}
    kept = record(session, people, letter, **told)
    session.commit()
    session.expire_all()
    assert (kept.text, kept.agency, kept.recorded_by_id) == ("Vi instämmer.", None, people.vera.id)
    assert [(f.name, f.size, f.sha256, f.content) for f in kept.files] == [
        ("svar.txt", 3, hashlib.sha256(b"Ja.").hexdigest(), b"Ja.")
    ]
    assert [(one.text, one.due_on, one.done_on) for one in kept.promised] == [
        ("Ändra handläggarstödet", TODAY + timedelta(days=30), None),
        ("Bjuda in till ett möte", None, None),
    ]


def test_a_reply_has_exactly_one_line_in_the_log(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    before = len(actions(session, letter))
    kept = record(session, people, letter)
    assert actions(session, letter)[before:] == ["letter.moved"]
    assert json.loads(audit_lines(session, f"letter:{letter.id}")[-1].detail)["reply"] == kept.id


def test_the_same_reply_sent_twice_is_one(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    first = record(session, people, letter)
    steps, lines = len(moves(session, letter)), len(audit_lines(session))
    assert record(session, people, letter) is first
    assert (len(moves(session, letter)), len(audit_lines(session))) == (steps, lines)


def test_every_barrier_of_the_letter_is_answered_and_everybody_behind_them_told(
    session: Session, people: People
) -> None:
    second = a_recurring_barrier(session, people, name="Ett annat hinder")
    joined(session, people.vera, a_filed_deviation(session, people.rolf, title="Bara Rolf"), second)
    second.status = BarrierStatus.ESCALATED
    letter = a_letter_out(session, people, further=[second])
    record(session, people, letter)
    assert {barrier.status for barrier in letter.about} == {BarrierStatus.ANSWERED}
    told = session.scalars(select(OutgoingMail.user_id).where(OutgoingMail.kind == Notice.ANSWER_CAME))
    assert sorted(told) == sorted([people.rut.id, people.rita.id, people.ruben.id, people.rolf.id])


def test_what_is_passed_on_says_to_whom(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    with pytest.raises(Incomplete, match="needs_passed_on"):
        record(session, people, letter, answer=Answer.PASSED_ON)
    kept = record(session, people, letter, answer=Answer.PASSED_ON, passed_on_to="Socialdepartementet")
    assert kept.passed_on_to == "Socialdepartementet"


def test_to_whom_it_was_passed_on_is_not_kept_of_another_answer(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    assert record(session, people, letter, passed_on_to="Socialdepartementet").passed_on_to == ""


@pytest.mark.parametrize("field", ["summary", "text", "their_number", "passed_on_to"])
def test_a_personal_number_is_refused_wherever_it_stands(session: Session, people: People, field: str) -> None:
    letter = a_letter_out(session, people)
    with pytest.raises(PersonalData):
        record(session, people, letter, **{"answer": Answer.PASSED_ON, "passed_on_to": "X", field: "850709-9805"})
    with pytest.raises(PersonalData):
        record(session, people, letter, promised=[Promise("Ringa 850709-9805")])
    assert letter.replies == [] and letter.status is L.SENT


def test_too_many_files_are_refused_whoever_asks(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    with pytest.raises(BadFile):
        record(session, people, letter, files=[CheckedFile("a.txt", "txt", b"a")] * (MOST_FILES + 1))
    assert letter.status is L.SENT


def test_a_new_day_that_is_none_is_refused(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    with pytest.raises(Incomplete, match="needs_answer_day"):
        record(session, people, letter, L.EXTENDED, answer_by=TODAY)


@pytest.mark.parametrize("days", [1, 400])
def test_no_reply_came_on_a_day_that_has_not_been(session: Session, people: People, days: int) -> None:
    letter = a_letter_out(session, people)
    with pytest.raises(NotAllowed, match="not_yet_happened"):
        record(session, people, letter, received_on=TODAY + timedelta(days=days))


def test_an_answer_may_come_late(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    record(session, people, letter, L.SILENT, summary="Vi väntar inte längre.")
    assert answers.waited_for(letter) == []
    record(session, people, letter)
    assert letter.status is L.ANSWERED
    assert letter.barrier.status is BarrierStatus.ANSWERED


def test_several_recipients_answer_each_for_themselves(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    af, fk = an_agency(session, "AF"), an_agency(session, "FK")
    record(session, people, letter, L.ACKNOWLEDGED, agency=af)
    record(session, people, letter, L.ACKNOWLEDGED, agency=fk, their_number="FK 7")
    assert letter.status is L.ACKNOWLEDGED
    record(session, people, letter, L.ANSWERED, agency=af)
    assert (letter.status, answers.waited_for(letter)) == (L.ANSWERED, [fk])
    assert {one.agency.code: one.status for one in answers.standings(letter)} == {
        "AF": L.ANSWERED,
        "FK": L.ACKNOWLEDGED,
    }
    with pytest.raises(NotAllowed, match="no_such_move"):
        record(session, people, letter, L.ANSWERED, agency=af, summary="En gång till.")
    record(session, people, letter, L.EXTENDED, agency=fk)
    assert letter.answer_by == TODAY + timedelta(days=30)
    record(session, people, letter, L.ANSWERED, agency=fk)
    assert (letter.status, answers.waited_for(letter)) == (L.ANSWERED, [])
    assert [move.target for move in moves(session, letter)][-2:] == [L.ACKNOWLEDGED, L.ANSWERED]
    assert actions(session, letter)[-5:] == [
        "letter.moved",
        "letter.replied",
        "letter.moved",
        "letter.replied",
        "letter.replied",
    ]
    told = session.scalars(select(OutgoingMail.user_id).where(OutgoingMail.kind == Notice.ANSWER_CAME))
    assert sorted(told) == sorted([people.rut.id, people.rita.id, people.ruben.id] * 2)


def test_one_of_several_that_is_given_up_leaves_the_others_waited_for(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    af, fk = an_agency(session, "AF"), an_agency(session, "FK")
    letter.answer_by = TODAY - timedelta(days=1)
    session.flush()
    record(session, people, letter, L.SILENT, agency=af, summary="Vi väntar inte längre på dem.")
    assert (letter.status, answers.waited_for(letter), answers.late_ones(letter, TODAY)) == (L.SENT, [fk], [fk])
    assert actions(session, letter)[-1] == "letter.replied"
    record(session, people, letter, L.SILENT, agency=fk, summary="Inte på dem heller.")
    assert (letter.status, answers.waited_for(letter), answers.late(session, TODAY)) == (L.SILENT, [], [])
    record(session, people, letter, L.ACKNOWLEDGED, agency=af)
    assert (letter.status, answers.waited_for(letter)) == (L.ACKNOWLEDGED, [af])


def test_who_was_given_up_is_late_no_more_though_the_letter_was_answered(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    letter.answer_by = TODAY - timedelta(days=1)
    session.flush()
    record(session, people, letter, agency=an_agency(session, "AF"))
    assert answers.is_late(letter, TODAY)
    record(session, people, letter, L.SILENT, agency=an_agency(session, "FK"), summary="Vi väntar inte längre.")
    assert (letter.status, answers.is_late(letter, TODAY)) == (L.ANSWERED, False)


@pytest.mark.parametrize("order", [("AF", "FK"), ("FK", "AF")])
def test_each_recipient_has_the_longer_time_that_it_asked_for(
    session: Session, people: People, order: tuple[str, str]
) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    af, fk = an_agency(session, "AF"), an_agency(session, "FK")
    asked, days = letter.answer_by, {"AF": 120, "FK": 100}
    assert asked is not None
    first, second = (an_agency(session, code) for code in order)
    record(session, people, letter, L.EXTENDED, agency=first, answer_by=TODAY + timedelta(days=days[first.code]))
    assert (letter.answer_by, answers.due_from(letter, second)) == (asked, asked)
    assert answers.late_ones(letter, asked + timedelta(days=1)) == [second]
    record(session, people, letter, L.EXTENDED, agency=second, answer_by=TODAY + timedelta(days=days[second.code]))
    assert letter.answer_by == answers.next_due(letter) == TODAY + timedelta(days=100)
    assert answers.late_ones(letter, TODAY + timedelta(days=100)) == []
    assert answers.late_ones(letter, TODAY + timedelta(days=101)) == [fk]
    assert set(answers.late_ones(letter, TODAY + timedelta(days=121))) == {af, fk}
    record(session, people, letter, L.ANSWERED, agency=fk)
    assert letter.answer_by == TODAY + timedelta(days=120)
    assert answers.late(session, TODAY + timedelta(days=101)) == []


@pytest.mark.parametrize("kind", [L.ACKNOWLEDGED, L.EXTENDED])
def test_a_receipt_and_a_new_day_need_no_summary(session: Session, people: People, kind: LetterStatus) -> None:
    assert record(session, people, a_letter_out(session, people), kind, summary="").kind is kind


@pytest.mark.parametrize("kind", [L.ANSWERED, L.SILENT])
def test_an_answer_and_giving_up_need_one(session: Session, people: People, kind: LetterStatus) -> None:
    with pytest.raises(Incomplete, match="needs_note"):
        record(session, people, a_letter_out(session, people), kind, summary="")


def test_an_answer_of_nobody_by_name_is_everybodys(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    record(session, people, letter)
    assert answers.waited_for(letter) == []


def test_a_promise_is_added_kept_and_not_kept_after_all(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    kept = record(session, people, letter)
    letter_answers.add_promise(session, people.vera, letter, kept, Promise("Ett möte i maj"), NOW)
    (action,) = kept.promised
    letter_answers.note_done(session, people.vera, action, True, NOW)
    assert (action.done_on, action.done_by_id) == (TODAY, people.vera.id)
    letter_answers.note_done(session, people.vera, action, True, NOW)
    letter_answers.note_done(session, people.vera, action, False, NOW)
    assert (action.done_on, action.done_by_id) == (None, None)
    noted = ["letter.promise_added", "letter.promise_noted", "letter.promise_noted"]
    assert actions(session, letter)[-3:] == noted
    assert audit.verify(session)[1] is None


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_notes_what_came(session: Session, people: People, name: str) -> None:
    letter, other = a_letter_out(session, people), getattr(people, name)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        letter_answers.record_reply(session, other, letter, at=NOW, **a_reply())
    kept = record(session, people, letter, promised=[Promise("Ett möte")])
    with pytest.raises(NotAllowed, match="coordinator_only"):
        letter_answers.add_promise(session, other, letter, kept, Promise("Mer"), NOW)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        letter_answers.note_done(session, other, kept.promised[0], True, NOW)


def test_a_closed_letter_takes_nothing_in(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    kept = record(session, people, letter, agency=an_agency(session, "AF"))
    letter_answers.close(session, people.vera, letter, "Klart.", NOW)
    with pytest.raises(NotAllowed, match="no_such_move"):
        record(session, people, letter, agency=an_agency(session, "FK"))
    with pytest.raises(NotAllowed, match="no_such_move"):
        letter_answers.add_promise(session, people.vera, letter, kept, Promise("Mer"), NOW)
