"""The policy fires exactly when it is reached, says why, is never taken back, and sees what comes back."""

import json
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.recurrence import Policy, months_before
from deviations.domain.workflow import BarrierStatus, NotAllowed, Status
from deviations.models import Barrier, Program, Setting
from deviations.queries import people as people_queries
from deviations.queries import settings, standings
from deviations.services import barriers, policy, triage
from tests import people as staff
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
        "on": TODAY.isoformat(),
        "since": months_before(TODAY, 12).isoformat(),
        "deviations": 5,
        "municipalities": 3,
        "subprojects": 3,
        "associations": 3,
        "program": people_queries.program(session).id,
        "policy": {"municipalities": 3, "deviations": 5, "subprojects": 2, "associations": 1, "months": 12},
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


def test_one_association_too_few_does_not_fire_where_several_are_asked_for(session: Session, people: People) -> None:
    chosen = Policy(municipalities=1, deviations=2, subprojects=1, months=12, associations=2)
    policy.set_policy(session, people.vera, chosen, NOW)
    barrier = a_recurring_barrier(session, people, (2, 0, 0))
    assert barrier.status is B.WATCHED
    joined(session, people.vera, a_filed_deviation(session, people.rita), barrier)
    assert barrier.status is B.RECURRING


def another_program(session: Session, *names: str) -> Program:
    """A second program, to which these subprojects belong from now on."""
    program = Program(name="Vägen ut", owner=staff.place(session, "Väst").association)
    session.add(program)
    session.flush()
    for name in names:
        staff.place(session, name).program_id = program.id
    session.flush()
    return program


def test_a_program_goes_by_its_own_thresholds_for_its_own_reports(session: Session, people: People) -> None:
    theirs = another_program(session, "Väst")
    assert policy.set_policy(session, people.vera, Policy(1, 2, 1, 12), NOW, program=theirs) == []
    ours = a_barrier(session, people.vera, spread_reports(session, people, (2, 0, 0)), name="Vårt")
    other = a_barrier(session, people.vera, spread_reports(session, people, (0, 0, 2)), name="Deras")
    assert (ours.status, other.status) == (B.WATCHED, B.RECURRING)
    assert json.loads(other.fired_why)["program"] == theirs.id


def test_a_program_that_asks_for_more_is_not_overruled_by_what_is_shared(session: Session, people: People) -> None:
    theirs = another_program(session, "Väst", "Norr")
    policy.set_policy(session, people.vera, Policy(1, 2, 1, 12), NOW)
    policy.set_policy(session, people.vera, Policy(1, 4, 1, 12), NOW, program=theirs)
    barrier = a_barrier(session, people.vera, spread_reports(session, people, (0, 2, 1)))
    assert barrier.status is B.WATCHED
    joined(session, people.vera, a_filed_deviation(session, people.ruben), barrier)
    assert barrier.status is B.RECURRING


def test_a_barrier_that_two_programs_have_met_is_not_lost_between_them(session: Session, people: People) -> None:
    """Neither program has enough by itself; together they have, and the thresholds that they share say so."""
    theirs = another_program(session, "Väst")
    policy.set_policy(session, people.vera, Policy(9, 9, 9, 12), NOW, program=theirs)
    barrier = a_barrier(session, people.vera, spread_reports(session, people, (2, 2, 1)))
    assert barrier.status is B.RECURRING
    assert json.loads(barrier.fired_why)["program"] is None


def test_a_program_can_go_by_the_shared_thresholds_again(session: Session, people: People) -> None:
    theirs = another_program(session, "Väst")
    policy.set_policy(session, people.vera, Policy(1, 9, 1, 12), NOW, program=theirs)
    policy.set_policy(session, people.vera, Policy(1, 2, 1, 12), NOW)
    barrier = a_barrier(session, people.vera, spread_reports(session, people, (0, 0, 2)))
    assert barrier.status is B.WATCHED
    assert settings.policy(session, theirs.id) == Policy(1, 9, 1, 12)
    assert policy.set_policy(session, people.vera, None, NOW, program=theirs) == [barrier]
    assert settings.policy(session, theirs.id) == Policy(1, 2, 1, 12)


def test_what_programs_share_cannot_be_done_without(session: Session, people: People) -> None:
    with pytest.raises(ValueError, match="share"):
        policy.set_policy(session, people.vera, None, NOW)


def test_thresholds_that_were_changed_and_changed_back_are_a_later_version(session: Session, people: People) -> None:
    shown = settings.version(session, settings.POLICY)
    policy.set_policy(session, people.vera, Policy(7, 7, 7, 7), NOW)
    policy.set_policy(session, people.vera, Policy(), NOW)
    with pytest.raises(StaleDataError):
        policy.set_policy(session, people.vera, Policy(2, 2, 2, 2), NOW, version=shown)
    assert settings.policy(session) == Policy()


def test_thresholds_stored_before_they_had_a_version_or_associations_are_read(session: Session) -> None:
    old = {"municipalities": 4, "deviations": 6, "subprojects": 2, "months": 24}
    session.add(Setting(name=settings.POLICY, value=json.dumps(old)))
    session.flush()
    assert settings.policy(session) == Policy(4, 6, 2, 24, associations=1)
    assert settings.version(session, settings.POLICY) > 1


def test_how_a_barrier_stands_takes_no_more_questions_where_it_has_many_reports(
    session: Session, people: People
) -> None:
    """The policy asks the database for counts, not for the reports."""
    barrier = a_barrier(session, people.vera)
    empty = _questions(session, barrier)
    for report in spread_reports(session, people, (30, 0, 0)):
        joined(session, people.vera, report, barrier)
    assert _questions(session, barrier) == empty <= 4


def _questions(session: Session, barrier: Barrier) -> int:
    """How many questions it takes to see how a barrier stands."""
    asked: list[str] = []
    engine = session.get_bind().engine

    def count(*told: Any) -> None:
        asked.append(told[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        standings.nearest(session, barrier, TODAY)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(asked)


@pytest.mark.parametrize("name", [name for name in WORK if name != "vera"])
def test_only_the_coordinator_changes_the_policy(session: Session, people: People, name: str) -> None:
    with pytest.raises(NotAllowed, match="coordinator_only"):
        policy.set_policy(session, getattr(people, name), Policy(1, 1, 1, 1), NOW)
    assert settings.policy(session) == Policy()
