"""The question "does it work now?", four weeks after a local solution, and its answer through a signed link.

Whoever holds the link may answer, once and without a login: it says which question and which answer, and nothing else.
"""

import hashlib
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from deviations.domain.notices import FOLLOW_UP_AFTER, FOLLOW_UP_LATEST, LINK_HOLDS
from deviations.domain.workflow import Kind, NotAllowed, NotFound, Status
from deviations.models import Deviation, FollowUp, Move, Solution, User
from deviations.queries import people
from deviations.services import audit, notices, triage

SALT = "follow-up"
NOTE = "Den som rapporterade svarar att lösningen inte fungerar."


class Expired(NotAllowed):
    """The question was put too long ago, or to somebody who is not here any more."""


def token(secret: str, follow_up_id: int, works: bool) -> str:
    """What stands in the link of an answer."""
    return str(_signer(secret).dumps([follow_up_id, works]))


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})


def read(secret: str, token: str) -> tuple[int, bool]:
    """Which question a link is about, and which answer. Raises NotFound for one that we did not write."""
    try:
        follow_up_id, works = _signer(secret).loads(token)
    except (BadSignature, UnicodeError):
        raise NotFound from None
    return int(follow_up_id), bool(works)


def ask(session: Session, at: datetime) -> int:
    """Puts the question about every local solution that helped, is four weeks old and still stands; how many were put.

    Of one that never helped nobody is asked whether it works now: its reporter was told so and can take it up again.
    """
    return sum(_asked(session, move, at) for move in _to_ask(session, at))


def _to_ask(session: Session, at: datetime) -> list[Move]:
    later = aliased(Move)
    latest = select(Solution.worked).where(Solution.deviation_id == Deviation.id).order_by(Solution.id.desc()).limit(1)
    found = session.scalars(
        select(Move)
        .join(Deviation, Deviation.id == Move.deviation_id)
        .join(User, User.id == Deviation.reporter_id)
        .where(
            Move.target == Status.SOLVED_LOCALLY,
            Move.at <= at - FOLLOW_UP_AFTER,
            Move.at > at - FOLLOW_UP_LATEST,
            Deviation.status == Status.SOLVED_LOCALLY,
            Deviation.kind != Kind.GOOD_EXAMPLE,
            User.active,
            latest.scalar_subquery(),
            ~exists().where(later.deviation_id == Move.deviation_id, later.id > Move.id),
            ~exists().where(FollowUp.move_id == Move.id),
        )
        .order_by(Move.id)
    )
    return list(found)


def _asked(session: Session, move: Move, at: datetime) -> bool:
    follow_up = FollowUp(move_id=move.id, deviation_id=move.deviation_id, asked_at=at)
    try:
        with session.begin_nested():
            session.add(follow_up)
            session.flush()
    except IntegrityError:  # another worker, a moment ago
        return False
    notices.follow_up(session, follow_up, at)
    return True


def find(session: Session, id: int, at: datetime, *, to_answer: bool = False) -> FollowUp:
    """A question that was put. Raises NotFound, and Expired. `to_answer` locks it: a link works once."""
    question = (
        select(FollowUp, User.active)
        .join(Deviation, Deviation.id == FollowUp.deviation_id)
        .join(User, User.id == Deviation.reporter_id)
        .where(FollowUp.id == id)
    )
    row = session.execute(question.with_for_update(of=FollowUp) if to_answer else question).one_or_none()
    if row is None:
        raise NotFound
    follow_up: FollowUp = row[0]
    if follow_up.answered_at is None and (at > follow_up.asked_at + LINK_HOLDS or not row[1]):
        raise Expired("follow_up_expired")
    return follow_up


def answer(session: Session, follow_up: FollowUp, works: bool, at: datetime) -> None:
    """Notes the answer, the first one only. "No" reopens the report in its reporter's name, if it still stands."""
    if follow_up.answered_at is not None:
        return
    follow_up.answered_at, follow_up.works = at, works
    deviation = follow_up.deviation
    reporter = people.actor_of(deviation.reporter)
    audit.record(session, reporter, "followup.answered", f"deviation:{deviation.id}", at, {"works": works})
    if not works and _stands(session, follow_up):
        triage.move(session, reporter, deviation, triage.Decision(Status.IN_REVIEW, note=NOTE), at=at)


def _stands(session: Session, follow_up: FollowUp) -> bool:
    """Whether the step that was asked about is still the report's last one."""
    last = session.scalar(
        select(Move.id).where(Move.deviation_id == follow_up.deviation_id).order_by(Move.id.desc()).limit(1)
    )
    return last == follow_up.move_id
