"""Reads what was written before about a barrier, or about another one under the same rule, and what was answered: what
a new letter about it has to know.
"""

from datetime import date, datetime

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain.letter_evidence import EarlierLetter
from deviations.domain.letters import OUT, LetterStatus
from deviations.models import Barrier, Letter, Reply
from deviations.queries import barriers, letters

MOST = 4
"""So many of the latest are told of."""


def sent(session: Session, barrier: Barrier, today: date, at: datetime | None = None) -> tuple[EarlierLetter, ...]:
    """The letters that have left the house by a day, oldest first, each with its latest answer of those that had come;
    `at` is the moment by which an answer must have been recorded.
    """
    family = barriers.family(session, barrier)
    same_rule = Barrier.rule_id == barrier.rule_id if barrier.rule_id is not None else false()
    ids = select(Barrier.id).where(or_(Barrier.id.in_(family), same_rule))
    found = session.scalars(
        select(Letter)
        .where(letters.about(ids), Letter.status.in_(OUT), Letter.sent_on <= today)
        .options(
            joinedload(Letter.barrier),
            selectinload(Letter.further),
            selectinload(Letter.recipients),
            selectinload(Letter.replies).joinedload(Reply.agency),
        )
        .order_by(Letter.sent_on.desc(), Letter.id.desc())
        .limit(MOST)
    ).all()
    return tuple(_told(letter, family, today, at) for letter in reversed(found))


def _told(letter: Letter, family: set[int], today: date, at: datetime | None) -> EarlierLetter:
    answer = _answer(letter, today, at)
    own = any(one.id in family for one in letter.about)
    return EarlierLetter(
        registry_number=letter.registry_number or "",
        sent_on=letter.sent_on or today,
        recipients=tuple(agency.name for agency in letter.recipients),
        answered_on=answer.received_on if answer is not None else None,
        answer=str(answer.answer or "") if answer is not None else "",
        summary=(answer.summary or answer.text) if answer is not None else "",
        other_barrier="" if own else letter.barrier.name,
        answered_by=answer.agency.name if answer is not None and answer.agency is not None else "",
        passed_on_to=answer.passed_on_to if answer is not None else "",
        own_words=answer is not None and not answer.summary,
    )


def _answer(letter: Letter, today: date, at: datetime | None) -> Reply | None:
    came = (
        reply
        for reply in letter.replies
        if reply.kind is LetterStatus.ANSWERED
        and reply.received_on <= today
        and (at is None or reply.recorded_at <= at)
    )
    return max(came, key=lambda reply: (reply.received_on, reply.id), default=None)
