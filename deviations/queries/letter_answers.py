"""Reads what came back on letters: who has not answered, replies with their files and promises, recipients' links,
reminders, and what is late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain import deadlines
from deviations.domain.deadlines import Promised
from deviations.domain.letters import OUT, LetterStatus, moves_from
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound
from deviations.models import (
    Agency,
    Letter,
    LetterReminder,
    LinkUse,
    PromisedAction,
    RecipientLink,
    Reply,
    ReplyFile,
)
from deviations.queries import visibility

REPLIES = (LetterStatus.ACKNOWLEDGED, LetterStatus.EXTENDED, LetterStatus.ANSWERED, LetterStatus.SILENT)
"""What can come back on a letter, or be said of it."""

WAITING = (LetterStatus.SENT, LetterStatus.ACKNOWLEDGED, LetterStatus.EXTENDED)
"""The states in which an answer is waited for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one recipient is with a letter: its newest reply, None before any, and the state that this gives."""

    agency: Agency
    newest: Reply | None
    status: LetterStatus


def standings(letter: Letter) -> list[Standing]:
    """How far each recipient has come. A reply that names nobody is everybody's."""
    found = []
    for agency in letter.recipients:
        own = [reply for reply in letter.replies if reply.agency_id in (None, agency.id)]
        newest = max(own, key=lambda reply: reply.id, default=None)
        found.append(Standing(agency, newest, newest.kind if newest is not None else LetterStatus.SENT))
    return found


def _is_open(letter: Letter) -> bool:
    """Whether anything can still come back on it."""
    return letter.status in OUT and letter.status is not LetterStatus.CLOSED


def waited_for(letter: Letter) -> list[Agency]:
    """The recipients whose answer has not come; none before sending, or once the letter is closed. Of a recipient that
    was given up nobody waits any more, until it lets itself be heard again.
    """
    if not _is_open(letter) or letter.status is LetterStatus.SILENT:
        return []
    over = (LetterStatus.ANSWERED, LetterStatus.SILENT)
    return [one.agency for one in standings(letter) if one.status not in over]


def extension(letter: Letter, agency: Agency) -> Reply | None:
    """The reply in which a recipient asked for the longer time that it has; None where it has none, or where that time
    had run out when a reminder asked for another day.
    """
    asked = (reply for reply in letter.replies if reply.agency_id in (None, agency.id) and reply.answer_by is not None)
    newest = max(asked, key=lambda reply: reply.id, default=None)
    due = deadlines.from_json(letter.answer_by, letter.answer_how)
    if newest is None or newest.answer_by is None:
        return None
    run_out = due is not None and due.kind is Promised.REMINDER and newest.answer_by < due.since
    return None if run_out else newest


def due_from(letter: Letter, agency: Agency) -> date | None:
    """The day by which a recipient's answer is waited for: of several, each has the longer time that it asked for."""
    own = extension(letter, agency) if len(letter.recipients) > 1 else None
    return own.answer_by if own is not None else letter.answer_by


def next_due(letter: Letter) -> date | None:
    """The first day by which somebody's answer is waited for; None when nobody's is."""
    return min((due for one in waited_for(letter) if (due := due_from(letter, one))), default=None)


def late_ones(letter: Letter, today: date) -> list[Agency]:
    """The recipients whose answer should have come. On the day itself there is still time; while a recipient's longer
    time runs it is not late, whatever the others are.
    """
    return [one for one in waited_for(letter) if deadlines.overdue(due_from(letter, one), today)]


def open_kinds(letter: Letter, agency: Agency | None = None) -> tuple[LetterStatus, ...]:
    """What can come back now. Of one among several recipients it is what follows on its own last word."""
    if not _is_open(letter):
        return ()
    source = letter.status
    if agency is not None and len(letter.recipients) > 1:
        source = next((one.status for one in standings(letter) if one.agency.id == agency.id), source)
    return tuple(kind for kind in REPLIES if kind in moves_from(source))


def is_late(letter: Letter, today: date) -> bool:
    """Whether somebody's answer should have come, as `late_ones`."""
    return bool(late_ones(letter, today))


