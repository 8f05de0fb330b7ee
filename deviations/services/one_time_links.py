"""Links that work once. Of a link's token only a hash is kept; the instance's secret gives it again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from deviations.domain.logins import LinkPurpose
from deviations.domain.roles import Actor
from deviations.models import EmailChange, OneTimeLink, User
from deviations.services.tokens import derived, fresh, hashed

HOLDS = timedelta(hours=72)
"""So long an invitation holds."""
HOLD: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.INVITATION: HOLDS,
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.OLD_ADDRESS: timedelta(hours=24),
    LinkPurpose.NEW_ADDRESS: timedelta(hours=24),
}


def make(
    session: Session,
    user: User,
    purpose: LinkPurpose,
    *,
    secret: str,
    by: Actor | None,
    at: datetime,
    change: EmailChange | None = None,
) -> OneTimeLink:
    """A new link for an account; its earlier ones for the same purpose stop working. `token` says what opens it."""
    forget(session, user, purpose)
    nonce = fresh()
    link = OneTimeLink(
        token_hash=hashed(derived(secret, nonce)),
        nonce=nonce,
        purpose=purpose,
        user=user,
        email_change=change,
        made_by_id=by.id if by else None,
        created_at=at,
        expires_at=at + HOLD[purpose],
    )
    session.add(link)
    session.flush()
    return link


def forget(session: Session, user: User, *purposes: LinkPurpose) -> None:
    """The account's links for these purposes stop working; that one was used stays known until `retention` takes it."""
    open_ones = (OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None))
    session.execute(delete(OneTimeLink).where(*open_ones, OneTimeLink.purpose.in_(purposes)))


def token(link: OneTimeLink, secret: str) -> str:
    """What the link's address ends with."""
    return derived(secret, link.nonce)
