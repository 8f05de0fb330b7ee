"""The question "does it work now?": when it is put, to whom, and what the answer does."""

from datetime import datetime, timedelta

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.notices import FOLLOW_UP_AFTER, FOLLOW_UP_LATEST, LINK_HOLDS, Notice
from deviations.domain.workflow import Kind, NotFound, Status
from deviations.models import Deviation, FollowUp, OutgoingMail, User
from deviations.services import audit, followups, triage
from tests.factories import NOW, a_decision, a_filed_deviation, audit_lines, moves
from tests.people import People

SECRET = "a secret of this test alone, long enough"
DUE = NOW + FOLLOW_UP_AFTER


def solved(session: Session, people: People, at: datetime = NOW, **report: object) -> Deviation:
    deviation = a_filed_deviation(session, people.rut, at=NOW, **report)
    triage.move(session, people.vera, deviation, a_decision(session, Status.SOLVED_LOCALLY), at=at)
    return deviation


def put(session: Session, people: People) -> FollowUp:
    solved(session, people)
    followups.ask(session, DUE)
    return session.scalars(select(FollowUp)).one()


def test_it_is_put_once_when_four_weeks_have_gone(session: Session, people: People) -> None:
    deviation = solved(session, people)
    assert followups.ask(session, DUE - timedelta(seconds=1)) == 0
    assert followups.ask(session, DUE) == 1
    assert followups.ask(session, DUE + timedelta(hours=1)) == 0
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == Notice.FOLLOW_UP)).one()
    assert (mail.user_id, mail.deviation_id, mail.at) == (people.rut.id, deviation.id, DUE)


def test_a_solution_of_long_ago_is_not_asked_about(session: Session, people: People) -> None:
    solved(session, people)
    assert followups.ask(session, NOW + FOLLOW_UP_LATEST) == 0


def test_a_step_that_no_longer_stands_is_not_asked_about(session: Session, people: People) -> None:
    deviation = solved(session, people)
    triage.move(session, people.vera, deviation, a_decision(session, Status.IN_REVIEW), at=NOW + timedelta(days=1))
    assert followups.ask(session, DUE) == 0
    later = NOW + timedelta(days=2)
    triage.move(session, people.vera, deviation, a_decision(session, Status.SOLVED_LOCALLY), at=later)
    assert followups.ask(session, DUE) == 0
    assert followups.ask(session, later + FOLLOW_UP_AFTER) == 1


def test_a_guldkorn_and_a_closed_account_are_not_asked(session: Session, people: People) -> None:
    solved(session, people).kind = Kind.GOOD_EXAMPLE
    assert followups.ask(session, DUE) == 0
    solved(session, people)
    session.execute(update(User).where(User.id == people.rut.id).values(active=False))
    assert followups.ask(session, DUE) == 0


def test_what_never_helped_is_not_asked_about(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, at=NOW)
    failed = triage.Decision(Status.SOLVED_LOCALLY, solution="Vi ringde dem varje dag.", worked=False)
    triage.move(session, people.vera, deviation, failed, at=NOW)
    assert followups.ask(session, DUE) == 0
    later = NOW + timedelta(days=2)
    for status in (Status.IN_REVIEW, Status.SOLVED_LOCALLY):
        triage.move(session, people.vera, deviation, a_decision(session, status), at=later)
    assert followups.ask(session, later + FOLLOW_UP_AFTER) == 1


def test_yes_is_noted_and_moves_nothing(session: Session, people: People) -> None:
    asked = put(session, people)
    before = len(moves(session, asked.deviation))
    followups.answer(session, asked, True, DUE)
    assert (asked.works, asked.answered_at) == (True, DUE)
    assert asked.deviation.status is Status.SOLVED_LOCALLY
    assert len(moves(session, asked.deviation)) == before


def test_no_reopens_in_the_reporters_name(session: Session, people: People) -> None:
    asked = put(session, people)
    followups.answer(session, asked, False, DUE)
    assert asked.deviation.status is Status.IN_REVIEW
    last = moves(session, asked.deviation)[-1]
    assert (last.actor_id, last.note, last.at) == (people.rut.id, followups.NOTE, DUE)
    actions = [line.action for line in audit_lines(session, f"deviation:{asked.deviation_id}")]
    assert actions[-2:] == ["followup.answered", "deviation.moved"]
    assert audit.verify(session)[1] is None


def test_only_the_first_answer_counts(session: Session, people: People) -> None:
    asked = put(session, people)
    followups.answer(session, asked, True, DUE)
    followups.answer(session, asked, False, DUE + timedelta(days=1))
    assert (asked.works, asked.answered_at) == (True, DUE)
    assert asked.deviation.status is Status.SOLVED_LOCALLY


def test_no_to_what_has_moved_since_is_noted_only(session: Session, people: People) -> None:
    asked = put(session, people)
    for status in (Status.IN_REVIEW, Status.SOLVED_LOCALLY):
        triage.move(session, people.vera, asked.deviation, a_decision(session, status), at=DUE)
    before = len(moves(session, asked.deviation))
    followups.answer(session, asked, False, DUE)
    assert asked.works is False
    assert len(moves(session, asked.deviation)) == before


def test_a_link_holds_ninety_days(session: Session, people: People) -> None:
    asked = put(session, people)
    assert followups.find(session, asked.id, DUE + LINK_HOLDS) is asked
    with pytest.raises(followups.Expired):
        followups.find(session, asked.id, DUE + LINK_HOLDS + timedelta(seconds=1))


def test_a_closed_accounts_link_does_not_hold(session: Session, people: People) -> None:
    asked = put(session, people)
    session.execute(update(User).where(User.id == people.rut.id).values(active=False))
    with pytest.raises(followups.Expired):
        followups.find(session, asked.id, DUE)


def test_a_question_that_was_never_put_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        followups.find(session, 999, NOW)


def test_a_link_says_which_question_and_which_answer() -> None:
    for works in (True, False):
        assert followups.read(SECRET, followups.token(SECRET, 17, works)) == (17, works)


@pytest.mark.parametrize("change", ["", "x", "WzEsdHJ1ZV0.AAAA", "å", "\ud800", "a.b.c"])
def test_a_link_that_we_did_not_write_is_not_found(change: str) -> None:
    with pytest.raises(NotFound):
        followups.read(SECRET, change)


def test_a_link_of_another_instance_or_another_use_is_not_found() -> None:
    other = followups.token("another secret, of another instance", 17, True)
    cookie = URLSafeSerializer(SECRET, salt="cookie-session").dumps([17, True])
    for token in (other, cookie):
        with pytest.raises(NotFound):
            followups.read(SECRET, str(token))
    mine = followups.token(SECRET, 17, True)
    swapped = f"{followups.token(SECRET, 17, False).partition('.')[0]}.{mine.partition('.')[2]}"
    with pytest.raises(NotFound):
        followups.read(SECRET, swapped)
