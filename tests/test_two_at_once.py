"""Eight people save the same thing at one moment: one of them wins, the others are told, and no words are lost.

Real threads, each a browser of its own, on the whole program with its own connections to the database.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier as Start

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from deviations.domain.workflow import Status
from deviations.models import InternalNote, LetterVersion
from deviations.services import audit, triage
from tests.factories import NOW, a_barrier, a_draft, a_filed_deviation, audit_lines, moves
from tests.pages import CheckingClient, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
EIGHT = range(8)
WHO = ("vera", "lena")


def saved_at_once(browsers: list[CheckingClient], page: str, action: str, field: str) -> list[TestResponse]:
    """All have the same form before them, each writes a text of its own, and all press at one moment."""
    sent = []
    for number, browser in enumerate(browsers):
        (form,) = [f for f in browser.page(page).all("form") if f.get("action") == action]
        sent.append({**form_values(form), field: mine(number)})
    start = Start(len(browsers))

    def press(number: int) -> TestResponse:
        start.wait(timeout=60)
        return browsers[number].post(action, data=sent[number])

    with ThreadPoolExecutor(len(browsers)) as threads:
        return list(threads.map(press, range(len(browsers))))


def mine(number: int) -> str:
    """What the person of that number writes."""
    return f"Vi gjorde på sätt nummer {number + 1}, och det höll."


def one_wins(answers: list[TestResponse]) -> int:
    """The number of the one who won; the others were told, each with the text that was hers."""
    (winner,) = [number for number in EIGHT if answers[number].status_code == 302]
    for number in set(EIGHT) - {winner}:
        assert answers[number].status_code == 409
        assert mine(number) in answers[number].get_data(as_text=True)
    return winner


def test_of_eight_decisions_one_is_taken_and_seven_are_given_back(
    session: Session, people: People, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, report, triage.Decision(Status.IN_REVIEW), at=NOW)
    session.commit()
    subject, page = f"deviation:{report.id}", f"/avvikelser/{report.id}"
    steps, lines = len(moves(session, report)), len(audit_lines(session, subject))
    session.rollback()
    answers = saved_at_once(
        [logged_in(WHO[number % 2]) for number in EIGHT],
        page, f"{page}/beslut/solved_locally", "solved_locally-solution",
    )  # fmt: skip
    winner = one_wins(answers)
    session.expire_all()
    history = moves(session, report)
    assert len(history) == steps + 1
    assert (history[-1].target, history[-1].note) == (Status.SOLVED_LOCALLY, mine(winner))
    assert len(audit_lines(session, subject)) == lines + 1
    assert audit.verify(session)[1] is None


def test_of_eight_descriptions_of_a_barrier_one_stands_and_seven_are_given_back(
    session: Session, people: People, logged_in: Browser
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    subject, path = f"barrier:{barrier.id}", f"/hinder/{barrier.id}/andra"
    lines = len(audit_lines(session, subject))
    session.rollback()
    winner = one_wins(saved_at_once([logged_in("vera") for _ in EIGHT], path, path, "description"))
    session.expire_all()
    assert barrier.description == mine(winner)
    assert len(audit_lines(session, subject)) == lines + 1
    assert audit.verify(session)[1] is None


def test_of_eight_texts_of_a_letter_one_is_the_next_version_and_seven_are_given_back(
    session: Session, people: People, logged_in: Browser
) -> None:
    letter = a_draft(session, people)
    session.commit()
    subject, path = f"letter:{letter.id}", f"/skrivelser/{letter.id}/redigera"
    lines = len(audit_lines(session, subject))
    session.rollback()
    winner = one_wins(saved_at_once([logged_in("vera") for _ in EIGHT], path, path, "body"))
    session.expire_all()
    assert letter.body == mine(winner)
    assert session.scalar(select(func.count()).where(LetterVersion.letter_id == letter.id)) == 2
    assert len(audit_lines(session, subject)) == lines + 1
    assert audit.verify(session)[1] is None


@pytest.mark.parametrize("about", ["avvikelser", "hinder"])
def test_of_eight_internal_notes_all_eight_are_kept(
    session: Session, people: People, logged_in: Browser, about: str
) -> None:
    report = a_filed_deviation(session, people.rut)
    thing = report if about == "avvikelser" else a_barrier(session, people.vera, [report])
    session.commit()
    page = f"/{about}/{thing.id}"
    session.rollback()
    answers = saved_at_once([logged_in("vera") for _ in EIGHT], page, f"{page}/anteckning", "anteckning-text")
    assert [answer.status_code for answer in answers] == [302] * 8
    assert set(session.scalars(select(InternalNote.text))) == {mine(number) for number in EIGHT}
    assert audit.verify(session)[1] is None
