"""Who may see what. Every page, list, count, export and suggestion goes through these conditions and no others."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy.orm import aliased

from deviations.domain.letters import OUT
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import BarrierStatus, CloseReason, Kind, Status
from deviations.models import Barrier, Deviation, InternalNote, Letter, Solution

READERS = (Role.REPORTER, Role.LEAD, Role.COORDINATOR, Role.STEERING)
NO_EXAMPLE = (CloseReason.DUPLICATE, CloseReason.NOT_A_DEVIATION, CloseReason.WRITTEN_OFF)


def deviations(actor: Actor) -> ColumnElement[bool]:
    """The reports whose text this person may read: her own, her subproject's, or all for the coordinator.

    A draft is its author's alone. Steering and admin read no report.
    """
    filed = Deviation.status != Status.DRAFT
    if actor.has(Role.COORDINATOR):
        return or_(filed, Deviation.reporter_id == actor.id)
    if not actor.has(Role.REPORTER, Role.LEAD):
        return false()
    own_place = and_(filed, Deviation.subproject_id.in_(actor.subprojects()))
    return or_(Deviation.reporter_id == actor.id, own_place)


def barriers(actor: Actor) -> ColumnElement[bool]:
    """Barriers are everybody's who works with reports or steers; an admin alone sees none. One whose making was undone
    is nobody's.
    """
    return and_(_reads(actor), Barrier.status != BarrierStatus.UNDONE)


def _reads(actor: Actor) -> ColumnElement[bool]:
    """Barriers, rules and solutions are for all who work with reports or steer."""
    return true() if actor.has(*READERS) else false()


def standing_barriers() -> ColumnElement[bool]:
    """All barriers but those that were merged into another: these have a page, and stand in no list or choice."""
    return and_(Barrier.merged_into_id.is_(None), Barrier.status != BarrierStatus.UNDONE)


def internal_notes(actor: Actor) -> ColumnElement[bool]:
    """The coordinator's and the leads': of a report those who lead its subproject, of a barrier all who lead one."""
    if actor.has(Role.COORDINATOR):
        return true()
    if not actor.has(Role.LEAD):
        return false()
    own = exists().where(
        Deviation.id == InternalNote.deviation_id, Deviation.subproject_id.in_(actor.subprojects(Role.LEAD))
    )
    return or_(InternalNote.barrier_id.is_not(None), own)


def outcomes(actor: Actor) -> ColumnElement[bool]:
    """How suggestions turned out is the coordinator's: her decisions are what they are measured by."""
    return true() if actor.has(Role.COORDINATOR) else false()


def solutions(actor: Actor) -> ColumnElement[bool]:
    """Solutions that stand are everybody's, as barriers are."""
    return and_(_reads(actor), standing_solutions())


def standing_solutions() -> ColumnElement[bool]:
    """All solutions but those of a guldkorn that was closed because it is none, or is told already, or in other words
    since.
    """
    golden = Deviation.kind == Kind.GOOD_EXAMPLE
    later = aliased(Solution)
    closed = exists().where(
        Deviation.id == Solution.deviation_id,
        golden,
        Deviation.status == Status.CLOSED,
        Deviation.close_reason.in_(NO_EXAMPLE),
    )
    retold = exists().where(
        later.deviation_id == Solution.deviation_id,
        later.id > Solution.id,
        Deviation.id == later.deviation_id,
        golden,
    )
    return and_(~closed, ~retold)


def letters(actor: Actor) -> ColumnElement[bool]:
    """Coordinator and steering read all letters; reporters and leads those that were sent."""
    if actor.has(Role.COORDINATOR, Role.STEERING):
        return true()
    if actor.has(Role.REPORTER, Role.LEAD):
        return Letter.status.in_(OUT)
    return false()


def sees_small_counts(actor: Actor) -> bool:
    """Whether counts of 1–4 are shown as they are: to the coordinator, who reads every report anyway."""
    return actor.has(Role.COORDINATOR)


def keeps_words(actor: Actor) -> bool:
    """Whether this person keeps the words by which texts are understood: the coordinator, who places the reports."""
    return actor.has(Role.COORDINATOR)
