"""Reports from a file: every fault named with its row, all rows or none, and twice changes nothing."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status, Step
from deviations.models import Deviation, Subproject, User
from deviations.services import exchange
from tests.factories import NOW, TODAY, audit_lines

GOOD: dict[str, Any] = {
    "id": "d1",
    "title": "Ingen väg in utan tio timmar",
    "body": "Deltagaren orkar sex timmar och får därför ingen plats.",
    "municipality": "Haninge",
    "date": "2026-03-02",
    "agencies": ["AF", "Kommunen"],
    "rule": "FORS-01",
    "kind": "deviation",
    "step": "placement",
    "weeks_lost": 6,
    "people_hit": 2,
    "tried": "Vi ringde.",
    "wished": "En försäkring.",
}


def lines(*rows: dict[str, Any]) -> list[str]:
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def rows_of(*changes: dict[str, Any]) -> tuple[list[exchange.Row], list[exchange.Fault]]:
    return exchange.read(lines(*({**GOOD, "id": f"d{n}", **change} for n, change in enumerate(changes))), TODAY)


def brought_in(session: Session, *changes: dict[str, Any]) -> exchange.Outcome:
    return exchange.import_rows(session, *rows_of(*changes), NOW)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Deviation)) or 0


def test_a_good_row_is_read_whole() -> None:
    rows, faults = exchange.read(lines(GOOD), TODAY)
    assert faults == []
    (row,) = rows
    assert (row.number, row.id, row.on, row.agencies) == (1, "d1", date(2026, 3, 2), ("AF", "Kommunen"))
    assert (row.kind, row.step, row.weeks_lost, row.people_hit) == (Kind.DEVIATION, Step.PLACEMENT, 6, 2)


def test_only_id_title_body_place_and_day_are_needed() -> None:
    needed = {name: GOOD[name] for name in ("id", "title", "body", "municipality", "date")}
    rows, faults = exchange.read(lines({**needed, "id": 7, "rule": None, "step": "", "weeks_lost": None}), TODAY)
    assert faults == []
    assert (rows[0].id, rows[0].rule, rows[0].agencies, rows[0].weeks_lost) == ("7", None, (), None)


def test_empty_lines_are_passed_by_and_rows_keep_their_numbers() -> None:
    rows, faults = exchange.read(["", *lines(GOOD), "   \n", "trasig"], TODAY)
    assert [row.number for row in rows] == [2]
    assert [fault.row for fault in faults] == [4]


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "title saknas"),
    ({"title": "   "}, "title saknas"),
    ({"title": None}, "title saknas"),
    ({"title": 7}, "title ska vara text"),
    ({"title": "x" * 201}, "för långt: 201 tecken, högst 200"),
    ({"body": "x" * 10_001}, "högst 10000"),
    ({"body": ["text"]}, "body ska vara text"),
    ({"body": "a\x00b"}, "inte kan sparas"),
    ({"body": "a\x07b"}, "inte kan sparas"),
    ({"tried": "\ud800"}, "inte kan sparas"),
    ({"tried": "x" * 5_001}, "högst 5000"),
    ({"wished": "Ring 850709-9805"}, "ett personnummer"),
    ({"title": "Gäller 850769-9805"}, "ett samordningsnummer"),
    ({"body": "Mejla karin@example.com"}, "en e-postadress"),
    ({"id": ""}, "id saknas"),
    ({"id": None}, "id saknas"),
    ({"id": True}, "id saknas"),
    ({"id": 1.5}, "id saknas"),
    ({"id": "x" * 51}, "högst 50"),
    ({"id": "a\nb"}, "konstiga tecken"),
    ({"date": None}, "skrivet som 2026-01-31"),
    ({"date": "31/1 2026"}, "skrivet som 2026-01-31"),
    ({"date": "2026-02-30"}, "skrivet som 2026-01-31"),
    ({"date": 20260131}, "skrivet som 2026-01-31"),
    ({"date": "1999-12-31"}, "utanför åren"),
    ({"date": "2999-01-01"}, "utanför åren"),
    ({"agencies": "AF"}, "lista med texter"),
    ({"agencies": [1]}, "lista med texter"),
    ({"agencies": ["x" * 201]}, "lista med texter"),
    ({"agencies": ["AF"] * 51}, "fler än 50"),
    ({"kind": "klagomål"}, "deviation, good_example"),
    ({"kind": ["deviation"]}, "deviation, good_example"),
    ({"kind": "same_here"}, "samma här sägs i programmet"),
    ({"step": "vänta"}, "step ska vara något av"),
    ({"weeks_lost": -1}, "heltal mellan 0 och 520"),
    ({"weeks_lost": 521}, "heltal mellan 0 och 520"),
    ({"weeks_lost": 2.5}, "heltal"),
    ({"weeks_lost": "6"}, "heltal"),
    ({"weeks_lost": True}, "heltal"),
    ({"people_hit": 10**30}, "heltal mellan 0 och 100000"),
    ({"rule": "x" * 21}, "rule är för långt"),
    ({"municipality": 136}, "municipality ska vara text"),
]


@pytest.mark.parametrize(("change", "reason"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_faulty_row_is_named_with_its_number_and_a_sentence(change: dict[str, Any], reason: str) -> None:
    rows, faults = rows_of({}, change, {})
    assert [row.number for row in rows] == [1, 3]
    (fault,) = faults
    assert fault.row == 2
    assert reason in fault.reason
    assert fault.reason.endswith(".")


@pytest.mark.parametrize(
    "line",
    ["{", "[1, 2]", '"text"', "null", "7", "[" * 100_000, "{'id': 1}", "9" * 5000, "\ufeff{}"],
    ids=lambda line: line[:12],
)
def test_a_line_that_is_no_json_object_is_a_fault_and_no_crash(line: str) -> None:
    rows, faults = exchange.read([line], TODAY)
    assert rows == []
    assert [fault.row for fault in faults] == [1]


def test_an_id_stands_once_in_a_file() -> None:
    rows, faults = exchange.read(lines(GOOD, {**GOOD, "title": "Samma igen"}), TODAY)
    assert len(rows) == 1
    assert "finns på en tidigare rad" in faults[0].reason


def test_a_file_that_is_far_too_long_is_cut_off_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_ROWS", 3)
    rows, faults = rows_of({}, {}, {}, {}, {})
    assert (len(rows), [fault.row for fault in faults]) == (3, [4])


def test_rows_are_filed_as_reports_on_their_days(session: Session) -> None:
    assert brought_in(session, {}, {"kind": "good_example", "date": "2026-01-05"}) == exchange.Outcome(2, 0)
    older, newer = session.scalars(select(Deviation).order_by(Deviation.id)).all()
    assert (older.kind, older.occurred_on, older.filed_at.date()) == (
        Kind.GOOD_EXAMPLE,
        date(2026, 1, 5),
        date(2026, 1, 5),
    )
    assert (newer.title, newer.municipality.name, newer.subproject.name) == (GOOD["title"], "Haninge", "Söder")
    assert {agency.code for agency in newer.agencies} == {"AF", "KOMMUN"}
    assert newer.rule is not None
    assert (newer.rule.code, newer.status) == ("FORS-01", Status.FILED)
    assert len(audit_lines(session, f"deviation:{newer.id}")) == 1


def test_importing_twice_changes_nothing(session: Session) -> None:
    brought_in(session, {}, {})
    before = len(audit_lines(session))
    assert brought_in(session, {}, {"title": "Ändrad"}) == exchange.Outcome(0, 2)
    assert brought_in(session, {}, {}, {}) == exchange.Outcome(1, 2)
    assert count(session) == 3
    assert len(audit_lines(session)) == before + 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"municipality": "Ankeborg"}, "Kommunen 'Ankeborg' finns inte"),
        ({"municipality": None}, "finns inte"),
        ({"rule": "XYZ-01"}, "Regeln 'XYZ-01' finns inte"),
        ({"title": ""}, "title saknas"),
    ],
)
def test_one_faulty_row_keeps_all_the_others_out(session: Session, change: dict[str, Any], reason: str) -> None:
    before = len(audit_lines(session))
    outcome = brought_in(session, {}, change, {}, {"municipality": "Ingenstans"})
    assert [fault.row for fault in outcome.faults] == [2, 4]
    assert reason in outcome.faults[0].reason
    assert (outcome.filed, count(session), len(audit_lines(session))) == (0, 0, before)
    assert session.scalar(select(User.id).where(User.email == exchange.IMPORTER)) is None


def test_municipalities_without_a_subproject_are_gathered_in_one(session: Session) -> None:
    brought_in(session, {"municipality": "Kiruna"}, {"municipality": "Malmö"}, {"municipality": "Täby"})
    assert {d.municipality.name: d.subproject.name for d in session.scalars(select(Deviation))} == {
        "Kiruna": exchange.ELSEWHERE,
        "Malmö": exchange.ELSEWHERE,
        "Täby": "Norr",
    }
    exchange.import_rows(session, *exchange.read(lines({**GOOD, "id": "ny", "municipality": "Åre"}), TODAY), NOW)
    elsewhere = session.scalars(select(Subproject).where(Subproject.name == exchange.ELSEWHERE)).one()
    assert {m.name for m in elsewhere.municipalities} == {"Kiruna", "Malmö", "Åre"}


def test_nobody_can_log_in_as_the_import(session: Session) -> None:
    brought_in(session, {})
    importer = session.scalars(select(User).where(User.email == exchange.IMPORTER)).one()
    assert (importer.active, importer.password_hash, importer.memberships) == (False, None, [])
