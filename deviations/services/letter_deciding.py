"""Takes a letter through the styrgrupp: handed in, sent back with a comment, decided on."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain import letters as rules
from deviations.domain.letter_words import day
from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import Letter, Move
from deviations.services import letter_guard
from deviations.services.checks import check_texts
from deviations.services.letter_steps import check, coordinator_only, fill, keep_version, step


def submit(
    session: Session,
    actor: Actor,
    letter: Letter,
    at: datetime,
    *,
    kept: Collection[str] = (),
    version: int | None = None,
) -> None:
    """Hands a draft to the styrgrupp. `kept` are the words (by their keys) that she has read and says point out nobody.

    Raises NotAllowed; Incomplete when an obligatory section is missing or a blank is left that nobody else fills;
    PointsOut; StaleDataError when it was changed since `version`.
    """
    coordinator_only(actor)
    check(letter, LetterStatus.IN_REVIEW)
    if rules.missing(letter.body):
        raise Incomplete("needs_sections")
    if set(rules.blanks(letter.body)) - set(rules.WAITING):
        raise Incomplete("needs_blanks")
    passed = letter_guard.check(session, letter, kept)
    if version is not None:
        set_committed_value(letter, "version", version)
    step(session, actor, letter, LetterStatus.IN_REVIEW, at, detail=_passed(passed))


def _passed(marks: list[str]) -> dict[str, object]:
    return {"passed": marks} if marks else {}


def send_back(session: Session, actor: Actor, letter: Letter, note: str, at: datetime) -> None:
    """The styrgrupp (or its writer) makes it a draft again, saying why; a decision falls, and the text becomes what it
    was before it. Raises NotAllowed, Incomplete.
    """
    if not actor.has(Role.STEERING, Role.COORDINATOR):
        raise NotAllowed("steering_only")
    if not note:
        raise Incomplete("needs_note")
    check_texts({"note": note})
    check(letter, LetterStatus.DRAFT)
    if letter.status is LetterStatus.DECIDED:
        _undecide(session, actor, letter, at)
    step(session, actor, letter, LetterStatus.DRAFT, at, note=note)


def _undecide(session: Session, actor: Actor, letter: Letter, at: datetime) -> None:
    """Takes the decision out of the letter and, where it was written into the text, the text before it back."""
    letter.decided_by, letter.decided_on, letter.decided_paragraph = "", None, ""
    decided = select(func.max(Move.at)).where(Move.letter_id == letter.id, Move.target == LetterStatus.DECIDED)
    *_, before, last = [None, *letter.versions]
    if before is not None and last is not None and last.at == session.scalar(decided):
        letter.title, letter.body = before.title, before.body
        keep_version(session, actor, letter, at, restored=before.number)


def decide(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    body: str,
    on: date,
    paragraph: str,
    at: datetime,
    took_part: str = "",
    signer: str = "",
    version: int | None = None,
) -> None:
    """Records that a body decided to send the letter, when, and where in its minutes. The styrgrupp's move.

    `version` is the one that was read: a letter that was sent back and changed since raises StaleDataError.
    The decision is written into the blanks that the draft left for it (FL 31 §: day, who decided, who presented it);
    the names in it are those of people who answer for the letter, and nobody is asked about them again.
    """
    if not actor.has(Role.STEERING):
        raise NotAllowed("steering_only")
    if not body or not paragraph:
        raise Incomplete("needs_decision")
    check_texts({"body": body, "paragraph": paragraph, "took_part": took_part, "signer": signer})
    check(letter, LetterStatus.DECIDED)
    if version is not None:
        set_committed_value(letter, "version", version)
    letter.decided_by, letter.decided_on, letter.decided_paragraph = body, on, paragraph
    decided = f"{body} den {day(on)}, {_section(paragraph)}"
    said = {
        rules.DECISION: decided,
        rules.DECIDERS: took_part,
        rules.PRESENTER: letter.author.name,
        rules.SIGNATURE: signer,
    }
    fill(session, actor, letter, said, at)
    names = letter_guard.marks_of(session, letter, said.values())
    step(session, actor, letter, LetterStatus.DECIDED, at, note=decided, detail=_passed(names))


def _section(paragraph: str) -> str:
    return paragraph if "§" in paragraph else f"§ {paragraph}"
