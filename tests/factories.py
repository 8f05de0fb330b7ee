"""Reports, barriers and letters with believable Swedish defaults, made as the program itself makes them."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import SWEDEN, day_of
from deviations.domain.letters import Answer, Delivery, LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus, CloseReason, Status
from deviations.models import Agency, AuditEntry, Barrier, Deviation, Letter, LetterFile, Move, Municipality, Rule, User
from deviations.services import (
    barriers,
    filing,
    letter_answers,
    letter_deadlines,
    letter_deciding,
    letter_guard,
    letter_sending,
    letter_writing,
    triage,
)
from tests import people
from tests.people import People

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = day_of(NOW)  # the day in Sweden, which is what the program counts in
TITLE = "Arbetsträning under tio timmar saknar försäkring"
BODY = "Arbetsförmedlingen tar inte emot någon som orkar mindre än tio timmar, så ingen försäkring gäller."
# One municipality of each subproject, and who files there.
HOMES = (("rut", "Söder", "Haninge"), ("rita", "Norr", "Täby"), ("ruben", "Väst", "Botkyrka"))


def days_ago(days: int) -> datetime:
    """A moment so many days before now, at the same time in Sweden also where the clock has been turned in between."""
    return (NOW.astimezone(SWEDEN) - timedelta(days=days)).astimezone(UTC)


def an_agency(session: Session, code: str = "AF") -> Agency:
    """An agency of the catalogue."""
    return session.scalars(select(Agency).where(Agency.code == code)).one()


def a_rule(session: Session, code: str = "FORS-01") -> Rule:
    """A rule of the catalogue."""
    return session.scalars(select(Rule).where(Rule.code == code)).one()


def a_municipality(session: Session, name: str = "Haninge") -> Municipality:
    """A municipality by name."""
    return session.scalars(select(Municipality).where(Municipality.name == name)).one()


def a_report(
    session: Session, *, place: str = "Söder", municipality: str = "Haninge", agency: str = "AF", **changed: Any
) -> filing.Report:
    """What a person has filled in, not yet filed."""
    given: dict[str, Any] = {
        "title": TITLE,
        "body": BODY,
        "municipality": a_municipality(session, municipality),
        "subproject": people.place(session, place),
        "occurred_on": TODAY,
        "agencies": [an_agency(session, agency)],
    }
    return filing.Report(**{**given, **changed})


def a_filed_deviation(
    session: Session, actor: Actor, *, form_key: str | None = None, at: datetime = NOW, **changed: Any
) -> Deviation:
    """A report filed by this person, at her place unless another is named."""
    home = next(((place, town) for name, place, town in HOMES if name == actor.name.casefold()), None)
    if home is not None:
        changed = {"place": home[0], "municipality": home[1], **changed}
    changed.setdefault("occurred_on", day_of(at))
    report = a_report(session, **changed)
    deviation, _new = filing.file(session, actor, report, form_key=form_key or secrets.token_hex(8), at=at)
    return deviation


def an_occurrence(
    session: Session, of: Barrier | Deviation, *, place: str = "Söder", municipality: str = "Haninge", **changed: Any
) -> filing.Occurrence:
    """What a person says by "samma här", not yet filed."""
    given: dict[str, Any] = {
        "municipality": a_municipality(session, municipality),
        "subproject": people.place(session, place),
        "occurred_on": TODAY,
        "line": "Åtta timmar räckte inte här heller.",
    }
    return filing.Occurrence(of, **{**given, **changed})


def said_here(
    session: Session, actor: Actor, of: Barrier | Deviation, *, at: datetime = NOW, **changed: Any
) -> Deviation:
    """An occurrence said by this person at her place unless another is named; a new one each time."""
    home = next(((place, town) for name, place, town in HOMES if name == actor.name.casefold()), None)
    if home is not None:
        changed = {"place": home[0], "municipality": home[1], **changed}
    changed.setdefault("line", f"Det hände här också, gång {secrets.token_hex(4)}.")
    occurrence = an_occurrence(session, of, **changed)
    return filing.same_here(session, actor, occurrence, form_key=secrets.token_hex(8), at=at)[0]


def an_account(session: Session, actor: Actor) -> User:
    """The account of one of the people."""
    return session.get_one(User, actor.id)


def a_barrier(
    session: Session,
    vera: Actor,
    deviations: Sequence[Deviation] = (),
    *,
    name: str = "Tiotimmarsgränsen",
    at: datetime = NOW,
    **told: Any,
) -> Barrier:
    """A barrier made by the coordinator, with these reports placed in it."""
    return barriers.create(session, vera, barriers.Description(name=name, **told), deviations, at=at)


def joined(session: Session, vera: Actor, deviation: Deviation, barrier: Barrier, at: datetime = NOW) -> Deviation:
    """The report after the coordinator placed it in the barrier."""
    triage.move(session, vera, deviation, triage.Decision(Status.JOINED, barrier=barrier), at=at)
    return deviation


def spread_reports(
    session: Session, everyone: People, counts: Iterable[int] = (2, 2, 1), at: datetime = NOW
) -> list[Deviation]:
    """So many reports in Söder (Haninge), Norr (Täby) and Väst (Botkyrka); by default just what the policy asks."""
    return [
        a_filed_deviation(session, getattr(everyone, name), at=at, tried="Vi bad om en egen försäkring men fick nej.")
        for (name, _place, _town), count in zip(HOMES, counts, strict=False)
        for _ in range(count)
    ]


def a_recurring_barrier(
    session: Session, everyone: People, counts: Iterable[int] = (2, 2, 1), at: datetime = NOW, **told: Any
) -> Barrier:
    """A barrier for which the policy has just fired."""
    return a_barrier(session, everyone.vera, spread_reports(session, everyone, counts, at), at=at, **told)


def a_draft(session: Session, everyone: People, barrier: Barrier | None = None, at: datetime = NOW) -> Letter:
    """A draft to the national council about a recurring barrier."""
    barrier = barrier or a_recurring_barrier(session, everyone)
    return letter_writing.draft(session, everyone.vera, barrier, recipients=[an_agency(session, "NR")], at=at)


def a_letter(
    session: Session, everyone: People, status: LetterStatus, barrier: Barrier | None = None, at: datetime = NOW
) -> Letter:
    """A letter that has come to a state on the usual way: draft, review, decided, sent, answered, closed."""
    letter = a_draft(session, everyone, barrier, at)
    for step in (LetterStatus.IN_REVIEW, LetterStatus.DECIDED, LetterStatus.SENT, LetterStatus.ANSWERED):
        if letter.status is status:
            return letter
        advance(session, everyone, letter, step, at)
    if status is LetterStatus.CLOSED:
        advance(session, everyone, letter, status, at)
    assert letter.status is status
    return letter


def advance(session: Session, everyone: People, letter: Letter, to: LetterStatus, at: datetime = NOW) -> None:
    """Takes one step with a letter, by the person whose step it is, with all that it must say."""
    if to is LetterStatus.DRAFT:
        letter_deciding.send_back(session, everyone.stina, letter, "Skriv tydligare vad ni vill.", at)
    elif to is LetterStatus.IN_REVIEW:
        letter_deciding.submit(session, everyone.vera, letter, at, kept=read_words(session, letter))
    elif to is LetterStatus.DECIDED:
        said = {"body": "Styrelsen", "paragraph": "14", "took_part": "Stina Ek", "signer": "Stina Ek, ordförande"}
        letter_deciding.decide(session, everyone.stina, letter, on=day_of(at), at=at, **said)
    elif to is LetterStatus.SENT:
        kept = read_words(session, letter)
        letter_sending.send(session, everyone.vera, letter, at=at, ways=by_post(letter, day_of(at)), kept=kept)
    elif to is LetterStatus.CLOSED:
        letter_answers.close(session, everyone.vera, letter, "Regeln är ändrad.", at)
    else:
        letter_answers.record_reply(session, everyone.vera, letter, at=at, **a_reply(to, day_of(at)))


def sent_line(session: Session, letter: Letter) -> AuditEntry:
    """The audit line of a letter's sending."""
    lines = audit_lines(session, f"letter:{letter.id}")
    return next(line for line in lines if line.action == "letter.moved" and '"seal"' in line.detail)


