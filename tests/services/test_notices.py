"""Who is told of what: written with the event, or not at all."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.notices import Notice
from deviations.domain.workflow import Kind, Status
from deviations.models import OutgoingMail
from deviations.services import triage
from tests.factories import (
    NOW,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    joined,
    spread_reports,
)
from tests.people import People


def told(session: Session, kind: Notice) -> list[int]:
    """The ids of those who are told of this kind of event, in order."""
    return sorted(session.scalars(select(OutgoingMail.user_id).where(OutgoingMail.kind == kind)))


def test_a_report_that_is_not_saved_is_not_confirmed(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    assert told(session, Notice.RECEIVED) == [people.rut.id]
    session.rollback()
    assert told(session, Notice.RECEIVED) == []


@pytest.mark.parametrize("status", [Status.NEEDS_FACTS, Status.SOLVED_LOCALLY, Status.LOCAL_ACTION, Status.CLOSED])
def test_a_step_is_told_if_it_matters_to_the_reporter(session: Session, people: People, status: Status) -> None:
    deviation = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, deviation, a_decision(session, status), at=NOW)
    rows = session.scalars(select(OutgoingMail).where(OutgoingMail.kind != Notice.RECEIVED)).all()
    matters = status in (Status.NEEDS_FACTS, Status.SOLVED_LOCALLY)
    assert [(row.kind.value, row.user_id, row.at) for row in rows] == ([(status.value, people.rut.id, NOW)] * matters)


def test_whoever_did_it_is_not_told(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.vera)
    triage.move(session, people.vera, deviation, a_decision(session, Status.SOLVED_LOCALLY), at=NOW)
    assert told(session, Notice.SOLVED_LOCALLY) == []


@pytest.mark.parametrize(("others", "number"), [(0, 0), (2, None), (4, None), (5, 5)])
def test_few_others_are_not_counted_out(session: Session, people: People, others: int, number: int | None) -> None:
    reports = spread_reports(session, people, (others, 0, 0))
    barrier = a_barrier(session, people.vera, reports)
    mine = joined(session, people.vera, a_filed_deviation(session, people.rita), barrier)
    mail = session.scalars(
        select(OutgoingMail).where(OutgoingMail.kind == Notice.JOINED, OutgoingMail.deviation_id == mine.id)
    ).one()
    assert json.loads(mail.detail) == {"barrier": barrier.id, "others": number}


def test_everybody_behind_a_letter_is_told_of_it_once(session: Session, people: People) -> None:
    a_letter(session, people, LetterStatus.ANSWERED)
    everybody = sorted([people.rut.id, people.rita.id, people.ruben.id])
    assert told(session, Notice.LETTER_SENT) == everybody
    assert told(session, Notice.ANSWER_CAME) == everybody


def test_a_guldkorn_in_the_barrier_is_no_part_of_its_letter(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    joined(session, people.vera, a_filed_deviation(session, people.rolf, kind=Kind.GOOD_EXAMPLE), barrier)
    a_letter(session, people, LetterStatus.ANSWERED, barrier)
    everybody = sorted([people.rut.id, people.rita.id, people.ruben.id])
    assert told(session, Notice.LETTER_SENT) == told(session, Notice.ANSWER_CAME) == everybody


@pytest.mark.parametrize("kind", [Kind.DEVIATION, Kind.GOOD_EXAMPLE])
def test_the_others_are_those_that_count_whatever_kind_is_placed(session: Session, people: People, kind: Kind) -> None:
    barrier = a_barrier(session, people.vera, spread_reports(session, people, (6, 0, 0)))
    joined(session, people.vera, a_filed_deviation(session, people.ruben, kind=Kind.GOOD_EXAMPLE), barrier)
    mine = joined(session, people.vera, a_filed_deviation(session, people.rita, kind=kind), barrier)
    mail = session.scalars(
        select(OutgoingMail).where(OutgoingMail.kind == Notice.JOINED, OutgoingMail.deviation_id == mine.id)
    ).one()
    assert json.loads(mail.detail)["others"] == 6


def test_no_text_is_kept_in_the_outbox(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, title="Märkesordet bryggan")
    triage.move(session, people.vera, deviation, triage.Decision(Status.NEEDS_FACTS, note="Vilken brygga?"), at=NOW)
    for mail in session.scalars(select(OutgoingMail)):
        assert "brygga" not in f"{mail.key}{mail.detail}{mail.error}"
