"""Puts the week's digest in the outbox for each lead and coordinator. What it says is found out when it is sent."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.notices import DIGEST_LATEST, MailChoice, Notice, summary_moment
from deviations.domain.roles import Role
from deviations.models import Membership, OutgoingMail, User

TELLS_BEFORE = timedelta(seconds=1)


def make(session: Session, at: datetime) -> int:
    """Makes the digests of the last Monday morning that are not made yet; how many that is.

    Can be called at any time of the week and by several workers: a digest is made once, and only in the first two days.
    For whoever wants one mail a week it goes into the summary, so call this first.
    """
    until = summary_moment(at)
    if at >= until + DIGEST_LATEST:
        return 0
    return sum(_made(session, user, until) for user in _readers(session, until))


def _readers(session: Session, until: datetime) -> Sequence[User]:
    """Locked, so that of two workers one makes a person's digest; the other passes over her."""
    answers_for = User.memberships.any(Membership.role.in_((Role.LEAD, Role.COORDINATOR)))
    return session.scalars(
        select(User)
        .where(User.active, User.mail_choice != MailChoice.NONE, User.created_at < until, answers_for)
        .order_by(User.id)
        .with_for_update(skip_locked=True)
    ).all()


def _made(session: Session, user: User, until: datetime) -> bool:
    key = f"{Notice.DIGEST}:{until.date().isoformat()}:{user.id}"
    if session.scalar(select(OutgoingMail.id).where(OutgoingMail.key == key)) is not None:
        return False
    # A moment before the summary's end, so that it is among what that gathers.
    at = until - TELLS_BEFORE
    detail = json.dumps({"until": until.isoformat()})
    session.add(OutgoingMail(key=key, user_id=user.id, kind=Notice.DIGEST, detail=detail, at=at, next_try_at=at))
    session.flush()
    return True
