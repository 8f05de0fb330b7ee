"""A small program in which something of every kind stands in every state that has forms of its own."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

from flask import Flask
from pypdf import PdfWriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.adapters import vault
from deviations.adapters.mail import Relay, Security
from deviations.adapters.oidc_settings import Provider
from deviations.config import MailSettings
from deviations.domain.learnt import TermKind
from deviations.domain.letters import FileKind, LetterStatus
from deviations.domain.lists import Chosen, View
from deviations.domain.logins import LinkPurpose
from deviations.domain.own_terms import OwnTerm
from deviations.domain.retention import SPANS, Erasable
from deviations.domain.roles import Role
from deviations.domain.workflow import CloseReason, Kind, Status
from deviations.models import FollowUp, Identity, Letter, LetterFile, Move, OneTimeLink, PendingLogin, Solution, User
from deviations.services import (
    accounts,
    drafts,
    email_changes,
    factor_codes,
    followups,
    letter_answers,
    letter_reviewing,
    letter_settings,
    lexicon,
    notes,
    one_time_links,
    passwords,
    recipient_links,
    retention,
    reviews,
    rule_changes,
    rulings,
    solutions,
    triage,
    views,
)
from deviations.services.tokens import hashed
from tests import people as persons
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_draft,
    a_filed_deviation,
    a_letter,
    a_letter_out,
    a_recurring_barrier,
    a_reply,
    a_rule,
    an_agency,
    joined,
    said_here,
)
from tests.people import People
from tests.web.hostile.crawl import HALFWAY

KEY = "a-draft-that-lies-there"
PROVIDER = Provider(
    name="kommunen",
    label="Kommunen",
    issuer="http://127.0.0.1:9",
    client_id="x",
    client_secret="y" * 40,
    domains=frozenset({"example.com"}),
)


def fill(session: Session, people: People, secret: str) -> list[str]:
    """Fills a furnished database and commits; the addresses that only their mail or paper tells."""
    _reports(session, people)
    _barriers(session, people)
    addresses = _letters(session, people)
    _own_things(session, people)
    addresses += _accounts(session, people, secret)
    step = session.scalars(
        select(Move).where(Move.target == Status.SOLVED_LOCALLY, Move.deviation_id.is_not(None))
    ).first()
    assert step is not None
    asked = FollowUp(move_id=step.id, deviation_id=step.deviation_id, asked_at=NOW)
    session.add(asked)
    session.commit()
    asking = followups.token(secret, asked.id, True)
    return [*addresses, f"/uppfoljning/{asking}", f"/avvikelser/ny/{KEY}"]


def _reports(session: Session, people: People) -> None:
    """One report in each state, four that are alike and nobody's yet, and a guldkorn."""
    vera, lena = people.vera, people.lena
    for one in (people.rut, people.rut, people.rita, people.ruben):
        a_filed_deviation(session, one)
    original = a_filed_deviation(session, people.rut, title="Ingen kallar till mötet", body="Mötet blev inte av.")
    asked, longer, taken, solved, later, same = (a_filed_deviation(session, people.rut) for _ in range(6))
    a_filed_deviation(session, people.rita, kind=Kind.GOOD_EXAMPLE)
    triage.move(session, vera, asked, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    for one in (longer, taken):
        rulings.take(session, vera, [(one, None)], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    rulings.ask_longer(session, lena, longer, TODAY + timedelta(days=90), "Vi väntar på kommunen.", at=NOW)
    found = a_decision(session, Status.SOLVED_LOCALLY)
    rulings.take(session, vera, [(solved, None)], found, at=NOW)
    way = session.scalars(select(Solution).where(Solution.deviation_id == solved.id)).one()
    solutions.try_out(session, people.rita, way, persons.place(session, "Norr"), True, "Det gick bra.", at=NOW)
    rulings.snooze(session, vera, [(later, None)], TODAY + timedelta(days=9), "Efter mötet.", at=NOW)
    twin = triage.Decision(Status.CLOSED, note="Samma sak.", reason=CloseReason.DUPLICATE, duplicate_of=original)
    rulings.take(session, vera, [(same, None)], twin, at=NOW)
    review = reviews.start(session, vera, [original.id], at=NOW)
    reviews.end(session, vera, review, at=NOW)
    notes.add(session, lena, original, "Jag ringer i morgon.", at=NOW)
    drafts.keep(session, people.rut, KEY, {"title": ["Tio timmar"], "body": ["Det saknas försäkring."]}, NOW)


def _barriers(session: Session, people: People) -> None:
    """A barrier that is watched, with an occurrence and a note, and one whose rule got another text."""
    rule = a_rule(session)
    barrier = a_barrier(session, people.vera, name="Bevakat hinder", rule=rule)
    a_barrier(session, people.vera, name="Ett hinder till")
    joined(session, people.vera, a_filed_deviation(session, people.rut), barrier)
    joined(session, people.vera, a_filed_deviation(session, people.rita), barrier)
    said_here(session, people.rolf, barrier)
    notes.add(session, people.vera, barrier, "Ta upp på mötet.", at=NOW)
    told = rule_changes.Entry(
        name=rule.name, statute=rule.statute, paragraph=rule.paragraph, agency_text=rule.agency_text,
        description=f"{rule.description} Gäller från första timmen.", barrier_text=rule.barrier_text,
        confidence=rule.confidence, source=rule.source,
    )  # fmt: skip
    rule_changes.change(session, people.vera, rule, told, version=rule.version, at=NOW)


def _letters(session: Session, people: People) -> list[str]:
    """A letter in each state that has forms; the addresses of the links of those that are out."""
    barrier = a_recurring_barrier(session, people)
    judged = a_letter(session, people, LetterStatus.IN_REVIEW, barrier)
    letter_reviewing.comment(session, people.stina, judged, text="Skriv kortare.", at=NOW)
    a_letter(session, people, LetterStatus.DECIDED, barrier)
    out, late, answered = (a_letter_out(session, people, files=[_pdf()]) for _ in range(3))
    late.answer_by = TODAY - timedelta(days=1)
    letter_answers.record_reply(session, people.vera, answered, at=NOW, **a_reply())
    links = [f"/svar/{_link(session, people, letter)}" for letter in (out, late)]
    a_draft(session, people, barrier)  # last: an untouched one would be what the others are made of
    return links


def _pdf() -> LetterFile:
    """An empty page: what a letter says is typeset for its draft."""
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(made)
    content = made.getvalue()
    return LetterFile(kind=FileKind.PDF, content=content, sha256=sha256(content).hexdigest())


def _link(session: Session, people: People, letter: Letter) -> str:
    return recipient_links.make(session, people.vera, letter, letter.recipients[0], NOW)[1]


def _own_things(session: Session, people: People) -> None:
    """A list that is kept, an own word, a weekly review that is under way."""
    views.save(session, people.lena, "Vår vy", Chosen(view=View.ALL, text="timmar"), shared=True, at=NOW)
    term = OwnTerm("sassam", TermKind.ABBREVIATION, "strukturerad kartläggning", ("FORS-01",), ("FK",))
    lexicon.add(session, people.vera, term, at=NOW)
    reviews.start(session, people.vera, [1, 2, 3], at=NOW)
    letter_settings.set_mail_address(session, people.vera, an_agency(session), "registrator@example.com", at=NOW)


def _accounts(session: Session, people: People, secret: str) -> list[str]:
    """An account in each state: invited, forgetful, moving, linked, with a second factor, and two who are on their way
    in, and one to be erased by a decision on gallring in force; the addresses of their links.
    """
    invited = accounts.invite(
        session, people.adam, email="ny@example.com", name="Nya Kollegan", role=Role.REPORTER,
        subproject=persons.place(session, "Söder"), secret=secret, at=NOW,
    )  # fmt: skip
    lars, rut = (session.get_one(User, one.id) for one in (people.lars, people.rut))
    reset = passwords.reset_link(session, people.adam, lars, secret=secret, at=NOW)
    email_changes.ask(session, people.rut, rut, "rut@example.org", password=persons.PASSWORD, secret=secret, at=NOW)
    of_change = OneTimeLink.purpose.in_((LinkPurpose.OLD_ADDRESS, LinkPurpose.NEW_ADDRESS))
    changing = [one_time_links.token(link, secret) for link in session.scalars(select(OneTimeLink).where(of_change))]
    for who in (people.stina, people.ruben):
        user = session.get_one(User, who.id)
        user.totp_secret, user.totp_confirmed_at = vault.seal(secret, factor_codes.fresh(), factor_codes.PURPOSE), NOW
    for who in (people.rut, people.lena, people.ruben):
        session.add(Identity(user_id=who.id, provider=PROVIDER.name, subject=f"{who.id}", linked_at=NOW, used_at=NOW))
    for name, who in zip(HALFWAY, (people.ruben, people.rita), strict=True):
        kept = hashed(persons.token(name))
        session.add(PendingLogin(token_hash=kept, user_id=who.id, created_at=NOW, expires_at=NOW + timedelta(days=1)))
    long_ago = NOW - timedelta(days=1_500)
    session.add(User(email="borta@example.com", name="Borta", active=False, created_at=long_ago, closed_at=long_ago))
    spans = {what: SPANS[what].usual for what in Erasable}
    retention.decide(session, people.adam, retention.Decided("5/2026", "Styrelsen", TODAY, spans), at=NOW)
    return [f"/inbjudan/{invited}", f"/nytt-losenord/{reset}", *(f"/bekrafta-adress/{token}" for token in changing)]


def configure(app: Flask) -> None:
    """Another organisation's login service, which does not answer, and a way for mail: pages of their own."""
    relay = Relay("127.0.0.1", 9, Security.NONE)
    mail = MailSettings(relay, "mellan@example.com", "https://example.com")
    app.extensions["settings"] = replace(app.extensions["settings"], sso=(PROVIDER,), mail=mail)
