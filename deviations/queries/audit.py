"""The audit log as the administrator looks it through: who did what, when and from where, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, not_, or_, select
from sqlalchemy.orm import Session

from deviations.domain.days import start_of
from deviations.domain.log import BEGINS, LogChosen, LogKind
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound
from deviations.models import AuditEntry, User
from deviations.models.base import swedish

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log. Without `actor` it was the program, the terminal, or somebody who was not logged in."""

    id: int
    at: datetime
    actor: int | None
    name: str
    action: str
    subject: str
    detail: str
    source: str


def listed(
    session: Session, actor: Actor, chosen: LogChosen, before: int | None = None, most: int = PAGE
) -> tuple[Sequence[Line], bool]:
    """The newest lines of those that are asked for (older than one of them), and whether there are more.

    Raises NotFound for all but administrators.
    """
    _check(actor)
    entry = AuditEntry
    question = (
        select(
            entry.id, entry.at, entry.actor_id.label("actor"), func.coalesce(User.name, "").label("name"),
            entry.action, entry.subject, entry.detail, func.coalesce(entry.source, "").label("source"),
        )
        .outerjoin(User, User.id == entry.actor_id)
        .where(*_wanted(chosen))
        .order_by(entry.id.desc())
        .limit(most + 1)
    )  # fmt: skip
    if before is not None:
        question = question.where(entry.id < before)
    found = [Line(**row) for row in session.execute(question).mappings()]
    return found[:most], len(found) > most


def count(session: Session, actor: Actor) -> int:
    """How many lines the log has. Raises NotFound for all but administrators."""
    _check(actor)
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def people(session: Session, actor: Actor) -> Sequence[tuple[int, str, str]]:
    """Everybody who can be asked for: number, name and address, in Swedish order of name."""
    _check(actor)
    question = select(User).order_by(swedish(User.full_name), User.id)
    return [(user.id, user.name, "" if user.masked_at else user.email) for user in session.scalars(question)]


def names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The names of accounts, as the log's lines about them say them."""
    return {user.id: user.name for user in session.scalars(select(User).where(User.id.in_(ids)))}


def _check(actor: Actor) -> None:
    if not actor.has(Role.ADMIN):
        raise NotFound


def _wanted(chosen: LogChosen) -> list[ColumnElement[bool]]:
    """A person's lines are those that she made and those about her account."""
    found: list[ColumnElement[bool]] = []
    if chosen.person is not None:
        found.append(or_(AuditEntry.actor_id == chosen.person, AuditEntry.subject == f"user:{chosen.person}"))
    if chosen.kind is not None:
        found.append(_of_kind(chosen.kind))
    if chosen.subject is not None:
        found.append(AuditEntry.subject == chosen.subject)
    elif chosen.noun is not None:
        found.append(AuditEntry.subject.startswith(f"{chosen.noun}:", autoescape=True))
    if chosen.since is not None:
        found.append(AuditEntry.at >= start_of(chosen.since))
    if chosen.until is not None:
        found.append(AuditEntry.at < start_of(chosen.until + timedelta(days=1)))
    return found


def _of_kind(kind: LogKind) -> ColumnElement[bool]:
    if kind is LogKind.SETTINGS:
        return not_(or_(*(_begins(noun) for nouns in BEGINS.values() for noun in nouns)))
    return or_(*(_begins(noun) for noun in BEGINS[kind]))


def _begins(noun: str) -> ColumnElement[bool]:
    return AuditEntry.action.startswith(f"{noun}.", autoescape=True)
