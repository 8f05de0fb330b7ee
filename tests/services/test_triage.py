"""Decisions on reports: by role, complete, never over somebody's newer one, and remembered as verdicts."""

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.workflow import MOVES, BarrierStatus, CloseReason, Incomplete, Kind, NotAllowed, Status
from deviations.models import Barrier, Deviation, Solution, Verdict
from deviations.queries import deviations, letter_evidence, solutions, spreads
from deviations.queries.solutions import Wanted
from deviations.services import barriers as making
from deviations.services import triage
from deviations.services.filing import PersonalData
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_filed_deviation, audit_lines, joined, moves
from tests.people import WORK, People, find

S = Status


def in_state(session: Session, people: People, status: Status) -> Deviation:
    """A report of Rut's that has come to a state on the usual way."""
    deviation = a_filed_deviation(session, people.rut)
    barrier = a_barrier(session, people.vera)
    if status is not S.FILED:
        triage.move(session, people.vera, deviation, a_decision(session, status, barrier), at=NOW)
    return deviation


@pytest.mark.parametrize("step", [step for step in MOVES if step[0] is not S.DRAFT], ids=lambda step: "-".join(step))
def test_every_step_is_taken_by_those_who_may_and_leaves_one_move_and_one_line(
    session: Session, people: People, step: tuple[Status, Status]
) -> None:
    source, target = step
    able = set()
    for name in WORK:
        deviation = in_state(session, people, source)
        decision = a_decision(session, target, a_barrier(session, people.vera, name="Ett annat hinder"))
        before = (len(moves(session, deviation)), len(audit_lines(session, f"deviation:{deviation.id}")))
        try:
            triage.move(session, getattr(people, name), deviation, decision, at=NOW)
        except NotAllowed as refused:
            assert refused.code == "not_your_move"
            assert deviation.status is source
            assert len(moves(session, deviation)) == before[0]
            continue
        able.add(name)
        assert deviation.status is target
        assert (len(moves(session, deviation)), len(audit_lines(session, f"deviation:{deviation.id}"))) == (
            before[0] + 1,
            before[1] + 1,
        )
        last = moves(session, deviation)[-1]
        assert (last.source, last.target, last.actor_id) == (source, target, getattr(people, name).id)
    leads = {"lena"} if len(MOVES[step].roles) == 2 else set()
    author = {"rut"} if MOVES[step].by_author else set()
    assert able == {"vera"} | leads | author


def test_the_reporter_reopens_what_did_not_help_and_must_say_why(session: Session, people: People) -> None:
    deviation = in_state(session, people, S.SOLVED_LOCALLY)
    with pytest.raises(Incomplete, match="needs_note"):
        triage.move(session, people.rut, deviation, triage.Decision(S.IN_REVIEW), at=NOW)
    with pytest.raises(NotAllowed, match="not_your_move"):
        triage.move(session, people.rolf, deviation, a_decision(session, S.IN_REVIEW), at=NOW)
    triage.move(session, people.rut, deviation, triage.Decision(S.IN_REVIEW, note="Det hände igen."), at=NOW)
    assert (deviation.status, moves(session, deviation)[-1].note) == (S.IN_REVIEW, "Det hände igen.")


def test_a_decision_on_a_filed_report_takes_it_through_review(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, deviation, a_decision(session, S.CLOSED), at=NOW)
    assert [(m.source, m.target) for m in moves(session, deviation)] == [
        (S.DRAFT, S.FILED),
        (S.FILED, S.IN_REVIEW),
        (S.IN_REVIEW, S.CLOSED),
    ]
    assert [m.note for m in moves(session, deviation)] == ["", "", "Vi behöver veta mer."]


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        (S.FILED, S.NEEDS_FACTS, "needs_note"),
        (S.FILED, S.SOLVED_LOCALLY, "needs_solution"),
        (S.FILED, S.JOINED, "needs_barrier"),
        (S.FILED, S.CLOSED, "needs_reason"),
        (S.NEEDS_FACTS, S.IN_REVIEW, "needs_note"),
        (S.JOINED, S.IN_REVIEW, "needs_note"),
        (S.CLOSED, S.IN_REVIEW, "needs_note"),
        (S.JOINED, S.JOINED, "needs_barrier"),
    ],
)
def test_a_decision_must_say_what_the_next_reader_needs(
    session: Session, people: People, source: Status, target: Status, code: str
) -> None:
    deviation = in_state(session, people, source)
    with pytest.raises(Incomplete, match=code):
        triage.move(session, people.vera, deviation, triage.Decision(target), at=NOW)
    assert deviation.status is source


