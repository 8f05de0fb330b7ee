"""Takes a letter from a recurring barrier to a sent, locked document and on to its answer."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain import letters as rules
from deviations.domain.days import day_of
from deviations.domain.letter_words import day
from deviations.domain.letters import Answer, LetterStatus
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed
from deviations.models import Agency, Association, Barrier, Letter, LetterVersion, Move, Reply, Series
from deviations.queries import letters as reading
from deviations.queries import people, standings
from deviations.services import audit, notices, policy
from deviations.services.filing import check_texts

if TYPE_CHECKING:
    from deviations.adapters.letter_sheet import LetterSheet

# What a super-complaint gives a regulator (anchors, field 5); the letter says the day.
ANSWER_WITHIN = timedelta(days=90)
REPLIES = (LetterStatus.ACKNOWLEDGED, LetterStatus.EXTENDED, LetterStatus.ANSWERED, LetterStatus.SILENT)


def draft(session: Session, actor: Actor, barrier: Barrier, *, recipients: Sequence[Agency], at: datetime) -> Letter:
    """A new draft with its numbers frozen as they stand; the very same asked for twice is one draft.

    Raises NotAllowed for others than the coordinator, for a barrier for which the policy has not fired
    (`not_recurring`), without a recipient (`needs_recipient`), and NotFound when no report is placed in it.
    """
    _coordinator_only(actor)
    if barrier.merged_into_id is not None:
        raise NotAllowed("barrier_merged")
    if barrier.fired_at is None or barrier.status in standings.GONE:
        raise NotAllowed("not_recurring")
    if not recipients:
        raise Incomplete("needs_recipient")
    session.scalar(select(Barrier.id).where(Barrier.id == barrier.id).with_for_update(key_share=True))
    evidence = reading.evidence(session, barrier, day_of(at), recipients)
    twin = reading.untouched(session, actor, barrier, evidence)
    if twin is not None:
        return twin
    letter = Letter(
        barrier=barrier,
        association=_owner(session),
        author_id=actor.id,
        status=LetterStatus.DRAFT,
        title=rules.heading(evidence),
        body=rules.draft(evidence),
        evidence=evidence.to_json(),
        created_at=at,
        changed_at=at,
        recipients=list(recipients),
    )
    session.add(letter)
    session.flush()
    _keep_version(session, actor, letter, at)
    session.add(Move(at=at, actor_id=actor.id, letter_id=letter.id, target=LetterStatus.DRAFT))
    audit.record(session, actor, "letter.drafted", f"letter:{letter.id}", at, {"barrier": barrier.id})
    return letter


def _owner(session: Session) -> Association:
    program = people.program(session)
    if program is None:
        raise NotAllowed("no_program")
    return program.owner


def save(session: Session, actor: Actor, letter: Letter, *, title: str, body: str, version: int, at: datetime) -> None:
    """Saves a draft's text as its next version; the same text again changes nothing.

    Raises NotAllowed (`only_drafts_change`), PersonalData, TooLarge, and StaleDataError when it was saved since
    `version`.
    """
    from deviations.adapters.letter_tree import check_size

    _coordinator_only(actor)
    if letter.status is not LetterStatus.DRAFT:
        raise NotAllowed("only_drafts_change")
    check_texts({"title": title, "body": body})
    check_size(body)
    set_committed_value(letter, "version", version)
    if (letter.title, letter.body) == (title, body):
        session.flush()
        return
    letter.title, letter.body, letter.changed_at = title, body, at
    session.flush()
    _keep_version(session, actor, letter, at)
    audit.record(session, actor, "letter.saved", f"letter:{letter.id}", at)


def _keep_version(session: Session, actor: Actor, letter: Letter, at: datetime) -> None:
    number = len(session.scalars(select(LetterVersion.id).where(LetterVersion.letter_id == letter.id)).all()) + 1
    session.add(
        LetterVersion(
            letter_id=letter.id,
            number=number,
            title=letter.title,
            body=letter.body,
            author_id=actor.id,
            at=at,
        )
    )
    session.flush()


def submit(session: Session, actor: Actor, letter: Letter, at: datetime) -> None:
    """Hands a draft to the styrgrupp.

    Raises NotAllowed, and Incomplete when an obligatory section is missing or a blank is left that nobody else fills.
    """
    _coordinator_only(actor)
    if rules.missing(letter.body):
        raise Incomplete("needs_sections")
    if set(rules.blanks(letter.body)) - set(rules.WAITING):
        raise Incomplete("needs_blanks")
    _step(session, actor, letter, LetterStatus.IN_REVIEW, at)


def send_back(session: Session, actor: Actor, letter: Letter, note: str, at: datetime) -> None:
    """The styrgrupp (or its writer) makes it a draft again, saying why. Raises NotAllowed, Incomplete."""
    if not actor.has(Role.STEERING, Role.COORDINATOR):
        raise NotAllowed("steering_only")
    if not note:
        raise Incomplete("needs_note")
    check_texts({"note": note})
    _step(session, actor, letter, LetterStatus.DRAFT, at, note=note)


def decide(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    body: str,
    on: date,
    paragraph: str,
    at: datetime,
    took_part: str = "",
    signer: str = "",
    version: int | None = None,
) -> None:
    """Records that a body decided to send the letter, when, and where in its minutes. The styrgrupp's move.

    `version` is the one that was read: a letter that was sent back and changed since raises StaleDataError.
    The decision is written into the blanks that the draft left for it (FL 31 §: day, who decided, who presented it).
    """
    if not actor.has(Role.STEERING):
        raise NotAllowed("steering_only")
    if not body or not paragraph:
        raise Incomplete("needs_decision")
    check_texts({"body": body, "paragraph": paragraph, "took_part": took_part, "signer": signer})
    _check(letter, LetterStatus.DECIDED)
    if version is not None:
        set_committed_value(letter, "version", version)
    letter.decided_by, letter.decided_on, letter.decided_paragraph = body, on, paragraph
    decided = f"{body} den {day(on)}, {_section(paragraph)}"
    said = {
        rules.DECISION: decided,
        rules.DECIDERS: took_part,
        rules.PRESENTER: letter.author.name,
        rules.SIGNATURE: signer,
    }
    _fill(session, actor, letter, said, at)
    _step(session, actor, letter, LetterStatus.DECIDED, at, note=decided)


def _fill(session: Session, actor: Actor, letter: Letter, said: dict[str, str], at: datetime) -> None:
    filled = rules.fill(letter.body, said)
    if filled != letter.body:
        letter.body = filled
        _keep_version(session, actor, letter, at)


def _section(paragraph: str) -> str:
    return paragraph if "§" in paragraph else f"§ {paragraph}"


def send(session: Session, actor: Actor, letter: Letter, *, at: datetime) -> None:
    """Gives the letter its registry number, seals the file that is sent, and marks the barrier as escalated."""
    from deviations.adapters.letter_pdf import letter_pdf

    _coordinator_only(actor)
    _check(letter, LetterStatus.SENT)
    letter.registry_number = _next_number(session, letter.association, day_of(at).year)
    letter.sent_on = day_of(at)
    letter.answer_by = day_of(at) + ANSWER_WITHIN
    _fill(session, actor, letter, {rules.ANSWER_DAY: day(letter.answer_by)}, at)
    letter.sent_pdf = letter_pdf(_sheet(letter, mark=""))
    letter.sha256 = hashlib.sha256(letter.sent_pdf).hexdigest()
    _step(session, actor, letter, LetterStatus.SENT, at, detail={"sha256": letter.sha256})
    if letter.barrier.status in (BarrierStatus.RECURRING, BarrierStatus.ANSWERED, BarrierStatus.RETURNED):
        policy.change_status(session, actor, letter.barrier, BarrierStatus.ESCALATED, at, detail={"letter": letter.id})
    notices.letter_sent(session, actor, letter, at)


def _next_number(session: Session, association: Association, year: int) -> str:
    """The next number of the association's series; its locked row keeps two letters from getting the same."""
    session.scalar(select(Association.id).where(Association.id == association.id).with_for_update(key_share=True))
    series = session.get(Series, (association.id, year), populate_existing=True)
    if series is None:
        series = Series(association_id=association.id, year=year, last=0)
        session.add(series)
    series.last += 1
    session.flush()
    return f"{association.code} {year}/{series.last}"


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
) -> Reply:
    """Notes what the recipient answered, or that no answer came; an answer marks the barrier as answered.

    `answer_by` is the new day when the recipient asked for more time. Raises NotAllowed, Incomplete without a summary,
    without what the answer said, or without the new day.
    """
    _coordinator_only(actor)
    if kind not in REPLIES:
        raise NotAllowed("no_such_move")
    if not summary:
        raise Incomplete("needs_note")
    if kind is LetterStatus.ANSWERED and answer is None:
        raise Incomplete("needs_answer")
    if kind is LetterStatus.EXTENDED and answer_by is None:
        raise Incomplete("needs_answer_day")
    check_texts({"summary": summary, "their_number": their_number})
    reply = Reply(
        letter_id=letter.id,
        kind=kind,
        answer=answer if kind is LetterStatus.ANSWERED else None,
        received_on=received_on,
        their_number=their_number,
        summary=summary,
        recorded_at=at,
        recorded_by_id=actor.id,
    )
    session.add(reply)
    if kind is LetterStatus.EXTENDED:
        letter.answer_by = answer_by
    _step(session, actor, letter, kind, at)
    if kind is LetterStatus.ANSWERED and letter.barrier.status is BarrierStatus.ESCALATED:
        policy.change_status(session, actor, letter.barrier, BarrierStatus.ANSWERED, at, detail={"letter": letter.id})
    if kind is LetterStatus.ANSWERED:
        notices.answer_came(session, actor, letter, reply, at)
    return reply


