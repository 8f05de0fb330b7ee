"""How people are logged in: open logins and half-done ones, one-time links, codes, other organisations' logins, and
what is counted against guessing. Of every token only a hash is kept, so no table is a key ring.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.logins import AttemptKind, LinkPurpose, LoginWay
from deviations.models.base import Base, UtcTime, choice
from deviations.models.people import User


class LoginSession(Base):
    """Somebody logged in on one browser."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)  # at most so exact as is worth a write
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    way: Mapped[LoginWay] = mapped_column(choice(LoginWay), default=LoginWay.PASSWORD)
    agent: Mapped[str] = mapped_column(String(200), default="")  # what the browser says that it is
    source: Mapped[str] = mapped_column(String(64), default="")  # the network address
    provider: Mapped[str] = mapped_column(String(60), default="")  # by which she came, also when a code came after
    provider_session: Mapped[str] = mapped_column(String(255), default="", index=True)  # the provider's own name for it
    id_token: Mapped[str] = mapped_column(Text, default="")  # sealed; the provider asks for it when one logs out

    user: Mapped[User] = relationship()


class PendingLogin(Base):
    """Somebody who has shown her password, or her organisation's login, and not yet the second factor."""

    __tablename__ = "pending_login"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    provider: Mapped[str] = mapped_column(String(60), default="")  # these three: as the login's own will be
    provider_session: Mapped[str] = mapped_column(String(255), default="")
    id_token: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User] = relationship()


class RecoveryCode(Base):
    """One of the ten codes that stand in for a lost telephone, each once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Identity(Base):
    """A person as another organisation's login service knows her."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("provider", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    provider: Mapped[str] = mapped_column(String(60))  # its name in the settings
    subject: Mapped[str] = mapped_column(String(255))  # the service's own name for her
    linked_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime] = mapped_column(UtcTime)

    user: Mapped[User] = relationship()


class Attempt(Base):
    """Something that was tried, counted against its limit (`domain.logins.LIMITS`). The key is a hash."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_kind_key_hash_at", "kind", "key_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AttemptKind] = mapped_column(choice(AttemptKind))
    key_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class EmailChange(Base):
    """Another address that somebody wants: it is hers when both the old and the new one have said so."""

    __tablename__ = "email_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    new_email: Mapped[str] = mapped_column(String(254))  # casefolded
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    old_confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    new_confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)  # done, or taken back

    user: Mapped[User] = relationship()


class OneTimeLink(Base):
    """A link that works once: an invitation, a new password, or half of a change of address.

    Its token is worked out from `nonce` and the instance's secret, so that the worker can word the mail that carries it
    without any table holding it.
    """

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(64), default="")
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose), default=LinkPurpose.INVITATION)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    email_change_id: Mapped[int | None] = mapped_column(ForeignKey("email_change.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # none: the command line, or herself
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)

    user: Mapped[User] = relationship(foreign_keys=user_id)
    email_change: Mapped[EmailChange | None] = relationship()
