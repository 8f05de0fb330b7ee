"""Accounts and subprojects, as the administrator keeps them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.models import AuditEntry, Subproject, User
from tests.factories import a_filed_deviation
from tests.pages import CheckingClient, Page, form_values
from tests.people import People, place

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
    assert "Välkommen, Nora Ny" in client.page(link.removeprefix("http://localhost")).text()
    (form,) = [f for f in page.all("form") if f.get("action") == f"{PATH}/bjud-in"]
    assert form_values(form)["invite-name"] == ""


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


def test_an_account_is_closed_and_opened(session: Session, people: People, adam: CheckingClient) -> None:
    id = people.rolf.id
    assert adam.submit(PATH, f"{PATH}/konton/{id}/stang").status_code == 302
    assert "Kontot är stängt och utloggat." in adam.page(PATH).text()
    session.expire_all()
    assert not session.get_one(User, id).active
    assert adam.submit(PATH, f"{PATH}/konton/{id}/oppna").status_code == 302


@pytest.mark.parametrize("path", ["konton/999/stang", "konton/1/bort", "konton/0/stang", "konton/2147483648/stang"])
def test_an_account_or_a_change_that_there_is_not_is_not_found(adam: CheckingClient, path: str) -> None:
    (key, *_) = [f.get("value") for f in adam.page(PATH).all("input") if (f.get("name") or "").endswith("csrf_token")]
    assert adam.post(f"{PATH}/{path}", data={"csrf_token": key}).status_code == 404


def test_nobody_closes_her_own_account(people: People, adam: CheckingClient) -> None:
    (key, *_) = [f.get("value") for f in adam.page(PATH).all("input") if (f.get("name") or "").endswith("csrf_token")]
    answer = adam.post(f"{PATH}/konton/{people.adam.id}/stang", data={"csrf_token": key})
    assert answer.status_code == 403
    assert adam.get("/").status_code == 200


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


def test_a_changed_log_is_seen(session: Session, people: People, adam: CheckingClient) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    assert "obruten" in adam.page(PATH).text()
    session.execute(update(AuditEntry).where(AuditEntry.action == "deviation.filed").values(action="deviation.read"))
    session.commit()
    assert "Loggen är ändrad" in adam.page(PATH).text()


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_administration_is_not_there_for_others(logged_in: Browser, name: str) -> None:
    assert logged_in(name).get(PATH).status_code == 404
