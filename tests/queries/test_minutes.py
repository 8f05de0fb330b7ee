"""Who may read what of a review's minutes: titles are looked up when they are read, with the reader's own eyes."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from deviations.domain.minutes import Event
from deviations.domain.roles import Actor
from deviations.domain.workflow import CloseReason, NotFound, Status
from deviations.models import Membership, Review, Ruling
from deviations.queries import minutes
from deviations.queries import people as queries
from deviations.services import barriers, reviews, rulings, triage
from tests.factories import NOW, a_decision, an_account, spread_reports
from tests.people import People

LATER = NOW + timedelta(minutes=30)


def a_finished_review(session: Session, people: People) -> Review:
    """Söder and Norr get a new barrier, Söder's last report repeats Norr's."""
    south, repeats, north = waiting = spread_reports(session, people, (2, 1, 0))
    review = reviews.start(session, people.vera, [one.id for one in waiting], at=NOW)
    told = barriers.Description(name="Tiotimmarsgränsen")
    rulings.take_new(session, people.vera, [(south, None), (north, None)], told, at=NOW)
    same = triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=north)
    rulings.take(session, people.vera, [(repeats, None)], same, at=NOW)
    reviews.end(session, people.vera, review, at=LATER)
    return review


def test_the_coordinator_reads_all_with_titles_and_counts(session: Session, people: People) -> None:
    found = minutes.readable(session, people.vera, a_finished_review(session, people).id)
    assert found.whole and len(found.lines) == 3
    assert all(told.deviation and told.deviation.title and told.subproject for told in found.lines)
    assert [(told.line.event, told.placed) for told in found.barriers] == [(Event.NEW, 2)]
    assert [told.original is not None for told in found.lines] == [False, False, True]


def test_a_lead_reads_her_own_lines_and_the_barriers_without_counts(session: Session, people: People) -> None:
    found = minutes.readable(session, people.lena, a_finished_review(session, people).id)
    assert not found.whole
    assert {told.subproject.name for told in found.lines if told.subproject} == {"Söder"} and len(found.lines) == 2
    assert [told.placed for told in found.barriers] == [None]
    assert found.lines[-1].original is None, "the report that it repeats is Norr's"
    assert {told.subproject.name for told in found.waiting} <= {"Söder"}


@pytest.mark.parametrize("name", ["rut", "rita", "stina", "adam"])
def test_others_find_nothing(session: Session, people: People, name: str) -> None:
    review = a_finished_review(session, people)
    with pytest.raises(NotFound):
        minutes.readable(session, getattr(people, name), review.id)
    with pytest.raises(NotFound):
        minutes.listed(session, getattr(people, name))


def test_a_lead_who_is_none_any_more_finds_nothing(session: Session, people: People) -> None:
    review = a_finished_review(session, people)
    session.execute(delete(Membership).where(Membership.user_id == people.lena.id))
    session.expire_all()
    former: Actor = queries.actor_of(an_account(session, people.lena))
    with pytest.raises(NotFound):
        minutes.readable(session, former, review.id)


def test_an_open_review_and_none_at_all_read_alike(session: Session, people: People) -> None:
    waiting = spread_reports(session, people, (1, 0, 0))
    review = reviews.start(session, people.vera, [waiting[0].id], at=NOW)
    for id in (review.id, review.id + 100):
        with pytest.raises(NotFound):
            minutes.readable(session, people.vera, id)
    assert minutes.listed(session, people.vera) == ([], False)


def test_what_was_undone_afterwards_stands_apart(session: Session, people: People) -> None:
    review = a_finished_review(session, people)
    found = minutes.readable(session, people.vera, review.id)
    rulings.undo(session, people.vera, session.get_one(Ruling, found.lines[-1].line.ruling), at=LATER)
    session.flush()
    now = minutes.readable(session, people.vera, review.id)
    assert len(now.lines) == 2 and [told.line for told in now.undone] == [found.lines[-1].line]
    assert [row.decisions for row in minutes.listed(session, people.vera)[0]] == [2]


def test_the_list_counts_what_each_reader_finds(session: Session, people: People) -> None:
    review = a_finished_review(session, people)
    for reader, count in ((people.vera, 3), (people.lena, 2), (people.lars, 1)):
        (row,), more = minutes.listed(session, reader)
        assert (row.review.id, row.decisions, more) == (review.id, count, False)
    assert minutes.listed(session, people.vera, before=review.id) == ([], False)


def test_long_lists_come_in_pages(session: Session, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minutes, "PAGE", 1)
    waiting = spread_reports(session, people, (2, 0, 0))
    for one in waiting:
        review = reviews.start(session, people.vera, [one.id], at=NOW)
        rulings.take(session, people.vera, [(one, None)], a_decision(session, Status.CLOSED), at=NOW)
        reviews.end(session, people.vera, review, at=LATER)
    (first,), more = minutes.listed(session, people.vera)
    (second,), end = minutes.listed(session, people.vera, before=first.review.id)
    assert (more, end) == (True, False) and second.review.id < first.review.id


def test_a_title_is_read_as_it_stands_today(session: Session, people: People) -> None:
    review = a_finished_review(session, people)
    from deviations.models import Deviation

    session.execute(update(Deviation).values(title="Ny rubrik"))
    session.expire_all()
    found = minutes.readable(session, people.vera, review.id)
    assert {told.deviation.title for told in found.lines if told.deviation} == {"Ny rubrik"}
