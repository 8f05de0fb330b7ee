"""How far a weekly review has come, what was decided in it and by whom, and the way through it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.workflow import NotFound, Status
from deviations.models import Deviation, Review
from deviations.queries import reviews
from deviations.queries.reviews import Way
from deviations.services import barriers, rulings, triage
from deviations.services import reviews as reviewing
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_filed_deviation, moves
from tests.people import People


@pytest.fixture
def waiting(session: Session, people: People) -> list[Deviation]:
    """Four reports that wait for a decision."""
    return [a_filed_deviation(session, people.rut, title=f"Väntar {n}") for n in (1, 2, 3, 4)]


@pytest.fixture
def review(session: Session, people: People, waiting: list[Deviation]) -> Review:
    """Vera's review of them."""
    return reviewing.start(session, people.vera, [d.id for d in waiting], at=NOW)


def way(session: Session, review: Review) -> Way:
    session.flush()
    return reviews.way(session, review, TODAY)


def test_done_is_what_was_decided_here_or_by_somebody_else(
    session: Session, people: People, waiting: list[Deviation], review: Review
) -> None:
    first, second, third, fourth = waiting
    rulings.take(session, people.vera, [(first, None)], a_decision(session, Status.NEEDS_FACTS), at=NOW)
    triage.move(session, people.lena, second, a_decision(session, Status.LOCAL_ACTION), at=NOW)
    rulings.snooze(session, people.vera, [(third, None)], TODAY + timedelta(days=7), at=NOW)
    found = way(session, review)
    assert (found.done, found.total, [p.id for p in found.waiting]) == (3, 4, [fourth.id])
    assert [(p.id, p.by) for p in found.elsewhere] == [(second.id, "Lena")]
    assert (found.at(1).by, found.at(3).by) == (None, None)
    # An answer brings the first one back into the queue, but not into this review: it was decided in it.
    triage.move(session, people.rut, first, triage.Decision(Status.IN_REVIEW, note="I mars."), at=NOW)
    assert way(session, review).done == 3


def test_what_is_undone_waits_again(session: Session, people: People, waiting: list[Deviation], review: Review) -> None:
    ruling = rulings.take(session, people.vera, [(waiting[0], None)], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    assert way(session, review).done == 1
    rulings.undo(session, people.vera, ruling, at=NOW)
    found = way(session, review)
    assert (found.done, found.at(1).ruling) == (0, None)
    assert reviews.outcome(session, people.vera, review, found).counts == {}


def test_the_way_leads_on_past_what_is_done_and_comes_round(
    session: Session, people: People, waiting: list[Deviation], review: Review
) -> None:
    rulings.take(session, people.vera, [(waiting[1], None)], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    found = way(session, review)
    places = [(p.position if p else None) for p in (found.next(1), found.next(4), found.previous(3), found.previous(1))]
    assert places == [3, 1, 1, 4]
    for deviation in (waiting[0], waiting[2]):
        rulings.take(session, people.vera, [(deviation, None)], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    alone = way(session, review)
    assert (alone.next(4), alone.previous(4)) == (None, None)
    assert alone.next(1) == alone.at(4)
    for beyond in (0, 5):
        with pytest.raises(NotFound):
            alone.at(beyond)
    assert alone.of(999_999) is None


def test_a_review_is_its_own_coordinators(session: Session, people: People, review: Review) -> None:
    assert reviews.get(session, people.vera, review.id) is review
    for actor in (people.lena, people.rut, people.stina, people.adam):
        with pytest.raises(NotFound):
            reviews.get(session, actor, review.id)
    assert reviews.open_of(session, people.vera) is review
    reviewing.end(session, people.vera, review, at=NOW)
    assert reviews.open_of(session, people.vera) is None
    assert reviews.last_ended(session, people.vera) is review


def test_a_review_comes_to_its_last_decisions_and_new_barriers(
    session: Session, people: People, waiting: list[Deviation], review: Review
) -> None:
    first, second, third, fourth = waiting
    barrier = a_barrier(session, people.vera)
    gone = rulings.take_new(session, people.vera, [(first, None)], barriers.Description(name="Ångrat"), at=NOW)
    rulings.undo(session, people.vera, gone, at=NOW)
    rulings.take_new(session, people.vera, [(first, None)], barriers.Description(name="Nytt"), at=NOW)
    rulings.take(session, people.vera, [(second, None)], a_decision(session, Status.JOINED, barrier), at=NOW)
    rulings.take(session, people.vera, [(third, None)], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    rulings.snooze(session, people.vera, [(fourth, None)], TODAY + timedelta(days=7), at=NOW)
    found = reviews.outcome(session, people.vera, review, way(session, review))
    assert found.counts == {Status.JOINED: 2, Status.LOCAL_ACTION: 1, "snoozed": 1}
    assert [b.name for b in found.barriers] == ["Nytt"]
    assert (found.local, found.snoozed, found.asked) == ((third,), (fourth,), ())


def test_a_decision_is_told_with_its_report_and_last_step(
    session: Session, people: People, waiting: list[Deviation], review: Review
) -> None:
    first, second, *_ = waiting
    barrier = a_barrier(session, people.vera)
    refused = rulings.refuse(session, people.vera, first, barrier, at=NOW)
    both = [(first, None), (second, None)]
    taken = rulings.take(session, people.vera, both, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    told = reviews.decided(session, people.vera, [taken, refused])
    assert [(one.ruling, one.deviation) for one in told] == [(taken, first), (refused, first)]
    assert (told[0].step, told[1].step) == (moves(session, first)[-1], None)
    assert reviews.decided(session, people.rita, [taken]) == []
