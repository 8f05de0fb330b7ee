"""Reads how the program's suggestions turned out. Counts only: neither who decided nor what was reported."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import day_of, start_of
from deviations.domain.hits import Outcome
from deviations.domain.roles import Actor
from deviations.models import SuggestionOutcome
from deviations.queries import visibility


def outcomes(session: Session, actor: Actor, since: date, *, weights_id: int | None = None) -> list[Outcome]:
    """All that was placed since a day (in Sweden), oldest first; only under these learnt weights where they are named.

    Of a report that was placed more than once, each placing counts.
    """
    one = SuggestionOutcome
    question = select(one.at, one.place, one.was_new, one.looked_new).where(
        visibility.outcomes(actor), one.at >= start_of(since)
    )
    if weights_id is not None:
        question = question.where(one.weights_id == weights_id)
    rows = session.execute(question.order_by(one.at, one.id))
    return [Outcome(day_of(at), place, was_new, looked_new) for at, place, was_new, looked_new in rows]
