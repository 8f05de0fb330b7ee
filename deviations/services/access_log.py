"""Lines of the audit log about what changed nothing: refused access, what was fetched as a file, reading of the log."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from deviations.domain.logins import network
from deviations.domain.roles import Actor
from deviations.models import AuditEntry
from deviations.models.engine import at_once
from deviations.services import audit

REFUSED, OFTEN = "access.refused", "access.refused_often"
MOST = 60
"""So many refusals of a person are written within an hour; then one line says that there are more, so that nobody fills
the log by knocking.
"""
WITHIN = timedelta(hours=1)
PATIENCE = 1000
"""So many milliseconds an answer waits for its line at most; then it goes without."""


@contextmanager
def writing(engine: Engine, source: str) -> Iterator[Session]:
    """A session for lines beside a request's own transaction, with its network address; committed when it ends.

    Raises SQLAlchemyError where somebody else writes for longer than anybody should wait.
    """
    with at_once(engine, PATIENCE) as connection, Session(connection, info={"source": source}) as session:
        yield session


def refused(session: Session, actor: Actor | None, subject: str, at: datetime, detail: Mapping[str, object]) -> bool:
    """Writes that somebody (without a login: some network address) was refused; whether there was anything to write.

    `detail` says why, and of which kind of page, by codes; never what was typed.
    """
    made = how_many(session, actor, at)
    if made < MOST:
        audit.record(session, actor, REFUSED, subject, at, detail)
    elif made == MOST:
        audit.record(session, actor, OFTEN, subject, at, {"most": MOST})
    return made <= MOST


def how_many(session: Session, actor: Actor | None, at: datetime) -> int:
    """How many lines about refusals there are of this person within the hour before `at`."""
    who = AuditEntry.actor_id == actor.id if actor is not None else AuditEntry.actor_id.is_(None)
    lines = (AuditEntry.at > at - WITHIN, AuditEntry.action.in_((REFUSED, OFTEN)), who)
    if actor is None:
        return _from_there(session, lines)
    return session.scalar(select(func.count()).where(*lines)) or 0


def _from_there(session: Session, lines: Sequence[ColumnElement[bool]]) -> int:
    """How many of these lines come from the network address that asks now, an IPv6 address counted as its network."""
    source = session.info.get("source") or None
    if source is None or network(source) == source:
        return session.scalar(select(func.count()).where(*lines, AuditEntry.source == source)) or 0
    counted = select(AuditEntry.source, func.count()).where(*lines).group_by(AuditEntry.source)
    return sum(many for there, many in session.execute(counted) if there and network(there) == network(source))


def fetched(session: Session, actor: Actor, subject: str, at: datetime, detail: Mapping[str, object]) -> None:
    """Writes that somebody took something with her as a file."""
    audit.record(session, actor, "export.made", subject, at, detail)


def log_read(session: Session, actor: Actor, at: datetime, detail: Mapping[str, object]) -> None:
    """Writes that somebody read the log, and what of it."""
    audit.record(session, actor, "audit.read", "audit", at, detail)
