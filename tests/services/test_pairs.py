"""What people say of two reports: the same happening, or never to be taken for the same, and how it is taken back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import CloseReason, Incomplete, NotAllowed, Status
from deviations.models import Deviation, PairVerdict
from deviations.queries import deviations, duplicates, pairs
from deviations.services import audit, merging, rulings, triage
from tests import factories
from tests.factories import NOW, a_barrier, a_filed_deviation, joined, said_here
from tests.people import People


def closed_as(session: Session, people: People, one: Deviation, of: Deviation) -> None:
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=of)
    triage.move(session, people.vera, one, decision, at=NOW)
    session.flush()


def verdicts(session: Session) -> list[tuple[int, int, bool]]:
    rows = session.execute(select(PairVerdict.first_id, PairVerdict.second_id, PairVerdict.same))
    return [tuple(row) for row in rows.all()]


def test_a_duplicate_points_both_ways_and_the_word_is_remembered(session: Session, people: People) -> None:
    first, second = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rolf, place="Söder")
    closed_as(session, people, first, of=second)  # the older one of the newer: ids are kept in order all the same
    assert first.duplicate_of is second
    assert [d.id for d in duplicates.of(session, people.vera, second)] == [first.id]
    assert not duplicates.of(session, people.vera, first)
    assert verdicts(session) == [(first.id, second.id, True)]
    assert pairs.same(session, [second.id, first.id]) == {(first.id, second.id)}
    assert not pairs.apart(session, [second.id, first.id])
    assert (first.title, first.body) == (factories.TITLE, factories.BODY)


def test_its_duplicates_are_told_to_those_only_who_may_read_them(session: Session, people: People) -> None:
    original, elsewhere = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rita)
    closed_as(session, people, elsewhere, of=original)
    assert not duplicates.of(session, people.rut, original)
    assert [d.id for d in duplicates.of(session, people.vera, original)] == [elsewhere.id]


def test_taking_it_up_again_takes_the_word_back(session: Session, people: People) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    closed_as(session, people, one, of=other)
    triage.move(session, people.vera, one, triage.Decision(Status.IN_REVIEW, note="Det var två möten."), at=NOW)
    session.flush()
    assert not verdicts(session)
    assert not duplicates.of(session, people.vera, other)


def test_undoing_brings_back_what_was_said_before(session: Session, people: People) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    merging.never_together(session, people.vera, one, other, at=NOW)
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=other)
    ruling = rulings.take(session, people.vera, [(one, one.version)], decision, at=NOW)
    assert verdicts(session) == [(one.id, other.id, True)]
    rulings.undo(session, people.vera, ruling, at=NOW)
    session.flush()
    assert verdicts(session) == [(one.id, other.id, False)]
    assert (one.status, one.duplicate_of_id) == (Status.FILED, None)


def test_two_reports_are_never_together_whichever_is_named_first(session: Session, people: People) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    merging.never_together(session, people.vera, other, one, at=NOW)
    merging.never_together(session, people.vera, one, other, at=NOW)
    assert verdicts(session) == [(one.id, other.id, False)]
    assert pairs.apart(session, range(one.id, 2_000)) == {(one.id, other.id)}
    assert not pairs.apart(session, [one.id])
    lines = factories.audit_lines(session, f"deviation:{one.id}")
    assert [line.action for line in lines][-1] == "pair.apart"
    assert audit.verify(session)[1] is None


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_sets_reports_apart(session: Session, people: People, name: str) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        merging.never_together(session, getattr(people, name), one, other, at=NOW)


def test_a_report_is_not_set_apart_from_itself_or_from_what_it_is_closed_as(session: Session, people: People) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    with pytest.raises(NotAllowed, match="no_such_move"):
        merging.never_together(session, people.vera, one, one, at=NOW)
    closed_as(session, people, one, of=other)
    with pytest.raises(NotAllowed, match="is_its_duplicate"):
        merging.never_together(session, people.vera, other, one, at=NOW)


def test_what_is_a_duplicate_has_no_duplicates_so_no_circle_comes_about(session: Session, people: People) -> None:
    a, b, c = (a_filed_deviation(session, people.rut) for _ in range(3))
    closed_as(session, people, a, of=b)
    with pytest.raises(triage.RepeatsItself) as refused:
        closed_as(session, people, b, of=a)
    assert (refused.value.original, refused.value.of) == (a.id, b.id)
    with pytest.raises(triage.RepeatsItself):
        closed_as(session, people, c, of=a)
    with pytest.raises(Incomplete, match="needs_original"):
        closed_as(session, people, c, of=c)
    assert c.status is Status.FILED


def test_duplicates_go_along_when_their_original_repeats_another(session: Session, people: People) -> None:
    a, b, c = (a_filed_deviation(session, people.rut) for _ in range(3))
    closed_as(session, people, a, of=b)
    closed_as(session, people, b, of=c)
    assert [d.id for d in duplicates.of(session, people.vera, c)] == [a.id, b.id]
    assert a.duplicate_of is b  # the word that was said of it stands
    assert deviations.said_of(a) is c


def test_who_said_same_here_follows_the_duplicate_to_its_original(session: Session, people: People) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    here = said_here(session, people.rolf, one)
    barrier = a_barrier(session, people.vera)
    joined(session, people.vera, other, barrier)
    closed_as(session, people, one, of=other)
    assert here.barrier is barrier
