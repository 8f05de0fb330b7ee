"""The second factor: codes from a telephone's app (TOTP, RFC 6238), and ten recovery codes for when it is lost."""

import hmac
import secrets
from datetime import UTC, datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from deviations.adapters import vault
from deviations.domain.logins import AttemptKind, Lifetime, LoginWay
from deviations.domain.notices import Notice
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import PendingLogin, RecoveryCode, User
from deviations.queries import logins as queries
from deviations.queries import people
from deviations.services import account_mail, attempts, audit, logins, passwords
from deviations.services.logins import Came, Opened
from deviations.services.tokens import hashed

ISSUER = "Mellan stolarna"
PURPOSE = "totp"
STEP = 30  # seconds for which a code holds
CODES, GROUPS, LENGTH = 10, 3, 4
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0 or 1: twelve of them are 59 bits, read off a paper


def fresh() -> str:
    """A new secret for an app: 160 bits in base 32 (RFC 4226, 4)."""
    import pyotp

    return pyotp.random_base32()


def address(totp_secret: str, user: User) -> str:
    """What the QR code says: the secret, for whom and of which service."""
    import pyotp

    return pyotp.TOTP(totp_secret).provisioning_uri(name=user.email, issuer_name=ISSUER)


def check(session: Session, user: User, typed: str, at: datetime, secret: str) -> LoginWay:
    """Takes a code of the app, or a recovery code, once; which of them it was.

    Raises TooManyGuesses, and NotAllowed (`wrong_code`); the caller commits then too, so that failures count.
    """
    audit.wait_turn(session)  # of two who send one code at once the second is looked at when the first is done
    attempts.check(session, AttemptKind.CODE, _key(user), at)
    if _take_code(session, user, typed, at, secret):
        return LoginWay.CODE
    if _take_recovery(session, user, typed, at, secret):
        return LoginWay.RECOVERY
    audit.record(session, None, "login.code_failed", f"user:{user.id}", at)
    attempts.wrong(session, AttemptKind.CODE, user, _key(user), at)
    raise NotAllowed("wrong_code")


def _key(user: User) -> str:
    return f"user:{user.id}"


def _take_code(session: Session, user: User, typed: str, at: datetime, secret: str) -> bool:
    if user.totp_secret is None or user.totp_confirmed_at is None:
        return False
    try:
        step = _step_of(vault.unseal(secret, user.totp_secret, PURPOSE), typed, at)
    except vault.Sealed:  # the instance has another secret now; recovery codes and the administrator still help
        return False
    if step is None:
        return False
    later = or_(User.totp_step.is_(None), User.totp_step < step)
    taken = session.execute(update(User).where(User.id == user.id, later).values(totp_step=step).returning(User.id))
    return taken.scalar() is not None


def _step_of(totp_secret: str, typed: str, at: datetime) -> int | None:
    """The half minute to which a code belongs: this one, or one beside it for clocks that differ (RFC 6238, 5.2)."""
    import pyotp

    code = "".join(typed.split()).encode("ascii", "replace")
    now, codes = int(at.astimezone(UTC).timestamp()) // STEP, pyotp.TOTP(totp_secret)
    fitting = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(codes.at(step * STEP).encode(), code)]
    return max(fitting, default=None)


def _take_recovery(session: Session, user: User, typed: str, at: datetime, secret: str) -> bool:
    kept = _hash(user, typed, secret)
    unused = (RecoveryCode.user_id == user.id, RecoveryCode.code_hash == kept, RecoveryCode.used_at.is_(None))
    taken = session.execute(update(RecoveryCode).where(*unused).values(used_at=at).returning(RecoveryCode.id))
    return taken.scalar() is not None


def _hash(user: User, code: str, secret: str) -> str:
    """What is kept of a recovery code: keyed, so that a copy of the database is not enough to try them out."""
    plain = "".join(letter for letter in code.casefold() if letter in LETTERS)
    return vault.mark(secret, f"{user.id} {plain}", "recovery code")


