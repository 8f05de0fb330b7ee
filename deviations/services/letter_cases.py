"""Keeps the typical cases of a letter: chosen by its writer, in words that she has read and passed, in her order."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from deviations.domain import privacy
from deviations.domain.roles import Actor
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.models import Barrier, Deviation, Letter, LetterCase
from deviations.queries import barriers
from deviations.services import audit, letter_guard
from deviations.services.checks import check_texts
from deviations.services.letter_steps import held_draft

FEWEST, MOST = 2, 4
"""How many cases of one barrier a letter should and may have (domain facts 4.1)."""


def take(
    session: Session,
    actor: Actor,
    letter: Letter,
    deviation: Deviation,
    text: str,
    *,
    keep: Collection[str] = (),
    at: datetime,
) -> LetterCase:
    """Takes a report in as a typical case, last of its barrier, in these words; one that is there gets the new words.

    `keep` are the words that she says point nobody out (`privacy.key`); what was passed before for this letter counts
    too. Raises NotAllowed (`only_drafts_change`,
    `not_of_letter` for a report of none of its barriers, `too_many_cases`, `names_not_judged` when something may point
    somebody out), Incomplete (`needs_case_text`) and PersonalData.
    """
    _held(session, actor, letter)
    _check_words(session, letter, text, keep)
    barrier = _barrier_of(session, letter, deviation)
    known = next((one for one in letter.cases if one.deviation_id == deviation.id), None)
    if known is None:
        beside = [one for one in letter.cases if one.barrier_id == barrier.id]
        if len(beside) >= MOST:
            raise NotAllowed("too_many_cases")
        known = LetterCase(
            barrier_id=barrier.id,
            deviation_id=deviation.id,
            position=max((one.position for one in letter.cases), default=-1) + 1,
        )
        letter.cases.append(known)
    known.text, known.passed_by_id, known.passed_at = text, actor.id, at
    session.flush()
    marks = sorted(letter_guard.mark(letter, word) for word in keep)
    told = {"deviation": deviation.id, "passed": marks}
    audit.record(session, actor, "letter.case_passed", f"letter:{letter.id}", at, told)
    return known


def move(session: Session, actor: Actor, letter: Letter, deviation_id: int, *, up: bool, at: datetime) -> None:
    """Lets a case change places with the one before it (or after it) of the same barrier, if there is one. Raises
    NotAllowed (`only_drafts_change`), and NotFound for what is no case of this letter.
    """
    _held(session, actor, letter)
    case = _case(letter, deviation_id)
    beside = [one for one in letter.cases if one.barrier_id == case.barrier_id]
    place = beside.index(case) + (-1 if up else 1)
    if not 0 <= place < len(beside):
        return
    case.position, beside[place].position = beside[place].position, case.position
    session.flush()
    session.expire(letter, ["cases"])
    audit.record(session, actor, "letter.cases_ordered", f"letter:{letter.id}", at)


def drop(session: Session, actor: Actor, letter: Letter, deviation_id: int, *, at: datetime) -> None:
    """Takes a case out of the letter. Raises as `move`."""
    _held(session, actor, letter)
    session.delete(_case(letter, deviation_id))
    session.flush()
    session.expire(letter, ["cases"])
    audit.record(session, actor, "letter.case_dropped", f"letter:{letter.id}", at, {"deviation": deviation_id})


def _held(session: Session, actor: Actor, letter: Letter) -> None:
    held_draft(session, actor, letter)
    session.refresh(letter, ["cases"])


def _check_words(session: Session, letter: Letter, text: str, keep: Collection[str]) -> None:
    if not text:
        raise Incomplete("needs_case_text")
    check_texts({"text": text})
    known = letter_guard.passed(session, letter)
    if any(letter_guard.mark(letter, privacy.key(text, span)) not in known for span in privacy.kept(text, keep)):
        raise NotAllowed("names_not_judged")


def _barrier_of(session: Session, letter: Letter, deviation: Deviation) -> Barrier:
    """The letter's barrier in which the report counts, also by way of one that was merged into it."""
    for barrier in letter.about:
        if deviation.barrier_id in barriers.family(session, barrier):
            return barrier
    raise NotAllowed("not_of_letter")


def _case(letter: Letter, deviation_id: int) -> LetterCase:
    found = next((one for one in letter.cases if one.deviation_id == deviation_id), None)
    if found is None:
        raise NotFound
    return found
