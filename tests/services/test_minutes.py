"""The minutes of a weekly review: what was decided stands there by itself, what was undone does not, and no text."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain import minutes as domain
from deviations.domain.minutes import Event, Minutes, Outcome
from deviations.domain.notices import UNDO_GRACE, Notice
from deviations.domain.workflow import CloseReason, Status
from deviations.models import Deviation, Membership, OutgoingMail, Review
from deviations.queries import minutes as queries
from deviations.services import barriers, merging, minutes, reviews, rulings, triage
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_filed_deviation, said_here, spread_reports
from tests.people import People

LATER = NOW + timedelta(minutes=30)


def a_review(session: Session, people: People, waiting: list[Deviation]) -> Review:
    return reviews.start(session, people.vera, [one.id for one in waiting], at=NOW)


def ended(session: Session, people: People, review: Review) -> Minutes:
    reviews.end(session, people.vera, review, at=LATER)
    return domain.from_json(review.minutes)


def decide(session: Session, people: People, deviation: Deviation, decision: triage.Decision) -> None:
    rulings.take(session, people.vera, [(deviation, None)], decision, at=NOW)


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.kind == Notice.MINUTES)))


def test_every_kind_of_decision_has_its_line(session: Session, people: People) -> None:
    waiting = spread_reports(session, people, (5, 2, 1))
    to_join, local, solve, ask, repeat, close, put_off, _left = waiting
    known = a_barrier(session, people.vera)
    review = a_review(session, people, waiting)
    decide(session, people, to_join, triage.Decision(Status.JOINED, barrier=known))
    decide(session, people, local, a_decision(session, Status.LOCAL_ACTION))
    decide(session, people, solve, a_decision(session, Status.SOLVED_LOCALLY))
    decide(session, people, ask, a_decision(session, Status.NEEDS_FACTS))
    same = triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=to_join)
    decide(session, people, repeat, same)
    decide(session, people, close, triage.Decision(Status.CLOSED, reason=CloseReason.INFORMATION))
    until = TODAY + timedelta(days=14)
    rulings.snooze(session, people.vera, [(put_off, None)], until, "Vi väntar.", at=NOW)
    found = {line.deviation: line for line in ended(session, people, review).lines}
    assert {id: line.outcome for id, line in found.items()} == {
        to_join.id: Outcome.JOINED,
        local.id: Outcome.LOCAL_ACTION,
        solve.id: Outcome.SOLVED_LOCALLY,
        ask.id: Outcome.NEEDS_FACTS,
        repeat.id: Outcome.DUPLICATE,
        close.id: Outcome.CLOSED,
        put_off.id: Outcome.SNOOZED,
    }
    assert found[to_join.id].barrier == known.id
    assert found[local.id].until == local.due_on is not None
    assert found[repeat.id].original == to_join.id
    assert found[close.id].reason is CloseReason.INFORMATION
    assert found[put_off.id].until == until


def test_longer_time_that_was_granted_is_told_with_its_day(session: Session, people: People) -> None:
    local = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, local, a_decision(session, Status.LOCAL_ACTION), at=NOW)
    other = a_filed_deviation(session, people.rita)
    review = a_review(session, people, [other])
    until = TODAY + timedelta(days=90)
    rulings.extend(session, people.vera, local, until, "", at=NOW, version=local.version)
    (line,) = ended(session, people, review).lines
    assert (line.outcome, line.deviation, line.until) == (Outcome.EXTENDED, local.id, until)


def test_new_barriers_and_those_that_came_to_recur_are_told(session: Session, people: People) -> None:
    waiting = spread_reports(session, people, (2, 2, 1))
    *first, last = waiting
    review = a_review(session, people, waiting)
    told = barriers.Description(name="Tiotimmarsgränsen")
    rulings.take_new(session, people.vera, [(one, None) for one in first], told, at=NOW)
    new = first[0].barrier
    assert new is not None
    decide(session, people, last, triage.Decision(Status.JOINED, barrier=new))
    made = ended(session, people, review)
    assert [(line.event, line.barrier) for line in made.barriers] == [(Event.NEW, new.id), (Event.RECURRING, new.id)]
    assert {line.outcome for line in made.lines} == {Outcome.JOINED} and len(made.lines) == 5


def test_of_a_merge_the_barriers_are_told_and_not_each_report(session: Session, people: People) -> None:
    first, second, waiting = spread_reports(session, people, (2, 1, 0))
    part = a_barrier(session, people.vera, [first, second], name="Bussen")
    whole = a_barrier(session, people.vera)
    review = a_review(session, people, [waiting])
    merging.merge(session, people.vera, part, whole, at=NOW)
    made = ended(session, people, review)
    assert made.lines == ()
    assert {(line.event, line.barrier) for line in made.barriers} == {
        (Event.MERGED, part.id),
        (Event.MERGED, whole.id),
    }
    (told,) = queries.readable(session, people.lena, review.id).barriers
    assert told.barrier is part and told.barrier.merged_into is whole


def test_what_was_undone_is_not_in_it(session: Session, people: People) -> None:
    waiting = spread_reports(session, people, (3, 0, 0))
    review = a_review(session, people, waiting)
    told = barriers.Description(name="Tiotimmarsgränsen")
    mistake = rulings.take_new(session, people.vera, [(waiting[0], None)], told, at=NOW)
    rulings.undo(session, people.vera, mistake, at=NOW)
    again = rulings.take(session, people.vera, [(waiting[1], None)], a_decision(session, Status.NEEDS_FACTS), at=NOW)
    rulings.undo(session, people.vera, again, at=NOW)
    decide(session, people, waiting[1], a_decision(session, Status.CLOSED))
    made = ended(session, people, review)
    assert [(line.deviation, line.outcome) for line in made.lines] == [(waiting[1].id, Outcome.CLOSED)]
    assert made.barriers == ()


def test_decisions_outside_the_review_are_not_in_it(session: Session, people: People) -> None:
    before, during, after = spread_reports(session, people, (3, 0, 0))
    decide(session, people, before, a_decision(session, Status.CLOSED))
    review = a_review(session, people, [during, after])
    close = a_decision(session, Status.LOCAL_ACTION)
    rulings.take(session, people.lena, [(during, None)], close, at=NOW)
    made = ended(session, people, review)
    decide(session, people, after, a_decision(session, Status.CLOSED))
    assert made.lines == () and domain.from_json(review.minutes) == made


def test_the_last_decision_about_a_report_counts(session: Session, people: People) -> None:
    one, other = spread_reports(session, people, (2, 0, 0))
    review = a_review(session, people, [one, other])
    decide(session, people, one, a_decision(session, Status.CLOSED))
    decide(session, people, one, a_decision(session, Status.IN_REVIEW))
    (line,) = ended(session, people, review).lines
    assert line.outcome is Outcome.TAKEN_UP


def test_occurrences_that_went_along_are_told_too(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    here = said_here(session, people.rolf, report)
    barrier = a_barrier(session, people.vera)
    review = a_review(session, people, [report])
    decide(session, people, report, triage.Decision(Status.JOINED, barrier=barrier))
    made = ended(session, people, review)
    assert {(line.deviation, line.barrier) for line in made.lines} == {(report.id, barrier.id), (here.id, barrier.id)}


def test_what_waits_for_whom_is_counted_by_subproject(session: Session, people: People) -> None:
    local, late, asked, left, put_off = spread_reports(session, people, (5, 0, 0))
    north = a_filed_deviation(session, people.rita)
    review = a_review(session, people, [local, late, asked, left, put_off, north])
    for one in (local, late):
        decide(session, people, one, a_decision(session, Status.LOCAL_ACTION))
    late.due_on = TODAY - timedelta(days=1)
    decide(session, people, asked, a_decision(session, Status.NEEDS_FACTS))
    rulings.snooze(session, people.vera, [(put_off, None)], TODAY + timedelta(days=7), at=NOW)
    south, norr = ended(session, people, review).waiting
    assert (south.local, south.overdue, south.asked, south.queued, south.snoozed) == (2, 1, 1, 1, 1)
    assert south.first == ((late.id, late.due_on), (local.id, local.due_on))
    assert (norr.local, norr.queued, norr.first) == (0, 1, ())


def test_the_minutes_hold_no_text(session: Session, people: People) -> None:
    told = a_filed_deviation(session, people.rut, title="Ögontjänaren", body="Ögontjänaren igen.")
    review = a_review(session, people, [told])
    decide(session, people, told, triage.Decision(Status.NEEDS_FACTS, note="Vad menar du med ögontjänaren?"))
    ended(session, people, review)
    assert "tjänare" not in review.minutes.casefold() and people.rut.name not in review.minutes
    assert set(json.loads(review.minutes)) == {"lines", "barriers", "waiting"}


def test_each_lead_concerned_is_told_once_and_nobody_else(session: Session, people: People) -> None:
    south, north = spread_reports(session, people, (1, 1, 0))
    review = a_review(session, people, [south, north])
    decide(session, people, south, a_decision(session, Status.CLOSED))
    reviews.end(session, people.vera, review, at=LATER)
    reviews.end(session, people.vera, review, at=LATER)
    (mail,) = mails(session)
    assert (mail.user_id, json.loads(mail.detail)) == (people.lena.id, {"review": review.id})
    assert mail.next_try_at == LATER + UNDO_GRACE


def test_whoever_took_the_decisions_is_not_told_of_them(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    place = session.scalars(select(Membership.subproject_id).where(Membership.user_id == people.lena.id)).one()
    session.add(Membership(user_id=people.vera.id, role="lead", subproject_id=place))
    session.execute(update(Membership).where(Membership.user_id == people.lena.id).values(role="reporter"))
    review = a_review(session, people, [report])
    decide(session, people, report, a_decision(session, Status.CLOSED))
    reviews.end(session, people.vera, review, at=LATER)
    assert mails(session) == []


def test_an_open_review_has_no_minutes(session: Session, people: People) -> None:
    review = a_review(session, people, [a_filed_deviation(session, people.rut)])
    with pytest.raises(ValueError, match="ended"):
        minutes.freeze(session, review)
