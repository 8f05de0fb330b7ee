"""A report is filed whole or not at all, once, by somebody who may, and points out nobody by number."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, NotAllowed, Status
from deviations.models import AuditEntry, Deviation, Draft, Move, OutgoingMail, Solution, User
from deviations.services import audit, drafts, filing
from tests.factories import NOW, TODAY, a_filed_deviation, a_report, an_account, audit_lines, moves
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


@pytest.mark.parametrize(
    "difference",
    [{"municipality": "Nacka"}, {"tried": "Vi bad om ett möte."}, {"weeks_lost": 7}, {"agency": "FK"}],
    ids=lambda changed: next(iter(changed)),
)
def test_the_same_title_and_text_with_anything_else_told_is_another_report(
    session: Session, people: People, difference: dict[str, Any]
) -> None:
    day = timedelta(days=1)
    filing.file(session, people.rut, a_report(session), form_key="ett", at=NOW, twin_within=day)
    other = a_report(session, **difference)
    assert filing.file(session, people.rut, other, form_key="två", at=NOW, twin_within=day)[1]


def test_the_same_words_typed_for_two_colleagues_are_two_reports(session: Session, people: People) -> None:
    day = timedelta(days=1)
    for key, whose in (("ett", people.rut), ("två", people.rolf)):
        report = a_report(session, reporter=an_account(session, whose))
        assert filing.file(session, people.lena, report, form_key=key, at=NOW, twin_within=day)[1]


@pytest.mark.parametrize("same_key", [True, False], ids=["double click", "back and send again"])
def test_two_requests_at_once_are_one_report(engine: Engine, same_key: bool) -> None:
    start, told = threading.Barrier(2), []

    def send(key: str) -> None:
        with Session(engine.execution_options(write=True)) as session:
            rut, report = find(session).rut, a_report(session)
            if engine.dialect.name == "postgresql":
                start.wait(20)
            day = timedelta(days=1)
            deviation, _ = filing.file(session, rut, report, form_key=key, at=NOW, twin_within=day)
            session.commit()
            told.append(deviation.id)

    threads = [threading.Thread(target=send, args=("ett" if same_key else key,)) for key in ("ett", "två")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(told) == 2
    assert len(set(told)) == 1


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


def test_a_lead_files_for_a_colleague_who_phoned(session: Session, people: People) -> None:
    report = a_report(session, reporter=an_account(session, people.rut))
    deviation, new = filing.file(session, people.lena, report, form_key="ett", at=NOW)
    assert new
    assert (deviation.reporter_id, deviation.filed_by_id) == (people.rut.id, people.lena.id)
    (move,) = moves(session, deviation)
    assert move.actor_id == people.lena.id
    (line,) = audit_lines(session, f"deviation:{deviation.id}")
    assert line.actor_id == people.lena.id
    (mail,) = session.scalars(select(OutgoingMail)).all()
    assert mail.user_id == people.rut.id
    assert filing.file(session, people.lena, report, form_key="ett", at=NOW) == (deviation, False)


@pytest.mark.parametrize(
    ("name", "whose", "place", "code"),
    [
        ("lena", "rolf", "Söder", None),
        ("lena", "lena", "Söder", None),
        ("lena", "rita", "Söder", "not_your_colleague"),
        ("lena", "rita", "Norr", "not_your_colleague"),
        ("lena", "rut", "Norr", "not_your_colleague"),
        ("lena", "vera", "Söder", "not_your_colleague"),
        ("rut", "rolf", "Söder", "not_your_colleague"),
        ("rut", "rut", "Söder", None),
        ("vera", "rita", "Norr", None),
        ("vera", "lars", "Söder", None),
        ("vera", "stina", "Norr", "not_your_colleague"),
        ("stina", "rut", "Söder", "not_your_colleague"),
        ("adam", "rut", "Söder", "not_your_colleague"),
    ],
)
def test_one_types_only_for_those_whom_one_may(
    session: Session, people: People, name: str, whose: str, place: str, code: str | None
) -> None:
    report = a_report(session, place=place, reporter=an_account(session, getattr(people, whose)))
    if code is None:
        assert filing.file(session, getattr(people, name), report, form_key="ett", at=NOW)[1]
    else:
        with pytest.raises(NotAllowed, match=code):
            filing.file(session, getattr(people, name), report, form_key="ett", at=NOW)
        assert filed(session) == 0


def test_nobody_files_for_a_closed_account(session: Session, people: People) -> None:
    rut: User = an_account(session, people.rut)
    rut.active = False
    with pytest.raises(NotAllowed, match="not_your_colleague"):
        filing.file(session, people.vera, a_report(session, reporter=rut), form_key="ett", at=NOW)


def test_filing_a_form_throws_its_draft_away_and_no_other(session: Session, people: People) -> None:
    for person, key in ((people.rut, "ett"), (people.rut, "annan"), (people.rolf, "ett")):
        drafts.keep(session, person, key, {"title": ["Påbörjad"]}, NOW)
    filing.file(session, people.rut, a_report(session), form_key="ett", at=NOW)
    left = {(draft.owner_id, draft.form_key) for draft in session.scalars(select(Draft))}
    assert left == {(people.rut.id, "annan"), (people.rolf.id, "ett")}


def test_a_guldkorn_is_a_solution_from_the_start(session: Session, people: People) -> None:
    deviation = a_filed_deviation(
        session, people.rut, kind=Kind.GOOD_EXAMPLE, title="En gemensam tid", body="Alla parter möts varje måndag."
    )
    (solution,) = session.scalars(select(Solution)).all()
    assert (solution.deviation_id, solution.barrier_id, solution.worked) == (deviation.id, None, True)
    assert solution.text == "En gemensam tid\n\nAlla parter möts varje måndag."
    assert audit.verify(session)[1] is None


def test_what_is_refused_is_told_by_field() -> None:
    texts = {"title": "Ring 070-174 06 58", "body": "Ring 850709-9805 eller 070-174 06 58.", "tried": "Inget."}
    refused = filing.refusals(texts)
    assert [texts["body"][s.start : s.end] for s in refused.pop("body")] == ["850709-9805"]
    assert refused == {}


def test_everybody_is_tested(people: People) -> None:
    assert set(WORK) == set(People.__slots__)