def by_post(letter: Letter, on: date = TODAY) -> list[letter_sending.Way]:
    """A way to each recipient of a letter."""
    return [letter_sending.Way(agency, Delivery.POST, on) for agency in letter.recipients]


def read_words(session: Session, letter: Letter) -> set[str]:
    """The words of a letter that its writer has read and says point out nobody, as the two steps take them."""
    return {one.key for one in letter_guard.look(session, letter)}


def a_letter_out(
    session: Session,
    everyone: People,
    at: datetime = NOW,
    recipients: Sequence[str] = ("NR",),
    further: Sequence[Barrier] = (),
    files: Sequence[LetterFile] = (),
) -> Letter:
    """A letter as it stands once it was sent, for what follows; typesetting its files takes time, so it has none."""
    barrier = a_recurring_barrier(session, everyone, at=at)
    agencies = [an_agency(session, code) for code in recipients]
    letter = letter_writing.draft(session, everyone.vera, barrier, recipients=agencies, at=at)
    letter.further, letter.files = list(further), list(files)
    session.flush()
    letter.status, barrier.status = LetterStatus.SENT, BarrierStatus.ESCALATED
    letter.registry_number, letter.sent_on = f"OST {at.year}/{letter.id}", day_of(at)
    letter_deadlines.promise(session, letter, day_of(at))
    session.flush()
    return letter


def a_reply(kind: LetterStatus = LetterStatus.ANSWERED, on: date = TODAY) -> dict[str, Any]:
    """What came back from the recipient, as `letters.record_reply` takes it."""
    return {
        "kind": kind,
        "answer": Answer.ACCEPTED if kind is LetterStatus.ANSWERED else None,
        "received_on": on,
        "their_number": "NR 2026/14",
        "summary": "Rådet tar upp frågan på sitt nästa möte.",
        "answer_by": on + timedelta(days=30) if kind is LetterStatus.EXTENDED else None,
    }


def a_decision(session: Session, to: Status, barrier: Barrier | None = None) -> triage.Decision:
    """A decision that says all that any step may ask for."""
    return triage.Decision(
        to,
        note="Vi behöver veta mer.",
        barrier=barrier,
        solution="Vi kom överens om ett trepartssamtal varje månad.",
        reason=CloseReason.INFORMATION,
    )


def moves(session: Session, thing: Deviation | Barrier | Letter) -> list[Move]:
    """The history of a deviation, barrier or letter, oldest first."""
    column = {Deviation: Move.deviation_id, Barrier: Move.barrier_id, Letter: Move.letter_id}[type(thing)]
    return list(session.scalars(select(Move).where(column == thing.id).order_by(Move.id)))


def audit_lines(session: Session, subject: str | None = None) -> list[AuditEntry]:
    """The audit log (of one subject, such as "deviation:7"), oldest first."""
    question = select(AuditEntry).order_by(AuditEntry.id)
    if subject is not None:
        question = question.where(AuditEntry.subject == subject)
    return list(session.scalars(question))
