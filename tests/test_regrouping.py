"""Whatever people do and however often the program groups anew: what a person placed stays where it is, those she set
apart are in no proposal together, those she put together are in the same one, and the same input gives the same groups.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import Engine, select

from deviations.domain.learnt import Fineness
from deviations.domain.workflow import OPEN, NotAllowed, Status
from deviations.models import Barrier, Deviation, Ruling
from deviations.queries import barriers, groupings, kin, learning, proposals
from deviations.services import barriers as keeping_barriers
from deviations.services import kin as saying
from deviations.services import proposals as keeping
from deviations.services import rulings, triage
from tests.factories import NOW, a_filed_deviation
from tests.machines import InOneTransaction, play

TEXTS = (
    ("AF", "Arbetsträning under tio timmar", "Ingen försäkring gäller när arbetsträningen är under tio timmar."),
    ("KOM-SOC", "Tandvård beviljas inte", "Socialtjänsten avslår akut tandvård, så ingen vågar gå på intervju."),
    ("FK", "Sjukpenning vid studier", "Försäkringskassan drar in sjukpenningen när deltagaren studerar på komvux."),
)
nth = st.integers(0, 30)
some = st.lists(nth, min_size=1, max_size=3)


class Sorting(InOneTransaction):
    """Reports about three things, sorted by a coordinator in one transaction, which is rolled back in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.taken: list[Ruling] = []
        self.placed: dict[int, int | None] = {}

    @initialize()
    def begin(self) -> None:
        for number in range(7):
            self.file(number)

    def file(self, number: int) -> None:
        agency, title, body = TEXTS[number % len(TEXTS)]
        self.at += timedelta(minutes=1)
        a_filed_deviation(self.session, self.people.rut, title=title, body=body, agency=agency, at=self.at)

    def reports(self) -> list[Deviation]:
        return list(self.session.scalars(select(Deviation).order_by(Deviation.id)))

    def free(self, chosen: list[int]) -> list[Deviation]:
        """Some open reports in no barrier, each once."""
        found = [one for one in self.reports() if one.barrier_id is None and one.status in OPEN]
        return list(dict.fromkeys(found[at % len(found)] for at in chosen)) if found else []

    @contextmanager
    def decision(self) -> Iterator[None]:
        """A decision at a moment of its own, with where everything lies by it."""
        self.at += timedelta(minutes=1)
        yield
        self.session.flush()
        self.placed = {one.id: one.barrier_id for one in self.reports()}

    # ---------- what people do

    @rule(number=st.integers(0, 2))
    def files(self, number: int) -> None:
        if len(self.reports()) < 10:
            with self.decision():
                self.file(number)

    @rule(chosen=some)
    def makes_a_barrier(self, chosen: list[int]) -> None:
        reports = self.free(chosen)
        if reports:
            with self.decision():
                told = keeping_barriers.Description(f"Hinder {len(self.taken)}")
                pairs = [(one, one.version) for one in reports]
                self.taken.append(rulings.take_new(self.session, self.people.vera, pairs, told, at=self.at))

    @rule(n=nth, m=nth)
    def moves(self, n: int, m: int) -> None:
        known = list(barriers.by_name(self.session, self.people.vera))
        reports = self.reports()
        report = reports[n % len(reports)]
        if known and report.barrier_id != known[m % len(known)].id:
            with self.decision():
                self.place(report, known[m % len(known)])

    def place(self, report: Deviation, barrier: Barrier) -> None:
        decision = triage.Decision(Status.JOINED, barrier=barrier, note="Det hör dit.")
        pairs = [(report, report.version)]
        self.taken.append(rulings.take(self.session, self.people.vera, pairs, decision, at=self.at))

    @rule(chosen=some, others=some)
    def sets_apart(self, chosen: list[int], others: list[int]) -> None:
        left = self.free(chosen)
        right = [one for one in self.free(others) if one not in left]
        if left and right:
            with self.decision():
                self.taken.append(saying.divide(self.session, self.people.vera, left, right, at=self.at))

    @rule(chosen=st.lists(nth, min_size=2, max_size=4))
    def puts_together(self, chosen: list[int]) -> None:
        reports = self.free(chosen)
        if len(reports) > 1:
            with self.decision():
                self.taken.append(saying.together(self.session, self.people.vera, reports, at=self.at))

    @precondition(lambda self: self.taken)
    @rule(n=nth)
    def undoes(self, n: int) -> None:
        ruling = self.taken[n % len(self.taken)]
        with self.decision():
            try:
                rulings.undo(self.session, self.people.vera, ruling, at=self.at)
            except NotAllowed as refused:
                assert refused.code in ("undone_already", "undo_changed")
            else:
                self.taken.remove(ruling)

    @rule(keeps=st.booleans())
    def is_grouped_anew(self, keeps: bool) -> None:
        ids = groupings.unplaced(self.session)
        groups = groupings.grouped(self.session, groupings.facts(self.session, ids), Fineness)
        assert groups is not None
        shuffled = groupings.facts(self.session, ids[::-1])
        again = groupings.grouped(self.session, shuffled, Fineness)
        assert again is not None
        for fineness in Fineness:
            assert {frozenset(one) for one in groups[fineness]} == {frozenset(one) for one in again[fineness]}
        if keeps:
            keeping.keep(self.session, groups, reports=len(ids), seconds=0.0, at=self.at)

    # ---------- what always holds

    @invariant()
    def what_is_placed_stays(self) -> None:
        if self.placed:
            assert {one.id: one.barrier_id for one in self.reports()} == self.placed

    @invariant()
    def proposals_are_of_what_is_free_and_hold_what_was_said(self) -> None:
        free = set(groupings.unplaced(self.session))
        together, apart = kin.together(self.session, free), kin.apart(self.session, free)
        now, counted = (1_000, [Fineness.MEDIUM]), (0, list(Fineness))  # as they are, and as the worker counted them
        for limit, wanted in (now, counted):
            proposals.LIVE = limit
            for fineness in wanted:
                groups = [set(one) for one in proposals.counted(self.session, self.people.vera, fineness).groups]
                assert sum(map(len, groups)) == len(set().union(*groups)) and set().union(*groups) <= free
                assert not any(pair in apart for one in groups for pair in combinations(sorted(one), 2))
                if limit or groups:
                    self.together_unless_apart(groups, together, apart)

    def together_unless_apart(
        self, groups: list[set[int]], together: set[tuple[int, int]], apart: set[tuple[int, int]]
    ) -> None:
        for a, b in together:
            whole = _linked(a, together)
            if not any(pair in apart for pair in combinations(sorted(whole), 2)):
                assert any({a, b} <= one for one in groups)


def _linked(start: int, pairs: set[tuple[int, int]]) -> set[int]:
    """All that hang together with one by pairs."""
    found, latest = {start}, {start}
    while latest:
        latest = {one for pair in pairs if latest & set(pair) for one in pair} - found
        found |= latest
    return found


def test_what_people_decide_survives_any_number_of_regroupings(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "LIVE", proposals.LIVE)  # the machine turns it, and it is put back
    monkeypatch.setattr(learning, "FEW_EVERY", 0.0)
    play(Sorting, engine, plays=8, steps=15)
