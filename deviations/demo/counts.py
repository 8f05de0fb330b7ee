"""The figures that the demo prints of itself."""

from dataclasses import asdict, dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from deviations.models import Barrier, Deviation
from deviations.queries import letters


@dataclass(frozen=True, slots=True)
class Counts:
    """Reports, the municipalities that they come from, barriers, those for which the policy has
    fired, and letters."""

    deviations: int
    municipalities: int
    barriers: int
    recurring: int
    letters: int

    def as_dict(self) -> dict[str, int]:
        """The figures by name."""
        return asdict(self)


def counts(session: Session) -> Counts:
    """The figures of a database, as they stand."""
    reports, places = session.execute(
        select(func.count(), func.count(distinct(Deviation.municipality_id))).select_from(Deviation)
    ).one()
    known, fired = session.execute(select(func.count(), func.count(Barrier.fired_at)).select_from(Barrier)).one()
    return Counts(reports, places, known, fired, letters.count(session))
