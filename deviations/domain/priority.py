"""How much a report matters: spread × harm, computed, never typed in as a mood (design, section 3)."""

PEOPLE, WEEKS = 10, 12


MIDDLE, HIGH = 12, 60
"""From where a report weighs more than most: a person's quarter, and five of these or as many places."""


def harm(people_hit: int | None, weeks_lost: int | None) -> int:
    """Person-weeks lost, 1 to 120. What was not told counts as little as it can: one person, one week.

    More than ten people, or than a quarter of a year, count as these: no single report outweighs what many
    municipalities say.
    """
    return min(max(people_hit or 1, 1), PEOPLE) * min(max(weeks_lost or 1, 1), WEEKS)


def priority(people_hit: int | None, weeks_lost: int | None, municipalities: int) -> int:
    """Harm times the number of municipalities that have said the same (its own is one of them)."""
    return harm(people_hit, weeks_lost) * max(municipalities, 1)
