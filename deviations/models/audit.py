"""The audit log: one line for each change, chained by hash so that a changed or missing line shows."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from deviations.models.base import Base, UtcTime


class AuditEntry(Base):
    """What was done, by whom, to what. `digest` covers the line and the digest before it."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[str] = mapped_column(Text)  # JSON without any report text
    digest: Mapped[str] = mapped_column(String(64), unique=True)
