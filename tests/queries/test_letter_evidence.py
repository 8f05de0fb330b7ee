"""What a draft freezes beside its counts, and that it can be counted once more as it stood."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from deviations.domain import letter_changes
from deviations.domain.letters import Answer, Evidence, LetterStatus
from deviations.domain.workflow import BarrierStatus, Status
from deviations.models import Barrier, Deviation, Letter
from deviations.queries import letter_evidence, spreads
from deviations.services import letter_answers, merging, policy, rulings, triage, undoing
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_draft,
    a_filed_deviation,
    a_letter_out,
    a_recurring_barrier,
    a_reply,
    a_rule,
    an_agency,
    days_ago,
    joined,
    said_here,
)
from tests.people import People

THEN = days_ago(40)


def frozen(letter: Letter) -> Evidence:
    return Evidence.from_json(letter.numbers[0].evidence)


def recounted(session: Session, letter: Letter) -> Evidence:
    return letter_evidence.rederived(session, letter.numbers[0])


def test_evidence_knows_its_reports_and_who_gets_a_copy(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    told = letter_evidence.evidence(session, barrier, TODAY, [an_agency(session, "NR")], [an_agency(session, "SKR")])
    assert told.reports == tuple(sorted(report.id for report in barrier.deviations))
    assert told.recipients == ("Nationella rådet för finansiell samordning",)
    assert told.copies == ("Sveriges Kommuner och Regioner",)
    assert (told.earlier, told.returned_on) == ((), None)


def test_letters_that_went_out_before_are_known_with_their_latest_answer(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, days_ago(100))
    before = letter_evidence.evidence(session, letter.barrier, TODAY).earlier
    assert [(one.registry_number, one.answered_on) for one in before] == [(letter.registry_number, None)]
    reply = {**a_reply(on=days_ago(50).date()), "answer": Answer.DECLINED, "summary": "Rådet avslår."}
    letter_answers.record_reply(session, people.vera, letter, at=days_ago(50), **reply)
    told = letter_evidence.evidence(session, letter.barrier, TODAY).earlier
    assert [(one.answer, one.summary, one.other_barrier) for one in told] == [("declined", "Rådet avslår.", "")]


def test_an_answer_by_the_link_is_told_in_its_own_words_with_who_gave_it(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, days_ago(100))
    told = {**a_reply(on=days_ago(50).date()), "answer": Answer.PASSED_ON, "passed_on_to": "Socialdepartementet"}
    letter_answers.record_reply(session, people.vera, letter, at=days_ago(50), **told)
    reply = letter.replies[-1]
    reply.summary, reply.text, reply.agency = "", "Frågan hör till regeringen.", letter.recipients[0]
    session.flush()
    (before,) = letter_evidence.evidence(session, letter.barrier, TODAY).earlier
    assert (before.summary, before.own_words) == ("Frågan hör till regeringen.", True)
    assert (before.passed_on_to, before.answered_by) == ("Socialdepartementet", letter.recipients[0].name)


def test_a_letter_on_another_barrier_under_the_same_rule_is_known_by_that_barriers_name(
    session: Session, people: People
) -> None:
    letter = a_letter_out(session, people, days_ago(100))
    letter.barrier.rule, letter.barrier.name = a_rule(session), "Försäkring saknas"
    same = a_recurring_barrier(session, people, rule=a_rule(session), name="Under tio timmar")
    other = a_recurring_barrier(session, people, rule=a_rule(session, "AF-01"), name="Heltid krävs")
    assert [one.other_barrier for one in letter_evidence.evidence(session, same, TODAY).earlier] == [
        "Försäkring saknas"
    ]
    assert letter_evidence.evidence(session, other, TODAY).earlier == ()


def test_a_letter_on_several_barriers_is_an_earlier_one_for_each_of_them(session: Session, people: People) -> None:
    further = a_recurring_barrier(session, people, name="Heltid krävs")
    letter = a_draft(session, people, at=THEN)
    letter.further.append(further)
    letter.status, letter.sent_on = LetterStatus.SENT, THEN.date()
    session.flush()
    assert [one.other_barrier for one in letter_evidence.evidence(session, further, TODAY).earlier] == [""]


def test_drafts_are_no_earlier_letters(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    assert letter_evidence.evidence(session, letter.barrier, TODAY).earlier == ()


def test_a_barrier_that_came_back_says_when(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, at=days_ago(90))
    policy.change_status(session, people.vera, barrier, BarrierStatus.REMOVED, days_ago(60), note="Praxis är ändrad.")
    assert letter_evidence.evidence(session, barrier, TODAY).returned_on is None
    said_here(session, people.rut, barrier, at=days_ago(10), occurred_on=days_ago(10).date())
    assert letter_evidence.evidence(session, barrier, TODAY).returned_on == days_ago(10).date()


def test_a_barrier_that_was_written_off_and_came_back_was_never_gone(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, at=days_ago(90))
    policy.change_status(session, people.vera, barrier, BarrierStatus.WRITTEN_OFF, days_ago(60), note="Går inte.")
    said_here(session, people.rut, barrier, at=days_ago(10), occurred_on=days_ago(10).date())
    assert letter_evidence.evidence(session, barrier, TODAY).returned_on is None


def one_more_is_filed(session: Session, people: People, barrier: Barrier) -> None:
    joined(session, people.vera, a_filed_deviation(session, people.rut), barrier)
    said_here(session, people.rita, barrier)


def one_is_taken_out(session: Session, people: People, barrier: Barrier) -> None:
    triage.move(session, people.vera, barrier.deviations[0], triage.Decision(Status.IN_REVIEW, note="Fel."), at=NOW)


def some_are_split_off(session: Session, people: People, barrier: Barrier) -> None:
    chosen = [(report, report.version) for report in list(barrier.deviations)[:2]]
    merging.split(session, people.vera, barrier, chosen, a_barrier(session, people.vera, name="En annan"), at=NOW)


def another_is_merged_in(session: Session, people: People, barrier: Barrier) -> None:
    other = a_barrier(session, people.vera, [a_filed_deviation(session, people.ruben)], name="Försäkring saknas")
    session.flush()
    merging.merge(session, people.vera, other, barrier, "Samma sak.", at=NOW)


def a_decision_is_undone(session: Session, people: People, barrier: Barrier) -> None:
    report = a_filed_deviation(session, people.rut)
    decision = triage.Decision(Status.JOINED, barrier=barrier)
    ruling = rulings.take(session, people.vera, [(report, report.version)], decision, at=NOW)
    undoing.undo(session, people.vera, ruling, at=NOW)


@pytest.mark.parametrize(
    "happens",
    [one_more_is_filed, one_is_taken_out, some_are_split_off, another_is_merged_in, a_decision_is_undone],
)
def test_numbers_are_counted_once_more_as_they_stood(
    session: Session, people: People, happens: Callable[[Session, People, Barrier], None]
) -> None:
    letter = a_draft(session, people, a_recurring_barrier(session, people, at=THEN), at=THEN)
    happens(session, people, letter.barrier)
    session.flush()
    session.expire_all()
    assert recounted(session, letter) == frozen(letter)
    assert letter_changes.changes(frozen(letter), recounted(session, letter)) == []


def test_what_was_undone_before_the_letter_is_not_counted(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, at=days_ago(60))
    report = a_filed_deviation(session, people.rut, at=days_ago(59))
    decision = triage.Decision(Status.JOINED, barrier=barrier)
    ruling = rulings.take(session, people.vera, [(report, report.version)], decision, at=days_ago(58))
    undoing.undo(session, people.vera, ruling, at=days_ago(57))
    letter = a_draft(session, people, barrier, at=THEN)
    joined(session, people.vera, report, barrier)
    assert report.id not in frozen(letter).reports
    assert recounted(session, letter) == frozen(letter)


def test_what_was_moved_here_before_the_letter_is_counted_after_it_left(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, at=days_ago(60))
    other = a_barrier(session, people.vera, name="En annan", at=days_ago(60))
    report = a_filed_deviation(session, people.rut, at=days_ago(59))
    joined(session, people.vera, report, other, days_ago(58))
    joined(session, people.vera, report, barrier, days_ago(57))
    letter = a_draft(session, people, barrier, at=THEN)
    joined(session, people.vera, report, other)
    assert recounted(session, letter).deviations == 6
    assert recounted(session, letter) == frozen(letter)


def test_answers_and_solutions_that_came_later_are_not_of_that_moment(session: Session, people: People) -> None:
    barrier = a_letter_out(session, people, days_ago(100)).barrier
    barrier.status = BarrierStatus.RECURRING
    letter = a_draft(session, people, barrier, at=THEN)
    out = next(one for one in people_letters(session, barrier) if one is not letter)
    letter_answers.record_reply(session, people.vera, out, at=NOW, **a_reply())
    assert recounted(session, letter) == frozen(letter)
    assert frozen(letter).earlier[0].answered_on is None
    assert letter_evidence.evidence(session, barrier, TODAY).earlier[0].answered_on == TODAY


def people_letters(session: Session, barrier: Barrier) -> list[Letter]:
    return session.query(Letter).filter(Letter.barrier_id == barrier.id).all()


def test_a_report_that_was_completed_later_shows_as_a_difference(session: Session, people: People) -> None:
    letter = a_draft(session, people, a_recurring_barrier(session, people, at=THEN), at=THEN)
    letter.barrier.deviations[0].people_hit = 12
    session.flush()
    assert [one.what for one in letter_changes.changes(frozen(letter), recounted(session, letter))] == ["Deltagare"]


def test_a_snapshot_of_an_older_letter_can_be_counted_once_more(session: Session, people: People) -> None:
    letter = a_draft(session, people, a_recurring_barrier(session, people, at=THEN), at=THEN)
    whole = letter.numbers[0].evidence
    letter.numbers[0].evidence = whole[: whole.index(',"reports"')] + "}"
    again = recounted(session, letter)
    assert (again.reports, again.deviations) == ((), 5)


def test_an_unused_moment_has_no_reports(session: Session, people: People) -> None:
    letter = a_draft(session, people, a_recurring_barrier(session, people, at=THEN), at=THEN)
    letter.numbers[0].at = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    assert recounted(session, letter).deviations == 0


def test_status_of_a_letter_says_whether_it_is_out(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, days_ago(5))
    assert letter.status is LetterStatus.SENT
    assert [one.registry_number for one in letter_evidence.evidence(session, letter.barrier, TODAY).earlier] == [
        letter.registry_number
    ]


def test_the_quick_count_of_a_letter_is_the_count_of_the_barriers_page(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, (3, 2, 4))
    said_here(session, people.rut, barrier)
    session.flush()
    quick = spreads.met(session, Deviation.barrier_id == barrier.id, *spreads.PLACED)
    assert spreads.counted(quick) == spreads.of(spreads.placed(session, barrier))
    assert [one.id for one in quick] == [one.id for one in spreads.placed(session, barrier)]
