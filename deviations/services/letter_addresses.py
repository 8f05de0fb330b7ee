"""Says to whom a draft goes, who gets a copy, and which further barriers it takes up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain.days import day_of
from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import Agency, Barrier, Letter, LetterCase, LetterSnapshot
from deviations.queries import letter_evidence
from deviations.services import audit, letter_writing
from deviations.services.letter_steps import coordinator_only


def readdress(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    recipients: Sequence[Agency],
    copies: Sequence[Agency],
    further: Sequence[Barrier],
    version: int,
    at: datetime,
) -> bool:
    """Sets recipients, copies and further barriers; what was so already changes nothing.

    The numbers of a barrier that comes along are taken now, all others stand as they were taken; the cases of one that
    goes go with it. A text that nobody has touched is written anew; whether it was is given back.

    Raises NotAllowed (`only_drafts_change`, as `letter_writing.check_count`, and for those that come along as
    `check_barriers`), Incomplete (`needs_recipient`), NotFound for a barrier without reports, and StaleDataError.
    """
    coordinator_only(actor)
    if letter.status is not LetterStatus.DRAFT:
        raise NotAllowed("only_drafts_change")
    if not recipients:
        raise Incomplete("needs_recipient")
    about = letter_writing.in_order(letter.barrier, further)
    letter_writing.check_count(about)
    letter_writing.check_barriers([one for one in about if one not in letter.about])
    others = [agency for agency in copies if agency not in recipients]
    before = (set(letter.recipients), set(letter.copies), set(letter.about))
    set_committed_value(letter, "version", version)
    if before == (set(recipients), set(others), set(about)):
        return False
    untouched = letter_writing.fresh(session, letter) == (letter.title, letter.body)
    letter.recipients, letter.copies, letter.changed_at = list(recipients), others, at
    if about != letter.about:
        _retake(session, actor, letter, about, at)
    session.flush()
    told = {"recipients": [one.id for one in recipients], "copies": [one.id for one in others]}
    told["barriers"] = [one.id for one in about]
    audit.record(session, actor, "letter.addressed", f"letter:{letter.id}", at, told)
    if untouched:
        letter_writing.redraft(session, actor, letter, version=letter.version, at=at)
    return untouched


def _retake(session: Session, actor: Actor, letter: Letter, about: list[Barrier], at: datetime) -> None:
    """The barriers as they are now to be, under a new number: what was taken before goes along as it is."""
    taken = {one.barrier_id: one for one in letter.numbers}
    number = letter.numbers[0].number + 1
    for position, barrier in enumerate(about):
        old = taken.get(barrier.id)
        if old is None:
            found = letter_evidence.evidence(session, barrier, day_of(at), letter.recipients, letter.copies)
            told = {"evidence": found.to_json(), "actor_id": actor.id, "at": at}
        else:
            told = {"evidence": old.evidence, "actor_id": old.actor_id, "at": old.at}
        letter.snapshots.append(LetterSnapshot(number=number, position=position, barrier_id=barrier.id, **told))
    ids = [one.id for one in about]
    session.execute(delete(LetterCase).where(LetterCase.letter_id == letter.id, LetterCase.barrier_id.not_in(ids)))
    session.expire(letter, ["cases"])
    letter.further = about[1:]
