"""What ends a login, ends it at once and in every process; what does not, leaves it alone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.roles import Role
from deviations.models import LoginSession, User
from deviations.services import logins, memberships
from deviations.services.tokens import hashed
from tests.factories import NOW
from tests.pages import CheckingClient, form_values
from tests.people import PASSWORD, People, email, place, token

Browser = Callable[[str], CheckingClient]


@pytest.fixture
def elsewhere(app: Flask, database: str, tmp_path: Path) -> Iterator[CheckingClient]:
    """A browser at another process of the same instance: same database, same secret, nothing else in common."""
    from deviations.app import create_app

    folder = tmp_path / "samma instans"
    folder.mkdir()
    (folder / "secret_key").write_text(app.secret_key or "")  # type: ignore[arg-type]
    other = create_app(folder, database_url=database, testing=True)
    other.test_client_class = CheckingClient
    client = other.test_client()
    assert isinstance(client, CheckingClient)
    yield client
    other.extensions["engine"].dispose()


def log_in(client: CheckingClient, name: str = "rut", password: str = PASSWORD) -> int:
    return client.submit("/logga-in", "/logga-in", email=email(name), password=password).status_code


def cookie_of(client: CheckingClient) -> str:
    found = client.get_cookie("session")
    assert found is not None
    return found.value


def take(client: CheckingClient, cookie: str) -> CheckingClient:
    client.set_cookie("session", cookie)
    return client


def is_in(client: CheckingClient) -> bool:
    return client.get("/").status_code == 200


def token_of(client: CheckingClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie["_user_id"])


def account_of(session: Session, name: str = "rut") -> User:
    session.rollback()
    return session.scalars(select(User).where(User.email == email(name))).one()


def test_one_login_holds_in_every_process(client: CheckingClient, elsewhere: CheckingClient) -> None:
    log_in(client)
    assert is_in(take(elsewhere, cookie_of(client)))


def test_a_copied_cookie_is_dead_everywhere_after_logging_out(
    client: CheckingClient, elsewhere: CheckingClient
) -> None:
    log_in(client)
    copied = cookie_of(client)
    assert is_in(take(elsewhere, copied))
    client.submit("/", "/logga-ut")
    assert not is_in(elsewhere)
    assert not is_in(take(client, copied))


def test_logging_out_here_leaves_the_other_browser_in(client: CheckingClient, rut: CheckingClient) -> None:
    log_in(client)
    client.submit("/", "/logga-ut")
    assert is_in(rut)


def test_each_login_gets_a_token_of_its_own_and_the_old_one_of_this_browser_ends(client: CheckingClient) -> None:
    log_in(client)
    first, copied = token_of(client), cookie_of(client)
    client.submit("/", "/logga-ut")
    log_in(client)
    assert token_of(client) != first
    assert not is_in(take(client, copied))


def test_nothing_that_was_planted_in_the_cookie_lives_on_in_a_login(client: CheckingClient) -> None:
    """Session fixation: token and form token are new, whatever the browser brought."""
    client.get("/logga-in")
    with client.session_transaction() as before:
        before["inplanterat"], before["_user_id"] = "ja", "en token som någon annan känner"
        form_token = before["csrf_token"]
    log_in(client)
    with client.session_transaction() as after:
        assert "inplanterat" not in after
        assert after["_user_id"] != "en token som någon annan känner"
        assert after.get("csrf_token") != form_token


def test_who_logs_in_over_somebody_elses_login_ends_it(session: Session, logged_in: Browser) -> None:
    """Two at one computer: the first forgot to log out, and the second sends a login page that lay open."""
    browser = logged_in("rolf")
    (form, *_) = [one for one in browser.page("/om").all("form") if one.get("method") == "post"]
    form_token = form_values(form)["csrf_token"]
    given = {"email": email("rut"), "password": PASSWORD, "csrf_token": form_token}
    assert browser.post("/logga-in", data=given).status_code == 302
    assert "Hej Rut" in browser.page("/").text()
    assert hashed(token("rolf")) not in session.scalars(select(LoginSession.token_hash)).all()


def test_a_new_password_ends_the_logins_elsewhere(
    client: CheckingClient, rut: CheckingClient, elsewhere: CheckingClient
) -> None:
    log_in(elsewhere)
    log_in(client)
    page = client.page("/konto/losenord") if client.get("/konto/losenord").status_code == 200 else client.page("/konto")
    (form,) = [form for form in page.all("form") if "losenord" in (form.get("action") or "")]
    names = [field.get("name") or "" for field in form.iter("input") if field.get("type") == "password"]
    given = {name: PASSWORD if "current" in name else "en alldeles ny mening" for name in names}
    token_field = next(f for f in form.iter("input") if (f.get("name") or "").endswith("csrf_token"))
    given[token_field.get("name") or ""] = token_field.get("value") or ""
    assert client.post(form.get("action") or "", data=given).status_code == 302
    assert is_in(client)
    assert not is_in(rut)
    assert not is_in(elsewhere)
    assert log_in(elsewhere) == 422
    assert log_in(elsewhere, password="en alldeles ny mening") == 302


def test_a_closed_account_is_out_at_the_next_click(
    session: Session, rut: CheckingClient, adam: CheckingClient, elsewhere: CheckingClient
) -> None:
    log_in(elsewhere)
    id = account_of(session).id
    session.rollback()
    assert adam.submit(f"/administration/konton/{id}", f"/administration/konton/{id}/stang").status_code == 302
    assert not is_in(rut)
    assert not is_in(elsewhere)
    assert log_in(rut) == 422


def test_another_role_ends_all_logins_of_that_person_and_nobody_elses(
    session: Session, people: People, rut: CheckingClient, elsewhere: CheckingClient, logged_in: Browser
) -> None:
    log_in(elsewhere)
    rolf = logged_in("rolf")
    memberships.add(session, people.adam, account_of(session), Role.LEAD, place(session, "Söder"), NOW)
    session.commit()
    assert not is_in(rut)
    assert not is_in(elsewhere)
    assert is_in(rolf)
    log_in(rut)
    assert rut.get("/delprojekt").status_code == 200  # and the next one has it


def test_an_administrator_ends_anybodys_logins(session: Session, people: People, rut: CheckingClient) -> None:
    logins.end_everywhere(session, people.adam, account_of(session), NOW)
    session.commit()
    assert not is_in(rut)


def test_an_hour_without_a_click_ends_it_and_a_click_in_time_does_not(session: Session, rut: CheckingClient) -> None:
    for minutes, still in ((58, True), (61, False)):
        session.execute(update(LoginSession).values(seen_at=datetime.now(UTC) - timedelta(minutes=minutes)))
        session.commit()
        assert is_in(rut) is still


def test_a_click_is_written_down_when_the_last_one_is_five_minutes_old(session: Session, rut: CheckingClient) -> None:
    for minutes, written in ((4, False), (6, True)):
        before = (datetime.now(UTC) - timedelta(minutes=minutes)).replace(microsecond=0)
        session.execute(update(LoginSession).values(seen_at=before))
        session.commit()
        rut.get("/")
        assert (of_rut(session) != before) is written


@pytest.mark.parametrize("path", ["/finns-inte", "/triage", "/avvikelser/ny"])
def test_a_page_that_is_not_there_or_leads_on_counts_as_a_click_too(
    session: Session, rut: CheckingClient, path: str
) -> None:
    before = (datetime.now(UTC) - timedelta(minutes=30)).replace(microsecond=0)
    session.execute(update(LoginSession).values(seen_at=before))
    session.commit()
    rut.get(path)
    assert of_rut(session) > before


def of_rut(session: Session) -> datetime:
    """When Rut's login was used last, by the database."""
    session.rollback()
    rut = LoginSession.token_hash == hashed(token("rut"))
    return session.scalars(select(LoginSession.seen_at).where(rut)).one()


