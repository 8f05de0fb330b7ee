"""The single door to the audit log: adds a line, and proves that no line was changed or taken away."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, func, inspect, select, text
from sqlalchemy.orm import Session

from deviations.domain.days import start_of
from deviations.domain.retention import Erasable
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
SOURCE = 64  # characters of a network address
_LOCK = 7_418_255  # any number that nothing else locks on


def record(
    session: Session,
    actor: Actor | None,
    action: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Adds a line to the chain, in the caller's transaction. `detail` must hold no text that people wrote.

    The network address is the session's own (`session.info["source"]`, which the web sets); None at a terminal.
    """
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
    source = session.info.get("source")
    if source:
        entry.source, entry.source_salt = source[:SOURCE], secrets.token_hex(16)
        entry.source_mark = _mark(entry)
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


def _digest(before: str, entry: AuditEntry | Row[Any]) -> str:
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [before, moment, entry.actor_id, entry.action, entry.subject, entry.detail]
    if entry.source_mark:
        told.append(entry.source_mark)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _mark(entry: AuditEntry | Row[Any]) -> str:
    return hashlib.sha256(f"{entry.source_salt} {entry.source}".encode()).hexdigest()


def _holds(entry: AuditEntry | Row[Any], erased: datetime | None) -> bool:
    """Whether the network address is the one that was written down. One that is not there was never noted, or the line
    is older than what a gallring took away.
    """
    if entry.source is None:
        return not entry.source_mark or (erased is not None and entry.at < erased)
    return bool(entry.source_mark == _mark(entry))


def _addresses_erased(session: Session) -> datetime | None:
    """The moment before which network addresses were taken away by a decision, as the log itself says it."""
    told = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "retention.carried_out"))
    runs = [json.loads(detail) for detail in told]
    days = [date.fromisoformat(run["before"]) for run in runs if run["what"] == Erasable.SOURCES]
    return start_of(max(days)) if days else None


def verify(session: Session) -> tuple[int, int | None]:
    """How many lines there are, and the id of the first that does not fit the chain (None when all do).

    The chain can't tell that its end was cut off; but each step in the histories has its line, so when there are more
    or fewer steps than lines about them, the line after the last is said to be missing.
    """
    before, count, steps, last = FIRST, 0, 0, 0
    erased = _addresses_erased(session)
    columns = inspect(AuditEntry).column_attrs
    every = select(*(getattr(AuditEntry, column.key) for column in columns)).order_by(AuditEntry.id)
    with session.execute(every.execution_options(yield_per=1000)) as lines:  # rows: objects take twice the time
        for entry in lines:
            if entry.digest != _digest(before, entry) or not _holds(entry, erased):
                return count, entry.id
            before, count, last = entry.digest, count + 1, entry.id
            steps += entry.action in STEPS
    if steps != session.scalar(select(func.count()).select_from(Move)):
        return count, last + 1
    return count, None
