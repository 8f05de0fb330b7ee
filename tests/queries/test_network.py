"""The picture of a barrier counts what its reports say; who may not see small counts learns none from it."""

import pytest
from sqlalchemy.orm import Session

from deviations.domain.workflow import Step
from deviations.models import Barrier
from deviations.queries import network
from tests.factories import NOW, a_barrier, a_filed_deviation, a_rule, an_agency, joined, said_here
from tests.people import People


@pytest.fixture
def barrier(session: Session, people: People) -> Barrier:
    """Six reports: five of Söder and one of Norr, with a word of the lexicon in two; and one "samma här"."""
    found = a_barrier(
        session, people.vera, rule=a_rule(session, "FK-06"), agencies=[an_agency(session, "FK")], step=Step.INCOME
    )
    for at in range(6):
        report = a_filed_deviation(
            session,
            people.rita if at == 5 else people.rut,
            title="Nollklassad" if at in (0, 5) else "Avslag",
            body=f"Beslutet nummer {at} kom.",
            rule=a_rule(session, "FK-01") if at == 0 else a_rule(session, "FK-06"),
        )
        joined(session, people.vera, report, found)
    said_here(session, people.rut, found)
    return found


def told(picture: network.Picture) -> dict[tuple[str, str], int | None]:
    return {(strand.kind, strand.code): strand.count for strand in picture.strands}


def test_the_coordinator_sees_how_many_reports_tie_to_each_thing(
    session: Session, people: People, barrier: Barrier
) -> None:
    picture = network.of_barrier(session, people.vera, barrier)
    found = told(picture)
    assert picture.reports == 6
    assert found[("rule", "FK-06")] == 5
    assert found[("rule", "FK-01")] == 1
    assert found[("agency", "AF")] == 6
    assert found[("agency", "FK")] == 0
    assert found[("step", "income")] == 0
    assert found[("term", "nollklass*")] == 2
    assert found[("statute", "socialförsäkringsbalken 27 kap. 6 §")] == 0
    assert {s.code for s in picture.strands if s.own} >= {"FK-06", "FK", "income"}


@pytest.mark.parametrize("name", ["rut", "rita", "lena", "stina"])
def test_others_read_no_count_of_one_to_four_and_no_word_of_reports(
    session: Session, people: People, barrier: Barrier, name: str
) -> None:
    picture = network.of_barrier(session, getattr(people, name), barrier)
    assert picture.reports is None
    assert all(s.count in (None, 5) and s.at_least == (s.count == 5) for s in picture.strands)
    assert not [s for s in picture.strands if s.kind == "term" or s.code == "FK-01"]
    assert ("rule", "FK-06") in told(picture)


def test_five_reports_that_she_may_not_read_are_at_least_five(
    session: Session, people: People, barrier: Barrier
) -> None:
    hidden = told(network.of_barrier(session, people.stina, barrier))  # she reads none
    assert hidden[("rule", "FK-06")] == hidden[("agency", "AF")] == 5
    mostly = told(network.of_barrier(session, people.rut, barrier))  # she reads five of them
    assert mostly[("rule", "FK-06")] is None
    assert ("agency", "AF") not in mostly


def test_a_barrier_without_reports_shows_what_its_page_says(session: Session, people: People) -> None:
    bare = a_barrier(session, people.vera, at=NOW)
    assert network.of_barrier(session, people.vera, bare).strands == ()
    ruled = a_barrier(session, people.vera, name="Med regel", rule=a_rule(session, "FK-06"))
    found = network.of_barrier(session, people.vera, ruled)
    assert {s.kind for s in found.strands} == {"rule", "statute"}
    assert all(s.count == 0 for s in found.strands)
