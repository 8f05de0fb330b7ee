"""Accounts: made by an invitation, opened by the person's own first password, closed and opened again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain import retention
from deviations.domain.logins import AttemptKind, LinkPurpose
from deviations.domain.notices import Notice
from deviations.domain.roles import Actor, Role, belongs_to_subproject
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import AuditEntry, Identity, Membership, Subproject, User
from deviations.queries import one_time_links as links
from deviations.queries import people
from deviations.services import account_mail, attempts, audit, endings, memberships, one_time_links, passwords
from deviations.services.checks import check_texts
from deviations.services.tokens import hashed

TAKEN_BACK, CLOSED = "account.invitation_taken_back", "account.closed"


def invite(
    session: Session,
    actor: Actor | None,
    *,
    email: str,
    name: str,
    role: Role,
    subproject: Subproject | None,
    secret: str,
    at: datetime,
    by_mail: bool = False,
) -> str:
    """Makes an account without password and returns the one-time token for its link; `by_mail` sends the link too.

    The command line (actor None) and administrators may invite anybody; a lead reporters and leads to her own
    subproject. Raises NotAllowed for others (`may_not_invite`), when the address is taken (`email_taken`; a lead hears
    `not_here`) or the role and the subproject don't fit together (`subproject_needed`), TooManyGuesses after a hundred
    invitations in a day, and PersonalData for a name that is a number or an address. The caller commits then too, so
    that tries count.
    """
    _check_invitation(actor, role, subproject)
    check_texts({"name": name})
    _count(session, actor, at)
    user = _invited(session, actor, email.strip().casefold(), name.strip(), at)
    user.memberships.append(Membership(role=role, subproject=subproject))
    session.flush()
    audit.record(session, actor, "account.invited", f"user:{user.id}", at, {"role": role})
    return _link(session, actor, user, secret, at, by_mail)


def _check_invitation(actor: Actor | None, role: Role, subproject: Subproject | None) -> None:
    if belongs_to_subproject(role) is (subproject is None):
        raise NotAllowed("subproject_needed")
    if actor is None or actor.has(Role.ADMIN):
        return
    own = subproject is not None and subproject.id in actor.subprojects(Role.LEAD)
    if not own:
        raise NotAllowed("may_not_invite")


def _count(session: Session, actor: Actor | None, at: datetime) -> None:
    """Nobody's mistake, or stolen login, fills the letter boxes of half a county."""
    if actor is not None:
        attempts.check(session, AttemptKind.INVITATION, f"user:{actor.id}", at)
        attempts.count(session, AttemptKind.INVITATION, f"user:{actor.id}", at)


def _invited(session: Session, actor: Actor | None, address: str, name: str, at: datetime) -> User:
    """A new account, or one whose invitation was taken back before anybody used it."""
    audit.wait_turn(session)
    user = session.scalar(select(User).where(User.email == address))
    if user is None:
        user = User(email=address, name=name, active=True, created_at=at)
        session.add(user)
    elif not user.active and _never_opened(session, user) and _may_reopen(session, actor, user):
        user.name, user.active, user.closed_at, user.masked_at = name, True, None, None
        user.memberships.clear()
        session.flush()
    else:
        # A lead learns no more than that the administrator must help; whose account it is, she does not.
        raise NotAllowed("email_taken" if actor is None or actor.has(Role.ADMIN) else "not_here")
    return user


def _may_reopen(session: Session, actor: Actor | None, user: User) -> bool:
    """A lead takes up what an invitation taken back has closed; what an administrator has closed stays so for her."""
    if actor is None or actor.has(Role.ADMIN):
        return True
    closings = (AuditEntry.subject == f"user:{user.id}", AuditEntry.action.in_((TAKEN_BACK, CLOSED)))
    newest = select(AuditEntry.action).where(*closings).order_by(AuditEntry.id.desc()).limit(1)
    return session.scalar(newest) == TAKEN_BACK


def _never_opened(session: Session, user: User) -> bool:
    linked = select(Identity.id).where(Identity.user_id == user.id).limit(1)
    return user.password_changed_at is None and user.password_hash is None and session.scalar(linked) is None


