"""When a barrier recurs: the policy's thresholds, how far a barrier is from them, and why it fired."""

import calendar
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from deviations.domain.facts import Fact

NEAR = 0.6
"""From this share of the way on a barrier is near the policy."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The least spread that makes a barrier recurring, within the last `months`.

    The defaults are the programme's own (domain facts 5.2: at least 3 municipalities and 5 deviations), set by the
    styrgrupp; two subprojects keep one busy team from outweighing a quiet one.
    """

    municipalities: int = 3
    deviations: int = 5
    subprojects: int = 2
    months: int = 12

    def as_dict(self) -> dict[str, int]:
        """The thresholds by name, as they are stored in the settings."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a barrier stands against a policy: what it has and needs of each kind, since `since`."""

    policy: Policy
    since: date
    municipalities: int
    deviations: int
    subprojects: int

    @property
    def parts(self) -> tuple[tuple[str, int, int], ...]:
        """(kind, have, need) of each threshold."""
        return (
            ("deviations", self.deviations, self.policy.deviations),
            ("municipalities", self.municipalities, self.policy.municipalities),
            ("subprojects", self.subprojects, self.policy.subprojects),
        )

    @property
    def reached(self) -> bool:
        """Whether every threshold is met."""
        return all(have >= need for _, have, need in self.parts)

    @property
    def nearness(self) -> float:
        """0 to 1: the share of the way to the policy, by the threshold that is furthest away."""
        return min(min(have / need, 1.0) if need else 1.0 for _, have, need in self.parts)


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier, or that month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def standing(facts: Iterable[Fact], policy: Policy, today: date) -> Standing:
    """Counts distinct municipalities, subprojects and reports of the period; reports without a date are left out."""
    since = months_before(today, policy.months)
    recent = [fact for fact in facts if fact.on is not None and since < fact.on <= today]
    return Standing(
        policy=policy,
        since=since,
        municipalities=len({fact.municipality for fact in recent if fact.municipality}),
        deviations=len(recent),
        subprojects=len({fact.subproject for fact in recent if fact.subproject}),
    )
