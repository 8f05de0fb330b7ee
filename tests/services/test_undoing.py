"""What can't be put back any more, as people have said other things meanwhile, is not put back by halves."""

import pytest
from sqlalchemy.orm import Session

from deviations.domain.workflow import CloseReason, NotAllowed, Status
from deviations.models import Deviation, Ruling
from deviations.services import audit, pairs, rulings, triage
from tests.factories import NOW, a_filed_deviation
from tests.people import People


def three(session: Session, people: People) -> list[Deviation]:
    """Three reports of one subproject."""
    return [a_filed_deviation(session, people.rut, title=f"Rapport {number}") for number in range(3)]


def repeats(session: Session, people: People, one: Deviation, other: Deviation) -> Ruling:
    """The coordinator closes a report as a duplicate of another."""
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=other)
    return rulings.take(session, people.vera, [(one, None)], decision, at=NOW)


def reopened(session: Session, people: People, *reports: Deviation) -> Ruling:
    """The coordinator takes reports up again."""
    decision = triage.Decision(Status.IN_REVIEW, note="Det var inte samma sak.")
    return rulings.take(session, people.vera, [(one, None) for one in reports], decision, at=NOW)


def test_undoing_makes_no_circle_of_duplicates(session: Session, people: People) -> None:
    a, b, c = three(session, people)
    repeats(session, people, a, b)
    ruling = reopened(session, people, a)
    repeats(session, people, b, c)
    repeats(session, people, c, a)
    with pytest.raises(NotAllowed, match="undo_changed"):
        rulings.undo(session, people.vera, ruling, at=NOW)
    session.commit()
    assert [one.duplicate_of_id for one in (a, b, c)] == [None, c.id, a.id]
    assert audit.verify(session)[1] is None


def test_many_that_were_taken_up_again_make_no_circle_either(session: Session, people: People) -> None:
    a, b, c = three(session, people)
    repeats(session, people, a, b)
    repeats(session, people, b, c)
    ruling = reopened(session, people, a, b)
    repeats(session, people, c, a)
    with pytest.raises(NotAllowed, match="undo_changed"):
        rulings.undo(session, people.vera, ruling, at=NOW)


def test_a_chain_of_duplicates_that_stood_before_comes_back(session: Session, people: People) -> None:
    a, b, c = three(session, people)
    repeats(session, people, a, b)
    repeats(session, people, b, c)
    rulings.undo(session, people.vera, reopened(session, people, a), at=NOW)
    assert (a.duplicate_of_id, b.duplicate_of_id) == (b.id, c.id)
    assert audit.verify(session)[1] is None


def test_a_later_word_on_two_reports_is_not_overwritten(session: Session, people: People) -> None:
    a, b, _ = three(session, people)
    repeats(session, people, a, b)
    ruling = reopened(session, people, a)
    pairs.never_together(session, people.vera, a, b, at=NOW)
    with pytest.raises(NotAllowed, match="undo_changed"):
        rulings.undo(session, people.vera, ruling, at=NOW)
    assert a.duplicate_of is None
