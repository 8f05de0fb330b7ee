"""What a coordinator says of reports in no barrier: it stands until she says otherwise, or takes it back."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import NotAllowed, Status
from deviations.models import Deviation, KinVerdict, Move, Ruling
from deviations.queries import kin as said
from deviations.queries import pairs
from deviations.queries import rulings as decisions
from deviations.services import audit, kin, merging, rulings
from tests.factories import NOW, a_barrier, a_decision, a_filed_deviation, audit_lines, joined
from tests.people import People

LATER = NOW + timedelta(minutes=1)
Say = Callable[[Session, People, Sequence[Deviation]], Ruling]


def some(session: Session, people: People, count: int = 4) -> list[Deviation]:
    return [a_filed_deviation(session, people.rut, title=f"Rapport {number}") for number in range(count)]


def apart(session: Session, people: People, reports: Sequence[Deviation]) -> Ruling:
    return kin.apart(session, people.vera, reports[0], reports[1:], at=NOW)


def divided(session: Session, people: People, reports: Sequence[Deviation]) -> Ruling:
    return kin.divide(session, people.vera, reports[:2], reports[2:], at=NOW)


def together(session: Session, people: People, reports: Sequence[Deviation]) -> Ruling:
    return kin.together(session, people.vera, reports, at=NOW)


def words(session: Session) -> set[tuple[int, int, bool]]:
    rows = session.execute(select(KinVerdict.first_id, KinVerdict.second_id, KinVerdict.kin))
    return {(a, b, word) for a, b, word in rows}


def test_one_that_does_not_belong_is_set_apart_from_each_of_the_others(session: Session, people: People) -> None:
    a, b, c, d = some(session, people)
    ruling = kin.apart(session, people.vera, c, [a, d, b], at=NOW)
    assert said.apart(session, [a.id, b.id, c.id, d.id]) == {(a.id, c.id), (b.id, c.id), (c.id, d.id)}
    assert (ruling.what, ruling.chosen) == (kin.APART, (c.id,))


def test_two_halves_are_set_apart_and_nothing_is_said_within_them(session: Session, people: People) -> None:
    reports = some(session, people)
    divided(session, people, reports)
    a, b, c, d = (one.id for one in reports)
    assert words(session) == {(a, c, False), (a, d, False), (b, c, False), (b, d, False)}


def test_what_is_put_together_hangs_on_the_first(session: Session, people: People) -> None:
    reports = some(session, people)
    together(session, people, reports)
    first, *rest = (one.id for one in reports)
    assert said.together(session, [first, *rest]) == {(first, other) for other in rest}


def test_the_latest_word_stands(session: Session, people: People) -> None:
    a, b = some(session, people, 2)
    kin.apart(session, people.vera, a, [b], at=NOW)
    kin.together(session, people.vera, [b, a], at=LATER)
    assert words(session) == {(a.id, b.id, True)}


@pytest.mark.parametrize("say", [apart, divided, together])
def test_it_is_one_decision_that_changes_no_report_and_is_taken_back_in_one_press(
    session: Session, people: People, say: Say
) -> None:
    reports = some(session, people)
    steps = len(session.scalars(select(Move)).all())
    ruling = say(session, people, reports)
    assert [one.status for one in reports] == [Status.FILED] * 4
    assert len(session.scalars(select(Move)).all()) == steps
    assert decisions.last(session, people.vera, at=NOW) == [ruling]
    assert [line.action for line in audit_lines(session, f"ruling:{ruling.id}")] == [f"proposal.{ruling.what}"]
    rulings.undo(session, people.vera, ruling, at=LATER)
    assert words(session) == set()
    assert audit.verify(session)[1] is None


def test_taken_back_it_is_as_it_was_said_before(session: Session, people: People) -> None:
    a, b, c = some(session, people, 3)
    kin.together(session, people.vera, [a, b], at=NOW)
    ruling = kin.apart(session, people.vera, a, [b, c], at=LATER)
    rulings.undo(session, people.vera, ruling, at=LATER)
    assert words(session) == {(a.id, b.id, True)}


def test_what_somebody_has_said_anew_since_is_not_taken_back(session: Session, people: People) -> None:
    a, b = some(session, people, 2)
    ruling = kin.apart(session, people.vera, a, [b], at=NOW)
    kin.together(session, people.vera, [a, b], at=LATER)
    with pytest.raises(NotAllowed, match="undo_changed"):
        rulings.undo(session, people.vera, ruling, at=LATER)
    assert words(session) == {(a.id, b.id, True)}


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
@pytest.mark.parametrize("say", [kin.apart, kin.divide, kin.together])
def test_only_the_coordinator_says_it(session: Session, people: People, name: str, say: Callable[..., Ruling]) -> None:
    a, b = some(session, people, 2)
    given = {kin.apart: (a, [b]), kin.divide: ([a], [b]), kin.together: ([a, b],)}[say]
    with pytest.raises(NotAllowed, match="coordinator_only"):
        say(session, getattr(people, name), *given, at=NOW)
    assert words(session) == set()


def test_nothing_is_said_of_too_few_or_too_many_or_of_one_on_both_sides(session: Session, people: People) -> None:
    a, b = some(session, people, 2)
    for call, code in (
        (lambda: kin.apart(session, people.vera, a, [], at=NOW), "nothing_chosen"),
        (lambda: kin.divide(session, people.vera, [], [a], at=NOW), "nothing_chosen"),
        (lambda: kin.together(session, people.vera, [a, a], at=NOW), "nothing_chosen"),
        (lambda: kin.divide(session, people.vera, [a, b], [b], at=NOW), "no_such_move"),
    ):
        with pytest.raises(NotAllowed, match=code):
            call()
    many = [Deviation(id=10_000 + at) for at in range(rulings.AT_MOST + 1)]
    with pytest.raises(NotAllowed, match="too_many_chosen"):
        kin.together(session, people.vera, many, at=NOW)


def test_of_what_is_decided_already_nothing_is_said(session: Session, people: People) -> None:
    a, b, c = some(session, people, 3)
    joined(session, people.vera, b, a_barrier(session, people.vera))
    rulings.take(session, people.vera, [(c, None)], a_decision(session, Status.CLOSED), at=NOW)
    with pytest.raises(rulings.Outdated) as refused:
        kin.divide(session, people.vera, [a], [b, c], at=NOW)
    assert refused.value.ids == (b.id, c.id)
    assert words(session) == set()


def test_of_very_many_each_is_set_apart_from_the_first_of_the_others(
    session: Session, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kin, "PAIRS", 3)
    reports = some(session, people)
    divided(session, people, reports)
    a, b, c, d = (one.id for one in reports)
    assert {pair[:2] for pair in words(session)} == {(a, c), (b, c), (a, d)}


def test_another_happening_is_no_other_barrier(session: Session, people: People) -> None:
    """That two reports are not duplicates says nothing of whether they are about the same barrier."""
    a, b = some(session, people, 2)
    merging.never_together(session, people.vera, a, b, at=NOW)
    ids = [a.id, b.id]
    assert pairs.apart(session, ids) == {(a.id, b.id)}
    assert said.apart(session, ids) == set()
