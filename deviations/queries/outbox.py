"""The outbox as its administrator sees it: who, which kind, when and how it went, and never what a mail says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.notices import MailState, Notice
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound
from deviations.models import OutgoingMail, User

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the outbox, without anything that it is about; nameless to somebody who has no account."""

    id: int
    name: str
    email: str
    kind: Notice
    at: datetime
    state: MailState
    tries: int
    next_try_at: datetime
    sent_at: datetime | None
    error: str


def listed(
    session: Session, actor: Actor, state: MailState | None = None, before: int | None = None
) -> tuple[Sequence[Line], bool]:
    """A page of the outbox, newest first, and whether there are older ones.

    Raises NotFound for all but administrators.
    """
    _check(actor)
    mail = OutgoingMail
    question = (
        select(
            mail.id,
            func.coalesce(User.name, "").label("name"),
            func.coalesce(func.nullif(mail.address, ""), User.email, "").label("email"),
            mail.kind, mail.at, mail.state, mail.tries, mail.next_try_at, mail.sent_at, mail.error,
        )
        .outerjoin(mail.user)
        .order_by(mail.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if state is not None:
        question = question.where(mail.state == state)
    if before is not None:
        question = question.where(mail.id < before)
    lines = [Line(**row) for row in session.execute(question).mappings()]
    return lines[:PAGE], len(lines) > PAGE


def counts(session: Session, actor: Actor) -> dict[MailState, int]:
    """How many mails there are of each state that has any. Raises NotFound for all but administrators."""
    _check(actor)
    return by_state(session)


def by_state(session: Session) -> dict[MailState, int]:
    """The same for the owner of the instance, at the terminal."""
    found = session.execute(select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state))
    counted: dict[MailState, int] = {row[0]: row[1] for row in found}
    return {state: counted[state] for state in MailState if state in counted}


def _check(actor: Actor) -> None:
    if not actor.has(Role.ADMIN):
        raise NotFound
