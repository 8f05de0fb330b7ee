"""Another address for an account: asked for with the password, and hers when both the old and the new one have said so.
Until then the old one holds. Whether another account has an address is never told to anybody but whoever reads its
letter box.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.logins import AttemptKind, LinkPurpose
from deviations.domain.notices import Notice
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import EmailChange, OneTimeLink, User
from deviations.queries import one_time_links as links
from deviations.queries import people
from deviations.services import account_mail, attempts, audit, endings, one_time_links, passwords
from deviations.services.tokens import hashed

BOTH = (LinkPurpose.OLD_ADDRESS, LinkPurpose.NEW_ADDRESS)


def ask(
    session: Session, actor: Actor, user: User, email: str, *, password: str, secret: str, at: datetime
) -> EmailChange:
    """Begins a change of one's own address and mails a link to both addresses; an earlier change ends.

    Raises NotAllowed (`wrong_password`; `same_email` for the address that it has) and TooManyGuesses (at the password;
    `too_many_changes` after five in a day, so that nobody's letter box is filled). The caller commits then too, so that
    failures count.
    """
    passwords.check(session, user, password, at)
    address = email.strip().casefold()
    if address == user.email:
        raise NotAllowed("same_email")
    attempts.check(session, AttemptKind.RESET, f"address:{user.id}", at)
    attempts.count(session, AttemptKind.RESET, f"address:{user.id}", at)
    endings.address_change(session, user, at)
    holds = at + one_time_links.HOLD[LinkPurpose.NEW_ADDRESS]
    change = EmailChange(user=user, new_email=address, asked_at=at, expires_at=holds)
    session.add(change)
    session.flush()
    audit.record(session, actor, "account.address_asked", f"user:{user.id}", at)
    for purpose, notice, to in ((BOTH[0], Notice.ADDRESS_OLD, user.email), (BOTH[1], Notice.ADDRESS_NEW, address)):
        link = one_time_links.make(session, user, purpose, secret=secret, by=actor, at=at, change=change)
        account_mail.tell(session, user, notice, at, link, address=to)
    return change


def confirm(session: Session, token: str, at: datetime) -> EmailChange:
    """Takes a yes from one of the two addresses; with the second one the address is changed and the old one told.

    Raises NotFound for a link that doesn't hold, and NotAllowed (`email_taken`) at the new address when another account
    has it: then the change ends, and the caller commits.
    """
    audit.wait_turn(session)
    link = links.holding(session, BOTH, hashed(token), at, to_use=True)
    change = _change_of(link)
    if link.purpose is LinkPurpose.NEW_ADDRESS and _taken(session, change.new_email):
        endings.address_change(session, change.user, at)
        raise NotAllowed("email_taken")
    link.used_at = at
    if link.purpose is LinkPurpose.OLD_ADDRESS:
        change.old_confirmed_at = at
    else:
        change.new_confirmed_at = at
    if change.old_confirmed_at and change.new_confirmed_at:
        _done(session, change, at)
    else:
        audit.record(session, people.actor_of(change.user), "account.address_confirmed", f"user:{link.user_id}", at)
    return change


def _done(session: Session, change: EmailChange, at: datetime) -> None:
    if _taken(session, change.new_email):  # by an account made since the new address said yes
        endings.address_change(session, change.user, at)
        return
    _take_over(session, people.actor_of(change.user), change.user, change.new_email, at)


def _take_over(session: Session, actor: Actor, user: User, address: str, at: datetime) -> None:
    """The account has another address from here on; links that were mailed to the old one stop working."""
    old, user.email = user.email, address
    endings.address_change(session, user, at)
    one_time_links.forget(session, user, *LinkPurpose)
    audit.record(session, actor, "account.address_changed", f"user:{user.id}", at)
    account_mail.tell(session, user, Notice.ADDRESS_CHANGED, at, address=old)


def refuse(session: Session, token: str, at: datetime) -> LinkPurpose:
    """Takes a change back through the link of either address, and says at which. At the old one it means that somebody
    else knows the password: all logins end.

    Raises NotFound for a link that doesn't hold.
    """
    link = links.holding(session, BOTH, hashed(token), at, to_use=True)
    user, purpose = link.user, link.purpose
    endings.address_change(session, user, at)
    if purpose is LinkPurpose.OLD_ADDRESS:
        endings.logins(session, user)
    audit.record(session, None, "account.address_refused", f"user:{user.id}", at, {"at": purpose})
    return purpose


def cancel(session: Session, actor: Actor, user: User, at: datetime) -> None:
    """Ends one's own change; nothing happens when there is none."""
    if links.open_change(session, user.id, at) is not None:
        endings.address_change(session, user, at)
        audit.record(session, actor, "account.address_cancelled", f"user:{user.id}", at)


def change_for(session: Session, actor: Actor, user: User, email: str, at: datetime) -> None:
    """Another address for somebody who can't read the old one any more; her logins end, and both addresses are told.

    For administrators, of others: one's own is changed with one's password. Raises NotAllowed (`admin_only`,
    `not_yourself`, `same_email`, `email_taken`).
    """
    if not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    if actor.id == user.id:
        raise NotAllowed("not_yourself")
    audit.wait_turn(session)
    address = email.strip().casefold()
    if address == user.email:
        raise NotAllowed("same_email")
    if _taken(session, address):
        raise NotAllowed("email_taken")
    _take_over(session, actor, user, address, at)
    account_mail.tell(session, user, Notice.ADDRESS_CHANGED, at, address=address, detail={"new": True})
    endings.logins(session, user)


def _change_of(link: OneTimeLink) -> EmailChange:
    assert link.email_change is not None  # the two purposes are made with one
    return link.email_change


def _taken(session: Session, address: str) -> bool:
    return session.scalar(select(User.id).where(User.email == address)) is not None
