"""Keeps the minutes of a weekly review when it ends, and lets the leads know whose reports it was about."""

from sqlalchemy.orm import Session

from deviations.domain import minutes as domain
from deviations.domain.days import day_of
from deviations.models import Review
from deviations.queries import minutes
from deviations.services import notices


def freeze(session: Session, review: Review) -> None:
    """Writes the minutes of a review that has just ended, as ids, counts and days; each lead whose subproject had a
    report decided about is told by mail. Called in the transaction that ends it, once `ended_at` is set.

    A review that ended twice keeps its first minutes. Raises ValueError for one that has not ended.
    """
    if review.ended_at is None:
        raise ValueError("only a review that has ended has minutes")
    if review.minutes:
        return
    session.flush()
    made = minutes.of(session, review, day_of(review.ended_at))
    review.minutes = domain.as_json(made)
    session.flush()
    notices.minutes(session, review, {line.subproject for line in made.lines}, review.ended_at)
