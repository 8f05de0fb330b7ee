"""Reminders: the coordinator is told once when an answer day has gone by, and can send a reminder that is ready
written. While longer time runs nobody is told or reminded.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.letter_reminder import Unanswered, heading
from deviations.domain.letter_reminder import reminder as written
from deviations.domain.letter_words import day
from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import Letter, LetterReminder
from deviations.queries import letter_answers as answers
from deviations.services import audit, letter_deadlines, letter_guard, letter_sheets, notices
from deviations.services.checks import check_texts
from deviations.services.letter_steps import coordinator_only

if TYPE_CHECKING:
    from deviations.adapters.letter_sheet import LetterSheet

HEAD = ("sender", "handler", "your_reference", "recipients")
"""The parts of a sheet that a reminder keeps as they were."""


def tell(session: Session, at: datetime) -> int:
    """Tells the coordinators of answers and promised actions whose day has gone by, once for each day; how many mails
    that makes. Can be called at any time.
    """
    audit.wait_turn(session)
    today = day_of(at)
    told = sum(notices.answer_late(session, letter, at) for letter in answers.late(session, today))
    return told + sum(notices.promise_late(session, action, at) for action in answers.late_promises(session, today))


def may_remind(letter: Letter, today: date) -> bool:
    """Whether a reminder can be sent: somebody is waited for whose day has gone by."""
    return answers.is_late(letter, today)


def words(session: Session, actor: Actor, letter: Letter, until: date, today: date) -> str:
    """The ready text of the next reminder, to those whose day has gone by, which asks for an answer by another day."""
    late = answers.late_ones(letter, today)
    days = [day for agency in late if (day := answers.due_from(letter, agency))]
    assert letter.sent_on and days  # a letter that can be reminded of has been sent
    one = len(late) == 1  # what one of several said is not the others'
    own = [reply for reply in letter.replies if one and reply.agency_id in (None, late[0].id)]
    receipts = [reply for reply in own if reply.kind is LetterStatus.ACKNOWLEDGED]
    numbers = [reply.their_number for reply in own if reply.their_number]
    return written(
        Unanswered(
            association=letter.association.name,
            registry_number=letter.registry_number or "",
            title=letter.title,
            body=letter.body,
            sent_on=letter.sent_on,
            asked_by=min(days),
            until=until,
            signer=actor.name,
            extended=one and answers.extension(letter, late[0]) is not None,
            acknowledged_on=receipts[-1].received_on if receipts else None,
            their_number=numbers[-1] if numbers else "",
            reminded_on=[reminder.on for reminder in answers.reminders(session, letter)],
        )
    )


def remind(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    until: date,
    body: str,
    at: datetime,
    passed: Iterable[str] = (),
) -> LetterReminder:
    """Keeps a reminder in the words in which it goes out, under the head that it has now; from now on its day is the
    one that is waited for from those whom it goes to. `passed` are the words that point nobody out, as she has said.

    Raises NotAllowed for others than the coordinator and before the answer day has gone by (`not_late`), Incomplete
    without words (`needs_text`) or with a day that has been (`needs_until`), PersonalData, TooLarge.
    """
    from deviations.adapters.letter_tree import check_size

    coordinator_only(actor)
    audit.wait_turn(session)
    session.refresh(letter)
    today = day_of(at)
    if not may_remind(letter, today):
        raise NotAllowed("not_late")
    if not body:
        raise Incomplete("needs_text")
    if until <= today:
        raise Incomplete("needs_until")
    check_texts({"body": body})
    check_size(body)
    number = len(answers.reminders(session, letter)) + 1
    kept = LetterReminder(letter=letter, number=number, on=today, answer_by=until, body=body, actor_id=actor.id, at=at)
    kept.head = _head(sheet(letter, body, today))
    session.add(kept)
    letter_deadlines.remind(letter, until, today)
    session.flush()
    told: dict[str, object] = {"reminder": number, "answer_by": until.isoformat()}
    if marks := sorted(letter_guard.mark(letter, key) for key in passed):
        told["passed"] = marks
    audit.record(session, actor, "letter.reminded", f"letter:{letter.id}", at, told)
    return kept


def sheet(letter: Letter, body: str, on: date) -> "LetterSheet":
    """The next reminder as it is laid out on paper: to those whose day has gone by, under the letter's own number."""
    return replace(
        letter_sheets.sheet(letter),
        place_and_date=day(on),
        recipients=tuple(agency.name for agency in answers.late_ones(letter, on)),
        copies=(),
        title=heading(letter.registry_number or ""),
        body=body,
        mark="",
        dated=on,
        charts={},
    )


def _head(sheet: "LetterSheet") -> str:
    """What stands above a reminder's text and could change: sender, handler, reference and recipients, as JSON."""
    return json.dumps({name: getattr(sheet, name) for name in HEAD}, ensure_ascii=False)


def kept_sheet(kept: LetterReminder) -> "LetterSheet":
    """A kept reminder under the head with which it went out, whoever has answered, moved or changed name since."""
    head: dict[str, Any] = {
        name: tuple(told) if isinstance(told, list) else told for name, told in json.loads(kept.head).items()
    }
    return replace(sheet(kept.letter, kept.body, kept.on), **head)
