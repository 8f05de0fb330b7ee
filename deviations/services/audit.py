"""The single door to the audit log: adds a line, and proves that no line was changed or taken away."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.models import AuditEntry, Move

FIRST = "0" * 64
STEPS = frozenset(  # the lines that stand for a step in a history: one for each Move
    (
        "deviation.filed",
        "deviation.moved",
        "deviation.completed",
        "deviation.snoozed",
        "deviation.woken",
        "deviation.extended",
        "deviation.extension_asked",
        "deviation.extension_refused",
        "deviation.undone",
        "barrier.created",
        "barrier.moved",
        "barrier.undone",
        "barrier.merged",
        "barrier.split",
        "letter.drafted",
        "letter.moved",
    )
)
_LOCK = 7_418_255  # any number that nothing else locks on


def record(
    session: Session,
    actor: Actor | None,
    action: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Adds a line to the chain, in the caller's transaction. `detail` must hold no text that people wrote."""
    wait_turn(session)
    with session.no_autoflush:  # what the line tells of goes to the database together with it
        before = session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)) or FIRST
    entry = AuditEntry(
        at=at.astimezone(UTC),
        actor_id=actor.id if actor else None,
        action=action,
        subject=subject,
        detail=json.dumps(detail or {}, sort_keys=True, ensure_ascii=False),
    )
    entry.digest = _digest(before, entry)
    session.add(entry)
    session.flush()
    return entry


def wait_turn(session: Session) -> None:
    """One writer at a time, until it commits: SQLite's write lock sees to it, PostgreSQL is asked for an advisory lock.

    Who must look before writing (was this form sent already?) waits for the turn first, and sees what the last one did.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _digest(before: str, entry: AuditEntry) -> str:
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    line = json.dumps([before, moment, entry.actor_id, entry.action, entry.subject, entry.detail])
    return hashlib.sha256(line.encode()).hexdigest()


def verify(session: Session) -> tuple[int, int | None]:
    """How many lines there are, and the id of the first that does not fit the chain (None when all do).

    The chain can't tell that its end was cut off; but each step in the histories has its line, so when there are more
    or fewer steps than lines about them, the line after the last is said to be missing.
    """
    before, count, steps, last = FIRST, 0, 0, 0
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.digest != _digest(before, entry):
            return count, entry.id
        before, count, last = entry.digest, count + 1, entry.id
        steps += entry.action in STEPS
    if steps != session.scalar(select(func.count()).select_from(Move)):
        return count, last + 1
    return count, None
