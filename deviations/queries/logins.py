"""Finds the person behind a login, where she is logged in, and whose roles need a second factor."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from deviations.domain.logins import Lifetime
from deviations.domain.roles import Role
from deviations.models import LoginSession, Membership, PendingLogin, RecoveryCode, Setting, User

SECURITY = "security"
NEED_FACTOR = frozenset({Role.COORDINATOR, Role.STEERING, Role.ADMIN})
"""The roles that need a second factor until an instance says otherwise: they see or decide what is others'."""


def logged_in(session: Session, token_hash: str, now: datetime, lifetime: Lifetime) -> LoginSession | None:
    """The open login behind a token's hash with its account, or None when it has ended, run out, been idle for too
    long or its account been closed.
    """
    return session.scalar(
        select(LoginSession)
        .join(LoginSession.user)
        .where(
            LoginSession.token_hash == token_hash,
            LoginSession.expires_at > now,
            LoginSession.seen_at > now - lifetime.idle,
            User.active,
        )
        .options(contains_eager(LoginSession.user).selectinload(User.memberships))
    )


def of(session: Session, user: int, now: datetime, lifetime: Lifetime) -> Sequence[LoginSession]:
    """Where an account is logged in, what was used last first."""
    return session.scalars(
        select(LoginSession)
        .where(
            LoginSession.user_id == user,
            LoginSession.expires_at > now,
            LoginSession.seen_at > now - lifetime.idle,
        )
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    ).all()


def pending(session: Session, token_hash: str, now: datetime) -> PendingLogin | None:
    """The half-done login behind a token's hash with its account; None when it has run out or the account is closed."""
    return session.scalar(
        select(PendingLogin)
        .join(PendingLogin.user)
        .where(PendingLogin.token_hash == token_hash, PendingLogin.expires_at > now, User.active)
        .options(contains_eager(PendingLogin.user).selectinload(User.memberships))
    )


def roles_with_factor(session: Session) -> frozenset[Role]:
    """The roles that need a second factor in this instance."""
    stored = session.get(Setting, SECURITY)
    if stored is None:
        return NEED_FACTOR
    return frozenset(Role(role) for role in json.loads(stored.value).get("second_factor", NEED_FACTOR))


def needs_factor(session: Session, user: User) -> bool:
    """Whether one of a person's roles needs a second factor."""
    return not roles_with_factor(session).isdisjoint(held.role for held in user.memberships)


def codes_left(session: Session, user: int) -> int:
    """How many recovery codes of an account are unused."""
    left = select(func.count()).where(RecoveryCode.user_id == user, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def factors(session: Session) -> dict[Role, tuple[int, int]]:
    """Of each role: how many people with an open account hold it, and how many of them have a second factor."""
    people = func.count(func.distinct(User.id))
    has = people.filter(User.totp_confirmed_at.is_not(None))
    counted = select(Membership.role, people, has).join(Membership.user).where(User.active).group_by(Membership.role)
    found = {role: (every, those) for role, every, those in session.execute(counted)}
    return {role: found.get(role, (0, 0)) for role in Role}
