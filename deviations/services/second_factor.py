"""The second factor of an account: set up on a telephone, asked for at the login, moved to another one, switched off,
and taken off for whoever has lost it.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from deviations.adapters import vault
from deviations.domain.logins import AttemptKind, LoginWay, Visit
from deviations.domain.notices import Notice
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import PendingLogin, RecoveryCode, User
from deviations.queries import logins as queries
from deviations.queries import people
from deviations.services import account_mail, attempts, audit, endings, factor_codes, logins, passwords
from deviations.services.logins import Came, Opened
from deviations.services.tokens import hashed


def complete(session: Session, token: str, typed: str, at: datetime, visit: Visit, *, secret: str) -> Opened:
    """Opens the half-done login behind a token by a code or a recovery code.

    Raises NotFound when it has run out, and as `factor_codes.check` does; the caller commits in every case.
    """
    pending = _pending(session, token, at)
    user, came = pending.user, _came(pending)
    logins.check_source(session, visit.source, at)
    try:
        way = factor_codes.check(session, user, typed, at, secret)
    except NotAllowed as refused:
        if refused.code == "wrong_code":
            logins.count_source(session, visit.source, at)
        raise
    _spend(session, token)
    return logins.open_login(session, user, way, at, visit, came)


def enrol(
    session: Session, token: str, totp_secret: str, typed: str, at: datetime, visit: Visit, *, secret: str
) -> tuple[Opened, list[str]]:
    """Sets up the second factor that a role needs, by which the half-done login opens; with the recovery codes.

    Raises NotFound when it has run out or there is a factor already, and NotAllowed (`wrong_code`).
    """
    pending = _pending(session, token, at)
    user, came = pending.user, _came(pending)
    if user.totp_confirmed_at is not None:
        raise NotFound
    codes = _turn_on(session, user, totp_secret, typed, at, secret)
    _spend(session, token)
    endings.logins(session, user)
    return logins.open_login(session, user, LoginWay.CODE, at, visit, came), codes


def _pending(session: Session, token: str, at: datetime) -> PendingLogin:
    audit.wait_turn(session)  # a new password, or a second browser, may be ending it right now
    found = queries.pending(session, hashed(token), at)
    if found is None:
        raise NotFound
    return found


def _came(pending: PendingLogin) -> Came:
    """By which organisation's login it began: the whole login ends with that one, as one without a code does."""
    return Came(provider=pending.provider, provider_session=pending.provider_session, id_token=pending.id_token)


def _spend(session: Session, token: str) -> None:
    """Takes the half-done login away, once. Raises NotFound when somebody else has."""
    mine = PendingLogin.token_hash == hashed(token)
    gone = session.execute(delete(PendingLogin).where(mine).returning(PendingLogin.id))
    if gone.scalar() is None:
        raise NotFound


def set_up(
    session: Session,
    user: User,
    totp_secret: str,
    typed: str,
    at: datetime,
    *,
    password: str,
    present: str = "",
    secret: str,
    token: str,
) -> list[str]:
    """Turns the second factor on for one's own account, or moves it to another telephone; the ten recovery codes.

    Asks for the password, if the account has one, and for a present code or recovery code where there is a factor. All
    logins but that of `token` end. Raises TooManyGuesses, and NotAllowed (`wrong_password`, `wrong_present_code`,
    `wrong_code`; `no_password` where there is nothing yet that shows that it is she); the caller commits then too.
    """
    _check_password(session, user, password, at)
    if factor_codes.step_of(totp_secret, typed, at) is None:  # before a recovery code is spent
        raise NotAllowed("wrong_code")
    if user.totp_confirmed_at is not None:
        _check_present(session, user, present, at, secret)
    codes = _turn_on(session, user, totp_secret, typed, at, secret)
    endings.logins(session, user, but=token)
    return codes


def _check_password(session: Session, user: User, password: str, at: datetime) -> None:
    """Asks for the password. Who comes by her organisation may have none, and shows a code instead."""
    if user.password_hash is not None:
        passwords.check(session, user, password, at)
    elif user.totp_confirmed_at is None:
        raise NotAllowed("no_password")


def _check_present(session: Session, user: User, present: str, at: datetime, secret: str) -> None:
    try:
        factor_codes.check(session, user, present, at, secret)
    except NotAllowed as refused:
        if refused.code == "wrong_code":
            raise NotAllowed("wrong_present_code") from None
        raise


def _turn_on(session: Session, user: User, totp_secret: str, typed: str, at: datetime, secret: str) -> list[str]:
    step = factor_codes.step_of(totp_secret, typed, at)
    if step is None:
        raise NotAllowed("wrong_code")
    user.totp_secret = vault.seal(secret, totp_secret, factor_codes.PURPOSE)
    user.totp_confirmed_at, user.totp_step = at, step
    attempts.forget(session, AttemptKind.CODE, factor_codes.key_of(user))  # wrong codes were about another secret
    audit.record(session, people.actor_of(user), "factor.on", f"user:{user.id}", at)
    account_mail.tell(session, user, Notice.FACTOR_CHANGED, at, detail={"on": True})
    return factor_codes.recovery_codes(session, user, at, secret)


def new_codes(session: Session, user: User, at: datetime, *, password: str, present: str, secret: str) -> list[str]:
    """Ten new recovery codes; the old ones stop working, and the owner is told. Asks for a present code or recovery
    code, and for the password, if the account has one.

    Raises TooManyGuesses, NotAllowed (`wrong_password`, `wrong_present_code`), and NotFound for somebody without a
    second factor; the caller commits then too.
    """
    if user.totp_confirmed_at is None:
        raise NotFound
    _check_password(session, user, password, at)
    _check_present(session, user, present, at, secret)  # else the password alone would do for both steps
    audit.record(session, people.actor_of(user), "factor.codes_made", f"user:{user.id}", at)
    account_mail.tell(session, user, Notice.FACTOR_CHANGED, at, detail={"codes": True})
    return factor_codes.recovery_codes(session, user, at, secret)


def switch_off(
    session: Session, user: User, at: datetime, *, password: str, typed: str, secret: str, token: str
) -> None:
    """Takes the second factor off one's own account, by a code, and by the password if it has one; all logins but that
    of `token` end.

    Raises NotAllowed (`factor_needed` where the role needs one, `wrong_password`, `wrong_code`), TooManyGuesses, and
    NotFound for somebody without one; the caller commits then too.
    """
    if user.totp_confirmed_at is None:
        raise NotFound
    if queries.needs_factor(session, user):
        raise NotAllowed("factor_needed")
    _check_password(session, user, password, at)
    factor_codes.check(session, user, typed, at, secret)
    _take_off(session, user, at)
    audit.record(session, people.actor_of(user), "factor.off", f"user:{user.id}", at)
    endings.logins(session, user, but=token)


def remove(session: Session, actor: Actor | None, user: User, at: datetime) -> None:
    """Takes a lost second factor off somebody's account, ends her logins and mails her.

    For administrators and the command line (actor None). Raises NotAllowed (`admin_only`; `not_own_factor`: her own an
    administrator switches off with a code), and NotFound where there is none.
    """
    if actor is not None and not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    if actor is not None and actor.id == user.id:
        raise NotAllowed("not_own_factor")
    if user.totp_confirmed_at is None:
        raise NotFound
    _take_off(session, user, at)
    audit.record(session, actor, "factor.removed", f"user:{user.id}", at)
    endings.logins(session, user)


def _take_off(session: Session, user: User, at: datetime) -> None:
    user.totp_secret = user.totp_confirmed_at = user.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    account_mail.tell(session, user, Notice.FACTOR_CHANGED, at, detail={"on": False})
