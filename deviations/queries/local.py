"""Reads what lies before a lead in the subprojects that she leads, and for the coordinator who asks for longer time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Act, Kind, NotFound, Status
from deviations.models import Deviation, Move
from deviations.queries import deviations, visibility

SHOWN = 50
"""So many of each kind are shown; a subproject has a few dozen at most, and the lists have them all."""
RECENT = 10
NEWS = (Act.STEP, Act.EXTENSION_ASKED, Act.EXTENDED, Act.EXTENSION_REFUSED, Act.UNDONE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report with the step by which it came to its state, and the coordinator's no, if that was the last word."""

    deviation: Deviation
    by: Move | None = None
    refused: Move | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What waits in one way: the first so many, and how many there are."""

    rows: tuple[Waiting, ...]
    count: int


def at_work(session: Session, actor: Actor, also: int | None = None) -> Section:
    """The local actions, those promised soonest first, and one that must be there however many there are."""
    return _section(session, actor, Deviation.status == Status.LOCAL_ACTION, Deviation.due_on, also)


def new(session: Session, actor: Actor) -> Section:
    """The subproject's own reports that nobody has decided about, which a lead may take on at once; oldest first. A
    guldkorn is nothing to solve, and an occurrence follows the report that it was said of.
    """
    waiting = and_(
        Deviation.status.in_(deviations.WAITING), Deviation.kind != Kind.GOOD_EXAMPLE, ~deviations.waits_along()
    )
    return _section(session, actor, waiting, Deviation.filed_at)


def asked(session: Session, actor: Actor) -> Section:
    """The reports about which their reporters have been asked; oldest first."""
    return _section(session, actor, Deviation.status == Status.NEEDS_FACTS, Deviation.filed_at)


def solved(session: Session, actor: Actor) -> Sequence[Deviation]:
    """What was solved last, newest first."""
    latest = select(func.max(Move.id)).where(Move.deviation_id == Deviation.id, Move.act == Act.STEP)
    return session.scalars(
        _led(actor)
        .where(Deviation.status == Status.SOLVED_LOCALLY, Deviation.kind != Kind.GOOD_EXAMPLE)
        .order_by(latest.correlate(Deviation).scalar_subquery().desc())
        .limit(RECENT)
    ).all()


def get(session: Session, actor: Actor, id: int) -> Deviation:
    """A report of a subproject that this person leads. Raises NotFound for all others."""
    found = session.scalar(_led(actor).where(Deviation.id == id))
    if found is None:
        raise NotFound
    return found


def longer_asked(session: Session, actor: Actor) -> Sequence[tuple[Deviation, Move]]:
    """Where longer time is asked for, those promised soonest first, each with the step that says why.

    For the coordinator; others get nothing.
    """
    if not actor.has(Role.COORDINATOR):
        return []
    found = session.scalars(
        deviations.seen(actor)
        .where(Deviation.status == Status.LOCAL_ACTION, Deviation.asked_until.is_not(None))
        .order_by(None)
        .order_by(Deviation.due_on, Deviation.id)
        .limit(SHOWN)
    ).all()
    return [(deviation, move) for deviation in found if (move := asking(session, deviation)) is not None]


def asking(session: Session, deviation: Deviation) -> Move | None:
    """The step in which a lead asked for longer time last. The caller has loaded the report for the actor."""
    return session.scalar(
        select(Move)
        .where(Move.deviation_id == deviation.id, Move.act == Act.EXTENSION_ASKED)
        .options(joinedload(Move.actor))
        .order_by(Move.id.desc())
        .limit(1)
    )


def _led(actor: Actor) -> Select[Deviation]:
    led = Deviation.subproject_id.in_(actor.subprojects(Role.LEAD))
    return deviations.seen(actor).where(led).options(joinedload(Deviation.reporter)).order_by(None)


def _section(
    session: Session,
    actor: Actor,
    waiting: ColumnElement[bool],
    order: InstrumentedAttribute[Any],
    also: int | None = None,
) -> Section:
    question = _led(actor).where(waiting)
    found = list(session.scalars(question.order_by(order, Deviation.id).limit(SHOWN)))
    if also is not None and also not in {deviation.id for deviation in found}:
        found += session.scalars(question.where(Deviation.id == also))
    led = (visibility.deviations(actor), Deviation.subproject_id.in_(actor.subprojects(Role.LEAD)))
    count = session.scalar(select(func.count()).select_from(Deviation).where(*led, waiting)) or 0
    steps = _steps(session, [deviation.id for deviation in found])
    return Section(tuple(_waiting(deviation, steps.get(deviation.id, [])) for deviation in found), count)


def _steps(session: Session, ids: Collection[int]) -> dict[int, list[Move]]:
    steps: dict[int, list[Move]] = {}
    question = select(Move).where(Move.deviation_id.in_(ids), Move.act.in_(NEWS)).options(joinedload(Move.actor))
    for move in session.scalars(question.order_by(Move.id)):
        steps.setdefault(move.deviation_id or 0, []).append(move)
    return steps


def _waiting(deviation: Deviation, steps: Sequence[Move]) -> Waiting:
    came = [move for move in steps if move.act is Act.STEP and move.target == deviation.status]
    refused = steps[-1] if steps and steps[-1].act is Act.EXTENSION_REFUSED else None
    return Waiting(deviation, came[-1] if came else None, refused)
