"""Merging barriers and moving reports out of one: what moves, what is remembered, what is refused, and the undo."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import Act, BarrierStatus, Kind, NotAllowed, Status
from deviations.models import Barrier, OutgoingMail, Verdict
from deviations.queries import barriers, deviations, grouping, solutions, spreads
from deviations.queries import notes as reading
from deviations.services import audit, letter_writing, merging, notes, rulings, triage
from deviations.services import barriers as keeping
from deviations.services.barriers import Description
from deviations.services.checks import PersonalData
from tests import factories
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    said_here,
    spread_reports,
)
from tests.people import People

WHY = "Det är samma gräns, sedd från två håll."


def two(session: Session, people: People) -> tuple[Barrier, Barrier]:
    """A barrier with two reports, of which one was said "samma här" of, and one with one report."""
    first, second, third = (a_filed_deviation(session, people.rut) for _ in range(3))
    said_here(session, people.rolf, first)
    source = a_barrier(session, people.vera, [first, second], name="Försäkring saknas")
    target = a_barrier(session, people.vera, [third], name="Tiotimmarsgränsen")
    session.flush()
    return source, target


def placed(session: Session, barrier: Barrier) -> int:
    return len(spreads.placed(session, barrier))


def verdicts(session: Session) -> set[tuple[int, int, bool]]:
    return {(v.deviation_id, v.barrier_id, v.belongs) for v in session.scalars(select(Verdict))}


def test_all_reports_move_and_the_barrier_leaves_lists_choices_and_counts(session: Session, people: People) -> None:
    source, target = two(session, people)
    ruling = merging.merge(session, people.vera, source, target, WHY, at=NOW)
    assert (placed(session, source), placed(session, target)) == (0, 4)
    assert source.merged_into is target
    assert ruling.count == 3  # the one that was said "samma här" among them
    assert [b.id for b in barriers.by_name(session, people.vera)] == [target.id]
    assert [row.barrier.id for row in barriers.listed(session, people.rut, TODAY)] == [target.id]
    assert not barriers.by_ids(session, people.vera, [source.id])
    assert sum(barriers.counts(session, people.vera).values()) == 1
    assert barriers.get(session, people.rut, source.id) is source
    assert [b.id for b in barriers.merged_in(session, target)] == [source.id]


def test_each_report_has_its_step_with_the_reason_and_both_barriers_say_so(session: Session, people: People) -> None:
    source, target = two(session, people)
    report = spreads.placed(session, source)[0]
    ruling = merging.merge(session, people.vera, source, target, WHY, at=NOW)
    last = factories.moves(session, report)[-1]
    assert (last.source, last.target, last.note, last.ruling_id) == ("joined", "joined", WHY, ruling.id)
    for barrier in (source, target):
        told = factories.moves(session, barrier)[-1]
        assert (told.act, told.note, told.ruling_id) == (Act.MERGED, WHY, ruling.id)
        assert factories.audit_lines(session, f"barrier:{barrier.id}")[-1].action == "barrier.merged"
    assert audit.verify(session)[1] is None


def test_nobody_is_mailed_that_a_barrier_has_another_name_now(session: Session, people: People) -> None:
    source, target = two(session, people)
    before = session.scalar(select(func.count()).select_from(OutgoingMail))
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    assert session.scalar(select(func.count()).select_from(OutgoingMail)) == before


def test_that_they_belong_is_remembered_and_never_that_they_do_not(session: Session, people: People) -> None:
    source, target = two(session, people)
    moved = [d.id for d in spreads.placed(session, source)]
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    session.flush()
    said = verdicts(session)
    assert {(id, target.id, True) for id in moved} <= said
    assert all(belongs for _, _, belongs in said)


def test_what_was_refused_for_the_one_is_not_suggested_for_the_other(session: Session, people: People) -> None:
    source, target = two(session, people)
    other = a_filed_deviation(session, people.rut)
    triage.refuse(session, people.vera, other, source, NOW)
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    assert deviations.refused(session, other) == {source.id, target.id}
    told = grouping.suggest(session, people.vera, deviations.fact(other), deviations.refused(session, other))
    assert not told.barriers


def test_suggestions_name_the_barrier_that_stands(session: Session, people: People) -> None:
    source, target = two(session, people)
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    session.flush()
    other = a_filed_deviation(session, people.rut)
    told = grouping.suggest(session, people.vera, deviations.fact(other))
    assert [s.barrier.id for s in told.barriers] == [target.id]


def test_the_policy_looks_at_the_sum(session: Session, people: People) -> None:
    reports = spread_reports(session, people)
    source = a_barrier(session, people.vera, reports[:3], name="Försäkring saknas")
    target = a_barrier(session, people.vera, reports[3:])
    assert (source.status, target.status) == (BarrierStatus.WATCHED, BarrierStatus.WATCHED)
    ruling = merging.merge(session, people.vera, source, target, WHY, at=NOW)
    assert target.status is BarrierStatus.RECURRING
    rulings.undo(session, people.vera, ruling, at=NOW)
    assert target.status is BarrierStatus.WATCHED
    assert audit.verify(session)[1] is None


def test_letters_solutions_and_notes_are_read_where_the_reports_are(session: Session, people: People) -> None:
    source = a_recurring_barrier(session, people, name="Försäkring saknas")
    letter = a_letter(session, people, LetterStatus.CLOSED, source)
    golden = a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE, title="Trepartsavtal varje vår")
    factories.joined(session, people.vera, golden, source)
    notes.add(session, people.lena, source, "Fråga Norr hur de gör.", at=NOW)
    target = a_barrier(session, people.vera)
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    session.flush()
    assert [one.id for one in barriers.letters_of(session, people.vera, target)] == [letter.id]
    assert len(solutions.of_barriers(session, people.vera, barriers.family(session, target))) == 1
    assert [note.text for note in reading.of(session, people.vera, target)] == ["Fråga Norr hur de gör."]


def test_it_is_undone_in_one_press(session: Session, people: People) -> None:
    source, target = two(session, people)
    before = verdicts(session)
    ruling = merging.merge(session, people.vera, source, target, WHY, at=NOW)
    session.commit()
    rulings.undo(session, people.vera, ruling, at=NOW)
    session.commit()
    assert (placed(session, source), placed(session, target)) == (3, 1)
    assert source.merged_into is None
    assert verdicts(session) == before
    assert len(barriers.by_name(session, people.vera)) == 2
    assert factories.moves(session, source)[-1].act is Act.UNDONE
    assert audit.verify(session)[1] is None


def test_a_chain_of_merges_leads_to_the_barrier_that_stands(session: Session, people: People) -> None:
    source, target = two(session, people)
    third = a_barrier(session, people.vera, name="Försäkring vid arbetsträning")
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    merging.merge(session, people.vera, target, third, WHY, at=NOW)
    assert barriers.root(source) is third
    assert [b.id for b in barriers.merged_in(session, third)] == [source.id, target.id]
    assert placed(session, third) == 4


def test_same_here_of_a_merged_barrier_counts_for_the_one_that_stands(session: Session, people: People) -> None:
    source, target = two(session, people)
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    assert said_here(session, people.ruben, source).barrier is target


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_merges(session: Session, people: People, name: str) -> None:
    source, target = two(session, people)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        merging.merge(session, getattr(people, name), source, target, WHY, at=NOW)


def test_a_barrier_is_not_merged_with_itself_or_with_a_part_of_another(session: Session, people: People) -> None:
    source, target = two(session, people)
    third = a_barrier(session, people.vera, name="Försäkring vid arbetsträning")
    with pytest.raises(NotAllowed, match="merge_itself"):
        merging.merge(session, people.vera, source, source, WHY, at=NOW)
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    for one, other in ((source, third), (third, source), (target, source)):
        with pytest.raises(NotAllowed, match="barrier_merged"):
            merging.merge(session, people.vera, one, other, WHY, at=NOW)


def test_nothing_is_placed_in_or_done_with_a_barrier_that_is_part_of_another(session: Session, people: People) -> None:
    source = a_recurring_barrier(session, people, name="Försäkring saknas")
    target = a_barrier(session, people.vera)
    report = a_filed_deviation(session, people.rut)
    merging.merge(session, people.vera, source, target, WHY, at=NOW)
    session.flush()
    decision = triage.Decision(Status.JOINED, barrier=source)
    with pytest.raises(NotAllowed, match="barrier_merged"):
        triage.move(session, people.vera, report, decision, at=NOW)
    with pytest.raises(NotAllowed, match="barrier_merged"):
        keeping.describe(session, people.vera, source, Description("Nytt namn"), version=source.version, at=NOW)
    with pytest.raises(NotAllowed, match="barrier_merged"):
        keeping.end(session, people.vera, source, BarrierStatus.REMOVED, note="Borta.", at=NOW)
    with pytest.raises(NotAllowed, match="barrier_merged"):
        letter_writing.draft(session, people.vera, source, recipients=[factories.an_agency(session, "NR")], at=NOW)


@pytest.mark.parametrize("status", [LetterStatus.DRAFT, LetterStatus.SENT, LetterStatus.ANSWERED])
def test_a_barrier_stays_while_a_letter_about_it_is_under_way(
    session: Session, people: People, status: LetterStatus
) -> None:
    source = a_recurring_barrier(session, people, name="Försäkring saknas")
    a_letter(session, people, status, source)
    target = a_barrier(session, people.vera)
    with pytest.raises(NotAllowed, match="merge_with_letter"):
        merging.merge(session, people.vera, source, target, WHY, at=NOW)
    merging.merge(session, people.vera, target, source, WHY, at=NOW)  # the other way round nothing is in doubt
    assert target.merged_into is source


def test_nothing_is_merged_into_a_barrier_that_is_gone(session: Session, people: People) -> None:
    source, target = two(session, people)
    keeping.end(session, people.vera, target, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=NOW)
    with pytest.raises(NotAllowed, match="merge_into_gone"):
        merging.merge(session, people.vera, source, target, WHY, at=NOW)


def test_a_barrier_that_was_changed_since_the_form_was_shown_is_not_merged(session: Session, people: People) -> None:
    source, target = two(session, people)
    session.commit()
    shown = source.version
    keeping.describe(session, people.vera, source, Description("Annat namn"), version=shown, at=NOW)
    session.commit()
    with pytest.raises(StaleDataError):
        merging.merge(session, people.vera, source, target, WHY, at=NOW, version=shown)


def test_a_number_in_the_reason_is_refused(session: Session, people: People) -> None:
    source, target = two(session, people)
    with pytest.raises(PersonalData):
        merging.merge(session, people.vera, source, target, "Se 850709-9805.", at=NOW)
    assert source.merged_into is None


def test_marked_reports_move_to_a_new_barrier_and_are_not_suggested_back(session: Session, people: People) -> None:
    source, _ = two(session, people)
    report = next(d for d in spreads.placed(session, source) if deviations.followers(session, d))
    chosen = [(report, report.version)]
    ruling = merging.split(session, people.vera, source, chosen, Description("Ingen läkare"), WHY, at=NOW)
    new = report.barrier
    assert new is not None
    assert (new.name, placed(session, new), placed(session, source)) == ("Ingen läkare", 2, 1)  # with its "samma här"
    assert deviations.refused(session, report) == {source.id}
    assert [move.act for move in factories.moves(session, source)][-1] is Act.SPLIT
    assert [move.act for move in factories.moves(session, new)] == [Act.STEP, Act.SPLIT]
    assert {move.ruling_id for move in factories.moves(session, new)} == {ruling.id}
    assert audit.verify(session)[1] is None
    rulings.undo(session, people.vera, ruling, at=NOW)
    session.flush()
    assert report.barrier is source
    assert new.id not in {b.id for b in barriers.by_name(session, people.vera)}
    assert not deviations.refused(session, report)
    assert audit.verify(session)[1] is None


def test_marked_reports_move_to_a_known_barrier(session: Session, people: People) -> None:
    source, target = two(session, people)
    chosen = [(d, d.version) for d in spreads.placed(session, source)]
    merging.split(session, people.vera, source, chosen, target, WHY, at=NOW)
    assert (placed(session, source), placed(session, target)) == (0, 4)
    assert source.merged_into is None


def test_only_its_own_reports_leave_a_barrier_and_not_for_itself(session: Session, people: People) -> None:
    source, target = two(session, people)
    theirs = spreads.placed(session, target)[0]
    with pytest.raises(NotAllowed, match="not_in_barrier"):
        merging.split(session, people.vera, source, [(theirs, None)], Description("Nytt"), WHY, at=NOW)
    own = spreads.placed(session, source)[0]
    with pytest.raises(NotAllowed, match="split_into_itself"):
        merging.split(session, people.vera, source, [(own, None)], source, WHY, at=NOW)
    with pytest.raises(NotAllowed, match="nothing_chosen"):
        merging.split(session, people.vera, source, [], target, WHY, at=NOW)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        merging.split(session, people.lena, source, [(own, None)], target, WHY, at=NOW)


def test_a_report_that_somebody_saved_meanwhile_is_not_moved(session: Session, people: People) -> None:
    source, target = two(session, people)
    report = spreads.placed(session, source)[0]
    with pytest.raises(rulings.Outdated):
        merging.split(session, people.vera, source, [(report, report.version - 1)], target, WHY, at=NOW)
