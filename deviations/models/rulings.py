"""What was decided in one press, about one report or many, and the weekly reviews in which that happens."""

import json
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.models.base import Base, UtcTime
from deviations.models.deviations import Deviation
from deviations.models.people import User


class Review(Base):
    """A weekly review (veckogenomgång): a coordinator's way through the queue as it stood when she began."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    chosen: Mapped[str] = mapped_column(Text, default="")  # the queue's filter, as an address carries it
    minutes: Mapped[str] = mapped_column(Text, default="")  # JSON of ids and counts, frozen when it ended; no text

    actor: Mapped[User] = relationship()
    items: Mapped[list["ReviewItem"]] = relationship(back_populates="review", order_by="ReviewItem.position")


class ReviewItem(Base):
    """One report's place in a review."""

    __tablename__ = "review_item"
    __table_args__ = (UniqueConstraint("review_id", "deviation_id"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    deviation_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"), index=True)

    review: Mapped[Review] = relationship(back_populates="items")
    deviation: Mapped[Deviation] = relationship()


class Ruling(Base):
    """One decision (beslut) taken in one press, with what was before it, so that it can be undone in one press."""

    __tablename__ = "ruling"
    __table_args__ = (Index("ix_ruling_actor_id_at", "actor_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    what: Mapped[str] = mapped_column(String(30))  # the state it led to, or the act
    count: Mapped[int]  # how many reports were decided about
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"), index=True)
    before: Mapped[str] = mapped_column(Text)  # JSON: columns as they were and as they became; no text
    undone_at: Mapped[datetime | None] = mapped_column(UtcTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    @property
    def chosen(self) -> tuple[int, ...]:
        """The ids of the reports that it was about, in order."""
        return tuple(json.loads(self.before).get("chosen", ()))

    actor: Mapped[User] = relationship(foreign_keys=actor_id)
    undone_by: Mapped[User | None] = relationship(foreign_keys=undone_by_id)
    review: Mapped[Review | None] = relationship()
