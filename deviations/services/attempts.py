"""Counts what is tried, by account and by network address, so that nobody can guess for ever."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from deviations.domain.logins import BY_NETWORK, LIMITS, LONG_LIMITS, AttemptKind, Limit, network
from deviations.domain.notices import Notice
from deviations.domain.workflow import NotAllowed
from deviations.models import Attempt, User
from deviations.services import account_mail, audit
from deviations.services.tokens import hashed

REFUSALS = {
    AttemptKind.PASSWORD: "too_many_guesses",
    AttemptKind.CODE: "too_many_codes",
    AttemptKind.SOURCE: "too_many_from_there",
    AttemptKind.LINK: "too_many_links",
    AttemptKind.RESET: "too_many_changes",  # for an address; who has forgotten a password is told nothing
    AttemptKind.INVITATION: "too_many_invitations",
}
"""What is said at each door that is closed."""


class TooManyGuesses(NotAllowed):
    """That door is closed for a while."""


def check(session: Session, kind: AttemptKind, key: str, at: datetime) -> None:
    """Raises TooManyGuesses (a code by kind, `REFUSALS`; `too_many_today` where the longer limit is reached) when there
    were as many as are allowed within the time before `at`.
    """
    if kind in LONG_LIMITS and _made(session, kind, key, at, LONG_LIMITS[kind]) >= LONG_LIMITS[kind].most:
        raise TooManyGuesses("too_many_today")
    if _made(session, kind, key, at, LIMITS[kind]) >= LIMITS[kind].most:
        raise TooManyGuesses(REFUSALS[kind])


def count(session: Session, kind: AttemptKind, key: str, at: datetime) -> bool:
    """Counts one more; whether it was the one that closes the door."""
    session.add(Attempt(kind=kind, key_hash=_kept(kind, key), at=at))
    session.flush()
    return _made(session, kind, key, at, LIMITS[kind]) == LIMITS[kind].most


def wrong(session: Session, kind: AttemptKind, user: User | None, key: str, at: datetime) -> None:
    """Counts a wrong password or code; when it closes the door, the log and the account's owner are told."""
    if count(session, kind, key, at):
        audit.record(session, None, "login.shut", f"user:{user.id}" if user else "user:unknown", at, {"kind": kind})
        if user is not None:
            account_mail.tell(session, user, Notice.GUESSED, at, detail={"kind": kind})


def forget(session: Session, kind: AttemptKind, key: str) -> None:
    """Opens the door again: what was guessed at is no longer there."""
    session.execute(delete(Attempt).where(Attempt.kind == kind, Attempt.key_hash == _kept(kind, key)))


def forget_old(session: Session, at: datetime) -> None:
    """Takes away what no limit looks at any more."""
    old = [
        (Attempt.kind == kind) & (Attempt.at <= at - max(limit.within, LONG_LIMITS.get(kind, limit).within))
        for kind, limit in LIMITS.items()
    ]
    session.execute(delete(Attempt).where(or_(*old)))


def _kept(kind: AttemptKind, key: str) -> str:
    """What stands for an account or a network address."""
    return hashed(network(key) if kind in BY_NETWORK else key)


def _made(session: Session, kind: AttemptKind, key: str, at: datetime, limit: Limit) -> int:
    made = (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.kind == kind, Attempt.key_hash == _kept(kind, key), Attempt.at > at - limit.within)
    )
    return session.scalar(made) or 0
