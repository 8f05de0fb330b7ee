"""What came back on a sent letter: replies with their files and promises, the recipient's own link, and reminders."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.letters import Answer, LetterStatus, LinkAct
from deviations.models.base import Base, UtcTime, choice
from deviations.models.catalogue import Agency
from deviations.models.letters import Letter
from deviations.models.people import User


class Reply(Base):
    """What the recipient answered: noted by a coordinator, or written by the recipient behind its own link."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    kind: Mapped[LetterStatus] = mapped_column(choice(LetterStatus))
    answer: Mapped[Answer | None] = mapped_column(choice(Answer))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)  # who answers
    passed_on_to: Mapped[str] = mapped_column(String(200), default="")
    received_on: Mapped[date]
    answer_by: Mapped[date | None]  # the new day, where more time was asked for
    their_number: Mapped[str] = mapped_column(String(60), default="")
    summary: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")  # the answer in its own words
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("recipient_link.id"))

    letter: Mapped[Letter] = relationship(back_populates="replies")
    agency: Mapped[Agency | None] = relationship()
    recorded_by: Mapped[User | None] = relationship()
    files: Mapped[list["ReplyFile"]] = relationship(back_populates="reply", order_by="ReplyFile.id")
    promised: Mapped[list["PromisedAction"]] = relationship(back_populates="reply", order_by="PromisedAction.id")


class ReplyFile(Base):
    """A file that came with a reply. It is only ever given back as a download."""

    __tablename__ = "reply_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))  # pdf, docx or txt, found out from the content
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    reply: Mapped[Reply] = relationship(back_populates="files")


class PromisedAction(Base):
    """What a recipient promised to do, and by when."""

    __tablename__ = "promised_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    reply: Mapped[Reply] = relationship(back_populates="promised")


class RecipientLink(Base):
    """A link by which one recipient may acknowledge and answer without an account. Only its hash is kept."""

    __tablename__ = "recipient_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    letter: Mapped[Letter] = relationship()
    agency: Mapped[Agency] = relationship()
    uses: Mapped[list["LinkUse"]] = relationship(back_populates="link", order_by="LinkUse.id")


class LinkUse(Base):
    """One use of a recipient's link: what was done, when, and from which network address."""

    __tablename__ = "link_use"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("recipient_link.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    act: Mapped[LinkAct] = mapped_column(choice(LinkAct))
    source: Mapped[str] = mapped_column(String(64), default="")

    link: Mapped[RecipientLink] = relationship(back_populates="uses")


class LetterReminder(Base):
    """A reminder of a letter that has not been answered, in the words in which it went out."""

    __tablename__ = "letter_reminder"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    number: Mapped[int]  # from 1
    on: Mapped[date]
    answer_by: Mapped[date]
    body: Mapped[str] = mapped_column(Text)
    head: Mapped[str] = mapped_column(Text)  # sender, handler, reference and recipients as they were, as JSON
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)

    letter: Mapped[Letter] = relationship()
