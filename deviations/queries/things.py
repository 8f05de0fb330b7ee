"""Whether something that somebody asked for by its number is there, but is not hers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.models import Barrier, Deviation, Letter, Review, Ruling, SavedView, Solution, User
from deviations.queries import visibility


@dataclass(frozen=True, slots=True)
class _Thing:
    model: Any
    hers: Callable[[Actor], ColumnElement[bool]]


def _led(actor: Actor) -> ColumnElement[bool]:
    return Deviation.subproject_id.in_(actor.subprojects(Role.LEAD))


def _ruled(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.has(Role.COORDINATOR) else Ruling.actor_id == actor.id


def _held(*roles: Role) -> Callable[[Actor], ColumnElement[bool]]:
    return lambda actor: true() if actor.has(*roles) else false()


_THINGS: Mapping[str, _Thing] = {
    "deviation": _Thing(Deviation, visibility.deviations),
    "local": _Thing(Deviation, _led),
    "barrier": _Thing(Barrier, visibility.barriers),
    "letter": _Thing(Letter, visibility.letters),
    "solution": _Thing(Solution, visibility.solutions),
    "ruling": _Thing(Ruling, _ruled),
    "review": _Thing(Review, _held(Role.COORDINATOR, Role.LEAD)),
    "view": _Thing(SavedView, lambda actor: SavedView.owner_id == actor.id),
    "user": _Thing(User, _held(Role.ADMIN)),
}


def is_anothers(session: Session, actor: Actor, noun: str, id: int) -> bool:
    """Whether there is such a thing and this person may not see it (`local`: not work with it as its lead)."""
    thing = _THINGS[noun]
    question = select(thing.model.id).where(thing.model.id == id, ~thing.hers(actor))
    return session.scalar(question) is not None
