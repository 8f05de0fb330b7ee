"""Internal notes on the pages: on the lead's and the coordinator's desk, and nowhere that a reporter looks."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.models import InternalNote
from tests.factories import a_barrier, a_filed_deviation
from tests.pages import CheckingClient
from tests.people import People

TEXT = "Kvarnbygatans handläggare ringer tillbaka."
FIELD = "anteckning-text"


def posted(browser: CheckingClient, path: str) -> int:
    """The status of a note that is sent with a good token."""
    (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    return browser.post(path, data={"csrf_token": key, FIELD: TEXT}).status_code


def test_a_lead_notes_something_that_the_coordinator_reads(
    session: Session, people: People, logged_in: Callable[[str], CheckingClient]
) -> None:
    id = a_filed_deviation(session, people.rut).id
    session.commit()
    sent = logged_in("lena").submit(f"/avvikelser/{id}", f"/avvikelser/{id}/anteckning", **{FIELD: TEXT})
    assert sent.status_code == 302
    assert TEXT in logged_in("vera").page(f"/avvikelser/{id}").text()


@pytest.mark.parametrize("path", ["/avvikelser/{id}", "/avvikelser", "/avvikelser/mina"])
def test_a_reporter_meets_no_note_and_no_form(
    session: Session, people: People, logged_in: Callable[[str], CheckingClient], path: str
) -> None:
    id = a_filed_deviation(session, people.rut).id
    session.commit()
    logged_in("lena").submit(f"/avvikelser/{id}", f"/avvikelser/{id}/anteckning", **{FIELD: TEXT})
    for name in ("rut", "rolf"):
        page = logged_in(name).page(path.format(id=id)).text()
        assert "Kvarnbygatan" not in page
        assert "ntern" not in page
        assert posted(logged_in(name), f"/avvikelser/{id}/anteckning") == 404


def test_a_lead_of_another_place_meets_none_either(
    session: Session, people: People, logged_in: Callable[[str], CheckingClient]
) -> None:
    id = a_filed_deviation(session, people.rut).id
    session.commit()
    assert posted(logged_in("lars"), f"/avvikelser/{id}/anteckning") == 404
    assert not session.scalars(select(InternalNote)).all()


def test_a_barriers_note_says_that_all_leads_read_it(
    session: Session, people: People, logged_in: Callable[[str], CheckingClient]
) -> None:
    id = a_barrier(session, people.vera).id
    session.commit()
    assert "Alla delprojektledare" in logged_in("lena").page(f"/hinder/{id}").text()
    logged_in("lena").submit(f"/hinder/{id}", f"/hinder/{id}/anteckning", **{FIELD: TEXT})
    assert TEXT in logged_in("lars").page(f"/hinder/{id}").text()
    for name in ("rut", "stina"):
        assert "ntern" not in logged_in(name).page(f"/hinder/{id}").text()


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Skriv något"), ("Ring 850709-9805", "ett personnummer"), ("Birgitta Lindqvist vet.", "peka ut någon")],
)
def test_what_must_be_changed_first_comes_back_with_its_text(
    session: Session, people: People, logged_in: Callable[[str], CheckingClient], text: str, said: str
) -> None:
    id = a_filed_deviation(session, people.rut).id
    session.commit()
    sent = logged_in("lena").submit(f"/avvikelser/{id}", f"/avvikelser/{id}/anteckning", **{FIELD: text})
    assert sent.status_code == 422
    page = sent.get_data(as_text=True)
    assert said in page
    assert text in page
    assert not session.scalars(select(InternalNote)).all()


def test_a_name_that_points_nobody_out_is_kept_by_one_press(
    session: Session, people: People, logged_in: Callable[[str], CheckingClient]
) -> None:
    id = a_filed_deviation(session, people.rut).id
    session.commit()
    lena, action = logged_in("lena"), f"/avvikelser/{id}/anteckning"
    form = {FIELD: "Birgitta Lindqvist vet."}
    page = lena.submit(f"/avvikelser/{id}", action, **form).get_data(as_text=True)
    keep = page.split('name="keep" value="')[1].split('"')[0]
    token = page.split('name="anteckning-csrf_token"')[1].split('value="')[1].split('"')[0]
    sent = lena.post(action, data={**form, "keep": keep, "anteckning-csrf_token": token})
    assert sent.status_code == 302
