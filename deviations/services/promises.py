"""Keeps the day that is promised of a report's next word: counted anew at each step, and said how it was counted.
The coordinator sets what is promised.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from deviations.domain import deadlines
from deviations.domain.days import day_of
from deviations.domain.deadlines import LONGEST, Due, Promised, Promises
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed, Status
from deviations.models import Deviation
from deviations.queries import settings
from deviations.services import audit, choices


def renew(session: Session, deviation: Deviation, source: Status, at: datetime) -> None:
    """Counts the promised day after a step from a state. A report that was only taken into review keeps the day it was
    promised when it was filed; longer time and a day to be taken up again hold no longer than the state.
    """
    if (source, deviation.status) == (Status.FILED, Status.IN_REVIEW):
        return
    deviation.snoozed_until = deviation.asked_until = None
    keep(deviation, _due(session, deviation, at))


def _due(session: Session, deviation: Deviation, at: datetime) -> Due | None:
    with session.no_autoflush:
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


def set_promises(
    session: Session, actor: Actor, promises: Promises, at: datetime, *, version: int | None = None
) -> None:
    """Changes what is promised from now on; a day that was promised already stands as it was given.

    Raises NotAllowed for others than the coordinator (`coordinator_only`), and for a span of less than one day or more
    than LONGEST (`span_out_of_bounds`); StaleDataError as `choices.keep`.
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    spans = (promises.first_reply, promises.local_answer, promises.letter_answer)
    if not all(1 <= span.days <= LONGEST for span in spans):
        raise NotAllowed("span_out_of_bounds")
    choices.keep(session, settings.PROMISES, asdict(promises), version)
    audit.record(session, actor, "promises.changed", "promises", at, asdict(promises))
