"""Saved views and the list of all reports, as they are met in the browser."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Status
from deviations.models import SavedView
from deviations.services import triage
from tests.factories import NOW, a_decision, a_filed_deviation, a_municipality, days_ago
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
SAVE = "/triage/vyer?"


def save(browser: CheckingClient, path: str, name: str, *, shared: bool = False) -> str:
    """Save the list of a page as a view; where that leads."""
    (form,) = [f for f in browser.page(path).all("form") if (f.get("action") or "").startswith("/triage/vyer?")]
    sent = {**form_values(form), "name": name, **({"shared": "y"} if shared else {})}
    answer = browser.post(form.get("action"), data=sent)
    assert answer.status_code == 302
    return answer.headers["Location"]


def links(page: Page, heading: str) -> dict[str, str]:
    """The saved views under a heading, with where they lead."""
    navs = [nav for nav in page.all("nav") if nav.get("aria-label") == heading]
    return {page.text(a): a.get("href") or "" for nav in navs for a in nav.iter("a")}


def test_a_view_is_saved_found_again_shared_and_removed(vera: CheckingClient, logged_in: Browser) -> None:
    lena = logged_in("lena")
    address = "/triage?ko=forsenade&slag=good_example&ordning=prioritet"
    assert save(vera, address, "Sena <guldkorn>") == address
    assert links(vera.page("/triage"), "Mina vyer") == {"Sena <guldkorn>": address}
    assert links(lena.page("/triage"), "Delade vyer") == {}
    (share,) = [f for f in vera.page("/triage").all("form") if (f.get("action") or "").endswith("/dela")]
    assert vera.post(share.get("action"), data=form_values(share)).status_code == 302
    page = lena.page("/triage")
    assert links(page, "Delade vyer") == {"Sena <guldkorn>": address}
    assert "Vera" in page.text()
    assert lena.page(address).text().count("Slag: Guldkorn") == 1
    for action in (share.get("action") or "", (share.get("action") or "").replace("dela", "ta-bort")):
        assert lena.post(action, data=form_values(share)).status_code in (400, 404)
    (remove,) = [f for f in vera.page("/triage").all("form") if (f.get("action") or "").endswith("/ta-bort")]
    assert vera.post(remove.get("action"), data=form_values(remove)).status_code == 302
    assert links(lena.page("/triage"), "Delade vyer") == {}


def test_a_shared_view_shows_each_reader_only_what_she_may_read(
    session: Session, people: People, vera: CheckingClient, logged_in: Browser
) -> None:
    for name in ("rut", "rita"):
        a_filed_deviation(session, getattr(people, name), title=f"Från {name}")
    session.commit()
    save(vera, "/triage?ko=nya", "Alla nya", shared=True)
    (address,) = links(logged_in("lars").page("/triage"), "Delade vyer").values()
    text = logged_in("lars").page(address).text()
    assert ("Från rita" in text, "Från rut" in text) == (True, False)


def test_what_is_no_filter_never_comes_into_a_saved_address(session: Session, vera: CheckingClient) -> None:
    evil = '/triage?ko=nya&q="><script>&efter=1_2&next=//ond.example&javascript:alert(1)&part=abc'
    save(vera, evil, "Elak")
    (query,) = session.scalars(select(SavedView.query))
    assert query == "ko=nya&q=%22%3E%3Cscript%3E"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "Om 850709-9805"])
def test_a_view_without_a_fit_name_is_refused_in_a_sentence(session: Session, vera: CheckingClient, name: str) -> None:
    (form,) = [f for f in vera.page("/triage?ko=fakta").all("form") if (f.get("action") or "").startswith(SAVE)]
    answer = vera.post(form.get("action"), data={**form_values(form), "name": name})
    assert answer.status_code == 422
    assert session.scalars(select(SavedView)).all() == []
    page = Page(answer.get_data(as_text=True))
    assert [box.get("id") for box in page.all("div") if box.get("role") == "alert"] == ["errors"]
    (form,) = [f for f in page.all("form") if (f.get("action") or "").startswith(SAVE)]
    assert "ko=fakta" in (form.get("action") or "")


def test_a_views_name_that_may_point_somebody_out_is_asked_about(session: Session, vera: CheckingClient) -> None:
    (form,) = [f for f in vera.page("/triage").all("form") if (f.get("action") or "").startswith(SAVE)]
    sent = {**form_values(form), "name": "Karin Lundströms fall", "shared": "y"}
    answer = vera.post(form.get("action"), data=sent)
    assert answer.status_code == 422
    assert "Kan det här peka ut någon?" in answer.get_data(as_text=True)
    page = Page(answer.get_data(as_text=True))
    (box,) = [f for f in page.all("input") if f.get("name") == "keep"]
    assert vera.post(form.get("action"), data={**sent, "keep": box.get("value")}).status_code == 302
    assert session.scalars(select(SavedView.name)).one() == "Karin Lundströms fall"


def test_all_reports_are_narrowed_and_ordered_by_the_address(
    session: Session, people: People, rut: CheckingClient, vera: CheckingClient
) -> None:
    old = a_filed_deviation(session, people.rut, title="Gammal", at=days_ago(40))
    a_filed_deviation(session, people.rita, title="Annans")
    a_filed_deviation(session, people.rut, title="Ny")
    triage.move(session, people.vera, old, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    session.commit()

    def titles(browser: CheckingClient, query: str = "") -> list[str]:
        page = browser.page(f"/avvikelser{query}")
        return [page.text(next(cell.iter("a"))) for cell in page.all("td") if cell.get("class") == "t"]

    assert titles(rut) == ["Ny", "Gammal"]
    assert titles(vera) == ["Ny", "Annans", "Gammal"]
    assert titles(rut, "?ordning=aldst") == ["Gammal", "Ny"]
    assert titles(rut, "?status=needs_facts") == ["Gammal"]
    assert titles(vera, f"?kommun={a_municipality(session, 'Täby').id}") == ["Annans"]
    assert titles(rut, f"?till={days_ago(30).date()}") == ["Gammal"]
    assert titles(rut, f"?fran={days_ago(30).date()}") == ["Ny"]
    assert "Inga avvikelser passar" in rut.page("/avvikelser?slag=same_here").text()


def test_the_start_page_counts_what_its_links_lead_to(session: Session, people: People, vera: CheckingClient) -> None:
    for days in (0, 3, 6, 20):
        a_filed_deviation(session, people.rut, title=f"{days} dagar", at=days_ago(days))
    session.commit()
    page = vera.page("/")
    stats = {page.text(a.find("span")): a for a in page.all("a") if a.find("b") is not None}
    counted = {word: page.text(a.find("b")) for word, a in stats.items()}
    assert {word: counted[word] for word in ("att bedöma", "anmälda senaste veckan", "försenade")} == {
        "att bedöma": "4",
        "anmälda senaste veckan": "3",
        "försenade": "1",
    }
    for word, count in (("att bedöma", 4), ("anmälda senaste veckan", 3), ("försenade", 1)):
        found = vera.page(stats[word].get("href") or "")
        assert len([link for link in found.all("a") if "dagar" in found.text(link)]) == count
