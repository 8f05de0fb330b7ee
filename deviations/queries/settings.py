"""Reads what the instance has chosen for itself."""

import json
from zlib import crc32

from sqlalchemy.orm import Session

from deviations.domain.deadlines import Promises, Span
from deviations.domain.recurrence import Policy
from deviations.models import Setting

POLICY = "policy"
PROMISES = "promises"


def version(session: Session, name: str) -> int:
    """A number that is another one as soon as something else is stored under this name; never 0."""
    stored = session.get(Setting, name)
    return 2 + (crc32(stored.value.encode()) >> 2) if stored is not None else 1


def policy(session: Session) -> Policy:
    """The recurrence policy in force: the instance's own, or the default."""
    stored = session.get(Setting, POLICY)
    return Policy(**json.loads(stored.value)) if stored else Policy()


def promises(session: Session) -> Promises:
    """What is promised of replies: the instance's own spans, or the defaults."""
    stored = session.get(Setting, PROMISES)
    if stored is None:
        return Promises()
    return Promises(**{name: Span(**span) for name, span in json.loads(stored.value).items()})
