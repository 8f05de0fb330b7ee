"""The seal of a sent letter: what was sent, in one number, and which part of it has been changed since.

The letter's seal is SHA-256 over the canonical JSON of all its parts. The audit line of the sending keeps it together
with the digest of each part, inside the chain, so that a changed letter is found and the part that differs is named.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from deviations.domain.letters import OUT, FileKind, LetterStatus
from deviations.models import AuditEntry, Letter

PARTS = (
    *("number", "day", "head", "title", "body", "numbers", "cases", "recipients", "copies", "decision"),
    *(kind.value for kind in FileKind),
)
"""What a letter is sealed by. Recipients by their codes: an agency may change its name afterwards."""

STATUS, SEAL, GONE = "status", "seal", "gone"
"""What else can differ: the letter stands as not sent, its seal is not the one of the audit log, or it is not there."""

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Changed:
    """A sent letter that is not what was sent: its number if it is known, and the names of what differs."""

    id: int
    registry_number: str
    what: tuple[str, ...]


def canonical(values: Values) -> str:
    """JSON with sorted names, no spaces and every character as it is: the same values always give the same text
    (RFC 8785 for texts, whole numbers and lists, which is all that stands here).
    """
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def values(letter: Letter) -> Values:
    """All that is sealed, by the names of PARTS; each file by the digest of its bytes as they are now."""
    files = {file.kind.value: _sha256(file.content) for file in letter.files}
    return {
        "number": letter.registry_number,
        "day": letter.sent_on.isoformat() if letter.sent_on else None,
        "head": letter.head,
        "title": letter.title,
        "body": letter.body,
        "numbers": [[one.barrier_id, one.evidence] for one in letter.numbers] if letter.snapshots else [],
        "cases": [[case.position, case.barrier_id, case.deviation_id, case.text] for case in letter.cases],
        "recipients": sorted(agency.code for agency in letter.recipients),
        "copies": sorted(agency.code for agency in letter.copies),
        "decision": [
            letter.decided_by,
            letter.decided_on.isoformat() if letter.decided_on else None,
            letter.decided_paragraph,
        ],
        **{kind.value: files.get(kind.value) for kind in FileKind},
    }


def seal(letter: Letter) -> str:
    """The letter's seal as it is now, in 64 hexadecimal digits."""
    return _sha256(canonical(values(letter)).encode())


def digests(letter: Letter) -> dict[str, str]:
    """The digest of each part, for the audit line of the sending."""
    return {name: _sha256(canonical({name: value}).encode()) for name, value in values(letter).items()}


def check(letter: Letter) -> tuple[str, ...]:
    """What of a letter is not as it was sent, by the names of PARTS, STATUS and SEAL; empty when all is, and for a
    letter that was never sent. Of one sent before seals were made the PDF is compared.
    """
    session = object_session(letter)
    told = _sendings(session, letter.id).get(letter.id) if session is not None else None
    return _differing(letter, told)


def verify(session: Session) -> list[Changed]:
    """The letters that are not what was sent, those that are gone among them. The audit log itself is judged by
    `audit.verify`.
    """
    found = []
    sendings = _sendings(session)
    letters = {letter.id: letter for letter in session.scalars(select(Letter).order_by(Letter.id))}
    for id in sorted(letters.keys() | sendings.keys()):
        letter = letters.get(id)
        what = (GONE,) if letter is None else _differing(letter, sendings.get(id))
        if what:
            found.append(Changed(id, (letter.registry_number if letter is not None else None) or "", what))
    return found


def _sendings(session: Session, id: int | None = None) -> dict[int, dict[str, object]]:
    """What the audit log tells of each sending, by letter."""
    question = select(AuditEntry.subject, AuditEntry.detail).where(AuditEntry.action == "letter.moved")
    if id is not None:
        question = question.where(AuditEntry.subject == f"letter:{id}")
    told = {}
    for subject, detail in session.execute(question.order_by(AuditEntry.id)):
        said = json.loads(detail)
        if said.get("to") == LetterStatus.SENT:
            told[int(subject.partition(":")[2])] = said
    return told


def _differing(letter: Letter, told: Mapping[str, object] | None) -> tuple[str, ...]:
    if told is None:  # the chain of the audit log says if its line is missing
        return (SEAL,) if letter.seal or letter.status in OUT else ()
    status = () if letter.status in OUT else (STATUS,)
    parts = told.get("parts")
    if not isinstance(parts, dict):
        return (*status, *_old(letter, told))
    now = digests(letter)
    kept = {file.kind.value: file.sha256 for file in letter.files}
    real = values(letter)
    differs = tuple(
        name for name in PARTS if now[name] != parts.get(name) or (name in kept and kept[name] != real[name])
    )
    return (*status, *differs, *(() if letter.seal == told.get("seal") else (SEAL,)))


def _old(letter: Letter, told: Mapping[str, object]) -> tuple[str, ...]:
    """Of a letter sent before seals were made only the PDF's digest is known."""
    pdf = letter.file(FileKind.PDF)
    same = pdf is not None and pdf.sha256 == told.get("sha256") == _sha256(pdf.content)
    return () if same else (FileKind.PDF.value,)
