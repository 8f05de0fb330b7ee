"""Which day a moment falls on where the program is used: in Sweden, not where its server's clock stands."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def day_of(moment: datetime) -> date:
    """The day in Sweden at this moment, which must have a time zone."""
    return moment.astimezone(SWEDEN).date()


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Sweden."""
    return datetime(day.year, day.month, day.day, tzinfo=SWEDEN).astimezone(UTC)


def today() -> date:
    """Today in Sweden."""
    return day_of(datetime.now(UTC))
