"""Accounts as the administrator looks them through: who there is, with which roles, and who waits for one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session, selectinload

from deviations.domain.accounts import AccountState, state
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound
from deviations.models import Membership, User
from deviations.models.base import swedish
from deviations.queries.identities import OPENED

MOST = 200
"""So many accounts are listed at once; beyond that one asks for a name."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account and its state."""

    user: User
    state: AccountState


def listed(
    session: Session, actor: Actor, text: str = "", wanted: AccountState | None = None
) -> tuple[Sequence[Account], bool]:
    """Accounts in Swedish order of name, of those whose name or address holds a text; and whether there are more.

    Raises NotFound for all but administrators.
    """
    _check(actor)
    question = select(User, OPENED).options(selectinload(User.memberships).selectinload(Membership.subproject))
    if wanted is not None:
        question = question.where(_in(wanted))
    if text:
        named = User.full_name.icontains(text, autoescape=True) | User.email.icontains(text, autoescape=True)
        question = question.where(User.masked_at.is_(None), named)
    question = question.order_by(User.masked_at.is_not(None), swedish(User.full_name), User.id).limit(MOST + 1)
    found = [Account(user, _state(user, opened)) for user, opened in session.execute(question)]
    return found[:MOST], len(found) > MOST


def get(session: Session, actor: Actor, id: int) -> Account:
    """One account. Raises NotFound for all but administrators, and where there is none."""
    _check(actor)
    question = select(User, OPENED).where(User.id == id).options(selectinload(User.memberships))
    found = session.execute(question).one_or_none()
    if found is None:
        raise NotFound
    return Account(found[0], _state(found[0], found[1]))


def counts(session: Session, actor: Actor) -> dict[AccountState, int]:
    """How many accounts there are of each state. Raises NotFound for all but administrators."""
    _check(actor)
    sums = [func.count().filter(_in(wanted)) for wanted in AccountState]
    row = session.execute(select(*sums).select_from(User)).one()
    return dict(zip(AccountState, row, strict=True))


def _check(actor: Actor) -> None:
    if not actor.has(Role.ADMIN):
        raise NotFound


def _state(user: User, opened: bool) -> AccountState:
    return state(active=user.active, opened=opened, roles=bool(user.memberships))


def _in(wanted: AccountState) -> ColumnElement[bool]:
    """The same as `domain.accounts.state`, in SQL."""
    roles = User.memberships.any()
    return {
        AccountState.CLOSED: not_(User.active),
        AccountState.WAITING: and_(User.active, not_(roles)),
        AccountState.INVITED: and_(User.active, roles, not_(OPENED)),
        AccountState.OPEN: and_(User.active, roles, OPENED),
    }[wanted]
