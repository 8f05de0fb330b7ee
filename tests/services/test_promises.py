"""What is promised: kept as it was given when the promise changes, and changed by the coordinator alone."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.deadlines import LONGEST, Promised, Promises, Span, set_by_hand
from deviations.domain.workflow import NotAllowed, Status
from deviations.queries import settings
from deviations.services import audit, promises, triage
from tests.factories import NOW, TODAY, a_filed_deviation, audit_lines, days_ago
from tests.people import People

WORKING = Promises(Span(10, working=True), Span(30))


def test_what_is_promised_changes_for_what_happens_from_now_on(session: Session, people: People) -> None:
    before = a_filed_deviation(session, people.rut)
    promises.set_promises(session, people.vera, WORKING, NOW)
    after = a_filed_deviation(session, people.rut, title="En annan sak")
    assert settings.promises(session) == WORKING
    assert before.due_on == TODAY + timedelta(days=7)
    due = promises.of(after)
    assert due is not None
    assert (due.kind, due.span, due.since) == (Promised.FIRST_REPLY, Span(10, working=True), TODAY)
    assert due.on.weekday() < 5
    triage.move(session, people.vera, before, triage.Decision(Status.LOCAL_ACTION), at=NOW)
    assert before.due_on == TODAY + timedelta(days=30)


def test_a_change_has_one_line_in_the_log(session: Session, people: People) -> None:
    promises.set_promises(session, people.vera, WORKING, NOW)
    promises.set_promises(session, people.vera, Promises(), NOW)
    assert [line.action for line in audit_lines(session, "promises")] == ["promises.changed"] * 2
    assert settings.promises(session) == Promises()
    assert audit.verify(session)[1] is None


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_promises(session: Session, people: People, name: str) -> None:
    with pytest.raises(NotAllowed, match="coordinator_only"):
        promises.set_promises(session, getattr(people, name), WORKING, NOW)
    assert settings.promises(session) == Promises()


@pytest.mark.parametrize("days", [-1, 0, LONGEST + 1])
def test_nobody_promises_no_day_or_more_than_a_year(session: Session, people: People, days: int) -> None:
    for wanted in (Promises(first_reply=Span(days)), Promises(local_answer=Span(days))):
        with pytest.raises(NotAllowed, match="span_out_of_bounds"):
            promises.set_promises(session, people.vera, wanted, NOW)


def test_a_day_set_by_a_person_lasts_no_longer_than_the_state(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, at=days_ago(20))
    triage.move(session, people.vera, report, triage.Decision(Status.LOCAL_ACTION), at=days_ago(10))
    promises.keep(report, set_by_hand(Promised.EXTENSION, TODAY + timedelta(days=90), TODAY))
    report.asked_until = TODAY + timedelta(days=99)
    triage.move(session, people.lena, report, triage.Decision(Status.IN_REVIEW, note="Vi når inte fram."), at=NOW)
    assert (report.due_on, report.asked_until) == (TODAY + timedelta(days=7), None)
