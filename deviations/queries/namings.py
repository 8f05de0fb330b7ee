"""Reads what a barrier made of some reports is most likely called, and what it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.proposals import Told, likely
from deviations.domain.workflow import Obstacle, Step
from deviations.models import Barrier, Deviation
from deviations.queries import visibility


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What the form of a barrier made of some reports is filled with, to be looked at by the person who makes it."""

    name: str
    rule: int | None
    step: Step | None
    obstacle: Obstacle | None
    agencies: tuple[int, ...]


def prefilled(session: Session, reports: Sequence[Deviation]) -> Prefilled:
    """What most of these reports say. The first is the typical case; its title is the name, where they name no rule or
    where a barrier is called after that rule already. The kind of obstacle is that of other barriers of the rule.
    """
    told = likely([Told(one.rule_id, one.step, [agency.id for agency in one.agencies]) for one in reports])
    return Prefilled(
        name=named(session, [reports])[0],
        rule=told.rule,
        step=Step(told.step) if told.step else None,
        obstacle=_obstacle(session, told.rule),
        agencies=told.agencies,
    )


def named(session: Session, groups: Iterable[Sequence[Deviation]]) -> list[str]:
    """What each of some groups of reports may be called: after the rule that most of them name, unless a barrier or an
    earlier one of these groups is; else as its typical case, which is the first.
    """
    taken = set(session.scalars(select(Barrier.name).where(visibility.standing_barriers())))
    found: list[str] = []
    for reports in groups:
        rule = likely([Told(one.rule_id) for one in reports]).rule
        name = next((one.rule.name for one in reports if one.rule is not None and one.rule_id == rule), "")
        found.append(name if name and name not in taken else reports[0].title)
        taken.add(found[-1])
    return found


def _obstacle(session: Session, rule: int | None) -> Obstacle | None:
    if rule is None:
        return None
    question = select(Barrier.obstacle).where(
        visibility.standing_barriers(), Barrier.rule_id == rule, Barrier.obstacle.is_not(None)
    )
    kinds = set(session.scalars(question))
    return kinds.pop() if len(kinds) == 1 else None
