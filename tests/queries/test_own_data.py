"""A person gets all that is stored about her, in whatever table it stands, and no line that another has written."""

import json
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Status
from deviations.models import Base, OutgoingMail, Solution, User
from deviations.queries import own_data
from deviations.queries.own_data import AUTHORED, PARTS, Kept
from deviations.services import audit, drafts, notes, rulings, solutions, triage
from tests.factories import NOW, a_draft, a_filed_deviation, a_recurring_barrier, joined
from tests.people import People, place


def stored(session: Session, user_id: int, limit: int | None = None) -> dict[str, Kept]:
    return {kept.part.name: kept for kept in own_data.stored(session, user_id, limit)}


def as_text(session: Session, user_id: int) -> str:
    return json.dumps([kept.rows for kept in own_data.stored(session, user_id)], ensure_ascii=False)


def _mails(session: Session, user_id: int) -> list[int]:
    return list(session.scalars(select(OutgoingMail.id).where(OutgoingMail.user_id == user_id)))


def test_all_that_she_wrote_and_did_is_there(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, title="Min egen rubrik", tried="Mitt försök")
    decision = triage.Decision(Status.NEEDS_FACTS, note="Verksamhetsutvecklarens fråga")
    triage.move(session, people.vera, report, decision, at=NOW)
    triage.move(session, people.rut, report, triage.Decision(Status.IN_REVIEW, note="Mitt svar"), at=NOW)
    drafts.keep(session, people.rut, "nyckel", {"title": ["Min påbörjade text"]}, NOW)
    session.flush()
    told = as_text(session, people.rut.id)
    for own in ("rut@example.com", "Min egen rubrik", "Mitt försök", "Mitt svar", "Min påbörjade text", "Söder"):
        assert own in told
    found = stored(session, people.rut.id)
    assert found["deviation"].rows[0]["reporter"] is True
    assert found["membership"].rows == [{"role": "reporter", "subproject": "Söder"}]
    assert found["outgoing_mail"].count == len(_mails(session, people.rut.id)) > 0
    assert {"deviation.filed", "deviation.moved"} <= {row["action"] for row in found["audit_entry"].rows}


def test_nobody_elses_text_is_there(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, title="Min rubrik")
    a_filed_deviation(session, people.rolf, title="Rolfs rubrik")
    decision = triage.Decision(Status.NEEDS_FACTS, note="Verksamhetsutvecklarens fråga")
    triage.move(session, people.vera, report, decision, at=NOW)
    notes.add(session, people.lena, report, "Lenas anteckning om Rut", at=NOW)
    told = as_text(session, people.rut.id)
    for other in ("Rolfs rubrik", "Verksamhetsutvecklarens fråga", "Lenas anteckning", "vera@example.com"):
        assert other not in told
    assert "Lenas anteckning om Rut" in as_text(session, people.lena.id)


def test_of_a_line_about_her_by_another_only_that_it_was_done_is_told(session: Session, people: People) -> None:
    session.info["source"] = "192.0.2.99"
    audit.record(session, people.adam, "account.closed", f"user:{people.rut.id}", NOW, {"why": "hemligt"})
    (line,) = [row for row in stored(session, people.rut.id)["audit_entry"].rows if row["action"] == "account.closed"]
    assert line.keys() == {"at", "action", "subject"}
    own = stored(session, people.adam.id)["audit_entry"].rows[0]
    assert (own["source"], own["detail"]) == ("192.0.2.99", '{"why": "hemligt"}')


def test_no_secret_is_there(session: Session, people: People) -> None:
    user = session.get_one(User, people.rut.id)
    user.totp_secret = "the-sealed-secret"
    session.flush()
    told = as_text(session, people.rut.id)
    assert user.password_hash is not None
    for secret in ("the-sealed-secret", user.password_hash, "token", "hash"):
        assert secret not in told


def test_what_a_coordinator_did_is_there(session: Session, people: People) -> None:
    reports = [a_filed_deviation(session, people.rut, title=f"Rapport {n}") for n in range(3)]
    barrier = a_recurring_barrier(session, people)
    joined(session, people.vera, reports[2], barrier)
    a_draft(session, people, barrier)
    decision = triage.Decision(Status.SOLVED_LOCALLY, solution="Veras ord om lösningen")
    other = a_filed_deviation(session, people.rita, title="Rapport 4")
    rulings.take(session, people.vera, [(other, None)], decision, at=NOW)
    found = stored(session, people.vera.id)
    for part in ("move", "ruling", "verdict", "letter", "letter_version", "letter_snapshot", "audit_entry"):
        assert found[part].count > 0, part
    assert "Veras ord om lösningen" in as_text(session, people.vera.id)
    assert [row["actor"] for row in found["ruling"].rows] == [True]


def test_a_page_gets_the_newest_and_the_count_of_all(session: Session, people: People) -> None:
    for number in range(5):
        a_filed_deviation(session, people.rut, title=f"Rubrik {number}", at=NOW - timedelta(days=9 - number))
    kept = stored(session, people.rut.id, 2)["deviation"]
    assert (kept.count, [row["title"] for row in kept.rows]) == (5, ["Rubrik 4", "Rubrik 3"])


def test_every_table_in_which_a_person_can_stand_has_its_part() -> None:
    """A new column that names a person is either told to her, or this test fails."""
    told = {(part.name, name) for part in PARTS for name in part.whose}
    names = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "user.id" for key in column.foreign_keys)
    }
    assert names - told == set()


def test_every_part_names_columns_that_there_are() -> None:
    for part in PARTS:
        assert {*part.whose, *part.columns} <= {column.name for column in part.kind.__table__.columns}, part.name
        assert set(AUTHORED.get(part.kind, ("", ()))[1]) <= set(part.columns)


def test_a_solution_that_she_tried_is_told(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rita)
    decision = triage.Decision(Status.SOLVED_LOCALLY, solution="Vi ringer varandra.")
    triage.move(session, people.vera, report, decision, at=NOW)
    solution = session.scalars(select(Solution)).one()
    solutions.try_out(session, people.lena, solution, place(session, "Söder"), True, "Lenas ord", at=NOW)
    assert "Lenas ord" in as_text(session, people.lena.id)


def test_a_report_typed_for_a_colleague_is_the_colleagues(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.lena, title="Ruts rubrik", body="Ruts berättelse.", reporter=people.rut)
    (row,) = stored(session, people.lena.id)["deviation"].rows
    assert row == {
        "id": report.id,
        "filed_at": report.filed_at.isoformat(),
        "subproject": "Söder",
        "reporter": False,
        "filed_by": True,
    }
    assert "Ruts" not in as_text(session, people.lena.id)
    assert "Ruts berättelse." in as_text(session, people.rut.id)
