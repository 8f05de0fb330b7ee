"""The audit log as it is looked through: kinds of lines, and what one asks to see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class LogKind(StrEnum):
    """What a line is about, in the few kinds that somebody looks for."""

    LOGINS = "logins"
    ACCOUNTS = "accounts"
    REFUSED = "refused"
    FETCHED = "fetched"
    REPORTS = "reports"
    BARRIERS = "barriers"
    LETTERS = "letters"
    RETENTION = "retention"
    SETTINGS = "settings"  # all else


BEGINS: Mapping[LogKind, tuple[str, ...]] = {
    LogKind.LOGINS: ("login", "password", "factor", "identity"),
    LogKind.ACCOUNTS: ("account", "role"),
    LogKind.REFUSED: ("access",),
    LogKind.FETCHED: ("export", "audit"),
    LogKind.REPORTS: ("deviation", "followup", "pair", "solution", "suggestion", "review", "ruling", "proposal"),
    LogKind.BARRIERS: ("barrier",),
    LogKind.LETTERS: ("letter",),
    LogKind.RETENTION: ("retention",),
}
"""How the codes of a kind's lines begin, up to the full stop."""


def kind_of(action: str) -> LogKind:
    """Which kind a line is of."""
    noun = action.partition(".")[0]
    return next((kind for kind, nouns in BEGINS.items() if noun in nouns), LogKind.SETTINGS)


@dataclass(frozen=True, slots=True)
class LogChosen:
    """What somebody wants to see of the log: of one person, one kind, one thing, some days."""

    person: int | None = None
    kind: LogKind | None = None
    noun: str | None = None
    number: str | None = None  # of the thing; a rule has letters in it
    since: date | None = None
    until: date | None = None

    @property
    def subject(self) -> str | None:
        """The thing as the log names it; None when none, or not which one, is asked for."""
        return f"{self.noun}:{self.number}" if self.noun and self.number else None

    def told(self) -> dict[str, Any]:
        """What was asked for, without what was not: for the address, and for the line that says that it was read."""
        values = {
            "person": self.person,
            "slag": self.kind,
            "sak": self.noun,
            "nr": self.number,
            "fran": self.since.isoformat() if self.since else None,
            "till": self.until.isoformat() if self.until else None,
        }
        return {name: value for name, value in values.items() if value is not None}
