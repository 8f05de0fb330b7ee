"""The numbers of a letter: taken anew without a word of the text being touched, and counted again as they were."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain import letter_changes
from deviations.domain.letters import Evidence, LetterStatus
from deviations.domain.workflow import NotAllowed
from deviations.models import Letter
from deviations.queries import letter_desk, letter_evidence
from deviations.services import letter_numbers
from tests.factories import NOW, a_draft, a_filed_deviation, a_recurring_barrier, audit_lines, joined
from tests.people import People

LATER = NOW + timedelta(hours=1)


def more(session: Session, people: People, letter: Letter, count: int = 3) -> None:
    """More reports come in and are placed in the letter's barrier."""
    for _ in range(count):
        joined(session, people.vera, a_filed_deviation(session, people.rut), letter.barrier, LATER)
    session.flush()
    session.expire(letter.barrier)


def test_new_numbers_are_taken_and_the_old_ones_and_the_text_are_kept(session: Session, people: People) -> None:
    letter = a_draft(session, people, a_recurring_barrier(session, people, (6, 5, 5)))
    body, old = letter.body, letter.numbers[0].evidence
    more(session, people, letter)
    assert letter_numbers.renew(session, people.vera, letter, shown=1, at=LATER)
    assert letter.body == body
    assert [one.number for one in letter_desk.takings(letter)] == [2, 1]
    assert Evidence.from_json(letter.numbers[0].evidence).deviations == 19
    assert letter_desk.taking(letter, 1).snapshots[0].evidence == old
    assert audit_lines(session, f"letter:{letter.id}")[-1].action == "letter.numbers_taken"


def test_what_changed_is_told_with_the_sentences_that_no_longer_hold(session: Session, people: People) -> None:
    letter = a_draft(session, people, a_recurring_barrier(session, people, (6, 5, 5)))
    more(session, people, letter)
    old, (new,) = Evidence.from_json(letter.numbers[0].evidence), letter_numbers.now(session, letter, LATER)
    assert ("Avvikelser", "16", "19") in [(c.what, c.before, c.after) for c in letter_changes.changes(old, new)]
    assert letter_changes.stale(letter.body, old, new)


def test_the_same_numbers_again_are_not_taken(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    assert not letter_numbers.renew(session, people.vera, letter, shown=1, at=NOW + timedelta(days=1))
    assert len(letter.snapshots) == 1


def test_numbers_that_somebody_took_meanwhile_are_not_taken_over(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    more(session, people, letter)
    letter_numbers.renew(session, people.vera, letter, shown=1, at=LATER)
    with pytest.raises(StaleDataError):
        letter_numbers.renew(session, people.vera, letter, shown=1, at=LATER)


@pytest.mark.parametrize("status", [status for status in LetterStatus if status is not LetterStatus.DRAFT])
def test_only_a_drafts_numbers_are_taken_anew(session: Session, people: People, status: LetterStatus) -> None:
    letter = a_draft(session, people)
    more(session, people, letter)
    letter.status = status
    session.flush()
    with pytest.raises(NotAllowed, match="only_drafts_change"):
        letter_numbers.renew(session, people.vera, letter, shown=1, at=LATER)


def test_only_the_coordinator_takes_numbers(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    for person in (people.stina, people.lena, people.rut):
        with pytest.raises(NotAllowed, match="coordinator_only"):
            letter_numbers.renew(session, person, letter, shown=1, at=LATER)


def test_old_numbers_counted_again_come_to_the_same(session: Session, people: People) -> None:
    letter = a_draft(session, people, a_recurring_barrier(session, people, (6, 5, 5)))
    more(session, people, letter)
    letter_numbers.renew(session, people.vera, letter, shown=1, at=LATER)
    for taking in letter_desk.takings(letter):
        (one,) = taking.snapshots
        again = letter_evidence.rederived(session, one)
        assert letter_changes.changes(Evidence.from_json(one.evidence), again) == []
