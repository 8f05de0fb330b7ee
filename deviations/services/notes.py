"""Keeps internal notes: what leads and the coordinator say to each other about a report or a barrier."""

from datetime import datetime

from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import Barrier, Deviation, InternalNote
from deviations.queries import notes
from deviations.services import audit
from deviations.services.checks import check_texts


def add(session: Session, actor: Actor, about: Deviation | Barrier, text: str, *, at: datetime) -> InternalNote:
    """One more note about a report or a barrier; notes are never changed, so two who write at once lose none.

    Raises NotAllowed for those who may not read such notes, Incomplete without a text, and PersonalData for the field
    `text`.
    """
    if not notes.may(actor, about):
        raise NotAllowed("not_your_notes")
    if not text.strip():
        raise Incomplete("needs_text")
    check_texts({"text": text})
    noted = InternalNote(author_id=actor.id, at=at, text=text)
    if isinstance(about, Barrier):
        noted.barrier_id, subject = about.id, f"barrier:{about.id}"
    else:
        noted.deviation_id, subject = about.id, f"deviation:{about.id}"
    session.add(noted)
    session.flush()
    audit.record(session, actor, f"{subject.partition(':')[0]}.noted", subject, at, {"note": noted.id})
    return noted
