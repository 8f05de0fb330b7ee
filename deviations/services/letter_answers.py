"""Keeps what came back on a sent letter, or that nothing did, with its files and promises, until the letter is closed.

A letter takes its step at the first reply of a kind; what further recipients say is kept beside it. Each recipient has
the longer time that it asked for itself.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.letters import SUMMED_UP, Answer, LetterStatus, may_move
from deviations.domain.reply_files import CheckedFile, check_together
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed
from deviations.models import Agency, Letter, PromisedAction, RecipientLink, Reply, ReplyFile
from deviations.queries import letter_answers as answers
from deviations.services import audit, letter_deadlines, notices, policy
from deviations.services.checks import check_day, check_texts
from deviations.services.letter_steps import coordinator_only, step


@dataclass(frozen=True, slots=True)
class Promise:
    """What a recipient says that it will do, and by when if it says so."""

    text: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came back: from whom, what kind, and its words. `text` is the recipient's own, `summary` the coordinator's;
    `answer_by` is the day that the recipient names when it asks for more time.
    """

    kind: LetterStatus
    received_on: date
    answer: Answer | None = None
    agency: Agency | None = None
    passed_on_to: str = ""
    answer_by: date | None = None
    their_number: str = ""
    summary: str = ""
    text: str = ""
    files: Sequence[CheckedFile] = ()
    promised: Sequence[Promise] = ()


def record_reply(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    kind: LetterStatus,
    answer: Answer | None,
    received_on: date,
    their_number: str,
    summary: str,
    at: datetime,
    answer_by: date | None = None,
    agency: Agency | None = None,
    text: str = "",
    passed_on_to: str = "",
    files: Sequence[CheckedFile] = (),
    promised: Sequence[Promise] = (),
) -> Reply:
    """Notes what a recipient answered, or that no answer came; an answer marks the letter's barriers as answered.

    `agency` is who answers, None for the only or for all recipients. Raises NotAllowed for others than the coordinator
    and for what can't come now, Incomplete without a summary of what needs one, and as `keep`.
    """
    coordinator_only(actor)
    audit.wait_turn(session)  # of two who note the same answer, the second one sees the first one's
    session.refresh(letter)
    session.expire(letter, ["replies"])
    if kind in SUMMED_UP and not summary:
        raise Incomplete("needs_note")
    said = Said(
        kind=kind,
        received_on=received_on,
        answer=answer,
        agency=agency,
        passed_on_to=passed_on_to,
        answer_by=answer_by,
        their_number=their_number,
        summary=summary,
        text=text,
        files=files,
        promised=promised,
    )
    return keep(session, actor, letter, said, at)


def keep(
    session: Session,
    actor: Actor | None,
    letter: Letter,
    said: Said,
    at: datetime,
    *,
    link: RecipientLink | None = None,
) -> Reply:
    """Keeps a reply, by a coordinator or (None) by the recipient behind its link; the very same sent twice is one.

    Raises NotAllowed (`no_such_move`, `not_yet_happened`), Incomplete (`needs_answer`, `needs_answer_day`,
    `needs_passed_on`), PersonalData, and BadFile for files that are too many or too large together.
    """
    _check(said, at)
    twin = _twin(letter, said)
    if twin is not None:
        return twin
    if said.kind not in answers.open_kinds(letter, said.agency):
        raise NotAllowed("no_such_move")
    reply = _reply(letter, said, at)
    reply.recorded_by_id, reply.link_id = (actor.id if actor else None), (link.id if link else None)
    session.add(reply)
    session.flush()
    _take_step(session, actor, letter, reply, at)
    _keep_day(letter, reply)
    if said.kind is LetterStatus.ANSWERED:
        _answer(session, actor, letter, reply, at)
    return reply


def _check(said: Said, at: datetime) -> None:
    if said.kind is LetterStatus.ANSWERED and said.answer is None:
        raise Incomplete("needs_answer")
    if said.kind is LetterStatus.ANSWERED and said.answer is Answer.PASSED_ON and not said.passed_on_to:
        raise Incomplete("needs_passed_on")
    if said.kind is LetterStatus.EXTENDED and (said.answer_by is None or said.answer_by <= said.received_on):
        raise Incomplete("needs_answer_day")
    check_day(said.received_on, at)
    check_together(said.files)
    texts = {"summary": said.summary, "text": said.text, "their_number": said.their_number}
    texts["passed_on_to"] = said.passed_on_to
    check_texts({**texts, **{f"action_{n}": one.text for n, one in enumerate(said.promised, 1)}})


