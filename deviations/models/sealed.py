"""What was sent stands: no flush changes a sent letter, its texts, numbers, cases or files. An UPDATE past the
session's objects is found by the letter's seal.
"""

from typing import Any

from sqlalchemy import Connection, event, inspect, select
from sqlalchemy.orm import Mapper

from deviations.domain.letters import OUT
from deviations.models.letters import Letter, LetterCase, LetterFile, LetterSnapshot, LetterVersion

FROZEN = (
    *("barrier_id", "association_id", "author_id", "title", "body", "created_at", "registry_number", "sent_on", "seal"),
    "head",
    *("decided_by", "decided_on", "decided_paragraph"),
    *("further", "recipients", "copies", "snapshots", "cases", "versions", "files"),
)
"""What of a letter stands for ever once it is sent. Its answer, and the day until which that is waited for, do not."""


class SealedLetter(Exception):
    """Something tried to change what was sent. The services refuse it before, in words; this is the wall behind."""


def _sent(connection: Connection, letter_id: int) -> bool:
    """Whether the letter was sent already before this flush."""
    letter = Letter.__table__
    return connection.scalar(select(letter.c.status).where(letter.c.id == letter_id)) in OUT


def _keep_letter(mapper: Mapper[Letter], connection: Connection, letter: Letter) -> None:
    """Raises SealedLetter for a change of what was sent, and for a letter that would be taken back."""
    state = inspect(letter)
    changed = [name for name in FROZEN if state.attrs[name].history.has_changes()]
    if (changed or letter.status not in OUT) and _sent(connection, letter.id):
        raise SealedLetter(changed or ["status"])


def _keep_part(mapper: Mapper[Any], connection: Connection, part: Any) -> None:
    """Raises SealedLetter for a version, numbers, a case or a file of a sent letter that is added, changed or lost."""
    if _sent(connection, part.letter_id):
        raise SealedLetter([mapper.local_table.description])


event.listen(Letter, "before_update", _keep_letter)
for _part in (LetterVersion, LetterSnapshot, LetterCase, LetterFile):
    for _act in ("before_insert", "before_update", "before_delete"):
        event.listen(_part, _act, _keep_part)
