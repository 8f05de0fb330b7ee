"""Keeps the day that is promised of a report's next word: counted anew at each step, and said how it was counted."""

from datetime import datetime

from sqlalchemy.orm import Session

from deviations.domain import deadlines
from deviations.domain.days import day_of
from deviations.domain.deadlines import Due, Promised
from deviations.domain.workflow import Status
from deviations.models import Deviation
from deviations.queries import settings


def renew(session: Session, deviation: Deviation, source: Status, at: datetime) -> None:
    """Counts the promised day after a step from a state. A report that was only taken into review keeps the day it was
    promised when it was filed; longer time and a day to be taken up again hold no longer than the state.
    """
    if (source, deviation.status) == (Status.FILED, Status.IN_REVIEW):
        return
    deviation.snoozed_until = deviation.asked_until = None
    keep(deviation, _due(session, deviation, at))


def _due(session: Session, deviation: Deviation, at: datetime) -> Due | None:
    promises, today = settings.promises(session), day_of(at)
    if deviation.status in (Status.FILED, Status.IN_REVIEW):
        return deadlines.promised(Promised.FIRST_REPLY, today, promises.first_reply)
    if deviation.status is Status.LOCAL_ACTION:
        return deadlines.promised(Promised.LOCAL_ANSWER, today, promises.local_answer)
    return None


def keep(deviation: Deviation, due: Due | None) -> None:
    """Writes down a promised day, or that nothing is promised."""
    deviation.due_on = due.on if due is not None else None
    deviation.due_how = deadlines.as_json(due)


def of(deviation: Deviation) -> Due | None:
    """The promised day as it is kept, with how it was counted."""
    return deadlines.from_json(deviation.due_on, deviation.due_how)
