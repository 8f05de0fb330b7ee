"""What every act on a letter shares: who may take it, the step with its line in history and audit log, and a saved
version of the text.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain import letters as rules
from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import Letter, LetterVersion, Move
from deviations.services import audit


def coordinator_only(actor: Actor) -> None:
    """Raises NotAllowed for everybody who does not write letters."""
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")


def check(letter: Letter, target: LetterStatus) -> None:
    """Raises NotAllowed (`no_such_move`) for a step that the letter's state does not admit."""
    try:
        rules.check_move(letter.status, target)
    except rules.MoveRefused:
        raise NotAllowed("no_such_move") from None


def held_draft(session: Session, actor: Actor, letter: Letter) -> None:
    """Holds a draft until the transaction ends, so that it can't be handed in while what stands in it is changed.

    For changes that leave the letter's own row, and so an editor that is open, as they are. Raises NotAllowed
    (`only_drafts_change`) as the letter is now, and for others than the coordinator.
    """
    coordinator_only(actor)
    now = select(Letter.status).where(Letter.id == letter.id).with_for_update(key_share=True)
    if session.scalar(now) is not LetterStatus.DRAFT:
        raise NotAllowed("only_drafts_change")


def step(
    session: Session,
    actor: Actor | None,
    letter: Letter,
    target: LetterStatus,
    at: datetime,
    *,
    note: str = "",
    detail: dict[str, object] | None = None,
) -> None:
    """Takes a letter to another state: one Move, one audit line. Raises NotAllowed as `check`.

    No actor means that the recipient took it, behind its own link.
    """
    check(letter, target)
    source, letter.status, letter.changed_at = letter.status, target, at
    actor_id = actor.id if actor else None
    session.add(Move(at=at, actor_id=actor_id, letter_id=letter.id, source=source, target=target, note=note))
    session.flush()
    told = {"from": source, "to": target, **(detail or {})}
    audit.record(session, actor, "letter.moved", f"letter:{letter.id}", at, told)


def keep_version(session: Session, actor: Actor, letter: Letter, at: datetime, *, restored: int | None = None) -> None:
    """Keeps the letter's text as it is now under the next number; `restored` is the version that was taken back."""
    before = select(func.max(LetterVersion.number)).where(LetterVersion.letter_id == letter.id)
    session.add(
        LetterVersion(
            letter_id=letter.id,
            number=(session.scalar(before) or 0) + 1,
            title=letter.title,
            body=letter.body,
            author_id=actor.id,
            at=at,
            restored=restored,
        )
    )
    session.flush()
    session.expire(letter, ["versions"])  # whoever looks next sees this one too


def fill(session: Session, actor: Actor, letter: Letter, said: dict[str, str], at: datetime) -> None:
    """Fills blanks of the text in; what that changes is a version of its own."""
    filled = rules.fill(letter.body, said)
    if filled != letter.body:
        letter.body = filled
        keep_version(session, actor, letter, at)
