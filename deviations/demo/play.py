"""Plays two years of the program, day by day, through its own services: nothing here decides what
they decide."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.demo import material
from deviations.demo.material import End, Hindrance, Said, Told, chance, working_day
from deviations.domain.parties import codes
from deviations.domain.roles import Actor
from deviations.domain.workflow import Kind, Status
from deviations.models import Agency, Barrier, Deviation, Municipality, Rule, Subproject
from deviations.services import barriers, filing, rulings, triage

THURSDAY = 3  # when the coordinator goes through the week's reports
Happening = tuple[datetime, Callable[[], object]]


@dataclass(slots=True)
class Cast:
    """Who acts in the demo, and where: actors by the keys of their people, subprojects by
    association code."""

    actors: dict[str, Actor]
    homes: dict[str, Subproject]

    @property
    def coordinator(self) -> Actor:
        """The one who reviews, places and writes."""
        return self.actors["coordinator"]


@dataclass(slots=True)
class Stage:
    """What has come about so far in the play, and the reference data that it needs."""

    session: Session
    cast: Cast
    today: date
    agencies: dict[str, Agency] = field(init=False)
    rules: dict[str, Rule] = field(init=False)
    places: dict[str, Municipality] = field(init=False)
    hindrances: dict[str, Hindrance] = field(init=False)
    filed: dict[str, Deviation] = field(default_factory=dict)
    barriers: dict[str, Barrier] = field(default_factory=dict)
    alone: dict[str, list[Told]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Looks up the reference data once."""
        self.agencies = {agency.code: agency for agency in self.session.scalars(select(Agency))}
        self.rules = {rule.code: rule for rule in self.session.scalars(select(Rule))}
        self.places = {place.name: place for place in self.session.scalars(select(Municipality))}
        self.hindrances = material.barriers(self.today)

    @property
    def last(self) -> date:
        """The last working day on which something may have happened."""
        return working_day(self.today - timedelta(days=1))


def moment(day: date, minutes: int) -> datetime:
    """A time within Swedish working hours in summer and winter: so many minutes after 7 o'clock UTC."""
    return datetime.combine(day, time(7), tzinfo=UTC) + timedelta(minutes=minutes)


def happenings(stage: Stage) -> Iterator[Happening]:
    """All that happens to reports and barriers. A step whose day has not come is left out: its
    report still waits."""
    waiting: Counter[date] = Counter()
    for told in material.reports(stage.today):
        yield moment(told.day, chance(told.key, 480)), partial(_file, stage, told)
        review = _next_review(told.day)
        if told.life.end is Status.FILED or review > stage.last:
            continue
        waiting[review] += 1
        at = moment(review, 60 + 7 * waiting[review])
        yield at, partial(_review, stage, told, at)
        yield from _lead(stage, told, review)
    for said in material.occurrences(stage.today):
        at = moment(said.day, chance(said.key, 480))
        if said.day <= stage.last:
            yield at, partial(_same_here, stage, said, at)
    for key, about in stage.hindrances.items():
        if about.end is not None:
            at = moment(about.end.day, 450)
            yield at, partial(_end, stage, key, about.end, at)


def _next_review(day: date) -> date:
    return day + timedelta(days=(THURSDAY - day.weekday() - 1) % 7 + 1)


def _file(stage: Stage, told: Told) -> None:
    home = _home(stage, told)
    writer = told.voice or _writer(told, home)
    at = moment(told.day, chance(told.key, 480))
    report = filing.Report(
        title=told.title,
        body=told.body,
        municipality=stage.places[told.municipality],
        subproject=stage.cast.homes[home],
        occurred_on=told.day - timedelta(days=chance(told.title, 4)),
        agencies=[stage.agencies[code] for code in codes(told.agencies) if code in stage.agencies],
        kind=told.kind,
        rule=stage.rules[told.rule] if told.rule else None,
        rule_hint=told.rule_hint,
        step=told.step,
        weeks_lost=told.weeks_lost,
        people_hit=told.people_hit,
        tried=told.tried,
        wished=told.wished,
    )
    filed, _ = filing.file(stage.session, stage.cast.actors[writer], report, form_key=f"demo:{told.key}", at=at)
    stage.filed[told.key] = filed


def _same_here(stage: Stage, said: Said, at: datetime) -> None:
    home = _home(stage, said)
    occurrence = filing.Occurrence(
        of=stage.barriers[said.barrier],
        municipality=stage.places[said.municipality],
        subproject=stage.cast.homes[home],
        occurred_on=said.day,
        line=said.line,
    )
    writer = stage.cast.actors[_writer(said, home)]
    filing.same_here(stage.session, writer, occurrence, form_key=f"demo:{said.key}", at=at)


