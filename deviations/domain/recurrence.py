"""When a barrier recurs: the thresholds of each program and those that programs share, how far a barrier is from them,
and why it fired.
"""

import calendar
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Self

NEAR = 0.6
"""From this share of the way on a barrier is near the policy."""

KINDS = ("deviations", "municipalities", "subprojects", "associations")
"""What is counted, in the order in which it is told."""


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
    associations: int = 1

    def as_dict(self) -> dict[str, int]:
        """The thresholds by name, as they are stored in the settings."""
        return asdict(self)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        """The thresholds that were stored; one that was not there yet when they were has its default."""
        return cls(**{one.name: int(told[one.name]) for one in fields(cls) if one.name in told})


@dataclass(frozen=True, slots=True)
class Policies:
    """The thresholds that programs share, and by program's id those of the programs that have their own."""

    shared: Policy = Policy()
    own: Mapping[int, Policy] = field(default_factory=dict)

    def of(self, program: int) -> Policy:
        """The thresholds for what a program's own reports say."""
        return self.own.get(program, self.shared)

    def scopes(self, programs: Iterable[int]) -> list["Scope"]:
        """Whose reports are counted against which thresholds: each program's own against its own, and where there are
        several programs also all that more than one of them has met, against those that they share.
        """
        known = sorted(programs)
        alone = [Scope(program, self.of(program)) for program in known]
        return alone if len(known) == 1 else [*alone, Scope(None, self.shared)]


@dataclass(frozen=True, slots=True)
class Scope:
    """Some thresholds and whose reports they are for: one program's, or (None) those of all programs together."""

    program: int | None
    policy: Policy


@dataclass(frozen=True, slots=True)
class Counts:
    """What a barrier has of each kind within the period, in how many programs."""

    deviations: int = 0
    municipalities: int = 0
    subprojects: int = 0
    associations: int = 0
    programs: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a barrier stands against the thresholds of a scope: what it has and needs of each kind, since `since`."""

    scope: Scope
    since: date
    counts: Counts = Counts()

    @property
    def policy(self) -> Policy:
        """The thresholds that it stands against."""
        return self.scope.policy

    @property
    def parts(self) -> tuple[tuple[str, int, int], ...]:
        """(kind, have, need) of each threshold."""
        return tuple((kind, getattr(self.counts, kind), getattr(self.policy, kind)) for kind in KINDS)

    @property
    def missing(self) -> tuple[tuple[str, int], ...]:
        """(kind, how many more) of each threshold that is not met."""
        return tuple((kind, need - have) for kind, have, need in self.parts if have < need)

    @property
    def reached(self) -> bool:
        """Whether every threshold is met."""
        return not self.missing

    @property
    def nearness(self) -> float:
        """0 to 1: the share of the way to the policy, by the threshold that is furthest away."""
        return min(min(have / need, 1.0) if need else 1.0 for _, have, need in self.parts)

    @property
    def near(self) -> bool:
        """Whether it is near the policy and has not met it."""
        return not self.reached and self.nearness >= NEAR

    def why(self, today: date) -> str:
        """What fired, on that day: JSON that `Fired.from_json` reads."""
        counted = {kind: have for kind, have, _ in self.parts}
        told = {"on": today.isoformat(), "since": self.since.isoformat(), **counted}
        return json.dumps({**told, "program": self.scope.program, "policy": self.policy.as_dict()})


@dataclass(frozen=True, slots=True)
class Fired:
    """Why a barrier came to recur: the counts and the thresholds of that day, and whose they were."""

    policy: Policy
    counts: Counts
    program: int | None = None

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self | None:
        """What was written down; None where nothing was. Older lines tell no associations and no program."""
        policy = told.get("policy")
        if not isinstance(policy, dict):
            return None
        counts = Counts(**{kind: int(told.get(kind, 0)) for kind in KINDS})
        return cls(Policy.from_dict(policy), counts, told.get("program"))

    @classmethod
    def from_json(cls, text: str) -> Self | None:
        """As `from_dict`, of what a barrier carries."""
        return cls.from_dict(json.loads(text)) if text else None


def nearest(standings: Iterable[Standing]) -> Standing:
    """The standing that is furthest on the way; of several the one that has most, then the first."""
    return max(standings, key=lambda one: (one.reached, one.nearness, one.counts.municipalities, one.counts.deviations))


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier, or that month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
