"""Keeps the weights that were learnt from people's decisions, and lets the coordinator switch learning off."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.learnt import WeightsState
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import LearntWeights
from deviations.queries.weights import LEARNING
from deviations.services import audit, choices

if TYPE_CHECKING:
    from deviations.domain.relearning import Trial


def switch(session: Session, actor: Actor, *, off: bool, at: datetime) -> None:
    """Switches learning off or on again. Off, suggestions are made by the weights that ship; what was learnt stays in
    the history and is not taken up again. Raises NotAllowed for others than the coordinator.
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    choices.keep(session, LEARNING, {"off": off}, None)
    if off:
        _end(session, WeightsState.SWITCHED_OFF, at)
    audit.record(session, actor, "learning.switched", "learning", at, {"off": off})


def keep(session: Session, trial: "Trial", at: datetime) -> LearntWeights:
    """Remembers an attempt; weights that were better are used from now on, in place of those before."""
    if trial.state is WeightsState.IN_USE:
        _end(session, WeightsState.REPLACED, at)
    kept = LearntWeights(
        made_at=at,
        weights=json.dumps(trial.weights.as_dict()),
        learnt_from=trial.learnt_from,
        tested_on=trial.tested_on,
        first_before=trial.first_before,
        first_after=trial.first_after,
        state=trial.state,
    )
    session.add(kept)
    session.flush()
    if trial.state is WeightsState.IN_USE:
        audit.record(session, None, "weights.learnt", f"weights:{kept.id}", at, {"learnt_from": trial.learnt_from})
    return kept


def fall_back(session: Session, at: datetime) -> None:
    """The learnt weights have become worse than those that ship, so these are used again."""
    _end(session, WeightsState.GONE_WORSE, at)


def _end(session: Session, state: WeightsState, at: datetime) -> None:
    """The weights in use, if any, are used no more."""
    question = select(LearntWeights).where(LearntWeights.state == WeightsState.IN_USE)
    for one in session.scalars(question.with_for_update()):
        one.state, one.ended_at = state, at
        audit.record(session, None, "weights.ended", f"weights:{one.id}", at, {"why": state})
    session.flush()
