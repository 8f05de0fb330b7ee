"""Reads which rules have changed, and what rests on them and has not been looked over since."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload

from deviations.domain.days import day_of
from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus
from deviations.models import Barrier, Letter, Rule, RuleChange, RuleLookedOver
from deviations.queries import visibility

ENDED = (LetterStatus.ANSWERED, LetterStatus.CLOSED)
"""Letters in which nothing more is asked for, so that nothing has to be looked over."""


def of_rule(session: Session, rule: Rule) -> Sequence[RuleChange]:
    """All changes of a rule, the latest first."""
    return session.scalars(select(RuleChange).where(RuleChange.rule_id == rule.id).order_by(RuleChange.id.desc())).all()


def of_barrier(session: Session, barrier: Barrier) -> Sequence[RuleChange]:
    """The changes of a barrier's rule since the barrier was made, oldest first."""
    return session.scalars(
        select(RuleChange)
        .where(RuleChange.rule_id == barrier.rule_id, RuleChange.at > barrier.created_at)
        .options(joinedload(RuleChange.rule))
        .order_by(RuleChange.id)
    ).all()


def valid_on(change: RuleChange) -> date:
    """From when a change counts: the rule's new first or last day where it has one, else the day it was written in."""
    after = json.loads(change.after)
    told = after.get("valid_from") or after.get("valid_to")
    return date.fromisoformat(told) if told else day_of(change.at)


def fields(change: RuleChange) -> list[tuple[str, str, str]]:
    """What changed: the field, as it was, as it is. An empty text where nothing was said."""
    before, after = json.loads(change.before), json.loads(change.after)
    return [(name, before.get(name) or "", after.get(name) or "") for name in after]


def _waiting() -> tuple[ColumnElement[bool], ...]:
    """A change of a barrier's rule that nobody has looked the barrier over for; one that is gone needs no looking."""
    seen = exists().where(RuleLookedOver.change_id == RuleChange.id, RuleLookedOver.barrier_id == Barrier.id)
    return (
        RuleChange.rule_id == Barrier.rule_id,
        RuleChange.at > Barrier.created_at,
        visibility.standing_barriers(),
        Barrier.status != BarrierStatus.REMOVED,
        ~seen,
    )


def waiting(session: Session, barrier: Barrier) -> Sequence[RuleChange]:
    """The changes of a barrier's rule for which it has not been looked over, oldest first."""
    return session.scalars(
        select(RuleChange)
        .join(Barrier, Barrier.id == barrier.id)
        .where(*_waiting())
        .options(joinedload(RuleChange.rule))
        .order_by(RuleChange.id)
    ).all()


def marked(session: Session) -> dict[int, list[RuleChange]]:
    """The changes that each barrier has not been looked over for, by barrier, for lists; most barriers have none."""
    rows = session.execute(select(Barrier.id, RuleChange).where(*_waiting()).order_by(RuleChange.id))
    found: dict[int, list[RuleChange]] = {}
    for barrier, change in rows:
        found.setdefault(barrier, []).append(change)
    return found


def of_letter(letter: Letter, marked: Mapping[int, Sequence[RuleChange]]) -> list[tuple[Barrier, list[RuleChange]]]:
    """For each of an open letter's barriers the changes (as `marked` found them) that came after it was begun."""
    if letter.status in ENDED:
        return []
    found = [(b, [one for one in marked.get(b.id, ()) if one.at > letter.created_at]) for b in letter.about]
    return [(barrier, changes) for barrier, changes in found if changes]


def looked_over(
    session: Session, actor: Actor, changes: Collection[int]
) -> dict[int, list[tuple[Barrier, RuleLookedOver]]]:
    """Which of the barriers that this person may see were looked over for these changes, and with what words."""
    rows = session.execute(
        select(Barrier, RuleLookedOver)
        .join(RuleLookedOver, RuleLookedOver.barrier_id == Barrier.id)
        .where(RuleLookedOver.change_id.in_(changes), visibility.barriers(actor))
        .order_by(RuleLookedOver.at)
    )
    found: dict[int, list[tuple[Barrier, RuleLookedOver]]] = {}
    for barrier, row in rows:
        found.setdefault(row.change_id, []).append((barrier, row))
    return found


def resting_on(session: Session, actor: Actor, rule: Rule) -> Sequence[Barrier]:
    """The standing barriers that rest on a rule and that this person may see."""
    return session.scalars(
        select(Barrier)
        .where(Barrier.rule_id == rule.id, visibility.barriers(actor), visibility.standing_barriers())
        .order_by(Barrier.id)
    ).all()
