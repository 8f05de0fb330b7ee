"""Decisions taken in one press about one report or many, and taken back in one press, with all that they changed."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.orm import Session

from deviations.domain.deadlines import Promised
from deviations.domain.letters import LetterStatus
from deviations.domain.notices import UNDO_GRACE, MailState, Notice
from deviations.domain.workflow import (
    UNDO_WITHIN,
    Act,
    BarrierStatus,
    CloseReason,
    Incomplete,
    Kind,
    NotAllowed,
    NotFound,
    Status,
)
from deviations.models import Barrier, Deviation, Move, OutgoingMail, Review, Ruling, Solution, SolutionTrial, Verdict
from deviations.queries import barriers as counting
from deviations.queries import deviations as reading
from deviations.queries import rulings as listing
from deviations.queries import solutions
from deviations.services import audit, barriers, outbox, promises, rulings, triage
from deviations.services.filing import PersonalData
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_draft,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    audit_lines,
    joined,
    moves,
    said_here,
    spread_reports,
)
from tests.people import People, find, place

S = Status
SOON = NOW + timedelta(minutes=1)
STATE = ("status", "barrier_id", "close_reason", "duplicate_of_id", "due_on", "due_how", "snoozed_until", "priority")


def shown(*reports: Deviation) -> list[tuple[Deviation, int | None]]:
    """The reports with the versions that a page has just shown."""
    return [(report, report.version) for report in reports]


def state(report: Deviation) -> tuple[object, ...]:
    return tuple(getattr(report, name) for name in STATE)


def to_barrier(barrier: Barrier) -> triage.Decision:
    return triage.Decision(S.JOINED, barrier=barrier)


def mails(session: Session, kind: Notice) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.id)))


def holds_together(session: Session) -> bool:
    """Whether each step has its audit line."""
    return audit.verify(session)[1] is None


def test_one_decision_about_many_reports_is_one_ruling(session: Session, people: People) -> None:
    reports = [a_filed_deviation(session, people.rut) for _ in range(3)]
    decision = triage.Decision(S.CLOSED, reason=CloseReason.INFORMATION, note="Broschyren räckte.")
    ruling = rulings.take(session, people.vera, shown(*reports), decision, at=NOW)
    assert (ruling.what, ruling.count, ruling.chosen) == ("closed", 3, tuple(report.id for report in reports))
    assert {report.status for report in reports} == {S.CLOSED}
    steps = session.scalars(select(Move).where(Move.ruling_id == ruling.id)).all()
    assert [step.target for step in steps] == [S.IN_REVIEW, S.CLOSED] * 3
    assert holds_together(session)


def test_what_is_kept_of_a_decision_holds_no_text(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    decision = triage.Decision(S.SOLVED_LOCALLY, note="Hemlig anteckning.", solution="Vi ringde dem varje dag.")
    before = rulings.take(session, people.vera, shown(report), decision, at=NOW).before
    assert not any(word in before for word in ("Hemlig", "ringde", report.title.split()[0], report.body.split()[0]))
    assert json.loads(before)["changed"]["deviation"][str(report.id)]["status"] == ["filed", "solved_locally"]


def test_all_of_it_or_nothing(session: Session, people: People) -> None:
    ready, ended = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, ended, a_decision(session, S.CLOSED), at=NOW)
    session.commit()
    with pytest.raises(NotAllowed, match="no_such_move"):
        rulings.take(session, people.vera, shown(ready, ended), triage.Decision(S.LOCAL_ACTION), at=NOW)
    session.commit()  # as one who forgets to roll back
    assert ready.status is S.FILED
    assert session.scalar(select(func.count()).select_from(Ruling)) == 0


@pytest.mark.parametrize(("name", "wrong"), [("rita", True), ("lars", True), ("stina", True), ("lena", False)])
def test_a_decision_is_for_those_whose_it_is(session: Session, people: People, name: str, wrong: bool) -> None:
    report = a_filed_deviation(session, people.rut)
    try:
        rulings.take(session, getattr(people, name), shown(report), triage.Decision(S.LOCAL_ACTION), at=NOW)
    except NotAllowed as refused:
        assert (wrong, refused.code) == (True, "not_your_move")
    assert report.status is (S.FILED if wrong else S.LOCAL_ACTION)


def test_a_decision_must_say_what_it_must_and_nothing_that_points_out_a_person(
    session: Session, people: People
) -> None:
    report = a_filed_deviation(session, people.rut)
    with pytest.raises(Incomplete, match="needs_note"):
        rulings.take(session, people.vera, shown(report), triage.Decision(S.NEEDS_FACTS), at=NOW)
    with pytest.raises(PersonalData):
        asked = triage.Decision(S.NEEDS_FACTS, note="Gäller det 850709-9805?")
        rulings.take(session, people.vera, shown(report), asked, at=NOW)
    for chosen, code in (([], "nothing_chosen"), ([(report, None)] * 1, "")):
        if code:
            with pytest.raises(NotAllowed, match=code):
                rulings.take(session, people.vera, chosen, triage.Decision(S.LOCAL_ACTION), at=NOW)


def test_reports_that_somebody_saved_meanwhile_are_named_and_none_is_changed(
    session: Session, people: People, engine: Engine
) -> None:
    reports = [a_filed_deviation(session, people.rut) for _ in range(3)]
    session.commit()
    pairs = shown(*reports)
    with Session(engine.execution_options(write=True)) as other:
        for id in (reports[0].id, reports[2].id):
            triage.move(other, find(other).lena, other.get_one(Deviation, id), triage.Decision(S.LOCAL_ACTION), at=NOW)
        other.commit()
    with pytest.raises(rulings.Outdated) as outdated:
        rulings.take(session, people.vera, pairs, a_decision(session, S.CLOSED), at=NOW)
    assert outdated.value.ids == (reports[0].id, reports[2].id)
    session.commit()
    assert [report.status for report in reports] == [S.LOCAL_ACTION, S.FILED, S.LOCAL_ACTION]


def test_a_barrier_that_was_undone_meanwhile_takes_no_report(session: Session, people: People) -> None:
    first, second = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    ruling = rulings.take_new(session, people.vera, shown(first), barriers.Description("Nytt"), at=NOW)
    barrier = first.barrier
    assert barrier is not None
    rulings.undo(session, people.vera, ruling, at=NOW)
    with pytest.raises(NotAllowed, match="barrier_"):
        rulings.take(session, people.vera, shown(second), to_barrier(barrier), at=NOW)


def test_a_decision_belongs_to_the_review_that_is_open(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    closed = Review(actor_id=people.vera.id, started_at=NOW, ended_at=NOW)
    review, others = Review(actor_id=people.vera.id, started_at=NOW), Review(actor_id=people.lena.id, started_at=NOW)
    session.add_all([closed, review, others])
    session.flush()
    assert rulings.take(session, people.vera, shown(report), triage.Decision(S.LOCAL_ACTION), at=NOW).review is review
    assert rulings.extend(session, people.vera, report, TODAY + timedelta(days=90), at=NOW).review is review
    review.ended_at = NOW
    asked = triage.Decision(S.IN_REVIEW, note="Tillbaka.")
    assert rulings.take(session, people.vera, shown(report), asked, at=NOW).review is None


def test_each_of_many_reports_costs_as_much_to_decide_about_and_undo_as_each_of_a_few(
    engine: Engine, session: Session, people: People
) -> None:
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    def cost(many: int) -> int:
        nonlocal asked
        reports = [a_filed_deviation(session, people.rut) for _ in range(many)]
        barrier = a_barrier(session, people.vera)
        session.flush()
        asked = 0
        ruling = rulings.take(session, people.vera, shown(*reports), to_barrier(barrier), at=NOW)
        rulings.undo(session, people.vera, ruling, at=NOW)
        session.flush()
        assert {report.status for report in reports} == {S.FILED}
        return asked

    cost(1)  # what is asked once and then known
    event.listen(engine, "before_cursor_execute", count)
    few, more, most = cost(10), cost(20), cost(40)
    assert few > 0
    assert most - more <= 2 * (more - few) * 1.1, "A report costs more the more of them there are."


@pytest.mark.parametrize("to", [S.IN_REVIEW, S.NEEDS_FACTS, S.LOCAL_ACTION, S.SOLVED_LOCALLY, S.JOINED, S.CLOSED])
def test_each_decision_is_undone_with_all_that_it_changed(session: Session, people: People, to: Status) -> None:
    report, barrier = a_filed_deviation(session, people.rut, weeks_lost=3), a_barrier(session, people.vera)
    before, steps = state(report), len(moves(session, report))
    decision = a_decision(session, to, barrier)
    ruling = rulings.take(session, people.vera, shown(report), decision, at=NOW)
    became = report.status
    assert rulings.undo(session, people.vera, ruling, at=SOON) == rulings.Undone(told_already=False)
    assert (state(report), report.barrier) == (before, None)
    assert session.scalars(select(Verdict)).all() == []
    assert session.scalars(select(Solution)).all() == []
    assert barrier.deviations == []
    last = moves(session, report)[-1]
    assert (last.act, last.source, last.target, last.ruling_id) == (Act.UNDONE, became, S.FILED, ruling.id)
    assert len(moves(session, report)) == len(audit_lines(session, f"deviation:{report.id}")) > steps
    assert (ruling.undone_at, ruling.undone_by_id) == (SOON, people.vera.id)
    assert holds_together(session)


def test_an_undone_reopening_puts_back_barrier_verdict_and_reason(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    placed, closed = (a_filed_deviation(session, people.rut) for _ in range(2))
    joined(session, people.vera, placed, barrier)
    duplicate = triage.Decision(S.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=placed)
    triage.move(session, people.vera, closed, duplicate, at=NOW)
    before = [state(placed), state(closed)]
    again = triage.Decision(S.IN_REVIEW, note="Vi tänkte fel.")
    ruling = rulings.take(session, people.vera, shown(placed, closed), again, at=SOON)
    assert (placed.barrier, closed.duplicate_of) == (None, None)
    rulings.undo(session, people.vera, ruling, at=SOON)
    assert [state(placed), state(closed)] == before
    assert (placed.barrier, closed.duplicate_of, barrier.deviations) == (barrier, placed, [placed])
    (verdict,) = session.scalars(select(Verdict)).all()
    assert (verdict.belongs, verdict.at) == (True, NOW)


def test_occurrences_that_went_along_come_back_along(session: Session, people: People) -> None:
    report, barrier = a_filed_deviation(session, people.rut), a_barrier(session, people.vera)
    said = said_here(session, people.rolf, report, place="Söder", municipality="Haninge")
    ruling = rulings.take(session, people.vera, shown(report), to_barrier(barrier), at=NOW)
    assert said.barrier is barrier
    rulings.undo(session, people.vera, ruling, at=NOW)
    assert (said.status, said.barrier, said.same_as) == (S.FILED, None, report)
    assert moves(session, said)[-1].act is Act.UNDONE
    assert holds_together(session)


def test_the_last_decisions_are_undone_one_after_the_other(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    barrier, other = a_barrier(session, people.vera), a_barrier(session, people.vera, name="Ett annat hinder")
    states, taken = [state(report)], []
    for decision in (triage.Decision(S.LOCAL_ACTION), triage.Decision(S.IN_REVIEW, note="Nej."), to_barrier(barrier)):
        taken.append(rulings.take(session, people.vera, shown(report), decision, at=NOW))
        states.append(state(report))
    taken.append(rulings.take(session, people.vera, shown(report), to_barrier(other), at=NOW))
    assert listing.last(session, people.vera, at=NOW) == [taken[-1]]  # the others wait until that one is undone
    for ruling in reversed(taken):
        rulings.undo(session, people.vera, ruling, at=SOON)
        assert state(report) == states.pop()
    assert holds_together(session)


@pytest.mark.parametrize(
    ("name", "after", "code"),
    [
        ("lena", timedelta(minutes=1), "undo_not_yours"),
        ("vera", UNDO_WITHIN + timedelta(seconds=1), "undo_too_late"),
        ("vera", UNDO_WITHIN, ""),
    ],
)
def test_only_who_took_it_undoes_a_decision_and_within_a_day(
    session: Session, people: People, name: str, after: timedelta, code: str
) -> None:
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.vera, shown(report), triage.Decision(S.LOCAL_ACTION), at=NOW)
    if code:
        with pytest.raises(NotAllowed, match=code):
            rulings.undo(session, getattr(people, name), ruling, at=NOW + after)
        assert report.status is S.LOCAL_ACTION
        assert listing.last(session, getattr(people, name), at=NOW + after) == []
        return
    rulings.undo(session, people.vera, ruling, at=NOW + after)
    with pytest.raises(NotAllowed, match="undone_already"):
        rulings.undo(session, people.vera, ruling, at=NOW + after)
    assert len([step for step in moves(session, report) if step.act is Act.UNDONE]) == 1


def test_a_decision_stands_once_somebody_has_acted_on_it(session: Session, people: People) -> None:
    first, second = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.vera, shown(first, second), triage.Decision(S.LOCAL_ACTION), at=NOW)
    assert listing.last(session, people.vera, at=NOW) == [ruling]
    triage.move(session, people.lena, second, a_decision(session, S.SOLVED_LOCALLY), at=NOW)
    assert listing.last(session, people.vera, at=NOW) == []
    with pytest.raises(NotAllowed, match="undo_changed"):
        rulings.undo(session, people.vera, ruling, at=NOW)
    assert (first.status, second.status) == (S.LOCAL_ACTION, S.SOLVED_LOCALLY)


def test_decisions_are_read_by_who_took_them_and_the_coordinator(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.lena, shown(report), triage.Decision(S.LOCAL_ACTION), at=NOW)
    assert listing.get(session, people.lena, ruling.id) is listing.get(session, people.vera, ruling.id) is ruling
    with pytest.raises(NotFound):
        listing.get(session, people.lars, ruling.id)


# ---------- barriers


def test_a_barrier_that_came_to_recur_by_a_decision_is_watched_again(session: Session, people: People) -> None:
    barrier, reports = a_barrier(session, people.vera), spread_reports(session, people)
    ruling = rulings.take(session, people.vera, shown(*reports), to_barrier(barrier), at=NOW)
    assert barrier.status is BarrierStatus.RECURRING
    rulings.undo(session, people.vera, ruling, at=SOON)
    assert (barrier.status, barrier.fired_at, barrier.fired_why) == (BarrierStatus.WATCHED, None, "")
    assert [step.act for step in moves(session, barrier)] == [Act.STEP, Act.STEP, Act.UNDONE]
    assert holds_together(session)


def test_a_barrier_that_recurs_all_the_same_stays_recurring(session: Session, people: People) -> None:
    barrier, reports = a_barrier(session, people.vera), spread_reports(session, people)
    ruling = rulings.take(session, people.vera, shown(*reports), to_barrier(barrier), at=NOW)
    rulings.take(session, people.vera, shown(*spread_reports(session, people)), to_barrier(barrier), at=NOW)
    rulings.undo(session, people.vera, ruling, at=SOON)
    assert (barrier.status, len(barrier.deviations)) == (BarrierStatus.RECURRING, 5)


def test_a_barrier_about_which_a_letter_is_being_written_stays_recurring(session: Session, people: People) -> None:
    barrier, reports = a_barrier(session, people.vera), spread_reports(session, people)
    ruling = rulings.take(session, people.vera, shown(*reports), to_barrier(barrier), at=NOW)
    a_draft(session, people, barrier, at=SOON)
    rulings.undo(session, people.vera, ruling, at=SOON)
    assert (barrier.status, barrier.deviations) == (BarrierStatus.RECURRING, [])


@pytest.mark.parametrize("others", [False, True])
def test_a_barrier_that_returned_by_a_decision_is_gone_again_unless_others_met_it(
    session: Session, people: People, others: bool
) -> None:
    barrier = a_barrier(session, people.vera)
    barriers.end(session, people.vera, barrier, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=NOW)
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.vera, shown(report), to_barrier(barrier), at=NOW)
    assert barrier.status is BarrierStatus.RETURNED
    if others:
        said_here(session, people.rita, barrier, at=SOON)
    rulings.undo(session, people.vera, ruling, at=SOON)
    assert barrier.status is (BarrierStatus.RETURNED if others else BarrierStatus.REMOVED)


def test_a_barrier_that_a_decision_made_is_nowhere_when_it_is_undone(session: Session, people: People) -> None:
    reports = spread_reports(session, people)
    told = barriers.Description("Nytt hinder")
    ruling = rulings.take_new(session, people.vera, shown(*reports), told, at=NOW, note="De hör ihop.")
    barrier = reports[0].barrier
    assert barrier is not None and barrier.status is BarrierStatus.RECURRING
    assert {report.barrier for report in reports} == {barrier}
    rulings.undo(session, people.vera, ruling, at=SOON)
    assert {report.status for report in reports} == {S.FILED}
    assert barrier not in counting.by_name(session, people.vera)
    assert counting.listed(session, people.vera, TODAY) == []
    assert sum(counting.counts(session, people.vera).values()) == 0
    with pytest.raises(NotFound):
        counting.get(session, people.vera, barrier.id)
    assert moves(session, barrier)[-1].target == BarrierStatus.UNDONE
    assert holds_together(session)


def test_a_new_barrier_that_others_use_by_now_stays(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take_new(session, people.vera, shown(report), barriers.Description("Nytt hinder"), at=NOW)
    barrier = report.barrier
    assert barrier is not None
    said = said_here(session, people.rita, barrier, at=SOON)
    rulings.undo(session, people.vera, ruling, at=SOON)
    assert (barrier.status, barrier.deviations) == (BarrierStatus.WATCHED, [said])


# ---------- solutions


def known(session: Session, people: People) -> list[Solution]:
    """The solutions that a colleague elsewhere finds."""
    return [told.solution for told in solutions.shared(session, people.rita, solutions.Wanted())[0]]


def test_a_guldkorn_told_in_other_words_has_its_own_again(session: Session, people: People) -> None:
    gold = a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE, title="En tid", body="Vi möts på måndagar.")
    (own,) = reading.solutions(session, gold)
    session.add(
        SolutionTrial(
            solution_id=own.id, subproject_id=place(session, "Norr").id, user_id=people.lars.id, worked=True, at=NOW
        )
    )
    session.flush()
    shorter = triage.Decision(S.SOLVED_LOCALLY, solution="Möts på måndagar.", worked=False)
    ruling = rulings.take(session, people.vera, shown(gold), shorter, at=NOW)
    (told,) = known(session, people)
    (trial,) = session.scalars(select(SolutionTrial)).all()
    assert (told.text, told.worked, trial.solution_id) == ("Möts på måndagar.", False, told.id)
    rulings.undo(session, people.vera, ruling, at=NOW)
    assert known(session, people) == [own]
    assert (own.text, own.worked, trial.solution_id) == ("En tid\n\nVi möts på måndagar.", True, own.id)


def test_a_solution_that_others_have_tried_since_is_not_taken_away(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.lena, shown(report), a_decision(session, S.SOLVED_LOCALLY), at=NOW)
    (solution,) = reading.solutions(session, report)
    tried = SolutionTrial(solution_id=solution.id, user_id=people.lars.id, worked=True, at=NOW)
    tried.subproject_id = place(session, "Norr").id
    session.add(tried)
    session.flush()
    with pytest.raises(NotAllowed, match="undo_changed"):
        rulings.undo(session, people.lena, ruling, at=NOW)
    assert report.status is S.SOLVED_LOCALLY


def test_what_was_done_stays_in_the_history_also_when_the_solution_is_taken_away(
    session: Session, people: People
) -> None:
    report = a_filed_deviation(session, people.rut)
    decision = triage.Decision(S.SOLVED_LOCALLY, note="Det gick.", solution="Vi ringde dem.")
    ruling = rulings.take(session, people.lena, shown(report), decision, at=NOW)
    rulings.undo(session, people.lena, ruling, at=NOW)
    assert "Det gick.\n\nVi ringde dem." in [step.note for step in moves(session, report)]


# ---------- suggestions, put off, longer time


def test_a_refused_suggestion_is_suggested_again_when_that_is_undone(session: Session, people: People) -> None:
    report, barrier = a_filed_deviation(session, people.rut), a_barrier(session, people.vera)
    ruling = rulings.refuse(session, people.vera, report, barrier, at=NOW)
    assert (reading.refused(session, report), ruling.what) == ({barrier.id}, rulings.REFUSED)
    rulings.undo(session, people.vera, ruling, at=NOW)
    assert reading.refused(session, report) == set()
    assert [line.action for line in audit_lines(session, f"ruling:{ruling.id}")] == ["ruling.undone"]
    assert holds_together(session)


def test_put_off_reports_are_promised_on_their_day_and_can_be_woken_before_it(session: Session, people: People) -> None:
    first, second = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    before, until = state(first), TODAY + timedelta(days=30)
    ruling = rulings.snooze(session, people.vera, shown(first, second), until, "Efter sommaren.", at=NOW)
    assert (first.status, first.snoozed_until, first.due_on) == (S.IN_REVIEW, until, until)
    due = promises.of(first)
    assert due is not None and due.kind is Promised.SNOOZE
    last = moves(session, first)[-1]
    assert (last.act, last.until, last.note, last.ruling_id) == (Act.SNOOZED, until, "Efter sommaren.", ruling.id)
    rulings.undo(session, people.vera, ruling, at=NOW)
    assert state(first) == before
    rulings.snooze(session, people.vera, shown(second), until, at=NOW)
    rulings.wake(session, people.vera, second, at=NOW)
    assert (second.snoozed_until, second.due_on) == (None, TODAY + timedelta(days=7))
    with pytest.raises(NotAllowed, match="not_snoozed"):
        rulings.wake(session, people.vera, second, at=NOW)
    assert holds_together(session)


@pytest.mark.parametrize(
    ("name", "to", "days", "code"),
    [
        ("vera", S.IN_REVIEW, 0, "until_out_of_range"),
        ("vera", S.IN_REVIEW, 366, "until_out_of_range"),
        ("vera", S.IN_REVIEW, None, "needs_until"),
        ("vera", S.LOCAL_ACTION, 5, "no_such_move"),
        ("lena", S.IN_REVIEW, 5, "not_your_move"),
        ("rut", S.IN_REVIEW, 5, "not_your_move"),
    ],
)
def test_putting_off_is_the_coordinators_and_for_a_year_at_most(
    session: Session, people: People, name: str, to: Status, days: int | None, code: str
) -> None:
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, report, triage.Decision(to), at=NOW)
    until = TODAY + timedelta(days=days) if days is not None else None
    with pytest.raises(NotAllowed, match=code):
        rulings.snooze(session, getattr(people, name), shown(report), until, at=NOW)
    assert report.snoozed_until is None


def test_a_lead_asks_for_longer_time_and_the_coordinator_gives_it(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, report, triage.Decision(S.LOCAL_ACTION), at=NOW)
    promised, until = report.due_on, TODAY + timedelta(days=90)
    with pytest.raises(NotAllowed, match="not_your_move"):
        rulings.ask_longer(session, people.vera, report, until, at=NOW)
    rulings.ask_longer(session, people.lena, report, until, "Mötet är i mars.", at=NOW, version=report.version)
    assert (report.asked_until, report.due_on) == (until, promised)
    with pytest.raises(NotAllowed, match="not_your_move"):
        rulings.extend(session, people.lena, report, until, at=NOW)
    with pytest.raises(NotAllowed, match="until_out_of_range"):
        rulings.extend(session, people.vera, report, promised, at=NOW)
    asked = state(report)
    ruling = rulings.extend(session, people.vera, report, until, at=NOW, version=report.version)
    assert (report.asked_until, report.due_on) == (None, until)
    rulings.undo(session, people.vera, ruling, at=NOW)
    assert (state(report), report.asked_until) == (asked, until)
    assert [step.act for step in moves(session, report)][-3:] == [Act.EXTENSION_ASKED, Act.EXTENDED, Act.UNDONE]
    assert holds_together(session)


def test_longer_time_is_not_given_on_an_old_page(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, report, triage.Decision(S.LOCAL_ACTION), at=NOW)
    with pytest.raises(rulings.Outdated):
        rulings.extend(session, people.vera, report, TODAY + timedelta(days=90), at=NOW, version=report.version - 1)


# ---------- mail


def test_a_decision_undone_at_once_is_told_to_nobody_and_can_be_told_again(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    asked = triage.Decision(S.NEEDS_FACTS, note="Vilken brygga?")
    ruling = rulings.take(session, people.vera, shown(report), asked, at=NOW)
    (mail,) = mails(session, Notice.NEEDS_FACTS)
    assert mail.next_try_at == NOW + UNDO_GRACE
    assert not rulings.undo(session, people.vera, ruling, at=SOON).told_already
    rulings.take(session, people.vera, shown(report), asked, at=SOON)
    states = [mail.state for mail in mails(session, Notice.NEEDS_FACTS)]
    assert states == [MailState.WITHDRAWN, MailState.WAITING]
    assert mails(session, Notice.TAKEN_BACK) == []
    while outbox.claim(session, NOW):  # what was received is told at once; of the question nothing yet
        pass
    assert [mail.tries for mail in mails(session, Notice.NEEDS_FACTS)] == [0, 0]


@pytest.mark.parametrize("state", [MailState.SENT, MailState.SUMMARISED])
def test_who_was_told_of_a_decision_is_told_that_it_was_taken_back(
    session: Session, people: People, state: MailState
) -> None:
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.vera, shown(report), a_decision(session, S.SOLVED_LOCALLY), at=NOW)
    (mail,) = mails(session, Notice.SOLVED_LOCALLY)
    outbox.settle(session, mail, state, NOW + UNDO_GRACE)
    later = NOW + timedelta(hours=1)
    assert rulings.undo(session, people.vera, ruling, at=later).told_already
    (word,) = mails(session, Notice.TAKEN_BACK)
    assert (word.user_id, word.deviation_id, word.next_try_at) == (people.rut.id, report.id, later)
    assert json.loads(word.detail)["kind"] == Notice.SOLVED_LOCALLY


def test_a_mail_that_a_worker_is_sending_counts_as_told(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.vera, shown(report), a_decision(session, S.SOLVED_LOCALLY), at=NOW)
    session.execute(update(OutgoingMail).where(OutgoingMail.kind == Notice.RECEIVED).values(state=MailState.SENT))
    due = NOW + UNDO_GRACE
    assert outbox.claim(session, due) is not None
    assert rulings.undo(session, people.vera, ruling, at=due).told_already
    assert [mail.kind for mail in mails(session, Notice.TAKEN_BACK)] == [Notice.TAKEN_BACK]


# ---------- priority


def test_priority_follows_harm_and_the_municipalities_that_say_the_same(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, people_hit=2, weeks_lost=3)
    assert report.priority == 6
    version = report.version
    said_here(session, people.rolf, report, place="Söder", municipality="Haninge")
    assert report.priority == 6  # the same municipality again
    said_here(session, people.rolf, report, place="Söder", municipality="Tyresö")
    assert (report.priority, report.version) == (12, version)  # a form that is open is not refused for it
    copy = a_filed_deviation(session, people.rita)
    duplicate = triage.Decision(S.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=report)
    ruling = rulings.take(session, people.vera, shown(copy), duplicate, at=NOW)
    assert report.priority == 18
    rulings.undo(session, people.vera, ruling, at=NOW)
    assert (report.priority, copy.priority) == (12, 1)


def test_a_placed_report_has_its_barriers_spread(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    report = a_filed_deviation(session, people.rut, weeks_lost=2)
    ruling = rulings.take(session, people.vera, shown(report), to_barrier(barrier), at=NOW)
    assert report.priority == 6  # two weeks in Haninge, Täby and Botkyrka
    rulings.undo(session, people.vera, ruling, at=NOW)
    assert report.priority == 2


def test_a_letters_barrier_is_never_changed_by_undoing(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, at=NOW - timedelta(days=1))
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.vera, shown(report), to_barrier(barrier), at=NOW)
    a_letter(session, people, LetterStatus.SENT, barrier, at=SOON)
    rulings.undo(session, people.vera, ruling, at=SOON)
    assert (barrier.status, report.barrier) == (BarrierStatus.ESCALATED, None)
