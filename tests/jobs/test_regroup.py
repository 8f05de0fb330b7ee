"""The worker groups the unplaced reports where they are many, when it is due, and not otherwise."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.learnt import Fineness
from deviations.jobs import work as rounds
from deviations.models import GroupingRun
from deviations.queries import groupings, learning, proposals
from deviations.services import proposals as keeping
from tests.factories import a_filed_deviation
from tests.jobs.conftest import Clock, Worker
from tests.people import People


@pytest.fixture
def reports(session: Session, people: People, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Three reports, which already are too many to be grouped while somebody waits."""
    monkeypatch.setattr(proposals, "LIVE", 2)
    found = [a_filed_deviation(session, getattr(people, name)).id for name in ("rut", "rita", "ruben")]
    session.commit()
    return found


def runs(session: Session) -> dict[Fineness, GroupingRun]:
    session.rollback()
    session.expire_all()
    return {run.fineness: run for run in session.scalars(select(GroupingRun))}


def test_it_groups_all_finenesses_once_a_night(
    session: Session, people: People, worker: Worker, clock: Clock, reports: list[int]
) -> None:
    rounds.regroup(worker(None))
    made = runs(session)
    assert set(made) == set(Fineness)
    assert {(run.at, run.reports) for run in made.values()} == {(clock.at, 3)}
    assert set(proposals.counted(session, people.vera).groups[0]) == set(reports)
    first = clock.at
    clock.at = groupings.night_before(clock.at) + timedelta(hours=23)
    if clock.at > first:
        rounds.regroup(worker(None))
        assert {run.at for run in runs(session).values()} == {first}, "it is the same day"
    clock.at = groupings.night_before(first) + timedelta(days=1, minutes=1)
    rounds.regroup(worker(None))
    assert {run.at for run in runs(session).values()} == {clock.at}


def test_it_groups_anew_when_somebody_asks(
    session: Session, people: People, worker: Worker, clock: Clock, reports: list[int]
) -> None:
    rounds.regroup(worker(None))
    clock.forward(minutes=11)
    assert keeping.ask(session, people.vera, at=clock.at)
    session.commit()
    clock.forward(seconds=30)
    rounds.regroup(worker(None))
    assert {run.at for run in runs(session).values()} == {clock.at}
    rounds.regroup(worker(None))


def test_few_reports_are_not_grouped_by_the_worker(
    session: Session, worker: Worker, reports: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "LIVE", 3)
    rounds.regroup(worker(None))
    assert runs(session) == {}


def test_what_is_not_learnt_in_time_is_left_to_the_next_round(
    session: Session, worker: Worker, reports: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "AT_ONCE", 0)
    monkeypatch.setattr(learning, "_begin", lambda engine, known: None)
    monkeypatch.setattr(rounds, "LEARNING", 1.5)
    rounds.regroup(worker(None))
    assert runs(session) == {}
