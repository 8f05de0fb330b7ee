"""Internal notes: who writes and reads them, that none is lost, and that they never reach a reporter."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import InternalNote, OutgoingMail
from deviations.queries import notes as reading
from deviations.services import audit, notes
from deviations.services.checks import PersonalData
from tests import factories
from tests.factories import NOW, a_barrier, a_filed_deviation
from tests.people import People

TEXT = "Fråga Norr hur de gjorde i våras."


def texts(session: Session, people: People, name: str, about: object) -> list[str]:
    return [note.text for note in reading.of(session, getattr(people, name), about)]  # type: ignore[arg-type]


def test_the_lead_and_the_coordinator_write_to_each_other_about_a_report(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    notes.add(session, people.lena, report, TEXT, at=NOW)
    notes.add(session, people.vera, report, "Det gör jag.", at=NOW)
    for name in ("lena", "vera"):
        assert texts(session, people, name, report) == [TEXT, "Det gör jag."]


@pytest.mark.parametrize("name", ["rut", "rolf", "rita", "lars", "stina", "adam"])
def test_nobody_else_reads_or_writes_them(session: Session, people: People, name: str) -> None:
    report = a_filed_deviation(session, people.rut)
    notes.add(session, people.lena, report, TEXT, at=NOW)
    assert not texts(session, people, name, report)
    with pytest.raises(NotAllowed, match="not_your_notes"):
        notes.add(session, getattr(people, name), report, TEXT, at=NOW)


def test_those_of_a_barrier_are_for_all_leads(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    notes.add(session, people.lena, barrier, TEXT, at=NOW)
    notes.add(session, people.lars, barrier, "De ringde.", at=NOW)
    for name in ("lena", "lars", "vera"):
        assert texts(session, people, name, barrier) == [TEXT, "De ringde."]
    for name in ("rut", "stina", "adam"):
        assert not texts(session, people, name, barrier)
        with pytest.raises(NotAllowed, match="not_your_notes"):
            notes.add(session, getattr(people, name), barrier, TEXT, at=NOW)


def test_each_has_one_audit_line_without_its_words_and_is_no_step(session: Session, people: People) -> None:
    report, barrier = a_filed_deviation(session, people.rut), a_barrier(session, people.vera)
    steps = len(factories.moves(session, report))
    notes.add(session, people.lena, report, TEXT, at=NOW)
    notes.add(session, people.lena, barrier, TEXT, at=NOW)
    for subject, action in ((f"deviation:{report.id}", "deviation.noted"), (f"barrier:{barrier.id}", "barrier.noted")):
        last = factories.audit_lines(session, subject)[-1]
        assert last.action == action
        assert "Norr" not in last.detail
    assert len(factories.moves(session, report)) == steps
    assert audit.verify(session)[1] is None
    assert TEXT not in " ".join(mail.detail for mail in session.scalars(select(OutgoingMail)))


def test_a_number_is_refused_and_so_is_nothing(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    with pytest.raises(PersonalData) as refused:
        notes.add(session, people.lena, report, "Ring 850709-9805.", at=NOW)
    assert set(refused.value.found) == {"text"}
    with pytest.raises(Incomplete, match="needs_text"):
        notes.add(session, people.lena, report, "  ", at=NOW)
    assert not session.scalars(select(InternalNote)).all()


def test_two_who_write_at_once_lose_nothing(session: Session, engine: Engine, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    for who, text in ((people.lena, "Först."), (people.vera, "Sedan.")):  # each has loaded the report as it was
        with Session(engine.execution_options(write=True)) as own:
            about = own.get_one(type(report), report.id)
            notes.add(own, who, about, text, at=NOW)
            own.commit()
    before = report.version
    session.refresh(report)
    assert texts(session, people, "vera", report) == ["Först.", "Sedan."]
    assert report.version == before
