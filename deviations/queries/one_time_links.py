"""Finds what stands behind a link that works once, as long as it holds."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.logins import LinkPurpose
from deviations.domain.workflow import NotFound
from deviations.models import EmailChange, OneTimeLink, User


def holding(
    session: Session, purposes: Sequence[LinkPurpose], token_hash: str, now: datetime, *, to_use: bool = False
) -> OneTimeLink:
    """An unused link for one of these purposes that still holds, to an account that is not closed.

    Raises NotFound for all others alike. `to_use` locks it: of two browsers with the same link only the first gets it.
    """
    question = (
        select(OneTimeLink)
        .join(User, OneTimeLink.user_id == User.id)
        .where(
            OneTimeLink.token_hash == token_hash,
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.expires_at > now,
            OneTimeLink.used_at.is_(None),
            User.active,
        )
    )
    link = session.scalar(question.with_for_update(of=OneTimeLink) if to_use else question)
    if link is None:
        raise NotFound
    return link


def open_change(session: Session, user_id: int, now: datetime) -> EmailChange | None:
    """The change of address that somebody has begun and not finished; None when there is none that still holds."""
    return session.scalar(
        select(EmailChange)
        .where(EmailChange.user_id == user_id, EmailChange.ended_at.is_(None), EmailChange.expires_at > now)
        .order_by(EmailChange.id.desc())
        .limit(1)
    )
