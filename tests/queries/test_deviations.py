"""The lists of reports: narrowed, paged, in order, and what waits for whom."""

from sqlalchemy.orm import Session

from deviations.domain.roles import Role
from deviations.domain.workflow import Kind, Status, Step
from deviations.models import Membership
from deviations.queries import deviations
from deviations.queries import people as queries
from deviations.queries.deviations import Filter
from deviations.services import triage
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_municipality,
    a_rule,
    an_account,
    an_agency,
    days_ago,
    joined,
    said_here,
)
from tests.people import People, place


def test_a_list_is_narrowed_by_each_thing_and_by_all_together(session: Session, people: People) -> None:
    af = a_filed_deviation(session, people.rut)
    fk = a_filed_deviation(session, people.rita, agency="FK")
    triage.move(session, people.vera, fk, a_decision(session, Status.NEEDS_FACTS), at=NOW)

    def found(**chosen: object) -> list[int]:
        listed, older = deviations.listed(session, people.vera, Filter(**chosen))  # type: ignore[arg-type]
        assert not older
        return [deviation.id for deviation in listed]

    assert found() == [fk.id, af.id]
    assert found(status=Status.NEEDS_FACTS) == [fk.id]
    assert found(agency=an_agency(session, "AF").id) == [af.id]
    assert found(municipality=a_municipality(session, "Täby").id) == [fk.id]
    assert found(subproject=place(session, "Söder").id) == [af.id]
    assert found(status=Status.NEEDS_FACTS, agency=an_agency(session, "AF").id) == []
    assert found(agency=2_147_483_647) == []


def test_a_long_list_comes_in_pages_that_miss_and_repeat_nothing(session: Session, people: People) -> None:
    filed = [a_filed_deviation(session, people.rut).id for _ in range(2 * deviations.PAGE + 1)]
    seen: list[int] = []
    before: int | None = None
    for expected in (True, True, False):
        found, older = deviations.listed(session, people.rut, Filter(), before)
        assert older is expected
        seen += [deviation.id for deviation in found]
        before = seen[-1]
    assert seen == sorted(filed, reverse=True)


def test_the_queue_is_what_waits_for_a_decision_oldest_first(session: Session, people: People) -> None:
    newer = a_filed_deviation(session, people.rut, at=days_ago(1))
    older = a_filed_deviation(session, people.rita, at=days_ago(9))
    asked = a_filed_deviation(session, people.rut, at=days_ago(20))
    triage.move(session, people.vera, asked, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    taken = a_filed_deviation(session, people.ruben, at=days_ago(5))
    triage.move(session, people.vera, taken, a_decision(session, Status.IN_REVIEW), at=NOW)
    assert deviations.queue(session, people.vera) == [older, taken, newer]
    assert deviations.queue(session, people.lena) == [newer]
    assert deviations.with_status(session, people.vera, Status.NEEDS_FACTS) == [asked]


def test_what_follows_another_report_waits_in_no_queue_until_that_one_has_ended(
    session: Session, people: People
) -> None:
    report = a_filed_deviation(session, people.rut, at=days_ago(3))
    said = said_here(session, people.rolf, report, place="Söder", municipality="Haninge")
    for person in (people.vera, people.lena):
        assert deviations.queue(session, person) == [report]
    triage.move(session, people.vera, report, a_decision(session, Status.CLOSED), at=NOW)
    assert deviations.queue(session, people.lena) == [said]
    assert deviations.counts(session, people.vera)[Status.FILED] == 1


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


def test_counts_are_of_each_state_also_of_the_empty_ones(session: Session, people: People) -> None:
    for _ in range(2):
        a_filed_deviation(session, people.rut)
    joined(session, people.vera, a_filed_deviation(session, people.rita), a_barrier(session, people.vera))
    counts = deviations.counts(session, people.vera)
    assert set(counts) == set(Status)
    assert (counts[Status.FILED], counts[Status.JOINED], counts[Status.CLOSED]) == (2, 1, 0)
    assert deviations.counts(session, people.rut)[Status.JOINED] == 0


def test_reports_of_the_week_are_counted_from_a_moment_on(session: Session, people: People) -> None:
    for days in (0, 6, 7, 8):
        a_filed_deviation(session, people.rut, at=days_ago(days))
    assert deviations.filed_since(session, people.vera, days_ago(7)) == 3


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
