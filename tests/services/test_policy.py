"""The policy fires exactly when it is reached, says why, is never taken back, and sees what comes back."""

import json

import pytest
from sqlalchemy.orm import Session

from deviations.domain.recurrence import Policy, months_before
from deviations.domain.workflow import BarrierStatus, NotAllowed, Status
from deviations.models import Barrier
from deviations.queries import settings
from deviations.services import barriers, policy, triage
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_recurring_barrier,
    audit_lines,
    days_ago,
    joined,
    moves,
    spread_reports,
)
from tests.people import WORK, People

B = BarrierStatus


def test_a_barrier_recurs_at_the_very_report_that_reaches_the_policy(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    reports = spread_reports(session, people, (2, 2, 1))
    for report in reports[:-1]:
        joined(session, people.vera, report, barrier)
        assert (barrier.status, barrier.fired_at) == (B.WATCHED, None)
    joined(session, people.vera, reports[-1], barrier)
    assert (barrier.status, barrier.fired_at) == (B.RECURRING, NOW)
    assert json.loads(barrier.fired_why) == {
        "since": months_before(TODAY, 12).isoformat(),
        "deviations": 5,
        "municipalities": 3,
        "subprojects": 3,
        "policy": {"municipalities": 3, "deviations": 5, "subprojects": 2, "months": 12},
    }


def test_the_policy_fires_once_by_itself_with_one_move_and_one_line(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, (4, 3, 3))
    fired = [move for move in moves(session, barrier) if move.target == B.RECURRING]
    assert [(move.source, move.actor_id) for move in fired] == [(B.WATCHED, None)]
    lines = [line for line in audit_lines(session, f"barrier:{barrier.id}") if line.action == "barrier.moved"]
    assert [json.loads(line.detail)["deviations"] for line in lines] == [8]  # 4 + 3 + 1


@pytest.mark.parametrize("counts", [(5, 5, 0), (2, 2, 0), (1, 1, 1), (20, 0, 0)])
def test_it_does_not_fire_before_every_threshold_is_reached(
    session: Session, people: People, counts: tuple[int, int, int]
) -> None:
    assert a_recurring_barrier(session, people, counts).status is B.WATCHED


def test_reports_older_than_the_window_do_not_help(session: Session, people: People) -> None:
    reports = [*spread_reports(session, people, (2, 2, 0)), a_filed_deviation(session, people.ruben, at=days_ago(400))]
    assert a_barrier(session, people.vera, reports).status is B.WATCHED


def test_what_fired_is_not_taken_back_when_reports_leave(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    triage.move(session, people.vera, barrier.deviations[0], a_decision(session, Status.IN_REVIEW), at=NOW)
    assert (barrier.status, barrier.fired_at) == (B.RECURRING, NOW)


@pytest.mark.parametrize("end", [B.REMOVED, B.WRITTEN_OFF])
def test_a_barrier_that_was_gone_returns_at_a_new_report(session: Session, people: People, end: BarrierStatus) -> None:
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)])
    barriers.end(session, people.vera, barrier, end, note="Regeln är ändrad.", review_on=TODAY, at=NOW)
    joined(session, people.vera, a_filed_deviation(session, people.rita), barrier)
    assert barrier.status is B.RETURNED
    assert [(m.source, m.target, m.actor_id) for m in moves(session, barrier)][-1] == (end, B.RETURNED, None)


def test_a_returned_barrier_recurs_again_when_it_still_meets_the_policy(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, at=days_ago(10))
    barriers.end(session, people.vera, barrier, B.REMOVED, note="Regeln är ändrad.", at=days_ago(5))
    joined(session, people.vera, a_filed_deviation(session, people.rut), barrier)
    assert [m.target for m in moves(session, barrier)][-2:] == [B.RETURNED, B.RECURRING]
    assert barrier.fired_at == NOW


def test_a_report_that_leaves_does_not_bring_a_barrier_back(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    barriers.end(session, people.vera, barrier, B.REMOVED, note="Regeln är ändrad.", at=NOW)
    triage.move(session, people.vera, barrier.deviations[0], a_decision(session, Status.IN_REVIEW), at=NOW)
    assert barrier.status is B.REMOVED


def test_lower_thresholds_fire_at_once_and_say_which_were_in_force(session: Session, people: People) -> None:
    near = a_recurring_barrier(session, people, (1, 1, 0))
    far: Barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)], name="Långt ifrån")
    lower = Policy(municipalities=2, deviations=2, subprojects=2, months=6)
    assert policy.set_policy(session, people.vera, lower, NOW) == [near]
    assert (near.status, far.status) == (B.RECURRING, B.WATCHED)
    assert json.loads(near.fired_why)["policy"] == lower.as_dict()
    assert settings.policy(session) == lower
    assert "policy.changed" in [line.action for line in audit_lines(session)]


def test_higher_thresholds_take_nothing_back(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    assert policy.set_policy(session, people.vera, Policy(10, 100, 3, 1), NOW) == []
    assert barrier.status is B.RECURRING


@pytest.mark.parametrize("name", [name for name in WORK if name != "vera"])
def test_only_the_coordinator_changes_the_policy(session: Session, people: People, name: str) -> None:
    with pytest.raises(NotAllowed, match="coordinator_only"):
        policy.set_policy(session, getattr(people, name), Policy(1, 1, 1, 1), NOW)
    assert settings.policy(session) == Policy()
