"""Each step of a deviation and of a barrier: who may take it, what it needs, and that there are no others."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from deviations.domain.roles import Actor, Role, actor
from deviations.domain.workflow import (
    BARRIER_MOVES,
    BY_HAND,
    ENDED,
    MOVES,
    OPEN,
    UNDO_WITHIN,
    BarrierStatus,
    NotAllowed,
    Status,
    check_barrier_move,
    check_undo,
    may,
    route,
    targets,
)

SÖDER, NORR = 1, 2
RUT = actor(1, "Rut", [(Role.REPORTER, SÖDER)])
ROLF = actor(2, "Rolf", [(Role.REPORTER, SÖDER)])
LENA = actor(3, "Lena", [(Role.LEAD, SÖDER)])
LARS = actor(4, "Lars", [(Role.LEAD, NORR)])
VERA = actor(5, "Vera", [(Role.COORDINATOR, None)])
STINA = actor(6, "Stina", [(Role.STEERING, None)])
ADAM = actor(7, "Adam", [(Role.ADMIN, None)])
EVERYBODY = (RUT, ROLF, LENA, LARS, VERA, STINA, ADAM)

# Design, section 3 and 4, written out by hand: who may take each step with Rut's report in Söder.
S = Status
TABLE: dict[tuple[Status, Status], tuple[Actor, ...]] = {
    (S.DRAFT, S.FILED): (RUT,),
    (S.DRAFT, S.JOINED): (RUT,),
    (S.FILED, S.IN_REVIEW): (VERA, LENA),
    (S.IN_REVIEW, S.NEEDS_FACTS): (VERA,),
    (S.IN_REVIEW, S.LOCAL_ACTION): (VERA, LENA),
    (S.IN_REVIEW, S.SOLVED_LOCALLY): (VERA, LENA),
    (S.IN_REVIEW, S.JOINED): (VERA,),
    (S.IN_REVIEW, S.CLOSED): (VERA,),
    (S.NEEDS_FACTS, S.IN_REVIEW): (VERA, RUT),
    (S.LOCAL_ACTION, S.SOLVED_LOCALLY): (VERA, LENA),
    (S.LOCAL_ACTION, S.IN_REVIEW): (VERA, LENA),
    (S.SOLVED_LOCALLY, S.IN_REVIEW): (VERA, LENA, RUT),
    (S.JOINED, S.IN_REVIEW): (VERA,),
    (S.JOINED, S.JOINED): (VERA,),
    (S.CLOSED, S.IN_REVIEW): (VERA,),
}
NEEDS = {
    (S.DRAFT, S.JOINED): "barrier",
    (S.IN_REVIEW, S.NEEDS_FACTS): "note",
    (S.IN_REVIEW, S.SOLVED_LOCALLY): "solution",
    (S.IN_REVIEW, S.JOINED): "barrier",
    (S.IN_REVIEW, S.CLOSED): "reason",
    (S.NEEDS_FACTS, S.IN_REVIEW): "note",
    (S.LOCAL_ACTION, S.SOLVED_LOCALLY): "solution",
    (S.LOCAL_ACTION, S.IN_REVIEW): "note",
    (S.SOLVED_LOCALLY, S.IN_REVIEW): "note",
    (S.JOINED, S.IN_REVIEW): "note",
    (S.JOINED, S.JOINED): "barrier",
    (S.CLOSED, S.IN_REVIEW): "note",
}


@pytest.mark.parametrize(("source", "target"), list(product(Status, Status)), ids=lambda status: str(status))
def test_each_step_is_taken_by_those_whose_step_it_is_and_nobody_else(source: Status, target: Status) -> None:
    able = {person.name for person in EVERYBODY if may(person, source, target, subproject=SÖDER, author=RUT.id)}
    assert able == {person.name for person in TABLE.get((source, target), ())}


def test_the_steps_are_those_of_the_design_and_no_others() -> None:
    assert set(MOVES) == set(TABLE)


def test_each_step_asks_for_what_the_next_reader_needs() -> None:
    assert {step: rule.needs for step, rule in MOVES.items() if rule.needs} == NEEDS


def test_a_lead_has_no_say_over_the_report_she_wrote_in_another_subproject() -> None:
    assert not may(LARS, S.FILED, S.IN_REVIEW, subproject=SÖDER, author=LARS.id)


def test_a_report_just_filed_goes_through_review_on_its_way_to_any_decision() -> None:
    assert route(S.FILED, S.JOINED) == (S.IN_REVIEW, S.JOINED)
    assert route(S.FILED, S.CLOSED) == (S.IN_REVIEW, S.CLOSED)
    assert route(S.FILED, S.IN_REVIEW) == (S.IN_REVIEW,)
    assert route(S.IN_REVIEW, S.JOINED) == (S.JOINED,)


@pytest.mark.parametrize("ended", ENDED)
def test_nothing_goes_from_one_end_to_another_without_being_reopened(ended: Status) -> None:
    for target in set(ENDED) - {ended}:
        with pytest.raises(NotAllowed) as refused:
            route(ended, target)
        assert refused.value.code == "no_such_move"


@pytest.mark.parametrize("source", [status for status in Status if status is not S.DRAFT])
def test_nothing_becomes_filed_or_a_draft_again(source: Status) -> None:
    for target in (S.DRAFT, S.FILED):
        with pytest.raises(NotAllowed):
            route(source, target)


@pytest.mark.parametrize(
    ("person", "source", "reachable"),
    [
        (VERA, S.FILED, (S.IN_REVIEW, S.NEEDS_FACTS, S.LOCAL_ACTION, S.SOLVED_LOCALLY, S.JOINED, S.CLOSED)),
        (LENA, S.FILED, (S.IN_REVIEW, S.LOCAL_ACTION, S.SOLVED_LOCALLY)),
        (LARS, S.FILED, ()),
        (RUT, S.FILED, ()),
        (RUT, S.NEEDS_FACTS, (S.IN_REVIEW,)),
        (ROLF, S.NEEDS_FACTS, ()),
        (VERA, S.JOINED, (S.IN_REVIEW, S.JOINED)),
        (STINA, S.IN_REVIEW, ()),
        (ADAM, S.IN_REVIEW, ()),
    ],
    ids=lambda value: value.name if isinstance(value, Actor) else None,
)
def test_a_person_is_offered_what_she_may_do_in_the_order_of_life(
    person: Actor, source: Status, reachable: tuple[Status, ...]
) -> None:
    assert targets(person, source, subproject=SÖDER, author=RUT.id) == reachable


def test_every_filed_report_is_open_or_ended() -> None:
    assert {*OPEN, *ENDED} == set(Status) - {S.DRAFT}
    assert not set(OPEN) & set(ENDED)


B = BarrierStatus
BARRIER_TABLE = {
    B.WATCHED: {B.RECURRING, B.REMOVED, B.WRITTEN_OFF},
    B.RECURRING: {B.ESCALATED, B.REMOVED, B.WRITTEN_OFF},
    B.ESCALATED: {B.ANSWERED, B.REMOVED, B.WRITTEN_OFF},
    B.ANSWERED: {B.ESCALATED, B.REMOVED, B.WRITTEN_OFF},
    B.REMOVED: {B.RETURNED},
    B.WRITTEN_OFF: {B.RETURNED},
    B.RETURNED: {B.RECURRING, B.ESCALATED, B.REMOVED, B.WRITTEN_OFF},
    B.UNDONE: set(),  # where only an undone decision leads
}


@pytest.mark.parametrize(("source", "target"), list(product(B, B)), ids=lambda status: str(status))
def test_a_barrier_takes_the_steps_of_the_design_and_no_others(source: BarrierStatus, target: BarrierStatus) -> None:
    assert set(BARRIER_MOVES) == set(B)
    if target in BARRIER_TABLE[source]:
        check_barrier_move(source, target)
    else:
        with pytest.raises(NotAllowed):
            check_barrier_move(source, target)


def test_what_only_the_policy_or_a_letter_does_is_not_done_by_hand() -> None:
    assert {B.RECURRING, B.ESCALATED, B.ANSWERED, B.WATCHED}.isdisjoint(BY_HAND)


@pytest.mark.parametrize(
    ("who", "after", "undone", "changed", "code"),
    [
        (VERA, UNDO_WITHIN, False, False, ""),
        (LENA, timedelta(0), False, False, "undo_not_yours"),
        (STINA, timedelta(0), True, True, "undo_not_yours"),
        (VERA, timedelta(0), True, True, "undone_already"),
        (VERA, UNDO_WITHIN + timedelta(seconds=1), False, True, "undo_too_late"),
        (VERA, timedelta(0), False, True, "undo_changed"),
    ],
)
def test_a_decision_is_undone_by_who_took_it_once_within_a_day_and_before_anybody_acted_on_it(
    who: Actor, after: timedelta, undone: bool, changed: bool, code: str
) -> None:
    taken_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    if not code:
        check_undo(who, VERA.id, taken_at, taken_at + after, undone=undone, changed=changed)
        return
    with pytest.raises(NotAllowed) as refused:
        check_undo(who, VERA.id, taken_at, taken_at + after, undone=undone, changed=changed)
    assert refused.value.code == code
