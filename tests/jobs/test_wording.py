"""What a mail says: enough to act on, in its reader's language, and nothing that somebody wrote about a person."""

import json
from datetime import timedelta

import pytest
from babel.dates import format_date
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.deadlines import Promises, Span
from deviations.domain.letters import LetterStatus
from deviations.domain.notices import ACCOUNT, FOLLOW_UP_AFTER, MailChoice, MailState, Notice, summary_moment
from deviations.domain.workflow import Kind, Status
from deviations.jobs.wording import Links, Worded, worded
from deviations.models import Deviation, Membership, OutgoingMail, User
from deviations.services import digests, followups, outbox, promises, reviews, rulings, triage
from tests.factories import (
    NOW,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    joined,
    spread_reports,
)
from tests.people import People, email
from tests.relay import ADDRESS, SECRET

MARK = "Ögontjänaren"
LINKS = Links(ADDRESS, SECRET)
# test_letter_news, test_account_mail
ELSEWHERE = (Notice.RECIPIENT_ACTED, Notice.ANSWER_LATE, Notice.PROMISE_LATE, *sorted(ACCOUNT))


def newest(session: Session, kind: Notice, name: str = "rut") -> OutgoingMail:
    return session.scalars(
        select(OutgoingMail)
        .join(OutgoingMail.user)
        .where(OutgoingMail.kind == kind, User.email == email(name))
        .order_by(OutgoingMail.id.desc())
        .limit(1)
    ).one()


def said(session: Session, kind: Notice, name: str = "rut") -> Worded:
    found = worded(session, newest(session, kind, name), LINKS)
    assert found is not None
    return found


def solved(session: Session, people: People, deviation: Deviation, solution: str) -> None:
    decision = triage.Decision(Status.SOLVED_LOCALLY, solution=solution)
    triage.move(session, people.vera, deviation, decision, at=NOW)


def test_a_filed_report_is_confirmed_with_its_number_and_link(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    mail = said(session, Notice.RECEIVED)
    assert mail.subject == f"Vi har fått din avvikelse (nummer {deviation.id})"
    assert mail.text.startswith("Hej Rut!\n")
    assert f"{ADDRESS}/avvikelser/{deviation.id}\n" in mail.text
    assert f"{ADDRESS}/konto" in mail.text
    assert f"”{deviation.title}”" in mail.text
    assert deviation.body not in mail.text


def test_a_confirmation_says_until_when_and_how_that_was_counted(session: Session, people: People) -> None:
    since = format_date(day_of(NOW), "d MMMM", locale="sv")
    deviation = a_filed_deviation(session, people.rut)
    assert f": 7 dagar från den {since}, då den rapporterades." in said(session, Notice.RECEIVED).text
    promises.set_promises(session, people.vera, Promises(first_reply=Span(5, working=True)), NOW)
    a_filed_deviation(session, people.rut, title="En annan sak")
    assert f": 5 arbetsdagar från den {since}, då den rapporterades." in said(session, Notice.RECEIVED).text
    session.execute(update(OutgoingMail).where(OutgoingMail.deviation_id != deviation.id).values(kind=Notice.JOINED))
    late = worded(session, newest(session, Notice.RECEIVED), LINKS, NOW + timedelta(days=8))
    assert late is not None
    assert "Svar senast" not in late.text


def test_a_guldkorn_is_called_so(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE)
    assert "guldkorn" in said(session, Notice.RECEIVED).subject


def test_no_mail_about_a_guldkorn_calls_it_something_else(session: Session, people: People) -> None:
    """Received, asked about, placed and read: by its name, without a question to come or others who have met it."""
    gold = a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE)
    barrier = a_barrier(session, people.vera, spread_reports(session, people, (0, 6, 0)))
    mails = [said(session, Notice.RECEIVED)]
    steps = (
        (Status.NEEDS_FACTS, Notice.NEEDS_FACTS),
        (Status.IN_REVIEW, None),
        (Status.JOINED, Notice.JOINED),
        (Status.IN_REVIEW, None),
        (Status.SOLVED_LOCALLY, Notice.SOLVED_LOCALLY),
    )
    for day, (status, notice) in enumerate(steps, start=1):
        at = NOW + timedelta(days=day)
        triage.move(session, people.vera, gold, a_decision(session, status, barrier), at=at)
        mails += [said(session, notice)] if notice else []
    assert len(mails) == 4
    for mail in mails:
        assert "itt guldkorn" in mail.subject and f"Det heter ”{gold.title}”." in mail.text
        assert not [w for w in ("avvikelse ", "avvikelsen", "löst", "fyra veckor") if w in mail.subject + mail.text]


