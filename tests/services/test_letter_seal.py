"""The seal of a sent letter: the same letter has the same one, and whatever is changed past the program is named."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.orm import Session

from deviations.domain.letters import FileKind, LetterStatus
from deviations.models import AuditEntry, Letter, LetterFile, LetterSnapshot
from deviations.models.letters import letter_copy, letter_recipient
from deviations.services import audit, letter_seal
from tests.factories import NOW, a_draft, a_letter, an_agency, sent_line
from tests.people import People, find

L = LetterStatus
LETTER = Letter.__table__


@pytest.fixture
def sent(session: Session, people: People) -> Letter:
    """A sent letter, committed."""
    letter = a_letter(session, people, L.SENT)
    session.commit()
    return letter


def _with(session: Session, letter: Letter, **values: object) -> None:
    session.execute(update(LETTER).where(LETTER.c.id == letter.id).values(values))


def _file(session: Session, letter: Letter, kind: FileKind) -> None:
    one = LetterFile.__table__
    session.execute(update(one).where(one.c.letter_id == letter.id, one.c.kind == kind).values(content=b"%PDF-1.7 x"))


def _hash(session: Session, letter: Letter) -> None:
    one = LetterFile.__table__
    session.execute(update(one).where(one.c.letter_id == letter.id, one.c.kind == "pdf").values(sha256="0" * 64))


def _newer(session: Session, letter: Letter) -> None:
    row = {"number": 2, "position": 0, "barrier_id": letter.barrier_id, "evidence": letter.snapshots[0].evidence + " "}
    session.execute(LetterSnapshot.__table__.insert().values(letter_id=letter.id, actor_id=1, at=NOW, **row))


def _case(session: Session, letter: Letter) -> None:
    told = {"b": letter.barrier_id, "d": letter.barrier.deviations[0].id, "l": letter.id, "at": NOW}
    columns = "letter_id, barrier_id, deviation_id, position, text, passed_by_id, passed_at"
    session.execute(
        text(f"INSERT INTO letter_case ({columns}) VALUES (:l, :b, :d, 0, 'Nytt', 1, :at)"), {**told, "at": NOW}
    )


TAMPERED: dict[str, tuple[Callable[[Session, Letter], None], set[str]]] = {
    "one letter of the text": (lambda s, one: _with(s, one, body=one.body.replace("e", "a", 1)), {"body"}),
    "the title": (lambda s, one: _with(s, one, title="Något annat"), {"title"}),
    "the number": (lambda s, one: _with(s, one, registry_number="OST 1999/1"), {"number"}),
    "the day": (lambda s, one: _with(s, one, sent_on=one.sent_on.replace(year=2001)), {"day"}),
    "who it is from": (lambda s, one: _with(s, one, head=one.head.replace("Nationella", "Norra")), {"head"}),
    "the decision": (lambda s, one: _with(s, one, decided_paragraph="§ 99"), {"decision"}),
    "the seal": (lambda s, one: _with(s, one, seal="0" * 64), {"seal"}),
    "the seal taken away": (lambda s, one: _with(s, one, seal=None), {"seal"}),
    "back to a draft": (lambda s, one: _with(s, one, status="draft"), {"status"}),
    "a recipient": (lambda s, one: s.execute(delete(letter_recipient)), {"recipients"}),
    "a copy": (
        lambda s, one: s.execute(letter_copy.insert().values(letter_id=one.id, agency_id=an_agency(s).id)),
        {"copies"},
    ),
    "the PDF": (lambda s, one: _file(s, one, FileKind.PDF), {"pdf"}),
    "the Word file": (lambda s, one: _file(s, one, FileKind.DOCX), {"docx"}),
    "the text file": (lambda s, one: _file(s, one, FileKind.TXT), {"txt"}),
    "a file's own digest": (_hash, {"pdf"}),
    "the numbers": (_newer, {"numbers"}),
    "a case": (_case, {"cases"}),
    "no numbers left": (lambda s, one: s.execute(delete(LetterSnapshot.__table__)), {"numbers"}),
    "no files left": (lambda s, one: s.execute(delete(LetterFile.__table__)), {"pdf", "docx", "txt"}),
}


def test_an_untouched_letter_is_what_was_sent(session: Session, people: People, sent: Letter) -> None:
    assert letter_seal.check(sent) == ()
    assert letter_seal.verify(session) == []
    assert sent.seal == letter_seal.seal(sent)
    told = json.loads(sent_line(session, sent).detail)
    assert (told["seal"], set(told["parts"])) == (sent.seal, set(letter_seal.PARTS))
    an_agency(session, "NR").name = "Ett nytt namn"
    session.commit()
    assert letter_seal.check(sent) == ()


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_by_hand_in_the_database_is_named(session: Session, sent: Letter, what: str) -> None:
    tamper, named = TAMPERED[what]
    tamper(session, sent)
    session.commit()
    session.expire_all()
    assert set(letter_seal.check(sent)) == named
    (found,) = letter_seal.verify(session)
    assert (found.id, set(found.what)) == (sent.id, named)
    assert audit.verify(session)[1] is None


def test_a_change_with_a_new_seal_is_found_by_the_audit_log(session: Session, sent: Letter) -> None:
    _with(session, sent, title="Något annat")
    session.expire_all()
    _with(session, sent, seal=letter_seal.seal(sent))
    session.expire_all()
    assert set(letter_seal.check(sent)) == {"title", "seal"}
    entry = AuditEntry.__table__
    detail = json.dumps({"to": "sent", "seal": sent.seal, "parts": letter_seal.digests(sent)})
    session.execute(update(entry).where(entry.c.id == sent_line(session, sent).id).values(detail=detail))
    session.expire_all()
    assert letter_seal.check(sent) == ()
    assert audit.verify(session)[1] is not None


def test_a_letter_taken_away_is_missed(session: Session, engine: Engine, sent: Letter) -> None:
    number = sent.id
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        parts = ("version", "snapshot", "file", "recipient", "dispatch")
        for table in ("move", *(f"letter_{part}" for part in parts), "outgoing_mail"):
            connection.execute(text(f"DELETE FROM {table} WHERE letter_id = :id"), {"id": number})
        connection.execute(delete(LETTER))
    session.expire_all()
    assert [(one.id, one.what) for one in letter_seal.verify(session)] == [(number, ("gone",))]


def test_a_letter_sent_before_there_were_seals_is_judged_by_its_pdf(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.DECIDED)
    pdf = letter_seal._sha256(b"%PDF-1.7")
    session.execute(
        LetterFile.__table__.insert().values(letter_id=letter.id, kind="pdf", sha256=pdf, content=b"%PDF-1.7")
    )
    _with(session, letter, status="sent", registry_number="OST 2025/1")
    audit.record(session, people.vera, "letter.moved", f"letter:{letter.id}", NOW, {"to": "sent", "sha256": pdf})
    session.expire_all()
    assert letter_seal.check(letter) == ()
    _file(session, letter, FileKind.PDF)
    session.expire_all()
    assert letter_seal.check(letter) == ("pdf",)


def test_a_draft_has_nothing_to_be_compared_with(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    assert letter_seal.check(letter) == ()
    assert letter_seal.verify(session) == []


def test_the_same_values_give_the_same_text_in_any_order() -> None:
    told = {"b": ["å", 1], "a": None}
    assert (
        letter_seal.canonical(told) == '{"a":null,"b":["å",1]}' == letter_seal.canonical(dict(reversed(told.items())))
    )


def test_the_seal_is_the_same_in_another_session(engine: Engine) -> None:
    with Session(engine) as session:
        letter = a_letter(session, find(session), L.SENT)
        session.commit()
        id, seal = letter.id, letter.seal
    with Session(engine) as session:
        assert letter_seal.seal(session.get_one(Letter, id)) == seal
