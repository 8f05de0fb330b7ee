"""Barriers are made, described and ended by the coordinator, with reasons, and never over a newer change."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed, Obstacle, Status, Step
from deviations.models import Barrier
from deviations.services import barriers
from deviations.services.barriers import Description
from deviations.services.filing import PersonalData
from tests.factories import NOW, TODAY, a_barrier, a_filed_deviation, a_rule, an_agency, audit_lines, moves
from tests.people import WORK, People, find

B = BarrierStatus


def test_a_barrier_is_made_of_reports(session: Session, people: People) -> None:
    reports = [a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rita)]
    barrier = a_barrier(
        session, people.vera, reports, rule=a_rule(session), agencies=[an_agency(session)],
        obstacle=Obstacle.REGULATION, step=Step.PLACEMENT, description="Försäkring saknas.",
    )  # fmt: skip
    assert (barrier.status, barrier.deviations) == (B.WATCHED, reports)
    assert {report.status for report in reports} == {Status.JOINED}
    (move,) = moves(session, barrier)
    assert (move.source, move.target) == (None, B.WATCHED)
    assert [line.action for line in audit_lines(session, f"barrier:{barrier.id}")] == ["barrier.created"]


@pytest.mark.parametrize("name", [name for name in WORK if name != "vera"])
def test_nobody_but_the_coordinator_keeps_barriers(session: Session, people: People, name: str) -> None:
    person, barrier = getattr(people, name), a_barrier(session, people.vera)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        barriers.create(session, person, Description("Nytt"), at=NOW)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        barriers.describe(session, person, barrier, Description("Nytt"), version=barrier.version, at=NOW)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        barriers.end(session, person, barrier, B.REMOVED, note="Borta.", at=NOW)


def test_a_description_is_changed_with_one_line(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    told = Description("Nytt namn", "Mer text", rule=a_rule(session), agencies=[an_agency(session, "FK")])
    barriers.describe(session, people.vera, barrier, told, version=barrier.version, at=NOW)
    session.flush()
    assert (barrier.name, barrier.description, [a.code for a in barrier.agencies]) == ("Nytt namn", "Mer text", ["FK"])
    assert audit_lines(session)[-1].action == "barrier.described"


@pytest.mark.parametrize("changed", ["name", "agencies"])
def test_of_two_who_describe_a_barrier_at_once_the_second_is_told(engine: Engine, changed: str) -> None:
    """Also when all that the second one changes is the list of parties."""
    with Session(engine) as session:
        barrier = a_barrier(session, find(session).vera)
        session.commit()
        id, shown = barrier.id, barrier.version

    def describe(**told: object) -> None:
        with Session(engine.execution_options(write=True)) as session:
            found = session.get_one(Barrier, id)
            agencies = [an_agency(session, code) for code in told.pop("codes", ())]  # type: ignore[attr-defined]
            given = {"name": found.name, "agencies": agencies, **told}
            barriers.describe(session, find(session).vera, found, Description(**given), version=shown, at=NOW)
            session.commit()

    describe(codes=["FK"]) if changed == "agencies" else describe(name="Det första")
    with pytest.raises(StaleDataError):
        describe(codes=["AF"]) if changed == "agencies" else describe(name="Det andra")
    with Session(engine) as session:
        found = session.get_one(Barrier, id)
        assert [a.code for a in found.agencies] == ["FK"] if changed == "agencies" else found.name == "Det första"


@pytest.mark.parametrize("field", ["name", "description"])
def test_a_personal_number_is_refused_in_a_barrier(session: Session, people: People, field: str) -> None:
    told = {"name": "Hindret", field: "Gäller 850709-9805."}
    with pytest.raises(PersonalData) as refused:
        barriers.create(session, people.vera, Description(**told), at=NOW)
    assert set(refused.value.found) == {field}


def test_a_barrier_is_removed_and_returns_by_hand_with_its_reasons(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    barriers.end(session, people.vera, barrier, B.REMOVED, note="Regeln är ändrad.", at=NOW)
    barriers.end(session, people.vera, barrier, B.RETURNED, note="Den tillämpas som förr.", at=NOW)
    assert [(m.target, m.note) for m in moves(session, barrier)] == [
        (B.WATCHED, ""),
        (B.REMOVED, "Regeln är ändrad."),
        (B.RETURNED, "Den tillämpas som förr."),
    ]


def test_writing_off_needs_a_day_to_look_again(session: Session, people: People) -> None:
    barrier, day = a_barrier(session, people.vera), TODAY + timedelta(days=365)
    with pytest.raises(Incomplete, match="needs_review_day"):
        barriers.end(session, people.vera, barrier, B.WRITTEN_OFF, note="Ingen äger frågan.", at=NOW)
    barriers.end(session, people.vera, barrier, B.WRITTEN_OFF, note="Ingen äger frågan.", review_on=day, at=NOW)
    assert barrier.review_on == day
    barriers.end(session, people.vera, barrier, B.RETURNED, note="Nu finns en ägare.", review_on=day, at=NOW)
    assert barrier.review_on is None


@pytest.mark.parametrize("target", [B.WATCHED, B.RECURRING, B.ESCALATED, B.ANSWERED, B.RETURNED])
def test_other_states_are_not_set_by_hand(session: Session, people: People, target: BarrierStatus) -> None:
    barrier = a_barrier(session, people.vera)
    with pytest.raises(NotAllowed, match="no_such_move"):
        barriers.end(session, people.vera, barrier, target, note="Jag vill.", at=NOW)
    assert barrier.status is B.WATCHED


def test_an_end_says_why_and_points_out_nobody(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    with pytest.raises(Incomplete, match="needs_note"):
        barriers.end(session, people.vera, barrier, B.REMOVED, note="", at=NOW)
    with pytest.raises(PersonalData):
        barriers.end(session, people.vera, barrier, B.REMOVED, note="Ring 850709-9805.", at=NOW)
