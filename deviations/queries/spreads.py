"""Reads what counts for a barrier, and where, when, at which step and at what cost it was met: exact counts, to be
hidden before they are shown to others.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status, Step
from deviations.models import Barrier, Deviation
from deviations.queries import deviations

PLACED = (Deviation.status == Status.JOINED, Deviation.kind != Kind.GOOD_EXAMPLE)
"""What counts for a barrier: reports and occurrences that people placed in it. A guldkorn there shows a way past it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where and when a barrier was met; `steps` in the order of the chain, None for reports that name no step."""

    deviations: int
    municipalities: tuple[tuple[str, int], ...]
    quarters: tuple[tuple[str, int], ...]
    matrix: tuple[tuple[str, tuple[int, ...]], ...]
    steps: tuple[tuple[Step | None, int], ...]
    subprojects: int
    associations: tuple[str, ...]
    weeks_lost: tuple[int, ...]
    people_hit: int | None
    first_on: date | None
    last_on: date | None


def placed(session: Session, barrier: Barrier) -> Sequence[Deviation]:
    """All that counts for a barrier, oldest first: the basis of every figure. Not for showing texts."""
    return session.scalars(
        select(Deviation)
        .where(Deviation.barrier_id == barrier.id, *PLACED)
        .options(*deviations.FULL)
        .order_by(Deviation.occurred_on, Deviation.id)
    ).all()


def of(found: Sequence[Deviation]) -> Spread:
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
        steps=_steps(found),
        subprojects=len({d.subproject_id for d in found}),
        associations=tuple(sorted({d.subproject.association.name for d in found})),
        weeks_lost=tuple(d.weeks_lost for d in found if d.weeks_lost is not None),
        people_hit=sum(people) if people else None,
        first_on=min(days, default=None),
        last_on=max(days, default=None),
    )


def _steps(found: Sequence[Deviation]) -> tuple[tuple[Step | None, int], ...]:
    met = Counter(d.step for d in found)
    return tuple((step, met[step]) for step in (*Step, None) if met[step])


def quarter(day: date) -> str:
    """The quarter's name, such as "2026 kv 1"."""
    return f"{day.year} kv {(day.month - 1) // 3 + 1}"


def quarters_between(first: date, last: date) -> tuple[str, ...]:
    """The names of all quarters from one day to another, both included."""
    start, end = first.year * 4 + (first.month - 1) // 3, last.year * 4 + (last.month - 1) // 3
    return tuple(f"{n // 4} kv {n % 4 + 1}" for n in range(start, end + 1))
