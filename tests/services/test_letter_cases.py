"""Typical cases: a person chooses, reads and passes each one; nothing that points somebody out gets through."""

import pytest
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.models import Deviation, Letter
from deviations.services import letter_cases, letter_guard
from deviations.services.checks import PersonalData
from tests.factories import NOW, a_draft, a_filed_deviation, a_recurring_barrier, audit_lines, spread_reports
from tests.people import People

TOLD = "En person orkade åtta timmar i veckan och fick ingen försäkring."


@pytest.fixture
def reports(session: Session, people: People) -> list[Deviation]:
    """The reports of a barrier that came to recur."""
    return spread_reports(session, people)


@pytest.fixture
def letter(session: Session, people: People, reports: list[Deviation]) -> Letter:
    """A draft about them."""
    from tests.factories import a_barrier

    return a_draft(session, people, a_barrier(session, people.vera, reports))


def order(letter: Letter) -> list[int]:
    """The reports of its cases, in their order."""
    return [case.deviation_id for case in letter.cases]


def test_a_case_is_kept_in_the_words_that_were_passed(
    session: Session, people: People, letter: Letter, reports: list[Deviation]
) -> None:
    version = letter.version
    case = letter_cases.take(session, people.vera, letter, reports[0], TOLD, at=NOW)
    assert (case.text, case.passed_by_id, case.barrier_id) == (TOLD, people.vera.id, letter.barrier_id)
    letter_cases.take(session, people.vera, letter, reports[0], "Med andra ord.", at=NOW)
    assert [one.text for one in letter.cases] == ["Med andra ord."]
    assert letter.version == version  # an editor that is open is not overtaken by it
    assert reports[0].body != TOLD


def test_cases_have_an_order_and_can_go(
    session: Session, people: People, letter: Letter, reports: list[Deviation]
) -> None:
    ids = [report.id for report in reports[:3]]
    for report in reports[:3]:
        letter_cases.take(session, people.vera, letter, report, TOLD, at=NOW)
    letter_cases.move(session, people.vera, letter, ids[2], up=True, at=NOW)
    assert order(letter) == [ids[0], ids[2], ids[1]]
    letter_cases.move(session, people.vera, letter, ids[0], up=True, at=NOW)  # it is first already
    letter_cases.move(session, people.vera, letter, ids[0], up=False, at=NOW)
    assert order(letter) == [ids[2], ids[0], ids[1]]
    letter_cases.drop(session, people.vera, letter, ids[0], at=NOW)
    assert order(letter) == [ids[2], ids[1]]
    letter_cases.take(session, people.vera, letter, reports[0], TOLD, at=NOW)
    assert order(letter) == [ids[2], ids[1], ids[0]]
    for act in (letter_cases.drop, lambda *a, **k: letter_cases.move(*a, up=True, **k)):
        with pytest.raises(NotFound):
            act(session, people.vera, letter, reports[4].id, at=NOW)


def test_four_cases_are_enough(session: Session, people: People, letter: Letter, reports: list[Deviation]) -> None:
    for report in reports[:4]:
        letter_cases.take(session, people.vera, letter, report, TOLD, at=NOW)
    with pytest.raises(NotAllowed, match="too_many_cases"):
        letter_cases.take(session, people.vera, letter, reports[4], TOLD, at=NOW)
    letter_cases.take(session, people.vera, letter, reports[3], "Ändrade ord går bra.", at=NOW)
    assert len(letter.cases) == 4


def test_what_points_somebody_out_is_no_case(
    session: Session, people: People, letter: Letter, reports: list[Deviation]
) -> None:
    with pytest.raises(Incomplete, match="needs_case_text"):
        letter_cases.take(session, people.vera, letter, reports[0], "", at=NOW)
    with pytest.raises(PersonalData):
        letter_cases.take(session, people.vera, letter, reports[0], "Gäller 850709-9805.", at=NOW)
    named = "Anna Svensson fick nej."
    with pytest.raises(NotAllowed, match="names_not_judged"):
        letter_cases.take(session, people.vera, letter, reports[0], named, at=NOW)
    assert letter.cases == []
    letter_cases.take(session, people.vera, letter, reports[0], named, keep=["anna svensson"], at=NOW)
    letter_cases.take(session, people.vera, letter, reports[1], named, at=NOW)  # asked once for this letter
    assert letter_guard.mark(letter, "anna svensson") in letter_guard.passed(session, letter)
    assert "Svensson" not in "".join(line.detail for line in audit_lines(session))


def test_a_report_of_another_barrier_is_no_case(session: Session, people: People, letter: Letter) -> None:
    other = a_recurring_barrier(session, people, name="Två intyg")
    for report in (a_filed_deviation(session, people.rut), other.deviations[0]):
        with pytest.raises(NotAllowed, match="not_of_letter"):
            letter_cases.take(session, people.vera, letter, report, TOLD, at=NOW)


@pytest.mark.parametrize("status", [status for status in LetterStatus if status is not LetterStatus.DRAFT])
def test_only_a_drafts_cases_change(
    session: Session, people: People, letter: Letter, reports: list[Deviation], status: LetterStatus
) -> None:
    letter_cases.take(session, people.vera, letter, reports[0], TOLD, at=NOW)
    letter.status = status
    session.flush()
    acts = (
        lambda: letter_cases.take(session, people.vera, letter, reports[1], TOLD, at=NOW),
        lambda: letter_cases.move(session, people.vera, letter, reports[0].id, up=True, at=NOW),
        lambda: letter_cases.drop(session, people.vera, letter, reports[0].id, at=NOW),
    )
    for act in acts:
        with pytest.raises(NotAllowed, match="only_drafts_change"):
            act()
    assert order(letter) == [reports[0].id]


def test_only_the_coordinator_chooses_cases(
    session: Session, people: People, letter: Letter, reports: list[Deviation]
) -> None:
    for person in (people.stina, people.lena, people.rut):
        with pytest.raises(NotAllowed, match="coordinator_only"):
            letter_cases.take(session, person, letter, reports[0], TOLD, at=NOW)