def test_after_twelve_hours_it_is_over_however_much_it_was_used(session: Session, rut: CheckingClient) -> None:
    now = datetime.now(UTC)
    session.execute(update(LoginSession).values(seen_at=now, expires_at=now - timedelta(seconds=1)))
    session.commit()
    assert not is_in(rut)


def test_a_login_that_was_made_now_lasts_as_long_as_the_settings_say(session: Session, client: CheckingClient) -> None:
    log_in(client)
    login = session.scalars(
        select(LoginSession).where(LoginSession.token_hash == hashed(token_of(client)))
    ).one()  # fmt: skip
    assert login.expires_at - login.created_at == timedelta(hours=12)
    assert login.seen_at == login.created_at


def test_reading_goes_on_while_somebody_else_writes(session: Session, app: Flask, rut: CheckingClient) -> None:
    """The note of the click is given up, not waited for."""
    session.execute(update(LoginSession).values(seen_at=datetime.now(UTC) - timedelta(minutes=30)))
    session.commit()
    with Session(app.extensions["engine"].execution_options(write=True)) as other:
        other.execute(update(LoginSession).values(agent="någon annan"))
        begun = datetime.now()
        assert is_in(rut)
        assert datetime.now() - begun < timedelta(seconds=3)
        other.rollback()
