"""Reads decisions: a person's latest that can still be undone, and what has happened since to what they were about."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import UNDO_WITHIN, Act, NotFound
from deviations.models import Deviation, Move, Ruling

LOOKED_AT = 20


def get(session: Session, actor: Actor, id: int) -> Ruling:
    """One decision: a person's own about reports on which she still decides, or any for the coordinator. Raises
    NotFound.
    """
    found = session.get(Ruling, id)
    if found is None or not (found.actor_id == actor.id or actor.has(Role.COORDINATOR)):
        raise NotFound
    if not still_decides(session, actor, found):
        raise NotFound
    return found


def still_decides(session: Session, actor: Actor, ruling: Ruling) -> bool:
    """Whether the reports of a decision are still this person's to decide about: the coordinator's all, a lead's those
    of the subprojects that she leads now.
    """
    if actor.has(Role.COORDINATOR):
        return True
    chosen = select(Deviation.subproject_id).where(Deviation.id.in_(ruling.chosen))
    places = set(session.scalars(chosen))
    return bool(places) and places <= actor.subprojects(Role.LEAD)


def last(session: Session, actor: Actor, limit: int = 5, *, at: datetime | None = None) -> list[Ruling]:
    """This person's latest decisions that she can still undo, newest first."""
    since = (at or datetime.now(UTC)) - UNDO_WITHIN
    newest = Ruling.at.desc(), Ruling.id.desc()
    found = session.scalars(  # their ids alone: what was before a decision about 500 reports is long
        select(Ruling.id)
        .where(Ruling.actor_id == actor.id, Ruling.at >= since, Ruling.undone_at.is_(None))
        .order_by(*newest)
        .limit(LOOKED_AT)
    ).all()
    changed = changed_since(session, found)
    shown = [id for id in found if id not in changed][:limit]
    rulings = session.scalars(select(Ruling).where(Ruling.id.in_(shown)).order_by(*newest))
    return [one for one in rulings if still_decides(session, actor, one)]


def changed_since(session: Session, ids: Collection[int]) -> set[int]:
    """Those of these decisions about whose reports something has been done since that is not undone."""
    own, later, undone = aliased(Move), aliased(Move), aliased(Ruling)
    return set(
        session.scalars(
            select(Ruling.id).where(
                Ruling.id.in_(ids),
                exists().where(
                    own.ruling_id == Ruling.id,
                    later.deviation_id == own.deviation_id,
                    later.id > own.id,
                    or_(later.ruling_id.is_(None), later.ruling_id != Ruling.id),
                    ~exists().where(undone.id == later.ruling_id, undone.undone_at.is_not(None)),
                ),
            )
        )
    )


def steps(session: Session, ruling: Ruling) -> Sequence[Move]:
    """The steps that a decision made, oldest first, of reports and of barriers; not those that took it back."""
    return session.scalars(
        select(Move).where(Move.ruling_id == ruling.id, Move.act != Act.UNDONE).order_by(Move.id)
    ).all()
