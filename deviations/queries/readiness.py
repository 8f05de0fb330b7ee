"""What the database says of whether the instance is ready to be used for real; counts only, no names."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.notices import MailState
from deviations.domain.readiness import Contents
from deviations.domain.roles import Role
from deviations.models import Membership, OutgoingMail, User
from deviations.queries import backups, logins, statement
from deviations.queries.identities import LINKED, OPENED


def contents(session: Session) -> Contents:
    """The facts that `domain.readiness.judge` asks for."""
    needed = logins.roles_with_factor(session)
    newest = backups.last(session)
    oldest = session.scalar(select(func.min(OutgoingMail.next_try_at)).where(OutgoingMail.state == MailState.WAITING))
    return Contents(
        admins=_admins(session),
        factor_off=sorted(logins.NEED_FACTOR - needed),
        without_factor=_without_factor(session, needed),
        waiting=_count(session, User.active, ~User.memberships.any()),
        backup=newest.at if newest is not None else None,
        oldest_mail=oldest,
        statement=statement.chosen(session) is not None,
    )


def _admins(session: Session) -> int:
    """How many administrators can log in: by a password, or by another organisation's login."""
    return _count(session, User.active, OPENED, User.memberships.any(Membership.role == Role.ADMIN))


def _without_factor(session: Session, roles: frozenset[Role]) -> int:
    """How many hold a role that needs a second factor and have none; where another organisation logs somebody in, it is
    that one's.
    """
    hold = User.memberships.any(Membership.role.in_(roles))
    return _count(session, User.active, User.totp_confirmed_at.is_(None), ~LINKED, hold)


def _count(session: Session, *wanted: object) -> int:
    return session.scalar(select(func.count()).select_from(User).where(*wanted)) or 0  # type: ignore[arg-type]
