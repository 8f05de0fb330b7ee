"""Minutes and digests by mail, against a real relay: once each, on Monday at seven, with the reader's own eyes."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.notices import CLAIM_HOLDS, DIGEST_LATEST, UNDO_GRACE, MailChoice, MailState, Notice
from deviations.domain.workflow import Status
from deviations.jobs import work as rounds
from deviations.models import Membership, OutgoingMail, Review, Ruling, User
from deviations.services import barriers, digests, outbox, reviews, rulings, triage
from tests.factories import a_decision, a_filed_deviation, spread_reports
from tests.jobs.conftest import Clock, Worker
from tests.people import People, email
from tests.relay import Box, relay, text_of

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven o'clock in Sweden
THURSDAY = MONDAY - timedelta(days=4)


@pytest.fixture(autouse=True)
def long_here(session: Session, people: People, clock: Clock) -> None:
    """The accounts are older than anything that a test tells, and it is a Thursday."""
    session.execute(update(User).values(created_at=MONDAY - timedelta(weeks=3)))
    session.commit()
    clock.at = THURSDAY


def choose(session: Session, name: str, choice: MailChoice) -> None:
    session.execute(update(User).where(User.email == email(name)).values(mail_choice=choice))
    session.commit()


def kinds(session: Session, kind: Notice) -> dict[int, MailState]:
    session.expire_all()
    found = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.id))
    states = {mail.user_id: mail.state for mail in found}
    session.rollback()
    return states


def to(box: Box, name: str) -> list[str]:
    return [f"{mail['Subject']}\n{text_of(mail)}" for address, mail in box.taken if address == email(name)]


def a_week(session: Session, people: People) -> None:
    """Two reports in Söder and one in Norr; one of Söder's is left to its lead."""
    first, *_ = spread_reports(session, people, (2, 1, 0), at=THURSDAY)
    triage.move(session, people.vera, first, a_decision(session, Status.LOCAL_ACTION), at=THURSDAY)
    session.commit()


def every_hour(worker: Worker, clock: Clock, port: int, until: datetime) -> None:
    work = worker(port)
    while clock.at < until:
        rounds.summarise(work)
        rounds.send(work)
        clock.forward(hours=1)