def test_taking_up_a_report_or_handing_it_over_needs_no_words(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, deviation, triage.Decision(S.IN_REVIEW), at=NOW)
    triage.move(session, people.vera, deviation, triage.Decision(S.LOCAL_ACTION), at=NOW)
    assert deviation.status is S.LOCAL_ACTION


def test_a_duplicate_names_the_report_that_it_repeats(session: Session, people: People) -> None:
    original, deviation = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rita)

    def close(duplicate_of: Deviation | None) -> None:
        decision = triage.Decision(S.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=duplicate_of)
        triage.move(session, people.vera, deviation, decision, at=NOW)

    for wrong in (None, deviation):
        with pytest.raises(Incomplete, match="needs_original"):
            close(wrong)
    close(original)
    assert deviation.duplicate_of is original
    triage.move(session, people.vera, deviation, a_decision(session, S.IN_REVIEW), at=NOW)
    assert (deviation.duplicate_of, deviation.close_reason) == (None, None)


@pytest.mark.parametrize("field", ["note", "solution"])
def test_a_personal_number_is_refused_in_a_decision(session: Session, people: People, field: str) -> None:
    deviation = a_filed_deviation(session, people.rut)
    texts = {"note": "Vi frågar.", "solution": "Vi löste det.", field: "Ring 850709-9805."}
    with pytest.raises(PersonalData):
        triage.move(session, people.vera, deviation, triage.Decision(S.SOLVED_LOCALLY, **texts), at=NOW)
    assert deviation.status is S.FILED


def test_a_local_solution_is_kept_with_whether_it_worked(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    decision = triage.Decision(S.SOLVED_LOCALLY, solution="Vi bytte handläggare.", worked=False)
    triage.move(session, people.lena, deviation, decision, at=NOW)
    solution = session.scalars(select(Solution)).one()
    assert (solution.text, solution.worked, solution.subproject_id) == (
        "Vi bytte handläggare.",
        False,
        deviation.subproject_id,
    )
    assert deviation.barrier is None


def a_guldkorn(session: Session, people: People) -> Deviation:
    return a_filed_deviation(
        session, people.rut, kind=Kind.GOOD_EXAMPLE, title="En gemensam tid", body="Alla parter möts på måndagar."
    )


def known(session: Session, people: People, barrier: Barrier | None = None) -> list[Solution]:
    """The solutions that a colleague elsewhere finds, of one barrier or of all."""
    if barrier is None:
        return [told.solution for told in solutions.shared(session, people.rita, Wanted())[0]]
    return [told.solution for told in solutions.of_barriers(session, people.rita, [barrier.id])]


def test_a_guldkorn_is_told_once_also_when_it_was_taken_care_of(session: Session, people: People) -> None:
    deviation, barrier = a_guldkorn(session, people), a_barrier(session, people.vera)
    triage.move(session, people.vera, deviation, triage.Decision(S.SOLVED_LOCALLY, barrier=barrier), at=NOW)
    (solution,) = session.scalars(select(Solution)).all()
    assert (solution.text, solution.barrier_id) == ("En gemensam tid\n\nAlla parter möts på måndagar.", barrier.id)
    triage.move(session, people.vera, deviation, triage.Decision(S.IN_REVIEW, note="Texten blev fel."), at=NOW)
    shorter = triage.Decision(S.SOLVED_LOCALLY, solution="Möts varje måndag.")
    triage.move(session, people.lena, deviation, shorter, at=NOW)
    (solution,) = known(session, people)
    assert [solution] == deviations.solutions(session, deviation)
    assert (solution.text, solution.worked) == ("Möts varje måndag.", True)


def test_an_ordinary_report_is_not_solved_without_words(session: Session, people: People) -> None:
    with pytest.raises(Incomplete, match="needs_solution"):
        triage.move(
            session, people.vera, a_filed_deviation(session, people.rut), triage.Decision(S.SOLVED_LOCALLY), at=NOW
        )


def test_a_guldkorn_stands_at_the_barrier_where_it_is_placed_and_counts_nowhere(
    session: Session, people: People
) -> None:
    deviation = a_guldkorn(session, people)
    first, second = a_barrier(session, people.vera, name="Första"), a_barrier(session, people.vera, name="Andra")
    making.end(session, people.vera, second, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=NOW)
    for barrier in (first, second):
        joined(session, people.vera, deviation, barrier)
        (solution,) = known(session, people, barrier)
        assert solution.barrier_id == barrier.id
    assert known(session, people, first) == []
    assert spreads.placed(session, second) == []
    assert second.status is BarrierStatus.REMOVED  # that somebody found a way does not bring the barrier back
    triage.move(session, people.vera, deviation, a_decision(session, S.IN_REVIEW), at=NOW)
    session.expire_all()
    assert [solution.barrier_id for solution in known(session, people)] == [None]


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (CloseReason.NOT_A_DEVIATION, False),
        (CloseReason.WRITTEN_OFF, False),
        (CloseReason.DUPLICATE, False),
        (CloseReason.INFORMATION, True),
    ],
)
def test_a_guldkorn_that_was_none_is_no_solution_any_more(
    session: Session, people: People, reason: CloseReason, shown: bool
) -> None:
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rita)])
    ordinary, deviation = a_filed_deviation(session, people.rut), a_guldkorn(session, people)
    for report in (ordinary, deviation):
        triage.move(session, people.vera, report, a_decision(session, S.SOLVED_LOCALLY, barrier), at=NOW)
        triage.move(session, people.vera, report, a_decision(session, S.IN_REVIEW), at=NOW)
        decision = triage.Decision(S.CLOSED, reason=reason, duplicate_of=barrier.deviations[0])
        triage.move(session, people.vera, report, decision, at=NOW)
    expected = {ordinary.id, deviation.id} if shown else {ordinary.id}
    assert {s.deviation_id for s in known(session, people)} == expected
    assert len(letter_evidence.evidence(session, barrier, TODAY).solutions) == len(expected)


