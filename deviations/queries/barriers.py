"""Reads barriers: one of them with its history and letters, the list with each one's distance to the policy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain import recurrence, small_numbers
from deviations.domain.order import swedish_key
from deviations.domain.recurrence import Standing
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus, NotFound
from deviations.models import Barrier, Deviation, Letter, Move
from deviations.models.base import swedish
from deviations.queries import deviations, letters, settings, standings, visibility
from deviations.queries.spreads import PLACED


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
    counts: Known
    standing: Standing
    reports_told: str  # the counts as this reader may see them
    municipalities_told: str

    @property
    def deviations(self) -> int:
        """All that counts for it."""
        return self.counts.reports

    @property
    def municipalities(self) -> int:
        """In how many municipalities it was met."""
        return self.counts.municipalities

    @property
    def waits(self) -> bool:
        """Whether it has not come to recur, or has come back and not recurred since."""
        return self.barrier.status in (BarrierStatus.WATCHED, BarrierStatus.RETURNED)


def listed(
    session: Session, actor: Actor, today: date, status: BarrierStatus | None = None, *, near: bool = False
) -> list[Listed]:
    """All barriers with their counts, or those in a state, or (`near`) those that are near the policy and wait for it.

    Those past the policy or nearest to it stand first. Whoever may not see small counts gets no list of those near it,
    and an order that tells no more than the row does.
    """
    question = _standing(actor)
    if status is not None:
        question = question.where(Barrier.status == status)
    found = session.scalars(question).all()
    ids = [barrier.id for barrier in found]
    stand = standings.of_all(session, today, settings.policies(session), ids, every=True)
    counts = known(session, actor, ids)
    exact = visibility.sees_small_counts(actor)
    places = {} if exact else _places(session)
    rows = []
    for barrier in found:
        mine, where = counts.get(barrier.id, Known()), places.get(barrier.id, [])
        told = (str(mine.reports), str(mine.municipalities)) if exact else _told(where, mine)
        rows.append(Listed(barrier, mine, recurrence.nearest(stand[barrier.id]), *told))
    if near:
        rows = [row for row in rows if exact and row.waits and row.standing.near]
    return sorted(rows, key=_nearest_first if exact else _openly)


def _nearest_first(row: Listed) -> tuple[float, ...]:
    return (-row.standing.nearness, -row.municipalities, -row.deviations, row.barrier.id)


def _openly(row: Listed) -> tuple[int, ...]:
    """Those past the policy, then the others in the order of what is told of them."""
    places = 0 if row.counts.few else row.municipalities
    return (-row.standing.reached, -places, row.barrier.id)


def _told(places: Sequence[tuple[str, int]], counts: Known) -> tuple[str, str]:
    """Reports and municipalities as those may see them who may not see small counts."""
    if counts.few:
        return small_numbers.beside(counts.own_reports), small_numbers.beside(counts.own_municipalities)
    return small_numbers.guarded(places), str(counts.municipalities)


def _places(session: Session) -> dict[int, list[tuple[str, int]]]:
    """How many reports count in each municipality, by barrier."""
    rows = session.execute(
        select(Deviation.barrier_id, Deviation.municipality_id, func.count())
        .where(*PLACED, Deviation.barrier_id.is_not(None))
        .group_by(Deviation.barrier_id, Deviation.municipality_id)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for barrier, place, count in rows:
        found.setdefault(barrier or 0, []).append((str(place), count))
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


def readable(session: Session, actor: Actor, barrier: Barrier) -> Sequence[Deviation]:
    """Those of its reports whose text this person may read, newest first."""
    return session.scalars(
        deviations.seen(actor)
        .where(Deviation.barrier_id == barrier.id)
        .order_by(None)
        .order_by(Deviation.occurred_on.desc(), Deviation.id.desc())
    ).all()


def history(session: Session, barrier: Barrier) -> Sequence[Move]:
    """Its steps, oldest first."""
    return session.scalars(
        select(Move).where(Move.barrier_id == barrier.id).options(joinedload(Move.actor)).order_by(Move.id)
    ).all()


def letters_of(session: Session, actor: Actor, barrier: Barrier) -> Sequence[Letter]:
    """The letters about a barrier, and about those that are part of it, that this person may read, newest first."""
    about = letters.about(family(session, barrier))
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
