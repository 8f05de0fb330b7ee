"""A letter: from a fired barrier only, numbers frozen, steps by their owners, sealed when sent, answered after."""

import hashlib
import json
import threading
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain import deadlines, letter_blocks
from deviations.domain.deadlines import Promised
from deviations.domain.letter_words import day
from deviations.domain.letters import MOVES, OUT, WAITING, Answer, Evidence, FileKind, LetterStatus, blanks
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed, NotFound
from deviations.models import Barrier, Letter, LetterVersion, Reply
from deviations.queries import settings
from deviations.services import (
    barriers,
    letter_answers,
    letter_deciding,
    letter_seal,
    letter_sending,
    letter_sheets,
    letter_writing,
)
from deviations.services.filing import PersonalData
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_draft,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    a_reply,
    advance,
    audit_lines,
    by_post,
    joined,
    moves,
    sent_line,
)
from tests.people import WORK, People, find

L = LetterStatus
STEPPED_BY = {
    L.DRAFT: {"vera", "stina"},
    L.IN_REVIEW: {"vera"},
    L.DECIDED: {"stina"},
    L.SENT: {"vera"},
    L.ACKNOWLEDGED: {"vera"},
    L.EXTENDED: {"vera"},
    L.ANSWERED: {"vera"},
    L.SILENT: {"vera"},
    L.CLOSED: {"vera"},
}


def out(session: Session, everyone: People) -> Letter:
    """A letter in the state of a sent one; typesetting the file takes time, and what follows never looks at it."""
    letter = a_letter(session, everyone, L.DECIDED)
    letter.status, letter.barrier.status = L.SENT, BarrierStatus.ESCALATED
    session.flush()
    return letter


def test_a_letter_needs_a_barrier_for_which_the_policy_has_fired(session: Session, people: People) -> None:
    watched = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)])
    with pytest.raises(NotAllowed, match="not_recurring"):
        a_draft(session, people, watched)


