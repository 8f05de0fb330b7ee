"""The program learns what has changed and nothing else, whoever changed it; where that is much, nobody waits."""

from threading import Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.ranking import Near, Ranker
from deviations.domain.workflow import Kind, Status
from deviations.models import Rule
from deviations.queries import grouping, learning
from deviations.services import triage
from tests.factories import NOW, a_barrier, a_decision, a_filed_deviation, joined
from tests.people import People

TEXT = Fact("", "Arbetsträning utan försäkring", "Under tio timmar i veckan gäller ingen försäkring vid arbetsträning.")
PATIENCE = 60


@pytest.fixture(params=["few", "many"])
def _size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few reports, which are all compared, or many, of which only those of the latest steps are looked at."""
    if request.param == "many":
        monkeypatch.setattr(learning, "FEW", -1)


def near(session: Session) -> Near:
    with learning.ranker(session) as ranking:
        assert ranking is not None
        return ranking.near(TEXT)


def kept(session: Session) -> Ranker:
    with learning.ranker(session) as ranking:
        assert ranking is not None
        return ranking


def ids(found: Near) -> set[str]:
    return {id for id, _ in found.reports}


@pytest.mark.usefixtures("_size")
def test_what_is_filed_placed_and_taken_out_is_learnt_without_learning_all_anew(
    session: Session, people: People
) -> None:
    first = a_filed_deviation(session, people.rut)
    ranking = kept(session)
    assert ids(near(session)) == {str(first.id)}
    second = a_filed_deviation(session, people.rita)
    assert ids(near(session)) == {str(first.id), str(second.id)}
    barrier, other = a_barrier(session, people.vera, [first]), a_barrier(session, people.vera, name="Remissen")
    assert [s.barrier for s in near(session).barriers] == [str(barrier.id)]
    joined(session, people.vera, first, other)
    assert [s.barrier for s in near(session).barriers] == [str(other.id)]
    triage.move(session, people.vera, first, a_decision(session, Status.IN_REVIEW), at=NOW)
    assert near(session).barriers == ()
    assert kept(session) is ranking


@pytest.mark.usefixtures("_size")
def test_what_another_process_has_committed_is_learnt(engine: Engine, session: Session, people: People) -> None:
    assert ids(near(session)) == set()
    session.rollback()
    with Session(engine.execution_options(write=True), expire_on_commit=False) as other:
        filed = a_filed_deviation(other, people.rut)
        other.commit()
    assert ids(near(session)) == {str(filed.id)}


def test_a_guldkorn_is_an_example_and_an_occurrence_is_nothing(session: Session, people: People) -> None:
    gold = a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE)
    a_filed_deviation(session, people.rita).kind = Kind.SAME_HERE
    session.flush()
    found = near(session)
    assert ([id for id, _ in found.examples], found.reports) == ([str(gold.id)], ())


def test_what_is_no_report_any_more_is_forgotten(
    session: Session, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "FEW_EVERY", 0.0)
    gone = a_filed_deviation(session, people.rut)
    assert ids(near(session)) == {str(gone.id)}
    gone.status = Status.DRAFT
    session.flush()
    assert ids(near(session)) == set()


def test_a_changed_text_is_learnt(session: Session, people: People) -> None:
    changed = a_filed_deviation(session, people.rut)
    before = dict(near(session).reports)[str(changed.id)]
    changed.body = "Bussen slutade gå i våras."
    session.flush()
    a_filed_deviation(session, people.rita)
    assert dict(near(session).reports)[str(changed.id)] < before


def test_a_changed_rule_makes_all_be_learnt_anew(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    ranking = kept(session)
    session.scalars(select(Rule).where(Rule.code == "FORS-01")).one().description += " Nya ord."
    session.flush()
    assert kept(session) is not ranking
    assert len(kept(session)) == 1


def test_much_is_learnt_in_a_thread_and_until_then_nobody_waits(
    engine: Engine, session: Session, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)])
    session.commit()
    monkeypatch.setattr(learning, "AT_ONCE", 0)
    fact = Fact("", TEXT.title, TEXT.body)
    assert not grouping.suggest(session, people.vera, fact).ready
    assert not grouping.likes(session, people.rut, fact).ready
    thread = learning._known[engine.pool].thread
    assert isinstance(thread, Thread)
    thread.join(PATIENCE)
    found = grouping.likes(session, people.rut, fact)
    assert found.ready
    assert found.barriers


def test_warming_begins_before_anybody_asks(engine: Engine, session: Session, people: People) -> None:
    filed = a_filed_deviation(session, people.rut)
    session.commit()
    grouping.warm(engine)
    thread = learning._known[engine.pool].thread
    assert thread is not None
    thread.join(PATIENCE)
    assert ids(near(session)) == {str(filed.id)}


def test_among_many_a_change_that_left_no_step_is_found_in_turn(
    session: Session, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "FEW", -1)
    monkeypatch.setattr(learning, "SOME_EVERY", 0.0)
    monkeypatch.setattr(learning, "SOME", 2)
    reports = [a_filed_deviation(session, people.rut) for _ in range(5)]
    assert len(kept(session)) == 5
    reports[3].status = Status.DRAFT
    session.flush()
    for _ in range(6):
        kept(session)
    assert ids(near(session)) == {str(report.id) for report in reports if report is not reports[3]}


def test_reasons_are_read_from_the_database_and_not_kept(session: Session, people: People) -> None:
    filed = a_filed_deviation(session, people.rut)
    with learning.ranker(session) as ranking:
        assert ranking is not None
        assert ranking.why(TEXT, str(filed.id))
    assert ranking.why(TEXT, str(filed.id)) == ()
