"""Reads who has said "samma här" of reports: only what this person may read is shown or counted."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.domain.workflow import Kind
from deviations.models import Deviation
from deviations.queries import deviations, visibility


def of(session: Session, actor: Actor, deviation: Deviation) -> Sequence[Deviation]:
    """The occurrences said of a report, oldest first."""
    return session.scalars(
        deviations.seen(actor)
        .where(Deviation.same_as_id == deviation.id, Deviation.kind == Kind.SAME_HERE)
        .order_by(None)
        .order_by(Deviation.occurred_on, Deviation.id)
    ).all()


def counts(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, int]:
    """How many occurrences were said of each of these reports; those without any are left out."""
    if not ids:
        return {}
    rows = session.execute(
        select(Deviation.same_as_id, func.count())
        .where(visibility.deviations(actor), Deviation.kind == Kind.SAME_HERE, Deviation.same_as_id.in_(ids))
        .group_by(Deviation.same_as_id)
    )
    return {of: count for of, count in rows if of is not None}
