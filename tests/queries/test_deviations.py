"""The lists of reports: narrowed, paged, in order, and what waits for whom."""

from sqlalchemy.orm import Session

from deviations.domain.roles import Role
from deviations.domain.workflow import Kind, Status, Step
from deviations.models import Membership
from deviations.queries import deviations
from deviations.queries import people as queries
from deviations.services import triage
from tests.factories import (
    NOW,
    TODAY,
    a_decision,
    a_filed_deviation,
    a_rule,
    an_account,
    days_ago,
)
from tests.people import People, place


def test_mine_is_what_is_mine_and_what_i_typed_and_may_still_read(session: Session, people: People) -> None:
    own = a_filed_deviation(session, people.lena, place="Söder", municipality="Haninge", at=days_ago(2))
    report = {"place": "Söder", "municipality": "Haninge", "reporter": an_account(session, people.rut)}
    typed = a_filed_deviation(session, people.lena, at=days_ago(1), **report)
    assert deviations.mine(session, people.lena) == [typed, own]
    assert deviations.mine(session, people.rut) == [typed]
    assert deviations.mine(session, people.rolf) == []
    for membership in an_account(session, people.lena).memberships:
        session.delete(membership)
    session.add(Membership(user_id=people.lena.id, role=Role.LEAD, subproject_id=place(session, "Norr").id))
    session.flush()
    session.expire_all()
    moved = queries.actor_of(an_account(session, people.lena))
    assert deviations.mine(session, moved) == [own]


def test_what_waits_for_a_person_is_her_unanswered_question_or_her_local_action(
    session: Session, people: People
) -> None:
    asked, local = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rolf)
    triage.move(session, people.vera, asked, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    triage.move(session, people.vera, local, a_decision(session, Status.LOCAL_ACTION), at=NOW)
    assert deviations.waiting_for(session, people.rut) == [asked]
    assert deviations.waiting_for(session, people.rolf) == []
    assert deviations.waiting_for(session, people.lena) == [local]
    assert deviations.waiting_for(session, people.lars) == []


def test_a_fact_holds_what_grouping_needs_and_not_who_wrote_it(session: Session, people: People) -> None:
    deviation = a_filed_deviation(
        session,
        people.rut,
        rule=a_rule(session),
        step=Step.PLACEMENT,
        weeks_lost=6,
        people_hit=0,
        rule_hint="tiotimmars",
    )
    fact = deviations.fact(deviation)
    assert (fact.id, fact.rule, fact.agencies, fact.step) == (str(deviation.id), "FORS-01", ("AF",), "placement")
    assert (fact.municipality, fact.subproject, fact.on) == ("Haninge", "Söder", TODAY)
    assert (fact.weeks_lost, fact.people_hit) == (6, 0)
    assert "Rut" not in repr(fact)


def test_an_open_report_is_one_that_somebody_still_has_to_act_on(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, at=days_ago(3), kind=Kind.GOOD_EXAMPLE)
    assert deviations.is_open(deviation)
    triage.move(session, people.vera, deviation, a_decision(session, Status.CLOSED), at=NOW)
    assert not deviations.is_open(deviation)
