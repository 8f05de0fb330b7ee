"""Passwords: hashed with Argon2id, compared in the same time for everybody, asked for again before what a thief of an
open browser must not do, and chosen anew through a link when they are forgotten.
"""

import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.logins import AttemptKind, LinkPurpose
from deviations.domain.notices import Notice
from deviations.domain.passwords import fault, normal
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import User
from deviations.queries import one_time_links as links
from deviations.queries import people
from deviations.queries.identities import OPENED
from deviations.services import account_mail, attempts, audit, endings, one_time_links
from deviations.services.tokens import hashed

_hasher = PasswordHasher()
_DUMMY = _hasher.hash(secrets.token_hex(16))  # so that an unknown address takes as long as a known one


def store(user: User, password: str, at: datetime) -> None:
    """Gives an account a password; the caller writes the audit line that says why."""
    user.password_hash = _hasher.hash(normal(password))
    user.password_changed_at = at


def choose(user: User, password: str, at: datetime) -> None:
    """Gives an account the password that its owner has chosen. Raises NotAllowed with what is wrong with it
    (`domain.passwords.Fault`).
    """
    found = fault(password, (user.email, user.full_name))
    if found is not None:
        raise NotAllowed(found)
    store(user, password, at)


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that is kept as a hash; takes as long where none is kept."""
    try:
        return _hasher.verify(kept or _DUMMY, normal(password)) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


def check(session: Session, user: User, password: str, at: datetime) -> None:
    """Asks somebody who is logged in for her password again.

    Wrong ones are counted apart from those at the login page: what others guess there keeps nobody who is in from
    changing her password. Raises TooManyGuesses, and NotAllowed (`wrong_password`); the caller commits then too, so
    that failures count.
    """
    key = _again(user)
    attempts.check(session, AttemptKind.PASSWORD, key, at)
    kept = user.password_hash
    right = fits(kept, password)
    audit.wait_turn(session)
    attempts.check(session, AttemptKind.PASSWORD, key, at)  # others may have guessed meanwhile
    session.refresh(user, ["password_hash"])
    if not right or user.password_hash != kept:
        audit.record(session, None, "login.failed", f"user:{user.id}", at)
        attempts.wrong(session, AttemptKind.PASSWORD, user, key, at)
        raise NotAllowed("wrong_password")


def _again(user: User) -> str:
    """By what the passwords are counted that somebody is asked for again."""
    return f"user:{user.id}"


def change(session: Session, actor: Actor, user: User, *, current: str, new: str, token: str, at: datetime) -> None:
    """Gives one's own account a new password and ends all its logins but the one of `token`; its owner is told by mail.

    Raises as `check` and `choose` do.
    """
    check(session, user, current, at)
    choose(user, new, at)
    audit.record(session, actor, "account.password_changed", f"user:{user.id}", at)
    _changed(session, user, at, stays=token)


def ask_reset(session: Session, email: str, *, secret: str, at: datetime) -> None:
    """Mails a link for a new password, if an account in use (`OPENED`) has the address. The caller says the same
    in every case, also when five were asked for within a day and none is sent.

    Raises TooManyGuesses when too many were asked for from one network address.
    """
    source = str(session.info.get("source") or "")
    if source:
        attempts.check(session, AttemptKind.SOURCE, source, at)
        attempts.count(session, AttemptKind.SOURCE, source, at)
    address = email.strip().casefold()
    opened = (User.active, OPENED)
    user = session.scalar(select(User).where(User.email == address, *opened))
    audit.record(session, None, "password.reset_asked", f"user:{user.id}" if user else "user:unknown", at)
    try:
        attempts.check(session, AttemptKind.RESET, address, at)
    except attempts.TooManyGuesses:
        return
    attempts.count(session, AttemptKind.RESET, address, at)
    anybody = session.scalar(select(User).where(*opened).order_by(User.id).limit(1))
    whose = user or anybody
    if whose is not None:
        # The same is written for an unknown address, and thrown away: it must not be told by how long it takes.
        with session.begin_nested() as written:
            link = one_time_links.make(session, whose, LinkPurpose.RESET, secret=secret, by=None, at=at)
            account_mail.tell(session, whose, Notice.RESET, at, link)
            if user is None:
                written.rollback()


def reset_link(session: Session, actor: Actor | None, user: User, *, secret: str, at: datetime) -> str:
    """The token of a link for a new password, to be handed over in person where mail does not reach its owner.

    For administrators and the command line (actor None), of an open account in use (`OPENED`). Raises NotAllowed
    (`admin_only`, `account_closed`, `not_opened`).
    """
    if actor is not None and not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    if actor is not None and actor.id == user.id:
        raise NotAllowed("not_yourself")  # an open browser must not be enough for a new password
    if not user.active:
        raise NotAllowed("account_closed")
    if session.scalar(select(User.id).where(User.id == user.id, OPENED)) is None:
        raise NotAllowed("not_opened")
    audit.record(session, actor, "password.reset_link_made", f"user:{user.id}", at)
    return one_time_links.token(
        one_time_links.make(session, user, LinkPurpose.RESET, secret=secret, by=actor, at=at), secret
    )


def reset(session: Session, token: str, password: str, at: datetime) -> User:
    """Sets a new password through a mailed link, uses the link up and ends all logins; the second factor stays.

    Raises NotFound for a link that doesn't hold, and as `choose` does.
    """
    link = links.holding(session, (LinkPurpose.RESET,), hashed(token), at, to_use=True)
    user = link.user
    choose(user, password, at)
    link.used_at = at
    audit.record(session, people.actor_of(user), "account.password_reset", f"user:{user.id}", at)
    for key in (user.email, _again(user)):  # whoever guessed has a new password to guess; its owner comes in
        attempts.forget(session, AttemptKind.PASSWORD, key)
    _changed(session, user, at)
    return user


def _changed(session: Session, user: User, at: datetime, stays: str = "") -> None:
    """What follows when a password is another one: nobody who had the old one keeps a foot in the door."""
    endings.logins(session, user, but=stays)
    endings.address_change(session, user, at)
    one_time_links.forget(session, user, LinkPurpose.RESET)
    account_mail.tell(session, user, Notice.PASSWORD_CHANGED, at)
