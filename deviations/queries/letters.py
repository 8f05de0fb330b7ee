"""Reads letters for an actor."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotFound
from deviations.models import Barrier, Letter, Move
from deviations.models.letters import letter_barrier
from deviations.queries import visibility


def get(session: Session, actor: Actor, id: int) -> Letter:
    """One letter. Raises NotFound when there is none, or none that this person may read."""
    found = session.scalar(
        select(Letter)
        .where(visibility.letters(actor), Letter.id == id)
        .options(
            joinedload(Letter.barrier),
            joinedload(Letter.association),
            joinedload(Letter.author),
            selectinload(Letter.recipients),
            selectinload(Letter.replies),
            selectinload(Letter.versions),
            selectinload(Letter.snapshots),
            selectinload(Letter.files),
        )
    )
    if found is None:
        raise NotFound
    return found


def about(ids: Collection[int] | Select[int]) -> ColumnElement[bool]:
    """The letters that take up any of these barriers, as their first or as a further one; or any that a query names."""
    further = select(letter_barrier.c.letter_id).where(letter_barrier.c.barrier_id.in_(ids))
    return or_(Letter.barrier_id.in_(ids), Letter.id.in_(further))


def newest_of(session: Session, barrier: Barrier) -> Letter | None:
    """The barrier's latest letter, for the command line's owner of the instance."""
    return session.scalar(select(Letter).where(Letter.barrier_id == barrier.id).order_by(Letter.id.desc()).limit(1))


def waiting(session: Session, actor: Actor, status: LetterStatus) -> Sequence[Letter]:
    """The letters in one state that this person may read, oldest first."""
    return session.scalars(
        select(Letter)
        .where(visibility.letters(actor), Letter.status == status)
        .options(joinedload(Letter.barrier), selectinload(Letter.recipients))
        .order_by(Letter.changed_at)
    ).all()


def history(session: Session, letter: Letter) -> Sequence[Move]:
    """Its steps, oldest first."""
    return session.scalars(
        select(Move).where(Move.letter_id == letter.id).options(joinedload(Move.actor)).order_by(Move.id)
    ).all()


def count(session: Session) -> int:
    """All letters of the instance."""
    return session.scalar(select(func.count()).select_from(Letter)) or 0
