"""A recipient's link: shown once, kept as a hash, used until it runs out or is withdrawn, every use noted."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from deviations.domain.letters import Answer, LetterStatus, LinkAct
from deviations.domain.notices import Notice
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed, NotFound
from deviations.models import Letter, LinkUse, OutgoingMail, RecipientLink, Reply
from deviations.services import audit, recipient_links
from deviations.services.checks import PersonalData
from deviations.services.letter_answers import Said
from tests.factories import NOW, TODAY, a_draft, a_letter_out, an_agency, audit_lines, moves
from tests.people import People, find

L = LetterStatus


def a_link(session: Session, people: People, letter: Letter, code: str = "NR") -> tuple[RecipientLink, str]:
    return recipient_links.make(session, people.vera, letter, an_agency(session, code), NOW)


def say(session: Session, link: RecipientLink, kind: LetterStatus = L.ANSWERED, **told: Any) -> Reply:
    """What the recipient says behind its link."""
    said = {
        "kind": kind,
        "received_on": TODAY,
        "agency": link.agency,
        "answer": Answer.PARTLY if kind is L.ANSWERED else None,
        "answer_by": TODAY + timedelta(days=40) if kind is L.EXTENDED else None,
        "text": "Vi gör det." if kind is L.ANSWERED else "",
    }
    return recipient_links.respond(session, link, Said(**{**said, **told}), "192.0.2.7", NOW)


def told(session: Session, kind: Notice) -> list[tuple[int | None, Any]]:
    rows = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.id))
    return [(row.user_id, json.loads(row.detail)) for row in rows]


def test_a_token_is_random_and_only_its_hash_is_kept(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    (link, token), (_other, second) = a_link(session, people, letter), a_link(session, people, letter)
    assert token != second and len(token) >= 43
    session.commit()
    session.expire_all()
    assert recipient_links.find(session, token, NOW).id == link.id
    everything = " ".join(str(value) for row in session.scalars(select(RecipientLink)) for value in vars(row).values())
    assert token not in everything
    assert all(token not in line.detail for line in audit_lines(session))
    assert audit_lines(session, f"letter:{letter.id}")[-1].action == "letter.link_made"


def test_a_link_is_for_a_recipient_of_a_letter_that_is_out(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    with pytest.raises(NotFound):
        a_link(session, people, letter, "FK")
    with pytest.raises(NotAllowed, match="letter_not_out"):
        a_link(session, people, a_draft(session, people, letter.barrier))
    letter.status = L.CLOSED
    with pytest.raises(NotAllowed, match="letter_not_out"):
        a_link(session, people, letter)


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_makes_and_withdraws(session: Session, people: People, name: str) -> None:
    letter, other = a_letter_out(session, people), getattr(people, name)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        recipient_links.make(session, other, letter, an_agency(session, "NR"), NOW)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        recipient_links.withdraw(session, other, a_link(session, people, letter)[0], NOW)


def test_a_link_ends_after_ninety_days_or_when_it_is_withdrawn(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    letter.answer_by = TODAY + timedelta(days=20)
    link, token = a_link(session, people, letter)
    assert recipient_links.find(session, token, NOW + timedelta(days=89, hours=23)).id == link.id
    with pytest.raises(NotFound):
        recipient_links.find(session, token, NOW + timedelta(days=90))
    for _ in range(2):
        recipient_links.withdraw(session, people.vera, link, NOW)
    with pytest.raises(NotFound):
        recipient_links.find(session, token, NOW)
    actions = [line.action for line in audit_lines(session, f"letter:{link.letter_id}")]
    assert actions.count("letter.link_withdrawn") == 1


def test_a_link_holds_for_a_month_after_the_day_by_which_the_answer_is_asked_for(
    session: Session, people: People
) -> None:
    letter = a_letter_out(session, people)
    letter.answer_by = TODAY + timedelta(days=100)
    link, token = a_link(session, people, letter)
    assert link.expires_at == NOW + timedelta(days=130)
    say(session, link, L.EXTENDED, answer_by=TODAY + timedelta(days=200))
    assert recipient_links.find(session, token, NOW + timedelta(days=229)).id == link.id


@pytest.mark.parametrize("token", ["", "x", "å" * 43, "\udc80"])
def test_what_is_no_token_opens_nothing(session: Session, people: People, token: str) -> None:
    a_link(session, people, a_letter_out(session, people))
    with pytest.raises(NotFound):
        recipient_links.find(session, token, NOW)


def test_a_link_used_too_often_rests_for_an_hour(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    (link, _), (other, _) = a_link(session, people, letter), a_link(session, people, letter)
    for _ in range(recipient_links.MOST_USES):
        recipient_links.note(session, link, LinkAct.OPENED, "192.0.2.7", NOW)
    with pytest.raises(recipient_links.Overused):
        recipient_links.check_rate(session, link, NOW + timedelta(minutes=59))
    recipient_links.check_rate(session, link, NOW + timedelta(minutes=61))
    recipient_links.check_rate(session, other, NOW)


def test_an_answer_moves_letter_and_barrier_without_a_person(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    link, _token = a_link(session, people, letter)
    kept = say(session, link)
    assert (kept.recorded_by_id, kept.link_id, kept.summary, kept.text) == (None, link.id, "", "Vi gör det.")
    assert (letter.status, letter.barrier.status) == (L.ANSWERED, BarrierStatus.ANSWERED)
    assert [(move.actor_id, move.target) for move in moves(session, letter)][-1] == (None, L.ANSWERED)
    uses = session.scalars(select(LinkUse)).all()
    assert [(use.act, use.source) for use in uses] == [(LinkAct.ANSWERED, "192.0.2.7")]
    assert told(session, Notice.RECIPIENT_ACTED) == [(people.vera.id, {"act": "answered", "agency": link.agency_id})]
    assert len(told(session, Notice.ANSWER_CAME)) == 3
    assert audit.verify(session)[1] is None


def test_more_time_moves_the_day_and_says_who_set_it(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    link, _token = a_link(session, people, letter)
    say(session, link, L.EXTENDED)
    assert (letter.status, letter.answer_by) == (L.EXTENDED, TODAY + timedelta(days=40))
    assert json.loads(letter.answer_how) == {"kind": "extension", "since": TODAY.isoformat()}
    assert told(session, Notice.ANSWER_CAME) == []


def test_a_receipt_is_given_once(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    link, _token = a_link(session, people, letter)
    first = say(session, link, L.ACKNOWLEDGED)
    assert say(session, link, L.ACKNOWLEDGED, their_number="NR 2026/9") is first
    assert len(letter.replies) == 1 and len(told(session, Notice.RECIPIENT_ACTED)) == 1
    answer = say(session, link)
    assert say(session, link, L.ACKNOWLEDGED) is answer


def test_what_it_may_not_say_is_refused_and_nothing_kept(session: Session, people: People) -> None:
    letter = a_letter_out(session, people)
    link, _token = a_link(session, people, letter)
    with pytest.raises(Incomplete, match="needs_answer"):
        say(session, link, answer=None)
    with pytest.raises(PersonalData):
        say(session, link, text="Hon heter 850709-9805.")
    say(session, link)
    with pytest.raises(NotAllowed, match="no_such_move"):
        say(session, link, text="Vi har ändrat oss.")
    with pytest.raises(NotAllowed, match="no_such_move"):
        say(session, link, L.EXTENDED)
    assert len(letter.replies) == 1
    assert L.SILENT not in recipient_links.open_kinds(link)


def test_one_recipient_of_several_answers_for_itself_alone(session: Session, people: People) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    (af, _), (fk, _) = a_link(session, people, letter, "AF"), a_link(session, people, letter, "FK")
    say(session, af)
    assert recipient_links.open_kinds(af) == ()
    assert L.ANSWERED in recipient_links.open_kinds(fk)
    say(session, fk, text="Det gör vi också.")
    assert [reply.agency_id for reply in letter.replies] == [af.agency_id, fk.agency_id]


def test_an_answer_pressed_twice_at_one_moment_is_one(engine: Engine) -> None:
    with Session(engine) as session:
        everyone = find(session)
        _link, token = a_link(session, everyone, a_letter_out(session, everyone))
        session.commit()
    start, failed = threading.Barrier(4), []

    def press() -> None:
        try:
            with Session(engine.execution_options(write=True)) as session:
                start.wait(20)
                say(session, recipient_links.find(session, token, NOW, to_use=True))
                session.commit()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    with Session(engine) as session:
        assert len(session.scalars(select(Reply)).all()) == 1
        assert len(session.scalars(select(LinkUse)).all()) == 1
