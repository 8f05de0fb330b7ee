"""A coordinator's word on which reports that lie in no barrier are about the same one, or not: it holds in every later
proposal (promise 4). Each press is one decision, undone like any other; no report changes by it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import OPEN, NotAllowed
from deviations.models import Deviation, KinVerdict, Ruling
from deviations.services import audit
from deviations.services.recording import recording
from deviations.services.rulings import AT_MOST, Outdated

APART, DIVIDED, TOGETHER = "kin_apart", "kin_divided", "kin_together"
"""What such a decision is called."""

PAIRS = 2_500
"""So many pairs are set apart one by one. Of more, each report is set apart from the first of the others only."""

Pairs = Iterable[tuple[int, int]]


def apart(session: Session, actor: Actor, one: Deviation, others: Sequence[Deviation], *, at: datetime) -> Ruling:
    """A report is about something else than all these: it is proposed together with none of them again.

    Raises as `divide`.
    """
    return _set_apart(session, actor, APART, [one], others, at)


def divide(
    session: Session, actor: Actor, some: Sequence[Deviation], others: Sequence[Deviation], *, at: datetime
) -> Ruling:
    """Some reports are about one thing and the others about another: none of the first is proposed together with any
    of the others again.

    Raises NotAllowed: for others than the coordinator, for no report on one of the sides (`nothing_chosen`), for too
    many, and for a report on both sides. Raises Outdated for those that have been decided about meanwhile.
    """
    return _set_apart(session, actor, DIVIDED, some, others, at)


def together(session: Session, actor: Actor, reports: Sequence[Deviation], *, at: datetime) -> Ruling:
    """All these reports are about one thing: they are proposed together, but for pairs that somebody has set apart.

    Each is said to be kin to the first. Raises as `divide`; NotAllowed also for fewer than two.
    """
    _check(session, actor, reports, at_least=2)
    first, *rest = dict.fromkeys(report.id for report in reports)
    pairs = [(first, other) for other in rest]
    with recording(session, actor, TOGETHER, reports, at=at) as ruling:
        _say(session, actor, pairs, kin=True, at=at)
        _note(session, actor, ruling, len(pairs))
    return ruling


def _set_apart(
    session: Session, actor: Actor, what: str, some: Sequence[Deviation], others: Sequence[Deviation], at: datetime
) -> Ruling:
    if not some or not others:
        raise NotAllowed("nothing_chosen")
    _check(session, actor, [*some, *others], at_least=2)
    left, right = [one.id for one in some], [one.id for one in others]
    if not set(left).isdisjoint(right):
        raise NotAllowed("no_such_move")
    pairs = _between(left, right)
    with recording(session, actor, what, some if what == APART else [*some, *others], at=at) as ruling:
        _say(session, actor, pairs, kin=False, at=at)
        _note(session, actor, ruling, len(pairs))
    return ruling


def _between(left: Sequence[int], right: Sequence[int]) -> list[tuple[int, int]]:
    if len(left) * len(right) <= PAIRS:
        return [(one, other) for one in left for other in right]
    return [*((one, right[0]) for one in left), *((left[0], other) for other in right[1:])]


def _check(session: Session, actor: Actor, reports: Collection[Deviation], *, at_least: int) -> None:
    """Raises NotAllowed and Outdated; afterwards it is our turn to write."""
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    audit.wait_turn(session)
    ids = {report.id for report in reports}
    if len(ids) < at_least:
        raise NotAllowed("nothing_chosen")
    if len(ids) > AT_MOST:
        raise NotAllowed("too_many_chosen")
    gone = or_(Deviation.barrier_id.is_not(None), Deviation.status.not_in(OPEN))
    decided = session.scalars(select(Deviation.id).where(Deviation.id.in_(ids), gone).order_by(Deviation.id)).all()
    if decided:
        raise Outdated(decided)


def _say(session: Session, actor: Actor, pairs: Pairs, *, kin: bool, at: datetime) -> None:
    """A person's latest word on two reports stands."""
    wanted = {(min(pair), max(pair)) for pair in pairs}
    ids = {id for pair in wanted for id in pair}
    question = select(KinVerdict).where(KinVerdict.first_id.in_(ids), KinVerdict.second_id.in_(ids))
    known = {(word.first_id, word.second_id): word for word in session.scalars(question)}
    for first, second in sorted(wanted):
        word = known.get((first, second))
        if word is None:
            word = KinVerdict(first_id=first, second_id=second)
            session.add(word)
        word.kin, word.actor_id, word.at = kin, actor.id, at


def _note(session: Session, actor: Actor, ruling: Ruling, pairs: int) -> None:
    audit.record(session, actor, f"proposal.{ruling.what}", f"ruling:{ruling.id}", ruling.at, {"pairs": pairs})
