"""Finds the person behind a login, and the lists of accounts and subprojects that an administrator keeps."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, selectinload

from deviations.domain.roles import Actor, Role
from deviations.domain.roles import Membership as Held
from deviations.domain.workflow import NotFound
from deviations.models import LoginSession, Membership, OneTimeLink, Program, Subproject, User
from deviations.models.base import swedish


def actor_of(user: User) -> Actor:
    """The acting person that an account stands for."""
    held = frozenset(Held(m.role, m.subproject_id) for m in user.memberships)
    return Actor(user.id, user.name, held)


def logged_in(session: Session, token_hash: str, now: datetime) -> User | None:
    """The active account behind a login token's hash, or None when it has ended, run out or been closed."""
    return session.scalar(
        select(User)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(LoginSession.token_hash == token_hash, LoginSession.expires_at > now, User.active)
        .options(selectinload(User.memberships))
    )


def invitation(session: Session, token_hash: str, now: datetime, *, to_use: bool = False) -> OneTimeLink:
    """An unused invitation that still holds, to an account that is not closed. Raises NotFound for all others alike.

    `to_use` locks it: of two browsers with the same link only the first gets it.
    """
    question = (
        select(OneTimeLink)
        .join(User, OneTimeLink.user_id == User.id)
        .where(
            OneTimeLink.token_hash == token_hash,
            OneTimeLink.expires_at > now,
            OneTimeLink.used_at.is_(None),
            User.active,
        )
    )
    link = session.scalar(question.with_for_update(of=OneTimeLink) if to_use else question)
    if link is None:
        raise NotFound
    return link


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
