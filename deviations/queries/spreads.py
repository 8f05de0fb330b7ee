"""Reads what counts for a barrier, and where, when, at which step and at what cost it was met: exact counts, to be
hidden before they are shown to others.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status, Step
from deviations.models import Association, Barrier, Deviation, Municipality, Subproject
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


class Met(NamedTuple):
    """One report that counts: what the figures and letters need of it, without the rest."""

    id: int
    on: date
    municipality: str
    subproject: int
    association: str
    step: Step | None
    weeks_lost: int | None
    people_hit: int | None
    tried: str
    wished: str


def met(session: Session, *which: ColumnElement[bool]) -> list[Met]:
    """What counts of these reports, in the order of `placed`: much quicker than whole reports where there are
    thousands.
    """
    places = _names(session, select(Municipality.id, Municipality.name))
    homes = _names(session, select(Subproject.id, Association.name).join(Subproject.association))
    rows = session.execute(
        select(
            Deviation.id,
            Deviation.occurred_on,
            Deviation.municipality_id,
            Deviation.subproject_id,
            Deviation.step,
            Deviation.weeks_lost,
            Deviation.people_hit,
            Deviation.tried,
            Deviation.wished,
        )
        .where(*which)
        .order_by(Deviation.occurred_on, Deviation.id)
    )
    return [Met(row[0], row[1], places[row[2]], row[3], homes[row[3]], *row[4:]) for row in rows]


def _names(session: Session, question: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(question)}


def of(found: Sequence[Deviation]) -> Spread:
    """Counts where and when these reports were met."""
    return counted([_of_report(d) for d in found])


def _of_report(d: Deviation) -> Met:
    home = d.subproject.association.name
    place = d.municipality.name
    costs = (d.weeks_lost, d.people_hit)
    return Met(d.id, d.occurred_on, place, d.subproject_id, home, d.step, *costs, d.tried, d.wished)


def counted(found: Sequence[Met]) -> Spread:
    """The same, of what `met` read."""
    days = [one.on for one in found]
    names = quarters_between(min(days), max(days)) if days else ()
    when = [quarter(day) for day in days]
    per_quarter = Counter(when)
    per_place = Counter(one.municipality for one in found)
    cells = Counter(zip((one.municipality for one in found), when, strict=True))
    places = sorted(per_place.items(), key=lambda item: (-item[1], item[0]))
    people = [one.people_hit for one in found if one.people_hit is not None]
    return Spread(
        deviations=len(found),
        municipalities=tuple(places),
        quarters=tuple((name, per_quarter[name]) for name in names),
        matrix=tuple((place, tuple(cells[place, name] for name in names)) for place, _ in places),
        steps=_steps(found),
        subprojects=len({one.subproject for one in found}),
        associations=tuple(sorted({one.association for one in found})),
        weeks_lost=tuple(one.weeks_lost for one in found if one.weeks_lost is not None),
        people_hit=sum(people) if people else None,
        first_on=min(days, default=None),
        last_on=max(days, default=None),
    )


def _steps(found: Sequence[Met]) -> tuple[tuple[Step | None, int], ...]:
    steps = Counter(one.step for one in found)
    return tuple((step, steps[step]) for step in (*Step, None) if steps[step])


def quarter(day: date) -> str:
    """The quarter's name, such as "2026 kv 1"."""
    return f"{day.year} kv {(day.month - 1) // 3 + 1}"


def share_of_quarter(day: date) -> float:
    """How far into its quarter a day is, from 0."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return (day - first).days / 92


def quarters_between(first: date, last: date) -> tuple[str, ...]:
    """The names of all quarters from one day to another, both included."""
    start, end = first.year * 4 + (first.month - 1) // 3, last.year * 4 + (last.month - 1) // 3
    return tuple(f"{n // 4} kv {n % 4 + 1}" for n in range(start, end + 1))
