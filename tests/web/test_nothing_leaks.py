"""Every page that can be fetched is fetched by people whose it is not: nothing of what they may not read stands there.

New pages are in it by themselves.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from deviations.domain.lists import Chosen, View
from deviations.domain.workflow import CloseReason, Status
from deviations.services import merging, notes, reviews, rulings, triage, views
from tests.factories import NOW, TODAY, a_barrier, a_filed_deviation
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]
IDS = (1, 3)
NARROWED = ("", "?ko=alla&q=bilresor&ord=bilresor&id=1&id=2")


@pytest.fixture
def full(session: Session, people: People) -> None:
    """Söder's reports say "zebra" in every word of theirs, internal notes say "viskning"; all kinds of decisions."""
    told = {"title": "Zebran och bilresorna", "body": "Zebrans bilresor till praktiken ersätts inte."}
    first, second, third = (a_filed_deviation(session, people.rut, **told) for _ in range(3))
    norr = a_filed_deviation(session, people.rita, title="Bilresor i Norr", body="Bilresor ersätts inte.")
    one, two = (a_barrier(session, people.vera, name=name) for name in ("Resor", "Ersättning"))
    notes.add(session, people.lena, first, "Zebraviskning", at=NOW)
    notes.add(session, people.vera, one, "Hinderviskning", at=NOW)
    review = reviews.start(session, people.vera, [first.id, second.id, norr.id], at=NOW)
    same = triage.Decision(Status.CLOSED, note="Zebran igen.", reason=CloseReason.DUPLICATE, duplicate_of=norr)
    rulings.take(session, people.vera, [(first, None)], same, at=NOW)
    placed = triage.Decision(Status.JOINED, barrier=one, note="Det är samma resor.")
    rulings.take(session, people.vera, [(second, None), (norr, None)], placed, at=NOW)
    reviews.end(session, people.vera, review, at=NOW)
    merging.merge(session, people.vera, one, two, "Samma hinder.", at=NOW)
    rulings.take(session, people.lena, [(third, None)], triage.Decision(Status.LOCAL_ACTION, note="Zebran"), at=NOW)
    rulings.ask_longer(session, people.lena, third, TODAY + timedelta(days=90), "Zebran är bortrest.", at=NOW)
    views.save(session, people.lena, "Vår vy", Chosen(view=View.ALL, text="zebran"), shared=True, at=NOW)
    session.commit()


def addresses(app: Flask) -> Iterator[str]:
    """Everything that can be fetched with nothing but ids."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if not rule.arguments:
            yield from (f"{rule.rule}{query}" for query in NARROWED)
        elif "<id:" in rule.rule and rule.rule.count("<") == rule.rule.count("<id:"):
            yield from (re.sub(r"<id:\w+>", str(id), rule.rule) for id in IDS)


def words(answer: TestResponse) -> str:
    """All that an answer says, also in a Word file."""
    if answer.mimetype.endswith("wordprocessingml.document"):
        with ZipFile(BytesIO(answer.get_data())) as file:
            return "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml")).casefold()
    return answer.get_data(as_text=True).casefold()


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(("name", "secrets"), [("lars", ("zebra",)), ("ruben", ("zebra", "viskning"))])
def test_no_page_tells_what_is_not_its_readers(
    app: Flask, logged_in: Browser, name: str, secrets: tuple[str, ...]
) -> None:
    browser, read = logged_in(name), 0
    for address in addresses(app):
        answer = browser.get(address)
        # The address of a view that a colleague shares says what she looks for: her word, and no report's. Tokens are
        # chance, and may say anything.
        text = re.sub(r'href="[^"]*q=zebran[^"]*"|value="[^" ]{40,}"', "", words(answer))
        told = [text[max(0, text.find(secret) - 200) :][:400] for secret in secrets if secret in text]
        assert not told, f"{address} tells {told}"
        read += answer.status_code == 200
    assert read > 10
