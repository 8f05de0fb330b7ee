"""The whole workflow, played at random by people of every role: no path leads past its audit line, nobody takes a step
that the table forbids, a refusal changes nothing, and an undone decision leaves everything as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import Engine, select, update

from deviations.domain.days import day_of
from deviations.domain.notices import MailState
from deviations.domain.priority import priority
from deviations.domain.recurrence import Policy
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import (
    ACTS,
    MOVES,
    QUEUES,
    UNDO_WITHIN,
    Act,
    BarrierStatus,
    CloseReason,
    Kind,
    NotAllowed,
    Rule,
    Status,
)
from deviations.models import (
    AuditEntry,
    Barrier,
    Deviation,
    Move,
    OutgoingMail,
    PairVerdict,
    Ruling,
    Solution,
    Verdict,
)
from deviations.queries import barriers
from deviations.queries import rulings as reading
from deviations.services import audit, completing, merging, policy, rulings, triage
from deviations.services import barriers as keeping
from tests.factories import NOW, a_filed_deviation, said_here
from tests.machines import InOneTransaction, play

FILERS = ("rut", "rita", "ruben")
EVERYBODY = ("rut", "rolf", "rita", "lena", "lars", "vera", "stina", "adam")
TARGETS = [status for status in Status if status is not Status.DRAFT]
PROMISING = (Status.FILED, Status.IN_REVIEW, Status.LOCAL_ACTION)
STATE = (
    "status", "barrier_id", "close_reason", "duplicate_of_id", "same_as_id", "due_on", "due_how", "snoozed_until",
    "asked_until", "priority",
)  # fmt: skip

who = st.sampled_from(EVERYBODY)
mostly_vera = st.one_of(st.just("vera"), st.sampled_from(("lena", "lars")), who)
nth = st.integers(0, 30)
some = st.lists(nth, min_size=1, max_size=4)
often = st.sampled_from((True, True, True, False))


@dataclass(frozen=True)
class World:
    """All that a decision may change, as plain rows."""

    reports: dict[int, tuple[Any, ...]]
    barriers: dict[int, tuple[Any, ...]]
    verdicts: frozenset[tuple[Any, ...]]
    pairs: frozenset[tuple[Any, ...]]
    solutions: frozenset[tuple[Any, ...]]
    steps: int
    lines: int

    @property
    def lasting(self) -> tuple[Any, ...]:
        """Without the history, which only grows, and barriers that nobody sees any more."""
        seen = {id: row for id, row in self.barriers.items() if row[0] is not BarrierStatus.UNDONE}
        return self.reports, seen, self.verdicts, self.pairs, self.solutions


@dataclass
class Taken:
    """A decision that was taken, with the world before and after."""

    ruling: Ruling
    actor: str
    before: World
    after: World


class Desk(InOneTransaction):
    """Reports, barriers and decisions in one transaction, which is rolled back in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.taken: list[Taken] = []

    @initialize()
    def begin(self) -> None:
        policy.set_policy(self.session, self.people.vera, Policy(2, 3, 1, 12), self.at)
        for name in FILERS:
            a_filed_deviation(self.session, self.actor(name), at=self.at)

    # ---------- what there is

    def actor(self, name: str) -> Actor:
        found: Actor = getattr(self.people, name)
        return found

    def reports(self) -> list[Deviation]:
        return list(self.session.scalars(select(Deviation).order_by(Deviation.id)))

    def report(self, n: int) -> Deviation:
        found = self.reports()
        return found[n % len(found)]

    def standing(self) -> list[Barrier]:
        return list(barriers.by_name(self.session, self.people.vera))

    def barrier(self, n: int) -> Barrier | None:
        found = self.standing()
        return found[n % len(found)] if found else None

    def world(self) -> World:
        def rows(*columns: Any) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in self.session.execute(select(*columns))]

        self.session.flush()
        solutions = rows(Solution.deviation_id, Solution.text, Solution.worked, Solution.barrier_id)
        return World(
            {row[0]: row[1:] for row in rows(Deviation.id, *(getattr(Deviation, name) for name in STATE))},
            {row[0]: row[1:] for row in rows(Barrier.id, Barrier.status, Barrier.merged_into_id, Barrier.fired_at)},
            frozenset(rows(Verdict.deviation_id, Verdict.barrier_id, Verdict.belongs, Verdict.actor_id, Verdict.at)),
            frozenset(rows(PairVerdict.first_id, PairVerdict.second_id, PairVerdict.same, PairVerdict.actor_id)),
            frozenset(solutions),
            len(rows(Move.id)),
            len(rows(AuditEntry.id)),
        )

    @contextmanager
    def tried(self, allowed: bool) -> Iterator[None]:
        """What the table allows succeeds; all else is refused, and a refusal changes nothing."""
        before = self.world()
        try:
            yield
        except NotAllowed:
            assert not allowed, "the table allows it"
            assert self.world() == before, "a refusal changed something"
        else:
            assert allowed, "the table forbids it"

    def decide(self, name: str, act: Callable[[], Ruling], allowed: bool) -> None:
        before = self.world()
        with self.tried(allowed):
            self.taken.append(Taken(act(), name, before, self.world()))

    # ---------- what people do

    @rule(name=st.sampled_from(FILERS), good=st.sampled_from((False, False, True)), people_hit=st.integers(0, 12))
    def files(self, name: str, good: bool, people_hit: int) -> None:
        if len(self.reports()) < 7:
            kind = Kind.GOOD_EXAMPLE if good else Kind.DEVIATION
            a_filed_deviation(self.session, self.actor(name), at=self.at, kind=kind, people_hit=people_hit or None)

    @rule(name=st.sampled_from(FILERS), n=nth, of_barrier=st.booleans())
    def says_same_here(self, name: str, n: int, of_barrier: bool) -> None:
        actor = self.actor(name)
        own = [r for r in self.reports() if r.subproject_id in actor.subprojects() and r.kind is Kind.DEVIATION]
        about = self.barrier(n) if of_barrier else own[n % len(own)] if own else None
        if about is not None and len(self.reports()) < 9:
            said_here(self.session, actor, about, at=self.at)

    @rule(name=who, n=nth, weeks=st.integers(1, 20))
    def completes(self, name: str, n: int, weeks: int) -> None:
        report, actor = self.report(n), self.actor(name)
        said = {field: getattr(report, field) for field in ("municipality", "occurred_on", "agencies", "people_hit")}
        details = completing.Details(**said, weeks_lost=weeks)
        own = actor.id in (report.reporter_id, report.filed_by_id)
        with self.tried(own and report.status in QUEUES):
            completing.complete(self.session, actor, report, details, at=self.at, version=report.version)

    @rule(
        name=mostly_vera, chosen=some, to=st.sampled_from(TARGETS), n=nth, said=often,
        reason=st.sampled_from(CloseReason),
    )  # fmt: skip
    def decides(self, name: str, chosen: list[int], to: Status, n: int, said: bool, reason: CloseReason) -> None:
        actor, reports = self.actor(name), list(dict.fromkeys(self.report(c) for c in chosen))
        given: dict[str, Any] = {"note": "Så här tänkte vi.", "solution": f"Vi ringde {n} gånger."} if said else {}
        if to is Status.CLOSED:
            given |= {"reason": reason, "duplicate_of": self.report(n)}
        decision = triage.Decision(to, barrier=self.barrier(n), **given)
        allowed = all(self.may_decide(actor, report, decision) for report in reports)
        pairs = [(report, report.version) for report in reports]
        self.decide(name, lambda: rulings.take(self.session, actor, pairs, decision, at=self.at), allowed)

    def may_decide(self, actor: Actor, report: Deviation, decision: triage.Decision) -> bool:
        """By the table itself."""
        way = [report.status, decision.to]
        if report.status is Status.FILED and decision.to is not Status.IN_REVIEW:
            way.insert(1, Status.IN_REVIEW)
        taken = list(pairwise(way))
        if any(step not in MOVES for step in taken):
            return False
        own_telling = decision.solution or report.kind is Kind.GOOD_EXAMPLE
        given = {"note": decision.note, "solution": own_telling, "barrier": decision.barrier, "reason": decision.reason}
        needs = MOVES[taken[-1]].needs
        original = decision.duplicate_of
        if decision.to is Status.CLOSED and decision.reason is CloseReason.DUPLICATE:
            assert original is not None
            if original is report or original.duplicate_of_id is not None:
                return False
        return all(self.holds(actor, MOVES[step], report) for step in taken) and (needs is None or bool(given[needs]))

    def holds(self, actor: Actor, told: Rule, report: Deviation) -> bool:
        places = {m.subproject for m in actor.memberships if m.role is Role.LEAD}
        held = {m.role for m in actor.memberships}
        by_author = told.by_author and actor.id == report.reporter_id
        by_lead = Role.LEAD in told.roles and report.subproject_id in places
        return by_author or by_lead or (Role.COORDINATOR in told.roles and Role.COORDINATOR in held)

    @rule(name=mostly_vera, chosen=some)
    def makes_a_barrier(self, name: str, chosen: list[int]) -> None:
        actor, reports = self.actor(name), list(dict.fromkeys(self.report(c) for c in chosen))
        decision = triage.Decision(Status.JOINED, barrier=Barrier())
        allowed = all(self.may_decide(actor, report, decision) for report in reports)
        pairs = [(report, report.version) for report in reports]
        told = keeping.Description(f"Hinder {len(self.taken)}")
        with self.session.begin_nested() if not allowed else self.session.no_autoflush:
            self.decide(name, lambda: rulings.take_new(self.session, actor, pairs, told, at=self.at), allowed)

    @rule(name=mostly_vera, n=nth, what=st.sampled_from(sorted({act for act, _ in ACTS})), days=st.integers(0, 400))
    def acts(self, name: str, n: int, what: Act, days: int) -> None:
        actor, report, until = self.actor(name), self.report(n), day_of(self.at) + timedelta(days=days)
        told = ACTS.get((what, report.status))
        earliest = day_of(self.at)
        if what in (Act.EXTENDED, Act.EXTENSION_ASKED):
            earliest = max(earliest, report.due_on or earliest)
        allowed = told is not None and self.holds(actor, told, report)
        if what not in (Act.WOKEN, Act.EXTENSION_REFUSED):
            allowed = allowed and 0 < (until - earliest).days <= 365
        if what is Act.WOKEN:
            asleep = report.snoozed_until is not None and report.snoozed_until > day_of(self.at)
            self.decide(name, lambda: rulings.wake(self.session, actor, report, at=self.at), allowed and asleep)
        elif what is Act.SNOOZED:
            pairs = [(report, report.version)]
            self.decide(name, lambda: rulings.snooze(self.session, actor, pairs, until, at=self.at), allowed)
        elif what is Act.EXTENDED:
            self.decide(name, lambda: rulings.extend(self.session, actor, report, until, at=self.at), allowed)
        elif what is Act.EXTENSION_REFUSED:
            asked, no = report.asked_until is not None, "Det räcker med tiden som är."
            self.decide(
                name, lambda: rulings.refuse_longer(self.session, actor, report, no, at=self.at), allowed and asked
            )
        else:
            with self.tried(allowed):
                rulings.ask_longer(self.session, actor, report, until, at=self.at)

    @rule(n=nth, chosen=some)
    def decides_by_an_old_page(self, n: int, chosen: list[int]) -> None:
        pairs = [(report, report.version - 1) for report in dict.fromkeys(self.report(c) for c in chosen)]
        before = self.world()
        try:
            rulings.take(self.session, self.people.vera, pairs, triage.Decision(Status.LOCAL_ACTION), at=self.at)
        except rulings.Outdated as outdated:
            assert set(outdated.ids) == {report.id for report, _ in pairs}
        else:
            raise AssertionError("somebody else had saved since")
        assert self.world() == before

    @rule(name=mostly_vera, n=nth, m=nth)
    def refuses_a_suggestion(self, name: str, n: int, m: int) -> None:
        report, barrier, actor = self.report(n), self.barrier(m), self.actor(name)
        if barrier is None or report.barrier is barrier:
            return
        allowed = self.holds(actor, MOVES[Status.IN_REVIEW, Status.JOINED], report)
        self.decide(name, lambda: rulings.refuse(self.session, actor, report, barrier, at=self.at), allowed)

    @precondition(lambda self: len(self.standing()) > 1)
    @rule(n=nth, m=nth)
    def merges(self, n: int, m: int) -> None:
        source, target = self.barrier(n), self.barrier(m)
        assert source is not None and target is not None
        allowed = source is not target and target.status not in policy.GONE
        vera = self.people.vera
        self.decide("vera", lambda: merging.merge(self.session, vera, source, target, at=self.at), allowed)

    @precondition(lambda self: self.standing())
    @rule(n=nth)
    def ends_a_barrier(self, n: int) -> None:
        barrier = self.barrier(n)
        assert barrier is not None
        if barrier.status not in policy.GONE:
            keeping.end(
                self.session, self.people.vera, barrier, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=self.at
            )

    @rule(minutes=st.sampled_from((1, 30, 600)), sent=st.booleans())
    def time_passes(self, minutes: int, sent: bool) -> None:
        self.at += timedelta(minutes=minutes)
        if sent:
            due = update(OutgoingMail).where(
                OutgoingMail.state == MailState.WAITING, OutgoingMail.next_try_at <= self.at
            )
            self.session.execute(due.values(state=MailState.SENT).execution_options(synchronize_session="fetch"))

    @precondition(lambda self: self.taken)
    @rule(back=st.sampled_from((1, 1, 1, 2, 3)), by_other=st.sampled_from((False, False, False, True)))
    def undoes(self, back: int, by_other: bool) -> None:
        one = self.taken[-min(back, len(self.taken))]
        name = next(n for n in EVERYBODY if n != one.actor) if by_other else one.actor
        now = self.world()
        untouched = now.lasting == one.after.lasting
        possible = not by_other and one.ruling.undone_at is None and self.at - one.ruling.at <= UNDO_WITHIN
        told = self.mails(one.ruling)
        offered = one.ruling in reading.last(self.session, self.actor(name), 20, at=self.at)
        try:
            undone = rulings.undo(self.session, self.actor(name), one.ruling, at=self.at)
        except NotAllowed as refused:
            assert self.world() == now, "a refusal changed something"
            assert not possible or refused.code == "undo_changed"
            return
        assert possible and offered
        world = self.world()
        for id in one.ruling.chosen:
            assert world.reports[id][:-1] == one.before.reports[id][:-1]
        if untouched:
            assert world.lasting == one.before.lasting
        assert undone.told_already == (MailState.SENT in told)
        assert MailState.WAITING not in self.mails(one.ruling)

    def mails(self, ruling: Ruling) -> set[MailState]:
        step = select(Move.id).where(Move.ruling_id == ruling.id)
        keys = {f"move:{id}" for id in self.session.scalars(step)}
        mails = self.session.execute(select(OutgoingMail.key, OutgoingMail.state))
        return {state for key, state in mails if key.split(":", 1)[1].rpartition(":")[0] in keys}

    # ---------- what always holds

    @invariant()
    def what_always_holds(self) -> None:
        self.every_step_has_its_line()
        self.the_history_ends_where_things_stand()
        self.a_state_has_what_belongs_to_it_and_nothing_else()
        self.what_is_placed_is_counted_once_and_stands_where_people_see_it()
        self.priority_is_what_reports_say()

    def every_step_has_its_line(self) -> None:
        assert audit.verify(self.session)[1] is None

    def the_history_ends_where_things_stand(self) -> None:
        for thing, column in ((Deviation, Move.deviation_id), (Barrier, Move.barrier_id)):
            steps = self.session.execute(select(column, Move.target).where(column.is_not(None)).order_by(Move.id))
            last = dict(steps.all())
            now = {id: str(status) for id, status in self.session.execute(select(thing.id, thing.status))}
            assert last == now

    def a_state_has_what_belongs_to_it_and_nothing_else(self) -> None:
        for report in self.reports():
            state = report.status
            assert report.queue == QUEUES.get(state)
            assert (report.due_on is not None) == (state in PROMISING)
            assert (report.due_how != "") == (report.due_on is not None)
            assert (report.barrier_id is not None) == (state is Status.JOINED)
            assert (report.close_reason is not None) == (state is Status.CLOSED)
            assert (report.duplicate_of_id is not None) == (report.close_reason is CloseReason.DUPLICATE)
            assert report.snoozed_until is None or state is Status.IN_REVIEW
            assert report.asked_until is None or state is Status.LOCAL_ACTION

    def what_is_placed_is_counted_once_and_stands_where_people_see_it(self) -> None:
        reports, found = self.reports(), {barrier.id: barrier for barrier in self.session.scalars(select(Barrier))}
        known = barriers.known(self.session, self.people.vera, list(found))
        for id, barrier in found.items():
            inside = [r for r in reports if r.barrier_id == id]
            counted = [r for r in inside if r.kind is not Kind.GOOD_EXAMPLE]
            assert known.get(id, barriers.Known()).reports == len(counted)
            assert not inside or (barrier.merged_into_id is None and barrier.status is not BarrierStatus.UNDONE)

    def priority_is_what_reports_say(self) -> None:
        reports = self.reports()
        for report in (r for r in reports if r.queue is not None):
            same = {r.municipality_id for r in reports if report.id in (r.id, r.same_as_id, r.duplicate_of_id)}
            assert report.priority == priority(report.people_hit, report.weeks_lost, len(same))


def test_the_workflow_played_at_random_keeps_its_promises(engine: Engine) -> None:
    play(Desk, engine, plays=10, steps=25)
