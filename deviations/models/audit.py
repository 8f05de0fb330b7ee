"""The audit log: one line for each change, chained by hash so that a changed or missing line shows."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from deviations.models.base import Base, UtcTime


class AuditEntry(Base):
    """What was done, by whom, to what, and from where. `digest` covers the line and the digest before it.

    Of the network address it covers `source_mark`, a salted hash: address and salt can be taken away after their time,
    and the chain still holds.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[str] = mapped_column(Text)  # JSON without any report text
    source: Mapped[str | None] = mapped_column(String(64))
    source_salt: Mapped[str | None] = mapped_column(String(32))
    source_mark: Mapped[str] = mapped_column(String(64), default="")  # empty: nobody's browser, or a line of before
    digest: Mapped[str] = mapped_column(String(64), unique=True)
