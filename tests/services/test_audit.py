"""The audit log shows a changed, a missing and an added line, and holds no text that people wrote."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import Status
from deviations.models import AuditEntry, Barrier, Deviation, Letter, Move
from deviations.services import audit, triage
from tests.factories import (
    NOW,
    a_decision,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    advance,
    audit_lines,
    joined,
    moves,
)
from tests.people import People


@pytest.fixture
def lines(session: Session, people: People) -> list[AuditEntry]:
    """A log with a few lines."""
    for _ in range(3):
        a_filed_deviation(session, people.rut)
    session.commit()
    return audit_lines(session)


def test_an_untouched_log_is_whole(session: Session, lines: list[AuditEntry]) -> None:
    assert audit.verify(session) == (len(lines), None)


def test_an_empty_log_is_whole_where_nothing_has_happened(session: Session) -> None:
    session.execute(delete(AuditEntry))
    assert audit.verify(session) == (0, None)


@pytest.mark.parametrize("cut", [1, 2, None])
def test_a_log_whose_end_was_cut_off_is_found(session: Session, lines: list[AuditEntry], cut: int | None) -> None:
    gone = [line.id for line in lines][-cut if cut else None :]
    session.execute(delete(AuditEntry).where(AuditEntry.id.in_(gone)))
    count, broken = audit.verify(session)
    assert count == len(lines) - len(gone)
    assert broken is not None


def test_a_step_taken_out_of_a_history_is_found(session: Session, people: People, lines: list[AuditEntry]) -> None:
    session.execute(delete(Move).where(Move.id == session.scalars(select(Move.id).limit(1)).one()))
    assert audit.verify(session)[1] is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"action": "deviation.read"},
        {"subject": "deviation:999"},
        {"detail": '{"from": "filed"}'},
        {"actor_id": None},
        {"at": NOW.replace(year=2020)},
        {"digest": "f" * 64},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_changed_line_is_found(session: Session, lines: list[AuditEntry], changed: dict[str, object]) -> None:
    victim = lines[-2]
    session.execute(update(AuditEntry).where(AuditEntry.id == victim.id).values(**changed))
    session.expire_all()
    assert audit.verify(session) == (len(lines) - 2, victim.id)


@pytest.mark.parametrize("place", [0, 1, -2])
def test_a_line_taken_from_the_beginning_or_the_middle_is_found(
    session: Session, lines: list[AuditEntry], place: int
) -> None:
    after = lines[place + 1].id
    session.execute(delete(AuditEntry).where(AuditEntry.id == lines[place].id))
    session.expire_all()
    assert audit.verify(session)[1] == after


def test_a_changed_line_is_found_even_when_its_own_digest_is_made_anew(
    session: Session, lines: list[AuditEntry]
) -> None:
    victim, before = lines[-2], lines[-3]
    victim.action = "deviation.read"
    victim.digest = audit._digest(before.digest, victim)
    session.flush()
    session.expire_all()
    assert audit.verify(session)[1] == lines[-1].id


def test_two_lines_that_changed_places_are_found(session: Session, lines: list[AuditEntry]) -> None:
    first, second = lines[-2], lines[-1]
    kept = (first.subject, second.subject)
    first.subject, second.subject = kept[1], kept[0]
    session.flush()
    session.expire_all()
    assert audit.verify(session)[1] == first.id


def test_writers_at_the_same_time_make_one_unbroken_chain(engine: Engine, people: People) -> None:
    def write(number: int) -> None:
        with Session(engine.execution_options(write=True)) as session:
            for turn in range(3):
                audit.record(session, people.rut, "prov", f"prov:{number}-{turn}", NOW)
                session.commit()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with Session(engine) as session:
        assert len([line for line in audit_lines(session) if line.action == "prov"]) == 12
        assert audit.verify(session)[1] is None


def test_every_step_of_every_thing_has_one_move_and_one_line(session: Session, people: People) -> None:
    """A report filed, asked about, answered, joined, reopened and closed; its barrier; and a letter to its end."""
    deviation = a_filed_deviation(session, people.rut)
    barrier = a_recurring_barrier(session, people)
    for person, to in (
        (people.vera, Status.NEEDS_FACTS),
        (people.rut, Status.IN_REVIEW),
        (people.vera, Status.JOINED),
        (people.vera, Status.IN_REVIEW),
        (people.lena, Status.LOCAL_ACTION),
        (people.lena, Status.SOLVED_LOCALLY),
        (people.vera, Status.IN_REVIEW),
        (people.vera, Status.CLOSED),
    ):
        triage.move(session, person, deviation, a_decision(session, to, barrier), at=NOW)
    letter = a_letter(session, people, LetterStatus.SENT, barrier)
    for step in (LetterStatus.ACKNOWLEDGED, LetterStatus.EXTENDED, LetterStatus.ANSWERED, LetterStatus.CLOSED):
        advance(session, people, letter, step)
    for thing, name in ((deviation, "deviation"), (barrier, "barrier"), (letter, "letter")):
        steps = [(move.source, move.target, move.actor_id) for move in moves(session, thing)]
        told = [line for line in audit_lines(session, f"{name}:{thing.id}") if line.action in audit.STEPS]
        assert len(told) == len(steps)
        for line, (source, target, who) in zip(told, steps, strict=True):
            assert line.actor_id == who
            if line.action.endswith(".moved"):
                detail = json.loads(line.detail)
                assert (detail["from"], detail["to"]) == (source, target)
        assert [source for source, _, _ in steps[1:]] == [target for _, target, _ in steps[:-1]]
        assert steps[-1][1] == thing.status
    assert audit.verify(session)[1] is None


def test_as_many_moves_as_lines_whatever_happened(session: Session, people: People) -> None:
    a_letter(session, people, LetterStatus.CLOSED)
    made = {"deviation.filed", "deviation.moved", "barrier.created", "barrier.moved", "letter.drafted", "letter.moved"}
    lines = [line for line in audit_lines(session) if line.action in made]
    assert len(lines) == len(session.scalars(select(Move.id)).all())


def test_the_log_holds_no_text_that_people_wrote(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    joined(session, people.vera, a_filed_deviation(session, people.rut), barrier)
    a_letter(session, people, LetterStatus.CLOSED, barrier)
    everything = " ".join(line.detail + line.subject + line.action for line in audit_lines(session))
    texts = [
        *session.scalars(select(Deviation.title)),
        *session.scalars(select(Deviation.body)),
        *session.scalars(select(Barrier.name)),
        *session.scalars(select(Letter.body)),
        *filter(None, session.scalars(select(Move.note))),
    ]
    assert texts
    assert [text for text in texts if text in everything] == []


def test_an_address_taken_out_of_one_line_is_found(session: Session, lines: list[AuditEntry]) -> None:
    session.info["source"] = "192.0.2.17"
    noted = audit.record(session, None, "login.failed", "user:1", NOW)
    session.flush()
    assert audit.verify(session)[1] is None
    session.execute(update(AuditEntry).where(AuditEntry.id == noted.id).values(source=None, source_salt=None))
    session.expire_all()
    assert audit.verify(session)[1] == noted.id


@pytest.mark.parametrize(("what", "days", "whole"), [("sources", 0, False), ("sources", 1, True), ("mail", 1, False)])
def test_only_a_gallring_of_addresses_explains_one_that_is_gone(
    session: Session, people: People, what: str, days: int, whole: bool
) -> None:
    session.info["source"] = "192.0.2.17"
    old = audit.record(session, None, "login.failed", "user:1", NOW)
    until = day_of(NOW) + timedelta(days=days)
    detail = {"what": what, "before": until.isoformat(), "decision": 1}
    audit.record(session, people.adam, "retention.carried_out", "retention_run:1", NOW, detail)
    session.execute(update(AuditEntry).where(AuditEntry.id == old.id).values(source=None, source_salt=None))
    session.expire_all()
    assert audit.verify(session)[1] == (None if whole else old.id)
