"""Takes the numbers of a draft anew. The old ones are kept, and not a word of the text is touched."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.days import day_of
from deviations.domain.letters import Evidence
from deviations.domain.roles import Actor
from deviations.models import Letter, LetterSnapshot
from deviations.queries import letter_evidence
from deviations.services import audit
from deviations.services.letter_steps import held_draft


def now(session: Session, letter: Letter, at: datetime) -> list[Evidence]:
    """What the evidence of the letter's barriers would be today, in their order; nothing is saved."""
    return [
        letter_evidence.evidence(session, one.barrier, day_of(at), letter.recipients, letter.copies)
        for one in letter.numbers
    ]


def renew(session: Session, actor: Actor, letter: Letter, *, shown: int, at: datetime) -> bool:
    """Takes the numbers of all its barriers under the next number, and says whether there was anything new in them;
    what says the same again but for the day is not taken.

    `shown` is the number of those that were compared: if others were taken since, StaleDataError. Raises NotAllowed
    (`only_drafts_change`), and NotFound when no report is left in a barrier.
    """
    held_draft(session, actor, letter)
    session.refresh(letter, ["snapshots"])
    before = letter.numbers
    if before[0].number != shown:
        raise StaleDataError(f"numbers taken meanwhile: letter {letter.id}")
    found = now(session, letter, at)
    if not any(map(differs, [Evidence.from_json(one.evidence) for one in before], found)):
        return False
    letter.snapshots += [
        LetterSnapshot(
            number=shown + 1,
            position=old.position,
            barrier_id=old.barrier_id,
            evidence=evidence.to_json(),
            actor_id=actor.id,
            at=at,
        )
        for old, evidence in zip(before, found, strict=True)
    ]
    session.flush()
    audit.record(session, actor, "letter.numbers_taken", f"letter:{letter.id}", at, {"number": shown + 1})
    return True


def differs(one: Evidence, other: Evidence) -> bool:
    """Whether two say different things, whenever and to whom they were to be said."""
    return replace(other, taken_on=one.taken_on, recipients=one.recipients, copies=one.copies) != one
