"""Logging in and out, guessing, and the page of one's own logins, as a browser meets them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from deviations.domain.logins import LIMITS, AttemptKind
from deviations.models import Attempt, LoginSession, User
from tests.factories import NOW, audit_lines
from tests.pages import CheckingClient, Page, form_values
from tests.people import PASSWORD, email

Browser = Callable[[str], CheckingClient]
PLACES = "/konto/inloggningar"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def log_in(client: CheckingClient, name: str = "rut", password: str = PASSWORD) -> tuple[int, str]:
    """Status and readable text of the answer."""
    answer = client.submit("/logga-in", "/logga-in", email=email(name), password=password)
    return answer.status_code, Page(answer.get_data(as_text=True)).text()


def test_a_person_logs_in_and_is_greeted(client: CheckingClient) -> None:
    assert log_in(client)[0] == 302
    assert "Hej Rut" in client.page("/").text()
    assert client.get("/logga-in").headers["Location"] == "/"


@pytest.mark.parametrize(("back", "to"), [("/avvikelser", "/avvikelser"), ("//evil.example", "/"), ("", "/")])
def test_one_comes_back_to_where_one_was_going_and_nowhere_else(client: CheckingClient, back: str, to: str) -> None:
    answer = client.submit(f"/logga-in?next={back}", email=email("rut"), password=PASSWORD)
    assert answer.headers["Location"] == to


def test_the_answer_does_not_tell_whether_an_account_exists(session: Session, client: CheckingClient) -> None:
    session.execute(update(User).where(User.email == email("rolf")).values(active=False))
    session.commit()
    answers = {log_in(client, "ingen"), log_in(client, "rut", "fel lösenord"), log_in(client, "rolf")}
    assert len(answers) == 1
    ((status, text),) = answers
    assert status == 422
    assert "E-postadressen och lösenordet hör inte ihop." in text


def test_ten_guesses_shut_the_door_also_for_the_right_password(session: Session, client: CheckingClient) -> None:
    most = LIMITS[AttemptKind.PASSWORD].most
    for tried in range(most):
        assert log_in(client, "rut", f"gissning {tried}")[0] == 422
    assert session.scalar(select(func.count()).where(Attempt.kind == AttemptKind.PASSWORD)) == most
    session.rollback()
    status, text = log_in(client, "rut")
    assert status == 429
    assert "Vänta fem minuter" in text
    assert log_in(client, "rolf")[0] == 302  # nobody else is shut out
    session.execute(update(Attempt).values(at=NOW - timedelta(minutes=6)))
    session.commit()
    client.submit("/", "/logga-ut")
    assert log_in(client, "rut")[0] == 302


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP"])
def test_no_header_opens_the_door_again(session: Session, client: CheckingClient, header: str) -> None:
    name = "HTTP_" + header.upper().replace("-", "_")
    for number in range(LIMITS[AttemptKind.PASSWORD].most):
        client.environ_base.update({name: f"192.0.2.{number}", "HTTP_USER_AGENT": f"browser {number}"})
        log_in(client, "rut", f"gissning {number}")
    client.environ_base[name] = "198.51.100.9"
    assert log_in(client, "rut")[0] == 429
    sources = {line.source for line in audit_lines(session) if line.action == "login.failed"}
    assert sources == {"127.0.0.1"}


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


# Where one is logged in


def test_the_page_tells_browser_day_way_and_network_address(client: CheckingClient) -> None:
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    log_in(client)
    page = client.page(PLACES)
    first = page.text(page.all("section")[0])
    assert "Firefox, Windows Den här webbläsaren" in first
    assert "lösenord" in first
    assert "127.0.0.1" in first
    assert len(page.all("section")) == 2  # the other one is that of the fixture
    assert "när du inte har gjort något på 60 minuter. Som längst är du inloggad i 12 timmar." in page.text()


def test_one_other_login_is_ended(client: CheckingClient, rut: CheckingClient) -> None:
    log_in(client)
    page = client.page(PLACES)
    (action,) = [
        form.get("action") or "" for form in page.all("form") if "Logga ut där" in page.text(form)
    ]  # fmt: skip
    assert client.submit(PLACES, action).headers["Location"] == PLACES
    assert rut.get("/").status_code == 302
    assert client.get("/").status_code == 200


def test_ending_this_one_is_logging_out(client: CheckingClient) -> None:
    log_in(client)
    page = client.page(PLACES)
    (action,) = [form.get("action") or "" for form in page.all("form") if "Logga ut här" in page.text(form)]
    assert client.submit(PLACES, action).headers["Location"] == "/logga-in"
    assert client.get("/").status_code == 302


def test_logging_out_everywhere_ends_this_one_too(client: CheckingClient, rut: CheckingClient) -> None:
    log_in(client)
    answer = client.submit(PLACES, f"{PLACES}/avsluta-alla")
    assert answer.headers["Location"] == "/logga-in"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Du är utloggad överallt" in client.page("/logga-in").text()
    assert rut.get("/").status_code == 302
    assert client.get("/").status_code == 302


def test_somebody_elses_login_is_not_there(session: Session, rut: CheckingClient, logged_in: Browser) -> None:
    rolf = logged_in("rolf")
    id = session.scalars(select(LoginSession.id).join(User).where(User.email == email("rolf"))).one()
    session.rollback()
    own = form_values(rut.page(PLACES).all("form")[-1])
    assert rut.post(f"{PLACES}/{id}/avsluta", data={"csrf_token": own["csrf_token"]}).status_code == 404
    assert rolf.get("/").status_code == 200


@pytest.mark.parametrize("agent", ["", "<script>alert(1)</script>", "x" * 5000, "Mozilla/5.0 åäö ' \" \\"])
def test_a_browser_may_call_itself_anything(client: CheckingClient, agent: str) -> None:
    client.environ_base["HTTP_USER_AGENT"] = agent
    log_in(client)
    assert "Okänd webbläsare" in client.page(PLACES).text()


# Which roles need a second factor

SECURITY = "/administration/sakerhet"


def test_the_administrator_chooses_which_roles_need_a_second_factor(
    session: Session, adam: CheckingClient, client: CheckingClient
) -> None:
    page = adam.page(SECURITY)
    assert [box.get("value") for box in page.all("input") if box.get("checked") is not None] == []
    rows = [[page.text(cell) for cell in row.iter("td")] for row in page.all("tr")]
    assert ["Verksamhetsutvecklare", "1", "0"] in rows
    assert adam.submit(SECURITY, SECURITY, roles=["coordinator"]).status_code == 302
    assert "Den som nu måste ha tvåstegsinloggning och inte har det är utloggad" in adam.page(SECURITY).text()
    assert log_in(client, "vera")[0] == 302
    assert "Koppla din telefon" in client.page("/logga-in/koppla").text()
    assert client.get("/triage").status_code == 302


def test_of_two_who_choose_at_once_the_second_sees_what_holds(adam: CheckingClient) -> None:
    page = adam.page(SECURITY)
    (version,) = [field.get("value") for field in page.all("input") if field.get("name") == "version"]
    adam.submit(SECURITY, SECURITY, roles=["steering"])
    answer = adam.submit(SECURITY, SECURITY, roles=[], version=version)
    assert answer.status_code == 302
    page = adam.page(SECURITY)
    assert "Någon annan sparade före dig" in page.text()
    assert [box.get("value") for box in page.all("input") if box.get("checked") is not None] == ["steering"]


def test_a_role_that_is_none_is_refused_kindly(adam: CheckingClient) -> None:
    answer = adam.submit(SECURITY, SECURITY, roles=["emperor"])
    assert answer.status_code == 422
    assert "Ett av valen finns inte längre" in Page(answer.get_data(as_text=True)).text()


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_security_is_the_administrators(logged_in: Browser, name: str) -> None:
    assert logged_in(name).get(SECURITY).status_code == 404


# The setting


@pytest.fixture
def with_idle(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], CheckingClient]]:
    """A browser on an application with another limit for logins that are not used."""
    from deviations.app import create_app

    apps: list[Flask] = []

    def made(minutes: str) -> CheckingClient:
        monkeypatch.setenv("DEVIATIONS_IDLE_MINUTES", minutes)
        app = create_app(tmp_path / "instans", database_url=database, testing=True)
        app.test_client_class = CheckingClient
        apps.append(app)
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        return client

    yield made
    for app in apps:
        app.extensions["engine"].dispose()


def test_the_limit_is_a_setting(session: Session, with_idle: Callable[[str], CheckingClient]) -> None:
    client = with_idle("5")
    log_in(client)
    assert "gjort något på 5 minuter" in client.page(PLACES).text()
    session.execute(update(LoginSession).values(seen_at=datetime.now(UTC) - timedelta(minutes=5, seconds=1)))
    session.commit()
    assert client.get("/").headers["Location"] == "/logga-in"
