"""What ends at once when a door has to close: an account's logins, and a change of its address that was begun."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from deviations.domain.logins import LinkPurpose
from deviations.models import EmailChange, LoginSession, PendingLogin, User
from deviations.services import one_time_links
from deviations.services.tokens import hashed


def logins(session: Session, user: User, but: str = "") -> None:
    """Ends every login of an account, half-done ones too, but for that of the token `but`; the caller writes the audit
    line that says why.
    """
    others = (LoginSession.user_id == user.id, LoginSession.token_hash != hashed(but))
    session.execute(delete(LoginSession).where(*others))
    session.execute(delete(PendingLogin).where(PendingLogin.user_id == user.id))


def address_change(session: Session, user: User, at: datetime) -> None:
    """Ends the change of address that is under way, if there is one; the links of both letters stop working."""
    begun = select(EmailChange).where(EmailChange.user_id == user.id, EmailChange.ended_at.is_(None))
    for one in session.scalars(begun):
        one.ended_at = at
    one_time_links.forget(session, user, LinkPurpose.OLD_ADDRESS, LinkPurpose.NEW_ADDRESS)