def test_a_solution_that_did_not_help_is_told_as_such_and_no_question_is_promised(
    session: Session, people: People
) -> None:
    deviation = a_filed_deviation(session, people.rut)
    tried = triage.Decision(Status.SOLVED_LOCALLY, solution="Vi skrev till dem två gånger.", worked=False)
    triage.move(session, people.vera, deviation, tried, at=NOW)
    mail = said(session, Notice.SOLVED_LOCALLY)
    assert mail.subject == f"En lösning är prövad men hjälpte inte (avvikelse nummer {deviation.id})"
    assert "Vi skrev till dem två gånger." in mail.text
    assert "Är det fortfarande ett hinder?" in mail.text
    assert "löst" not in mail.text and "löstes" not in mail.text and "fyra veckor" not in mail.text


def test_a_solution_that_helped_promises_the_question(session: Session, people: People) -> None:
    solved(session, people, a_filed_deviation(session, people.rut), "Vi kom överens om ett möte.")
    text = said(session, Notice.SOLVED_LOCALLY).text
    assert "Så här löstes det:" in text and "Om fyra veckor frågar vi dig" in text


def test_a_title_that_may_point_to_somebody_stays_at_home(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut, title="Kalle Andersson fick inget svar")
    assert "Kalle" not in said(session, Notice.RECEIVED).text
    solved(session, people, deviation, "Vi ringde Kalle Andersson på 070-123 45 67.")
    assert "Kalle" not in said(session, Notice.SOLVED_LOCALLY).text


def taken_back(session: Session, people: People, deviation: Deviation) -> None:
    """A question that was told and then taken back."""
    question = triage.Decision(Status.NEEDS_FACTS, note=f"Vad menar du med {MARK.lower()}?")
    asked = rulings.take(session, people.vera, [(deviation, None)], question, at=NOW)
    newest(session, Notice.NEEDS_FACTS).state = MailState.SENT
    session.flush()
    rulings.undo(session, people.vera, asked, at=NOW)


def reviewed(session: Session, people: People, deviation: Deviation) -> None:
    """A weekly review that left a report to its lead."""
    review = reviews.start(session, people.vera, [deviation.id], at=NOW)
    left = triage.Decision(Status.LOCAL_ACTION, note=f"Tänk på {MARK.lower()}.")
    rulings.take(session, people.vera, [(deviation, None)], left, at=NOW)
    reviews.end(session, people.vera, review, at=NOW)


def test_no_mail_of_any_kind_holds_what_was_written_in_a_report(session: Session, people: People) -> None:
    """The body, what was tried and wished, a question and its answer: each carries the mark, and no mail does."""
    texts = {
        name: f"Det gick som för {MARK.lower()} igen, {name}." for name in ("body", "tried", "wished", "rule_hint")
    }
    told = a_filed_deviation(session, people.rut, **texts)
    asked = a_filed_deviation(session, people.rut, **texts)
    fixed = a_filed_deviation(session, people.rut, **texts)
    question = triage.Decision(Status.NEEDS_FACTS, note=f"Vad menar du med {MARK.lower()}?")
    triage.move(session, people.vera, asked, question, at=NOW)
    solved(session, people, fixed, "Vi kom överens om ett möte.")
    joined(session, people.vera, told, a_barrier(session, people.vera))
    followups.ask(session, NOW + FOLLOW_UP_AFTER)
    barrier = a_recurring_barrier(session, people)
    a_letter(session, people, LetterStatus.ANSWERED, barrier)
    taken_back(session, people, a_filed_deviation(session, people.rut, **texts))
    reviewed(session, people, a_filed_deviation(session, people.rut, **texts))
    session.execute(update(User).values(created_at=NOW - timedelta(weeks=1)))
    digests.make(session, summary_moment(NOW + timedelta(days=7)))
    mails = session.scalars(select(OutgoingMail)).all()
    words = [worded(session, mail, LINKS) for mail in mails]
    assert {mail.kind for mail in mails} == set(Notice) - {Notice.WEEKLY, Notice.LETTER_OUT, *ELSEWHERE}
    pointless = [mail.kind for mail, told in zip(mails, words, strict=True) if told is None]
    assert pointless == [Notice.NEEDS_FACTS], "but the question that was taken back"
    assert not any(MARK.casefold() in f"{w.subject}{w.text}".casefold() for w in words if w)


