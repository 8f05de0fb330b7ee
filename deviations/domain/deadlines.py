"""What people are promised: until when a report has had a first reply, and a local action its answer."""

from datetime import date, timedelta

FIRST_REPLY = timedelta(days=7)
"""The coordinator goes through the week's reports once a week, so nobody waits longer for a first word."""

LOCAL_ANSWER = timedelta(days=60)
"""So long may a subproject take to do something about what was left to it."""


def reply_by(filed_on: date) -> date:
    """The last day on which a report filed that day gets its first reply. Plain days, as the calendar counts them."""
    return filed_on + FIRST_REPLY


def local_answer_by(since: date) -> date:
    """The last day for the answer to a local action that began that day."""
    return since + LOCAL_ANSWER
