"""The people who use the program, where they work, and how they are logged in. Never a participant."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.notices import MailChoice
from deviations.domain.roles import Role
from deviations.models.base import Base, UtcTime, choice
from deviations.models.catalogue import Association, Municipality

subproject_municipality = Table(
    "subproject_municipality",
    Base.metadata,
    Column("subproject_id", ForeignKey("subproject.id"), primary_key=True),
    Column("municipality_id", ForeignKey("municipality.id"), primary_key=True, index=True),
)


class Program(Base):
    """An insats such as MIA, owned by one association and run in subprojects."""

    __tablename__ = "program"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    owner_id: Mapped[int] = mapped_column(ForeignKey("association.id"))

    owner: Mapped[Association] = relationship()


class Subproject(Base):
    """A delprojekt: one association's part of a program, in some municipalities."""

    __tablename__ = "subproject"

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    name: Mapped[str] = mapped_column(String(120), unique=True)

    program: Mapped[Program] = relationship()
    association: Mapped[Association] = relationship()
    municipalities: Mapped[list[Municipality]] = relationship(
        secondary=subproject_municipality, order_by=Municipality.name
    )


class User(Base):
    """A member of staff with an account."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # stored casefolded
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(2), default="sv")
    mail_choice: Mapped[MailChoice] = mapped_column(choice(MailChoice), default=MailChoice.EACH)
    shortcuts: Mapped[bool] = mapped_column(default=True)  # single keys in the weekly review (WCAG 2.1.4)
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", order_by="Membership.id")


class Membership(Base):
    """A role of a person, in one subproject or (None) in the whole program."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "role", "subproject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[Role] = mapped_column(choice(Role))
    subproject_id: Mapped[int | None] = mapped_column(ForeignKey("subproject.id"))

    user: Mapped[User] = relationship(back_populates="memberships")
    subproject: Mapped[Subproject | None] = relationship()


class LoginSession(Base):
    """Somebody logged in on one browser. Only a hash of the token is kept, so the table is no key ring."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)

    user: Mapped[User] = relationship()


class LoginFailure(Base):
    """A wrong password for an address, known or not; enough of them close that door for a while."""

    __tablename__ = "login_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)


class OneTimeLink(Base):
    """An invitation that works once: whoever holds it chooses the account's first password."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)

    user: Mapped[User] = relationship()
