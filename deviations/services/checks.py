"""What every text and day that people write is checked for, before anything is saved."""

from collections.abc import Mapping
from datetime import date, datetime

from deviations.domain import privacy
from deviations.domain.days import day_of
from deviations.domain.workflow import NotAllowed

TEXTS = ("title", "body", "rule_hint", "tried", "wished")
"""The fields of a report that people write in."""


class PersonalData(NotAllowed):
    """A text holds something that must never enter. `found` maps the field to what was found in it."""

    def __init__(self, found: dict[str, list[privacy.Span]]) -> None:
        super().__init__("personal_data")
        self.found = found


def refusals(texts: Mapping[str, str]) -> dict[str, list[privacy.Span]]:
    """What must never enter, by field: personal numbers, e-mail addresses and case numbers."""
    return {name: spans for name, text in texts.items() if (spans := privacy.refused(text))}


def check_texts(texts: Mapping[str, str]) -> None:
    """Raises PersonalData when any of these texts holds a personal number or the like (promise 3)."""
    if found := refusals(texts):
        raise PersonalData(found)


def check_day(day: date, at: datetime) -> None:
    """Raises NotAllowed (`not_yet_happened`) for a day that has not been in Sweden."""
    if day > day_of(at):
        raise NotAllowed("not_yet_happened")
