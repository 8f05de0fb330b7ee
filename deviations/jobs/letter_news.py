"""What a coordinator's mail about a letter says: what a recipient did behind its link, and whose day has gone by. What
is so no more when the mail is sent is not told.
"""

import json
from datetime import date

from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.notices import Notice
from deviations.models import Agency, Letter, OutgoingMail, PromisedAction
from deviations.queries import letter_answers as answers


def told(session: Session, mail: OutgoingMail, letter: Letter, today: date) -> dict[str, object] | None:
    """What the mail's own template needs beside the letter; None when there is nothing to tell any more."""
    detail: dict[str, object] = json.loads(mail.detail)
    if mail.kind is Notice.RECIPIENT_ACTED:
        agency = session.get(Agency, detail["agency"])
        due = answers.due_from(letter, agency) if agency else letter.answer_by
        return {**detail, "who": agency.name if agency else "", "answer_by": due}
    if mail.kind is Notice.ANSWER_LATE:
        if not answers.is_late(letter, today):
            return None
        late = answers.late_ones(letter, today)
        return {"who": ", ".join(one.name for one in late), "answer_by": answers.next_due(letter)}
    if mail.kind is Notice.PROMISE_LATE:
        action = session.get(PromisedAction, detail["promise"])
        if action is None or action.done_on is not None or letter.status is LetterStatus.CLOSED:
            return None
        who = action.reply.agency or (letter.recipients[0] if len(letter.recipients) == 1 else None)
        return {"who": who.name if who else "", "due_on": action.due_on}
    return detail
