"""Internal notes: what leads and the coordinator say to each other about a report or a barrier. Rows are only added."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.models.base import Base, UtcTime
from deviations.models.people import User


class InternalNote(Base):
    """One note about exactly one report or barrier. Reporters never read it."""

    __tablename__ = "internal_note"
    __table_args__ = (CheckConstraint("(deviation_id IS NULL) <> (barrier_id IS NULL)", name="of_one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deviation_id: Mapped[int | None] = mapped_column(ForeignKey("deviation.id"), index=True)
    barrier_id: Mapped[int | None] = mapped_column(ForeignKey("barrier.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    text: Mapped[str] = mapped_column(Text)

    author: Mapped[User] = relationship()
