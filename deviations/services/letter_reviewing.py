"""What people say of a letter while the styrgrupp reads it: comments, perhaps of a passage, and each one's verdict."""

import re
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.models import Letter, LetterComment
from deviations.services import audit, letter_guard
from deviations.services.checks import check_texts

SETTLED_IN = (LetterStatus.DRAFT, LetterStatus.IN_REVIEW)


def comment(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    text: str,
    at: datetime,
    passage: str = "",
    approves: bool | None = None,
    version: int | None = None,
) -> LetterComment:
    """Keeps what somebody says of the text as it is now; with `approves` it is her verdict, of which the latest holds.
    The very same sent twice is one comment.

    Raises NotAllowed for others than styrgrupp and coordinator, for a verdict of others than the styrgrupp, and when
    the letter is not under review; Incomplete without a text (`needs_comment`; who approves may do it without) or for a
    passage that is not in the letter (`no_such_passage`); PersonalData; StaleDataError when the letter was changed
    since `version`.
    """
    if not actor.has(Role.STEERING, Role.COORDINATOR) or (approves is not None and not actor.has(Role.STEERING)):
        raise NotAllowed("steering_only")
    if letter.status is not LetterStatus.IN_REVIEW:
        raise NotAllowed("not_in_review")
    if version is not None and version != letter.version:
        raise StaleDataError
    if not text and not approves:
        raise Incomplete("needs_comment")
    check_texts({"text": text, "passage": passage})
    if passage and not stands(passage, letter):
        raise Incomplete("no_such_passage")
    number = letter.versions[-1].number
    newest = letter.comments[-1] if letter.comments else None
    if newest is not None and _told(newest) == (number, actor.id, passage, text, approves):
        return newest
    said = LetterComment(number=number, author_id=actor.id, at=at, passage=passage, text=text, approves=approves)
    letter.comments.append(said)
    session.flush()
    detail = {"comment": said.id, "version": said.number, "approves": approves}
    audit.record(session, actor, "letter.commented", f"letter:{letter.id}", at, detail)
    return said


def _told(said: LetterComment) -> tuple[object, ...]:
    return said.number, said.author_id, said.passage, said.text, said.approves


def settle(session: Session, actor: Actor, letter: Letter, comment_id: int, at: datetime, *, done: bool = True) -> None:
    """Marks a comment as seen to, or (not `done`) as open again; doing it twice changes nothing.

    Raises NotFound for a comment of no or another letter; NotAllowed for others than the coordinator and whoever said
    it, and when the letter has been decided on.
    """
    said = next((one for one in letter.comments if one.id == comment_id), None)
    if said is None:
        raise NotFound
    if letter.status not in SETTLED_IN:
        raise NotAllowed("not_in_review")
    if not may_settle(actor, letter, said):
        raise NotAllowed("coordinator_only")
    if (said.settled_at is not None) is done:
        return
    said.settled_at, said.settled_by_id = (at, actor.id) if done else (None, None)
    session.flush()
    audit.record(
        session, actor, "letter.comment_settled", f"letter:{letter.id}", at, {"comment": said.id, "done": done}
    )


def may_settle(actor: Actor, letter: Letter, said: LetterComment) -> bool:
    """Whether this person may say that a comment is seen to: the coordinator, and who said it."""
    hers = actor.has(Role.STEERING) and said.author_id == actor.id
    return letter.status in SETTLED_IN and (hers or actor.has(Role.COORDINATOR))


def verdicts(letter: Letter) -> list[LetterComment]:
    """Each one's latest verdict on the text as it is now, in the order in which they came."""
    now = letter.versions[-1].number
    latest = {one.author_id: one for one in letter.comments if one.approves is not None and one.number == now}
    return sorted(latest.values(), key=lambda one: one.id)


def stands(passage: str, letter: Letter) -> bool:
    """Whether these words stand in the letter as it is read; spaces, line breaks and Markdown's marks don't count."""
    return _even(passage) in _even(letter_guard.reading(letter))


def _even(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()