def complete(
    session: Session,
    token: str,
    typed: str,
    at: datetime,
    lifetime: Lifetime,
    *,
    secret: str,
    source: str = "",
    agent: str = "",
    instead_of: str = "",
) -> Opened:
    """Opens the half-done login behind a token by a code or a recovery code.

    Raises NotFound when it has run out, and as `check` does; the caller commits in every case.
    """
    pending = _pending(session, token, at)
    user, came = pending.user, _came(pending)
    logins.check_source(session, source, at)
    try:
        way = check(session, user, typed, at, secret)
    except NotAllowed as refused:
        if refused.code == "wrong_code":
            logins.count_source(session, source, at)
        raise
    _spend(session, token)
    return _open(session, user, way, token, at, lifetime, source, agent, instead_of, came)


def enrol(
    session: Session,
    token: str,
    totp_secret: str,
    typed: str,
    at: datetime,
    lifetime: Lifetime,
    *,
    secret: str,
    source: str = "",
    agent: str = "",
    instead_of: str = "",
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
    logins.end_all(session, user)
    return _open(session, user, LoginWay.CODE, token, at, lifetime, source, agent, instead_of, came), codes


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


def _open(
    session: Session,
    user: User,
    way: LoginWay,
    token: str,
    at: datetime,
    lifetime: Lifetime,
    source: str,
    agent: str,
    instead_of: str,
    came: Came,
) -> Opened:
    opened = logins.open_login(session, user, way, at, lifetime, source, agent, instead_of=instead_of, **came)
    return Opened(user, opened)


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
    if _step_of(totp_secret, typed, at) is None:  # before a recovery code is spent
        raise NotAllowed("wrong_code")
    if user.totp_confirmed_at is not None:
        _check_present(session, user, present, at, secret)
    codes = _turn_on(session, user, totp_secret, typed, at, secret)
    logins.end_all(session, user, but=token)
    return codes


def _check_password(session: Session, user: User, password: str, at: datetime) -> None:
    """Asks for the password. Who comes by her organisation may have none, and shows a code instead."""
    if user.password_hash is not None:
        passwords.check(session, user, password, at)
    elif user.totp_confirmed_at is None:
        raise NotAllowed("no_password")


def _check_present(session: Session, user: User, present: str, at: datetime, secret: str) -> None:
    try:
        check(session, user, present, at, secret)
    except NotAllowed as refused:
        if refused.code == "wrong_code":
            raise NotAllowed("wrong_present_code") from None
        raise


def _turn_on(session: Session, user: User, totp_secret: str, typed: str, at: datetime, secret: str) -> list[str]:
    step = _step_of(totp_secret, typed, at)
    if step is None:
        raise NotAllowed("wrong_code")
    user.totp_secret = vault.seal(secret, totp_secret, PURPOSE)
    user.totp_confirmed_at, user.totp_step = at, step
    attempts.forget(session, AttemptKind.CODE, _key(user))  # wrong codes were about another secret
    audit.record(session, people.actor_of(user), "factor.on", f"user:{user.id}", at)
    account_mail.tell(session, user, Notice.FACTOR_CHANGED, at, detail={"on": True})
    return _codes(session, user, at, secret)


def _codes(session: Session, user: User, at: datetime, secret: str) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["-".join(_group() for _ in range(GROUPS)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_hash=_hash(user, code, secret), made_at=at) for code in codes)
    session.flush()
    return codes


def _group() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


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
    return _codes(session, user, at, secret)


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
    check(session, user, typed, at, secret)
    _take_off(session, user, at)
    audit.record(session, people.actor_of(user), "factor.off", f"user:{user.id}", at)
    logins.end_all(session, user, but=token)


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
    logins.end_all(session, user)


def _take_off(session: Session, user: User, at: datetime) -> None:
    user.totp_secret = user.totp_confirmed_at = user.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    account_mail.tell(session, user, Notice.FACTOR_CHANGED, at, detail={"on": False})
