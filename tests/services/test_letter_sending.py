"""A letter leaves the house: all its barriers are lifted, everybody behind them is told, and each way is kept."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.letters import Delivery, LetterStatus
from deviations.domain.notices import CLAIM_HOLDS, MailState, Notice
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed
from deviations.models import Letter, OutgoingMail, Series
from deviations.services import letter_sending, outbox
from deviations.services.letter_sending import Way
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_draft,
    a_filed_deviation,
    a_recurring_barrier,
    advance,
    an_agency,
    audit_lines,
    by_post,
    joined,
    moves,
)
from tests.people import WORK, People

L = LetterStatus
ADDRESS = "registrator@example.se"


def _mails(session: Session) -> list[OutgoingMail]:
    return list(
        session.scalars(select(OutgoingMail).where(OutgoingMail.kind == Notice.LETTER_OUT).order_by(OutgoingMail.id))
    )


def _told(session: Session) -> list[int | None]:
    mails = select(OutgoingMail.user_id).where(OutgoingMail.kind == Notice.LETTER_SENT)
    return sorted(session.scalars(mails.order_by(OutgoingMail.user_id)))


def _by(session: Session, delivery: Delivery = Delivery.MAIL, code: str = "NR", **changed: object) -> Way:
    said = {"address": ADDRESS if delivery is Delivery.MAIL else "", "on": TODAY, **changed}
    return Way(an_agency(session, code), delivery, **said)  # type: ignore[arg-type]


@pytest.fixture
def decided(session: Session, people: People) -> Letter:
    """A decided letter to the council, with a copy to AF."""
    letter = a_draft(session, people)
    letter.copies = [an_agency(session, "AF")]
    for step in (L.IN_REVIEW, L.DECIDED):
        advance(session, people, letter, step)
    session.commit()
    return letter


def test_all_barriers_of_a_letter_are_lifted_and_everybody_behind_them_is_told_once(
    session: Session, people: People
) -> None:
    first = a_recurring_barrier(session, people, (2, 2, 1))
    rolf = [a_filed_deviation(session, people.rolf) for _ in range(2)]
    more = [a_filed_deviation(session, getattr(people, name)) for name in ("rut", "rita", "ruben")]
    second = a_barrier(session, people.vera, [*rolf, *more], name="Intyget")
    assert second.status is BarrierStatus.RECURRING
    watched = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)], name="Annat")
    letter = a_draft(session, people, first)
    letter.further = [second, watched]
    for step in (L.IN_REVIEW, L.DECIDED, L.SENT):
        advance(session, people, letter, step)
    assert [one.status for one in (first, second, watched)] == [
        BarrierStatus.ESCALATED,
        BarrierStatus.ESCALATED,
        BarrierStatus.WATCHED,
    ]
    for barrier in (first, second):
        assert moves(session, barrier)[-1].target == BarrierStatus.ESCALATED
    assert _told(session) == sorted(one.id for one in (people.rut, people.rolf, people.rita, people.ruben))


def test_who_is_told_goes_by_the_numbers_and_not_by_where_reports_lie_now(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, (2, 1, 2))
    letter = a_draft(session, people, barrier)
    moved = next(one for one in barrier.deviations if one.reporter_id == people.rita.id)
    moved.barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rolf)], name="Annat")
    joined(session, people.vera, a_filed_deviation(session, people.rolf), barrier)
    for step in (L.IN_REVIEW, L.DECIDED, L.SENT):
        advance(session, people, letter, step)
    assert _told(session) == sorted(one.id for one in (people.rut, people.rita, people.ruben))


def test_the_letter_goes_by_mail_with_its_pdf_and_the_address_is_kept(
    session: Session, people: People, decided: Letter
) -> None:
    ways = [_by(session), _by(session, Delivery.POST, "AF")]
    letter_sending.send(session, people.vera, decided, at=NOW, ways=ways)
    kept = {one.agency.code: (one.delivery, one.address, one.on, one.copy) for one in decided.dispatches}
    assert kept == {
        "NR": (Delivery.MAIL, ADDRESS, TODAY, False),
        "AF": (Delivery.POST, "", TODAY, True),
    }
    (mail,) = _mails(session)
    assert (mail.user_id, mail.address, mail.state, mail.letter_id) == (None, ADDRESS, MailState.WAITING, decided.id)
    assert an_agency(session, "NR").email == ADDRESS
    told = [json.loads(line.detail) for line in audit_lines(session, f"letter:{decided.id}")]
    assert [one for one in told if "agency" in one] == [
        {"agency": "NR", "by": "mail", "on": TODAY.isoformat()},
        {"agency": "AF", "by": "post", "on": TODAY.isoformat()},
    ]


def test_a_letter_is_not_sent_without_a_way_to_each_recipient(
    session: Session, people: People, decided: Letter
) -> None:
    decided.recipients.append(an_agency(session, "FK"))
    for ways in ([], [_by(session, Delivery.POST)], [_by(session, Delivery.POST), _by(session, Delivery.POST, "AF")]):
        with pytest.raises(Incomplete, match="needs_way"):
            letter_sending.send(session, people.vera, decided, at=NOW, ways=ways)
    assert (decided.status, decided.registry_number) == (L.DECIDED, None)


def test_how_a_copy_went_can_be_told_afterwards(session: Session, people: People, decided: Letter) -> None:
    letter_sending.send(session, people.vera, decided, at=NOW, ways=by_post(decided))
    assert [one.agency.code for one in decided.dispatches] == ["NR"]
    later = NOW + timedelta(days=3)
    way = _by(session, Delivery.E_SERVICE, "AF", on=TODAY + timedelta(days=2))
    for _ in range(2):  # pressed twice
        letter_sending.dispatch(session, people.vera, decided, way, later)
    (_, kept) = decided.dispatches
    assert (kept.delivery, kept.on, kept.copy) == (Delivery.E_SERVICE, TODAY + timedelta(days=2), True)
    actions = [line.action for line in audit_lines(session, f"letter:{decided.id}")]
    assert actions.count("letter.dispatched") == 2
    assert _mails(session) == []


@pytest.mark.parametrize("address", ["", "registrator", "a@b, c@d", "a@b\nBcc: c@d", "@example.se", "x@y z"])
def test_a_mail_needs_one_address(session: Session, people: People, decided: Letter, address: str) -> None:
    with pytest.raises(Incomplete, match="needs_address"):
        letter_sending.send(session, people.vera, decided, at=NOW, ways=[_by(session, address=address)])
    assert (decided.status, decided.registry_number) == (L.DECIDED, None)


@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_lies_between_the_sending_and_today(
    session: Session, people: People, decided: Letter, days: int
) -> None:
    way = _by(session, Delivery.POST, on=TODAY + timedelta(days=days))
    with pytest.raises(NotAllowed, match="way_day"):
        letter_sending.send(session, people.vera, decided, at=NOW, ways=[way])


def test_a_letter_goes_only_to_whom_it_is_written(session: Session, people: People, decided: Letter) -> None:
    with pytest.raises(NotAllowed, match="not_a_recipient"):
        letter_sending.send(session, people.vera, decided, at=NOW, ways=[_by(session, Delivery.POST, "FK")])
    with pytest.raises(NotAllowed, match="not_sent"):
        letter_sending.dispatch(session, people.vera, decided, _by(session, Delivery.POST), NOW)


@pytest.mark.parametrize("who", [name for name in WORK if name != "vera"])
def test_only_the_coordinator_says_how_it_went(session: Session, people: People, decided: Letter, who: str) -> None:
    with pytest.raises(NotAllowed, match="coordinator_only"):
        letter_sending.dispatch(session, getattr(people, who), decided, _by(session, Delivery.POST), NOW)


def test_another_way_takes_back_the_mail_that_waits(session: Session, people: People, decided: Letter) -> None:
    letter_sending.send(session, people.vera, decided, at=NOW, ways=[_by(session)])
    letter_sending.dispatch(session, people.vera, decided, _by(session), NOW)  # the same once more
    assert [mail.state for mail in _mails(session)] == [MailState.WAITING]
    letter_sending.dispatch(session, people.vera, decided, _by(session, Delivery.POST), NOW)
    letter_sending.dispatch(session, people.vera, decided, _by(session, address="diarium@example.se"), NOW)
    found = [(mail.address, mail.state) for mail in _mails(session)]
    assert found == [(ADDRESS, MailState.WITHDRAWN), ("diarium@example.se", MailState.WAITING)]


def test_a_mail_that_is_just_being_sent_is_not_taken_back(session: Session, people: People, decided: Letter) -> None:
    letter_sending.send(session, people.vera, decided, at=NOW, ways=[_by(session)])
    (mail,) = _mails(session)
    mail.claimed_until = NOW + CLAIM_HOLDS
    session.flush()
    with pytest.raises(NotAllowed, match="mail_on_its_way"):
        letter_sending.dispatch(session, people.vera, decided, _by(session, Delivery.POST), NOW)
    outbox.settle(session, mail, MailState.FAILED, NOW, "recipient 550")
    letter_sending.dispatch(session, people.vera, decided, _by(session), NOW)
    assert [one.state for one in _mails(session)] == [MailState.FAILED, MailState.WAITING]


def test_a_sending_that_fails_uses_up_no_number(session: Session, people: People, decided: Letter) -> None:
    bad = [_by(session), _by(session, Delivery.POST, "AF", on=TODAY + timedelta(days=1))]
    with pytest.raises(NotAllowed):
        letter_sending.send(session, people.vera, decided, at=NOW, ways=bad)
    session.rollback()
    assert session.scalars(select(Series)).all() == []
    letter_sending.send(session, people.vera, decided, at=NOW, ways=by_post(decided))
    assert decided.registry_number == f"OST {NOW.year}/1"


def test_what_was_changed_after_it_was_read_is_not_sent(session: Session, people: People, decided: Letter) -> None:
    with pytest.raises(StaleDataError):
        letter_sending.send(session, people.vera, decided, at=NOW, ways=by_post(decided), version=decided.version - 1)


def test_the_files_carry_number_recipients_and_no_mark_of_a_draft(
    session: Session, people: People, decided: Letter
) -> None:
    letter_sending.send(session, people.vera, decided, at=NOW, ways=by_post(decided))
    text = next(file.content for file in decided.files if file.kind == "txt").decode()
    assert "UTKAST" not in text
    for said in (f"OST {NOW.year}/1", "Nationella rådet", "Kopia till", an_agency(session).name):
        assert said in text
