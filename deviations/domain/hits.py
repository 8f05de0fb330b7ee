"""How often the program's suggestions were right: counted month by month, with how sure such a share is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt

FEW = 10
"""Of fewer reports than this a share says nothing."""

SURE = 1.96
"""Standard deviations of a 95 per cent interval."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One report that a person placed on a day: where the right barrier stood among those suggested (None: nowhere),
    whether the barrier was made then, and whether the report looked new.
    """

    on: date
    place: int | None
    was_new: bool
    looked_new: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """The outcomes of a time. `known` reports were placed in a barrier that there was: for `first` of them it was the
    first suggestion, for `shown` among those shown, and `called_new` looked new all the same. `new` ones were placed in
    a new barrier, and of these `seen_new` had looked new.
    """

    known: int = 0
    first: int = 0
    shown: int = 0
    called_new: int = 0
    new: int = 0
    seen_new: int = 0

    @property
    def says_something(self) -> bool:
        """Whether there are reports enough for a share."""
        return self.known >= FEW

    @property
    def share(self) -> float:
        """The share of known ones whose barrier was suggested first, 0 to 1."""
        return self.first / self.known if self.known else 0.0

    @property
    def sure(self) -> tuple[float, float]:
        """Between what shares it lies with 95 per cent certainty."""
        return interval(self.first, self.known)


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Counts outcomes."""
    known = first = shown = called_new = new = seen_new = 0
    for one in outcomes:
        if one.was_new:
            new += 1
            seen_new += one.looked_new
        else:
            known += 1
            first += one.place == 1
            shown += one.place is not None
            called_new += one.looked_new
    return Tally(known, first, shown, called_new, new, seen_new)


def by_month(outcomes: Iterable[Outcome]) -> dict[tuple[int, int], Tally]:
    """The tally of each (year, month), oldest first; months between the first and the last without any are empty."""
    sorted_out: dict[tuple[int, int], list[Outcome]] = {}
    for one in outcomes:
        sorted_out.setdefault((one.on.year, one.on.month), []).append(one)
    if not sorted_out:
        return {}
    first, last = min(sorted_out), max(sorted_out)
    months = range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1])
    return {(at // 12, at % 12 + 1): tally(sorted_out.get((at // 12, at % 12 + 1), ())) for at in months}


def interval(right: int, of: int) -> tuple[float, float]:
    """Between what shares the true one lies with 95 per cent certainty when `right` of `of` were right.

    Wilson's score interval (E. B. Wilson, Journal of the American Statistical Association 22, 1927, pp. 209-212), which
    holds for few and for shares near 0 and 1 too. (0, 1) when nothing was counted.
    """
    if not of:
        return 0.0, 1.0
    share, spread = right / of, SURE * SURE / of
    middle = (share + spread / 2) / (1 + spread)
    reach = SURE * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def better_by_chance(only_new: int, only_old: int) -> float:
    """How likely it is that one way of ranking, right `only_new` times where the other was wrong and wrong `only_old`
    times where the other was right, does so well by chance alone (0 to 1, one-sided).

    The exact McNemar test: a binomial tail (Q. McNemar, Psychometrika 12, 1947, pp. 153-157).
    """
    differing = only_new + only_old
    tail, term = 0.0, 0.5**differing
    for times in range(differing + 1):
        if times >= only_new:
            tail += term
        term = term * (differing - times) / (times + 1)
    return min(tail, 1.0)
