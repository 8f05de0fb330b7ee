"""What an instance has chosen for itself, such as the policy's thresholds, and the views that people have saved."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.models.base import Base, UtcTime
from deviations.models.people import User


class Setting(Base):
    """One setting by name, its value as JSON."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class SavedView(Base):
    """A list as somebody wants to find it again: a queue with its filters and order. A shared one leads and coordinator
    find too, each with what she may read.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(500))  # as an address carries it, only of known names
    shared: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    owner: Mapped[User] = relationship()