def _home(stage: Stage, told: Told | Said) -> str:
    for code, subproject in stage.cast.homes.items():
        if any(place.name == told.municipality for place in subproject.municipalities):
            return code
    raise LookupError(told.municipality)


def _writer(told: Told | Said, home: str) -> str:
    there = [person.key for person in material.people() if person.place == home and person.key.startswith("v")]
    return there[chance(told.key, len(there))]


def _review(stage: Stage, told: Told, at: datetime) -> None:
    """The coordinator's decision. Local matters go on to the lead; guldkorn are taken care of at once."""
    life = told.life
    match life.end:
        case Status.JOINED:
            _join(stage, told, at)
        case Status.SOLVED_LOCALLY if told.kind is Kind.GOOD_EXAMPLE:
            _move(stage, told, _solved(stage, told), at)
        case Status.SOLVED_LOCALLY:
            _move(stage, told, triage.Decision(Status.LOCAL_ACTION), at)
        case Status.LOCAL_ACTION if life.by_lead:
            _move(stage, told, triage.Decision(Status.IN_REVIEW), at)
        case Status.NEEDS_FACTS:
            _move(stage, told, triage.Decision(Status.NEEDS_FACTS, note=f"{life.note} {life.question}"), at)
        case _:
            _move(stage, told, triage.Decision(life.end, note=life.note, reason=life.reason), at)


def _join(stage: Stage, told: Told, at: datetime) -> None:
    """Places the report. Where there is no barrier yet, it founds one, or waits in review until
    its like comes."""
    assert told.barrier is not None
    met = [*stage.alone.pop(told.barrier, []), told]
    if told.barrier not in stage.barriers:
        if not told.life.note and len(met) == 1:
            stage.alone[told.barrier] = met
            _move(stage, told, triage.Decision(Status.IN_REVIEW), at)
            return
        reports = [(stage.filed[one.key], None) for one in met]
        about = _description(stage, told.barrier)
        rulings.take_new(stage.session, stage.cast.coordinator, reports, about, at=at, note=told.life.note)
        founded = stage.filed[told.key].barrier
        assert founded is not None  # where the ruling has just placed it
        stage.barriers[told.barrier] = founded
        return
    for one in met:
        decision = triage.Decision(Status.JOINED, note=one.life.note, barrier=stage.barriers[told.barrier])
        rulings.take(stage.session, stage.cast.coordinator, [(stage.filed[one.key], None)], decision, at=at)


def _description(stage: Stage, key: str) -> barriers.Description:
    about = stage.hindrances[key]
    return barriers.Description(
        name=about.name,
        description=about.description,
        obstacle=about.obstacle,
        step=about.step,
        rule=stage.rules[about.rule] if about.rule else None,
        agencies=[stage.agencies[code] for code in about.agencies],
    )


def _end(stage: Stage, key: str, end: End, at: datetime) -> None:
    barriers.end(
        stage.session,
        stage.cast.coordinator,
        stage.barriers[key],
        end.to,
        note=end.note,
        review_on=end.review_on,
        at=at,
    )


def _lead(stage: Stage, told: Told, review: date) -> Iterator[Happening]:
    """What the lead of the report's subproject does after the review: takes it on, or solves it
    some weeks later."""
    life = told.life
    if life.end is Status.SOLVED_LOCALLY and told.kind is Kind.DEVIATION:
        day = working_day(review + timedelta(days=14 + chance(told.key, 25)))
    elif life.end is Status.LOCAL_ACTION and life.by_lead:
        day = working_day(review + timedelta(days=2))
    else:
        return
    if day <= stage.last:
        at = moment(day, chance(told.key, 450))
        yield at, partial(_local_step, stage, told, at)


def _local_step(stage: Stage, told: Told, at: datetime) -> None:
    lead = stage.cast.actors[f"lead:{_home(stage, told)}"]
    if told.life.end is Status.SOLVED_LOCALLY:
        _move(stage, told, _solved(stage, told), at, lead)
    else:
        _move(stage, told, triage.Decision(Status.LOCAL_ACTION, note=told.life.note), at, lead)


def _solved(stage: Stage, told: Told) -> triage.Decision:
    return triage.Decision(
        Status.SOLVED_LOCALLY,
        note=told.life.note,
        solution=told.life.solution,
        worked=told.life.worked,
        barrier=stage.barriers.get(told.barrier or ""),
    )


def _move(stage: Stage, told: Told, decision: triage.Decision, at: datetime, actor: Actor | None = None) -> None:
    triage.move(stage.session, actor or stage.cast.coordinator, stage.filed[told.key], decision, at=at)
