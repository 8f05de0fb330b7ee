"""Past decisions are gone through in order of time, and none of them knows what came later."""

from datetime import timedelta

from sqlalchemy.orm import Session

from deviations.models import Barrier, Deviation
from deviations.queries import replay
from deviations.services import merging
from tests.factories import NOW, a_barrier, a_filed_deviation, joined
from tests.people import People

TEETH = {"title": "Tandvården betalas inte", "body": "Tänderna lagas inte, så praktiken blir inte av."}
SHOES = {"title": "Ingen betalar skyddsskor", "body": "Lagret kräver skyddsskor av alla som är där."}


def life(session: Session, people: People) -> tuple[list[Deviation], Barrier, Barrier]:
    """Four reports of two kinds, filed a day apart, each placed an hour after it was filed; then one that is not."""
    reports = []
    homes: dict[str, Barrier] = {}
    for day, told in enumerate((TEETH, SHOES, TEETH, SHOES, TEETH)):
        at = NOW - timedelta(days=10 - day)
        report = a_filed_deviation(session, people.rut, at=at, **told)
        reports.append(report)
        if day == 4:
            break
        name = told["title"]
        if name not in homes:
            homes[name] = a_barrier(session, people.vera, name=name, at=at + timedelta(hours=1))
        joined(session, people.vera, report, homes[name], at + timedelta(hours=1))
    session.commit()
    return reports, *homes.values()


def test_each_decision_knows_the_barriers_of_earlier_ones_only(session: Session, people: People) -> None:
    life(session, people)
    found = replay.examples(session)
    assert [(len(one.features), one.right is None) for one in found] == [(0, True), (1, True), (2, False), (2, False)]


def test_only_what_came_after_a_moment_is_told_though_earlier_ones_are_known(session: Session, people: People) -> None:
    life(session, people)
    found = replay.examples(session, since=NOW - timedelta(days=8))
    assert [len(one.features) for one in found] == [2, 2]


def test_the_reports_of_a_merged_barrier_are_learnt_where_they_are_now(session: Session, people: People) -> None:
    _, teeth, shoes = life(session, people)
    merging.merge(session, people.vera, teeth, shoes, at=NOW)
    session.commit()
    found = replay.examples(session)
    assert [(len(one.features), one.right) for one in found] == [(0, None), (1, 0), (1, 0), (1, 0)]


def test_who_has_to_stop_learns_nothing(session: Session, people: People) -> None:
    life(session, people)
    assert replay.examples(session, stopping=lambda: True) == []


def test_without_decisions_there_is_nothing_to_learn(session: Session) -> None:
    assert replay.examples(session) == []
