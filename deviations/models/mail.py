"""The outbox: what people are to be told, written in the event's own transaction; and the question four weeks on.

No text is kept here: a mail is worded when it is sent, from what it is about.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.notices import MailState, Notice
from deviations.models.base import Base, UtcTime, choice
from deviations.models.deviations import Deviation
from deviations.models.letters import Letter
from deviations.models.people import User


class OutgoingMail(Base):
    """One mail to one person, or to a letter's recipient, about one event. Its `key` says what it is about, so that
    nothing is told twice.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_state_next_try_at", "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)  # none: to somebody outside
    address: Mapped[str] = mapped_column(String(254), default="")  # of somebody outside
    kind: Mapped[Notice] = mapped_column(choice(Notice))
    deviation_id: Mapped[int | None] = mapped_column(ForeignKey("deviation.id"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    detail: Mapped[str] = mapped_column(Text, default="{}")  # JSON: counts and ids as they were, never text
    at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[MailState] = mapped_column(choice(MailState), default=MailState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcTime)  # a worker is at it
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    error: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User | None] = relationship()
    deviation: Mapped[Deviation | None] = relationship()
    letter: Mapped[Letter | None] = relationship()


class FollowUp(Base):
    """The question whether a local solution works now, asked once for each step to `solved_locally`."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    move_id: Mapped[int] = mapped_column(ForeignKey("move.id"), unique=True)
    deviation_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    works: Mapped[bool | None]

    deviation: Mapped[Deviation] = relationship()
