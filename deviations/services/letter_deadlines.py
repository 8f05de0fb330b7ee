"""Keeps the day by which a letter's answer is asked for, with how it was counted: when it is sent, when the recipient
is given more time, and when it is reminded.
"""

from datetime import date

from sqlalchemy.orm import Session

from deviations.domain import deadlines
from deviations.domain.deadlines import Due, Promised
from deviations.models import Letter
from deviations.queries import settings


def promise(session: Session, letter: Letter, day: date) -> Due:
    """Counts the answer day of a letter that is sent on `day`, by the instance's own span, and keeps it."""
    with session.no_autoflush:
        span = settings.promises(session).letter_answer
    return _keep(letter, deadlines.promised(Promised.LETTER_ANSWER, day, span))


def extend(letter: Letter, until: date, day: date) -> Due:
    """Keeps the day until which the recipient was given more time, on `day`."""
    return _keep(letter, deadlines.set_by_hand(Promised.EXTENSION, until, day))


def remind(letter: Letter, until: date, day: date) -> Due:
    """Keeps the new day that a reminder of `day` asks for, with its span where it is the usual one."""
    usual = suggested(day)
    return _keep(letter, usual if usual.on == until else deadlines.set_by_hand(Promised.REMINDER, until, day))


def suggested(day: date) -> Due:
    """The answer day that a reminder of `day` proposes."""
    return deadlines.promised(Promised.REMINDER, day, deadlines.REMINDED)


def of(letter: Letter) -> Due | None:
    """The answer day as it is kept; None before sending, and for letters whose reckoning was never kept."""
    return deadlines.from_json(letter.answer_by, letter.answer_how)


def _keep(letter: Letter, due: Due) -> Due:
    letter.answer_by, letter.answer_how = due.on, deadlines.as_json(due)
    return due
