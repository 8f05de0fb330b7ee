"""When a copy of the database was taken last, as far as the program knows."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from deviations.models import Setting

BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest copy: when, and whether the owner's own routine made it (`deviations backup --noted`)."""

    at: datetime
    noted: bool


def last(session: Session) -> LastBackup | None:
    """The newest copy that was taken or noted; None where there was none yet."""
    stored = session.get(Setting, BACKUP)
    if stored is None:
        return None
    told = json.loads(stored.value)
    return LastBackup(datetime.fromisoformat(told["at"]), bool(told["noted"]))
