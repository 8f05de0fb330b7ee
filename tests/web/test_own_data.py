"""Whoever is logged in reads what is stored about her, and takes it along; nobody else's page is anywhere."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from deviations.queries.own_data import PARTS
from deviations.web import own_data
from tests.factories import a_filed_deviation
from tests.pages import CheckingClient
from tests.people import People

PAGE = "/konto/mina-uppgifter"
Browser = Callable[[str], CheckingClient]


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina", "adam"])
def test_everybody_reads_her_own(session: Session, people: People, logged_in: Browser, name: str) -> None:
    a_filed_deviation(session, people.rut, title="Ruts egen rubrik")
    session.commit()
    text = logged_in(name).page(PAGE).text()
    assert f"{name}@example.com" in text
    assert ("Ruts egen rubrik" in text) is (name == "rut")


def test_the_file_holds_every_part_and_only_hers(session: Session, people: People, logged_in: Browser) -> None:
    a_filed_deviation(session, people.rut, title="Ruts egen rubrik – å, ä och ö")
    a_filed_deviation(session, people.rolf, title="Rolfs rubrik")
    session.commit()
    answer = logged_in("rut").get(f"{PAGE}/fil")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="mina-uppgifter-')
    assert "no-store" in answer.headers["Cache-Control"]
    text = answer.get_data(as_text=True)
    assert "Ruts egen rubrik – å, ä och ö" in text and "Rolfs rubrik" not in text
    told = json.loads(text)
    assert told["about"] == {"account": people.rut.id, "name": "Rut", "email": "rut@example.com"}
    assert list(told["stored"]) == [part.name for part in PARTS]
    assert told["stored"]["deviation"]["count"] == 1


def test_a_stranger_is_asked_to_log_in(client: CheckingClient) -> None:
    for path in (PAGE, f"{PAGE}/fil"):
        assert client.get(path).status_code == 302


def test_every_part_and_column_has_words_and_one_place() -> None:
    names = [part.name for part in PARTS]
    assert sorted(name for _, parts in own_data.GROUPS for name in parts) == sorted(names)
    assert set(own_data.PARTS) == set(names)
    shown = {column for part in PARTS for column in part.columns}
    shown |= {name.removesuffix("_id") for part in PARTS if len(part.whose) > 1 for name in part.whose}
    assert sorted(shown - set(own_data.COLUMNS)) == []


def test_the_page_of_privacy_leads_to_what_is_stored(logged_in: Browser) -> None:
    page = logged_in("rut").page("/personuppgifter")
    assert any(link.get("href") == PAGE for link in page.all("a"))
