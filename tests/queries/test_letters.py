"""Letters as lists read them, and the evidence that a draft freezes."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import NotFound, Status
from deviations.queries import letter_answers, letter_evidence, letters
from deviations.services import triage
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_draft, a_filed_deviation, a_letter, a_rule, an_agency
from tests.people import People


def test_evidence_holds_the_counts_the_rule_and_what_was_tried(session: Session, people: People) -> None:
    filed = [
        a_filed_deviation(session, people.rut, tried="Vi ringde.", wished="En försäkring för alla.", weeks_lost=6),
        a_filed_deviation(session, people.rut, tried="Vi ringde.", wished=""),
        a_filed_deviation(session, people.rita, people_hit=7),
    ]
    barrier = a_barrier(session, people.vera, filed, rule=a_rule(session), agencies=[an_agency(session)])
    solved = a_filed_deviation(session, people.ruben)
    triage.move(
        session, people.lena, a_filed_deviation(session, people.rut), a_decision(session, Status.LOCAL_ACTION), at=NOW
    )
    triage.move(session, people.vera, solved, a_decision(session, Status.SOLVED_LOCALLY, barrier), at=NOW)
    told = letter_evidence.evidence(session, barrier, TODAY, [an_agency(session, "NR")])
    assert (told.deviations, told.subprojects, told.weeks_lost, told.people_hit) == (3, 2, (6,), 7)
    assert told.municipalities == (("Haninge", 2), ("Täby", 1))
    assert (told.tried, told.wishes) == (("Vi ringde.",), ("En försäkring för alla.",))
    assert [rule.code for rule in told.rules] == ["FORS-01"]
    assert told.solutions == (("Vi kom överens om ett trepartssamtal varje månad.", True),)
    assert told.association == "Samordningsförbundet Östra Södertörn"
    assert told.cases == ()


def test_a_barrier_without_reports_is_nothing_to_write_about(session: Session, people: People) -> None:
    with pytest.raises(NotFound):
        letter_evidence.evidence(session, a_barrier(session, people.vera), TODAY)


def test_a_sent_letter_without_an_answer_is_overdue_the_day_after(session: Session, people: People) -> None:
    letter = a_letter(session, people, LetterStatus.SENT)
    assert letter.answer_by is not None
    assert letter_answers.late(session, letter.answer_by, people.vera) == []
    assert letter_answers.late(session, letter.answer_by + timedelta(days=1), people.vera) == [letter]
    assert letters.newest_of(session, letter.barrier) == letter
    assert letters.count(session) == 1


def test_drafts_are_never_overdue(session: Session, people: People) -> None:
    a_draft(session, people)
    assert letter_answers.late(session, TODAY + timedelta(days=1000), people.vera) == []
