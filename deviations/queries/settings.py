"""Reads what the instance has chosen for itself."""

import json

from sqlalchemy.orm import Session

from deviations.domain.recurrence import Policy
from deviations.models import Setting

POLICY = "policy"


def policy(session: Session) -> Policy:
    """The recurrence policy in force: the instance's own, or the default."""
    stored = session.get(Setting, POLICY)
    return Policy(**json.loads(stored.value)) if stored else Policy()
