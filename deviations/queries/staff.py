"""Who works in a subproject, for whoever leads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound
from deviations.models import Membership, Subproject, User
from deviations.models.base import swedish
from deviations.queries.identities import OPENED


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with a role in a subproject; `invited` who has not opened her account. `renewable`: by the lead."""

    user: User
    role: Role
    invited: bool
    renewable: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A subproject and those who work there."""

    subproject: Subproject
    people: Sequence[Worker]


def led(session: Session, actor: Actor) -> Sequence[Subproject]:
    """The subprojects that this person leads, in Swedish order."""
    own = Subproject.id.in_(actor.subprojects(Role.LEAD))
    return session.scalars(select(Subproject).where(own).order_by(swedish(Subproject.name))).all()


def of(session: Session, actor: Actor) -> list[Place]:
    """Who works in each subproject that this person leads, by name; closed accounts are left out."""
    return [Place(place, _working(session, actor, place)) for place in led(session, actor)]


def _working(session: Session, actor: Actor, place: Subproject) -> list[Worker]:
    found = session.execute(
        select(Membership, OPENED)
        .join(Membership.user)
        .where(Membership.subproject_id == place.id, User.active)
        .options(selectinload(Membership.user).selectinload(User.memberships))
        .order_by(swedish(User.full_name), User.id, Membership.id)
    )
    led = actor.subprojects(Role.LEAD)
    return [
        Worker(held.user, held.role, not opened, not opened and {m.subproject_id for m in held.user.memberships} <= led)
        for held, opened in found
    ]


def one(session: Session, actor: Actor, id: int) -> User:
    """Somebody who works, or is invited to work, in a subproject that this person leads. Raises NotFound for others."""
    here = User.memberships.any(Membership.subproject_id.in_(actor.subprojects(Role.LEAD)))
    user = session.scalar(select(User).where(User.id == id, User.active, here))
    if user is None:
        raise NotFound
    return user
