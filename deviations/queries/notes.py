"""Reads internal notes, for the leads and the coordinator only. No list, search, export or mail asks for them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deviations.domain.roles import Actor, Role
from deviations.models import Barrier, Deviation, InternalNote
from deviations.queries import barriers, visibility


def of(session: Session, actor: Actor, about: Deviation | Barrier) -> Sequence[InternalNote]:
    """The notes about a report, or about a barrier and those that are part of it, that this person may read, oldest
    first.
    """
    if isinstance(about, Barrier):
        column, ids = InternalNote.barrier_id, barriers.family(session, about)
    else:
        column, ids = InternalNote.deviation_id, {about.id}
    return session.scalars(
        select(InternalNote)
        .where(visibility.internal_notes(actor), column.in_(ids))
        .options(joinedload(InternalNote.author))
        .order_by(InternalNote.at, InternalNote.id)
    ).all()


def may(actor: Actor, about: Deviation | Barrier) -> bool:
    """Whether this person reads and writes notes about it, as `visibility.internal_notes` says."""
    if actor.has(Role.COORDINATOR):
        return True
    if isinstance(about, Barrier):
        return actor.has(Role.LEAD)
    return about.subproject_id in actor.subprojects(Role.LEAD)
