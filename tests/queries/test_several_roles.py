"""Somebody with several roles has in each place what her role there gives, and no more.

Mona leads Norr and is a reporter in Söder: what is a lead's stays closed to her in Söder, and all is closed in Väst.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.lists import Chosen, View
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed, NotFound, Status
from deviations.models import Deviation, InternalNote, User
from deviations.queries import deviations, digest, lists, local, minutes, notes, staff, visibility
from deviations.queries import people as queries
from deviations.services import accounts, filing, reviews, rulings, triage
from deviations.services import notes as noting
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_filed_deviation, a_report
from tests.people import People, invite_guest, place


@pytest.fixture
def mona(session: Session, people: People) -> Actor:
    """Lead in Norr, reporter in Söder."""
    return invite_guest(session, "mona")


def local_action(session: Session, people: People, by: Actor) -> Deviation:
    report = a_filed_deviation(session, by)
    rulings.take(session, people.vera, [(report, None)], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    return report


def test_she_reads_the_reports_of_both_places(session: Session, people: People, mona: Actor) -> None:
    söder, norr, väst = (a_filed_deviation(session, one) for one in (people.rut, people.rita, people.ruben))
    seen = list(session.scalars(select(Deviation).where(visibility.deviations(mona)).order_by(Deviation.id)))
    assert seen == [söder, norr]
    with pytest.raises(NotFound):
        deviations.get(session, mona, väst.id)
    assert {row.id for row in lists.page(session, mona, Chosen(view=View.ALL), today=TODAY).rows} == {söder.id, norr.id}


@pytest.mark.parametrize("view", [View.NEW, View.LEAD, View.OVERDUE, View.MINE, View.FACTS, View.SNOOZED])
def test_her_queues_hold_only_what_she_leads(session: Session, people: People, mona: Actor, view: View) -> None:
    for by in (people.rut, people.rita, people.ruben):
        a_filed_deviation(session, by)
        local_action(session, people, by).due_on = TODAY - timedelta(days=1)
        asked, later = a_filed_deviation(session, by), a_filed_deviation(session, by)
        rulings.take(session, people.vera, [(asked, None)], a_decision(session, Status.NEEDS_FACTS), at=NOW)
        rulings.snooze(session, people.vera, [(later, None)], TODAY + timedelta(days=9), at=NOW)
    norr = place(session, "Norr").id
    rows = lists.page(session, mona, Chosen(view=view), today=TODAY).rows
    assert rows and {row.subproject_id for row in rows} == {norr}
    assert lists.counts(session, mona, Chosen(), today=TODAY)[view] == len(rows)
    narrowed = Chosen(view=view, subproject=place(session, "Söder").id)
    assert lists.page(session, mona, narrowed, today=TODAY).rows == []


@pytest.mark.parametrize("to", [Status.IN_REVIEW, Status.LOCAL_ACTION, Status.SOLVED_LOCALLY])
def test_she_decides_where_she_leads_only(session: Session, people: People, mona: Actor, to: Status) -> None:
    norr, söder = a_filed_deviation(session, people.rita), a_filed_deviation(session, people.rut)
    triage.move(session, mona, norr, a_decision(session, to), at=NOW)
    assert norr.status is to
    with pytest.raises(NotAllowed, match="not_your_move"):
        triage.move(session, mona, söder, a_decision(session, to), at=NOW)
    with pytest.raises(NotAllowed, match="not_your_move"):
        rulings.take(session, mona, [(söder, None)], a_decision(session, to), at=NOW)


def test_a_decision_about_many_is_refused_if_one_is_not_hers_to_decide(
    session: Session, people: People, mona: Actor
) -> None:
    norr, söder = a_filed_deviation(session, people.rita), a_filed_deviation(session, people.rut)
    with pytest.raises(NotAllowed, match="not_your_move"):
        rulings.take(session, mona, [(norr, None), (söder, None)], a_decision(session, Status.LOCAL_ACTION), at=NOW)


def test_a_leads_page_holds_what_she_leads(session: Session, people: People, mona: Actor) -> None:
    norr, söder = local_action(session, people, people.rita), local_action(session, people, people.rut)
    assert local.get(session, mona, norr.id) is norr
    with pytest.raises(NotFound):
        local.get(session, mona, söder.id)
    rulings.ask_longer(session, mona, norr, TODAY + timedelta(days=90), "Vi väntar.", at=NOW)
    with pytest.raises(NotAllowed):
        rulings.ask_longer(session, mona, söder, TODAY + timedelta(days=90), "Vi väntar.", at=NOW)


def test_internal_notes_are_read_and_written_where_she_leads(session: Session, people: People, mona: Actor) -> None:
    norr, söder = a_filed_deviation(session, people.rita), a_filed_deviation(session, people.rut)
    noting.add(session, people.lena, söder, "Jag ringer i morgon.", at=NOW)
    barrier = a_barrier(session, people.vera, [norr, söder])
    assert not notes.may(mona, söder)
    assert notes.may(mona, norr) and notes.may(mona, barrier)
    with pytest.raises(NotAllowed, match="not_your_notes"):
        noting.add(session, mona, söder, "Hej hej.", at=NOW)
    noting.add(session, mona, norr, "Hej hej.", at=NOW)
    seen = session.scalars(select(InternalNote).where(visibility.internal_notes(mona))).all()
    assert [note.deviation_id for note in seen] == [norr.id]


def test_the_minutes_that_she_reads_are_of_what_she_leads(session: Session, people: People, mona: Actor) -> None:
    norr, söder = a_filed_deviation(session, people.rita), a_filed_deviation(session, people.rut)
    review = reviews.start(session, people.vera, [norr.id, söder.id], at=NOW)
    for report in (norr, söder):
        rulings.take(session, people.vera, [(report, None)], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    reviews.end(session, people.vera, review, at=NOW + timedelta(hours=1))
    told = minutes.readable(session, mona, review.id)
    assert not told.whole
    assert [one.line.deviation for one in told.lines] == [norr.id]
    assert [one.subproject.name for one in told.waiting] == ["Norr"]


def test_the_digest_is_about_what_she_leads(session: Session, people: People, mona: Actor) -> None:
    norr, söder = local_action(session, people, people.rita), local_action(session, people, people.rut)
    told = digest.of(session, mona, NOW + timedelta(days=1), TODAY)
    shown = {*told.local.named, *told.late.named, *told.newest.named}
    assert norr in shown and söder not in shown
    assert (told.local.total + told.late.total, [name for name, _ in told.new]) == (1, ["Norr"])


def test_she_types_reports_for_those_whom_she_leads(session: Session, people: People, mona: Actor) -> None:
    assert [user.name for user in queries.colleagues(session, mona)] == ["Lars", "Rita"]
    rita, rut = (session.get_one(User, one.id) for one in (people.rita, people.rut))
    there = a_report(session, place="Norr", municipality="Täby", reporter=rita)
    filing.file(session, mona, there, form_key="norr-norr-norr-norr", at=NOW)
    with pytest.raises(NotAllowed, match="not_your_colleague"):
        filing.file(session, mona, a_report(session, reporter=rut), form_key="soder-soder-soder-s", at=NOW)
    with pytest.raises(NotAllowed):
        filing.file(session, mona, a_report(session, reporter=rita), form_key="soder-soder-soder-t", at=NOW)
    filing.file(session, mona, a_report(session), form_key="soder-soder-soder-u", at=NOW)


def test_she_invites_and_lists_staff_where_she_leads(session: Session, people: People, mona: Actor) -> None:
    invited = {"email": "ny@example.com", "name": "Nya", "role": Role.REPORTER, "secret": "s" * 40, "at": NOW}
    with pytest.raises(NotAllowed, match="may_not_invite"):
        accounts.invite(session, mona, subproject=place(session, "Söder"), **invited)
    accounts.invite(session, mona, subproject=place(session, "Norr"), **invited)
    assert [here.subproject.name for here in staff.of(session, mona)] == ["Norr"]
    with pytest.raises(NotFound):
        staff.one(session, mona, people.rut.id)
