"""Reads the decisions by which things are taken away, and what each rule would take away now."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Subquery, func, or_, select
from sqlalchemy.orm import Session, selectinload

from deviations.domain.days import day_of, start_of
from deviations.domain.letters import OUT, Evidence
from deviations.domain.notices import MailState, Notice
from deviations.domain.retention import MASK_AFTER, SPANS, Erasable, Found, Thing, before, is_nobody
from deviations.domain.workflow import ENDED, BarrierStatus, Kind, NotFound, Status
from deviations.models import (
    AuditEntry,
    Barrier,
    Deviation,
    InternalNote,
    Letter,
    LetterCase,
    LetterSnapshot,
    LinkUse,
    Move,
    OutgoingMail,
    RetentionDecision,
    RetentionRule,
    RetentionRun,
    Setting,
    Solution,
    Subproject,
    User,
)
from deviations.queries import visibility

MASKING = "mask_after"
"""The name under which the instance keeps after how many months who has left is no longer named."""

OVER = (BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF)
SHOWN_RUNS = 50
Days = Mapping[int, date]


def decisions(session: Session) -> Sequence[RetentionDecision]:
    """All recorded decisions with their rules, those in force first, then the newest."""
    order = (RetentionDecision.ended_at.is_not(None), RetentionDecision.decided_on.desc(), RetentionDecision.id.desc())
    question = select(RetentionDecision).options(
        selectinload(RetentionDecision.rules), selectinload(RetentionDecision.recorded_by)
    )
    return session.scalars(question.order_by(*order)).all()


def decision(session: Session, id: int) -> RetentionDecision:
    """One decision. Raises NotFound."""
    found = session.get(RetentionDecision, id)
    if found is None:
        raise NotFound
    return found


def in_force(session: Session, today: date) -> dict[Erasable, RetentionRule]:
    """The rule of each kind that has one: of the decisions in force the one made last."""
    question = (
        select(RetentionRule)
        .join(RetentionRule.decision)
        .where(RetentionDecision.ended_at.is_(None), RetentionDecision.decided_on <= today)
        .options(selectinload(RetentionRule.decision))
        .order_by(RetentionDecision.decided_on, RetentionDecision.id)
    )
    rules = {rule.what: rule for rule in session.scalars(question)}
    return {what: rules[what] for what in Erasable if what in rules}


def rule(session: Session, what: str, today: date) -> RetentionRule:
    """The rule in force of a kind. Raises NotFound where nothing was decided, and for a kind that is none."""
    found = in_force(session, today)
    if what not in list(Erasable) or Erasable(what) not in found:
        raise NotFound
    return found[Erasable(what)]


def runs(session: Session) -> Sequence[RetentionRun]:
    """The times that a rule was carried out, newest first."""
    question = select(RetentionRun).options(
        selectinload(RetentionRun.rule).selectinload(RetentionRule.decision), selectinload(RetentionRun.actor)
    )
    return session.scalars(question.order_by(RetentionRun.id.desc()).limit(SHOWN_RUNS)).all()


def run_of(session: Session, deviation: Deviation) -> RetentionRun | None:
    """The run in which a report's texts went; None where they are there."""
    if deviation.erased_at is None:
        return None
    question = (
        select(RetentionRun)
        .join(RetentionRun.rule)
        .options(selectinload(RetentionRun.rule).selectinload(RetentionRule.decision))
    )
    same = (RetentionRun.at == deviation.erased_at, RetentionRule.what == Erasable.REPORT_TEXTS)
    return session.scalar(question.where(*same).limit(1))


def mask_after(session: Session) -> int:
    """After how many months somebody who has left is no longer named."""
    stored = session.get(Setting, MASKING)
    return int(json.loads(stored.value).get("months", MASK_AFTER)) if stored is not None else MASK_AFTER


def to_mask(session: Session, at: datetime) -> Sequence[User]:
    """The closed accounts whose names are still shown although the time for that is over."""
    until = start_of(before(day_of(at), mask_after(session)))
    question = select(User).where(User.active.is_(False), User.masked_at.is_(None), User.closed_at < until)
    return session.scalars(question.order_by(User.id)).all()


def found(session: Session, what: Erasable, months: int, today: date) -> Found:
    """All that a rule of so many months would take away today, the oldest first and not more than go at one press."""
    day = before(today, months)
    things = sorted(_FINDERS[what](session, day), key=lambda one: (one.since, one.kind, one.id))
    waits = _behind_drafts(session) if what is Erasable.REPORT_TEXTS and things else set()
    free = [one for one in things if one.id not in waits]
    most = SPANS[what].most
    return Found(what, day, tuple(free[:most]), len(things) - len(free), max(len(free) - most, 0))


def _reports(session: Session, day: date) -> Iterator[Thing]:
    """Reports with which nothing has happened since before that day: solved, closed, or placed in a barrier whose own
    way has ended by then. A guldkorn that stands as a solution is read by all and stays.
    """
    last = _last_steps(start_of(day))
    over = _barriers_over(session, day)
    told = set(session.scalars(select(Solution.deviation_id).where(visibility.standing_solutions())))
    rows = session.execute(
        select(Deviation.id, Deviation.kind, Deviation.status, Deviation.barrier_id, Subproject.name, last.c.at)
        .join(last, last.c.deviation_id == Deviation.id)
        .join(Subproject, Subproject.id == Deviation.subproject_id)
        .where(Deviation.erased_at.is_(None), Deviation.status.in_(ENDED))
    )
    for id, kind, status, barrier, place, at in rows:
        if status is Status.JOINED and barrier not in over:
            continue
        if kind is Kind.GOOD_EXAMPLE and id in told:
            continue
        since = max(day_of(at), over[barrier]) if status is Status.JOINED else day_of(at)
        yield Thing(id, kind, since, place)


