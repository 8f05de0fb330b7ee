"""The weekly review takes along what waits, holds one open at a time, and ends with its minutes."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import NotAllowed, Status
from deviations.models import Deviation, Review
from deviations.queries import reviews as reading
from deviations.services import reviews, rulings, triage
from tests.factories import NOW, TODAY, a_decision, a_filed_deviation, audit_lines
from tests.people import People


@pytest.fixture
def waiting(session: Session, people: People) -> list[Deviation]:
    """Three reports that wait for a decision."""
    return [a_filed_deviation(session, people.rut, title=f"Väntar {n}") for n in (1, 2, 3)]


def begun(session: Session, people: People, found: list[Deviation]) -> Review:
    """Vera's review of these reports."""
    return reviews.start(session, people.vera, [d.id for d in found], "ko=nya", at=NOW)


def decide(session: Session, people: People, deviation: Deviation, to: Status = Status.LOCAL_ACTION) -> None:
    """Vera decides about a report."""
    chosen = [(deviation, deviation.version)]
    rulings.take(session, people.vera, chosen, a_decision(session, to), at=NOW)


def test_a_review_keeps_the_order_it_is_given_and_leaves_out_what_does_not_wait(
    session: Session, people: People, waiting: list[Deviation]
) -> None:
    decide(session, people, waiting[1])
    rulings.snooze(session, people.vera, [(waiting[2], None)], TODAY + timedelta(days=7), at=NOW)
    fresh = a_filed_deviation(session, people.rita)
    ids = [fresh.id, waiting[2].id, waiting[1].id, 999_999, waiting[0].id, fresh.id]
    review = reviews.start(session, people.vera, ids, "ko=nya&part=1", at=NOW)
    assert [(item.position, item.deviation_id) for item in review.items] == [(1, fresh.id), (2, waiting[0].id)]
    assert review.chosen == "ko=nya&part=1"
    assert [line.action for line in audit_lines(session, f"review:{review.id}")] == ["review.started"]


def test_only_a_coordinator_reviews_and_only_what_there_is(
    session: Session, people: People, waiting: list[Deviation]
) -> None:
    for actor in (people.lena, people.rut, people.stina, people.adam):
        with pytest.raises(NotAllowed, match="coordinator_only"):
            reviews.start(session, actor, [waiting[0].id], at=NOW)
    with pytest.raises(NotAllowed, match="nothing_waits"):
        reviews.start(session, people.vera, [], at=NOW)


def test_one_review_is_open_at_a_time_until_nothing_in_it_waits(
    session: Session, people: People, waiting: list[Deviation]
) -> None:
    first = begun(session, people, waiting[:2])
    with pytest.raises(NotAllowed, match="review_open"):
        begun(session, people, waiting)
    decide(session, people, waiting[0])
    decide(session, people, waiting[1])
    second = begun(session, people, waiting)
    assert (first.ended_at, second.ended_at) == (NOW, None)
    assert first.minutes
    assert reading.open_of(session, people.vera) is second


def test_an_ended_review_has_its_minutes_and_ends_once(
    session: Session, people: People, waiting: list[Deviation]
) -> None:
    review = begun(session, people, waiting)
    decide(session, people, waiting[0])
    reviews.end(session, people.vera, review, at=NOW)
    minutes = review.minutes
    reviews.end(session, people.vera, review, at=NOW + timedelta(days=1))
    assert (review.ended_at, review.minutes) == (NOW, minutes)
    assert str(waiting[0].id) in json.dumps(json.loads(minutes))
    lines = [line.action for line in audit_lines(session, f"review:{review.id}")]
    assert lines == ["review.started", "review.ended"]
    assert session.scalars(select(Deviation.status).where(Deviation.id == waiting[1].id)).one() is Status.FILED


def test_nobody_ends_anothers_review(session: Session, people: People, waiting: list[Deviation]) -> None:
    review = begun(session, people, waiting)
    with pytest.raises(NotAllowed, match="not_your_review"):
        reviews.end(session, people.lena, review, at=NOW)
    assert review.ended_at is None


def test_what_is_decided_while_a_review_is_open_belongs_to_it(
    session: Session, people: People, waiting: list[Deviation]
) -> None:
    review = begun(session, people, waiting[:1])
    decide(session, people, waiting[2])  # from a list, and not even in the review
    triage.move(session, people.lena, waiting[0], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    way = reading.way(session, review, TODAY)
    assert (way.done, way.total, way.at(1).by) == (1, 1, "Lena")
    assert reading.outcome(session, people.vera, review, way).counts == {}