def test_the_digest_comes_on_monday_at_seven_once(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_week(session, people)
    with relay() as (box, port):
        every_hour(worker, clock, port, MONDAY)
        assert to(box, "lena") == to(box, "vera") == []
        every_hour(worker, clock, port, MONDAY + timedelta(days=6))
    (lena,), (lars,), (vera,) = to(box, "lena"), to(box, "lars"), to(box, "vera")
    assert lena.startswith("Din vecka: 2 nya avvikelser, 1 väntar på dig\n")
    assert "Väntar på er: 1 lokal åtgärd\n- avvikelse 1: Arbetsträning under tio timmar saknar försäkring" in lena
    assert lars.startswith("Din vecka: 1 ny avvikelse\n") and "Söder" not in lars
    assert "- Norr: 1\n- Söder: 2\n" in vera and "I kön till veckogenomgången: 2 avvikelser" in vera
    assert not to(box, "stina") and not to(box, "adam")
    assert "Din vecka" not in "".join(to(box, "rut"))


@pytest.mark.parametrize("turned", [datetime(2026, 10, 26, 6, 0, tzinfo=UTC), datetime(2027, 3, 29, 5, 0, tzinfo=UTC)])
def test_it_is_seven_in_sweden_also_after_the_clock_was_turned(
    session: Session, people: People, worker: Worker, clock: Clock, turned: datetime
) -> None:
    clock.at = turned - timedelta(minutes=30)
    session.execute(update(User).values(created_at=turned - timedelta(weeks=3)))
    a_filed_deviation(session, people.rut, at=turned - timedelta(days=2))
    session.commit()
    with relay() as (box, port):
        rounds.summarise(worker(port))
        before = kinds(session, Notice.DIGEST)
        clock.forward(minutes=30)
        rounds.summarise(worker(port))
        rounds.send(worker(port))
    assert before == {}
    assert [text.startswith("Din vecka: 1 ny avvikelse") for text in to(box, "lena")] == [True]


def test_several_workers_make_one_digest_a_person(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_week(session, people)
    clock.at = MONDAY
    faults: list[Exception] = []
    with relay() as (box, port):

        def work(start: threading.Barrier) -> None:
            start.wait(10)
            try:
                for _ in range(3):
                    rounds.summarise(worker(port))
                    rounds.send(worker(port))
            except Exception as fault:
                faults.append(fault)

        together = threading.Barrier(4)
        threads = [threading.Thread(target=work, args=(together,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        rounds.send(worker(port))
    assert faults == []
    assert [len(to(box, name)) for name in ("lena", "lars", "vera")] == [1, 1, 1]


def test_a_worker_killed_in_the_middle_leaves_the_rest_to_the_next(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    """Killed before the digests are committed, and again with one of them claimed."""
    a_week(session, people)
    clock.at = MONDAY
    with worker(None).writing() as killed:
        assert digests.make(killed, clock.at) == 3
    with relay() as (box, port):
        rounds.summarise(worker(port))
        with worker(None).writing() as killed:
            assert outbox.claim(killed, clock.at) is not None
            killed.commit()
        rounds.send(worker(port))
        clock.at += CLAIM_HOLDS
        rounds.summarise(worker(port))
        rounds.send(worker(port))
    assert [len(to(box, name)) for name in ("lena", "lars", "vera")] == [1, 1, 1]
    assert set(kinds(session, Notice.DIGEST).values()) == {MailState.SENT}


def test_a_program_that_was_off_on_monday_catches_up_but_not_for_long(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_week(session, people)
    clock.at = MONDAY + DIGEST_LATEST
    with relay() as (_, port):
        rounds.summarise(worker(port))
        assert kinds(session, Notice.DIGEST) == {}
        clock.at -= timedelta(hours=1)
        rounds.summarise(worker(port))
    assert len(kinds(session, Notice.DIGEST)) == 3


def test_without_a_relay_none_is_made(session: Session, people: People, worker: Worker, clock: Clock) -> None:
    a_week(session, people)
    clock.at = MONDAY
    rounds.summarise(worker(None))
    assert kinds(session, Notice.DIGEST) == {}


def test_whoever_has_nothing_to_be_told_gets_none(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_filed_deviation(session, people.rut, at=THURSDAY)
    session.commit()
    clock.at = MONDAY
    with relay() as (box, port):
        rounds.summarise(worker(port))
        rounds.send(worker(port))
    assert to(box, "lars") == [] and len(to(box, "lena")) == 1
    assert kinds(session, Notice.DIGEST)[people.lars.id] is MailState.UNWANTED


def test_whoever_wants_no_mail_gets_none(session: Session, people: People, worker: Worker, clock: Clock) -> None:
    choose(session, "lena", MailChoice.NONE)
    a_week(session, people)
    clock.at = MONDAY
    with relay() as (box, port):
        rounds.summarise(worker(port))
        rounds.send(worker(port))
    assert to(box, "lena") == [] and len(to(box, "vera")) == 1


def test_one_mail_a_week_holds_digest_and_summary(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    choose(session, "lena", MailChoice.WEEKLY)
    own = a_filed_deviation(session, people.lena, place="Söder", municipality="Haninge", at=THURSDAY)
    triage.move(session, people.vera, own, a_decision(session, Status.NEEDS_FACTS), at=THURSDAY)
    a_week(session, people)
    with relay() as (box, port):
        every_hour(worker, clock, port, MONDAY + timedelta(days=2))
    (only,) = to(box, "lena")
    assert only.startswith("Din vecka: 2 nya avvikelser, 2 väntar på dig\n")
    assert only.index("Väntar på er") < only.index("De här 2 sakerna har hänt sedan sist.")
    assert f"* En fråga om din avvikelse (nummer {own.id})" in only
    assert kinds(session, Notice.DIGEST)[people.lena.id] is MailState.SUMMARISED


def test_whoever_leads_no_more_when_it_is_sent_gets_none(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_week(session, people)
    clock.at = MONDAY
    with relay() as (box, port):
        rounds.summarise(worker(port))
        session.execute(delete(Membership).where(Membership.user_id == people.lena.id))
        session.commit()
        rounds.send(worker(port))
    assert to(box, "lena") == [] and len(to(box, "lars")) == 1


def test_a_new_account_is_not_told_of_the_week_before_it_was_there(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_week(session, people)
    session.execute(update(User).where(User.id == people.lena.id).values(created_at=MONDAY + timedelta(hours=1)))
    session.commit()
    clock.at = MONDAY + timedelta(hours=2)
    with relay() as (_, port):
        rounds.summarise(worker(port))
    assert people.lena.id not in kinds(session, Notice.DIGEST)


def test_no_digest_holds_what_was_written_or_points_to_somebody(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    told = {"body": "Ögontjänaren igen.", "tried": "Vi bad ögontjänaren.", "wished": "Ingen ögontjänare."}
    reports = [a_filed_deviation(session, people.rut, at=THURSDAY, **told) for _ in range(2)]
    named = a_filed_deviation(session, people.rut, at=THURSDAY, title="Kalle Andersson fick inget svar")
    away = triage.Decision(Status.LOCAL_ACTION, note="Tänk på ögontjänaren.")
    for one in (*reports, named):
        triage.move(session, people.vera, one, away, at=THURSDAY)
    barriers.create(session, people.vera, barriers.Description(name="Eva Svenssons linje"), (), at=THURSDAY)
    session.commit()
    clock.at = MONDAY
    with relay() as (box, port):
        rounds.summarise(worker(port))
        rounds.send(worker(port))
    words = "".join(to(box, "lena") + to(box, "vera"))
    assert f"avvikelse {named.id} (senast den" in words
    assert not [mark for mark in ("gontjänar", "Kalle", "Svensson") if mark in words]


def test_quiet_places_are_asked_kindly(session: Session, people: People, worker: Worker, clock: Clock) -> None:
    session.execute(update(User).values(created_at=MONDAY - timedelta(weeks=100)))
    report = a_filed_deviation(session, people.rut, at=MONDAY - timedelta(weeks=8))
    triage.move(session, people.vera, report, a_decision(session, Status.CLOSED), at=MONDAY - timedelta(weeks=8))
    a_filed_deviation(session, people.rita, at=THURSDAY)
    session.commit()
    clock.at = MONDAY
    with relay() as (box, port):
        rounds.summarise(worker(port))
        rounds.send(worker(port))
    (lena,), (vera,) = to(box, "lena"), to(box, "vera")
    assert lena.startswith("Din vecka i Mellan stolarna\n")
    assert "Inget från Söder sedan den 28 september. Det kan betyda att allt flyter" in lena
    assert "Ett guldkorn räknas också." in lena
    assert "- Söder: senast den 28 september\n- Väst: inget än\n" in vera and "Norr:" not in vera.split("Tyst")[1]


def reviewed(session: Session, people: People, at: datetime) -> Review:
    """A review in which Söder's report was left to its lead, and Norr's asked about."""
    south, north = spread_reports(session, people, (1, 1, 0), at=THURSDAY)
    review = reviews.start(session, people.vera, [south.id, north.id], at=at)
    rulings.take(session, people.vera, [(south, None)], a_decision(session, Status.LOCAL_ACTION), at=at)
    rulings.take(session, people.vera, [(north, None)], a_decision(session, Status.NEEDS_FACTS), at=at)
    reviews.end(session, people.vera, review, at=at)
    session.commit()
    return review


def test_each_lead_gets_her_own_minutes_after_the_grace(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    review = reviewed(session, people, clock.at)
    with relay() as (box, port):
        rounds.send(worker(port))
        assert to(box, "lena") == []
        clock.at += UNDO_GRACE
        rounds.send(worker(port))
        rounds.send(worker(port))
    (lena,), (lars,) = to(box, "lena"), to(box, "lars")
    assert lena.startswith("Veckogenomgången: 1 beslut om ditt delprojekts avvikelser\n")
    assert "- Avvikelse 1: Arbetsträning under tio timmar saknar försäkring\n  Lokal åtgärd hos er, senast den" in lena
    assert "Den som rapporterade har fått en fråga." in lars and "Lokal åtgärd" not in lars
    assert f"/genomgangar/{review.id}\n" in lena and to(box, "vera") == []


def test_minutes_go_into_the_weekly_mail_of_those_who_want_one(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    choose(session, "lena", MailChoice.WEEKLY)
    reviewed(session, people, clock.at)
    with relay() as (box, port):
        every_hour(worker, clock, port, MONDAY + timedelta(hours=2))
    (only,) = to(box, "lena")
    assert "* Veckogenomgången: 1 beslut om ditt delprojekts avvikelser" in only


def test_minutes_of_decisions_that_were_undone_in_time_are_not_sent(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    reviewed(session, people, clock.at)
    first = session.scalars(select(Ruling).order_by(Ruling.id)).first()
    assert first is not None
    rulings.undo(session, people.vera, first, at=clock.at)
    session.commit()
    clock.at += UNDO_GRACE
    with relay() as (box, port):
        rounds.send(worker(port))
    assert to(box, "lena") == [] and len(to(box, "lars")) == 1
    assert kinds(session, Notice.MINUTES)[people.lena.id] is MailState.UNWANTED


def test_whoever_was_told_of_a_decision_is_told_that_it_was_taken_back(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    report = a_filed_deviation(session, people.rut, at=THURSDAY)
    asked = rulings.take(session, people.vera, [(report, None)], a_decision(session, Status.NEEDS_FACTS), at=THURSDAY)
    session.commit()
    clock.at += UNDO_GRACE
    with relay() as (box, port):
        rounds.send(worker(port))
        rulings.undo(session, people.vera, asked, at=clock.at)
        session.commit()
        rounds.send(worker(port))
    last = to(box, "rut")[-1]
    assert last.startswith(f"Ett beslut om din avvikelse är ändrat (nummer {report.id})\n")
    assert f"/avvikelser/{report.id}\n" in last and "Det förra mejlet gäller alltså inte längre." in last
    assert day_of(clock.at) == day_of(THURSDAY)
