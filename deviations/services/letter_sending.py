"""Sends a letter: gives it its registry number, freezes its files, seals what was sent, marks its barriers as
escalated, and keeps how it went to each recipient.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.adapters.mail import address as mail_address
from deviations.domain import letters as rules
from deviations.domain.days import day_of
from deviations.domain.letter_words import day
from deviations.domain.letters import OUT, Delivery, LetterStatus
from deviations.domain.notices import MailState
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed
from deviations.models import Agency, Association, Barrier, Letter, LetterDispatch, LetterFile, Series
from deviations.queries import letter_mails
from deviations.services import audit, letter_deadlines, letter_guard, letter_seal, letter_sheets, notices, policy
from deviations.services.letter_steps import check, coordinator_only, fill, step

MAY_ESCALATE = (BarrierStatus.RECURRING, BarrierStatus.ANSWERED, BarrierStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class Way:
    """How the letter goes to one party: by mail to an address, or by post or e-service on a day."""

    agency: Agency
    delivery: Delivery
    on: date
    address: str = ""


def send(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    at: datetime,
    ways: Sequence[Way],
    kept: Collection[str] = (),
    version: int | None = None,
) -> None:
    """Gives a decided letter its registry number, the next of its association's series, and sends it these ways, one
    for each recipient; how a copy goes may be told later (`dispatch`). Text, numbers, cases, files and names stand from
    now on.

    `kept` are the words (by their keys) that she has read and says point out nobody. Raises NotAllowed, Incomplete
    (as `dispatch`, and `needs_way` where a recipient has none), PointsOut, and StaleDataError when the letter was
    changed since `version`.
    """
    coordinator_only(actor)
    check(letter, LetterStatus.SENT)
    for way in ways:
        check_way(letter, way, day_of(at), day_of(at))
    if set(letter.recipients) - {way.agency for way in ways}:
        raise Incomplete("needs_way")
    passed = letter_guard.check(session, letter, kept)
    if version is not None:
        set_committed_value(letter, "version", version)
    letter.registry_number = _next_number(session, letter.association, day_of(at).year)
    letter.sent_on = day_of(at)
    due = letter_deadlines.promise(session, letter, letter.sent_on)
    fill(session, actor, letter, {rules.ANSWER_DAY: day(due.on)}, at)
    _freeze(letter)
    session.flush()  # what stands behind the letter is written before it is sent: afterwards nothing is taken in
    told: dict[str, object] = {"seal": letter.seal, "parts": letter_seal.digests(letter)}
    if passed:
        told["passed"] = passed
    step(session, actor, letter, LetterStatus.SENT, at, detail=told)
    for barrier in letter.about:
        _escalate(session, actor, letter, barrier, at)
    notices.letter_sent(session, actor, letter, at)
    for way in ways:
        dispatch(session, actor, letter, way, at)


def _freeze(letter: Letter) -> None:
    """Keeps who it is from and to, makes the files, without the mark of a draft, and the seal over all that is sent."""
    letter.head = letter_sheets.head(letter).to_json()
    for kind, content in letter_sheets.files(replace(letter_sheets.sheet(letter), mark="")).items():
        letter.files.append(LetterFile(kind=kind, sha256=hashlib.sha256(content).hexdigest(), content=content))
    letter.seal = letter_seal.seal(letter)


def _escalate(session: Session, actor: Actor, letter: Letter, barrier: Barrier, at: datetime) -> None:
    if barrier.status in MAY_ESCALATE:
        policy.change_status(session, actor, barrier, BarrierStatus.ESCALATED, at, detail={"letter": letter.id})


def dispatch(session: Session, actor: Actor, letter: Letter, way: Way, at: datetime) -> LetterDispatch:
    """Keeps how a sent letter goes to one of its recipients, or to one who gets a copy; by mail it is put in the outbox
    with the PDF, and the address is kept for the next letter. Told again, the way is another, and a mail that still
    waits is withdrawn.

    Raises NotAllowed (`not_sent`, `not_a_recipient`, `way_day`, `mail_on_its_way`), Incomplete (`needs_address`).
    """
    coordinator_only(actor)
    if letter.status not in OUT or letter.sent_on is None:
        raise NotAllowed("not_sent")
    check_way(letter, way, letter.sent_on, day_of(at))
    kept = next((one for one in letter.dispatches if one.agency_id == way.agency.id), None)
    if kept is None:
        kept = LetterDispatch(agency=way.agency, copy=way.agency not in letter.recipients)
        letter.dispatches.append(kept)
    elif _stands(session, kept, way, at):
        return kept
    kept.delivery, kept.address, kept.on, kept.actor_id = way.delivery, way.address, way.on, actor.id
    session.flush()
    if way.delivery is Delivery.MAIL:
        way.agency.email = way.address
        notices.letter_out(session, kept, at)
    told = {"agency": way.agency.code, "by": way.delivery, "on": way.on.isoformat()}
    audit.record(session, actor, "letter.dispatched", f"letter:{letter.id}", at, told)
    return kept


def check_way(letter: Letter, way: Way, first: date, last: date) -> None:
    """Raises NotAllowed (`not_a_recipient`, `way_day`: not between these days) and Incomplete (`needs_address`)."""
    if way.agency not in (*letter.recipients, *letter.copies):
        raise NotAllowed("not_a_recipient")
    if not first <= way.on <= last:
        raise NotAllowed("way_day")
    if way.delivery is Delivery.MAIL:
        try:
            mail_address(way.address)
        except ValueError:
            raise Incomplete("needs_address") from None


def _stands(session: Session, kept: LetterDispatch, way: Way, at: datetime) -> bool:
    """Whether this very way was told before, so that a press sent twice does one thing. A mail of another way is taken
    back if it still waits. Raises NotAllowed (`mail_on_its_way`) while a worker is sending it.
    """
    mail = letter_mails.of(session, kept.letter_id).get(kept.agency_id)
    waits = mail is not None and mail.state is MailState.WAITING
    if (kept.delivery, kept.address, kept.on) == (way.delivery, way.address, way.on):
        went = mail is not None and mail.state in (MailState.WAITING, MailState.SENT)
        return went or way.delivery is not Delivery.MAIL
    if mail is not None and waits:
        if mail.claimed_until is not None and mail.claimed_until > at:
            raise NotAllowed("mail_on_its_way")
        mail.state = MailState.WITHDRAWN
    return False


def file_name(letter: Letter) -> str:
    """What a letter's files are called, without an ending; a draft's say that it is one."""
    number = re.sub(r"[^A-Za-z0-9]+", "-", letter.registry_number or "").strip("-")
    return f"skrivelse-{number or letter.id}" + ("" if letter.status in OUT else "-utkast")


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
