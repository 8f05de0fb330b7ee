"""Writes down what people are to be told, in the transaction of the event itself: the outbox.

Nothing is worded or sent here. Who did a thing is not told of it; that a report was received is always confirmed.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.letter_evidence import Evidence
from deviations.domain.notices import UNDO_GRACE, MailState, Notice
from deviations.domain.roles import Actor
from deviations.domain.workflow import Status
from deviations.models import (
    Deviation,
    FollowUp,
    Letter,
    LetterDispatch,
    LinkUse,
    OutgoingMail,
    PromisedAction,
    RecipientLink,
    Reply,
    Review,
    User,
)
from deviations.queries import barriers, people
from deviations.queries import letter_answers as answers
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
        if one.user_id is None:
            continue
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


def letter_out(session: Session, dispatch: LetterDispatch, at: datetime) -> None:
    """A sent letter goes to its recipient by mail. The dispatch has its id already; sent again it is another mail."""
    letter = dispatch.letter
    before = select(func.count()).where(OutgoingMail.letter_id == letter.id, OutgoingMail.kind == Notice.LETTER_OUT)
    session.add(
        OutgoingMail(
            key=f"{Notice.LETTER_OUT}:letter:{letter.id}:{session.scalar(before)}",
            address=dispatch.address,
            kind=Notice.LETTER_OUT,
            letter_id=letter.id,
            detail=json.dumps({"agency": dispatch.agency_id, "dispatch": dispatch.id}),
            at=at,
            next_try_at=at,
        )
    )


def answer_came(session: Session, actor: Actor | None, letter: Letter, reply: Reply, at: datetime) -> None:
    """Everybody whose report stands behind a letter gets to know what was answered. The reply has its id already; no
    actor means that the recipient wrote it behind its own link.
    """
    for user_id in _reporters(session, letter):
        subject = f"reply:{reply.id}"
        _add(session, actor, Notice.ANSWER_CAME, user_id, subject, at, {"answer": reply.answer}, letter=letter)


def recipient_acted(session: Session, link: RecipientLink, use: LinkUse, at: datetime) -> None:
    """Every coordinator gets to know what a recipient did behind its link. Link and use have their ids already."""
    detail = {"act": use.act, "agency": link.agency_id}
    for user_id in people.coordinators(session):
        subject = f"use:{use.id}"
        _add(session, None, Notice.RECIPIENT_ACTED, user_id, subject, at, detail, letter=link.letter)


def answer_late(session: Session, letter: Letter, at: datetime) -> int:
    """Every coordinator gets to know, once for each answer day, that it has gone by; how many were told now."""
    today = day_of(at)
    days = [answers.due_from(letter, agency) for agency in answers.late_ones(letter, today)]
    newest = max((day for day in days if day is not None), default=letter.answer_by)
    return _once(session, Notice.ANSWER_LATE, f"letter:{letter.id}:{newest}", at, letter, {})


def promise_late(session: Session, action: PromisedAction, at: datetime) -> int:
    """The same of the day by which a recipient promised to have done something."""
    letter, detail = action.reply.letter, {"promise": action.id}
    return _once(session, Notice.PROMISE_LATE, f"promise:{action.id}:{action.due_on}", at, letter, detail)


def _once(
    session: Session, kind: Notice, subject: str, at: datetime, letter: Letter, detail: Mapping[str, object]
) -> int:
    """Tells every coordinator who was not told before of this very thing."""
    told = set(
        session.scalars(
            select(OutgoingMail.user_id).where(OutgoingMail.key.startswith(f"{kind}:{subject}:", autoescape=True))
        )
    )
    wanted = [user_id for user_id in people.coordinators(session) if user_id not in told]
    for user_id in wanted:
        _add(session, None, kind, user_id, subject, at, detail, letter=letter)
    return len(wanted)


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
    """Whose report was counted in the letter's numbers, wherever it lies now; of a barrier whose numbers don't say
    which were counted, whose report counts there today. A guldkorn is no part of either.
    """
    numbers = letter.numbers if letter.snapshots else []
    counted = {one.barrier_id: Evidence.from_json(one.evidence).reports for one in numbers}
    behind: list[ColumnElement[bool]] = []
    for barrier in letter.about:
        reports = counted.get(barrier.id)
        behind.append(Deviation.id.in_(reports) if reports else and_(Deviation.barrier_id == barrier.id, *PLACED))
    return sorted(session.scalars(select(Deviation.reporter_id).where(or_(*behind)).distinct()))


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
