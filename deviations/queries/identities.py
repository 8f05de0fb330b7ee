"""Finds how other organisations' login services know the people who have an account here."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from deviations.models import Identity, User

LINKED = select(Identity.id).where(Identity.user_id == User.id).exists()
"""Whether an account is linked to another organisation's login."""

OPENED = or_(User.password_hash.is_not(None), LINKED)
"""Whether somebody has come in: by a password, or by her organisation's login, and may want a password as well. Before
that it is the invitation that gives one.
"""


def of(session: Session, user: int) -> Sequence[Identity]:
    """The login services that an account is linked to, the oldest link first."""
    return session.scalars(select(Identity).where(Identity.user_id == user).order_by(Identity.id)).all()


def known(session: Session, provider: str, subject: str) -> Identity | None:
    """Somebody by the login service's own name for her; None when she has not come that way before."""
    return session.scalar(select(Identity).where(Identity.provider == provider, Identity.subject == subject))


def linked(session: Session, provider: str, user: int) -> Identity | None:
    """How a login service knows the person behind an account; None when they are not linked."""
    return session.scalar(select(Identity).where(Identity.provider == provider, Identity.user_id == user))


def with_address(session: Session, email: str) -> User | None:
    """The account with an address, closed or not."""
    return session.scalar(select(User).where(User.email == email))
