"""The answer day of a letter: counted in Swedish working days, kept with how it was counted."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from deviations.domain.deadlines import Promised, Promises, Span
from deviations.services import letter_deadlines, promises
from tests.factories import NOW, TODAY, a_draft, a_letter_out
from tests.people import People


def test_an_answer_is_asked_for_within_sixty_working_days(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    due = letter_deadlines.promise(session, letter, date(2026, 11, 23))
    # Counted by hand in a Swedish calendar: Christmas, New Year and Epiphany lie in between.
    assert due.on == letter.answer_by == date(2027, 2, 22)
    assert letter_deadlines.of(letter) == due
    assert (due.kind, due.span, due.since) == (Promised.LETTER_ANSWER, Span(60, working=True), date(2026, 11, 23))


def test_the_instance_chooses_its_own_span(session: Session, people: People) -> None:
    promises.set_promises(session, people.vera, Promises(letter_answer=Span(30)), NOW)
    letter = a_draft(session, people)
    assert letter_deadlines.promise(session, letter, TODAY).on == TODAY + timedelta(days=30)


def test_a_day_that_was_asked_for_stands_when_the_span_changes(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    before = letter_deadlines.of(letter)
    promises.set_promises(session, people.vera, Promises(letter_answer=Span(5)), NOW)
    assert letter_deadlines.of(letter) == before


def test_longer_time_and_a_reminder_say_that_they_are(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    letter_deadlines.extend(letter, TODAY + timedelta(days=90), TODAY)
    kept = letter_deadlines.of(letter)
    assert kept is not None and (kept.kind, kept.on, kept.span) == (
        Promised.EXTENSION,
        TODAY + timedelta(days=90),
        None,
    )
    letter_deadlines.remind(letter, letter_deadlines.suggested(TODAY).on, TODAY)
    assert letter_deadlines.of(letter) == letter_deadlines.suggested(TODAY)
    other = letter_deadlines.suggested(TODAY).on + timedelta(days=1)
    assert letter_deadlines.remind(letter, other, TODAY).span is None


def test_a_letter_from_before_reckonings_were_kept_has_its_day_alone(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    letter.answer_how = ""
    assert letter_deadlines.of(letter) is None
    assert letter_deadlines.of(a_draft(session, people, letter.barrier)) is None