def _link(session: Session, actor: Actor | None, user: User, secret: str, at: datetime, by_mail: bool) -> str:
    link = one_time_links.make(session, user, LinkPurpose.INVITATION, secret=secret, by=actor, at=at)
    if by_mail:
        account_mail.tell(session, user, Notice.INVITED, at, link)
    return one_time_links.token(link, secret)


def new_link(
    session: Session, actor: Actor | None, user: User, *, secret: str, at: datetime, by_mail: bool = False
) -> str:
    """A fresh one-time token for an account that never got a password; its earlier links stop working. `by_mail` sends
    it too.

    For administrators, the command line (actor None), and leads of all the subprojects that she is invited to. Raises
    NotAllowed (`may_not_invite`) for others, (`already_opened`) when there is a password, (`account_closed`), and
    TooManyGuesses as `invite` does.
    """
    _check_unopened(session, actor, user)
    if not user.active:
        raise NotAllowed("account_closed")
    _count(session, actor, at)
    audit.record(session, actor, "account.invited", f"user:{user.id}", at)
    return _link(session, actor, user, secret, at, by_mail)


def take_back(session: Session, actor: Actor, user: User, at: datetime) -> None:
    """Takes an invitation back that nobody has used: its link stops working and the account is closed. The address can
    be invited again.

    For whoever may renew it. Raises NotAllowed as `new_link` does.
    """
    _check_unopened(session, actor, user)
    one_time_links.forget(session, user, LinkPurpose.INVITATION)
    user.active, user.closed_at = False, at
    audit.record(session, actor, TAKEN_BACK, f"user:{user.id}", at)


def _check_unopened(session: Session, actor: Actor | None, user: User) -> None:
    if actor is not None and not (actor.has(Role.ADMIN) or _leads_all_of(actor, user)):
        raise NotAllowed("may_not_invite")
    if not _never_opened(session, user):
        raise NotAllowed("already_opened")


def _leads_all_of(actor: Actor, user: User) -> bool:
    """Whether every role of the person is one that this lead could have invited her to."""
    led = actor.subprojects(Role.LEAD)
    places = {held.subproject_id for held in user.memberships}
    return bool(places) and places <= led


def accept(session: Session, token: str, password: str, at: datetime) -> User:
    """Sets the invited account's first password and uses the link up.

    Raises NotFound for a link that doesn't hold or an account that has been opened another way, and NotAllowed for a
    password that is easy to guess (`domain.passwords.Fault`).
    """
    audit.wait_turn(session)
    link = links.holding(session, (LinkPurpose.INVITATION,), hashed(token), at, to_use=True)
    user = link.user
    if not _never_opened(session, user):
        raise NotFound
    passwords.choose(user, password, at)
    link.used_at = at
    audit.record(session, people.actor_of(user), "account.opened", f"user:{user.id}", at)
    return user


def set_password(session: Session, user: User, password: str, at: datetime) -> None:
    """Gives an account a password; for the demo's builder, which shows it once."""
    passwords.store(user, password, at)
    audit.record(session, None, "account.password_set", f"user:{user.id}", at)


def set_active(session: Session, actor: Actor, user: User, active: bool, at: datetime) -> None:
    """Opens or closes an account; closing ends all its logins and links.

    Raises NotAllowed for others than administrators (`admin_only`), for oneself (`not_yourself`), and when nobody would
    be left to administer (`last_admin`); an account whose name is gone by a gallringsbeslut stays closed
    (`account_erased`).
    """
    if not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    if user.id == actor.id:
        raise NotAllowed("not_yourself")
    if active and retention.is_nobody(user.email):
        raise NotAllowed("account_erased")
    if not active:
        memberships.check_an_admin_stays(session, user)
    user.active = active
    user.closed_at = None if active else at
    if active:
        user.masked_at = None
    else:
        endings.logins(session, user)
        one_time_links.forget(session, user, *LinkPurpose)
    audit.record(session, actor, "account.opened" if active else CLOSED, f"user:{user.id}", at)
