"""What the program tells people of what they reported, how often they want to hear it, and how long it keeps trying."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from deviations.domain.days import SWEDEN

FOLLOW_UP_AFTER = timedelta(weeks=4)
"""So long after a local solution its reporter is asked whether it works now (as FixMyStreet's survey does)."""

FOLLOW_UP_LATEST = timedelta(weeks=8)
"""So long after it nobody is asked any more: a program that was off for a year does not ask about the whole year."""

LINK_HOLDS = timedelta(days=90)
"""So long the links of that question can be answered."""

UNDO_GRACE = timedelta(minutes=10)
"""So long the mail about a decision waits, so that one that is undone at once is never told."""

TOO_OLD_AFTER = timedelta(days=7)
"""A mail that nobody could try to send for so long is news no more."""

CLAIM_HOLDS = timedelta(minutes=10)
"""So long a worker has a mail to itself; longer than a relay can take to answer or to be given up."""

PAUSES = (*(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180)), *([timedelta(hours=6)] * 11))
"""How long to wait after each try that failed: almost three days in all (RFC 5321, 4.5.4.1, asks for four or five days
of a relay; it has its own queue behind this one)."""

SUMMARY_AT = time(7)
"""When on Mondays, in Sweden, the week's summary and the digest are made."""

DIGEST_LATEST = timedelta(days=2)
"""So long after that moment a digest is still made; a program that was off for longer waits for the next Monday."""

QUIET_AFTER = 4
"""After so many weeks without a report a subproject is quiet; its lead is asked again after as many."""


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
    LETTER_OUT = "letter_out"  # the letter itself, to its recipient
    ANSWER_CAME = "answer_came"
    FOLLOW_UP = "follow_up"
    WEEKLY = "weekly"
    TAKEN_BACK = "taken_back"
    MINUTES = "minutes"
    DIGEST = "digest"
    RECIPIENT_ACTED = "recipient_acted"
    ANSWER_LATE = "answer_late"
    PROMISE_LATE = "promise_late"
    INVITED = "invited"
    RESET = "reset"
    ADDRESS_OLD = "address_old"  # confirms at the address that is left
    ADDRESS_NEW = "address_new"  # and at the one that is taken
    ADDRESS_CHANGED = "address_changed"
    PASSWORD_CHANGED = "password_changed"
    GUESSED = "guessed"  # so many wrong passwords that the door closed
    FACTOR_CHANGED = "factor_changed"
    ROLE_CHANGED = "role_changed"
    SSO_LINKED = "sso_linked"


ACCOUNT = frozenset(
    {
        Notice.INVITED,
        Notice.RESET,
        Notice.ADDRESS_OLD,
        Notice.ADDRESS_NEW,
        Notice.ADDRESS_CHANGED,
        Notice.PASSWORD_CHANGED,
        Notice.GUESSED,
        Notice.FACTOR_CHANGED,
        Notice.ROLE_CHANGED,
        Notice.SSO_LINKED,
    }
)
"""What is about the account itself: nobody can choose not to be told, and no summary waits for it."""

GUESSED_REST = timedelta(hours=1)
"""So long after one mail about wrong guesses there is no other, so that guessing fills nobody's letter box."""


class MailState(StrEnum):
    """How far a mail has come: `waiting` for the worker or the weekly summary, `sent`, in a `summary`, `withdrawn` with
    its decision, or given up.
    """

    WAITING = "waiting"
    SENT = "sent"
    SUMMARISED = "summarised"
    UNWANTED = "unwanted"
    WITHDRAWN = "withdrawn"
    TOO_OLD = "too_old"
    FAILED = "failed"


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries (1 or more); None when it is time to give up."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def week_before(moment: datetime) -> datetime:
    """The same time in Sweden a week earlier, also where the clock has been turned in between."""
    return moment.astimezone(SWEDEN) - timedelta(days=7)


def weeks_of_silence(last: datetime, until: datetime) -> int:
    """How many whole weeks have gone by without a word since a moment."""
    return max((until - last).days // 7, 0)


def asks_the_quiet(weeks: int) -> bool:
    """Whether the lead of a subproject that has been silent for so many weeks is asked this week: a kind word now and
    then, no nagging.
    """
    return weeks >= QUIET_AFTER and weeks % QUIET_AFTER == 0


def summary_moment(moment: datetime) -> datetime:
    """The Monday morning, at or before this moment, up to which the newest weekly summary tells."""
    here = moment.astimezone(SWEDEN)
    monday = datetime.combine(here.date() - timedelta(days=here.weekday()), SUMMARY_AT, SWEDEN)
    return monday if monday <= here else datetime.combine(monday.date() - timedelta(days=7), SUMMARY_AT, SWEDEN)
