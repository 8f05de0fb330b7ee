"""What a passage that may point out a person is: its kind, its place in the text and the words that mask it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a found passage is; the value is the same word as the name."""

    PERSONNUMMER = "PERSONNUMMER"
    SAMORDNINGSNUMMER = "SAMORDNINGSNUMMER"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    NAME = "NAME"
    INITIALS = "INITIALS"
    CASE_NUMBER = "CASE_NUMBER"


REFUSED: Final = frozenset({Kind.PERSONNUMMER, Kind.SAMORDNINGSNUMMER, Kind.EMAIL, Kind.CASE_NUMBER})
MASKS: Final = {
    Kind.PERSONNUMMER: "[personnummer]",
    Kind.SAMORDNINGSNUMMER: "[personnummer]",
    Kind.PHONE: "[telefonnummer]",
    Kind.EMAIL: "[e-postadress]",
    Kind.ADDRESS: "[adress]",
    Kind.NAME: "[namn]",
    Kind.INITIALS: "[initialer]",
    Kind.CASE_NUMBER: "[ärendenummer]",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A passage of a text, end exclusive, that may point out a person."""

    start: int
    end: int
    kind: Kind

    @property
    def refused(self) -> bool:
        """True when the passage may never be saved, whatever the writer says."""
        return self.kind in REFUSED
