"""The worker's rounds against a real relay: what is due is sent once, whatever happens to relay and worker."""

import logging
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.adapters.mail import Post
from deviations.domain.notices import (
    CLAIM_HOLDS,
    FOLLOW_UP_AFTER,
    PAUSES,
    MailChoice,
    MailState,
    Notice,
    summary_moment,
)
from deviations.domain.workflow import Status
from deviations.jobs import work as rounds
from deviations.models import FollowUp, OutgoingMail, User
from deviations.services import drafts, outbox
from tests.factories import a_decision, a_filed_deviation, spread_reports
from tests.jobs.conftest import Clock, Worker
from tests.people import People, email
from tests.relay import Box, free_port, relay, text_of


def all_mails(session: Session) -> list[OutgoingMail]:
    session.expire_all()
    found = list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
    session.rollback()
    return found


def states(session: Session) -> list[MailState]:
    return [mail.state for mail in all_mails(session)]


def choose(session: Session, name: str, choice: MailChoice) -> None:
    session.execute(update(User).where(User.email == email(name)).values(mail_choice=choice))
    session.commit()


def test_what_happened_is_told_to_each_reporter_once(session: Session, people: People, worker: Worker) -> None:
    spread_reports(session, people, (2, 1, 1))
    session.commit()
    with relay() as (box, port):
        assert rounds.send(worker(port)) == 4
        assert rounds.send(worker(port)) == 0
    assert sorted(to for to, _ in box.taken) == sorted(email(name) for name in ("rut", "rut", "rita", "ruben"))
    assert states(session) == [MailState.SENT] * 4
    assert all(mail.sent_at and mail.tries == 1 and not mail.error for mail in all_mails(session))


def test_without_a_relay_mail_waits_and_nothing_fails(session: Session, people: People, worker: Worker) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    assert rounds.send(worker(None)) == 0
    assert states(session) == [MailState.WAITING]
    with relay() as (box, port):
        assert rounds.send(worker(port)) == 1
    assert len(box.taken) == 1


