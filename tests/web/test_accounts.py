"""One's own account: what one chooses there, the way to the rest, and the password, as a browser meets them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.notices import MailChoice, Notice
from deviations.models import OutgoingMail, User
from tests.factories import audit_lines
from tests.pages import CheckingClient, Page
from tests.people import PASSWORD, email
from tests.relay import some_settings

Browser = Callable[[str], CheckingClient]
OWN = "/konto"
PASSWORD_PAGE = "/konto/losenord"


def log_in(client: CheckingClient, name: str = "rut", password: str = PASSWORD) -> int:
    return client.submit("/logga-in", "/logga-in", email=email(name), password=password).status_code


def save(browser: CheckingClient, **changed: str) -> tuple[int, Page]:
    answer = browser.submit(OWN, OWN, **changed)
    return answer.status_code, Page(answer.get_data(as_text=True))


def own_account(session: Session, name: str = "rut") -> User:
    session.rollback()
    session.expire_all()
    return session.scalars(select(User).where(User.email == email(name))).one()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("rut", "medarbetare, Söder"),
        ("lena", "delprojektledare, Söder"),
        ("vera", "verksamhetsutvecklare"),
        ("stina", "styrgrupp"),
        ("adam", "administratör"),
    ],
)
def test_everybody_has_a_page_of_her_own_in_the_menu(logged_in: Browser, name: str, role: str) -> None:
    page = logged_in(name).page("/")
    assert OWN in [link.get("href") for link in page.all("a")]
    assert role in logged_in(name).page(OWN).text()


def test_name_language_and_mail_are_chosen(session: Session, rut: CheckingClient) -> None:
    assert save(rut, name="Rut Rask", language="en", mail_choice="weekly")[0] == 302
    user = own_account(session)
    assert (user.name, user.language, user.mail_choice) == ("Rut Rask", "en", MailChoice.WEEKLY)
    page = rut.page("/om")
    assert page.root.get("lang") == "en"
    (line,) = [line for line in audit_lines(session, f"user:{user.id}") if line.action == "account.changed"]
    assert line.detail == '{"fields": ["name", "language", "mail_choice"]}'


def test_saving_nothing_new_leaves_no_line(session: Session, rut: CheckingClient) -> None:
    assert save(rut)[0] == 302
    assert [line for line in audit_lines(session) if line.action == "account.changed"] == []


def test_the_accounts_language_is_spoken_in_every_browser_until_the_footer_says_else(
    session: Session, logged_in: Browser, client: CheckingClient
) -> None:
    session.execute(update(User).where(User.email == email("rut")).values(language="en"))
    session.commit()
    browser = logged_in("rut")
    assert browser.page("/").root.get("lang") == "en"
    browser.submit("/", "/sprak", language="sv")
    assert browser.page("/").root.get("lang") == "sv"
    assert client.page("/logga-in").root.get("lang") == "sv"
    assert log_in(client) == 302
    assert client.page("/").root.get("lang") == "en"
    assert save(browser)[0] == 302
    assert browser.page("/").root.get("lang") == "en"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Skriv ditt namn."),
        ({"name": "x" * 121}, "högst 120 tecken"),
        ({"language": "tlh"}, "val"),
        ({"mail_choice": "hourly"}, "val"),
    ],
)
def test_what_cannot_be_saved_says_why(
    session: Session, rut: CheckingClient, changed: dict[str, str], sentence: str
) -> None:
    status, page = save(rut, **changed)
    assert status == 422 and sentence in page.text() and "Not a valid" not in page.text()
    user = own_account(session)
    assert (user.name, user.language) == ("Rut", "sv")


def test_the_page_says_when_no_mail_is_sent(app: Flask, rut: CheckingClient, tmp_path: Path) -> None:
    assert "skickas inga mejl" in rut.page(OWN).text()
    app.extensions["settings"] = some_settings(tmp_path, 25)
    assert "skickas inga mejl" not in rut.page(OWN).text()


def test_only_who_gets_the_week_by_mail_reads_about_it(logged_in: Callable[[str], CheckingClient]) -> None:
    told = {name: "vad som väntar på dig" in logged_in(name).page("/konto").text() for name in ("lena", "vera", "rut")}
    assert told == {"lena": True, "vera": True, "rut": False}


def test_from_ones_own_page_every_other_is_one_click(rut: CheckingClient) -> None:
    links = {link.get("href") for link in rut.page(OWN).all("a")}
    assert links >= {"/konto/e-post", PASSWORD_PAGE, "/konto/inloggningar", "/konto/tva-steg"}


def change(browser: CheckingClient, new: str, current: str = PASSWORD) -> tuple[int, str]:
    answer = browser.submit(PASSWORD_PAGE, PASSWORD_PAGE, current_password=current, password=new)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_new_password_ends_the_logins_elsewhere_and_is_told_by_mail(
    session: Session, rut: CheckingClient, client: CheckingClient
) -> None:
    log_in(client)
    assert change(client, "en alldeles ny mening")[0] == 302
    assert client.get("/").status_code == 200
    assert rut.get("/").status_code == 302
    client.submit("/", "/logga-ut")
    assert log_in(client) == 422
    assert log_in(client, "rut", "en alldeles ny mening") == 302
    assert session.scalars(select(OutgoingMail.kind)).all() == [Notice.PASSWORD_CHANGED]


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("", "en alldeles ny mening", "Skriv lösenordet som du har nu."),
        ("fel lösenord", "en alldeles ny mening", "Lösenordet stämmer inte"),
        (PASSWORD, "", "Välj ett lösenord."),
        (PASSWORD, "kort", "minst 12 tecken"),
        (PASSWORD, "ett långt lösenord " * 7, "högst 128 tecken"),
        (PASSWORD, "aaaaaaaaaaaaaa", "samma tecken om igen"),
        (PASSWORD, "Sommar2026!!", "många väljer likadana"),
        (PASSWORD, "rut@example.com", "ditt namn eller din adress"),
    ],
)
def test_a_password_that_is_not_changed_says_why(rut: CheckingClient, current: str, new: str, sentence: str) -> None:
    status, html = change(rut, new, current)
    assert status == 422
    assert sentence in Page(html).text()
    assert not new or f'value="{new}"' not in html
    assert change(rut, "en alldeles ny mening")[0] == 302


def test_guessing_the_password_from_an_open_browser_stops_after_ten(rut: CheckingClient) -> None:
    for tried in range(10):
        assert change(rut, "en alldeles ny mening", f"gissning {tried}")[0] == 422
    status, html = change(rut, "en alldeles ny mening")
    assert status == 422
    assert "Vänta fem minuter" in Page(html).text()


def test_a_password_may_be_pasted_and_filled_in_by_a_manager(rut: CheckingClient) -> None:
    fields = {field.get("name"): field for field in rut.page(PASSWORD_PAGE).all("input")}
    assert fields["current_password"].get("autocomplete") == "current-password"
    assert fields["password"].get("autocomplete") == "new-password"
    assert fields["password"].get("maxlength") is None


def test_who_comes_in_by_another_organisation_has_no_password_to_change(session: Session, rut: CheckingClient) -> None:
    session.execute(update(User).where(User.email == email("rut")).values(password_hash=None))
    session.commit()
    page = rut.page(PASSWORD_PAGE)
    assert "organisations inloggning" in page.text()
    assert not [field for field in page.all("input") if field.get("type") == "password"]
