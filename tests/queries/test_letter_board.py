"""The board of letters: age, day, answer, promises and whose it is to read; and no ranking of anybody."""

from datetime import timedelta

from sqlalchemy.orm import Session

from deviations.domain.letters import Answer, LetterStatus
from deviations.models import PromisedAction
from deviations.queries import letter_board
from deviations.services import letter_answers, rule_changes
from tests.factories import (
    NOW,
    TODAY,
    a_letter,
    a_letter_out,
    a_recurring_barrier,
    a_reply,
    a_rule,
    an_agency,
    days_ago,
)
from tests.people import People
from tests.services.test_rule_changes import an_entry


def test_open_letters_stand_by_age_and_closed_ones_after_them(session: Session, people: People) -> None:
    closed = a_letter(session, people, LetterStatus.CLOSED, at=days_ago(300))
    young = a_letter(session, people, LetterStatus.SENT, at=days_ago(20))
    old = a_letter(session, people, LetterStatus.SENT, at=days_ago(200))
    draft = a_letter(session, people, LetterStatus.DRAFT, at=days_ago(40))
    lines = letter_board.lines(session, people.vera, TODAY)
    assert [line.letter for line in lines] == [old, draft, young, closed]
    assert [(line.age, line.open, line.out) for line in lines] == [
        (200, True, True),
        (40, True, False),
        (20, True, True),
        (0, False, True),  # answered the day it was sent
    ]


def test_a_letter_that_waits_past_its_day_is_late_and_one_that_is_answered_is_not(
    session: Session, people: People
) -> None:
    waits = a_letter(session, people, LetterStatus.SENT, at=days_ago(30))
    answered = a_letter(session, people, LetterStatus.ANSWERED, at=days_ago(30))
    waits.answer_by = answered.answer_by = TODAY - timedelta(days=4)
    late = {line.letter: line.late for line in letter_board.lines(session, people.vera, TODAY)}
    assert late == {waits: 4, answered: 0}


def test_one_answer_of_two_hides_not_that_the_other_is_late(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"], at=days_ago(60))
    af, fk = an_agency(session, "AF"), an_agency(session, "FK")
    letter.answer_by = TODAY - timedelta(days=5)
    session.flush()
    got = letter_answers.record_reply(session, people.vera, letter, at=NOW, **{**a_reply(), "agency": fk})
    (line,) = letter_board.lines(session, people.vera, TODAY)
    assert (line.late, line.due, line.end, line.words) == (5, letter.answer_by, None, [got])
    receipt = {**a_reply(LetterStatus.ACKNOWLEDGED), "agency": af}
    other = letter_answers.record_reply(session, people.vera, letter, at=NOW, **receipt)
    assert line.words == [other, got]
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **{**a_reply(), "agency": af})
    assert (line.late, line.due, line.age) == (0, None, 60)


def test_a_letter_that_was_given_up_is_late_no_more_and_ages_no_more(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, at=days_ago(60))
    letter.answer_by = days_ago(20).date()
    session.flush()
    letter_answers.record_reply(
        session, people.vera, letter, at=NOW, **a_reply(LetterStatus.SILENT, on=days_ago(10).date())
    )
    (line,) = letter_board.lines(session, people.vera, TODAY)
    assert (line.late, line.due, line.age, line.words) == (0, None, 50, [])


def test_it_tells_the_outcome_the_latest_word_and_what_was_promised(session: Session, people: People) -> None:
    letter = a_letter(session, people, LetterStatus.ANSWERED)
    (reply,) = letter.replies
    reply.promised += [
        PromisedAction(text="Ser över stödet", due_on=TODAY + timedelta(days=60)),
        PromisedAction(text="Klart redan", due_on=TODAY, done_on=TODAY),
        PromisedAction(text="Bjuder in till möte", due_on=TODAY + timedelta(days=10)),
    ]
    session.flush()
    (line,) = letter_board.lines(session, people.vera, TODAY)
    assert (line.end, line.words, reply.answer) == (reply, [reply], Answer.ACCEPTED)
    assert [action.text for action in line.promised] == ["Bjuder in till möte", "Ser över stödet", "Klart redan"]


def test_each_reads_what_the_letters_themselves_let_her_read(session: Session, people: People) -> None:
    sent, draft = a_letter(session, people, LetterStatus.SENT), a_letter(session, people, LetterStatus.DRAFT)
    for actor, expected in [
        (people.vera, {sent, draft}),
        (people.stina, {sent, draft}),
        (people.rut, {sent}),
        (people.lena, {sent}),
        (people.adam, set()),
    ]:
        assert {line.letter for line in letter_board.lines(session, actor, TODAY)} == expected


def test_a_letter_whose_rule_has_changed_is_marked(session: Session, people: People) -> None:
    rule = a_rule(session)
    a_letter(session, people, LetterStatus.SENT, a_recurring_barrier(session, people, rule=rule))
    at = NOW + timedelta(minutes=1)
    changed = rule_changes.change(
        session, people.vera, rule, an_entry(rule, paragraph="2 §"), version=rule.version, at=at
    )
    (line,) = letter_board.lines(session, people.vera, TODAY)
    assert line.changes == (changed,)
