"""Reads what the instance has chosen for itself."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.deadlines import Promises, Span
from deviations.domain.recurrence import Policies, Policy
from deviations.models import Setting

POLICY = "policy"
PROMISES = "promises"
VERSION = "version"
"""In each choice how often it has been saved, so that one that is changed and changed back is a later one."""


def version(session: Session, name: str) -> int:
    """A number that is higher whenever something has been stored under this name; never 0."""
    stored = session.get(Setting, name)
    return int(json.loads(stored.value).get(VERSION, 2)) if stored is not None else 1


def policy_of(program: int | None) -> str:
    """The name under which a program's own thresholds are kept; None for those that programs share."""
    return POLICY if program is None else f"{POLICY}:{program}"


def policy(session: Session, program: int | None = None) -> Policy:
    """The thresholds in force: a program's own where it has some, else those that programs share, else the defaults."""
    chosen = policies(session)
    return chosen.shared if program is None else chosen.of(program)


def policies(session: Session) -> Policies:
    """The thresholds that programs share, and those of the programs that have their own."""
    stored = session.scalars(select(Setting).where(Setting.name.startswith(POLICY, autoescape=True)))
    told = {one.name: _told(one) for one in stored}
    shared = Policy.from_dict(told.pop(POLICY, {}))
    own = {int(name.removeprefix(f"{POLICY}:")): Policy.from_dict(chosen) for name, chosen in told.items() if chosen}
    return Policies(shared, own)


def promises(session: Session) -> Promises:
    """What is promised of replies: the instance's own spans, or the defaults."""
    stored = session.get(Setting, PROMISES)
    if stored is None:
        return Promises()
    return Promises(**{name: Span(**span) for name, span in _told(stored).items()})


def _told(stored: Setting) -> dict[str, Any]:
    return {name: value for name, value in json.loads(stored.value).items() if name != VERSION}
