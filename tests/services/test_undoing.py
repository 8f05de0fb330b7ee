"""What can't be put back any more, as people have said other things meanwhile, is not put back by halves."""

import pytest
from sqlalchemy.orm import Session

from deviations.domain.roles import Role, actor
from deviations.domain.workflow import CloseReason, NotAllowed, NotFound, Status
from deviations.models import Deviation, Ruling
from deviations.queries import rulings as listing
from deviations.services import audit, pairs, rulings, triage
from tests.factories import NOW, a_filed_deviation
from tests.people import People, place


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


def test_who_no_longer_leads_the_place_can_not_undo_what_she_decided_there(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.lena, [(report, None)], triage.Decision(Status.LOCAL_ACTION), at=NOW)
    session.commit()
    elsewhere = actor(people.lena.id, "Lena", [(Role.LEAD, place(session, "Norr").id)])
    for now in (elsewhere, actor(people.lena.id, "Lena", [(Role.REPORTER, report.subproject_id)])):
        assert listing.last(session, now) == []
        with pytest.raises(NotFound):
            listing.get(session, now, ruling.id)
        with pytest.raises(NotAllowed, match="not_your_move"):
            rulings.undo(session, now, ruling, at=NOW)
    assert report.status is Status.LOCAL_ACTION
    assert listing.last(session, people.lena) == [ruling]
    rulings.undo(session, people.lena, ruling, at=NOW)
    assert [report.status] == [Status.FILED]


def test_who_is_a_lead_only_by_now_can_not_undo_what_she_decided_for_all(session: Session, people: People) -> None:
    here, there = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rita)
    both = rulings.take(session, people.vera, [(here, None), (there, None)], triage.Decision(Status.IN_REVIEW), at=NOW)
    lead = actor(people.vera.id, "Vera", [(Role.LEAD, here.subproject_id)])
    with pytest.raises(NotAllowed, match="not_your_move"):
        rulings.undo(session, lead, both, at=NOW)
    rulings.undo(session, people.vera, both, at=NOW)
