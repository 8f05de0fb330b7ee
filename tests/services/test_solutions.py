"""One word for each subproject on whether a solution worked there too; the latest stands."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import NotAllowed, Status
from deviations.models import Solution, SolutionTrial
from deviations.services import solutions, triage
from deviations.services.checks import PersonalData
from tests.factories import NOW, a_decision, a_filed_deviation, audit_lines, days_ago
from tests.people import People, place


@pytest.fixture
def solution(session: Session, people: People) -> Solution:
    """What Söder did about a report of Rut's."""
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.lena, report, a_decision(session, Status.SOLVED_LOCALLY), at=NOW)
    return session.scalars(select(Solution)).one()


def trials(session: Session) -> list[tuple[bool, str]]:
    return [(t.worked, t.note) for t in session.scalars(select(SolutionTrial).order_by(SolutionTrial.id))]


def test_the_latest_word_of_a_subproject_stands(session: Session, people: People, solution: Solution) -> None:
    north, west = place(session, "Norr"), place(session, "Väst")
    solutions.try_out(session, people.rita, solution, north, True, "Fungerade direkt.", at=days_ago(3))
    solutions.try_out(session, people.lars, solution, north, False, at=NOW)
    solutions.try_out(session, people.ruben, solution, west, True, at=NOW)
    assert trials(session) == [(False, ""), (True, "")]
    lines = audit_lines(session, f"solution:{solution.id}")
    assert [line.action for line in lines] == ["solution.tried"] * 3


def test_nobody_speaks_for_a_subproject_that_is_not_hers(session: Session, people: People, solution: Solution) -> None:
    for who in (people.rut, people.vera, people.stina, people.adam):
        with pytest.raises(NotAllowed, match="not_your_word"):
            solutions.try_out(session, who, solution, place(session, "Norr"), True, at=NOW)
    assert trials(session) == []


def test_a_subproject_does_not_confirm_itself(session: Session, people: People, solution: Solution) -> None:
    with pytest.raises(NotAllowed, match="own_solution"):
        solutions.try_out(session, people.rut, solution, place(session, "Söder"), True, at=NOW)


def test_the_line_holds_no_personal_number(session: Session, people: People, solution: Solution) -> None:
    with pytest.raises(PersonalData):
        solutions.try_out(session, people.rita, solution, place(session, "Norr"), True, "850709-9805", at=NOW)
    assert trials(session) == []
