"""Reads whether something helped: what some subprojects reported about a barrier, and in all, before an answer or a
changed rule and after it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from deviations.domain.effect import Change, Counted, change
from deviations.domain.letters import LetterStatus
from deviations.domain.recurrence import months_before
from deviations.domain.roles import Actor
from deviations.domain.workflow import ENDED, OPEN, Kind
from deviations.models import Barrier, Deviation, Letter, Reply, RuleChange
from deviations.queries import barriers, letters, rule_changes, spreads, visibility
from deviations.queries.spreads import PLACED

MONTHS = 24
"""So far back it is counted: what was long ago tells little of how it was when the letter went."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something after which a barrier may be met less: the answer on a letter, or that its rule changed."""

    on: date
    reply: Reply | None = None
    change: RuleChange | None = None


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter's counts, before the day and from it on; only the quarter of the day itself has both."""

    name: str
    before: Counted
    after: Counted

    @property
    def whole(self) -> Counted:
        """The quarter's counts together."""
        return Counted(self.before.about + self.after.about, self.before.all + self.after.all)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted around an event. `open` reports of the same subprojects wait for a decision and count nowhere
    yet; `outside` are those about the barrier from before the time that is counted.
    """

    event: Event
    quarters: tuple[Quarter, ...]
    before: Counted
    after: Counted
    open: int
    outside: int

    @property
    def change(self) -> Change:
        """How the share changed, with its interval."""
        return change(self.before, self.after)


def events(session: Session, actor: Actor, barrier: Barrier, today: date) -> list[Event]:
    """What has happened that may have helped, the latest first: each letter's first answer, each change of the rule
    once it is valid. Of several on one day only one is told, an answer before a change: what is counted is the same.
    """
    found = [Event(rule_changes.valid_on(one), change=one) for one in rule_changes.of_barrier(session, barrier)]
    found += [Event(reply.received_on, reply=reply) for reply in _answers(session, actor, barrier)]
    by_day = {one.on: one for one in found if one.on <= today}
    return [by_day[day] for day in sorted(by_day, reverse=True)]


def _answers(session: Session, actor: Actor, barrier: Barrier) -> list[Reply]:
    about = letters.about(barriers.family(session, barrier))
    rows = session.scalars(
        select(Reply)
        .join(Letter, Letter.id == Reply.letter_id)
        .where(visibility.letters(actor), about, Reply.kind == LetterStatus.ANSWERED)
        .options(joinedload(Reply.letter), joinedload(Reply.agency))
        .order_by(Reply.received_on.desc(), Reply.id.desc())
    )
    return list({reply.letter_id: reply for reply in rows}.values())


def measured(session: Session, barrier: Barrier, event: Event, today: date) -> Measured | None:
    """What was counted around an event, by the day on which it happened; None for a barrier that nobody has met.

    The subprojects are those that have met the barrier. Of theirs everything counts that has been decided, but no
    guldkorn: what still waits might belong to the barrier.
    """
    about = (Deviation.barrier_id == barrier.id, *PLACED)
    places = set(session.scalars(select(Deviation.subproject_id).where(*about).distinct()))
    if not places:
        return None
    theirs = (Deviation.subproject_id.in_(places), Deviation.kind != Kind.GOOD_EXAMPLE)
    first = months_before(event.on, MONTHS)
    met = _by_day(session, *about, Deviation.occurred_on >= first)
    everything = _by_day(session, *theirs, Deviation.status.in_(ENDED), Deviation.occurred_on >= first)
    quarters = _quarters(met, everything, event.on, today)
    return Measured(
        event=event,
        quarters=quarters,
        before=_sum([one.before for one in quarters]),
        after=_sum([one.after for one in quarters]),
        open=_count(session, *theirs, Deviation.status.in_(OPEN)),
        outside=_count(session, *about, Deviation.occurred_on < first),
    )


def _by_day(session: Session, *conditions: ColumnElement[bool]) -> Counter[date]:
    rows = session.execute(
        select(Deviation.occurred_on, func.count()).where(*conditions).group_by(Deviation.occurred_on)
    )
    return Counter({row[0]: row[1] for row in rows})


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Deviation).where(*conditions)) or 0


def _quarters(met: Counter[date], everything: Counter[date], on: date, today: date) -> tuple[Quarter, ...]:
    first = min([*everything, on])
    about, all = _halves(met, on), _halves(everything, on)
    return tuple(
        Quarter(name, Counted(about[name, False], all[name, False]), Counted(about[name, True], all[name, True]))
        for name in spreads.quarters_between(first, today)
    )


def _halves(found: Counter[date], on: date) -> Counter[tuple[str, bool]]:
    """How many in each quarter, before the day and (True) from it on."""
    halves: Counter[tuple[str, bool]] = Counter()
    for day, count in found.items():
        halves[spreads.quarter(day), day >= on] += count
    return halves


def _sum(counts: Sequence[Counted]) -> Counted:
    return Counted(sum(one.about for one in counts), sum(one.all for one in counts))
