"""The letter (skrivelse): its states and allowed moves. Its evidence and its drafted text are reached from
here too.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from deviations.domain.letter_blanks import ANSWER_DAY, DECIDERS, DECISION, PRESENTER, SIGNATURE, WAITING, blanks, fill
from deviations.domain.letter_draft import OBLIGATORY, draft, heading, missing
from deviations.domain.letter_evidence import BadEvidence, CitedRule, Evidence

__all__ = [
    "ANSWER_DAY",
    "DECIDERS",
    "DECISION",
    "MOVES",
    "OBLIGATORY",
    "OUT",
    "PRESENTER",
    "SIGNATURE",
    "WAITING",
    "Answer",
    "BadEvidence",
    "CitedRule",
    "Delivery",
    "Evidence",
    "FileKind",
    "LetterStatus",
    "LinkAct",
    "MoveRefused",
    "blanks",
    "check_move",
    "draft",
    "fill",
    "heading",
    "may_move",
    "missing",
    "moves_from",
]


class LetterStatus(StrEnum):
    """Where a letter is in its life (design, section 3)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    EXTENDED = "extended"
    ANSWERED = "answered"
    SILENT = "silent"
    CLOSED = "closed"


class Answer(StrEnum):
    """What an answer said."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"
    PASSED_ON = "passed_on"


class Delivery(StrEnum):
    """How a letter went to its recipient."""

    MAIL = "mail"
    POST = "post"
    E_SERVICE = "e_service"


class FileKind(StrEnum):
    """The files that are made of a letter when it is sent."""

    PDF = "pdf"
    DOCX = "docx"
    TXT = "txt"


class LinkAct(StrEnum):
    """What was done behind a recipient's link."""

    OPENED = "opened"
    FETCHED = "fetched"
    ACKNOWLEDGED = "acknowledged"
    ASKED_FOR_TIME = "asked_for_time"
    ANSWERED = "answered"


OUT = (
    LetterStatus.SENT,
    LetterStatus.ACKNOWLEDGED,
    LetterStatus.EXTENDED,
    LetterStatus.ANSWERED,
    LetterStatus.SILENT,
    LetterStatus.CLOSED,
)
"""The states of a letter that has left the house: locked, and read by everyone in the program."""

_S = LetterStatus
MOVES: Mapping[LetterStatus, tuple[LetterStatus, ...]] = MappingProxyType(
    {
        _S.DRAFT: (_S.IN_REVIEW,),
        _S.IN_REVIEW: (_S.DRAFT, _S.DECIDED),
        _S.DECIDED: (_S.SENT, _S.DRAFT),  # until it is out, something may still be found in it
        _S.SENT: (_S.ACKNOWLEDGED, _S.EXTENDED, _S.ANSWERED, _S.SILENT),
        _S.ACKNOWLEDGED: (_S.EXTENDED, _S.ANSWERED, _S.SILENT),
        # An answer may be put off again, and one that was given up may still come.
        _S.EXTENDED: (_S.EXTENDED, _S.ANSWERED, _S.SILENT),
        _S.ANSWERED: (_S.CLOSED,),
        _S.SILENT: (_S.ACKNOWLEDGED, _S.EXTENDED, _S.ANSWERED, _S.CLOSED),
        _S.CLOSED: (),
    }
)
"""The allowed moves. Only a draft may be changed; until it is sent, a letter can go back to being one."""


SUMMED_UP = (LetterStatus.ANSWERED, LetterStatus.SILENT)
"""What the coordinator sums up when it has come; of a receipt or a new day nothing more need be said."""


class MoveRefused(ValueError):
    """A move that the letter's state does not admit. `source` and `target` are the states."""

    def __init__(self, source: LetterStatus, target: LetterStatus) -> None:
        super().__init__(f"{source} -> {target}")
        self.source = source
        self.target = target


def moves_from(status: LetterStatus) -> tuple[LetterStatus, ...]:
    """The states that a letter can go to next."""
    return MOVES[status]


def may_move(source: LetterStatus, target: LetterStatus) -> bool:
    """Whether a letter can go from one state to the other in one step."""
    return target in MOVES[source]


def check_move(source: LetterStatus, target: LetterStatus) -> None:
    """Raises MoveRefused unless the move is allowed."""
    if not may_move(source, target):
        raise MoveRefused(source, target)
