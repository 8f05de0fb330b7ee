"""The roles of a person: several, each in one subproject or in the whole program. Who gets or loses one is told so, and
logs in anew.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.notices import Notice
from deviations.domain.roles import Actor, Role, belongs_to_subproject
from deviations.domain.workflow import NotAllowed
from deviations.models import Membership, Subproject, User
from deviations.queries import people
from deviations.services import account_mail, audit, endings


def add(session: Session, actor: Actor, user: User, role: Role, subproject: Subproject | None, at: datetime) -> None:
    """Gives a person one more role.

    Raises NotAllowed for others than administrators (`admin_only`), for oneself while somebody else administers too
    (`not_yourself`), where role and place don't fit together (`subproject_needed`), for a closed account
    (`account_closed`) and a role that she has (`role_held`). Of a role that the only administrator gives herself the
    coordinators are told.
    """
    _check_admin(actor)
    if belongs_to_subproject(role) is (subproject is None):
        raise NotAllowed("subproject_needed")
    if not user.active:
        raise NotAllowed("account_closed")
    audit.wait_turn(session)  # of two presses at once the second finds the role that the first gave
    if actor.id == user.id and people.others_administer(session, user):
        raise NotAllowed("not_yourself")
    session.refresh(user, ["memberships"])
    place = subproject.id if subproject is not None else None
    if (role, place) in {(held.role, held.subproject_id) for held in user.memberships}:
        raise NotAllowed("role_held")
    user.memberships.append(Membership(role=role, subproject=subproject))
    told = _coordinators(session, user) if actor.id == user.id else ()
    _changed(session, actor, user, "role.given", (role, place), at)
    for one in told:
        account_mail.tell(session, one, Notice.ROLE_CHANGED, at, detail={"herself": role})


def remove(session: Session, actor: Actor, membership: Membership, at: datetime) -> None:
    """Takes a role from a person; without any she waits for one.

    Raises NotAllowed for others than administrators (`admin_only`), and when nobody would be left to administer
    (`last_admin`).
    """
    _check_admin(actor)
    audit.wait_turn(session)  # of two administrators who take each other's role one stays
    user = membership.user
    if membership.role is Role.ADMIN and not people.others_administer(session, user):
        raise NotAllowed("last_admin")
    user.memberships.remove(membership)
    _changed(session, actor, user, "role.taken", (membership.role, membership.subproject_id), at)


def check_an_admin_stays(session: Session, leaving: User) -> None:
    """Raises NotAllowed (`last_admin`) when nobody could administer without this person."""
    audit.wait_turn(session)
    administers = any(held.role is Role.ADMIN for held in leaving.memberships)
    if administers and not people.others_administer(session, leaving):
        raise NotAllowed("last_admin")


def _check_admin(actor: Actor) -> None:
    if not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")


def _coordinators(session: Session, but: User) -> Sequence[User]:
    """Who else sees the whole program, and so may ask why."""
    coordinates = User.memberships.any(Membership.role == Role.COORDINATOR)
    return session.scalars(select(User).where(User.id != but.id, User.active, coordinates).order_by(User.id)).all()


def _changed(
    session: Session, actor: Actor, user: User, action: str, what: tuple[Role, int | None], at: datetime
) -> None:
    session.flush()
    role, place = what
    detail = {"role": role, "subproject": place} if place is not None else {"role": role}
    audit.record(session, actor, action, f"user:{user.id}", at, detail)
    endings.logins(session, user)
    account_mail.tell(session, user, Notice.ROLE_CHANGED, at)
