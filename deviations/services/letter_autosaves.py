"""Keeps what somebody has typed in a letter's editor, masked of what must never enter, until she saves or drops it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists
from sqlalchemy.orm import Session

from deviations.domain import privacy
from deviations.domain.characters import showable
from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotAllowed
from deviations.models import Letter, LetterAutosave
from deviations.services.letter_steps import held_draft

LONGEST_TITLE = 300
LONGEST = 120_000  # characters: twice what a letter may hold, so that also a text to be cut is kept
OLD = timedelta(days=30)


def keep(
    session: Session, actor: Actor, letter: Letter, *, title: str, body: str, based_on: int, at: datetime
) -> LetterAutosave | None:
    """The text that she has typed, kept for her alone; None when it is what is saved, and then nothing is kept.

    `based_on` is the letter's version when she opened it. Of two saves the later by `at` stands. Raises NotAllowed
    (`only_drafts_change`, `draft_too_long`).
    """
    held_draft(session, actor, letter)
    if len(body) > LONGEST:
        raise NotAllowed("draft_too_long")
    if (title, body) == (letter.title, letter.body):
        discard(session, actor, letter)
        return None
    known = session.get(LetterAutosave, (letter.id, actor.id), populate_existing=True)
    if known is None:
        known = LetterAutosave(letter_id=letter.id, user_id=actor.id, at=at)
        session.add(known)
    if known.at <= at:
        known.title = privacy.mask_refused(showable(title))[:LONGEST_TITLE]
        known.body = privacy.mask_refused(showable(body))
        known.based_on, known.at = based_on, at
        session.flush()
    return known


def discard(session: Session, actor: Actor, letter: Letter) -> None:
    """Throws away what she has typed and not saved, if there is anything."""
    mine = (LetterAutosave.letter_id == letter.id, LetterAutosave.user_id == actor.id)
    session.execute(delete(LetterAutosave).where(*mine))


def forget_old(session: Session, at: datetime) -> None:
    """Throws away what nobody touched for thirty days, and what belongs to a letter that has been sent since."""
    waiting = (LetterStatus.DRAFT, LetterStatus.IN_REVIEW, LetterStatus.DECIDED)
    gone = exists().where(Letter.id == LetterAutosave.letter_id, Letter.status.not_in(waiting))
    session.execute(delete(LetterAutosave).where((LetterAutosave.at < at - OLD) | gone))
