"""The open pages, the language, and each role's front page with something on it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import Status
from deviations.models import User
from deviations.services import triage
from tests.factories import NOW, a_decision, a_filed_deviation, a_letter, a_recurring_barrier
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]


@pytest.mark.parametrize("path", ["/om", "/tillganglighet", "/personuppgifter", "/ordlista", "/logga-in"])
def test_open_pages_are_open(client: CheckingClient, path: str) -> None:
    assert client.page(path).text()


@pytest.mark.parametrize("path", ["/om", "/tillganglighet", "/personuppgifter", "/ordlista"])
def test_who_is_logged_in_keeps_her_menu_on_an_open_page(
    client: CheckingClient, rut: CheckingClient, adam: CheckingClient, path: str
) -> None:
    def addresses(browser: CheckingClient) -> set[str | None]:
        return {link.get("href") for link in browser.page(path).all("a")}

    assert {"/avvikelser/mina", "/konto"} <= addresses(rut)
    assert not {"/avvikelser/mina", "/konto"} & addresses(client)
    assert not [link for link in adam.page(path).all("a") if link.get("aria-current")]


def test_a_login_that_has_ended_leaves_an_open_page_open(rut: CheckingClient) -> None:
    rut.submit("/om", "/logga-ut")
    assert "Rut" not in rut.page("/om").text()


def test_the_health_page_says_no_more_than_ok(client: CheckingClient) -> None:
    assert client.get("/halsa").data == b"ok\n"


def test_each_front_page_says_what_waits(session: Session, people: People, logged_in: Browser) -> None:
    a_letter(session, people, LetterStatus.IN_REVIEW, a_recurring_barrier(session, people))
    asked, local = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rolf)
    triage.move(session, people.vera, asked, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    triage.move(session, people.vera, local, a_decision(session, Status.LOCAL_ACTION), at=NOW)
    session.commit()
    assert "1 avvikelse väntar på dig" in logged_in("rut").page("/").text()
    assert "1 avvikelse väntar på dig" in logged_in("lena").page("/").text()
    assert "1 skrivelse väntar på styrgruppens beslut" in logged_in("stina").page("/").text()
    assert "Återkommande hinder" in logged_in("vera").page("/").text()
    assert "Tiotimmarsgränsen" not in logged_in("adam").page("/").text()


def test_an_administrator_is_told_in_the_first_sentence_that_people_wait(
    session: Session, people: People, logged_in: Browser
) -> None:
    assert "Inget väntar på dig" in logged_in("adam").page("/").text()
    rolf = session.scalars(select(User).where(User.full_name == "Rolf")).one()
    rolf.memberships.clear()
    session.commit()
    text = logged_in("adam").page("/").text()
    assert "Det här väntar på dig." in text and "Inget väntar på dig" not in text
    assert "1 person väntar på en roll" in text


def test_the_language_changes_and_stays_and_leads_back(rut: CheckingClient) -> None:
    assert rut.page("/om").root.get("lang") == "sv"
    (key, *_) = [f.get("value") for f in rut.page("/om").all("input") if f.get("name") == "csrf_token"]
    answer = rut.post("/sprak", data={"csrf_token": key, "language": "en", "back": "/om"})
    assert answer.headers["Location"] == "/om"
    assert rut.page("/om").root.get("lang") == "en"
    for odd in ("xx", "", "../../etc", "sv\x00"):
        rut.post("/sprak", data={"csrf_token": key, "language": odd, "back": "//ond.example"})
        assert rut.page("/").root.get("lang") == "en"
    answer = rut.post("/sprak", data={"csrf_token": key, "language": "sv", "back": "//ond.example"})
    assert answer.headers["Location"] == "/"
    assert rut.page("/").root.get("lang") == "sv"
