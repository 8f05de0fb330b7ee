"""Who may see what. Every page, list, count, export and suggestion goes through these conditions and no others."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from deviations.domain.letters import OUT
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import CloseReason, Kind, Status
from deviations.models import Deviation, Letter, Solution

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
    """Barriers, rules and solutions are everybody's who works with reports or steers; an admin alone sees none."""
    return true() if actor.has(*READERS) else false()


def solutions(actor: Actor) -> ColumnElement[bool]:
    """Solutions that stand are everybody's, as barriers are."""
    return and_(barriers(actor), standing_solutions())


def standing_solutions() -> ColumnElement[bool]:
    """All solutions but those of a guldkorn that was closed because it is none, or is told already."""
    return ~exists().where(
        Deviation.id == Solution.deviation_id,
        Deviation.kind == Kind.GOOD_EXAMPLE,
        Deviation.status == Status.CLOSED,
        Deviation.close_reason.in_(NO_EXAMPLE),
    )


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
