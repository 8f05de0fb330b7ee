"""Reads how barriers stand against the recurrence policy, counted on the reports that a person placed in them, and what
other thresholds would give.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain import recurrence
from deviations.domain.recurrence import Counts, Policies, Scope, Standing, months_before
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus
from deviations.models import Barrier, Deviation, Program, Subproject
from deviations.queries import settings, visibility
from deviations.queries.spreads import PLACED

GONE = (BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What other thresholds would mean for a barrier: how it stands now, and how it would."""

    barrier: Barrier
    now: Standing
    then: Standing


def programs(session: Session) -> dict[int, str]:
    """The names of this instance's programs, by id."""
    return {row.id: row.name for row in session.execute(select(Program.id, Program.name).order_by(Program.id))}


def program(session: Session, id: int | None) -> Program | None:
    """A program by its id; None for none."""
    return session.get(Program, id) if id is not None else None


def of(session: Session, barrier: Barrier, today: date) -> list[Standing]:
    """How a barrier stands against the policy of each program that has met it, and against the one that they share."""
    return of_all(session, today, settings.policies(session), [barrier.id])[barrier.id]


def nearest(session: Session, barrier: Barrier, today: date) -> Standing:
    """Where it is furthest on the way: it recurs as soon as this one is reached."""
    return recurrence.nearest(of(session, barrier, today))


def of_all(
    session: Session, today: date, policies: Policies, ids: Collection[int], *, every: bool = False
) -> dict[int, list[Standing]]:
    """For each of these barriers the standings that count for it, never none. `every`: the ids are those of all
    barriers, so that the database need not be told them.
    """
    found: dict[int, list[Standing]] = {id: [] for id in ids}
    scopes = policies.scopes(session.scalars(select(Program.id)))
    for scope in scopes:
        since = months_before(today, scope.policy.months)
        for id, counts in _counts(session, scope, since, today, None if every else ids).items():
            if id in found and (scope.program is not None or counts.programs > 1):
                found[id].append(Standing(scope, since, counts))
    bare = Standing(scopes[-1], months_before(today, scopes[-1].policy.months))
    return {id: standings or [bare] for id, standings in found.items()}


def _counts(session: Session, scope: Scope, since: date, today: date, ids: Collection[int] | None) -> dict[int, Counts]:
    """What each barrier has within a scope and a period; those without anything are left out."""
    distinct = (Deviation.municipality_id, Deviation.subproject_id, Subproject.association_id, Subproject.program_id)
    question = (
        select(Deviation.barrier_id, func.count(), *(func.count(column.distinct()) for column in distinct))
        .join(Subproject, Subproject.id == Deviation.subproject_id)
        .where(*PLACED, Deviation.occurred_on > since, Deviation.occurred_on <= today)
        .group_by(Deviation.barrier_id)
    )
    if scope.program is not None:
        question = question.where(Subproject.program_id == scope.program)
    which = Deviation.barrier_id.is_not(None) if ids is None else Deviation.barrier_id.in_(ids)
    return {barrier: Counts(*counts) for barrier, *counts in session.execute(question.where(which)) if barrier}


def outcomes(session: Session, actor: Actor, policies: Policies, today: date) -> list[Outcome]:
    """What these thresholds would mean for each barrier that is not gone: those that would be reached first, then the
    nearest.
    """
    seen = (visibility.barriers(actor), visibility.standing_barriers(), Barrier.status.not_in(GONE))
    found = {barrier.id: barrier for barrier in session.scalars(select(Barrier).where(*seen))}
    before = of_all(session, today, settings.policies(session), found, every=True)
    after = of_all(session, today, policies, found, every=True)
    made = [
        Outcome(barrier, recurrence.nearest(before[id]), recurrence.nearest(after[id])) for id, barrier in found.items()
    ]
    return sorted(made, key=lambda one: (-one.then.reached, -one.then.nearness, one.barrier.id))
