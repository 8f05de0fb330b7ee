"""Letters (skrivelser): what they are about and to whom, their versions, frozen numbers and chosen cases, and the very
files that were sent.
"""

from datetime import date, datetime

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.letters import Delivery, FileKind, LetterStatus
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

letter_copy = Table(
    "letter_copy",
    Base.metadata,
    Column("letter_id", ForeignKey("letter.id"), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), primary_key=True, index=True),
)

letter_barrier = Table(  # further barriers; the first stands in the letter itself
    "letter_barrier",
    Base.metadata,
    Column("letter_id", ForeignKey("letter.id"), primary_key=True),
    Column("barrier_id", ForeignKey("barrier.id"), primary_key=True, index=True),
)


class Letter(Base):
    """A letter about one barrier, and perhaps further ones, to one or more recipients."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("registry_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    barrier_id: Mapped[int] = mapped_column(ForeignKey("barrier.id"), index=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    status: Mapped[LetterStatus] = mapped_column(choice(LetterStatus), index=True)
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)  # Markdown, with evidence blocks by name
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    your_reference: Mapped[str] = mapped_column(String(60), default="")  # the recipient's own registry number
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_on: Mapped[date | None]
    decided_paragraph: Mapped[str] = mapped_column(String(40), default="")
    registry_number: Mapped[str | None] = mapped_column(String(40))
    sent_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    answer_how: Mapped[str] = mapped_column(Text, default="")  # JSON: how that day was counted
    head: Mapped[str] = mapped_column(Text, default="")  # JSON: from and to whom, as when it was sent
    seal: Mapped[str | None] = mapped_column(String(64))  # SHA-256 over all that was sent; none before seals were made
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    barrier: Mapped[Barrier] = relationship()
    further: Mapped[list[Barrier]] = relationship(secondary=letter_barrier, order_by=Barrier.id)
    association: Mapped[Association] = relationship()
    author: Mapped[User] = relationship()
    recipients: Mapped[list[Agency]] = relationship(secondary=letter_recipient, order_by=Agency.name)
    copies: Mapped[list[Agency]] = relationship(secondary=letter_copy, order_by=Agency.name)
    snapshots: Mapped[list["LetterSnapshot"]] = relationship(
        back_populates="letter", order_by="(LetterSnapshot.number, LetterSnapshot.position)"
    )
    cases: Mapped[list["LetterCase"]] = relationship(back_populates="letter", order_by="LetterCase.position")
    versions: Mapped[list["LetterVersion"]] = relationship(back_populates="letter", order_by="LetterVersion.number")
    comments: Mapped[list["LetterComment"]] = relationship(back_populates="letter", order_by="LetterComment.id")
    files: Mapped[list["LetterFile"]] = relationship(back_populates="letter", order_by="LetterFile.kind")
    dispatches: Mapped[list["LetterDispatch"]] = relationship(back_populates="letter", order_by="LetterDispatch.id")
    replies: Mapped[list["Reply"]] = relationship(  # type: ignore[name-defined]  # noqa: F821 - models/answers.py
        back_populates="letter", order_by="(Reply.received_on, Reply.id)"
    )

    @property
    def about(self) -> list[Barrier]:
        """Its barriers, the one that it was drafted from first."""
        return [self.barrier, *self.further]

    @property
    def answer(self) -> "Reply | None":  # type: ignore[name-defined]  # noqa: F821 - models/answers.py
        """The latest answer proper; None where only a receipt or more time came, or nothing."""
        came = [reply for reply in self.replies if reply.kind is LetterStatus.ANSWERED]
        return came[-1] if came else None

    @property
    def numbers(self) -> list["LetterSnapshot"]:
        """The evidence in force, one for each barrier in their order."""
        newest = max(one.number for one in self.snapshots)
        return [one for one in self.snapshots if one.number == newest]

    def file(self, kind: FileKind) -> "LetterFile | None":
        """The file of a kind as it was sent; None before that."""
        return next((one for one in self.files if one.kind is kind), None)


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
    restored: Mapped[int | None]  # the number of the version that was taken back

    letter: Mapped[Letter] = relationship(back_populates="versions")
    author: Mapped[User] = relationship()


class LetterAutosave(Base):
    """What somebody has typed in a letter's editor and not saved yet: hers alone, gone when she saves."""

    __tablename__ = "letter_autosave"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    based_on: Mapped[int]  # the letter's version when she opened it
    at: Mapped[datetime] = mapped_column(UtcTime)


class LetterSnapshot(Base):
    """One barrier's evidence as it stood when it was taken. The highest number is in force; older ones are kept."""

    __tablename__ = "letter_snapshot"
    __table_args__ = (UniqueConstraint("letter_id", "number", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    number: Mapped[int]  # from 1; one for all barriers of the letter that were counted at that moment
    position: Mapped[int]  # from 0: which of the letter's barriers
    barrier_id: Mapped[int] = mapped_column(ForeignKey("barrier.id"), index=True)
    evidence: Mapped[str] = mapped_column(Text)  # JSON
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)

    letter: Mapped[Letter] = relationship(back_populates="snapshots")
    barrier: Mapped[Barrier] = relationship()


class LetterCase(Base):
    """A typical case that the writer has chosen, read and passed, in the words in which it may leave the house."""

    __tablename__ = "letter_case"
    __table_args__ = (UniqueConstraint("letter_id", "deviation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    barrier_id: Mapped[int] = mapped_column(ForeignKey("barrier.id"), index=True)
    deviation_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    passed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    passed_at: Mapped[datetime] = mapped_column(UtcTime)

    letter: Mapped[Letter] = relationship(back_populates="cases")


class LetterComment(Base):
    """What somebody says of a letter under review, perhaps of one passage; with `approves`, her own verdict."""

    __tablename__ = "letter_comment"
    __table_args__ = (Index("ix_letter_comment_letter_id_id", "letter_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    number: Mapped[int]  # of the LetterVersion that she read
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    passage: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    approves: Mapped[bool | None] = mapped_column(Boolean)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    letter: Mapped[Letter] = relationship(back_populates="comments")
    author: Mapped[User] = relationship(foreign_keys=author_id)
    settled_by: Mapped[User | None] = relationship(foreign_keys=settled_by_id)


class LetterFile(Base):
    """A file as it was sent, byte for byte."""

    __tablename__ = "letter_file"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True)
    kind: Mapped[FileKind] = mapped_column(choice(FileKind), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    letter: Mapped[Letter] = relationship(back_populates="files")


class LetterDispatch(Base):
    """How a sent letter went to one recipient, or to one who gets a copy: by mail, post or e-service, and when."""

    __tablename__ = "letter_dispatch"
    __table_args__ = (UniqueConstraint("letter_id", "agency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    copy: Mapped[bool]  # for information only
    delivery: Mapped[Delivery] = mapped_column(choice(Delivery))
    address: Mapped[str] = mapped_column(String(254), default="")  # of the mail
    on: Mapped[date]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    letter: Mapped[Letter] = relationship(back_populates="dispatches")
    agency: Mapped[Agency] = relationship()


class Series(Base):
    """An association's registry numbers of one year: the last one given, so that none is skipped or given twice."""

    __tablename__ = "series"

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
