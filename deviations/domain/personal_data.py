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
    COMBINATION = "COMBINATION"


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
    Kind.COMBINATION: "[uppgift]",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A passage of a text, end exclusive, that may point out a person.

    `word` is the Swedish word that masks it, where the kind alone does not say it (a diagnosis, an age, a place).
    """

    start: int
    end: int
    kind: Kind
    word: str = ""

    @property
    def refused(self) -> bool:
        """True when the passage may never be saved, whatever the writer says."""
        return self.kind in REFUSED

    @property
    def mask(self) -> str:
        """What to write instead: a Swedish word in brackets."""
        return f"[{self.word}]" if self.word else MASKS[self.kind]
