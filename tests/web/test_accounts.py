"""Logging in and out, guessing, the invitation, and one's own account, as a browser meets them."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from deviations.domain.notices import MailChoice
from deviations.domain.roles import Role
from deviations.models import LoginFailure, OneTimeLink, User
from deviations.services import accounts
from tests.factories import NOW, audit_lines, days_ago
from tests.pages import CheckingClient, Page, form_values
from tests.people import PASSWORD, email, place
from tests.relay import some_settings

Browser = Callable[[str], CheckingClient]


def log_in(client: CheckingClient, name: str = "rut", password: str = PASSWORD) -> tuple[int, str]:
    """Status and readable text of the answer."""
    answer = client.submit("/logga-in", "/logga-in", email=email(name), password=password)
    return answer.status_code, Page(answer.get_data(as_text=True)).text()


def invited(session: Session, hours_ago: int = 0) -> str:
    at = NOW - timedelta(hours=hours_ago)
    secret = accounts.invite(
        session,
        None,
        email="nora@example.com",
        name="Nora",
        role=Role.REPORTER,
        subproject=place(session, "Söder"),
        at=at,
    )
    session.commit()
    return secret


def test_a_person_logs_in_and_is_greeted(client: CheckingClient) -> None:
    assert log_in(client)[0] == 302
    assert "Hej Rut" in client.page("/").text()
    assert client.get("/logga-in").headers["Location"] == "/"


def test_a_copied_cookie_is_dead_after_logging_out(client: CheckingClient) -> None:
    log_in(client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    copied = cookie.value
    assert client.submit("/", "/logga-ut").headers["Location"] == "/logga-in"
    assert client.get("/").status_code == 302
    client.set_cookie("session", copied)
    assert client.get("/").status_code == 302


def test_logging_out_here_leaves_the_other_browser_in(client: CheckingClient, rut: CheckingClient) -> None:
    log_in(client)
    client.submit("/", "/logga-ut")
    assert rut.get("/").status_code == 200


def test_a_login_gets_a_cookie_of_its_own(client: CheckingClient) -> None:
    client.get("/logga-in")
    with client.session_transaction() as before:
        before["inplanterat"] = "ja"
    log_in(client)
    with client.session_transaction() as after:
        assert "inplanterat" not in after


def test_a_closed_account_is_out_at_the_next_click(session: Session, rut: CheckingClient, adam: CheckingClient) -> None:
    assert rut.get("/").status_code == 200
    id = session.scalars(select(User.id).where(User.email == email("rut"))).one()
    session.rollback()
    assert adam.submit("/administration", f"/administration/konton/{id}/stang").status_code == 302
    assert rut.get("/").status_code == 302
    assert log_in(rut)[0] == 422
    assert adam.submit("/administration", f"/administration/konton/{id}/oppna").status_code == 302
    assert log_in(rut)[0] == 302


def test_the_answer_does_not_tell_whether_an_account_exists(session: Session, client: CheckingClient) -> None:
    session.execute(update(User).where(User.email == email("rolf")).values(active=False))
    session.commit()
    answers = {log_in(client, "ingen"), log_in(client, "rut", "fel lösenord"), log_in(client, "rolf")}
    assert len(answers) == 1
    ((status, text),) = answers
    assert status == 422
    assert "E-postadressen och lösenordet hör inte ihop." in text


@pytest.mark.parametrize("name", ["rut", "ingen"])
def test_ten_guesses_shut_the_door_also_for_the_right_password(
    session: Session, client: CheckingClient, name: str
) -> None:
    for tried in range(accounts.GUESSES):
        assert log_in(client, name, f"gissning {tried}")[0] == 422
    assert session.scalar(select(func.count()).select_from(LoginFailure)) == accounts.GUESSES
    session.rollback()
    status, text = log_in(client, name)
    assert status == 429
    assert "Vänta fem minuter" in text
    assert log_in(client, "rolf")[0] == 302  # nobody else is shut out
    session.execute(update(LoginFailure).values(at=NOW - timedelta(minutes=6)))
    session.commit()
    client.submit("/", "/logga-ut")
    assert log_in(client, name)[0] == (302 if name == "rut" else 422)


def test_the_address_is_given_back_and_the_password_is_not(client: CheckingClient) -> None:
    answer = client.submit("/logga-in", "/logga-in", email="rut@example.com", password="hemligt felskrivet")
    html = answer.get_data(as_text=True)
    assert 'value="rut@example.com"' in html
    assert "hemligt felskrivet" not in html


def test_a_login_without_a_token_gives_the_address_back_and_not_the_password(client: CheckingClient) -> None:
    answer = client.post("/logga-in", data={"email": "rut@example.com", "password": "hemligt felskrivet"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "rut@example.com" in html
    assert "hemligt felskrivet" not in html


def test_an_invitation_opens_the_account_and_is_used_up(session: Session, client: CheckingClient) -> None:
    path = f"/inbjudan/{invited(session)}"
    assert "Välkommen, Nora" in client.page(path).text()
    answer = client.submit(path, path, password="sju sjösjuka sjömän")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/logga-in")
    assert log_in(client, "nora", "sju sjösjuka sjömän")[0] == 302
    assert "Sidan finns inte" in client.page(path, 404).text()


def test_an_invitation_is_dead_after_72_hours(session: Session, client: CheckingClient) -> None:
    assert client.get(f"/inbjudan/{invited(session, hours_ago=73)}").status_code == 404


def test_used_old_and_unknown_links_are_answered_alike(session: Session, client: CheckingClient) -> None:
    old = invited(session, hours_ago=73)
    first = client.get(f"/inbjudan/{old}").get_data(as_text=True)
    session.execute(update(OneTimeLink).values(used_at=NOW, expires_at=days_ago(-3)))
    session.commit()
    used = client.get(f"/inbjudan/{old}").get_data(as_text=True)
    unknown = client.get("/inbjudan/ingenting").get_data(as_text=True)
    answers = {re.sub(r'name="csrf_token"[^>]*|' + old + "|ingenting", "", page) for page in (first, used, unknown)}
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Välj ett lösenord."),
        ("elva tecken", "mellan 12 och 128 tecken"),
        ("a" * 129, "mellan 12 och 128 tecken"),
        ("a" * 20, "för lätt att gissa"),
        ("abcdabcdabcd", "för lätt att gissa"),
        ("hemligt\x07lösenord", "osynligt tecken"),
    ],
)
def test_a_password_must_be_long_and_not_one_letter(
    session: Session, client: CheckingClient, password: str, sentence: str
) -> None:
    path = f"/inbjudan/{invited(session)}"
    answer = client.submit(path, path, password=password)
    assert answer.status_code == 422
    assert sentence in Page(answer.get_data(as_text=True)).text()
    assert session.scalars(select(User.password_hash).where(User.email == "nora@example.com")).one() is None


@pytest.mark.parametrize("password", ["tolv tecken!", "åäö 漢字 emoji 🙂 mening", "x" * 60 + "yzåäö" * 13])
def test_a_sentence_in_any_letters_is_a_password(session: Session, client: CheckingClient, password: str) -> None:
    path = f"/inbjudan/{invited(session)}"
    assert client.submit(path, path, password=password).status_code == 302
    assert log_in(client, "nora", password)[0] == 302


# One's own account

OWN = "/konto"


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
    log_in(client)
    assert client.page("/").root.get("lang") == "en"
    assert save(browser)[0] == 302
    assert browser.page("/").root.get("lang") == "en"


def test_another_address_needs_the_password_and_is_what_one_logs_in_with(
    session: Session, rut: CheckingClient, client: CheckingClient
) -> None:
    new = {"email": "Rut.Rask@example.com"}
    for password, sentence in (("", "Skriv ditt lösenord"), ("fel lösenord", "Lösenordet stämmer inte")):
        status, page = save(rut, **new, password=password)
        assert status == 422 and sentence in page.text()
        assert own_account(session).email == email("rut")
    assert save(rut, **new, password=PASSWORD)[0] == 302
    assert log_in(client)[0] == 422
    assert log_in(client, "rut.rask")[0] == 302


def test_a_taken_address_is_refused_without_telling_whose_it_is(session: Session, rut: CheckingClient) -> None:
    status, page = save(rut, email=email("rolf").upper(), password=PASSWORD, name="Rut Rask")
    assert status == 422
    assert "går inte att byta till" in page.text() and "konto med den" not in page.text()
    assert own_account(session).name == "Rut"
    (form,) = [form for form in page.all("form") if form.get("action") == OWN]
    assert form_values(form)["name"] == "Rut Rask"
    assert form_values(form)["password"] == ""


def test_guessing_the_password_from_an_open_browser_stops_after_ten(rut: CheckingClient) -> None:
    for tried in range(accounts.GUESSES):
        assert save(rut, email="ny@example.com", password=f"gissning {tried}")[0] == 422
    status, page = save(rut, email="ny@example.com", password=PASSWORD)
    assert status == 422 and "Vänta fem minuter" in page.text()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Skriv ditt namn."),
        ({"name": "x" * 121}, "högst 120 tecken"),
        ({"email": "rut"}, "ser inte ut som en e-postadress"),
        ({"email": "rut@example.com\r\nBcc: alla@example.com"}, "ser inte ut som en e-postadress"),
        ({"language": "tlh"}, "val"),
        ({"mail_choice": "hourly"}, "val"),
    ],
)
def test_what_cannot_be_saved_says_why(
    session: Session, rut: CheckingClient, changed: dict[str, str], sentence: str
) -> None:
    status, page = save(rut, **changed, password=PASSWORD)
    assert status == 422 and sentence in page.text() and "Not a valid" not in page.text()
    user = own_account(session)
    assert (user.name, user.language) == ("Rut", "sv")


def test_a_new_password_ends_the_logins_elsewhere(
    session: Session, rut: CheckingClient, client: CheckingClient
) -> None:
    log_in(client)
    new = {"new-current_password": PASSWORD, "new-password": "en alldeles ny mening"}
    answer = client.submit(OWN, f"{OWN}/losenord", **new)
    assert answer.status_code == 302
    assert client.get("/").status_code == 200
    assert rut.get("/").status_code == 302
    client.submit("/", "/logga-ut")
    assert log_in(client)[0] == 422
    assert log_in(client, "rut", "en alldeles ny mening")[0] == 302


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("", "en alldeles ny mening", "Skriv lösenordet som du har nu."),
        ("fel lösenord", "en alldeles ny mening", "Lösenordet stämmer inte"),
        (PASSWORD, "kort", "mellan 12 och 128 tecken"),
        (PASSWORD, "aaaaaaaaaaaaaa", "för lätt att gissa"),
    ],
)
def test_a_password_that_is_not_changed_says_why(rut: CheckingClient, current: str, new: str, sentence: str) -> None:
    said = {"new-current_password": current, "new-password": new}
    answer = rut.submit(OWN, f"{OWN}/losenord", **said)
    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert sentence in page.text()
    assert new not in answer.get_data(as_text=True)


def test_the_page_says_when_no_mail_is_sent(app: Flask, rut: CheckingClient, tmp_path: Path) -> None:
    assert "skickas inga mejl" in rut.page(OWN).text()
    app.extensions["settings"] = some_settings(tmp_path, 25)
    assert "skickas inga mejl" not in rut.page(OWN).text()


def test_only_who_gets_the_week_by_mail_reads_about_it(logged_in: Callable[[str], CheckingClient]) -> None:
    told = {name: "vad som väntar på dig" in logged_in(name).page("/konto").text() for name in ("lena", "vera", "rut")}
    assert told == {"lena": True, "vera": True, "rut": False}
