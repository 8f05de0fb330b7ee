"""What people choose for their own account: name, address, language, and how they want their mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.notices import MailChoice
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotAllowed
from deviations.models import User
from deviations.services import accounts, audit
from deviations.services.checks import check_texts


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a person may change of her account herself."""

    name: str
    email: str
    language: str
    mail_choice: MailChoice


def change(session: Session, actor: Actor, user: User, wanted: Profile, *, password: str, at: datetime) -> bool:
    """Takes over what differs, with one audit line that names the fields; whether anything did.

    Another address needs the password: it is what one logs in with, and where mail goes. Raises NotAllowed
    (`password_needed`, `wrong_password`, TooManyGuesses; `email_unusable` when another account has it) and PersonalData
    for a name that is a number or an address; then nothing changes.
    """
    check_texts({"name": wanted.name})
    email = wanted.email.strip().casefold()
    if email != user.email:
        if not password:
            raise NotAllowed("password_needed")
        accounts.check_password(session, user, password, at)
        if session.scalar(select(User.id).where(User.email == email)) is not None:
            raise NotAllowed("email_unusable")
    new = {"name": wanted.name, "email": email, "language": wanted.language, "mail_choice": wanted.mail_choice}
    changed = [field for field, value in new.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, new[field])
    if changed:
        audit.record(session, actor, "account.changed", f"user:{user.id}", at, {"fields": changed})
    return bool(changed)


def use_shortcuts(session: Session, actor: Actor, user: User, *, on: bool, at: datetime) -> None:
    """Single keys in the weekly review, or none (WCAG 2.2, 2.1.4 Character Key Shortcuts)."""
    if user.shortcuts is not on:
        user.shortcuts = on
        audit.record(session, actor, "account.changed", f"user:{user.id}", at, {"fields": ["shortcuts"]})
