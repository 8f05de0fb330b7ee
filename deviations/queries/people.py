"""The acting person behind an account, and the lists of accounts and subprojects that an administrator keeps."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, selectinload

from deviations.domain.roles import Actor, Role
from deviations.domain.roles import Membership as Held
from deviations.domain.workflow import NotFound
from deviations.models import Membership, Program, Subproject, User
from deviations.models.base import swedish
from deviations.queries.identities import OPENED


def actor_of(user: User) -> Actor:
    """The acting person that an account stands for."""
    held = frozenset(Held(m.role, m.subproject_id) for m in user.memberships)
    return Actor(user.id, user.name, held)


def subprojects(session: Session) -> Sequence[Subproject]:
    """All subprojects in Swedish order, with their municipalities."""
    return session.scalars(
        select(Subproject)
        .options(selectinload(Subproject.municipalities), selectinload(Subproject.association))
        .order_by(swedish(Subproject.name))
    ).all()


def own_subprojects(session: Session, actor: Actor) -> Sequence[Subproject]:
    """The subprojects for which this person may file: her own, or all for the coordinator."""
    found = subprojects(session)
    if actor.has(Role.COORDINATOR):
        return found
    return [place for place in found if place.id in actor.subprojects()]


def colleagues(session: Session, actor: Actor) -> Sequence[User]:
    """Whose reports this person may type, in Swedish order of name: a lead those who work in her subprojects, the
    coordinator all who report; others nobody's.
    """
    wanted = [Membership.role.in_([Role.REPORTER, Role.LEAD])]
    if not actor.has(Role.COORDINATOR):
        wanted.append(Membership.subproject_id.in_(actor.subprojects(Role.LEAD)))
    return session.scalars(
        select(User)
        .where(User.active, User.id != actor.id, User.memberships.any(and_(*wanted)))
        .options(selectinload(User.memberships))
        .order_by(swedish(User.name), User.id)
    ).all()


def leads_of(session: Session, subprojects: Collection[int]) -> Sequence[int]:
    """The ids of the accounts that lead any of these subprojects."""
    leads = and_(Membership.role == Role.LEAD, Membership.subproject_id.in_(subprojects))
    return session.scalars(select(User.id).where(User.active, User.memberships.any(leads)).order_by(User.id)).all()


def others_administer(session: Session, user: User) -> bool:
    """Whether somebody else administers, with an account that is open and has been opened."""
    administers = User.memberships.any(Membership.role == Role.ADMIN)
    question = select(User.id).where(User.id != user.id, User.active, OPENED, administers)
    return session.scalar(question.limit(1)) is not None


def coordinators(session: Session) -> Sequence[int]:
    """The ids of the accounts that coordinate the program."""
    coordinate = User.memberships.any(Membership.role == Role.COORDINATOR)
    return session.scalars(select(User.id).where(User.active, coordinate).order_by(User.id)).all()


def program(session: Session) -> Program | None:
    """The program of this instance; None before `init`."""
    return session.scalar(select(Program).order_by(Program.id).limit(1))


def accounts(session: Session) -> Sequence[User]:
    """All accounts in Swedish order of name, with their roles."""
    return session.scalars(
        select(User).options(selectinload(User.memberships)).order_by(swedish(User.name), User.id)
    ).all()


def account(session: Session, id: int) -> User:
    """An account by id. Raises NotFound."""
    user = session.get(User, id)
    if user is None:
        raise NotFound
    return user


def by_email(session: Session, email: str) -> User:
    """The account that has an address. Raises NotFound."""
    user = session.scalar(select(User).where(User.email == email.strip().casefold()))
    if user is None:
        raise NotFound
    return user
