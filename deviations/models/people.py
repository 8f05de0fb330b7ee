"""The people who use the program, and where they work. Never a participant."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, ForeignKey, String, Table, UniqueConstraint, case
from sqlalchemy.ext.hybrid import hybrid_property
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


FORMER = "Tidigare medarbetare"
"""What the interface calls somebody who left so long ago that her name is masked."""


class User(Base):
    """A member of staff with an account. Without any role she waits for one and sees nothing."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # stored casefolded
    full_name: Mapped[str] = mapped_column("name", String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(2), default="sv")
    mail_choice: Mapped[MailChoice] = mapped_column(choice(MailChoice), default=MailChoice.EACH)
    shortcuts: Mapped[bool] = mapped_column(default=True)  # single keys in the weekly review (WCAG 2.1.4)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    totp_secret: Mapped[str | None] = mapped_column(String(255))  # sealed with the instance's secret (adapters/vault)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)  # None: begun, not in use
    totp_step: Mapped[int | None] = mapped_column(BigInteger)  # of the last code that was taken: each works once
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    masked_at: Mapped[datetime | None] = mapped_column(UtcTime)

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", order_by="Membership.id", cascade="all, delete-orphan"
    )

    @hybrid_property
    def name(self) -> str:
        """The name by which others see her."""
        return FORMER if self.masked_at is not None else self.full_name

    @name.inplace.setter
    def _set_name(self, name: str) -> None:
        self.full_name = name

    @name.inplace.expression
    @classmethod
    def _name_in_sql(cls) -> ColumnElement[str]:
        return case((cls.masked_at.is_not(None), FORMER), else_=cls.full_name.expression)


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
