"""Whose turn a mail is, and what becomes of it."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from deviations.domain.notices import CLAIM_HOLDS, MailChoice, MailState, Notice
from deviations.models import OutgoingMail, User
from deviations.services import outbox
from tests.factories import NOW, a_filed_deviation, spread_reports
from tests.people import People, email

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven o'clock in Sweden


def choose(session: Session, name: str, choice: MailChoice) -> None:
    session.execute(update(User).where(User.email == email(name)).values(mail_choice=choice))


def mails(session: Session, *kinds: Notice) -> list[OutgoingMail]:
    session.flush()
    session.expire_all()
    wanted = kinds or tuple(Notice)
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.kind.in_(wanted)).order_by(OutgoingMail.id)))


def test_a_claimed_mail_is_nobody_elses_until_the_claim_runs_out(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    first = outbox.claim(session, NOW)
    assert first is not None and first.tries == 1
    assert outbox.claim(session, NOW + CLAIM_HOLDS - timedelta(seconds=1)) is None
    again = outbox.claim(session, NOW + CLAIM_HOLDS)
    assert again is first and again.tries == 2


def test_the_oldest_goes_first(session: Session, people: People) -> None:
    late = a_filed_deviation(session, people.rut, at=NOW)
    early = a_filed_deviation(session, people.rita, at=NOW - timedelta(hours=1))
    order = [outbox.claim(session, NOW) for _ in range(2)]
    assert [mail.deviation_id for mail in order if mail] == [early.id, late.id]


def test_two_claims_at_one_moment_are_of_two_mails(engine: Engine, session: Session, people: People) -> None:
    """PostgreSQL passes over what another worker is just claiming; on SQLite the second waits for the first."""
    spread_reports(session, people, (1, 1, 0))
    session.commit()
    writing = engine.execution_options(write=True)
    found: list[int | None] = []

    def second() -> None:
        with Session(writing) as other:
            mails = [outbox.claim(other, NOW) for _ in range(2)]
            found.extend(mail.id if mail else None for mail in mails)

    with Session(writing) as one:
        first = outbox.claim(one, NOW)
        assert first is not None
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive() is (engine.dialect.name == "sqlite")
        mine = first.id
        one.commit()
        thread.join(10)
    assert mine not in found and len([id for id in found if id]) == 1


def test_what_waits_for_the_summary_is_not_claimed(session: Session, people: People) -> None:
    choose(session, "rut", MailChoice.WEEKLY)
    a_filed_deviation(session, people.rut)
    assert outbox.claim(session, NOW) is None
    choose(session, "rut", MailChoice.EACH)
    assert outbox.claim(session, NOW) is not None


def test_what_is_retired_says_why(session: Session, people: People) -> None:
    choose(session, "rita", MailChoice.WEEKLY)
    choose(session, "ruben", MailChoice.NONE)
    spread_reports(session, people, (1, 1, 1), at=NOW - timedelta(days=8))
    outbox.retire(session, NOW)
    assert [mail.state for mail in mails(session)] == [MailState.TOO_OLD, MailState.WAITING, MailState.UNWANTED]
    outbox.retire(session, NOW + timedelta(days=7))
    assert mails(session)[1].state is MailState.TOO_OLD


def test_what_was_tried_is_not_too_old(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    mail = outbox.claim(session, NOW)
    assert mail is not None
    outbox.try_later(session, mail, NOW, "unreachable")
    outbox.retire(session, NOW + timedelta(days=30))
    assert mails(session)[0].state is MailState.WAITING


def test_what_a_worker_is_at_is_not_retired_under_its_hands(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    outbox.claim(session, NOW)
    choose(session, "rut", MailChoice.NONE)
    outbox.retire(session, NOW)
    assert mails(session)[0].state is MailState.WAITING
    outbox.retire(session, NOW + CLAIM_HOLDS)
    assert mails(session)[0].state is MailState.UNWANTED


def test_a_summary_tells_of_the_week_up_to_monday_morning(session: Session, people: People) -> None:
    choose(session, "rut", MailChoice.WEEKLY)
    for hours in (-48, -1, 1):
        a_filed_deviation(session, people.rut, at=MONDAY + timedelta(hours=hours))
    assert outbox.summarise(session, MONDAY - timedelta(minutes=1)) == 0
    assert outbox.summarise(session, MONDAY + timedelta(minutes=10)) == 1
    assert outbox.summarise(session, MONDAY + timedelta(days=3)) == 0
    assert [mail.state for mail in mails(session, Notice.RECEIVED)] == [
        MailState.SUMMARISED,
        MailState.SUMMARISED,
        MailState.WAITING,
    ]
    assert outbox.summarise(session, MONDAY + timedelta(days=7)) == 1


def test_a_missed_monday_is_caught_up_with(session: Session, people: People) -> None:
    choose(session, "rut", MailChoice.WEEKLY)
    a_filed_deviation(session, people.rut, at=MONDAY - timedelta(hours=1))
    assert outbox.summarise(session, MONDAY + timedelta(days=2)) == 1


def test_whoever_has_nothing_to_be_told_gets_no_summary(session: Session, people: People) -> None:
    choose(session, "rut", MailChoice.WEEKLY)
    a_filed_deviation(session, people.rita, at=MONDAY - timedelta(hours=1))
    assert outbox.summarise(session, MONDAY) == 0
    assert mails(session, Notice.WEEKLY) == []


def test_a_message_id_is_of_one_mail_and_stays(session: Session, people: People) -> None:
    spread_reports(session, people, (2, 1, 0))
    made = [outbox.message_id(mail, "example.org") for mail in mails(session)]
    assert len(set(made)) == 3
    assert made == [outbox.message_id(mail, "example.org") for mail in mails(session)]
    assert all(one.startswith("<") and one.endswith("@example.org>") and " " not in one for one in made)
