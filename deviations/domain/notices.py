"""What the program tells people of what they reported, and how often they want to hear it."""

from datetime import timedelta
from enum import StrEnum

FOLLOW_UP_AFTER = timedelta(weeks=4)
"""So long after a local solution its reporter is asked whether it works now (as FixMyStreet's survey does)."""


class MailChoice(StrEnum):
    """How a person wants her mail: each event, one summary a week, or none."""

    EACH = "each"
    WEEKLY = "weekly"
    NONE = "none"


class Notice(StrEnum):
    """What a mail is about."""

    RECEIVED = "received"
    NEEDS_FACTS = "needs_facts"
    SOLVED_LOCALLY = "solved_locally"
    JOINED = "joined"
    LETTER_SENT = "letter_sent"
    ANSWER_CAME = "answer_came"
    FOLLOW_UP = "follow_up"
    WEEKLY = "weekly"


class MailState(StrEnum):
    """How far a mail has come: `waiting` for the worker or the weekly summary, `sent`, in a `summary`, or given up."""

    WAITING = "waiting"
    SENT = "sent"
    SUMMARISED = "summarised"
    UNWANTED = "unwanted"
    TOO_OLD = "too_old"
    FAILED = "failed"
