"""Reads barriers: one with its spread and distance to the policy, the list, and the solutions that others found."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain import small_numbers
from deviations.domain.facts import Fact
from deviations.domain.order import swedish_key
from deviations.domain.recurrence import Standing, standing
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus, Kind, NotFound, Status
from deviations.models import Barrier, Deviation, Letter, Move
from deviations.models.base import swedish
from deviations.queries import deviations, settings, visibility

PLACED = (Deviation.status == Status.JOINED, Deviation.kind != Kind.GOOD_EXAMPLE)
"""What counts for a barrier: reports and occurrences that people placed in it. A guldkorn there shows a way past it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where and when a barrier was met: exact counts, to be hidden before they are shown to others."""

    deviations: int
    municipalities: tuple[tuple[str, int], ...]
    quarters: tuple[tuple[str, int], ...]
    matrix: tuple[tuple[str, tuple[int, ...]], ...]
    subprojects: int
    associations: tuple[str, ...]
    weeks_lost: tuple[int, ...]
    people_hit: int | None
    first_on: date | None
    last_on: date | None


def _seen(actor: Actor) -> Select[Barrier]:
    return (
        select(Barrier)
        .where(visibility.barriers(actor))
        .options(joinedload(Barrier.rule), selectinload(Barrier.agencies))
    )


def get(session: Session, actor: Actor, id: int) -> Barrier:
    """One barrier. Raises NotFound when there is none, or none that this person may see."""
    found = session.scalar(_seen(actor).where(Barrier.id == id))
    if found is None:
        raise NotFound
    return found


def _standing(actor: Actor) -> Select[Barrier]:
    """Those that this person may see and that are not part of another one."""
    return _seen(actor).where(visibility.standing_barriers())


def by_ids(session: Session, actor: Actor, ids: Collection[int]) -> Sequence[Barrier]:
    """The barriers with these ids that this person may see."""
    return session.scalars(_standing(actor).where(Barrier.id.in_(ids))).all() if ids else []


def by_name(session: Session, actor: Actor) -> Sequence[Barrier]:
    """All barriers in Swedish order of name, for a choice."""
    return session.scalars(_standing(actor).order_by(swedish(Barrier.name), Barrier.id)).all()


def choices(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The id and name of all barriers in Swedish order of name, for a choice: cheap also where there are thousands."""
    question = select(Barrier.id, Barrier.name).where(visibility.barriers(actor), visibility.standing_barriers())
    found = [(id, name) for id, name in session.execute(question)]
    return sorted(found, key=lambda pair: (swedish_key(pair[1]), pair[0]))


def root(barrier: Barrier) -> Barrier:
    """The barrier into which this one was merged in the end; itself where it stands."""
    seen: set[int] = set()
    while barrier.merged_into is not None and barrier.id not in seen:
        seen.add(barrier.id)
        barrier = barrier.merged_into
    return barrier


def merged_in(session: Session, barrier: Barrier) -> Sequence[Barrier]:
    """The barriers that are part of this one, also by way of another, oldest first."""
    ids = family(session, barrier) - {barrier.id}
    return session.scalars(select(Barrier).where(Barrier.id.in_(ids)).order_by(Barrier.id)).all() if ids else []


