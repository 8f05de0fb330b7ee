"""Reads saved views: a person's own, and those that colleagues share with leads and coordinators."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound
from deviations.models import SavedView, User
from deviations.models.base import swedish

DESK = (Role.COORDINATOR, Role.LEAD)
"""Who works with the queues, and so finds what is shared."""


def own(session: Session, actor: Actor) -> Sequence[SavedView]:
    """This person's views in Swedish order of name."""
    question = select(SavedView).where(SavedView.owner_id == actor.id)
    return session.scalars(question.order_by(swedish(SavedView.name), SavedView.id)).all()


def shared(session: Session, actor: Actor) -> Sequence[SavedView]:
    """The views that others share, with their owners; none for those who do not work with the queues. What a view
    shows is another matter: each reader's own reports.
    """
    if not actor.has(*DESK):
        return ()
    return session.scalars(
        select(SavedView)
        .join(User, User.id == SavedView.owner_id)
        .where(SavedView.shared, SavedView.owner_id != actor.id, User.active)
        .options(joinedload(SavedView.owner))
        .order_by(swedish(SavedView.name), SavedView.id)
    ).all()


def get(session: Session, actor: Actor, id: int) -> SavedView:
    """One of this person's own views. Raises NotFound for others."""
    found = session.scalar(select(SavedView).where(SavedView.id == id, SavedView.owner_id == actor.id))
    if found is None:
        raise NotFound
    return found


def named(session: Session, actor: Actor, name: str) -> SavedView | None:
    """This person's view of that name, if there is one."""
    return session.scalar(select(SavedView).where(SavedView.owner_id == actor.id, SavedView.name == name))


def count(session: Session, actor: Actor) -> int:
    """How many views this person has."""
    return session.scalar(select(func.count()).where(SavedView.owner_id == actor.id)) or 0