def late(session: Session, today: date, actor: Actor | None = None) -> Sequence[Letter]:
    """The letters whose answer should have come, the one that has waited longest first; those that this person may
    read, or all.
    """
    readable = true() if actor is None else visibility.letters(actor)
    found = session.scalars(
        select(Letter)
        .where(readable, Letter.status.in_([*WAITING, LetterStatus.ANSWERED]), Letter.answer_by.is_not(None))
        .options(selectinload(Letter.recipients), selectinload(Letter.replies))
        .order_by(Letter.answer_by, Letter.id)
    )
    return [letter for letter in found if is_late(letter, today)]


def late_promises(session: Session, today: date) -> Sequence[PromisedAction]:
    """What a recipient promised to have done by a day that has gone by, of letters that are not closed."""
    return session.scalars(
        select(PromisedAction)
        .join(Reply, Reply.id == PromisedAction.reply_id)
        .join(Letter, Letter.id == Reply.letter_id)
        .where(PromisedAction.done_on.is_(None), PromisedAction.due_on < today, Letter.status != LetterStatus.CLOSED)
        .options(joinedload(PromisedAction.reply).joinedload(Reply.letter))
        .order_by(PromisedAction.due_on, PromisedAction.id)
    ).all()


def reply(session: Session, letter: Letter, id: int) -> Reply:
    """A reply on this letter. Raises NotFound."""
    return _of(session.get(Reply, id), letter)


def _of(found: Reply | None, letter: Letter) -> Reply:
    if found is None or found.letter_id != letter.id:
        raise NotFound
    return found


def file(session: Session, actor: Actor, letter_id: int, id: int) -> ReplyFile:
    """A file that came with a reply on a letter that this person may read. Raises NotFound."""
    found = session.scalar(
        select(ReplyFile)
        .join(Reply, Reply.id == ReplyFile.reply_id)
        .join(Letter, Letter.id == Reply.letter_id)
        .where(ReplyFile.id == id, Letter.id == letter_id, visibility.letters(actor))
    )
    if found is None:
        raise NotFound
    return found


def action(session: Session, letter: Letter, id: int) -> PromisedAction:
    """An action that was promised in a reply on this letter. Raises NotFound."""
    found = session.get(PromisedAction, id)
    if found is None:
        raise NotFound
    _of(found.reply, letter)
    return found


def links(session: Session, actor: Actor, letter: Letter) -> Sequence[RecipientLink]:
    """The links to a letter with all their uses, newest first. They are the coordinator's: raises NotFound."""
    if not actor.has(Role.COORDINATOR):
        raise NotFound
    return session.scalars(
        select(RecipientLink)
        .where(RecipientLink.letter_id == letter.id)
        .options(joinedload(RecipientLink.agency), selectinload(RecipientLink.uses))
        .order_by(RecipientLink.id.desc())
    ).all()


def link(session: Session, letter: Letter, id: int) -> RecipientLink:
    """One link to a letter. Raises NotFound."""
    found = session.get(RecipientLink, id)
    if found is None or found.letter_id != letter.id:
        raise NotFound
    return found


def link_behind(session: Session, token_sha256: str, at: datetime) -> RecipientLink:
    """The link that a token opens, with its letter, as long as it holds. Raises NotFound for all others alike."""
    found = session.scalar(
        select(RecipientLink)
        .join(Letter, Letter.id == RecipientLink.letter_id)
        .where(
            RecipientLink.token_sha256 == token_sha256,
            RecipientLink.expires_at > at,
            RecipientLink.withdrawn_at.is_(None),
            Letter.status.in_(OUT),
        )
        .options(
            joinedload(RecipientLink.agency),
            joinedload(RecipientLink.letter).selectinload(Letter.replies).selectinload(Reply.files),
            joinedload(RecipientLink.letter).selectinload(Letter.replies).selectinload(Reply.promised),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def uses_since(session: Session, link: RecipientLink, since: datetime) -> int:
    """How often a link was used after a moment."""
    counted = select(func.count()).select_from(LinkUse).where(LinkUse.link_id == link.id, LinkUse.at > since)
    return session.scalar(counted) or 0


def reminders(session: Session, letter: Letter) -> Sequence[LetterReminder]:
    """The reminders of a letter, in their order."""
    return session.scalars(
        select(LetterReminder).where(LetterReminder.letter_id == letter.id).order_by(LetterReminder.number)
    ).all()


def reminder(session: Session, letter: Letter, number: int) -> LetterReminder:
    """One of them. Raises NotFound."""
    found = next((one for one in reminders(session, letter) if one.number == number), None)
    if found is None:
        raise NotFound
    return found
