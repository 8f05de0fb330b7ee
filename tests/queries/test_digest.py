"""What a week's digest holds, for whom: nothing late while longer time runs, nothing small of others, no nagging."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotFound, Status
from deviations.models import Deviation, User
from deviations.queries import digest
from deviations.services import rulings, triage
from tests.factories import a_barrier, a_decision, a_filed_deviation, joined, spread_reports
from tests.people import People

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven o'clock in Sweden
WEDNESDAY = MONDAY - timedelta(days=5)
TODAY = day_of(MONDAY)


@pytest.fixture(autouse=True)
def long_here(session: Session, people: People) -> None:
    """The accounts are older than anything that a test tells."""
    session.execute(update(User).values(created_at=MONDAY - timedelta(weeks=100)))
    session.commit()


def told(session: Session, actor: Actor, until: datetime = MONDAY) -> digest.Digest:
    session.flush()
    return digest.of(session, actor, until, day_of(until))


def local(session: Session, people: People, name: str = "rut", at: datetime = WEDNESDAY) -> Deviation:
    report = a_filed_deviation(session, getattr(people, name), at=at)
    triage.move(session, people.vera, report, a_decision(session, Status.LOCAL_ACTION), at=at)
    return report


def test_a_lead_is_told_what_is_new_in_her_own_subproject(session: Session, people: People) -> None:
    reports = spread_reports(session, people, (2, 3, 0), at=WEDNESDAY)
    a_filed_deviation(session, people.rut, at=MONDAY - timedelta(days=7, seconds=1))
    a_filed_deviation(session, people.rut, at=MONDAY)
    a_filed_deviation(session, people.lena, at=WEDNESDAY, place="Söder", municipality="Haninge", title="Egen")
    week = told(session, people.lena)
    assert week.new == (("Söder", 2),)
    assert {one.id for one in week.newest.named} == {one.id for one in reports[:2]}


def test_the_coordinator_is_told_of_all_by_subproject(session: Session, people: People) -> None:
    spread_reports(session, people, (2, 3, 1), at=WEDNESDAY)
    week = told(session, people.vera)
    assert week.new == (("Norr", 3), ("Söder", 2), ("Väst", 1))
    assert week.queued == 6 and week.newest.named == ()


@pytest.mark.parametrize("name", ["rut", "stina", "adam"])
def test_others_have_none(session: Session, people: People, name: str) -> None:
    with pytest.raises(NotFound):
        told(session, getattr(people, name))


def test_local_actions_wait_until_their_day_and_are_late_after_it(session: Session, people: People) -> None:
    report = local(session, people)
    local(session, people, "rita")
    week = told(session, people.lena)
    assert (week.local.named, week.late.total) == ((report,), 0)
    report.due_on = TODAY
    assert told(session, people.lena).late.total == 0
    report.due_on = TODAY - timedelta(days=1)
    week = told(session, people.lena)
    assert (week.local.total, week.late.named) == (0, (report,))


def test_nothing_is_late_while_longer_time_runs_or_is_asked_for(session: Session, people: People) -> None:
    granted, asked = local(session, people), local(session, people)
    for one in (granted, asked):
        one.due_on = TODAY - timedelta(days=3)
    session.flush()
    until = TODAY + timedelta(days=20)
    rulings.extend(session, people.vera, granted, until, "", at=MONDAY, version=granted.version)
    rulings.ask_longer(session, people.lena, asked, until, "", at=MONDAY, version=asked.version)
    week = told(session, people.lena)
    assert week.late.total == 0 and set(week.local.named) == {granted, asked}
    assert told(session, people.vera).longer.named == (asked,)


def test_what_is_snoozed_is_neither_in_the_queue_nor_late(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, at=MONDAY - timedelta(days=30))
    assert (told(session, people.vera).queued, told(session, people.vera).queued_late) == (1, 1)
    rulings.snooze(session, people.vera, [(report, None)], TODAY + timedelta(days=5), at=MONDAY)
    week = told(session, people.vera)
    assert (week.queued, week.queued_late) == (0, 0)


def test_a_question_to_her_waits_for_her(session: Session, people: People) -> None:
    own = a_filed_deviation(session, people.lena, place="Söder", municipality="Haninge", at=WEDNESDAY)
    others = a_filed_deviation(session, people.rut, at=WEDNESDAY)
    for one in (own, others):
        triage.move(session, people.vera, one, a_decision(session, Status.NEEDS_FACTS), at=WEDNESDAY)
    assert told(session, people.lena).asked.named == (own,)


def test_so_many_are_named_and_the_rest_counted(session: Session, people: People) -> None:
    for _ in range(digest.NAMED + 2):
        local(session, people)
    some = told(session, people.lena).local
    assert (len(some.named), some.total, some.rest) == (digest.NAMED, digest.NAMED + 2, 2)


def test_the_coordinator_is_told_where_local_actions_are_late(session: Session, people: People) -> None:
    for name in ("rut", "rut", "rita"):
        local(session, people, name).due_on = TODAY - timedelta(days=1)
    assert told(session, people.vera).late_places == (("Norr", 1), ("Söder", 2))
    assert told(session, people.lena).late_places == ()


def test_barriers_that_recur_since_this_week_are_told_and_older_ones_are_not(session: Session, people: People) -> None:
    fresh = a_barrier(session, people.vera, spread_reports(session, people, at=WEDNESDAY), at=WEDNESDAY)
    old = MONDAY - timedelta(days=20)
    a_barrier(session, people.vera, spread_reports(session, people, at=old), name="Bussen", at=old)
    for reader in (people.vera, people.lena):
        assert told(session, reader).fired == (fresh,)


def test_a_barrier_that_a_report_of_the_week_brought_near_is_told_that_week_only(
    session: Session, people: People
) -> None:
    reports = spread_reports(session, people, (2, 2, 0), at=WEDNESDAY)
    near = a_barrier(session, people.vera, reports, at=WEDNESDAY)
    far = a_barrier(session, people.vera, at=WEDNESDAY, name="Bussen")
    joined(session, people.vera, a_filed_deviation(session, people.rut, at=WEDNESDAY), far, at=WEDNESDAY)
    assert told(session, people.vera).near == (near,)
    assert told(session, people.vera, MONDAY + timedelta(days=7)).near == ()
    assert told(session, people.lena).near == ()  # "near" would say how few reports it has


def test_silence_is_asked_about_kindly_and_not_each_week(session: Session, people: People) -> None:
    last = MONDAY - timedelta(weeks=4)
    a_filed_deviation(session, people.rut, at=last)
    asked = {}
    for week in range(-1, 10):
        found = told(session, people.lena, MONDAY + timedelta(weeks=week))
        asked[week + 4] = [(one.subproject.name, one.last) for one in found.silent]
    assert asked == {weeks: [("Söder", day_of(last))] if weeks in (4, 8, 12) else [] for weeks in range(3, 14)}


def test_the_coordinator_sees_who_is_quiet_and_is_not_written_to_for_that_alone_each_week(
    session: Session, people: People
) -> None:
    for name in ("rut", "rita", "ruben"):
        report = a_filed_deviation(session, getattr(people, name), at=MONDAY - timedelta(weeks=4))
        triage.move(session, people.vera, report, a_decision(session, Status.CLOSED), at=MONDAY - timedelta(weeks=4))
    week, later = told(session, people.vera), told(session, people.vera, MONDAY + timedelta(weeks=1))
    assert [one.subproject.name for one in week.quiet] == ["Norr", "Söder", "Väst"] and week.says_something
    assert len(later.quiet) == 3 and not later.says_something


def test_a_place_that_never_reported_is_quiet_once_it_has_had_staff_for_long(session: Session, people: People) -> None:
    week = told(session, people.lars)
    assert [(one.subproject.name, one.last, one.weeks) for one in week.silent] == [("Norr", None, 100)]
    session.execute(update(User).values(created_at=MONDAY - timedelta(weeks=3)))
    assert told(session, people.lars).silent == ()


def test_a_guldkorn_breaks_the_silence_and_places_without_staff_are_no_silent_ones(
    session: Session, people: People
) -> None:
    from deviations.domain.workflow import Kind

    a_filed_deviation(session, people.rut, at=WEDNESDAY, kind=Kind.GOOD_EXAMPLE)
    assert [one.subproject.name for one in told(session, people.vera).quiet] == ["Norr", "Väst"]
    session.execute(update(User).where(User.id == people.ruben.id).values(active=False))
    assert [one.subproject.name for one in told(session, people.vera).quiet] == ["Norr"]


def test_nothing_to_be_told_is_nothing(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut, at=MONDAY - timedelta(days=10))
    assert not told(session, people.lena).says_something


def test_the_week_ends_where_the_clock_was_turned(session: Session, people: People) -> None:
    """The Monday after the last Sunday of October is 169 hours after the one before it."""
    monday = datetime(2026, 10, 26, 6, 0, tzinfo=UTC)
    inside = a_filed_deviation(session, people.rut, at=datetime(2026, 10, 19, 5, 0, tzinfo=UTC))
    a_filed_deviation(session, people.rut, at=datetime(2026, 10, 19, 4, 59, tzinfo=UTC))
    assert told(session, people.lena, monday).newest.named == (inside,)
    assert session.scalars(select(Deviation)).all() != [inside]
