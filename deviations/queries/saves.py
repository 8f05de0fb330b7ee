"""Who saved something last, and when, as the audit log has it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.models import AuditEntry, User


@dataclass(frozen=True, slots=True)
class Save:
    """A save: when, and by whom (None: by the program itself)."""

    at: datetime
    who: str | None


def last(session: Session, subject: str) -> Save | None:
    """The last save of a subject of the audit log, such as "barrier:7". The caller has loaded it for the actor."""
    told = (
        select(AuditEntry.at, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    found = session.execute(told).first()
    return Save(found.at, found.name) if found is not None else None
