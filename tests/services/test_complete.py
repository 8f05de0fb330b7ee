"""A short report is filled in later by whose it is, or who typed it, while it is open; history says which fields."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.workflow import OPEN, NotAllowed, Status, Step
from deviations.models import Deviation, OutgoingMail
from deviations.queries import deviations, grouping
from deviations.services import audit, filing, triage
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_municipality,
    a_rule,
    an_account,
    an_agency,
    audit_lines,
    moves,
    said_here,
)
from tests.people import WORK, People, find


def details(deviation: Deviation, **changed: Any) -> filing.Details:
    """What the form shows of a report, with these changes."""
    shown = {name: getattr(deviation, name) for name in deviations.COMPLETABLE}
    return filing.Details(**{**shown, "agencies": list(deviation.agencies), **changed})


def complete(session: Session, person: Any, deviation: Deviation, **changed: Any) -> bool:
    return filing.complete(session, person, deviation, details(deviation, **changed), at=NOW, version=deviation.version)


def test_what_was_left_out_is_filled_in_with_one_move_and_one_line(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    title, body = deviation.title, deviation.body
    rule, town = a_rule(session), a_municipality(session, "Tyresö")
    assert complete(
        session, people.rut, deviation,
        rule=rule, step=Step.PLACEMENT, weeks_lost=6, people_hit=2, tried="Vi bad om en försäkring.",
        municipality=town, agencies=[an_agency(session, "FK"), an_agency(session, "AF")],
    )  # fmt: skip
    session.flush()
    session.expire(deviation)
    assert (deviation.rule, deviation.step, deviation.weeks_lost, deviation.people_hit) == (rule, Step.PLACEMENT, 6, 2)
    assert (deviation.municipality, {a.code for a in deviation.agencies}) == (town, {"AF", "FK"})
    assert (deviation.title, deviation.body, deviation.status) == (title, body, Status.FILED)
    filed, completed = moves(session, deviation)
    assert (completed.source, completed.target, completed.actor_id) == (Status.FILED, Status.FILED, people.rut.id)
    fields = {"rule", "step", "weeks_lost", "people_hit", "tried", "municipality", "agencies"}
    assert set(deviations.completed(completed)) == fields
    assert deviations.completed(filed) == ()
    line = audit_lines(session, f"deviation:{deviation.id}")[-1]
    assert (line.action, set(json.loads(line.detail)["fields"])) == ("deviation.completed", fields)
    assert audit.verify(session)[1] is None
    assert len(session.scalars(select(OutgoingMail)).all()) == 1  # only that it was received


def test_what_was_said_can_be_taken_back(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, rule=a_rule(session), weeks_lost=0, wished="En försäkring.")
    assert complete(session, people.rut, deviation, rule=None, weeks_lost=None, wished="")
    assert (deviation.rule, deviation.weeks_lost, deviation.wished) == (None, None, "")


def test_the_same_again_changes_nothing_and_writes_nothing(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, rule=a_rule(session))
    lines, version = len(audit_lines(session)), deviation.version
    assert not complete(session, people.rut, deviation)
    session.flush()
    assert (len(moves(session, deviation)), len(audit_lines(session)), deviation.version) == (1, lines, version)


@pytest.mark.parametrize("name", WORK)
def test_only_whose_it_is_and_who_typed_it_may(session: Session, people: People, name: str) -> None:
    deviation = a_filed_deviation(
        session, people.lena, place="Söder", municipality="Haninge", reporter=an_account(session, people.rut)
    )
    if name in ("rut", "lena"):
        assert complete(session, getattr(people, name), deviation, weeks_lost=3)
    else:
        with pytest.raises(NotAllowed, match="not_your_report"):
            complete(session, getattr(people, name), deviation, weeks_lost=3)
        assert deviation.weeks_lost is None


@pytest.mark.parametrize("state", [s for s in Status if s not in (Status.DRAFT, Status.FILED)])
def test_only_while_it_is_open(session: Session, people: People, state: Status) -> None:
    deviation = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, deviation, a_decision(session, state, a_barrier(session, people.vera)), at=NOW)
    if state in OPEN:
        assert complete(session, people.rut, deviation, weeks_lost=3)
        assert deviations.completed(moves(session, deviation)[-1]) == ("weeks_lost",)
    else:
        with pytest.raises(NotAllowed, match="no_longer_open"):
            complete(session, people.rut, deviation, weeks_lost=3)
    assert deviation.status is state
    assert audit.verify(session)[1] is None


def test_a_move_to_another_barrier_is_no_completion(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    for name in ("Första", "Andra"):
        decision = triage.Decision(Status.JOINED, barrier=a_barrier(session, people.vera, name=name), note="rule")
        triage.move(session, people.vera, deviation, decision, at=NOW)
    assert (moves(session, deviation)[-1].source, moves(session, deviation)[-1].target) == ("joined", "joined")
    assert all(deviations.completed(move) == () for move in moves(session, deviation))


@pytest.mark.parametrize("field", ["rule_hint", "tried", "wished"])
def test_a_personal_number_is_refused_and_nothing_is_saved(session: Session, people: People, field: str) -> None:
    deviation = a_filed_deviation(session, people.rut)
    with pytest.raises(filing.PersonalData) as refused:
        complete(session, people.rut, deviation, **{field: "Ring 850709-9805.", "weeks_lost": 3})
    assert set(refused.value.found) == {field}
    assert deviation.weeks_lost is None


def test_it_did_not_happen_tomorrow(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    with pytest.raises(NotAllowed, match="not_yet_happened"):
        complete(session, people.rut, deviation, occurred_on=TODAY + timedelta(days=1))


@pytest.mark.parametrize("changed", ["weeks_lost", "agencies"])
def test_of_two_who_change_it_at_once_the_second_is_told(engine: Engine, changed: str) -> None:
    with Session(engine) as session:
        deviation = a_filed_deviation(session, find(session).rut)
        session.commit()
        id, shown = deviation.id, deviation.version
    with Session(engine) as session:
        triage.move(
            session, find(session).vera, session.get_one(Deviation, id), triage.Decision(Status.IN_REVIEW), at=NOW
        )
        session.commit()
    with Session(engine) as session, pytest.raises(StaleDataError):
        deviation = session.get_one(Deviation, id)
        more = {"weeks_lost": 3} if changed == "weeks_lost" else {"agencies": [an_agency(session, "FK")]}
        told = replace(details(deviation), **more)  # type: ignore[arg-type]
        filing.complete(session, find(session).rut, deviation, told, at=NOW, version=shown)
        session.flush()


def test_an_occurrence_that_waits_is_completed_too(session: Session, people: People) -> None:
    said = said_here(session, people.rut, a_filed_deviation(session, people.rolf))
    assert complete(session, people.rut, said, tried="Vi frågade handläggaren.")
    assert said.tried == "Vi frågade handläggaren."


def test_a_completed_report_is_grouped_by_what_it_says_now(session: Session, people: People) -> None:
    a_barrier(session, people.vera, [a_filed_deviation(session, people.rita, rule=a_rule(session))])
    deviation = a_filed_deviation(session, people.rut)
    grouping.suggest(session, people.vera, deviations.fact(deviation))
    complete(session, people.rut, deviation, rule=a_rule(session))
    (best, *_rest) = grouping.suggest(session, people.vera, deviations.fact(deviation)).barriers
    assert "rule" in {reason.kind for reason in best.reasons}
