"""Accounts: invited by a link that works once, opened with a password, logged in and out through the database."""

import hashlib
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import (
    LoginFailure,
    LoginSession,
    Membership,
    OneTimeLink,
    Subproject,
    User,
)
from deviations.queries import people
from deviations.services import audit
from deviations.services.checks import check_texts

LINK_HOLDS = timedelta(hours=72)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
GUESSES, GUESS_WINDOW = 10, timedelta(minutes=5)  # Cyber Essentials: at most 10 guesses in 5 minutes

_hasher = PasswordHasher()
_DUMMY = _hasher.hash(secrets.token_hex(16))  # so that an unknown address takes as long as a known one


class TooManyGuesses(NotAllowed):
    """The account is closed to guesses for a few minutes."""


def hashed(token: str) -> str:
    """What is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def invite(
    session: Session,
    actor: Actor | None,
    *,
    email: str,
    name: str,
    role: Role,
    subproject: Subproject | None,
    at: datetime,
) -> str:
    """Makes an account without password and returns the one-time token for its link.

    The command line (actor None) and administrators may invite anybody; a lead reporters and leads to her own
    subproject. Raises NotAllowed for others (`may_not_invite`), when the address is taken (`email_taken`) or the role
    and the subproject don't fit together (`subproject_needed`); PersonalData for a name that is a number or an address.
    """
    _check_invitation(actor, role, subproject)
    check_texts({"name": name})
    address = email.strip().casefold()
    if session.scalar(select(User.id).where(User.email == address)) is not None:
        raise NotAllowed("email_taken")
    user = User(email=address, name=name.strip(), active=True, created_at=at)
    user.memberships.append(Membership(role=role, subproject=subproject))
    session.add(user)
    session.flush()
    audit.record(session, actor, "account.invited", f"user:{user.id}", at, {"role": role})
    return _link(session, user, at)


def _check_invitation(actor: Actor | None, role: Role, subproject: Subproject | None) -> None:
    if (role in (Role.REPORTER, Role.LEAD)) is (subproject is None):
        raise NotAllowed("subproject_needed")
    if actor is None or actor.has(Role.ADMIN):
        return
    own = subproject is not None and subproject.id in actor.subprojects(Role.LEAD)
    if not own:
        raise NotAllowed("may_not_invite")


def _link(session: Session, user: User, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(OneTimeLink(token_hash=hashed(token), user=user, created_at=at, expires_at=at + LINK_HOLDS))
    session.flush()
    return token


def new_link(session: Session, actor: Actor | None, user: User, at: datetime) -> str:
    """A fresh one-time token for an account that never got a password; its earlier links stop working.

    For administrators and the command line (actor None). Raises NotAllowed (`admin_only`) for others, and
    (`already_opened`) when there is a password.
    """
    if actor is not None and not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    if user.password_hash is not None:
        raise NotAllowed("already_opened")
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id))
    audit.record(session, actor, "account.invited", f"user:{user.id}", at)
    return _link(session, user, at)


def accept(session: Session, token: str, password: str, at: datetime) -> User:
    """Sets the invited account's first password and uses the link up. Raises NotFound for a link that doesn't hold."""
    link = people.invitation(session, hashed(token), at, to_use=True)
    user = link.user
    link.used_at = at
    user.password_hash = _hasher.hash(password)
    audit.record(session, people.actor_of(user), "account.opened", f"user:{user.id}", at)
    return user


def set_password(session: Session, user: User, password: str, at: datetime) -> None:
    """Gives an account a password; for the demo's builder, which shows it once."""
    user.password_hash = _hasher.hash(password)
    audit.record(session, None, "account.password_set", f"user:{user.id}", at)


def login(
    session: Session,
    email: str,
    password: str,
    at: datetime,
    hours: int,
    *,
    reading: Session | None = None,
) -> tuple[User, str]:
    """The account and the token of its new login session.

    The slow look at the password is done through `reading`, so that guessers never hold the write lock of `session`.
    Raises TooManyGuesses after ten wrong passwords in five minutes, else NotFound for an unknown address, a wrong
    password or a closed account alike. The caller commits in every case, so that failures count.
    """
    address = email.strip().casefold()
    looked_up = reading or session
    if _recent_failures(looked_up, address, at) >= GUESSES:
        raise TooManyGuesses("too_many_guesses")
    kept = looked_up.scalar(select(User.password_hash).where(User.email == address))
    fits = _fits(kept, password)
    if _recent_failures(session, address, at) >= GUESSES:  # others may have guessed meanwhile
        raise TooManyGuesses("too_many_guesses")
    user = session.scalar(select(User).where(User.email == address))
    if not fits or user is None or not user.active or user.password_hash != kept:
        session.add(LoginFailure(email_hash=hashed(address), at=at))
        audit.record(session, None, "login.failed", f"user:{user.id}" if user else "user:unknown", at)
        raise NotFound
    return user, _new_session(session, user, at, hours)


def _new_session(session: Session, user: User, at: datetime, hours: int) -> str:
    token = secrets.token_urlsafe(32)
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= at))
    session.execute(delete(LoginFailure).where(LoginFailure.at <= at - GUESS_WINDOW))
    expires = at + timedelta(hours=hours)
    session.add(LoginSession(token_hash=hashed(token), user=user, created_at=at, expires_at=expires))
    audit.record(session, people.actor_of(user), "login.done", f"user:{user.id}", at)
    return token


def _recent_failures(session: Session, address: str, at: datetime) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(LoginFailure)
            .where(LoginFailure.email_hash == hashed(address), LoginFailure.at > at - GUESS_WINDOW)
        )
        or 0
    )


def _fits(kept: str | None, password: str) -> bool:
    try:
        return _hasher.verify(kept or _DUMMY, password) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


def check_password(session: Session, user: User, password: str, at: datetime) -> None:
    """Asks somebody who is logged in for her password again, before something that a thief of her browser must not do.

    Raises TooManyGuesses, and NotAllowed (`wrong_password`); the caller commits then too, so that failures count.
    """
    if _recent_failures(session, user.email, at) >= GUESSES:
        raise TooManyGuesses("too_many_guesses")
    if not _fits(user.password_hash, password):
        session.add(LoginFailure(email_hash=hashed(user.email), at=at))
        audit.record(session, None, "login.failed", f"user:{user.id}", at)
        raise NotAllowed("wrong_password")


def change_password(
    session: Session, actor: Actor, user: User, *, current: str, new: str, token: str, at: datetime
) -> None:
    """Gives one's own account a new password and ends all its logins but the one of `token`.

    Raises as check_password does.
    """
    check_password(session, user, current, at)
    user.password_hash = _hasher.hash(new)
    others = (LoginSession.user_id == user.id, LoginSession.token_hash != hashed(token))
    session.execute(delete(LoginSession).where(*others))
    audit.record(session, actor, "account.password_changed", f"user:{user.id}", at)


def logout(session: Session, actor: Actor, token: str, at: datetime) -> None:
    """Ends the login session behind a token at once, in every process."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == hashed(token)))
    audit.record(session, actor, "login.ended", f"user:{actor.id}", at)


def set_active(session: Session, actor: Actor, user: User, active: bool, at: datetime) -> None:
    """Opens or closes an account; closing ends all its logins. Raises NotAllowed for others than administrators."""
    if not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    if user.id == actor.id:
        raise NotAllowed("not_yourself")
    user.active = active
    if not active:
        session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))
    audit.record(session, actor, "account.opened" if active else "account.closed", f"user:{user.id}", at)
