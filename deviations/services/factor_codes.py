"""The codes of the second factor, each taken once: those of a telephone's app (TOTP, RFC 6238), and ten recovery codes
for when it is lost.
"""

import hmac
import secrets
from datetime import UTC, datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from deviations.adapters import vault
from deviations.domain.logins import AttemptKind, LoginWay
from deviations.domain.workflow import NotAllowed
from deviations.models import RecoveryCode, User
from deviations.services import attempts, audit

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
    attempts.check(session, AttemptKind.CODE, key_of(user), at)
    if _take_code(session, user, typed, at, secret):
        return LoginWay.CODE
    if _take_recovery(session, user, typed, at, secret):
        return LoginWay.RECOVERY
    audit.record(session, None, "login.code_failed", f"user:{user.id}", at)
    attempts.wrong(session, AttemptKind.CODE, user, key_of(user), at)
    raise NotAllowed("wrong_code")


def key_of(user: User) -> str:
    """By what wrong codes are counted."""
    return f"user:{user.id}"


def _take_code(session: Session, user: User, typed: str, at: datetime, secret: str) -> bool:
    if user.totp_secret is None or user.totp_confirmed_at is None:
        return False
    try:
        step = step_of(vault.unseal(secret, user.totp_secret, PURPOSE), typed, at)
    except vault.Sealed:  # the instance has another secret now; recovery codes and the administrator still help
        return False
    if step is None:
        return False
    later = or_(User.totp_step.is_(None), User.totp_step < step)
    taken = session.execute(update(User).where(User.id == user.id, later).values(totp_step=step).returning(User.id))
    return taken.scalar() is not None


def step_of(totp_secret: str, typed: str, at: datetime) -> int | None:
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


def recovery_codes(session: Session, user: User, at: datetime, secret: str) -> list[str]:
    """Ten new recovery codes; the earlier ones stop working. Only what is kept of them can be looked at later."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["-".join(_group() for _ in range(GROUPS)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_hash=_hash(user, code, secret), made_at=at) for code in codes)
    session.flush()
    return codes


def _group() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
