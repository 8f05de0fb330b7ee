"""Words the mail by which a letter goes to its recipient, with the PDF that was sealed."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from deviations.adapters.mail import Attached, Undelivered
from deviations.domain.letter_words import day
from deviations.domain.letters import Delivery, FileKind
from deviations.jobs.wording import Worded, rendered
from deviations.models import Letter, LetterDispatch, OutgoingMail, User
from deviations.services import letter_seal
from deviations.services.letter_sending import file_name


@dataclass(frozen=True, slots=True)
class Out:
    """The mail's words and its file, and the address of whoever sends it."""

    words: Worded
    pdf: Attached
    answers_to: str


def worded(session: Session, mail: OutgoingMail) -> Out | None:
    """What the recipient gets; None when the letter was sent to it in another way meanwhile.

    Raises Undelivered (`changed`, for good) for a letter that is not what was sealed: such a one never leaves.
    """
    dispatch = session.get(LetterDispatch, json.loads(mail.detail)["dispatch"])
    if dispatch is None or dispatch.delivery is not Delivery.MAIL or dispatch.address != mail.address:
        return None
    letter = dispatch.letter
    pdf = letter.file(FileKind.PDF)
    if pdf is None or letter_seal.check(letter):
        raise Undelivered("changed", for_good=True)
    sender = session.get_one(User, dispatch.actor_id)
    return Out(
        words=rendered(mail.kind, "sv", _told(letter, dispatch, sender)),
        pdf=Attached(f"{file_name(letter)}.pdf", "application/pdf", pdf.content),
        answers_to=sender.email,
    )


def _told(letter: Letter, dispatch: LetterDispatch, sender: User) -> dict[str, object]:
    return {
        "sender": letter.association.name,
        "number": letter.registry_number,
        "title": letter.title,
        "to": dispatch.agency.name,
        "recipients": ", ".join(agency.name for agency in letter.recipients),
        "copies": ", ".join(agency.name for agency in letter.copies),
        "copy": dispatch.copy,
        "answer_by": day(letter.answer_by) if letter.answer_by is not None else "",
        "handler": sender.name,
    }