def _last_steps(until: datetime) -> Subquery:
    """The reports whose last step, of whatever kind, was taken before a moment, with that step's moment."""
    last = func.max(Move.at)
    question = select(Move.deviation_id, last.label("at")).where(Move.deviation_id.is_not(None))
    return question.group_by(Move.deviation_id).having(last < until).subquery()


def _barriers_over(session: Session, day: date) -> Days:
    """The barriers that were removed or written off before a day, with the day since which they are; of one that is
    part of another by now that other one's way counts. One written off waits for the day of its review.
    """
    barriers = {one.id: one for one in session.scalars(select(Barrier))}
    steps = select(Move.barrier_id, func.max(Move.at)).where(Move.barrier_id.is_not(None)).group_by(Move.barrier_id)
    last = {id: day_of(at) for id, at in session.execute(steps)}
    over: dict[int, date] = {}
    for id, barrier in barriers.items():
        home, seen = barrier, {id}
        while home.merged_into_id is not None and home.merged_into_id not in seen:
            seen.add(home.merged_into_id)
            home = barriers[home.merged_into_id]
        since = max(last.get(home.id, day), home.review_on or date.min)
        if home.status in OVER and since < day:
            over[id] = since
    return over


def _behind_drafts(session: Session) -> set[int]:
    """The reports on which a letter that has not been sent rests: it can still quote them."""
    waiting = Letter.status.not_in(OUT)
    cases = select(LetterCase.deviation_id).join(Letter, Letter.id == LetterCase.letter_id).where(waiting)
    held = set(session.scalars(cases))
    frozen = select(LetterSnapshot.evidence, LetterSnapshot.barrier_id).join(LetterSnapshot.letter).where(waiting)
    unsaid = set()
    for evidence, barrier in session.execute(frozen):
        counted = Evidence.from_json(evidence).reports
        held |= set(counted)
        unsaid |= set() if counted else {barrier}
    return held | set(session.scalars(select(Deviation.id).where(Deviation.barrier_id.in_(unsaid))))


def _notes(session: Session, day: date) -> Iterator[Thing]:
    """Internal notes older than that day, on reports and barriers with which nothing has happened since."""
    over = _barriers_over(session, day)
    last = _last_steps(start_of(day))
    ended = select(Deviation.id, Deviation.status, Deviation.barrier_id, Subproject.name).join(
        last, last.c.deviation_id == Deviation.id
    )
    ended = ended.join(Subproject, Subproject.id == Deviation.subproject_id).where(
        Deviation.status.in_(ENDED), Deviation.id.in_(select(InternalNote.deviation_id))
    )
    places = {
        id: place
        for id, status, barrier, place in session.execute(ended)
        if status is not Status.JOINED or barrier in over
    }
    for note in session.scalars(select(InternalNote).where(InternalNote.at < start_of(day))):
        if note.deviation_id in places:
            yield Thing(note.id, "deviation_note", day_of(note.at), places[note.deviation_id])
        elif note.barrier_id in over:
            yield Thing(note.id, "barrier_note", day_of(note.at))


def _accounts(session: Session, day: date) -> Iterator[Thing]:
    """Accounts that were closed before that day and still have a name."""
    closed = select(User).where(User.active.is_(False), User.closed_at < start_of(day))
    for user in session.scalars(closed):
        if user.closed_at is not None and not is_nobody(user.email):
            yield Thing(user.id, "account", day_of(user.closed_at))


def _mails(session: Session, day: date) -> Iterator[Thing]:
    """Mails that went, or will not go any more, before that day. A letter's own mail belongs to the letter."""
    old = (OutgoingMail.at < start_of(day), OutgoingMail.state != MailState.WAITING)
    says = or_(OutgoingMail.address != "", OutgoingMail.detail != "{}", OutgoingMail.error != "")
    question = select(OutgoingMail.id, OutgoingMail.at).where(*old, says, OutgoingMail.kind != Notice.LETTER_OUT)
    for id, at in session.execute(question):
        yield Thing(id, "mail", day_of(at))


def _sources(session: Session, day: date) -> Iterator[Thing]:
    """Network addresses that were noted before that day. Those of logins go with the login itself."""
    lines = select(AuditEntry.id, AuditEntry.at).where(AuditEntry.source.is_not(None), AuditEntry.at < start_of(day))
    for id, at in session.execute(lines):
        yield Thing(id, "audit_entry", day_of(at))
    uses = select(LinkUse.id, LinkUse.at).where(LinkUse.source != "", LinkUse.at < start_of(day))
    for id, at in session.execute(uses):
        yield Thing(id, "link_use", day_of(at))


Finder = Callable[[Session, date], Iterator[Thing]]
_FINDERS: Mapping[Erasable, Finder] = {
    Erasable.REPORT_TEXTS: _reports,
    Erasable.NOTES: _notes,
    Erasable.ACCOUNTS: _accounts,
    Erasable.MAIL: _mails,
    Erasable.SOURCES: _sources,
}
