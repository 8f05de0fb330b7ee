"""How long the program keeps trying, and what a week is."""

from datetime import UTC, datetime, timedelta

import pytest

from deviations.domain.notices import PAUSES, pause_after, summary_moment


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
