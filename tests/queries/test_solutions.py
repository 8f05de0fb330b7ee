"""The solutions that all share: narrowed, in order, page by page, and how they went elsewhere."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, NotFound, Status
from deviations.models import Barrier, Solution
from deviations.queries import solutions
from deviations.queries.solutions import PAGE, Order, Trials, Wanted
from deviations.services import solutions as keeping
from deviations.services import triage
from tests.factories import a_barrier, a_filed_deviation, a_rule, an_agency, days_ago
from tests.people import People, place


def solved(
    session: Session, people: People, text: str, days: int, barrier: Barrier | None = None, **told: object
) -> Solution:
    """What Söder did so many days ago."""
    report = a_filed_deviation(session, people.rut, at=days_ago(days), title=text, **told)
    done = triage.Decision(Status.SOLVED_LOCALLY, solution=text, barrier=barrier)
    triage.move(session, people.lena, report, done, at=days_ago(days))
    return session.scalars(select(Solution).where(Solution.deviation_id == report.id)).one()


def say(session: Session, people: People, solution: Solution, **words: bool) -> None:
    """What subprojects say of it: `Norr=True`."""
    by = {"Norr": people.rita, "Väst": people.ruben}
    for name, worked in words.items():
        note = f"Så gick det i {name}."
        keeping.try_out(session, by[name], solution, place(session, name), worked, note, at=days_ago(0))


def test_pages_follow_each_other_without_gap_or_repeat(session: Session, people: People) -> None:
    made = [solved(session, people, f"Lösning {n}", days=n // 2) for n in range(2 * PAGE + 3)]
    say(session, people, made[5], Norr=True, Väst=True)
    say(session, people, made[9], Norr=True)
    for order in Order:
        read, after, more = [], None, True
        while more:
            found, more = solutions.shared(session, people.rita, Wanted(order=order), after)
            read += [one.solution.id for one in found]
            after = read[-1]
        assert len(read) == len(set(read)) == len(made)
        if order is Order.CONFIRMED:
            assert read[:2] == [made[5].id, made[9].id]
    assert solutions.shared(session, people.rita, Wanted(), 2_000_000_000)[0][0].solution in made


def test_a_list_is_narrowed_by_words_agency_rule_and_to_guldkorn(session: Session, people: People) -> None:
    rule = a_rule(session)
    fk = solved(session, people, "Vi ÅKTE dit tillsammans.", 3, agency="FK", rule=rule)
    barrier = a_barrier(session, people.vera, rule=a_rule(session, "AF-02"))
    af = solved(session, people, "Kommunen tecknade en försäkring.", 2, barrier)
    good = a_filed_deviation(session, people.rita, kind=Kind.GOOD_EXAMPLE, title="Gemensam kartläggning")

    def found(**wanted: object) -> list[int]:
        return [one.solution.deviation_id for one in solutions.shared(session, people.rut, Wanted(**wanted))[0]]  # type: ignore[arg-type]

    assert found() == [good.id, af.deviation_id, fk.deviation_id]
    assert found(words="åkte dit") == [fk.deviation_id]
    assert found(agency=an_agency(session, "FK").id) == [fk.deviation_id]
    assert found(rule=rule.id) == [fk.deviation_id]
    assert found(rule=barrier.rule_id) == [af.deviation_id]
    assert found(good_examples=True) == [good.id]


def test_a_reader_learns_how_many_tried_but_not_who(session: Session, people: People) -> None:
    solution = solved(session, people, "Vi bytte blankett.", 3)
    say(session, people, solution, Norr=True, Väst=False)
    assert solutions.get(session, people.stina, solution.id).trials == Trials(tried=2, worked=1)
    named = {
        who: {word.subproject.name for word in solutions.words(session, actor, solution) if word.subproject}
        for who, actor in (("rut", people.rut), ("rita", people.rita), ("stina", people.stina), ("vera", people.vera))
    }
    assert named == {"rut": set(), "rita": {"Norr"}, "stina": set(), "vera": {"Norr", "Väst"}}


def test_of_a_barrier_what_worked_in_most_places_comes_first(session: Session, people: People) -> None:
    barrier, other = a_barrier(session, people.vera), a_barrier(session, people.vera, name="Ett annat")
    first, second, third = (solved(session, people, f"Sätt {n}", 9 - n, barrier) for n in range(3))
    say(session, people, first, Norr=True)
    found = solutions.helpful(session, people.rita, [barrier.id, other.id], most=2)
    assert {id: [one.solution for one in ones] for id, ones in found.items()} == {barrier.id: [first, third]}
    assert second not in [one.solution for one in found[barrier.id]]


def test_solutions_are_not_the_administrators(session: Session, people: People) -> None:
    solution = solved(session, people, "Vi bytte blankett.", 3)
    assert solutions.shared(session, people.adam, Wanted()) == ([], False)
    for actor, id in ((people.adam, solution.id), (people.rut, solution.id + 1)):
        with pytest.raises(NotFound):
            solutions.get(session, actor, id)
