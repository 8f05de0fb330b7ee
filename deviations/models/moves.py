"""The history of deviations, barriers and letters: who took which step, when and why. Rows are only ever added."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.workflow import Act
from deviations.models.base import Base, UtcTime, choice
from deviations.models.people import User


class Move(Base):
    """One step in the life of exactly one deviation, barrier or letter. Without a person, the policy itself took it."""

    __tablename__ = "move"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN deviation_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN barrier_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN letter_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one_thing",
        ),
        # Who took the last step with a report is answered by it alone.
        Index("ix_move_deviation_id", "deviation_id", "id", "actor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    deviation_id: Mapped[int | None] = mapped_column(ForeignKey("deviation.id"))
    barrier_id: Mapped[int | None] = mapped_column(ForeignKey("barrier.id"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    source: Mapped[str | None] = mapped_column(String(30))
    target: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
    act: Mapped[Act] = mapped_column(choice(Act), default=Act.STEP)
    until: Mapped[date | None]  # of an act that sets a day
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("ruling.id"), index=True)

    actor: Mapped[User | None] = relationship()
