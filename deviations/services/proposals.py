"""Keeps the grouping of the unplaced reports that the worker has made, and a coordinator's wish for a new one."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from deviations.domain.learnt import Fineness
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import GroupingRun, Setting
from deviations.queries import groupings
from deviations.services import audit

EVERY = timedelta(minutes=10)
"""So often at most a new grouping is made because somebody asks for it."""


def ask(session: Session, actor: Actor, *, at: datetime) -> bool:
    """The coordinator asks for a new grouping. False where one was asked for, or made, a moment ago.

    Raises NotAllowed for others.
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    audit.wait_turn(session)
    before = groupings.asked_at(session)
    made = session.get(GroupingRun, Fineness.MEDIUM)
    if any(last is not None and at - last < EVERY for last in (before, made.at if made else None)):
        return False
    session.merge(Setting(name=groupings.ASKED, value=json.dumps({"at": at.isoformat()})))
    session.flush()
    return True


def keep(
    session: Session,
    groups: Mapping[Fineness, Sequence[Sequence[int]]],
    *,
    reports: int,
    seconds: float,
    at: datetime,
) -> None:
    """Stores a grouping of so many reports in the place of the one before; `at` is when they were read."""
    audit.wait_turn(session)
    for fineness, found in groups.items():
        stored = json.dumps([list(group) for group in found], separators=(",", ":"))
        session.merge(GroupingRun(fineness=fineness, at=at, reports=reports, seconds=seconds, groups=stored))
    session.flush()
