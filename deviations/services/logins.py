"""Logging in and out: open logins are rows, so that one that ends is dead at once in every process."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from deviations.domain.logins import PENDING, AttemptKind, Lifetime, LoginWay, Visit
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import LoginSession, PendingLogin, User
from deviations.models.engine import at_once
from deviations.queries import logins as queries
from deviations.queries import people
from deviations.services import attempts, audit, endings, passwords
from deviations.services.tokens import fresh, hashed

AGENT, SOURCE = 200, 64  # characters


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody is logged in; the token is for her browser's cookie."""

    user: User
    token: str


@dataclass(frozen=True, slots=True)
class Came:
    """The login of another organisation by which somebody came: its name in the settings, its own name for the session,
    and the id token, sealed (`adapters.vault`). All are empty of who wrote a password.
    """

    provider: str = ""
    provider_session: str = ""
    id_token: str = ""


BY_PASSWORD = Came()


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody has shown her password, or come by her organisation, and is asked for a code, or (`enrol`) to set up
    where codes come from.
    """

    user: User
    token: str
    enrol: bool


def begin(
    session: Session,
    email: str,
    password: str,
    at: datetime,
    visit: Visit,
    *,
    reading: Session | None = None,
) -> Opened | Halfway:
    """Logs in by password, as far as that goes.

    The slow look at the password is done through `reading`, so that guessers never hold the write lock of `session`.
    Raises TooManyGuesses after too many wrong ones (`domain.logins.LIMITS`), else NotFound for an unknown address, a
    wrong password or a closed account alike. The caller commits in every case, so that failures count.
    """
    address = email.strip().casefold()
    looked_up = reading or session
    _check_doors(looked_up, address, visit.source, at)
    kept = looked_up.scalar(select(User.password_hash).where(User.email == address))
    if reading is not None:
        reading.rollback()  # no connection is kept for so long
    fits = passwords.fits(kept, password)
    audit.wait_turn(session)
    _check_doors(session, address, visit.source, at)  # others may have guessed meanwhile
    user = session.scalar(select(User).where(User.email == address))
    if not fits or user is None or not user.active or user.password_hash != kept:
        _failed(session, user, address, visit.source, at)
        raise NotFound
    return proceed(session, user, at, visit)


def _check_doors(session: Session, address: str, source: str, at: datetime) -> None:
    attempts.check(session, AttemptKind.PASSWORD, address, at)
    check_source(session, source, at)


def check_source(session: Session, source: str, at: datetime) -> None:
    """Raises TooManyGuesses when a network address has guessed far more than the people behind one mistype."""
    if source:
        attempts.check(session, AttemptKind.SOURCE, source, at)


def count_source(session: Session, source: str, at: datetime) -> None:
    """Counts something wrong that came from a network address."""
    if source:
        attempts.count(session, AttemptKind.SOURCE, source, at)


def _failed(session: Session, user: User | None, address: str, source: str, at: datetime) -> None:
    audit.record(session, None, "login.failed", f"user:{user.id}" if user else "user:unknown", at)
    attempts.wrong(session, AttemptKind.PASSWORD, user, address, at)
    count_source(session, source, at)


def proceed(session: Session, user: User, at: datetime, visit: Visit) -> Opened | Halfway:
    """What follows a right password: in, or to the second factor where she has one or her role needs one."""
    if user.totp_confirmed_at is not None or queries.needs_factor(session, user):
        return halfway(session, user, at, visit)
    return open_login(session, user, LoginWay.PASSWORD, at, visit)


def halfway(session: Session, user: User, at: datetime, visit: Visit, came: Came = BY_PASSWORD) -> Halfway:
    """A half-done login, which the second factor or its setting up completes. The login that this browser had before
    ends.
    """
    token = fresh()
    _drop(session, visit.instead_of)
    session.execute(delete(PendingLogin).where(PendingLogin.expires_at <= at))
    session.add(
        PendingLogin(
            token_hash=hashed(token),
            user=user,
            created_at=at,
            expires_at=at + PENDING,
            provider=came.provider,
            provider_session=came.provider_session,
            id_token=came.id_token,
        )
    )
    session.flush()
    return Halfway(user, token, enrol=user.totp_confirmed_at is None)


def open_login(
    session: Session, user: User, way: LoginWay, at: datetime, visit: Visit, came: Came = BY_PASSWORD
) -> Opened:
    """Lets somebody in. The login that this browser had before ends."""
    token = fresh()
    sweep(session, at, visit.lifetime)
    _drop(session, visit.instead_of)
    session.add(
        LoginSession(
            token_hash=hashed(token),
            user=user,
            created_at=at,
            seen_at=at,
            expires_at=at + visit.lifetime.whole,
            way=way,
            agent="".join(letter for letter in visit.agent if letter.isprintable())[:AGENT],
            source=visit.source[:SOURCE],
            provider=came.provider,
            provider_session=came.provider_session,
            id_token=came.id_token,
        )
    )
    told = {"way": way, **({"provider": came.provider} if came.provider else {})}
    audit.record(session, people.actor_of(user), "login.done", f"user:{user.id}", at, told)
    return Opened(user, token)


def _drop(session: Session, token: str) -> None:
    if token:
        session.execute(delete(LoginSession).where(LoginSession.token_hash == hashed(token)))


def sweep(session: Session, at: datetime, lifetime: Lifetime) -> None:
    """Takes away logins that have run out or been idle for too long, and what no limit looks at any more."""
    over = or_(LoginSession.expires_at <= at, LoginSession.seen_at <= at - lifetime.idle)
    session.execute(delete(LoginSession).where(over))
    attempts.forget_old(session, at)


def note_use(engine: Engine, login: int, at: datetime) -> bool:
    """Writes down that a login was used, in a transaction of its own; gives up, and says so, where that would take
    waiting: the next click writes it.
    """
    try:
        with at_once(engine) as connection:
            connection.execute(update(LoginSession).where(LoginSession.id == login).values(seen_at=at))
    except SQLAlchemyError:
        return False
    return True


def logout(session: Session, actor: Actor, token: str, at: datetime) -> LoginSession | None:
    """Ends the login behind a token at once, in every process, and gives back what it was (how it was opened)."""
    login = session.scalar(select(LoginSession).where(LoginSession.token_hash == hashed(token)))
    if login is not None:
        session.delete(login)
    audit.record(session, actor, "login.ended", f"user:{actor.id}", at)
    return login


def end(session: Session, actor: Actor, user: User, login: int, at: datetime) -> None:
    """Ends one of an account's logins: one's own, or anybody's for administrators.

    Raises NotAllowed (`admin_only`) for others, and NotFound when it isn't open.
    """
    _check_whose(actor, user)
    found = session.scalar(select(LoginSession).where(LoginSession.id == login, LoginSession.user_id == user.id))
    if found is None:
        raise NotFound
    session.delete(found)
    audit.record(session, actor, "login.ended", f"user:{user.id}", at)


def end_everywhere(session: Session, actor: Actor, user: User, at: datetime) -> None:
    """Ends all logins of one's own account, or for administrators of any. Raises NotAllowed (`admin_only`)."""
    _check_whose(actor, user)
    endings.logins(session, user)
    audit.record(session, actor, "login.ended_all", f"user:{user.id}", at)


def _check_whose(actor: Actor, user: User) -> None:
    if user.id != actor.id and not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
