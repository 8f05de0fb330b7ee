"""The recurrence policy fires exactly when a plain count over the placed reports says so: whatever is placed, moved,
split, merged, ended or undone, by whichever program, and however the thresholds are changed.
"""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import Engine, select

from deviations.domain.recurrence import Policy, months_before
from deviations.domain.workflow import BarrierStatus, Kind, NotAllowed, Status
from deviations.models import Barrier, Deviation, Move, Program, Ruling
from deviations.queries import barriers, standings
from deviations.services import barriers as making
from deviations.services import filing, merging, policy, rulings, triage, undoing
from tests.factories import NOW, TODAY, a_filed_deviation, an_occurrence
from tests.machines import InOneTransaction, play
from tests.people import place

B = BarrierStatus
WAITING = (B.WATCHED, B.RETURNED)
TOWNS = ("Haninge", "Täby", "Botkyrka", "Nacka")

nth = st.integers(0, 30)
small = st.integers(1, 3)
policies = st.builds(
    Policy, municipalities=small, deviations=st.integers(1, 5), subprojects=small, months=st.sampled_from((6, 12)),
    associations=small,
)  # fmt: skip
days = st.one_of(st.integers(0, 30), st.sampled_from((180, 181, 184, 364, 365, 366, 400)))


def reached_plainly(reports: list[Deviation], chosen: Policy, today: date) -> bool:
    """Whether these reports meet thresholds, counted as one would by hand."""
    recent = [one for one in reports if months_before(today, chosen.months) < one.occurred_on <= today]
    return (
        len(recent) >= chosen.deviations
        and len({one.municipality_id for one in recent}) >= chosen.municipalities
        and len({one.subproject_id for one in recent}) >= chosen.subprojects
        and len({one.subproject.association_id for one in recent}) >= chosen.associations
    )