def test_a_relay_that_is_set_late_brings_no_flood(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_filed_deviation(session, people.rut, at=clock.at - timedelta(days=8))
    a_filed_deviation(session, people.rut, at=clock.at - timedelta(days=6))
    session.commit()
    with relay() as (box, port):
        assert rounds.send(worker(port)) == 1
    assert states(session) == [MailState.TOO_OLD, MailState.SENT]
    assert len(box.taken) == 1


def test_a_relay_that_is_down_for_a_while_loses_and_doubles_nothing(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    spread_reports(session, people, (2, 1, 0))
    session.commit()
    port = free_port()
    for _ in range(6):
        assert rounds.send(worker(port)) == 0
        clock.forward(minutes=1)
    assert states(session) == [MailState.WAITING] * 3
    assert {mail.error for mail in all_mails(session)} == {"unreachable"}
    with relay(port=port) as (box, _):
        for _ in range(4):
            rounds.send(worker(port))
            clock.forward(hours=2)
    assert sorted(to for to, _ in box.taken) == sorted(email(name) for name in ("rut", "rut", "rita"))
    assert len({mail["Message-ID"] for _, mail in box.taken}) == 3
    assert states(session) == [MailState.SENT] * 3


def test_one_bad_address_stops_nobody_else(session: Session, people: People, worker: Worker) -> None:
    spread_reports(session, people, (1, 1, 1))
    session.commit()
    with relay(Box(recipients={email("rita"): "550 5.1.1 unknown"})) as (box, port):
        assert rounds.send(worker(port)) == 2
        assert rounds.send(worker(port)) == 0
    assert {to for to, _ in box.taken} == {email("rut"), email("ruben")}
    (failed,) = [mail for mail in all_mails(session) if mail.state is MailState.FAILED]
    assert (failed.error, failed.tries) == ("recipient 550", 1)


def test_a_passing_refusal_is_tried_with_growing_pauses_and_given_up_after_three_days(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    began = clock.at
    with relay(Box(data="451 4.3.0 later")) as (box, port):
        for pause in PAUSES:
            rounds.send(worker(port))
            (mail,) = all_mails(session)
            assert (mail.state, mail.next_try_at) == (MailState.WAITING, clock.at + pause)
            tried = box.tried
            clock.at = mail.next_try_at - timedelta(seconds=1)
            rounds.send(worker(port))
            assert box.tried == tried
            clock.at = mail.next_try_at
        rounds.send(worker(port))
    (mail,) = all_mails(session)
    assert (mail.state, mail.error) == (MailState.FAILED, "mail 451")
    assert timedelta(days=2.5) < clock.at - began < timedelta(days=3.5)


def test_a_worker_killed_before_it_sent_leaves_the_mail_to_the_next(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    with worker(None).writing() as killed:
        assert outbox.claim(killed, clock.at) is not None
        killed.commit()
    with relay() as (box, port):
        assert rounds.send(worker(port)) == 0
        clock.at += CLAIM_HOLDS
        assert rounds.send(worker(port)) == 1
    assert len(box.taken) == 1


def test_a_worker_killed_after_it_sent_sends_again_with_the_same_message_id(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    with relay() as (box, port):
        work = worker(port)
        assert work.settings.mail is not None
        mail_id = rounds._claimed(work)
        assert mail_id is not None
        with Post(work.settings.mail.relay) as post:
            rounds._sent(work, work.settings.mail, post, mail_id)
        clock.at += CLAIM_HOLDS
        assert rounds.send(work) == 1
    assert len(box.taken) == 2
    assert len({mail["Message-ID"] for _, mail in box.taken}) == 1


def test_a_mail_that_kills_every_worker_is_given_up(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    for _ in range(len(PAUSES) + 1):
        with worker(None).writing() as killed:
            assert outbox.claim(killed, clock.at) is not None
            killed.commit()
        clock.at += CLAIM_HOLDS
    with relay() as (box, port):
        assert rounds.send(worker(port)) == 0
    assert box.taken == []
    assert [(mail.state, mail.error) for mail in all_mails(session)] == [(MailState.FAILED, "interrupted")]


def test_two_workers_at_once_send_each_mail_once(session: Session, people: People, worker: Worker) -> None:
    for _ in range(10):
        spread_reports(session, people, (1, 1, 1))
    session.commit()
    counts: list[int] = []
    with relay() as (box, port):

        def work(start: threading.Barrier) -> None:
            start.wait(10)
            counts.append(sum(rounds.send(worker(port)) for _ in range(3)))

        both = threading.Barrier(2)
        threads = [threading.Thread(target=work, args=(both,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sum(counts) == 30
    assert len({mail["Message-ID"] for _, mail in box.taken}) == len(box.taken) == 30
    assert states(session) == [MailState.SENT] * 30


def test_a_round_ends_when_the_worker_is_to_stop(session: Session, people: People, worker: Worker) -> None:
    spread_reports(session, people)
    session.commit()
    with relay() as (box, port):
        sample = worker(port)
        work = rounds.Work(sample.settings, sample.engine, sample.now, stopping=lambda: len(box.taken) >= 2)
        assert rounds.send(work) == 2
    assert states(session).count(MailState.WAITING) == 3
    assert all(mail.claimed_until is None for mail in all_mails(session))


def test_the_log_names_nobody(
    session: Session, people: People, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    a_filed_deviation(session, people.rut, title="Hemlig rubrik om en bro")
    session.commit()
    with caplog.at_level(logging.DEBUG), relay(Box(recipients={email("rut"): "550 rut is unknown"})) as (_, port):
        rounds.send(worker(port))
    told = [r.getMessage() for r in caplog.records if r.name.startswith("deviations")]
    assert any("recipient 550" in line for line in told)
    assert not any("rut" in line.casefold() or "bro" in line for line in told)


def test_whoever_wants_no_mail_gets_none(session: Session, people: People, worker: Worker) -> None:
    choose(session, "rut", MailChoice.NONE)
    spread_reports(session, people, (1, 1, 0))
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert [to for to, _ in box.taken] == [email("rita")]
    assert states(session) == [MailState.UNWANTED, MailState.SENT]


def test_a_closed_account_gets_no_mail(session: Session, people: People, worker: Worker) -> None:
    a_filed_deviation(session, people.rut)
    session.execute(update(User).where(User.email == email("rut")).values(active=False))
    session.commit()
    with relay() as (box, port):
        assert rounds.send(worker(port)) == 0
    assert box.taken == []
    assert states(session) == [MailState.UNWANTED]


def test_a_week_comes_as_one_mail_on_monday(session: Session, people: People, worker: Worker, clock: Clock) -> None:
    choose(session, "rut", MailChoice.WEEKLY)
    spread_reports(session, people, (3, 1, 0))
    session.commit()
    with relay() as (box, port):
        work = worker(port)
        for _ in range(9 * 24):  # nine days have one or two Monday mornings
            rounds.summarise(work)
            rounds.send(work)
            clock.forward(hours=1)
    mine = [mail for to, mail in box.taken if to == email("rut")]
    assert len(mine) == 1
    assert text_of(mine[0]).count("/avvikelser/") == 3
    kinds = {mail.kind: mail.state for mail in all_mails(session) if mail.user_id == people.rut.id}
    assert kinds == {Notice.RECEIVED: MailState.SUMMARISED, Notice.WEEKLY: MailState.SENT}
    assert [to for to, _ in box.taken if to == email("rita")] == [email("rita")]


def test_two_workers_make_one_summary(session: Session, people: People, worker: Worker, clock: Clock) -> None:
    choose(session, "rut", MailChoice.WEEKLY)
    spread_reports(session, people, (2, 0, 0))
    session.commit()
    clock.at = summary_moment(clock.at) + timedelta(days=10)  # a Thursday: too late for the digests of leads
    faults: list[Exception] = []

    def work(start: threading.Barrier, port: int) -> None:
        start.wait(10)
        try:
            rounds.summarise(worker(port))
        except Exception as fault:
            faults.append(fault)

    with relay() as (box, port):
        both = threading.Barrier(2)
        threads = [threading.Thread(target=work, args=(both, port)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        rounds.send(worker(port))
    assert faults == []
    assert [to for to, _ in box.taken] == [email("rut")]


def test_the_question_is_put_four_weeks_after_a_solution_once(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    from deviations.services import triage

    deviation = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, deviation, a_decision(session, Status.SOLVED_LOCALLY), at=clock.at)
    session.commit()
    with relay() as (box, port):
        work = worker(port)
        rounds.send(work)
        before = len(box.taken)
        for wait in (FOLLOW_UP_AFTER - timedelta(hours=1), timedelta(hours=1), timedelta(hours=1)):
            clock.at += wait
            rounds.hourly(work)
            rounds.send(work)
    assert [mail["Subject"] for _, mail in box.taken[before:]] == [
        f"Fungerar det nu? (avvikelse nummer {deviation.id})"
    ]
    assert len(session.scalars(select(FollowUp)).all()) == 1


def test_old_drafts_are_forgotten(session: Session, people: People, worker: Worker, clock: Clock) -> None:
    from deviations.models import Draft

    drafts.keep(session, people.rut, "form-1", {"title": ["Ett utkast"]}, clock.at)
    session.commit()
    rounds.hourly(worker(None))
    assert len(session.scalars(select(Draft)).all()) == 1
    session.rollback()
    clock.forward(days=31)
    rounds.hourly(worker(None))
    assert session.scalars(select(Draft)).all() == []
