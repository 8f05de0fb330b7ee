"""Reads the weights of the ranking: those that the instance has learnt, or those that ship."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.learnt import WeightsState
from deviations.models import LearntWeights, Setting

if TYPE_CHECKING:
    from deviations.domain.scoring import Weights

LEARNING = "learning"
"""The setting under which it is kept that learning is switched off."""


@dataclass(frozen=True, slots=True)
class InUse:
    """The weights that suggestions are made by; `id` is None for those that ship."""

    id: int | None
    stored: str = ""

    def weights(self) -> "Weights":
        """Them as the ranking takes them; those that ship where they were learnt for other numbers than today's."""
        from deviations.domain import scoring  # numeric stack: only when a suggestion is wanted

        try:
            return scoring.Weights.from_dict(json.loads(self.stored)) if self.stored else scoring.DEFAULT
        except KeyError:
            return scoring.DEFAULT


def in_use(session: Session) -> InUse:
    """The weights in use now."""
    question = select(LearntWeights.id, LearntWeights.weights).where(LearntWeights.state == WeightsState.IN_USE)
    row = session.execute(question.order_by(LearntWeights.id.desc()).limit(1)).first()
    return InUse(row[0], row[1]) if row is not None else InUse(None)


def since(session: Session, used: InUse) -> datetime | None:
    """When the learnt weights in use were made; None for those that ship."""
    return session.scalar(select(LearntWeights.made_at).where(LearntWeights.id == used.id))


def is_off(session: Session) -> bool:
    """Whether the coordinator has switched learning off."""
    stored = session.get(Setting, LEARNING)
    return stored is not None and bool(json.loads(stored.value).get("off"))


def learnt(session: Session, most: int = 20) -> Sequence[LearntWeights]:
    """What was learnt, the latest first, whatever became of it."""
    return session.scalars(select(LearntWeights).order_by(LearntWeights.id.desc()).limit(most)).all()
