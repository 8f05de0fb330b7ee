"""Puts mails about somebody's own account in the outbox. They go whatever mail was chosen, and to no closed account."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.notices import GUESSED_REST, Notice
from deviations.models import OneTimeLink, OutgoingMail, User


def tell(
    session: Session,
    user: User,
    notice: Notice,
    at: datetime,
    link: OneTimeLink | None = None,
    address: str = "",
    detail: Mapping[str, object] | None = None,
) -> bool:
    """Writes the mail's row in the caller's transaction; whether there was anything to write.

    `address` is another one than the account's own, as that of a change. `detail` may say more, never text that people
    wrote: {"provider": its name} of SSO_LINKED, {"on": True or False}, or {"codes": True}, of FACTOR_CHANGED,
    {"herself": the role} of ROLE_CHANGED to those who are told of an administrator's own, {"kind": its AttemptKind} of
    GUESSED, {"new": True} of ADDRESS_CHANGED where it goes to the new address. A closed account is told nothing. The
    same at the same moment is told once, and wrong guesses of a kind at most once an hour (`GUESSED_REST`).
    """
    if not user.active:
        return False
    session.flush()  # a new account has its number now
    # By its hash: a number may be given again when the link has been replaced, and must not lead to somebody else's.
    about = f"link:{link.token_hash[:40]}" if link is not None else at.isoformat()
    key = f"{notice}:{about}:{user.id}" + (":new" if detail and "new" in detail else "")
    told = json.dumps({**(detail or {}), **({"link": link.token_hash} if link is not None else {})})
    same = [OutgoingMail.key == key]
    if notice is Notice.GUESSED:  # wrong codes are told apart: whoever writes them has the password already
        same = [OutgoingMail.user_id == user.id, OutgoingMail.kind == notice, OutgoingMail.detail == told]
        same.append(OutgoingMail.at > at - GUESSED_REST)
        key = f"{notice}:{about}:{(detail or {}).get('kind', '')}:{user.id}"
    if session.scalar(select(OutgoingMail.id).where(*same).limit(1)) is not None:
        return False
    session.add(
        OutgoingMail(
            key=key,
            user_id=user.id,
            address=address,
            kind=notice,
            detail=told,
            at=at,
            next_try_at=at,
        )
    )
    session.flush()
    return True
