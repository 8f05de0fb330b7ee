"""How long the program keeps trying, and what a week is."""

from datetime import UTC, datetime, timedelta

import pytest

from deviations.domain.notices import (
    PAUSES,
    asks_the_quiet,
    pause_after,
    summary_moment,
    week_before,
    weeks_of_silence,
)


def test_pauses_grow_from_a_minute_to_six_hours_over_three_days() -> None:
    assert PAUSES[0] == timedelta(minutes=1) and PAUSES[-1] == timedelta(hours=6)
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(days=2.5) < sum(PAUSES, timedelta()) < timedelta(days=3.5)
    assert [pause_after(tries) for tries in (1, len(PAUSES), len(PAUSES) + 1)] == [PAUSES[0], PAUSES[-1], None]


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 11, 23, 6, 0), datetime(2026, 11, 23, 6, 0)),  # seven o'clock in winter
        (datetime(2026, 11, 23, 5, 59), datetime(2026, 11, 16, 6, 0)),
        (datetime(2026, 11, 29, 23, 30), datetime(2026, 11, 23, 6, 0)),  # Monday already, but not seven
        (datetime(2026, 6, 15, 5, 0), datetime(2026, 6, 15, 5, 0)),  # seven o'clock in summer
        (datetime(2026, 3, 30, 4, 59), datetime(2026, 3, 23, 6, 0)),  # the clock was turned the day before
    ],
)
def test_the_week_ends_on_monday_at_seven_in_sweden(moment: datetime, monday: datetime) -> None:
    assert summary_moment(moment.replace(tzinfo=UTC)) == monday.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("monday", "before"),
    [
        (datetime(2026, 11, 23, 6, 0), datetime(2026, 11, 16, 6, 0)),
        (datetime(2026, 10, 26, 6, 0), datetime(2026, 10, 19, 5, 0)),  # 169 hours: the clock was turned back
        (datetime(2027, 3, 29, 5, 0), datetime(2027, 3, 22, 6, 0)),  # 167 hours
    ],
)
def test_a_week_is_from_seven_to_seven_in_sweden(monday: datetime, before: datetime) -> None:
    assert week_before(monday.replace(tzinfo=UTC)) == before.replace(tzinfo=UTC)


def test_silence_is_counted_in_whole_weeks_and_asked_about_every_fourth() -> None:
    until = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert [weeks_of_silence(until - timedelta(days=days), until) for days in (-1, 6, 7, 27, 28)] == [0, 0, 1, 3, 4]
    assert [weeks for weeks in range(14) if asks_the_quiet(weeks)] == [4, 8, 12]
