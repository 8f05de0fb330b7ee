"""What people choose for their own account: name, language, and how they want their mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from deviations.domain.notices import MailChoice
from deviations.domain.roles import Actor
from deviations.models import User
from deviations.services import audit
from deviations.services.checks import check_texts


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a person may change of her account without more ado; her address is another matter (email_changes)."""

    name: str
    language: str
    mail_choice: MailChoice


def change(session: Session, actor: Actor, user: User, wanted: Profile, *, at: datetime) -> bool:
    """Takes over what differs, with one audit line that names the fields; whether anything did.

    Raises PersonalData for a name that is a number or an address; then nothing changes.
    """
    check_texts({"name": wanted.name})
    new = {"name": wanted.name, "language": wanted.language, "mail_choice": wanted.mail_choice}
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
