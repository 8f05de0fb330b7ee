"""Letters (skrivelser): the draft with its frozen numbers, its versions, what was sent, and what was answered."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.letters import Answer, LetterStatus
from deviations.models.barriers import Barrier
from deviations.models.base import Base, UtcTime, choice
from deviations.models.catalogue import Agency, Association
from deviations.models.people import User

letter_recipient = Table(
    "letter_recipient",
    Base.metadata,
    Column("letter_id", ForeignKey("letter.id"), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), primary_key=True, index=True),
)


class Letter(Base):
    """A letter about one barrier to one or more recipients."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("registry_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    barrier_id: Mapped[int] = mapped_column(ForeignKey("barrier.id"), index=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    status: Mapped[LetterStatus] = mapped_column(choice(LetterStatus), index=True)
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)  # JSON, frozen when the draft was made
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_on: Mapped[date | None]
    decided_paragraph: Mapped[str] = mapped_column(String(40), default="")
    registry_number: Mapped[str | None] = mapped_column(String(40))
    sent_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    sent_pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str | None] = mapped_column(String(64))  # of sent_pdf
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    barrier: Mapped[Barrier] = relationship()
    association: Mapped[Association] = relationship()
    author: Mapped[User] = relationship()
    recipients: Mapped[list[Agency]] = relationship(secondary=letter_recipient, order_by=Agency.name)
    versions: Mapped[list["LetterVersion"]] = relationship(back_populates="letter", order_by="LetterVersion.number")
    replies: Mapped[list["Reply"]] = relationship(back_populates="letter", order_by="Reply.received_on")


class LetterVersion(Base):
    """One saved text of a letter, kept for ever."""

    __tablename__ = "letter_version"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)

    letter: Mapped[Letter] = relationship(back_populates="versions")
    author: Mapped[User] = relationship()


class Reply(Base):
    """What the recipient answered, in a coordinator's words."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    kind: Mapped[LetterStatus] = mapped_column(choice(LetterStatus))
    answer: Mapped[Answer | None] = mapped_column(choice(Answer))
    received_on: Mapped[date]
    their_number: Mapped[str] = mapped_column(String(60), default="")
    summary: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    letter: Mapped[Letter] = relationship(back_populates="replies")


class Series(Base):
    """An association's registry numbers of one year: the last one given, so that none is skipped or given twice."""

    __tablename__ = "series"

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
