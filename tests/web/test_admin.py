"""Accounts, subprojects and the outbox, as the administrator keeps them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.notices import MailState, Notice
from deviations.domain.workflow import Status
from deviations.models import OutgoingMail, Subproject, User
from deviations.queries import outbox
from deviations.services import triage
from tests.factories import NOW, a_filed_deviation
from tests.pages import CheckingClient, Page, form_values
from tests.people import People, invite_guest, place
from tests.relay import some_settings

Browser = Callable[[str], CheckingClient]
PATH = "/administration"


def invite(adam: CheckingClient, **changed: object) -> tuple[int, Page]:
    said = {"name": "Nora Ny", "email": "nora@example.com", "role": "steering", "subproject": "", **changed}
    answer = adam.submit(PATH, f"{PATH}/bjud-in", **{f"invite-{name}": value for name, value in said.items()})
    return answer.status_code, Page(answer.get_data(as_text=True))


def test_an_invitation_shows_its_link_once(session: Session, adam: CheckingClient, client: CheckingClient) -> None:
    status, page = invite(adam)
    assert status == 200
    (link,) = [page.text(code) for code in page.all("code")]
    assert link.startswith("http://localhost/inbjudan/")
    assert link not in adam.page(PATH).text()
    assert "Nora Ny" in client.page(link.removeprefix("http://localhost")).text()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Skriv personens namn."),
        ({"name": "x" * 121}, "högst 120 tecken"),
        ({"email": ""}, "Skriv personens e-postadress."),
        ({"email": "nora"}, "ser inte ut som en e-postadress"),
        ({"email": "nora@kommun"}, "ser inte ut som en e-postadress"),
        ({"email": "no ra@kommun.se"}, "ser inte ut som en e-postadress"),
        ({"email": "no\x00ra@kommun.se"}, "osynligt tecken"),
        ({"email": "x" * 250 + "@kommun.se"}, "högst 254 tecken"),
        ({"email": "RUT@example.com"}, "redan ett konto"),
        ({"role": "reporter"}, "hör till ett delprojekt"),
        ({"role": "kung"}, "val"),
        ({"subproject": "999"}, "val"),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    session: Session, adam: CheckingClient, changed: dict[str, str], sentence: str
) -> None:
    status, page = invite(adam, **changed)
    assert status == 422
    assert sentence in page.text()
    assert "Not a valid choice" not in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == f"{PATH}/bjud-in"]
    kept = form_values(form)
    if "name" not in changed:
        assert kept["invite-name"] == "Nora Ny"
    assert session.scalar(select(User.id).where(User.name == "Nora Ny")) is None


def test_a_subproject_is_added_once(session: Session, adam: CheckingClient) -> None:
    action = f"{PATH}/delprojekt"
    assert adam.submit(PATH, action, **{"subproject-name": ""}).status_code == 422
    taken = adam.submit(PATH, action, **{"subproject-name": "Söder"})
    assert taken.status_code == 422
    assert "redan ett delprojekt" in taken.get_data(as_text=True)
    owner = place(session, "Söder").association_id
    session.rollback()
    said = {"subproject-name": "Skärgården", "subproject-association": str(owner)}
    assert adam.submit(PATH, action, **said).status_code == 302
    assert {m.name for m in place(session, "Skärgården").municipalities} == {"Haninge", "Nynäshamn", "Tyresö"}
    unknown = adam.submit(PATH, action, **{"subproject-name": "X", "subproject-association": "-1"})
    assert unknown.status_code == 422
    assert len(session.scalars(select(Subproject)).all()) == 4


def test_accounts_are_found_by_name_address_and_state(session: Session, people: People, adam: CheckingClient) -> None:
    invite_guest(session, "nina")
    session.get_one(User, people.ruben.id).active = False
    session.commit()
    invite(adam)
    told = {
        "?q=ru": {"Rut", "Ruben"},
        "?q=LENA@example": {"Lena"},
        "?q=%25": set(),
        "?lage=waiting": {"Nina"},
        "?lage=closed": {"Ruben"},
        "?lage=invited": {"Nora Ny"},
        "?lage=open&q=st": {"Stina"},
        "?lage=kung&q=st": {"Stina"},
    }
    assert {address: names_on(adam.page(PATH + address)) for address in told} == told


def names_on(page: Page) -> set[str]:
    return {page.text(link) for link in page.all("a") if "/konton/" in (link.get("href") or "")}


def test_who_waits_for_a_role_is_told_to_the_administrator_at_once(session: Session, adam: CheckingClient) -> None:
    assert "väntar på en roll" not in adam.page("/").text()
    invite_guest(session, "nina")
    session.commit()
    for path in ("/", PATH):
        assert "1 person väntar på en roll" in adam.page(path).text()


def test_an_invitation_by_mail_shows_no_link(
    app: Flask, session: Session, adam: CheckingClient, tmp_path: Path
) -> None:
    app.extensions["settings"] = some_settings(tmp_path, 25)
    status, page = invite(adam, way="mail")
    assert (status, page.all("code")) == (302, [])
    (mail,) = session.scalars(select(OutgoingMail))
    assert mail.kind is Notice.INVITED
    assert invite(adam, way="print", email="olle@example.com")[0] == 200


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_administration_is_not_there_for_others(logged_in: Browser, name: str) -> None:
    assert logged_in(name).get(PATH).status_code == 404


# The outbox

OUTBOX = f"{PATH}/utkorg"


def test_the_outbox_says_that_mail_is_not_set_up(app: Flask, adam: CheckingClient, tmp_path: Path) -> None:
    assert OUTBOX in [link.get("href") for link in adam.page(PATH).all("a")]
    text = adam.page(OUTBOX).text()
    assert "E-posten är inte inställd" in text and "Inga mejl här" in text
    app.extensions["settings"] = some_settings(tmp_path, 25)
    assert "E-posten är inte inställd" not in adam.page(OUTBOX).text()


def test_the_outbox_shows_who_what_and_how_it_went_but_no_content(
    session: Session, people: People, adam: CheckingClient
) -> None:
    deviation = a_filed_deviation(session, people.rut, title="Märkesordet bryggan", body="Bryggan höll inte.")
    triage.move(session, people.vera, deviation, triage.Decision(Status.NEEDS_FACTS, note="Vilken brygga?"), at=NOW)
    failed, waiting = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    failed.state, failed.tries, failed.error = MailState.FAILED, 3, "recipient 550"
    waiting.tries, waiting.error = 1, "unreachable"
    session.commit()
    page = adam.page(OUTBOX)
    text = page.text()
    assert "Rut rut@example.com" in text
    assert "Mottagen avvikelse" in text and "En fråga om avvikelsen" in text
    assert "Gick inte att skicka" in text and "tar inte emot adressen. (svar 550)" in text
    assert "E-postservern svarar inte. Nästa försök:" in text
    assert "brygga" not in page.html.casefold()
    assert f"/avvikelser/{deviation.id}" not in page.html


def test_the_outbox_is_narrowed_and_paged(session: Session, people: People, adam: CheckingClient) -> None:
    for _ in range(outbox.PAGE + 1):
        a_filed_deviation(session, people.rut)
    session.scalars(select(OutgoingMail).limit(1)).one().state = MailState.SENT
    session.commit()
    assert len(adam.page(f"{OUTBOX}?lage=sent").all("tr")) == 1 + 1
    assert len(adam.page(f"{OUTBOX}?lage=waiting").all("tr")) == outbox.PAGE + 1
    first = adam.page(OUTBOX)
    (older,) = [link.get("href") for link in first.all("a") if link.get("rel") == "next"]
    assert older is not None
    assert len(adam.page(older).all("tr")) == 1 + 1
    assert len(adam.page(f"{OUTBOX}?lage=kung&fore=x").all("tr")) == outbox.PAGE + 1


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_the_outbox_is_not_there_for_others(logged_in: Browser, name: str) -> None:
    assert logged_in(name).get(OUTBOX).status_code == 404