def close(session: Session, actor: Actor, letter: Letter, note: str, at: datetime) -> None:
    """Ends an answered or unanswered letter, saying how it went. Raises NotAllowed, Incomplete."""
    _coordinator_only(actor)
    if not note:
        raise Incomplete("needs_note")
    check_texts({"note": note})
    _step(session, actor, letter, LetterStatus.CLOSED, at, note=note)


def _check(letter: Letter, target: LetterStatus) -> None:
    try:
        rules.check_move(letter.status, target)
    except rules.MoveRefused:
        raise NotAllowed("no_such_move") from None


def _step(
    session: Session,
    actor: Actor,
    letter: Letter,
    target: LetterStatus,
    at: datetime,
    *,
    note: str = "",
    detail: dict[str, object] | None = None,
) -> None:
    _check(letter, target)
    source, letter.status, letter.changed_at = letter.status, target, at
    session.add(Move(at=at, actor_id=actor.id, letter_id=letter.id, source=source, target=target, note=note))
    session.flush()
    audit.record(
        session,
        actor,
        "letter.moved",
        f"letter:{letter.id}",
        at,
        {"from": source, "to": target, **(detail or {})},
    )


def sheet(letter: Letter) -> "LetterSheet":
    """The letter as it is laid out on paper; until it is sent it is marked as a draft."""
    return _sheet(letter, mark="" if letter.status in rules.OUT else "UTKAST")


