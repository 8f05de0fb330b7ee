"""Writes down what people are to be told, in the transaction of the event itself: the outbox.

Nothing is worded or sent here. Who did a thing is not told of it; that a report was received is always confirmed.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from deviations.domain.notices import UNDO_GRACE, MailState, Notice
from deviations.domain.roles import Actor
from deviations.domain.workflow import Status
from deviations.models import Deviation, FollowUp, Letter, OutgoingMail, Reply, Review, User
from deviations.queries import barriers, people
from deviations.queries.spreads import PLACED


def received(session: Session, deviation: Deviation, at: datetime) -> None:
    """Whose report it is gets to know that it was filed, also when somebody else typed it."""
    _add(session, None, Notice.RECEIVED, deviation.reporter_id, f"deviation:{deviation.id}", at, deviation=deviation)


def moved(session: Session, actor: Actor, deviation: Deviation, move_id: int, at: datetime) -> None:
    """The reporter is told of a step that matters to her: a question, a local solution, a barrier. The mail waits a
    while, so that a decision undone at once is never told.
    """
    kind = {
        Status.NEEDS_FACTS: Notice.NEEDS_FACTS,
        Status.SOLVED_LOCALLY: Notice.SOLVED_LOCALLY,
        Status.JOINED: Notice.JOINED,
    }.get(deviation.status)
    if kind is None:
        return
    detail: dict[str, object] = {}
    if kind is Notice.JOINED and deviation.barrier is not None:
        detail = {"barrier": deviation.barrier.id, "others": _others(session, deviation)}
    about = f"move:{move_id}"
    _add(session, actor, kind, deviation.reporter_id, about, at, detail, deviation=deviation, wait=UNDO_GRACE)


def take_back(session: Session, ids: Collection[int], at: datetime) -> bool:
    """The mails of a decision that is undone: what was not sent is withdrawn, and whoever was told already is told that
    it was taken back. Whether anybody was.

    A mail that a worker is sending at this moment counts as told.
    """
    mail = OutgoingMail
    free = or_(mail.claimed_until.is_(None), mail.claimed_until <= at)
    session.execute(
        update(mail)
        .where(mail.id.in_(ids), mail.state == MailState.WAITING, free)
        .values(state=MailState.WITHDRAWN, claimed_until=None)
        .execution_options(synchronize_session="fetch")
    )
    told = session.scalars(
        select(mail)
        .where(mail.id.in_(ids), mail.state.in_((MailState.SENT, MailState.SUMMARISED, MailState.WAITING)))
        .order_by(mail.id)
    ).all()
    for one in told:
        detail = {"kind": one.kind, "mail": one.id}
        _add(session, None, Notice.TAKEN_BACK, one.user_id, f"mail:{one.id}", at, detail, deviation=one.deviation)
    return bool(told)


def _others(session: Session, deviation: Deviation) -> int | None:
    """How many other reports the barrier has, None where the number is so small that it is not told."""
    assert deviation.barrier is not None
    with session.no_autoflush:  # the step has been flushed with its audit line
        reader = people.actor_of(session.get_one(User, deviation.reporter_id))
        return barriers.others_in(session, reader, deviation.barrier.id, deviation.id)


def letter_sent(session: Session, actor: Actor, letter: Letter, at: datetime) -> None:
    """Everybody whose report stands behind a letter gets to know that it was sent."""
    for user_id in _reporters(session, letter):
        _add(session, actor, Notice.LETTER_SENT, user_id, f"letter:{letter.id}", at, letter=letter)


def answer_came(session: Session, actor: Actor, letter: Letter, reply: Reply, at: datetime) -> None:
    """Everybody whose report stands behind a letter gets to know what was answered. The reply has its id already."""
    for user_id in _reporters(session, letter):
        subject = f"reply:{reply.id}"
        _add(session, actor, Notice.ANSWER_CAME, user_id, subject, at, {"answer": reply.answer}, letter=letter)


def minutes(session: Session, review: Review, subprojects: Collection[int], at: datetime) -> None:
    """Each lead of these subprojects gets to know that a review has decided about reports of hers. The mail waits a
    while, as decisions may still be undone.
    """
    taker = people.actor_of(review.actor)
    for user_id in people.leads_of(session, subprojects):
        about = f"review:{review.id}"
        _add(session, taker, Notice.MINUTES, user_id, about, at, {"review": review.id}, wait=UNDO_GRACE)


def follow_up(session: Session, asked: FollowUp, at: datetime) -> None:
    """The reporter is asked whether a local solution works now; also when she solved it herself."""
    deviation = asked.deviation
    detail = {"follow_up": asked.id}
    _add(
        session, None, Notice.FOLLOW_UP, deviation.reporter_id, f"move:{asked.move_id}", at, detail, deviation=deviation
    )


def _reporters(session: Session, letter: Letter) -> list[int]:
    """Whose report counts for the letter's barrier; a guldkorn there is no part of what the letter is built on."""
    placed = (Deviation.barrier_id == letter.barrier_id, *PLACED)
    return sorted(session.scalars(select(Deviation.reporter_id).where(*placed).distinct()))


def _add(
    session: Session,
    actor: Actor | None,
    kind: Notice,
    user_id: int,
    subject: str,
    at: datetime,
    detail: Mapping[str, object] | None = None,
    *,
    deviation: Deviation | None = None,
    letter: Letter | None = None,
    wait: timedelta = timedelta(0),
) -> None:
    if actor is not None and actor.id == user_id:
        return
    session.add(
        OutgoingMail(
            key=f"{kind}:{subject}:{user_id}",
            user_id=user_id,
            kind=kind,
            deviation_id=deviation.id if deviation is not None else None,
            letter_id=letter.id if letter is not None else None,
            detail=json.dumps(detail or {}),
            at=at,
            next_try_at=at + wait,
        )
    )
