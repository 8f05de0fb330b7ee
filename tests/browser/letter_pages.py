"""How the addresses of letters' pages are filled: a draft, a letter that waits for its answer, a recipient's link."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import today
from deviations.domain.letters import Delivery, LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus
from deviations.models import Agency, Barrier, Letter, Reply, RuleChange, User
from deviations.queries import people
from deviations.services import (
    letter_deciding,
    letter_guard,
    letter_sending,
    letter_writing,
    recipient_links,
    rule_changes,
)
from tests.browser.conftest import Demo

Values = list[dict[str, object]]


def values(demo: Demo, endpoint: str) -> Values | None:
    """The parameters of each page of the endpoint that is looked at; None for one that is not about letters."""
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        found = _values(session, demo, endpoint)
        session.commit()
    return found


def _values(session: Session, demo: Demo, endpoint: str) -> Values | None:
    if endpoint.startswith("recipients."):
        return [{"token": _token(session, demo)}]
    of_settings: dict[str, Values] = {
        "letter_settings.wording": [{"obstacle": "practice"}],
        "letter_settings.letterhead": [{"id": _owner(session)}],
        "letter_templates.edit": [{"id": _owner(session)}],
        "letter_settings.mail_address": [{"id": session.scalars(select(Agency.id)).first()}],
        "rule_forms.edit": [{"code": "FORS-01"}],
    }
    if endpoint in of_settings:
        return of_settings[endpoint]
    if endpoint == "rule_forms.look":
        return [{"id": _with_changed_rule(session, demo)}]
    if endpoint == "letter_addresses.new":
        return [{"barrier_id": _recurring(session)}, {"barrier_id": _answered(session).barrier_id}]
    if endpoint in {"letter_addresses.edit", "letter_cases.index"}:
        return [{"id": _one(session, LetterStatus.DRAFT).id}]
    if endpoint == "letter_numbers.index":
        draft, sent = _one(session, LetterStatus.DRAFT).id, _answered(session).id
        return [{"id": draft}, {"id": sent}, {"id": sent, "nummer": 1}]
    if endpoint == "letter_versions.index":
        letter = _answered(session).id
        return [{"id": letter}, {"id": letter, "fran": 1, "till": 3}]
    if endpoint == "letter_versions.show":
        return [{"id": _answered(session).id, "number": 1}]
    if endpoint == "letter_answers.promise":
        reply = session.scalars(select(Reply).where(Reply.answer.is_not(None))).first()
        assert reply is not None
        return [{"id": reply.letter_id, "reply_id": reply.id}]
    if endpoint in {"letter_answers.note", "letter_links.index", "letter_reminders.write"}:
        return [{"id": _late(session, demo).id}]
    return None


def _owner(session: Session) -> int:
    program = people.program(session)
    assert program is not None
    return program.owner_id


def _actor(session: Session, demo: Demo, role: str) -> Actor:
    return people.actor_of(session.scalars(select(User).where(User.email == demo.emails[role])).one())


def _one(session: Session, status: LetterStatus) -> Letter:
    found = session.scalars(select(Letter).where(Letter.status == status).order_by(Letter.id)).first()
    assert found is not None, f"the demo has no letter that is {status}"
    return found


def _answered(session: Session) -> Letter:
    return _one(session, LetterStatus.ANSWERED)


def _recurring(session: Session) -> int:
    found = session.scalars(select(Barrier.id).where(Barrier.status == BarrierStatus.RECURRING)).first()
    assert found is not None
    return found


def _late(session: Session, demo: Demo) -> Letter:
    """A letter whose answer should have come yesterday; it is written, decided on and sent the first time."""
    known = session.scalars(select(Letter).where(Letter.status == LetterStatus.SENT)).first()
    if known is not None:
        return known
    at, vera, stina = datetime.now(UTC), _actor(session, demo, "coordinator"), _actor(session, demo, "steering")
    barrier = session.get_one(Barrier, _recurring(session))
    council = session.scalars(select(Agency).where(Agency.code == "NR")).one()
    letter = letter_writing.draft(session, vera, barrier, recipients=[council], at=at)
    body = letter.body.replace("[Vad delprojekten", "Vad delprojekten").replace("fylls i innan", "skrivs innan")
    letter_writing.save(session, vera, letter, title=letter.title, body=body, version=letter.version, at=at)
    kept = {one.key for one in letter_guard.look(session, letter)}
    letter_deciding.submit(session, vera, letter, at, kept=kept)
    letter_deciding.decide(session, stina, letter, body="Styrgruppen", on=today(), paragraph="3", at=at)
    ways = [letter_sending.Way(council, Delivery.POST, today())]
    kept = {one.key for one in letter_guard.look(session, letter)}
    letter_sending.send(session, vera, letter, at=at, ways=ways, kept=kept)
    letter.answer_by = today() - timedelta(days=1)
    return letter


def _token(session: Session, demo: Demo) -> str:
    letter = _late(session, demo)
    vera = _actor(session, demo, "coordinator")
    _, token = recipient_links.make(session, vera, letter, letter.recipients[0], datetime.now(UTC))
    return token


def _with_changed_rule(session: Session, demo: Demo) -> int:
    """A barrier whose rule got another text."""
    barrier = _answered(session).barrier
    rule = barrier.rule
    assert rule is not None
    if session.scalars(select(RuleChange).where(RuleChange.rule_id == rule.id)).first() is None:
        told = rule_changes.Entry(
            name=rule.name,
            statute=rule.statute,
            paragraph=rule.paragraph,
            agency_text=rule.agency_text,
            description=f"{rule.description} Gäller från den första timmen.",
            barrier_text=rule.barrier_text,
            confidence=rule.confidence,
            source=rule.source,
        )
        vera = _actor(session, demo, "coordinator")
        rule_changes.change(session, vera, rule, told, version=rule.version, at=datetime.now(UTC))
    return barrier.id