def _sheet(letter: Letter, mark: str) -> "LetterSheet":
    from deviations.adapters.letter_sheet import LetterSheet

    return LetterSheet(
        sender=(letter.association.name,),
        place_and_date=day(letter.sent_on or day_of(letter.changed_at)),
        registry_number=letter.registry_number or "",
        your_reference="",
        handler=letter.author.name,
        recipients=tuple(agency.name for agency in letter.recipients),
        copies=(),
        title=letter.title,
        body=letter.body,
        mark=mark,
        dated=letter.sent_on or day_of(letter.changed_at),
    )


def draft_sheet(session: Session, barrier: Barrier, today: date) -> "LetterSheet":
    """What a draft about a barrier would look like now, without saving anything.

    Raises NotFound when no report is placed in it.
    """
    from deviations.adapters.letter_sheet import LetterSheet

    evidence = reading.evidence(session, barrier, today)
    return LetterSheet(
        sender=(evidence.association,),
        place_and_date=day(today),
        registry_number="",
        your_reference="",
        handler="",
        recipients=("Nationella rådet för finansiell samordning",),
        copies=(),
        title=rules.heading(evidence),
        body=rules.draft(evidence),
        mark="UTKAST",
        dated=today,
    )


def _coordinator_only(actor: Actor) -> None:
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