def family(session: Session, barrier: Barrier) -> set[int]:
    """The ids of a barrier and of all that were merged into it."""
    found, latest = {barrier.id}, {barrier.id}
    while latest:
        latest = set(session.scalars(select(Barrier.id).where(Barrier.merged_into_id.in_(latest)))) - found
        found |= latest
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """The counts of a barrier, and the part of them that a reader knows anyway, from the reports that she may read."""

    reports: int = 0
    municipalities: int = 0
    own_reports: int = 0
    own_municipalities: int = 0

    @property
    def few(self) -> bool:
        """Whether there are few reports, or so few are hidden from her that the whole count would tell how many."""
        return small_numbers.is_small(self.reports) or small_numbers.is_small(self.reports - self.own_reports)


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list: a barrier with its whole count, and how it stands against the policy."""

    barrier: Barrier
    deviations: int
    municipalities: int
    standing: Standing
    reports_told: str  # the counts as this reader may see them
    municipalities_told: str


def listed(session: Session, actor: Actor, today: date, status: BarrierStatus | None = None) -> list[Listed]:
    """All barriers with their counts, those nearest to or past the policy first."""
    question = _standing(actor)
    if status is not None:
        question = question.where(Barrier.status == status)
    found = session.scalars(question).all()
    by_barrier = _light_facts(session)
    policy = settings.policy(session)
    counts = known(session, actor, [barrier.id for barrier in found])
    rows = []
    for barrier in found:
        facts = by_barrier.get(barrier.id, [])
        places = Counter(fact.municipality for fact in facts)
        told = _told(actor, list(places.items()), counts.get(barrier.id, Known()))
        rows.append(Listed(barrier, len(facts), len(places), standing(facts, policy, today), *told))
    return sorted(rows, key=lambda r: (-r.standing.nearness, -r.municipalities, -r.deviations, r.barrier.id))


def _told(actor: Actor, places: Sequence[tuple[str, int]], counts: Known) -> tuple[str, str]:
    """Reports and municipalities as this reader may see them."""
    if visibility.sees_small_counts(actor):
        return str(counts.reports), str(counts.municipalities)
    if counts.few:
        return small_numbers.beside(counts.own_reports), small_numbers.beside(counts.own_municipalities)
    return small_numbers.guarded(places), str(counts.municipalities)


def _light_facts(session: Session) -> Mapping[int, list[Fact]]:
    """Of each placed report only what counting needs, by barrier: one question however many barriers there are."""
    rows = session.execute(
        select(
            Deviation.id,
            Deviation.barrier_id,
            Deviation.municipality_id,
            Deviation.subproject_id,
            Deviation.occurred_on,
        ).where(*PLACED, Deviation.barrier_id.is_not(None))
    )
    found: dict[int, list[Fact]] = {}
    for id, barrier, municipality, subproject, on in rows:
        light = Fact(str(id), "", "", municipality=str(municipality), subproject=str(subproject), on=on)
        if barrier is not None:
            found.setdefault(barrier, []).append(light)
    return found


def known(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Known]:
    """The counts of these barriers as they stand to a reader; those without reports are left out."""
    own = visibility.deviations(actor)
    rows = session.execute(
        select(
            Deviation.barrier_id,
            func.count(),
            func.count(Deviation.municipality_id.distinct()),
            func.count(case((own, Deviation.id))),
            func.count(case((own, Deviation.municipality_id)).distinct()),
        )
        .where(Deviation.barrier_id.in_(ids), *PLACED)
        .group_by(Deviation.barrier_id)
    )
    return {barrier: Known(*counts) for barrier, *counts in rows if barrier is not None}


def municipalities_of(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, int]:
    """In how many municipalities each of these barriers is, left out where it could tell a small count."""
    found = known(session, actor, ids)
    return {id: counts.municipalities for id, counts in found.items() if not counts.few}


def others_in(session: Session, actor: Actor, barrier_id: int, own: int) -> int | None:
    """How many reports count for a barrier besides one's own; None where the number could tell a small count."""
    hidden = session.execute(
        select(Deviation.municipality_id, func.count())
        .where(Deviation.barrier_id == barrier_id, *PLACED, ~visibility.deviations(actor))
        .group_by(Deviation.municipality_id)
    )
    rows = [(str(place), count) for place, count in hidden]
    others = sum(count for _, count in rows)
    if small_numbers.is_small(others) or small_numbers.total(others, rows) != small_numbers.shown(others):
        return None
    counted = (Deviation.barrier_id == barrier_id, Deviation.id != own, *PLACED)
    return session.scalar(select(func.count()).select_from(Deviation).where(*counted)) or 0


