"""A report's way as its reporter is told it: what was said, until when, and what became of the barrier."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.deadlines import Due, Promised, Span, promised
from deviations.domain.letters import Answer, LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import CloseReason, Status
from deviations.models import Deviation
from deviations.queries import deviations
from deviations.queries.journeys import Journey, journeys
from deviations.services import filing, triage
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    advance,
    days_ago,
    joined,
    said_here,
)
from tests.people import People


def first_reply(at: datetime) -> Due:
    """A week from a moment's day."""
    return promised(Promised.FIRST_REPLY, day_of(at), Span(7))


def way(session: Session, actor: Actor, deviation: Deviation) -> Journey:
    return journeys(session, actor, [deviation])[deviation.id]


def decide(session: Session, actor: Actor, deviation: Deviation, to: Status, days: int = 0, **said: Any) -> None:
    triage.move(session, actor, deviation, triage.Decision(to, **said), at=days_ago(days))


def test_a_filed_report_has_a_first_reply_within_a_week(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, at=days_ago(3))
    told = way(session, people.rut, deviation)
    assert (told.since, told.due) == (days_ago(3), first_reply(days_ago(3)))
    assert (told.words, told.letter, told.municipalities) == ("", None, None)
    decide(session, people.vera, deviation, Status.IN_REVIEW, 1)
    assert way(session, people.rut, deviation).due == told.due


def test_the_question_is_told_and_the_answer_gives_a_new_week(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, at=days_ago(30))
    decide(session, people.vera, deviation, Status.NEEDS_FACTS, 20, note="Vilken myndighet?")
    told = way(session, people.rut, deviation)
    assert (told.words, told.since, told.due) == ("Vilken myndighet?", days_ago(20), None)
    decide(session, people.rut, deviation, Status.IN_REVIEW, 2, note="Försäkringskassan.")
    told = way(session, people.rut, deviation)
    assert told.words == "Försäkringskassan."
    assert told.due == first_reply(days_ago(2))


def test_a_local_action_has_sixty_days(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, at=days_ago(30))
    decide(session, people.vera, deviation, Status.LOCAL_ACTION, 10)
    assert way(session, people.rut, deviation).due == promised(Promised.LOCAL_ANSWER, day_of(days_ago(10)), Span(60))


def test_a_solution_is_told_in_its_own_words_with_whether_it_worked(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    decide(session, people.lena, deviation, Status.SOLVED_LOCALLY, solution="Vi bytte handläggare.", worked=False,
           note="Se lösningen.")  # fmt: skip
    told = way(session, people.rut, deviation)
    assert (told.words, told.worked) == ("Vi bytte handläggare.", False)


def test_what_was_filled_in_later_is_no_step(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, at=days_ago(3))
    details = filing.Details(deviation.municipality, deviation.occurred_on, deviation.agencies, weeks_lost=4)
    assert filing.complete(session, people.rut, deviation, details, at=NOW, version=None)
    told = way(session, people.rut, deviation)
    assert (told.since, told.words) == (days_ago(3), "")


def test_municipalities_are_told_only_where_they_tell_no_small_count(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    barrier = a_barrier(session, people.vera, [deviation])
    assert way(session, people.rut, deviation).municipalities is None
    for person in (people.rita, people.rita, people.ruben, people.ruben):
        said_here(session, person, barrier)
    assert way(session, people.rut, deviation).municipalities is None  # four of others', as she knows the fifth
    said_here(session, people.ruben, barrier)
    assert way(session, people.rut, deviation).municipalities == 3


def test_the_letter_that_was_sent_last_is_told_with_its_answer(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    deviation = next(d for d in barrier.deviations if d.reporter_id == people.rut.id)
    draft = a_letter(session, people, LetterStatus.DECIDED, barrier)
    assert way(session, people.rut, deviation).letter is None
    advance(session, people, draft, LetterStatus.SENT)
    news = way(session, people.rut, deviation).letter
    assert news is not None
    assert (news.id, news.to, news.status) == (draft.id, ("Nationella rådet",), LetterStatus.SENT)
    assert (news.sent_on, news.answered_on, news.answer) == (draft.sent_on, None, None)
    assert news.answer_by == draft.answer_by
    advance(session, people, draft, LetterStatus.ANSWERED)
    session.expire_all()
    news = way(session, people.rut, deviation).letter
    assert news is not None
    assert (news.answered_on, news.answer) == (TODAY, Answer.ACCEPTED)
    later = a_letter(session, people, LetterStatus.SENT, barrier)
    news = way(session, people.rut, deviation).letter
    assert news is not None
    assert news.id == later.id


def test_an_occurrence_follows_its_report_and_is_promised_nothing_of_its_own(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    said = said_here(session, people.rolf, report, place="Söder", municipality="Haninge")
    told = journeys(session, people.rolf, [report, said])
    assert not told[report.id].follows
    assert (told[said.id].follows, told[said.id].due) == (True, None)
    decide(session, people.vera, report, Status.CLOSED, reason=CloseReason.INFORMATION)
    alone = way(session, people.rolf, said)
    assert (alone.follows, alone.due) == (False, first_reply(NOW))


def test_nothing_is_told_of_nothing(session: Session, people: People) -> None:
    assert journeys(session, people.rut, []) == {}


@contextmanager
def questions(session: Session) -> Iterator[list[str]]:
    """The questions that are put to the database meanwhile."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield asked
    event.remove(session.get_bind(), "before_cursor_execute", note)


@pytest.mark.parametrize("count", [2, 25])
def test_many_reports_take_no_more_questions_than_few(session: Session, people: People, count: int) -> None:
    barrier = a_recurring_barrier(session, people)
    for number in range(count):
        deviation = a_filed_deviation(session, people.rut)
        if number % 2:
            joined(session, people.vera, deviation, barrier)
        else:
            triage.move(session, people.vera, deviation, a_decision(session, Status.SOLVED_LOCALLY), at=NOW)
    a_letter(session, people, LetterStatus.SENT, barrier)
    found = deviations.mine(session, people.rut)
    with questions(session) as asked:
        assert len(journeys(session, people.rut, found)) == len(found)
    assert len(asked) <= 8
