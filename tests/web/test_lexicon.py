"""The page of the words by which reports are compared: added, tried, changed, switched off, and offered."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.learnt import TermKind
from deviations.domain.own_terms import OwnTerm
from deviations.models import LexiconEntry
from deviations.services import lexicon
from tests.factories import NOW, a_barrier, a_filed_deviation, a_rule, joined
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]

PAGE = "/hinder/forslag/ordlista"
NEW, OFF, TRY, OFFERED = f"{PAGE}/nytt", f"{PAGE}/av", f"{PAGE}/prova#prova", f"{PAGE}/aterkommer"
MOON = {"term": "Månljus", "kind": "word", "expansion": "tandvård", "rule_1": "FIN-03"}


@pytest.fixture
def _one(session: Session, people: People) -> None:
    lexicon.add(session, people.vera, OwnTerm("månljus", TermKind.WORD, "tandvård"), at=NOW)
    session.commit()


def saved(session: Session) -> list[LexiconEntry]:
    session.rollback()  # what was read before is not what the page has saved since
    return list(session.scalars(select(LexiconEntry).order_by(LexiconEntry.id)))


def only(session: Session) -> LexiconEntry:
    (entry,) = saved(session)
    return entry


def test_a_word_is_added_and_shown_before_those_that_ship(session: Session, logged_in: Browser) -> None:
    client = logged_in("vera")
    assert client.submit(f"{PAGE}/nytt", NEW, **MOON).status_code == 302
    text = client.page(PAGE).text()
    assert text.index("månljus") < text.index("Ord som följer med programmet")
    assert (only(session).term, only(session).rules) == ("månljus", "FIN-03")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"term": ""}, "Skriv ordet eller förkortningen."),
        ({"term": "och"}, "Ordet är så vanligt"),
        ({"expansion": "", "rule_1": ""}, "Skriv vad ordet betyder"),
        ({"kind": "abbreviation", "expansion": ""}, "Skriv vad förkortningen står för."),
        ({"rule_1": "XX-99"}, "Valet finns inte längre"),
        ({"expansion": "19121212-1212"}, "personnummer"),
        ({"term": "Fatima"}, "Fatima"),
    ],
)
def test_what_can_not_be_used_comes_back_with_what_was_typed(
    session: Session, logged_in: Browser, changed: dict[str, str], said: str
) -> None:
    answer = logged_in("vera").submit(NEW, NEW, **{**MOON, **changed})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert {**MOON, **changed}["term"] in text
    assert saved(session) == []


@pytest.mark.usefixtures("_one")
def test_an_own_word_is_changed_switched_off_and_forgotten(session: Session, logged_in: Browser) -> None:
    client = logged_in("vera")
    own = f"{PAGE}/{only(session).id}"
    client.submit(own, own, **{**MOON, "expansion": "glapp"})
    assert (only(session).expansion, only(session).version) == ("glapp", 2)
    client.submit(PAGE, f"{own}/av")
    assert only(session).off
    assert "Avstängt: räknas inte" in client.get(PAGE).get_data(as_text=True)
    client.submit(PAGE, f"{own}/av")
    assert not only(session).off
    client.submit(PAGE, f"{own}/ta-bort")
    assert saved(session) == []


@pytest.mark.usefixtures("_one")
def test_two_at_once_are_shown_both_texts(session: Session, people: People, logged_in: Browser) -> None:
    entry = only(session)
    lexicon.change(session, people.vera, entry, OwnTerm("månljus", TermKind.WORD, "glapp"), version=1, at=NOW)
    session.commit()
    own = f"{PAGE}/{entry.id}"
    answer = logged_in("vera").submit(own, own, **{**MOON, "expansion": "tolk", "version": "1"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "glapp" in text
    assert "tolk" in text
    assert only(session).expansion == "glapp"


@pytest.mark.usefixtures("_one")
def test_a_button_pressed_too_late_changes_nothing(session: Session, logged_in: Browser) -> None:
    answer = logged_in("vera").submit(PAGE, f"{PAGE}/{only(session).id}/ta-bort", version="7")
    assert answer.status_code == 409
    assert only(session).version == 1


def test_a_word_that_ships_is_switched_off_or_said_otherwise(session: Session, logged_in: Browser) -> None:
    client = logged_in("vera")
    form = client.get(f"{PAGE}/nytt?ord=sgi").get_data(as_text=True)
    assert 'value="sgi"' in form
    assert "sjukpenninggrundande inkomst" in form
    client.submit(PAGE, OFF, term="sgi")
    assert (only(session).term, only(session).off) == ("sgi", True)
    assert client.submit(PAGE, OFF, term="månljus").status_code == 404


@pytest.mark.usefixtures("_one")
def test_a_sentence_shows_its_words_parties_and_rules(logged_in: Browser) -> None:
    client = logged_in("vera")
    answer = client.submit(PAGE, TRY, sentence="FK nekade månljus, hon är nollklassad")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for said in ("månljus", "nollklassad", "Försäkringskassan (FK)", "FK-01"):
        assert said in text
    assert client.submit(PAGE, TRY, sentence="").status_code == 422


def test_the_list_is_searched_and_turned(logged_in: Browser) -> None:
    client = logged_in("vera")
    first, second = (client.get(f"{PAGE}{more}").get_data(as_text=True) for more in ("", "?sida=2"))
    assert "Nästa sida" in first
    assert "Förra sidan" in second
    found = client.get(f"{PAGE}?q=nollklass").get_data(as_text=True)
    assert "nollklass" in found
    assert "tandläk" not in found
    assert "Inget ord stämmer" in client.get(f"{PAGE}?q=ingenstans").get_data(as_text=True)
    assert client.get(f"{PAGE}?sida=x").status_code == 200
    assert client.get(f"{PAGE}?sida=999").status_code == 200


def test_an_offered_word_is_taken_in_or_never_shown_again(session: Session, people: People, logged_in: Browser) -> None:
    barrier = a_barrier(session, people.vera, rule=a_rule(session, "FK-07"))
    other = a_barrier(session, people.vera, name="Annat", rule=a_rule(session, "AF-01"))
    for at in range(12):
        title = "Månljuset nekades" if at < 6 else "Bussen stannade"
        report = a_filed_deviation(session, people.rut if at % 2 else people.rita, title=title, body=f"Nummer {at}.")
        joined(session, people.vera, report, barrier if at < 6 else other)
    session.commit()
    client = logged_in("vera")
    assert "månljuset" in client.get(f"{PAGE}/aterkommer").get_data(as_text=True)
    client.submit(OFFERED, OFFERED, term="månljuset", rule="FK-07", do="add")
    assert (only(session).term, only(session).off) == ("månljuset", False)
    text = client.get(f"{PAGE}/aterkommer").get_data(as_text=True)
    assert not re.search(r'name="term" value="månljuset"', text)
    client.submit(OFFERED, OFFERED, term="stannade", rule="AF-01", do="never")
    assert [(entry.term, entry.off) for entry in saved(session)] == [("månljuset", False), ("stannade", True)]


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_the_page_is_the_coordinators(logged_in: Browser, name: str) -> None:
    client = logged_in(name)
    assert client.get(PAGE).status_code == 404
    assert client.get(OFFERED).status_code == 404
    assert client.get(NEW).status_code == 404
