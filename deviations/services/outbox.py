"""The outbox at work: which mail is whose turn, what became of it, and the weekly summaries.

A worker claims a mail and commits that before it sends, so two workers never send the same one. Between the relay's
"ok" and the commit of `sent` lies a moment in which a worker that is killed leaves the claim to run out: then the mail
goes out again, with the same Message-ID. Nothing is ever lost (at least once).
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from deviations.domain.notices import (
    ACCOUNT,
    CLAIM_HOLDS,
    PAUSES,
    TOO_OLD_AFTER,
    MailChoice,
    MailState,
    Notice,
    pause_after,
    summary_moment,
)
from deviations.models import OutgoingMail, User

WAITING = OutgoingMail.state == MailState.WAITING
OUTSIDE = OutgoingMail.user_id.is_(None)
"""To somebody who has no account, and so has not chosen how often to be told."""
OWN_ACCOUNT = OutgoingMail.kind.in_(ACCOUNT)
"""About the account itself: told at once, whatever was chosen."""
GATHERED = (OutgoingMail.kind != Notice.WEEKLY, ~OWN_ACCOUNT)
"""What a weekly summary may hold."""


def _free(at: datetime) -> ColumnElement[bool]:
    """Claimed by no worker, or by one that has not been heard of for so long that it must have been killed."""
    return or_(OutgoingMail.claimed_until.is_(None), OutgoingMail.claimed_until <= at)


def claim(session: Session, at: datetime) -> OutgoingMail | None:
    """The next mail that is due, for the caller alone until its claim runs out; None when there is nothing to do.

    Commit before sending. On SQLite the session must have the write lock; PostgreSQL passes over what another worker
    is just claiming.
    """
    mail = session.scalar(
        select(OutgoingMail)
        .outerjoin(OutgoingMail.user)
        .where(
            WAITING,
            OutgoingMail.next_try_at <= at,
            _free(at),
            or_(OUTSIDE, OWN_ACCOUNT, User.mail_choice == MailChoice.EACH, OutgoingMail.kind == Notice.WEEKLY),
        )
        .order_by(OutgoingMail.next_try_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(of=OutgoingMail, skip_locked=True)
    )
    if mail is not None:
        mail.claimed_until = at + CLAIM_HOLDS
        mail.tries += 1
        session.flush()
    return mail


def settle(session: Session, mail: OutgoingMail, state: MailState, at: datetime, error: str = "") -> None:
    """Writes down what became of a claimed mail. `error` is a short code, never an address or a text."""
    mail.state = state
    mail.claimed_until = None
    mail.error = error[:200]
    if state is MailState.SENT:
        mail.sent_at = at


def try_later(session: Session, mail: OutgoingMail, at: datetime, error: str) -> None:
    """Lets a claimed mail wait for its next try, or gives it up when it has had them all."""
    pause = pause_after(mail.tries)
    if pause is None:
        settle(session, mail, MailState.FAILED, at, error)
        return
    settle(session, mail, MailState.WAITING, at, error)
    mail.next_try_at = at + pause


def retire(session: Session, at: datetime) -> None:
    """Takes out of the queue what nobody wants any more, what is no news, and what killed its worker each time.

    What waits for a weekly summary may be a week older than the rest. A letter to its recipient is never too old: it
    counts as sent, and waits until it is.
    """
    soon, weekly = or_(OWN_ACCOUNT, _whose(MailChoice.EACH)), and_(~OWN_ACCOUNT, _whose(MailChoice.WEEKLY))
    for whose, age in ((soon, TOO_OLD_AFTER), (weekly, 2 * TOO_OLD_AFTER)):
        _retire(session, at, MailState.TOO_OLD, OutgoingMail.tries == 0, OutgoingMail.at < at - age, whose)
    _retire(session, at, MailState.UNWANTED, ~OWN_ACCOUNT, _whose(MailChoice.NONE))
    _retire(session, at, MailState.FAILED, OutgoingMail.tries > len(PAUSES), error="interrupted")


def _whose(choice: MailChoice) -> ColumnElement[bool]:
    return OutgoingMail.user_id.in_(select(User.id).where(User.mail_choice == choice))


def _retire(session: Session, at: datetime, state: MailState, *which: ColumnElement[bool], error: str = "") -> None:
    session.execute(
        update(OutgoingMail)
        .where(WAITING, _free(at), *which)
        .values(state=state, error=error, claimed_until=None)
        .execution_options(synchronize_session="fetch")
    )


def summarise(session: Session, at: datetime) -> int:
    """Gathers what waits for those who want one mail a week, up to the last Monday morning; how many mails that makes.

    Whoever has nothing to be told gets none. Can be called at any time of the week: each Monday is summarised once.
    """
    until = summary_moment(at)
    return sum(_summarised(session, user, until, at) for user in _weekly_people(session, until))


def _weekly_people(session: Session, until: datetime) -> Sequence[User]:
    """Locked, so that of two workers one makes a person's summary; the other passes over her."""
    waiting = select(OutgoingMail.user_id).where(WAITING, OutgoingMail.at < until, *GATHERED)
    return session.scalars(
        select(User)
        .where(User.mail_choice == MailChoice.WEEKLY, User.id.in_(waiting))
        .order_by(User.id)
        .with_for_update(skip_locked=True)
    ).all()


def _summarised(session: Session, user: User, until: datetime, at: datetime) -> bool:
    key = f"{Notice.WEEKLY}:{until.date().isoformat()}:{user.id}"
    if session.scalar(select(OutgoingMail.id).where(OutgoingMail.key == key)) is not None:
        return False
    due = OutgoingMail.next_try_at <= at  # a decision of a moment ago may still be undone
    own = (WAITING, _free(at), due, OutgoingMail.user_id == user.id, OutgoingMail.at < until, *GATHERED)
    members = session.scalars(select(OutgoingMail).where(*own).order_by(OutgoingMail.id).with_for_update()).all()
    if not members:
        return False
    for mail in members:
        mail.state = MailState.SUMMARISED
    detail = json.dumps({"mails": [mail.id for mail in members]})
    session.add(OutgoingMail(key=key, user_id=user.id, kind=Notice.WEEKLY, detail=detail, at=at, next_try_at=at))
    session.flush()
    return True


def message_id(mail: OutgoingMail, host: str) -> str:
    """The mail's own Message-ID, the same at every try, so that one that came twice can be told (RFC 5322, 3.6.4)."""
    mark = hashlib.sha256(f"{mail.key} {mail.at.isoformat()}".encode()).hexdigest()[:20]
    return f"<{mail.id}.{mark}@{host}>"
