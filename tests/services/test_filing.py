"""A report is filed whole or not at all, once, by somebody who may, and points out nobody by number."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import NotAllowed, Status
from deviations.models import AuditEntry, Deviation, Move
from deviations.services import filing
from tests.factories import NOW, TODAY, a_filed_deviation, a_report, audit_lines, moves
from tests.people import WORK, People, find


def filed(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Deviation)) or 0


def test_a_report_is_filed_with_one_move_and_one_audit_line(session: Session, people: People) -> None:
    deviation, new = filing.file(session, people.rut, a_report(session), form_key="ett", at=NOW)
    assert new
    assert (deviation.status, deviation.filed_at, deviation.reporter_id) == (Status.FILED, NOW, people.rut.id)
    (move,) = moves(session, deviation)
    assert (move.source, move.target, move.actor_id) == (Status.DRAFT, Status.FILED, people.rut.id)
    (line,) = audit_lines(session, f"deviation:{deviation.id}")
    assert (line.action, line.actor_id) == ("deviation.filed", people.rut.id)


def test_the_same_form_sent_twice_is_one_report(session: Session, people: People) -> None:
    first, _ = filing.file(session, people.rut, a_report(session), form_key="ett", at=NOW)
    again, new = filing.file(session, people.rut, a_report(session, title="Ändrad rubrik"), form_key="ett", at=NOW)
    assert again is first
    assert not new
    assert first.title != "Ändrad rubrik"
    assert len(audit_lines(session, f"deviation:{first.id}")) == 1


def test_who_goes_back_and_sends_the_same_words_again_has_filed_them_once(session: Session, people: People) -> None:
    day = timedelta(days=1)
    first, _ = filing.file(session, people.rut, a_report(session), form_key="ett", at=NOW, twin_within=day)
    again, new = filing.file(session, people.rut, a_report(session), form_key="två", at=NOW, twin_within=day)
    assert (again, new) == (first, False)
    changed = a_report(session, body="Det har hänt igen, med en annan deltagare.")
    assert filing.file(session, people.rut, changed, form_key="tre", at=NOW, twin_within=day)[1]
    later = NOW + timedelta(days=2)
    assert filing.file(session, people.rut, a_report(session), form_key="fyra", at=later, twin_within=day)[1]
    assert filing.file(session, people.rolf, a_report(session), form_key="fem", at=NOW, twin_within=day)[1]


def test_two_people_may_happen_to_have_the_same_key(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut, form_key="ett")
    a_filed_deviation(session, people.rolf, form_key="ett")
    assert filed(session) == 2


def test_one_form_sent_by_several_requests_at_once_is_one_report(engine: Engine) -> None:
    start, told = threading.Barrier(4), []

    def send() -> None:
        with Session(engine.execution_options(write=True)) as session:
            rut = find(session).rut
            report = a_report(session)
            if engine.dialect.name == "postgresql":
                start.wait(20)  # all have looked before the first one saves
            deviation, new = filing.file(session, rut, report, form_key="ett", at=NOW)
            session.commit()
            told.append((deviation.id, new))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({id for id, _ in told}) == 1
    assert sorted(new for _, new in told) == [False, False, False, True]
    with Session(engine) as session:
        assert (filed(session), len(session.scalars(select(Move.id)).all())) == (1, 1)
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "deviation.filed")).all()
        assert len(lines) == 1


@pytest.mark.parametrize("field", filing.TEXTS)
@pytest.mark.parametrize("number", ["850709-9805", "19850709-9805", "850769-9805", "8507099805"])
def test_a_personal_number_is_refused_in_every_text_and_nothing_is_saved(
    session: Session, people: People, field: str, number: str
) -> None:
    lines = len(audit_lines(session))
    report = a_report(session, **{field: f"Hen med {number} fick vänta."})
    with pytest.raises(filing.PersonalData) as refused:
        filing.file(session, people.rut, report, form_key="ett", at=NOW)
    assert set(refused.value.found) == {field}
    session.flush()
    assert (filed(session), len(audit_lines(session))) == (0, lines)


def test_all_texts_with_personal_data_are_named_at_once(session: Session, people: People) -> None:
    report = a_report(session, title="Ring 850709-9805", tried="Mejla karin@example.com")
    with pytest.raises(filing.PersonalData) as refused:
        filing.file(session, people.rut, report, form_key="ett", at=NOW)
    assert set(refused.value.found) == {"title", "tried"}


@pytest.mark.parametrize(
    ("name", "place", "may"),
    [
        ("rut", "Söder", True),
        ("rut", "Norr", False),
        ("lena", "Söder", True),
        ("lena", "Norr", False),
        ("vera", "Söder", True),
        ("vera", "Norr", True),
        ("stina", "Söder", False),
        ("adam", "Söder", False),
    ],
)
def test_one_files_for_ones_own_subproject_only(
    session: Session, people: People, name: str, place: str, may: bool
) -> None:
    report = a_report(session, place=place)
    if may:
        assert filing.file(session, getattr(people, name), report, form_key="ett", at=NOW)[1]
    else:
        with pytest.raises(NotAllowed, match="not_your_subproject"):
            filing.file(session, getattr(people, name), report, form_key="ett", at=NOW)
        assert filed(session) == 0


def test_what_has_not_happened_yet_cannot_be_reported(session: Session, people: People) -> None:
    tomorrow = a_report(session, occurred_on=TODAY + timedelta(days=2))
    with pytest.raises(NotAllowed, match="not_yet_happened"):
        filing.file(session, people.rut, tomorrow, form_key="ett", at=NOW)


@pytest.mark.parametrize(
    ("at", "today", "tomorrow"),
    [
        (datetime(2026, 1, 9, 23, 30, tzinfo=UTC), 10, 11),  # half past midnight in Sweden
        (datetime(2026, 7, 9, 22, 30, tzinfo=UTC), 10, 11),
        (datetime(2026, 7, 9, 21, 30, tzinfo=UTC), 9, 10),
    ],
)
def test_today_is_the_day_in_sweden(session: Session, people: People, at: datetime, today: int, tomorrow: int) -> None:
    def file(day: int) -> Any:
        return filing.file(
            session, people.rut, a_report(session, occurred_on=at.date().replace(day=day)), form_key=str(day), at=at
        )

    assert file(today)[1]
    with pytest.raises(NotAllowed, match="not_yet_happened"):
        file(tomorrow)


def test_a_report_may_say_all_that_there_is_to_say_or_only_what_must_be(session: Session, people: People) -> None:
    bare = a_filed_deviation(session, people.rut)
    assert (bare.rule, bare.step, bare.weeks_lost, bare.people_hit, bare.tried) == (None, None, None, None, "")
    assert [agency.code for agency in bare.agencies] == ["AF"]


def test_everybody_is_tested(people: People) -> None:
    assert set(WORK) == set(People.__slots__)
