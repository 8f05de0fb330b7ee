"""The weekly round that learns from decisions: uses what is surely better, falls back when it has become worse."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain import relearning, scoring
from deviations.domain.learnt import WeightsState
from deviations.jobs import work as rounds
from deviations.models import LearntWeights
from deviations.queries import weights
from deviations.services import learning
from tests.factories import NOW, a_barrier, a_filed_deviation, days_ago, joined
from tests.jobs.conftest import Worker
from tests.people import People

THINGS = ("Tandvården", "Skyddsskorna", "Bussen", "Tolken")


@pytest.fixture
def decided(session: Session, people: People) -> None:
    """Sixteen decisions about four barriers, on as many days."""
    homes = {}
    for at in range(16):
        thing = THINGS[at % 4]
        told = f"{thing} betalas inte av någon, så {thing.casefold()} stoppar planeringen."
        report = a_filed_deviation(session, people.rut, title=f"{thing} fattas", body=told, at=days_ago(20 - at))
        if thing not in homes:
            homes[thing] = a_barrier(session, people.vera, name=thing, at=days_ago(20 - at))
        joined(session, people.vera, report, homes[thing], days_ago(20 - at))
    session.commit()


def turned(sign: float) -> str:
    """Weights that turn those that ship upside down (-1), or are they themselves (1)."""
    values = tuple(sign * value for value in scoring.DEFAULT.values)
    return json.dumps(scoring.Weights(values, scoring.DEFAULT.new).as_dict())


def used(session: Session, stored: str, made_at: object) -> LearntWeights:
    learnt = LearntWeights(
        made_at=made_at,
        weights=stored,
        learnt_from=100,
        tested_on=43,
        first_before=0.7,
        first_after=0.9,
        state=WeightsState.IN_USE,
    )
    session.add(learnt)
    session.commit()
    return learnt


def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relearning, "LEAST", 10)
    monkeypatch.setattr(relearning, "LEAST_SINCE", 10)


@pytest.mark.usefixtures("decided")
def test_from_few_decisions_nothing_is_learnt(session: Session, worker: Worker) -> None:
    rounds.relearn(worker(None))
    assert session.scalars(select(LearntWeights)).all() == []


@pytest.mark.usefixtures("decided")
def test_weights_that_have_become_worse_are_given_up(
    session: Session, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    bad = used(session, turned(-1), days_ago(30))
    rounds.relearn(worker(None))
    session.refresh(bad)
    assert bad.state is WeightsState.GONE_WORSE
    assert weights.in_use(session).weights() == scoring.DEFAULT


@pytest.mark.usefixtures("decided")
def test_weights_that_do_well_stay_and_what_is_no_better_is_remembered(
    session: Session, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    good = used(session, turned(1), days_ago(30))
    rounds.relearn(worker(None))
    session.refresh(good)
    assert good.state is WeightsState.IN_USE
    (other,) = session.scalars(select(LearntWeights).where(LearntWeights.id != good.id))
    assert other.state is WeightsState.NOT_BETTER
    assert weights.in_use(session).id == good.id


@pytest.mark.usefixtures("decided")
def test_switched_off_nothing_is_learnt(
    session: Session, people: People, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    learning.switch(session, people.vera, off=True, at=NOW)
    session.commit()
    rounds.relearn(worker(None))
    assert session.scalars(select(LearntWeights)).all() == []


def test_weights_stored_for_other_numbers_than_todays_are_not_used(session: Session) -> None:
    used(session, json.dumps({"name": "old", "values": {"lm_smell": 1.0}, "new": {}}), NOW)
    assert weights.in_use(session).weights() == scoring.DEFAULT
