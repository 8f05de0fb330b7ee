"""What an instance asks of its people's logins: which roles need a second factor."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import Membership, User
from deviations.queries.logins import NEED_FACTOR, SECURITY, roles_with_factor
from deviations.services import audit, choices, endings


def choose(session: Session, actor: Actor, roles: Collection[Role], version: int | None, at: datetime) -> None:
    """These roles need a second factor, and no others. Whoever holds one that needs it from now on and has none is
    logged out everywhere, and sets it up when she logs in again; so is whoever asks.

    Raises NotAllowed (`admin_only`) for others than administrators, and StaleDataError where somebody has saved after
    `version`.
    """
    if not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    chosen = [role for role in Role if role in roles]
    added = frozenset(chosen) - roles_with_factor(session)
    choices.keep(session, SECURITY, {"second_factor": chosen}, version)
    audit.record(session, actor, "security.changed", "setting:security", at, {"second_factor": chosen})
    for user in _without(session, added):
        endings.logins(session, user)


def _without(session: Session, roles: Collection[Role]) -> Sequence[User]:
    """Who holds one of these roles and has no second factor."""
    holds = User.memberships.any(Membership.role.in_(roles))
    return session.scalars(select(User).where(holds, User.totp_confirmed_at.is_(None)).order_by(User.id)).all()


def start(session: Session, roles: Collection[Role] = NEED_FACTOR) -> None:
    """What a new instance starts with; a demo with no role."""
    choices.keep(session, SECURITY, {"second_factor": [role for role in Role if role in roles]}, None)