def test_a_harmless_solution_is_told(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    solved(session, people, deviation, "Vi kom överens om ett möte varje månad.")
    assert "Vi kom överens om ett möte varje månad." in said(session, Notice.SOLVED_LOCALLY).text


@pytest.mark.parametrize(
    ("others", "sentence"),
    [(0, "den första avvikelsen"), (1, "1 avvikelse till"), (7, "7 avvikelser till"), (None, "ligger avvikelser")],
)
def test_how_many_others_there_are_is_told_as_it_was_counted(
    session: Session, people: People, others: int | None, sentence: str
) -> None:
    deviation = a_filed_deviation(session, people.rut)
    joined(session, people.vera, deviation, a_barrier(session, people.vera))
    newest(session, Notice.JOINED).detail = json.dumps({"barrier": 1, "others": others})
    text = said(session, Notice.JOINED).text
    assert sentence in text
    assert others is not None or not any(letter.isdigit() for letter in text.split("Följ den här")[0].split("”")[-1])


def test_a_letter_and_its_answer_are_told(session: Session, people: People) -> None:
    letter = a_letter(session, people, LetterStatus.ANSWERED)
    sent, answered = said(session, Notice.LETTER_SENT), said(session, Notice.ANSWER_CAME)
    assert letter.registry_number and letter.registry_number in sent.subject
    assert "Nationella rådet" in sent.text and f"{ADDRESS}/skrivelser/{letter.id}" in sent.text
    assert sent.subject.startswith("En skrivelse om hindret du har rapporterat är skickad")
    assert answered.subject.startswith("Svar på skrivelsen om hindret du har rapporterat")
    assert "som bygger bland annat på din avvikelse." in answered.text
    assert "Svaret: ja till förslaget." in answered.text


def test_english_is_spoken_to_those_who_chose_it(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    session.execute(update(User).where(User.email == email("rut")).values(language="en"))
    text = said(session, Notice.RECEIVED).text
    assert "Rut" in text and "Hej" not in text and "Tack" not in text


def test_the_question_has_a_link_for_yes_and_one_for_no(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    solved(session, people, deviation, "Vi kom överens om ett möte.")
    followups.ask(session, NOW + FOLLOW_UP_AFTER)
    found = [line.rpartition("/")[2] for line in said(session, Notice.FOLLOW_UP).text.splitlines() if "/uppf" in line]
    answers = [followups.read(SECRET, token) for token in found]
    assert [works for _, works in answers] == [True, False]
    assert answers[0][0] == answers[1][0]


def test_what_has_gone_on_since_is_no_news(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, deviation, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    mail = newest(session, Notice.NEEDS_FACTS)
    assert worded(session, mail, LINKS) is not None
    triage.move(session, people.rut, deviation, a_decision(session, Status.IN_REVIEW), at=NOW)
    assert worded(session, mail, LINKS) is None


def test_a_question_that_has_become_pointless_is_not_put(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    solved(session, people, deviation, "Vi kom överens om ett möte.")
    followups.ask(session, NOW + FOLLOW_UP_AFTER)
    reopened = triage.Decision(Status.IN_REVIEW, note="Det höll inte.")
    triage.move(session, people.vera, deviation, reopened, at=NOW + FOLLOW_UP_AFTER)
    assert worded(session, newest(session, Notice.FOLLOW_UP), LINKS) is None


def test_what_somebody_may_not_see_any_more_is_not_told(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    mail = newest(session, Notice.RECEIVED)
    session.execute(
        update(Membership).where(Membership.user_id == people.rut.id).values(role="admin", subproject_id=None)
    )
    session.expire_all()
    assert worded(session, mail, LINKS) is None
    session.execute(update(User).where(User.id == people.rut.id).values(active=False))
    session.expire_all()
    assert worded(session, mail, LINKS) is None


def test_a_week_tells_each_thing_with_its_link(session: Session, people: People) -> None:
    session.execute(update(User).where(User.email == email("rut")).values(mail_choice=MailChoice.WEEKLY))
    first, second = spread_reports(session, people, (2, 0, 0))
    triage.move(session, people.vera, first, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    assert outbox.summarise(session, NOW + timedelta(days=8)) == 1
    mail = said(session, Notice.WEEKLY)
    assert mail.subject == "Veckans nytt om det du har rapporterat"
    assert "De här 3 sakerna" in mail.text
    assert f"* En fråga om din avvikelse (nummer {first.id})" in mail.text
    assert f"{ADDRESS}/avvikelser/{second.id}" in mail.text


def test_every_link_in_a_mail_leads_to_a_page(app: Flask, session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    solved(session, people, deviation, "Vi kom överens om ett möte.")
    followups.ask(session, NOW + FOLLOW_UP_AFTER)
    a_letter(session, people, LetterStatus.SENT)
    addresses = app.url_map.bind("avvikelser.example.org", url_scheme="https")
    count = 0
    for mail in session.scalars(select(OutgoingMail)):
        told = worded(session, mail, LINKS)
        assert told is not None
        for line in told.text.splitlines():
            if line.startswith(ADDRESS):
                assert addresses.match(line.removeprefix(ADDRESS), method="GET")
                count += 1
    assert count > 10
