"""The page of search: hits with marks, advice when there are none, and nothing that the reader may not read."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind
from deviations.models import Deviation
from tests.factories import a_barrier, a_filed_deviation
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]


@pytest.fixture
def report(session: Session, people: People) -> Deviation:
    """A report of Rut's with a compound in its title and its text."""
    found = a_filed_deviation(
        session, people.rut, title="Arbetsträningsplatsen <försvann>", body=f"{'Vi väntade. ' * 40}Handläggarbytet kom."
    )
    session.commit()
    return found


def test_a_hit_is_marked_in_its_title_and_its_context(logged_in: Browser, report: Deviation) -> None:
    page = logged_in("rut").page(f"/sok?q={quote('arbetsträning handläggare')}")
    assert "<mark>Arbetsträningsplatsen</mark> &lt;försvann&gt;" in page.html
    assert "<mark>Handläggarbytet</mark>" in page.html
    assert f"/avvikelser/{report.id}" in page.html


def test_others_see_neither_the_hit_nor_that_there_is_one(logged_in: Browser, report: Deviation) -> None:
    for name in ("rita", "lars", "stina"):
        page = logged_in(name).page(f"/sok?q={quote('handläggarbyte')}")
        assert "Inget hittades" in page.text()
        assert "Arbetsträningsplatsen" not in page.html


def test_steering_finds_barriers_and_solutions(logged_in: Browser, session: Session, people: People) -> None:
    a_barrier(session, people.vera, name="Xylofonhindret")
    a_filed_deviation(session, people.rut, title="Xylofonen hjälpte", kind=Kind.GOOD_EXAMPLE)
    session.commit()
    page = logged_in("stina").page("/sok?q=xylofon")
    assert [heading.text for heading in page.all("h2")] == ["Hinder", "Lokala lösningar"]
    assert page.html.count("<mark>") == 2


def test_an_admin_has_no_search(logged_in: Browser) -> None:
    admin = logged_in("adam")
    assert admin.get("/sok?q=plats").status_code == 404
    assert 'action="/sok"' not in admin.page("/").html


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_everybody_who_may_search_has_the_field_in_the_header(logged_in: Browser, name: str) -> None:
    page = logged_in(name).page("/")
    assert 'id="find-wide"' in page.html
    assert 'id="find-small"' in page.html


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("", "Så söker du"),
        ("xylofon", "Inget hittades"),
        ("och att", "Det finns inget att söka efter"),
        ("-plats", "Skriv också vad du söker"),
        ('"', "Det finns inget att söka efter"),
        ("NEAR(", "Inget hittades"),
        ("\ud800", "Inget hittades"),
        ("\x00", "Det finns inget att söka efter"),
        ("ord " * 300, "Inget hittades"),
        (" ".join(f"ord{at}" for at in range(40)), "fler ord än som räknas"),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_a_search_without_hits_says_what_to_do(logged_in: Browser, question: str, answer: str) -> None:
    page = logged_in("rut").page("/sok?q=" + quote(question, errors="surrogatepass"))
    assert answer in page.text()


def test_more_hits_of_a_kind_stand_on_the_next_page(logged_in: Browser, session: Session, people: People) -> None:
    for at in range(25):
        a_filed_deviation(session, people.rut, title=f"Xylofon nummer {at}")
    session.commit()
    browser = logged_in("rut")
    first = browser.page("/sok?q=xylofon")
    more = next(link.get("href", "") for link in first.all("a") if "slag=avvikelser" in link.get("href", ""))
    second = browser.page(more)
    assert first.html.count("<mark>Xylofon</mark>") == 20
    assert second.html.count("<mark>Xylofon</mark>") == 5
    assert "Visa fler" not in second.text()


@pytest.mark.parametrize(
    "address", ["/sok?q=plats&slag=xyz&fore=abc", "/sok?q=plats&slag=hinder&fore=99999999999", "/sok"]
)
def test_an_address_that_says_nonsense_is_read_kindly(logged_in: Browser, address: str) -> None:
    assert logged_in("rut").get(address).status_code == 200


def test_the_lists_are_searched_by_the_same_words(logged_in: Browser, report: Deviation) -> None:
    page = logged_in("vera").page(f"/avvikelser?q={quote('arbetsträning')}")
    assert f"/avvikelser/{report.id}" in page.html
    assert f"/avvikelser/{report.id}" not in logged_in("vera").page("/avvikelser?q=xylofon").html