def _twin(letter: Letter, said: Said) -> Reply | None:
    """The newest reply where it says the very same, as when a button is pressed twice."""
    newest = max(letter.replies, key=lambda reply: reply.id, default=None)
    if newest is None:
        return None
    same = _told(said)
    return newest if all(getattr(newest, name) == value for name, value in same.items()) else None


def _told(said: Said) -> dict[str, object]:
    """What a reply keeps of it, by column; an answer and to whom it was passed on belong to answers only."""
    answered = said.kind is LetterStatus.ANSWERED
    return {
        "kind": said.kind,
        "answer": said.answer if answered else None,
        "agency_id": said.agency.id if said.agency else None,
        "passed_on_to": said.passed_on_to if answered and said.answer is Answer.PASSED_ON else "",
        "received_on": said.received_on,
        "answer_by": said.answer_by if said.kind is LetterStatus.EXTENDED else None,
        "their_number": said.their_number,
        "summary": said.summary,
        "text": said.text,
    }


def _reply(letter: Letter, said: Said, at: datetime) -> Reply:
    return Reply(
        **_told(said),
        letter=letter,
        recorded_at=at,
        files=[
            ReplyFile(
                name=one.name,
                kind=one.kind,
                size=len(one.content),
                sha256=hashlib.sha256(one.content).hexdigest(),
                content=one.content,
            )
            for one in said.files
        ],
        promised=[PromisedAction(text=one.text, due_on=one.due_on) for one in said.promised],
    )


def _take_step(session: Session, actor: Actor | None, letter: Letter, reply: Reply, at: datetime) -> None:
    """The letter's own step where its state admits one; else only a line that the reply was kept. It is given up when
    nobody is waited for any more.
    """
    detail: dict[str, object] = {"reply": reply.id, **({"link": reply.link_id} if reply.link_id else {})}
    waits = reply.kind is LetterStatus.SILENT and answers.waited_for(letter)
    if may_move(letter.status, reply.kind) and not waits:
        step(session, actor, letter, reply.kind, at, detail=detail)
        return
    session.flush()
    audit.record(session, actor, "letter.replied", f"letter:{letter.id}", at, {"kind": reply.kind, **detail})


def _keep_day(letter: Letter, reply: Reply) -> None:
    """The letter's day is the one that a recipient asked for once all who are still waited for have longer time: the
    first of theirs. Before that the day that was asked for holds, for those who have no longer time.
    """
    if reply.kind is not LetterStatus.EXTENDED and len(letter.recipients) == 1:
        return
    asked = [answers.extension(letter, agency) for agency in answers.waited_for(letter)]
    days = [(one.answer_by, one.received_on) for one in asked if one is not None and one.answer_by is not None]
    if days and len(days) == len(asked):
        letter_deadlines.extend(letter, *min(days))


def _answer(session: Session, actor: Actor | None, letter: Letter, reply: Reply, at: datetime) -> None:
    """Every barrier that the letter carried is answered now, and whoever reported is told."""
    for barrier in letter.about:
        if barrier.status is BarrierStatus.ESCALATED:
            policy.change_status(session, actor, barrier, BarrierStatus.ANSWERED, at, detail={"letter": letter.id})
    notices.answer_came(session, actor, letter, reply, at)


def add_promise(session: Session, actor: Actor, letter: Letter, reply: Reply, promise: Promise, at: datetime) -> None:
    """Adds to a reply what the recipient promised in it, or later. Raises NotAllowed, Incomplete, PersonalData."""
    coordinator_only(actor)
    if letter.status is LetterStatus.CLOSED:
        raise NotAllowed("no_such_move")
    if not promise.text:
        raise Incomplete("needs_text")
    check_texts({"text": promise.text})
    action = PromisedAction(text=promise.text, due_on=promise.due_on)
    reply.promised.append(action)
    session.flush()
    audit.record(session, actor, "letter.promise_added", f"letter:{letter.id}", at, {"promise": action.id})


def note_done(session: Session, actor: Actor, action: PromisedAction, done: bool, at: datetime) -> None:
    """Notes that a promised action was carried out, or that it was not after all. Raises NotAllowed."""
    coordinator_only(actor)
    if (action.done_on is not None) is done:
        return
    action.done_on = day_of(at) if done else None
    action.done_by_id = actor.id if done else None
    session.flush()
    told = {"promise": action.id, "done": done}
    audit.record(session, actor, "letter.promise_noted", f"letter:{action.reply.letter_id}", at, told)


def close(session: Session, actor: Actor, letter: Letter, note: str, at: datetime) -> None:
    """Ends an answered or unanswered letter, saying how it went. Raises NotAllowed, Incomplete."""
    coordinator_only(actor)
    if not note:
        raise Incomplete("needs_note")
    check_texts({"note": note})
    step(session, actor, letter, LetterStatus.CLOSED, at, note=note)
