"""The lists of reports, held against a plain look at every row: what each holds, its order, pages and counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.lists import ORDERS, Chosen, Order, View
from deviations.domain.roles import Actor, Role, actor
from deviations.domain.workflow import OPEN, Kind, Queue, Status, Step
from deviations.models import Agency, Deviation, Move, Municipality, Rule, Subproject
from deviations.queries import lists
from tests.factories import (
    NOW,
    TODAY,
)
from tests.people import People, find

FILED = [status for status in Status if status is not Status.DRAFT]
PLACES = ("Söder", "Norr", "Väst")
NAMES = ("rut", "rita", "ruben")


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """What one report is, so that ties, empty days and all queues come often."""
    day = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
    return {
        "place": draw(st.integers(0, 2)),
        "reporter": draw(st.integers(0, 2)),
        "town": draw(st.integers(0, 1)),
        "kind": draw(st.sampled_from([Kind.DEVIATION, Kind.DEVIATION, Kind.GOOD_EXAMPLE, Kind.SAME_HERE])),
        "status": draw(st.sampled_from([*FILED, Status.FILED, Status.IN_REVIEW])),
        "filed_at": NOW - timedelta(days=draw(st.integers(0, 3))),
        "due_on": draw(st.none() | day),
        "snoozed_until": draw(st.none() | st.none() | day),
        "priority": draw(st.integers(0, 2)),
        "agencies": draw(st.sets(st.integers(0, 1))),
        "rule": draw(st.none() | st.integers(0, 1)),
        "step": draw(st.none() | st.sampled_from([Step.INTAKE, Step.INCOME])),
        "of": draw(st.integers(0, 5)),
        "stepped": draw(st.lists(st.sampled_from(["vera", "rut"]), max_size=2)),
    }


class World:
    """A database with some reports in it, and what a plain look at them says."""

    def __init__(self, session: Session, drawn: list[dict[str, Any]]) -> None:
        self.session = session
        self.people = find(session)
        self.places = list(session.scalars(select(Subproject).order_by(Subproject.id)))
        self.towns = list(session.scalars(select(Municipality).order_by(Municipality.id).limit(2)))
        self.agencies = list(session.scalars(select(Agency).order_by(Agency.id).limit(2)))
        self.rules = list(session.scalars(select(Rule).order_by(Rule.id).limit(2)))
        self.reports: list[Deviation] = []
        self.last: dict[int, int] = {}
        for number, told in enumerate(drawn):
            self._add(number, told)

    def _add(self, number: int, told: dict[str, Any]) -> None:
        reporter = getattr(self.people, NAMES[told["reporter"]])
        of = self.reports[told["of"]] if told["kind"] is Kind.SAME_HERE and told["of"] < number else None
        report = Deviation(
            kind=told["kind"],
            status=told["status"],
            title=f"Avvikelse {number}",
            body="Något stannade.",
            reporter_id=reporter.id,
            filed_by_id=reporter.id,
            form_key=f"key-{number}",
            subproject=self.places[told["place"]],
            municipality=self.towns[told["town"]],
            rule=None if told["rule"] is None else self.rules[told["rule"]],
            agencies=[self.agencies[n] for n in told["agencies"]],
            step=told["step"],
            occurred_on=TODAY,
            filed_at=told["filed_at"],
            due_on=told["due_on"] if told["status"] in OPEN else None,
            snoozed_until=told["snoozed_until"] if told["status"] is Status.IN_REVIEW else None,
            priority=told["priority"],
            same_as=of,
        )
        self.session.add(report)
        self.session.flush()
        self.reports.append(report)
        for name in told["stepped"]:
            actor = getattr(self.people, name)
            self.session.add(Move(at=NOW, actor_id=actor.id, deviation_id=report.id, source=None, target="in_review"))
            self.session.flush()
            self.last[report.id] = actor.id

    def read(self, actor: Actor) -> list[Deviation]:
        if actor.has(Role.COORDINATOR):
            return self.reports
        if not actor.has(Role.REPORTER, Role.LEAD):
            return []
        own = actor.subprojects()
        return [r for r in self.reports if r.reporter_id == actor.id or r.subproject_id in own]

    def shown(self, actor: Actor, chosen: Chosen) -> list[Deviation]:
        """The list as one would make it by hand."""
        found = [r for r in self.read(actor) if self._in_view(actor, r, chosen.view) and _passes(r, chosen)]
        return sorted(found, key=lambda r: _rank(r, chosen.sorted_by))

    def _in_view(self, actor: Actor, report: Deviation, view: View) -> bool:
        if view is View.ALL:
            return True
        all_places, led = actor.has(Role.COORDINATOR), report.subproject_id in actor.subprojects(Role.LEAD)
        asked = report.status is Status.NEEDS_FACTS and report.reporter_id == actor.id
        alone = not (
            report.kind is Kind.SAME_HERE
            and report.status in (Status.FILED, Status.IN_REVIEW)
            and report.same_as is not None
            and report.same_as.status in OPEN
        )
        snoozed = report.snoozed_until is not None and report.snoozed_until > TODAY
        waits = report.queue is Queue.NEW and alone
        late = report.due_on is not None and report.due_on < TODAY
        if view is View.MINE:
            begun = all_places and report.queue is not None and alone and self.last.get(report.id) == actor.id
            return begun or asked or (led and report.queue is Queue.LEAD)
        if not (all_places or led):
            return False
        return {
            View.NEW: waits and not snoozed,
            View.SNOOZED: waits and snoozed,
            View.FACTS: report.queue is Queue.FACTS,
            View.LEAD: report.queue is Queue.LEAD,
            View.OVERDUE: late and (report.queue is Queue.LEAD or (waits and not snoozed)),
        }[view]


def _passes(report: Deviation, chosen: Chosen) -> bool:
    filed = day_of(report.filed_at)
    return (
        chosen.agency in (None, *(agency.id for agency in report.agencies))
        and chosen.rule in (None, report.rule_id)
        and chosen.municipality in (None, report.municipality_id)
        and chosen.subproject in (None, report.subproject_id)
        and chosen.step in (None, report.step)
        and chosen.status in (None, report.status)
        and chosen.kind in (None, report.kind)
        and (chosen.since or filed) <= filed <= (chosen.until or filed)
    )


def _rank(report: Deviation, order: Order) -> tuple[Any, ...]:
    if order is Order.DUE:
        return (report.due_on is None, report.due_on or TODAY, report.id)
    if order is Order.PRIORITY:
        return (-report.priority, -report.id)
    moment = report.filed_at.timestamp()
    return (-moment, -report.id) if order is Order.NEWEST else (moment, report.id)


def actors(people: People, places: list[Subproject]) -> dict[str, Actor]:
    """The people, and some who hold several roles."""
    first, second, third = (place.id for place in places)
    both = actor(people.rut.id, "Rut", [(Role.LEAD, first), (Role.LEAD, second)])
    mixed = actor(people.rita.id, "Rita", [(Role.REPORTER, third), (Role.LEAD, first)])
    ruled = actor(people.vera.id, "Vera", [(Role.COORDINATOR, None), (Role.LEAD, second)])
    known = {name: getattr(people, name) for name in ("rut", "lena", "lars", "vera", "stina", "adam")}
    return {**known, "two places": both, "two roles": mixed, "coordinator who leads": ruled}


WHO = ("rut", "lena", "lars", "vera", "stina", "adam", "two places", "two roles", "coordinator who leads")
NARROWED = ("agency", "rule", "municipality", "subproject", "step", "status", "kind", "since", "until")


@st.composite
def narrowed(draw: st.DrawFn) -> dict[str, Any]:
    """One or two filters, as places in the world's lists of things; usually none."""
    names = draw(st.lists(st.sampled_from(NARROWED), max_size=2, unique=True))
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "step": st.sampled_from([Step.INTAKE, Step.INCOME]),
        "status": st.sampled_from(FILED),
        "kind": st.sampled_from(Kind),
        "since": st.integers(0, 3).map(lambda days: day_of(NOW - timedelta(days=days))),
        "until": st.integers(0, 3).map(lambda days: day_of(NOW - timedelta(days=days))),
    }
    return {name: draw(drawn.get(name, st.integers(0, 1))) for name in names}