def verdicts(session: Session) -> dict[tuple[int, int], bool]:
    return {(v.deviation_id, v.barrier_id): v.belongs for v in session.scalars(select(Verdict))}


def test_joining_moving_and_leaving_are_remembered_as_verdicts(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    first, second = a_barrier(session, people.vera, name="Första"), a_barrier(session, people.vera, name="Andra")
    joined(session, people.vera, deviation, first)
    assert verdicts(session) == {(deviation.id, first.id): True}
    joined(session, people.vera, deviation, second)
    assert deviation.barrier is second
    assert verdicts(session) == {(deviation.id, first.id): False, (deviation.id, second.id): True}
    triage.move(session, people.vera, deviation, a_decision(session, S.IN_REVIEW), at=NOW)
    assert deviation.barrier is None
    assert verdicts(session) == {(deviation.id, first.id): False, (deviation.id, second.id): False}
    joined(session, people.vera, deviation, first)
    assert verdicts(session) == {(deviation.id, first.id): True, (deviation.id, second.id): False}


def test_refusing_a_suggestion_is_a_verdict_and_moves_nothing(session: Session, people: People) -> None:
    deviation, barrier = a_filed_deviation(session, people.rut), a_barrier(session, people.vera)
    for _ in range(2):
        triage.refuse(session, people.vera, deviation, barrier, NOW)
    assert verdicts(session) == {(deviation.id, barrier.id): False}
    assert deviation.status is S.FILED
    assert audit_lines(session)[-1].action == "suggestion.refused"


@pytest.mark.parametrize("name", [name for name in WORK if name != "vera"])
def test_only_the_coordinator_refuses_suggestions(session: Session, people: People, name: str) -> None:
    deviation, barrier = a_filed_deviation(session, people.rut), a_barrier(session, people.vera)
    with pytest.raises(NotAllowed, match="not_your_move"):
        triage.refuse(session, getattr(people, name), deviation, barrier, NOW)


def test_of_two_who_decide_at_once_the_second_is_told(engine: Engine) -> None:
    with Session(engine) as session:
        deviation = a_filed_deviation(session, find(session).rut)
        session.commit()
        id, shown = deviation.id, deviation.version
    writing = engine.execution_options(write=True)

    def decide(name: str, **decided: Any) -> None:
        with Session(writing) as session:
            person = getattr(find(session), name)
            triage.move(
                session, person, session.get_one(Deviation, id), triage.Decision(**decided), at=NOW, version=shown
            )
            session.commit()

    decide("lena", to=S.LOCAL_ACTION)
    with pytest.raises(StaleDataError):
        decide("vera", to=S.SOLVED_LOCALLY, solution="Vi löste det.")
    with Session(engine) as session:
        assert session.get_one(Deviation, id).status is S.LOCAL_ACTION
        assert session.scalars(select(Solution)).all() == []


def test_a_step_that_there_is_not_is_refused(session: Session, people: People) -> None:
    deviation = in_state(session, people, S.CLOSED)
    with pytest.raises(NotAllowed, match="no_such_move"):
        triage.move(session, people.vera, deviation, a_decision(session, S.LOCAL_ACTION), at=NOW)
