"""Did it help? How much of what some subprojects report is about a barrier, before a day and after it, with an interval
that says how much of the difference may be chance.

What is compared is the barrier's share of all that the same subprojects reported in the same time, so that a quiet
quarter does not look like a barrier that is gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from deviations.domain.small_numbers import is_small

LEVEL = 0.95


class Verdict(StrEnum):
    """What may be said: that the barrier is met less often or more often than before, or nothing yet."""

    LESS = "less"
    MORE = "more"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Counted:
    """Of all reports of some subprojects in some time, those about a barrier."""

    about: int
    all: int

    def __post_init__(self) -> None:
        if not 0 <= self.about <= self.all:
            raise ValueError("the reports about a barrier are part of all reports")

    @property
    def of_hundred(self) -> float | None:
        """How many of a hundred reports were about it; None where there were no reports."""
        return 100 * self.about / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Change:
    """The share after as a part of the share before: the estimate (None where there was none before) and its interval;
    `high` is None where it has no upper end.
    """

    ratio: float | None
    low: float
    high: float | None

    @property
    def verdict(self) -> Verdict:
        """Less or more only where chance alone would hardly give such numbers: the whole interval on one side of 1."""
        if self.high is not None and self.high < 1:
            return Verdict.LESS
        return Verdict.MORE if self.low > 1 else Verdict.UNSURE


def change(before: Counted, after: Counted, level: float = LEVEL) -> Change:
    """How the share changed, with its exact interval.

    Reports about a barrier are taken as Poisson counts whose expectation follows the subprojects' activity. Given their
    sum m, those after are Binomial(m, p) with p = r·n₂ / (r·n₂ + n₁), where r is the rate ratio (Przyborowski and
    Wilenski 1940, Biometrika 31:313-323); Clopper and Pearson's limits of p (1934, Biometrika 26:404-413) give those of
    r. As the reports about the barrier are a part of all reports, the interval is rather too wide than too narrow.
    """
    total = before.about + after.about
    if not (total and before.all and after.all):
        return Change(None, 0.0, None)
    low, high = _clopper_pearson(after.about, total, level)
    scale = before.all / after.all
    estimate = after.about / before.about * scale if before.about else None
    return Change(estimate, low / (1 - low) * scale, high / (1 - high) * scale if high < 1 else None)


def _clopper_pearson(hits: int, trials: int, level: float) -> tuple[float, float]:
    """The exact limits of a binomial share, from the inverse of the incomplete beta function."""
    from scipy.special import betaincinv  # numeric stack: only now

    tail = (1 - level) / 2
    low = float(betaincinv(hits, trials - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, trials - hits, 1 - tail)) if hits < trials else 1.0
    return low, high


def tellable(cells: Iterable[Counted]) -> bool:
    """Whether figures made of these cells may leave a subproject: none is small, nor what is left of any of them."""
    return not any(is_small(cell.about) or is_small(cell.all) or is_small(cell.all - cell.about) for cell in cells)