def placed(session: Session, barrier: Barrier) -> Sequence[Deviation]:
    """All that counts for a barrier, oldest first: the basis of every figure. Not for showing texts."""
    return session.scalars(
        select(Deviation)
        .where(Deviation.barrier_id == barrier.id, *PLACED)
        .options(*deviations.FULL)
        .order_by(Deviation.occurred_on, Deviation.id)
    ).all()


def readable(session: Session, actor: Actor, barrier: Barrier) -> Sequence[Deviation]:
    """Those of its reports whose text this person may read, newest first."""
    return session.scalars(
        deviations.seen(actor)
        .where(Deviation.barrier_id == barrier.id)
        .order_by(None)
        .order_by(Deviation.occurred_on.desc(), Deviation.id.desc())
    ).all()


def standing_of(session: Session, barrier: Barrier, today: date) -> Standing:
    """How far a barrier is from the policy in force, counted on the reports that a person placed in it."""
    facts = [deviations.fact(deviation) for deviation in placed(session, barrier)]
    return standing(facts, settings.policy(session), today)


def quarter(day: date) -> str:
    """The quarter's name, such as "2026 kv 1"."""
    return f"{day.year} kv {(day.month - 1) // 3 + 1}"


def quarters_between(first: date, last: date) -> tuple[str, ...]:
    """The names of all quarters from one day to another, both included."""
    start, end = first.year * 4 + (first.month - 1) // 3, last.year * 4 + (last.month - 1) // 3
    return tuple(f"{n // 4} kv {n % 4 + 1}" for n in range(start, end + 1))


def spread(found: Sequence[Deviation]) -> Spread:
    """Counts where and when these reports were met."""
    days = [d.occurred_on for d in found]
    names = quarters_between(min(days), max(days)) if days else ()
    per_quarter = Counter(quarter(day) for day in days)
    per_place = Counter(d.municipality.name for d in found)
    cells = Counter((d.municipality.name, quarter(d.occurred_on)) for d in found)
    places = sorted(per_place.items(), key=lambda item: (-item[1], item[0]))
    people = [d.people_hit for d in found if d.people_hit is not None]
    return Spread(
        deviations=len(found),
        municipalities=tuple(places),
        quarters=tuple((name, per_quarter[name]) for name in names),
        matrix=tuple((place, tuple(cells[place, name] for name in names)) for place, _ in places),
        subprojects=len({d.subproject_id for d in found}),
        associations=tuple(sorted({d.subproject.association.name for d in found})),
        weeks_lost=tuple(d.weeks_lost for d in found if d.weeks_lost is not None),
        people_hit=sum(people) if people else None,
        first_on=min(days, default=None),
        last_on=max(days, default=None),
    )


def history(session: Session, barrier: Barrier) -> Sequence[Move]:
    """Its steps, oldest first."""
    return session.scalars(
        select(Move).where(Move.barrier_id == barrier.id).options(joinedload(Move.actor)).order_by(Move.id)
    ).all()


def letters_of(session: Session, actor: Actor, barrier: Barrier) -> Sequence[Letter]:
    """The letters about a barrier, and about those that are part of it, that this person may read, newest first."""
    about = Letter.barrier_id.in_(family(session, barrier))
    return session.scalars(select(Letter).where(visibility.letters(actor), about).order_by(Letter.id.desc())).all()


def counts(session: Session, actor: Actor) -> dict[BarrierStatus, int]:
    """How many barriers are in each state."""
    rows = session.execute(
        select(Barrier.status, func.count())
        .where(visibility.barriers(actor), visibility.standing_barriers())
        .group_by(Barrier.status)
    )
    found: dict[BarrierStatus, int] = {row[0]: row[1] for row in rows}
    return {status: found.get(status, 0) for status in BarrierStatus if status is not BarrierStatus.UNDONE}
