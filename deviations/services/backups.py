"""Writes down that a copy of the database was taken, so that everybody can see when the last one was."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from deviations.queries.backups import BACKUP
from deviations.services import audit, choices


def note(session: Session, at: datetime, *, sha256: str = "") -> None:
    """Notes a copy: one of our own with its sum, or (without one) one that the owner's own routine has taken."""
    choices.keep(session, BACKUP, {"at": at.astimezone(UTC).isoformat(), "noted": not sha256}, None)
    detail = {"sha256": sha256} if sha256 else {}
    audit.record(session, None, "backup.taken" if sha256 else "backup.noted", BACKUP, at, detail)
