"""Whether two reports look like one happening told twice: very alike in words, at one place, at nearly the same time.

Two reports of one barrier are no duplicates: what happens again and again is what the program counts.
"""

from datetime import date, timedelta

from deviations.domain.facts import Fact

AT_LEAST = 0.40
"""How alike two tellings of one happening are at least.

Six happenings told twice in other words are alike by 0.43 to 0.70; reports of one barrier by 0.24 (median), and one
pair of them in twenty-five by 0.40 or more (tests/domain/test_duplicates.py). Place and day keep most of those apart.
"""

NEAR = timedelta(days=14)
"""How far apart the days may lie: one writes when it happened, another when she heard of it."""


def same_happening(one: Fact, other: Fact, alike: float) -> bool:
    """Whether two reports that are so alike (0 to 1) look like the same happening. It only suggests; a person decides.

    A report without a day or a place is never taken for another.
    """
    return one.id != other.id and alike >= AT_LEAST and _same_place(one, other) and near(one.on, other.on)


def near(one: date | None, other: date | None) -> bool:
    """Whether two days lie so near each other that both may be the day of one happening."""
    return one is not None and other is not None and abs(one - other) <= NEAR


def _same_place(one: Fact, other: Fact) -> bool:
    """One municipality, or one subproject: it may work in several."""
    pairs = ((one.municipality, other.municipality), (one.subproject, other.subproject))
    return any(here and here == there for here, there in pairs)