def resolved(world: World, told: dict[str, Any]) -> dict[str, Any]:
    things = {"agency": world.agencies, "rule": world.rules, "municipality": world.towns, "subproject": world.places}
    return {name: things[name][value].id if name in things else value for name, value in told.items()}


def clean(session: Session) -> None:
    """The database without reports: hypothesis tries many worlds in one."""
    session.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(rows(), max_size=14), st.sampled_from(WHO), st.sampled_from(View), narrowed(), st.data())
def test_a_list_holds_just_what_it_should_in_its_order_page_by_page_there_and_back(
    session: Session, drawn: list[dict[str, Any]], who: str, view: View, told: dict[str, Any], data: st.DataObject
) -> None:
    clean(session)
    world = World(session, drawn)
    person = actors(world.people, world.places)[who]
    chosen = Chosen(view=view, order=data.draw(st.sampled_from(ORDERS[view])), **resolved(world, told))
    expected = [report.id for report in world.shown(person, chosen)]
    assert lists.ids(session, person, chosen, today=TODAY) == expected
    size, walked, page = 3, list[list[int]](), lists.page(session, person, chosen, today=TODAY, size=3)
    assert page.previous is None
    while True:
        walked.append([report.id for report in page.rows])
        if page.next is None:
            break
        page = lists.page(session, person, replace(chosen, place=page.next), today=TODAY, size=size)
    assert [id for ids in walked for id in ids] == expected
    for ids in reversed(walked[:-1]):
        assert page.previous is not None
        page = lists.page(session, person, replace(chosen, place=page.previous), today=TODAY, size=size)
        assert [report.id for report in page.rows] == ids


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(rows(), max_size=14), st.sampled_from(WHO), narrowed())
def test_each_count_is_what_one_counts_by_hand(
    session: Session, drawn: list[dict[str, Any]], who: str, told: dict[str, Any]
) -> None:
    clean(session)
    world = World(session, drawn)
    person = actors(world.people, world.places)[who]
    chosen = Chosen(**resolved(world, told))
    expected = {view: len(world.shown(person, replace(chosen, view=view))) for view in View}
    assert lists.counts(session, person, chosen, today=TODAY) == expected
