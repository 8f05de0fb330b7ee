"""Reads the mails by which a letter itself went to its recipients."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from deviations.domain.letters import Delivery, LetterStatus
from deviations.domain.notices import MailState, Notice
from deviations.domain.roles import Actor, Role
from deviations.models import Letter, LetterDispatch, OutgoingMail

LOST = (MailState.FAILED, MailState.TOO_OLD)
"""The states of a mail that never came."""


def of(session: Session, letter_id: int) -> dict[int, OutgoingMail]:
    """The latest mail of a letter to each agency, by the agency's id."""
    mails = select(OutgoingMail).where(OutgoingMail.letter_id == letter_id, OutgoingMail.kind == Notice.LETTER_OUT)
    return {json.loads(mail.detail)["agency"]: mail for mail in session.scalars(mails.order_by(OutgoingMail.id))}


def lost(session: Session, actor: Actor) -> list[Letter]:
    """The letters of which a mail never came to some party, and which it was not sent in another way since; for the
    coordinator, until the letter is closed.
    """
    if not actor.has(Role.COORDINATOR):
        return []
    fell = select(OutgoingMail.letter_id).where(OutgoingMail.kind == Notice.LETTER_OUT, OutgoingMail.state.in_(LOST))
    by_mail = (
        select(Letter)
        .where(Letter.id.in_(fell), Letter.status != LetterStatus.CLOSED)
        .options(selectinload(Letter.dispatches))
        .order_by(Letter.id)
    )
    return [letter for letter in session.scalars(by_mail) if _lost(letter.dispatches, of(session, letter.id))]


def _lost(ways: Sequence[LetterDispatch], mails: Mapping[int, OutgoingMail]) -> bool:
    told = [mails.get(way.agency_id) for way in ways if way.delivery is Delivery.MAIL]
    return any(mail is not None and mail.state in LOST for mail in told)