def test_no_letter_is_written_about_a_barrier_that_is_gone(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    barriers.end(session, people.vera, barrier, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=NOW)
    with pytest.raises(NotAllowed, match="not_recurring"):
        a_draft(session, people, barrier)


def test_a_letter_goes_to_somebody(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    with pytest.raises(Incomplete, match="needs_recipient"):
        letter_writing.draft(session, people.vera, barrier, recipients=[], at=NOW)


def test_the_numbers_are_frozen_when_the_draft_is_made(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    letter = a_draft(session, people, barrier)
    evidence, body = letter.numbers[0].evidence, letter.body
    for name in ("rut", "rita", "ruben"):
        joined(session, people.vera, a_filed_deviation(session, getattr(people, name)), barrier)
    session.commit()
    session.expire_all()
    assert (letter.numbers[0].evidence, letter.body) == (evidence, body)
    assert Evidence.from_json(letter.numbers[0].evidence).deviations == 5
    assert Evidence.from_json(a_draft(session, people, barrier).numbers[0].evidence).deviations == 8


def test_no_small_count_stands_in_a_draft(session: Session, people: People) -> None:
    letter = a_draft(session, people, a_recurring_barrier(session, people, (4, 2, 11)))
    body = letter_blocks.expand(letter.body, [Evidence.from_json(one.evidence) for one in letter.numbers])
    assert "| Haninge | färre än 5 |" in body
    assert "| Täby | färre än 5 |" in body


@pytest.mark.parametrize("source", L)
def test_each_step_is_taken_by_its_owner_and_no_other_step_is(
    session: Session, people: People, source: LetterStatus
) -> None:
    letter = a_draft(session, people)
    able: dict[LetterStatus, set[str]] = {}
    letter.status, before = source, len(moves(session, letter))
    session.flush()
    for target, name in product(L, WORK):
        tried = session.begin_nested()
        try:
            step(session, getattr(people, name), letter, target)
        except NotAllowed:
            assert letter.status is source
            assert len(moves(session, letter)) == before
        else:
            able.setdefault(target, set()).add(name)
            taken = [(one.source, one.target) for one in moves(session, letter)[before:]]
            assert (taken, letter.status) == ([(source, target)], target)
        tried.rollback()  # a letter that was sent could not be taken back
    assert able == {target: STEPPED_BY[target] for target in MOVES[source]}


def step(session: Session, person: Any, letter: Letter, target: LetterStatus) -> None:
    """The step with all that it must say, by whoever."""
    everyone = type("Everyone", (), dict.fromkeys(WORK, person))
    advance(session, everyone, letter, target)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [status for status in L if status is not L.DRAFT])
def test_only_a_draft_changes(session: Session, people: People, status: LetterStatus) -> None:
    letter = a_draft(session, people)
    letter.status = status
    session.flush()
    body = letter.body
    with pytest.raises(NotAllowed, match="only_drafts_change"):
        letter_writing.save(session, people.vera, letter, title="Ny", body="Ny", version=letter.version, at=NOW)
    assert letter.body == body


def test_every_saved_text_is_kept_as_a_version(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    first = letter.body
    letter_writing.save(session, people.vera, letter, title="Ny rubrik", body=first, version=letter.version, at=NOW)
    letter_writing.save(session, people.vera, letter, title="Ny rubrik", body="Ny text", version=letter.version, at=NOW)
    letter_writing.save(session, people.vera, letter, title="Ny rubrik", body="Ny text", version=letter.version, at=NOW)
    kept = session.scalars(select(LetterVersion).order_by(LetterVersion.number)).all()
    assert [(v.number, v.title == "Ny rubrik", v.body) for v in kept] == [
        (1, False, first),
        (2, True, first),
        (3, True, "Ny text"),
    ]
    assert [line.action for line in audit_lines(session, f"letter:{letter.id}")] == [
        "letter.drafted",
        "letter.saved",
        "letter.saved",
    ]


def test_of_two_who_save_a_draft_at_once_the_second_is_told(engine: Engine) -> None:
    with Session(engine) as session:
        letter = a_draft(session, find(session))
        session.commit()
        id, shown = letter.id, letter.version

    def save(text: str) -> None:
        with Session(engine.execution_options(write=True)) as session:
            found = session.get_one(Letter, id)
            letter_writing.save(session, find(session).vera, found, title="T", body=text, version=shown, at=NOW)
            session.commit()

    save("Den första")
    with pytest.raises(StaleDataError):
        save("Den andra")
    with Session(engine) as session:
        assert session.get_one(Letter, id).body == "Den första"


@pytest.mark.parametrize("field", ["title", "body"])
def test_a_personal_number_is_refused_in_a_letter(session: Session, people: People, field: str) -> None:
    letter = a_draft(session, people)
    text = {"title": letter.title, "body": letter.body, field: "Gäller 850709-9805."}
    with pytest.raises(PersonalData):
        letter_writing.save(session, people.vera, letter, version=letter.version, at=NOW, **text)


def test_a_letter_without_its_obligatory_headings_is_not_handed_over(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    letter_writing.save(session, people.vera, letter, title="Rubrik", body="Hej!", version=letter.version, at=NOW)
    with pytest.raises(Incomplete, match="needs_sections"):
        letter_deciding.submit(session, people.vera, letter, NOW)


def test_a_letter_with_a_blank_that_nobody_fills_is_not_handed_over(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    body = letter.body + "\n[vad ni prövade fylls i]\n"
    letter_writing.save(session, people.vera, letter, title="Rubrik", body=body, version=letter.version, at=NOW)
    with pytest.raises(Incomplete, match="needs_blanks"):
        letter_deciding.submit(session, people.vera, letter, NOW)


def test_the_decision_and_the_sending_fill_in_what_was_left_blank(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.SENT)
    assert set(blanks(letter.body)) & set(WAITING) == set()
    assert "Styrelsen den" in letter.body
    assert "Stina Ek" in letter.body
    assert letter.answer_by is not None
    assert day(letter.answer_by) in letter.body


def test_a_letter_is_sent_back_with_a_reason(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.IN_REVIEW)
    with pytest.raises(Incomplete, match="needs_note"):
        letter_deciding.send_back(session, people.stina, letter, "", NOW)
    with pytest.raises(PersonalData):
        letter_deciding.send_back(session, people.stina, letter, "Ring 850709-9805.", NOW)
    advance(session, people, letter, L.DRAFT)
    assert moves(session, letter)[-1].note == "Skriv tydligare vad ni vill."


def test_a_sent_letter_is_numbered_sealed_and_dated(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.SENT)
    assert letter.registry_number == f"OST {NOW.year}/1"
    for kind, start in ((FileKind.PDF, b"%PDF-"), (FileKind.DOCX, b"PK"), (FileKind.TXT, b"Samordnings")):
        file = letter.file(kind)
        assert file is not None
        assert file.content.startswith(start)
        assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    assert letter.seal == letter_seal.seal(letter)
    assert json.loads(sent_line(session, letter).detail)["seal"] == letter.seal
    assert letter.sent_on is not None
    span = settings.promises(session).letter_answer
    assert letter.answer_by == deadlines.promised(Promised.LETTER_ANSWER, letter.sent_on, span).on
    assert letter.barrier.status is BarrierStatus.ESCALATED
    assert letter_sheets.sheet(letter).mark == ""
    assert letter.status in OUT


def test_until_it_is_sent_it_is_marked_as_a_draft(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.DECIDED)
    assert (letter_sheets.sheet(letter).mark, letter_sheets.sheet(letter).registry_number) == ("UTKAST", "")


def test_numbers_follow_without_gaps_and_begin_anew_each_year(session: Session, people: People) -> None:
    barrier, numbers = a_recurring_barrier(session, people), []
    for at in (datetime(2026, 12, 30, 9, tzinfo=UTC), datetime(2026, 12, 31, 9, tzinfo=UTC)):
        numbers.append(a_letter(session, people, L.SENT, barrier, at).registry_number)
    with pytest.raises(NotAllowed):
        draft = a_draft(session, people, barrier)
        letter_sending.send(session, people.vera, draft, at=NOW, ways=by_post(draft))
    # Half past midnight on New Year's Day in Sweden.
    for at in (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2027, 1, 2, 9, tzinfo=UTC)):
        numbers.append(a_letter(session, people, L.SENT, barrier, at).registry_number)
    assert numbers == ["OST 2026/1", "OST 2026/2", "OST 2027/1", "OST 2027/2"]


def test_letters_sent_at_the_same_moment_get_two_numbers(engine: Engine) -> None:
    with Session(engine) as session:
        everyone = find(session)
        barrier = a_recurring_barrier(session, everyone)
        ids = [a_letter(session, everyone, L.DECIDED, barrier).id for _ in range(3)]
        session.commit()
    start, failed = threading.Barrier(3), []

    def send(id: int) -> None:
        try:
            with Session(engine.execution_options(write=True)) as session:
                if engine.dialect.name == "postgresql":
                    letter = session.get_one(Letter, id)
                    start.wait(20)
                letter = session.get_one(Letter, id)
                letter_sending.send(session, find(session).vera, letter, at=NOW, ways=by_post(letter))
                session.commit()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=send, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    with Session(engine) as session:
        found = sorted(number or "" for number in session.scalars(select(Letter.registry_number)))
    assert found == [f"OST {NOW.year}/{number}" for number in (1, 2, 3)]


def test_an_answer_is_kept_and_moves_letter_and_barrier(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.SENT)
    sealed = {file.kind: file.content for file in letter.files}
    reply = letter_answers.record_reply(session, people.vera, letter, at=NOW, **a_reply())
    assert (reply.answer, reply.kind) == (Answer.ACCEPTED, L.ANSWERED)
    assert (letter.status, letter.barrier.status) == (L.ANSWERED, BarrierStatus.ANSWERED)
    session.commit()
    session.expire_all()
    assert {file.kind: file.content for file in letter.files} == sealed
    assert letter_seal.check(letter) == ()


def test_more_time_moves_the_day_and_leaves_the_barrier(session: Session, people: People) -> None:
    letter = out(session, people)
    reply = a_reply(L.EXTENDED)
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **reply)
    assert letter.answer_by == reply["answer_by"]
    later = {**reply, "answer_by": TODAY + timedelta(days=200)}
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **later)
    assert letter.answer_by == later["answer_by"]
    assert letter.barrier.status is BarrierStatus.ESCALATED


@pytest.mark.parametrize(
    ("kind", "missing", "code"),
    [
        (L.ANSWERED, "summary", "needs_note"),
        (L.ANSWERED, "answer", "needs_answer"),
        (L.EXTENDED, "answer_by", "needs_answer_day"),
        (L.SILENT, "summary", "needs_note"),
    ],
)
def test_a_reply_says_what_there_is_to_say(
    session: Session, people: People, kind: LetterStatus, missing: str, code: str
) -> None:
    letter = out(session, people)
    reply = {**a_reply(kind), missing: "" if missing == "summary" else None}
    with pytest.raises(Incomplete, match=code):
        letter_answers.record_reply(session, people.vera, letter, at=NOW, **reply)
    assert session.scalars(select(Reply)).all() == []


def test_nothing_but_an_answer_has_an_answer(session: Session, people: People) -> None:
    letter = out(session, people)
    reply = {**a_reply(L.ACKNOWLEDGED), "answer": Answer.DECLINED}
    assert letter_answers.record_reply(session, people.vera, letter, at=NOW, **reply).answer is None


def test_a_sheet_of_a_barrier_shows_what_a_draft_would_be_without_saving(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    assert letter_sheets.draft_sheet(session, barrier, TODAY).mark == "UTKAST"
    assert session.scalars(select(Letter)).all() == []
    with pytest.raises(NotFound):
        letter_sheets.draft_sheet(session, a_barrier(session, people.vera, name="Tomt"), TODAY)


def test_the_same_draft_asked_for_twice_is_one_until_it_is_changed(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people)
    first = a_draft(session, people, barrier)
    assert a_draft(session, people, barrier) is first
    letter_writing.save(session, people.vera, first, title="Ny", body=first.body, version=first.version, at=NOW)
    assert a_draft(session, people, barrier) is not first


def test_drafts_asked_for_at_the_same_moment_are_one(engine: Engine) -> None:
    with Session(engine.execution_options(write=True)) as session:
        everyone = find(session)
        barrier = a_recurring_barrier(session, everyone).id
        session.commit()
    together, made = threading.Barrier(2), []

    def draft() -> None:
        together.wait()
        with Session(engine.execution_options(write=True)) as session:
            made.append(a_draft(session, everyone, session.get_one(Barrier, barrier)).id)
            session.commit()

    both = [threading.Thread(target=draft) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(made) == 2
    assert len(set(made)) == 1