class Desk(InOneTransaction):
    """Two programs, their reports and barriers, in one transaction, which is rolled back in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Ruling] = []
        self.shared, self.own = Policy(2, 3, 1, 12), dict[int, Policy]()
        self.recurring: set[int] = set()

    @initialize()
    def begin(self) -> None:
        west = place(self.session, "Väst")
        self.session.add(Program(name="Vägen ut", owner=west.association))
        self.session.flush()
        self.programs = list(self.session.scalars(select(Program).order_by(Program.id)))
        west.program = self.programs[1]
        policy.set_policy(self.session, self.people.vera, self.shared, NOW)
        for name in ("Det ena", "Det andra"):
            making.create(self.session, self.people.vera, making.Description(name=name), at=NOW)
        for name in ("rut", "rita", "ruben"):
            a_filed_deviation(self.session, getattr(self.people, name))

    # ---------- what there is

    def reports(self) -> list[Deviation]:
        return list(self.session.scalars(select(Deviation).order_by(Deviation.id)))

    def placed(self, barrier: Barrier) -> list[Deviation]:
        return [
            one
            for one in self.reports()
            if one.barrier_id == barrier.id and one.status is Status.JOINED and one.kind is not Kind.GOOD_EXAMPLE
        ]

    def barrier(self, n: int) -> Barrier:
        found = self.standing()
        return found[n % len(found)]

    def standing(self) -> list[Barrier]:
        return list(barriers.by_name(self.session, self.people.vera))

    def reached(self, barrier: Barrier) -> bool:
        """Each program's own reports against its own thresholds; those of all where more than one has met it."""
        found = self.placed(barrier)
        for program in self.programs:
            mine = [one for one in found if one.subproject.program_id == program.id]
            if mine and reached_plainly(mine, self.own.get(program.id, self.shared), TODAY):
                return True
        since = months_before(TODAY, self.shared.months)
        met_by = {one.subproject.program_id for one in found if since < one.occurred_on <= TODAY}
        return len(met_by) > 1 and reached_plainly(found, self.shared, TODAY)

    def take(self, act: Callable[[], Ruling]) -> None:
        try:
            self.taken.append(act())
        except NotAllowed:
            return

    # ---------- what people do

    @rule(name=st.sampled_from(("rut", "rita", "ruben")), town=st.sampled_from(TOWNS), ago=days, good=st.booleans())
    def files(self, name: str, town: str, ago: int, good: bool) -> None:
        if len(self.reports()) < 14:
            on, kind = TODAY - timedelta(days=ago), Kind.GOOD_EXAMPLE if good and not ago else Kind.DEVIATION
            actor = getattr(self.people, name)
            a_filed_deviation(self.session, actor, municipality=town, occurred_on=on, kind=kind)

    @rule(n=nth, k=nth, at_once=st.integers(1, 4))
    def places(self, n: int, k: int, at_once: int) -> None:
        found = [one for one in self.reports() if one.kind is not Kind.SAME_HERE]
        chosen = [(found[(n + step) % len(found)], None) for step in range(min(at_once, len(found)))]
        decision = triage.Decision(Status.JOINED, barrier=self.barrier(k))
        self.take(lambda: rulings.take(self.session, self.people.vera, chosen, decision, at=NOW))

    @rule(k=nth, name=st.sampled_from(("rut", "rita", "ruben")), town=st.sampled_from(TOWNS))
    def says_same_here(self, k: int, name: str, town: str) -> None:
        actor = getattr(self.people, name)
        home = {"rut": "Söder", "rita": "Norr", "ruben": "Väst"}[name]
        told = an_occurrence(self.session, self.barrier(k), place=home, municipality=town)
        if len(self.reports()) < 16:
            filing.same_here(self.session, actor, told, form_key=f"{name}{len(self.reports())}", at=NOW)

    @rule(n=nth, to=st.sampled_from((Status.IN_REVIEW, Status.CLOSED)))
    def takes_out(self, n: int, to: Status) -> None:
        found = [one for one in self.reports() if one.barrier_id is not None]
        if found:
            told = triage.Decision(to, note="Den hör inte hit.", reason=triage.CloseReason.INFORMATION)
            self.take(
                lambda: rulings.take(self.session, self.people.vera, [(found[n % len(found)], None)], told, at=NOW)
            )

    @rule(a=nth, b=nth)
    def merges(self, a: int, b: int) -> None:
        one, other = self.barrier(a), self.barrier(b)
        self.take(lambda: merging.merge(self.session, self.people.vera, one, other, "Samma sak.", at=NOW))

    @rule(k=nth, into=nth, new=st.booleans())
    def splits(self, k: int, into: int, new: bool) -> None:
        source = self.barrier(k)
        chosen = [(one, None) for one in self.placed(source)][:2]
        target = making.Description(name="Något annat") if new else self.barrier(into)
        if chosen and len(self.standing()) < 6:
            self.take(lambda: merging.split(self.session, self.people.vera, source, chosen, target, at=NOW))

    @rule(k=nth, to=st.sampled_from((B.REMOVED, B.WRITTEN_OFF, B.RETURNED)))
    def ends(self, k: int, to: BarrierStatus) -> None:
        try:
            making.end(self.session, self.people.vera, self.barrier(k), to, note="Så är det.", review_on=TODAY, at=NOW)
        except NotAllowed:
            return

    @rule(n=nth)
    def undoes(self, n: int) -> None:
        if self.taken:
            try:
                undoing.undo(self.session, self.people.vera, self.taken[-1 - n % len(self.taken)], at=NOW)
            except NotAllowed:
                return

    @rule(chosen=policies, program=st.sampled_from((None, None, 0, 1)))
    def changes_the_policy(self, chosen: Policy, program: int | None) -> None:
        whose = None if program is None else self.programs[program]
        fired = policy.set_policy(self.session, self.people.vera, chosen, NOW, program=whose)
        if whose is None:
            self.shared = chosen
        else:
            self.own[whose.id] = chosen
        assert all(self.reached(barrier) for barrier in fired)

    @rule(program=st.integers(0, 1))
    def goes_by_the_shared_policy(self, program: int) -> None:
        whose = self.programs[program]
        policy.set_policy(self.session, self.people.vera, None, NOW, program=whose)
        self.own.pop(whose.id, None)

    # ---------- what always holds

    @invariant()
    def it_has_fired_exactly_where_it_should(self) -> None:
        now: set[int] = set()
        for barrier in self.session.scalars(select(Barrier)) if hasattr(self, "programs") else ():
            if barrier.status is B.RECURRING:
                now.add(barrier.id)
            if barrier.merged_into_id is None and barrier.status is not B.UNDONE:
                told = standings.nearest(self.session, barrier, TODAY)
                assert told.reached == self.reached(barrier)
                assert not (barrier.status in WAITING and told.reached), "it should have fired"
                if barrier.id in now - self.recurring and self.fired_last(barrier):
                    assert told.reached, "it should not have fired"
        self.recurring = now

    def fired_last(self, barrier: Barrier) -> bool:
        """Whether the policy's own step is the last that happened to a barrier."""
        last = select(Move).where(Move.barrier_id == barrier.id).order_by(Move.id.desc()).limit(1)
        step = self.session.scalars(last).one()
        return step.target == B.RECURRING and step.actor_id is None


def test_the_policy_fires_exactly_when_a_plain_count_says_so(engine: Engine) -> None:
    play(Desk, engine, plays=20, steps=25)
