"""The second factor as a browser meets it: the code after the password, setting up, recovery codes, moving, off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.logins import LIMITS, AttemptKind
from deviations.domain.roles import Role
from deviations.models import LoginSession, PendingLogin, User
from deviations.services import second_factor, security
from tests.factories import audit_lines
from tests.pages import CheckingClient, Page
from tests.people import PASSWORD, email, token

Browser = Callable[[str], CheckingClient]
APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OWN, SET_UP, CODE, ENROL = "/konto/tva-steg", "/konto/tva-steg/koppla", "/logga-in/kod", "/logga-in/koppla"


def code(app: str = APP, seconds: int = 0) -> str:
    return pyotp.TOTP(app).at(datetime.now(UTC) + timedelta(seconds=seconds))


def wrong() -> str:
    right = {code(seconds=s) for s in range(-120, 121, 30)}
    return next(str(number) for number in range(100_000, 100_100) if str(number) not in right)


@pytest.fixture
def codes(app: Flask, session: Session) -> list[str]:
    """Rut has a telephone with codes; these are her recovery codes."""
    rut = session.scalars(select(User).where(User.email == email("rut"))).one()
    then = datetime.now(UTC) - timedelta(hours=1)
    made = second_factor.set_up(
        session, rut, APP, pyotp.TOTP(APP).at(then), then,
        password=PASSWORD, secret=app.extensions["settings"].secret_key, token=token("rut"),
    )  # fmt: skip
    session.commit()
    return made


@pytest.fixture
def needed(session: Session) -> None:
    """The roles that need a second factor by default do."""
    security.start(session)
    session.commit()


def password(client: CheckingClient, name: str = "rut", back: str = "") -> str:
    """Sends address and password; where that leads."""
    path = f"/logga-in?next={back}" if back else "/logga-in"
    return client.submit(path, email=email(name), password=PASSWORD).headers["Location"]


def send(client: CheckingClient, path: str, action: str | None = None, **given: Any) -> tuple[int, Page]:
    answer = client.submit(path, action or path, **given)
    return answer.status_code, Page(answer.get_data(as_text=True))


def shown_secret(page: Page) -> str:
    return page.text(next(one for one in page.all("code"))).replace(" ", "")


def shown_codes(page: Page) -> list[str]:
    return [page.text(one) for one in page.all("code")]


def is_in(client: CheckingClient) -> bool:
    return client.get("/").status_code == 200


def test_after_the_password_the_code_is_asked_for_and_leads_where_one_was_going(
    client: CheckingClient, codes: list[str]
) -> None:
    there = password(client, back="/avvikelser")
    assert there == f"{CODE}?next=/avvikelser"
    assert not is_in(client)
    answer = client.submit(there, code=code())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/avvikelser")
    assert is_in(client)
    with client.session_transaction() as cookie:
        assert "halfway" not in cookie


def test_the_password_alone_opens_no_page(client: CheckingClient, codes: list[str]) -> None:
    password(client)
    for path in ("/", "/avvikelser", "/konto", OWN, "/konto/inloggningar"):
        assert client.get(path).headers["Location"].startswith("/logga-in")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = cookie["halfway"]
    assert not is_in(client)


def test_a_wrong_code_says_so_and_after_five_the_door_is_closed(client: CheckingClient, codes: list[str]) -> None:
    password(client)
    for _ in range(LIMITS[AttemptKind.CODE].most):
        status, page = send(client, CODE, code=wrong())
        assert status == 422 and "Koden stämmer inte" in page.text()
    status, page = send(client, CODE, code=code())
    assert status == 429 and "Vänta fem minuter" in page.text()
    assert not is_in(client)


def test_failed_codes_stand_in_the_log_with_the_network_address(
    session: Session, client: CheckingClient, codes: list[str]
) -> None:
    password(client)
    send(client, CODE, code=wrong())
    (line,) = [line for line in audit_lines(session) if line.action == "login.code_failed"]
    assert line.source == "127.0.0.1"


@pytest.mark.parametrize(("typed", "sentence"), [("", "Skriv koden som appen visar."), ("1" * 41, "högst 40 tecken")])
def test_no_code_says_what_to_do(client: CheckingClient, codes: list[str], typed: str, sentence: str) -> None:
    password(client)
    status, page = send(client, CODE, code=typed)
    assert status == 422 and sentence in page.text()


def test_a_recovery_code_opens_once(client: CheckingClient, codes: list[str]) -> None:
    password(client)
    assert send(client, CODE, **{"recovery-code": codes[0].upper()})[0] == 302
    assert "9 reservkoder kvar" in client.page(OWN).text()
    client.submit("/", "/logga-ut")
    password(client)
    status, page = send(client, CODE, **{"recovery-code": codes[0]})
    assert status == 422 and "Koden stämmer inte" in page.text()
    assert [one.get("open") for one in page.all("details") if "Har du inte telefonen" in page.text(one)] == [""]


def test_who_waits_too_long_starts_over(session: Session, client: CheckingClient, codes: list[str]) -> None:
    password(client)
    session.execute(update(PendingLogin).values(expires_at=datetime.now(UTC)))
    session.commit()
    assert "Börja om" in client.page(CODE).text()
    assert client.get(CODE).headers["Location"] == "/logga-in"


def test_the_page_of_the_code_is_nobodys_who_has_not_begun(client: CheckingClient) -> None:
    for path in (CODE, ENROL):
        assert client.get(path).headers["Location"] == "/logga-in"


def test_reset_and_password_change_leave_the_second_factor_on(
    session: Session, client: CheckingClient, codes: list[str]
) -> None:
    from deviations.services import passwords

    rut = session.scalars(select(User).where(User.email == email("rut"))).one()
    passwords.store(rut, "en alldeles ny mening", datetime.now(UTC))
    session.commit()
    answer = client.submit("/logga-in", email=email("rut"), password="en alldeles ny mening")
    assert answer.headers["Location"] == CODE


# A role that needs it


def test_a_role_that_needs_it_sets_it_up_and_is_let_in(client: CheckingClient, needed: None) -> None:
    assert password(client, "vera", "/triage") == f"{ENROL}?next=/triage"
    page = client.page(ENROL)
    secret = shown_secret(page)
    assert len(secret) == 32
    assert shown_secret(client.page(ENROL)) == secret  # a page that is loaded again shows the same
    status, page = send(client, ENROL, code=wrong())
    assert status == 422 and shown_secret(page) == secret
    assert not is_in(client)
    answer = client.submit(ENROL, code=code(secret))
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert len(shown_codes(page)) == 10
    assert is_in(client)
    client.submit("/", "/logga-ut")
    assert password(client, "vera") == CODE
    assert send(client, CODE, code=code(secret, 30))[0] == 302


def test_the_drawing_says_the_secret_in_no_style_of_its_own(client: CheckingClient, needed: None) -> None:
    password(client, "vera")
    page = client.page(ENROL)
    (drawing,) = [one for one in page.root.iter() if one.get("class") == "qr"]
    assert drawing.get("viewBox")
    assert all("style" not in one.keys() for one in drawing.iter())  # noqa: SIM118 - an Element is not a mapping
    (link,) = [one.get("href") or "" for one in page.all("a") if (one.get("href") or "").startswith("otpauth:")]
    assert pyotp.parse_uri(link).secret == shown_secret(page)
    assert "vera%40example.com" in link and "Mellan%20stolarna" in link


def test_the_secret_in_the_cookie_can_not_be_read(client: CheckingClient, needed: None) -> None:
    password(client, "vera")
    secret = shown_secret(client.page(ENROL))
    with client.session_transaction() as cookie:
        assert secret not in str(dict(cookie))


def test_another_persons_offered_secret_is_not_taken_over(client: CheckingClient, needed: None) -> None:
    password(client, "vera")
    first = shown_secret(client.page(ENROL))
    with client.session_transaction() as cookie:
        planted = cookie["factor"]
    password(client, "stina")
    with client.session_transaction() as cookie:
        cookie["factor"] = planted
    assert shown_secret(client.page(ENROL)) != first


def test_who_has_one_is_not_let_round_it_by_the_page_of_setting_up(client: CheckingClient, codes: list[str]) -> None:
    password(client)
    assert client.get(ENROL).headers["Location"] == "/logga-in"
    assert not is_in(client)


# On one's own account


def test_one_turns_it_on_and_the_codes_are_shown_once(rut: CheckingClient, client: CheckingClient) -> None:
    password(client)
    assert "Tvåstegsinloggningen är av" in rut.page(OWN).text()
    secret = shown_secret(rut.page(SET_UP))
    status, page = send(rut, SET_UP, code=code(secret), password="fel lösenord")
    assert status == 422 and "Lösenordet stämmer inte" in page.text()
    status, page = send(rut, SET_UP, code=code(secret), password=PASSWORD)
    assert status == 200
    made = shown_codes(page)
    assert len(made) == 10
    page = rut.page(OWN)
    assert "Tvåstegsinloggningen är på" in page.text() and "10 reservkoder kvar" in page.text()
    assert not any(one in page.html for one in made)
    assert not is_in(client)  # the others are out
    assert shown_secret(rut.page(SET_UP)) != secret


def test_moving_to_another_telephone_asks_for_the_present_one(
    rut: CheckingClient, client: CheckingClient, codes: list[str]
) -> None:
    secret = shown_secret(rut.page(SET_UP))
    given = {"code": code(secret), "password": PASSWORD}
    status, page = send(rut, SET_UP, **given, present=wrong())
    assert status == 422 and "Koden stämmer inte" in page.text()
    assert send(rut, SET_UP, **given, present=code())[0] == 200
    password(client)
    assert send(client, CODE, code=code(seconds=30))[0] == 422
    assert send(client, CODE, code=code(secret, 30))[0] == 302


def test_new_recovery_codes_cost_password_and_code(rut: CheckingClient, codes: list[str]) -> None:
    action = f"{OWN}/reservkoder"
    assert send(rut, OWN, action, **{"codes-password": "fel lösenord", "codes-present": code()})[0] == 422
    assert send(rut, OWN, action, **{"codes-password": PASSWORD})[0] == 422
    assert send(rut, OWN, action, **{"codes-password": PASSWORD, "codes-present": wrong()})[0] == 422
    status, page = send(rut, OWN, action, **{"codes-password": PASSWORD, "codes-present": code()})
    assert status == 200
    assert len(shown_codes(page)) == 10 and not set(shown_codes(page)) & set(codes)


def test_few_codes_left_are_warned_of(rut: CheckingClient, client: CheckingClient, codes: list[str]) -> None:
    for one in codes[:8]:
        password(client)
        send(client, CODE, **{"recovery-code": one})
        client.submit("/", "/logga-ut")
    assert "Du har 2 reservkoder kvar. Gör nya innan de tar slut." in rut.page(OWN).text()


def test_switching_off_costs_password_and_code(rut: CheckingClient, client: CheckingClient, codes: list[str]) -> None:
    action = f"{OWN}/av"
    status, page = send(rut, OWN, action, **{"off-password": PASSWORD, "off-code": wrong()})
    assert status == 422 and "Koden stämmer inte" in page.text()
    assert send(rut, OWN, action, **{"off-password": PASSWORD, "off-code": code()})[0] == 302
    assert "Tvåstegsinloggningen är av" in rut.page(OWN).text()
    assert password(client) == "/"


def test_a_role_that_needs_it_is_shown_no_switch_and_can_not_press_it(
    session: Session, rut: CheckingClient, codes: list[str]
) -> None:
    before = rut.page(OWN)
    security.start(session, [Role.REPORTER])
    session.commit()
    page = rut.page(OWN)
    assert "Din roll kräver tvåstegsinloggning" in page.text()
    assert f"{OWN}/av" not in page.html
    (form,) = [form for form in before.all("form") if form.get("action") == f"{OWN}/av"]
    given = {field.get("name") or "": field.get("value", "") for field in form.iter("input")}
    given.update({"off-password": PASSWORD, "off-code": code()})
    answer = rut.post(f"{OWN}/av", data=given)
    assert answer.status_code == 422
    assert "går inte att stänga av" in Page(answer.get_data(as_text=True)).text()


def test_an_account_without_password_is_told_who_looks_after_it(session: Session, rut: CheckingClient) -> None:
    session.execute(update(User).where(User.email == email("rut")).values(password_hash=None))
    session.commit()
    assert "Din organisation sköter inloggningen" in rut.page(OWN).text()


def test_the_login_tells_that_it_took_a_code(session: Session, client: CheckingClient, codes: list[str]) -> None:
    password(client)
    send(client, CODE, code=code())
    assert "kod från telefonen" in client.page("/konto/inloggningar").text()
    ways = session.scalars(select(LoginSession.way).join(User).where(User.email == email("rut"))).all()
    assert "code" in ways


# Without a password


@pytest.fixture
def by_organisation(session: Session, codes: list[str]) -> list[str]:
    """Rut comes by her organisation's login and has a telephone, but no password; her recovery codes."""
    session.execute(update(User).where(User.email == email("rut")).values(password_hash=None))
    session.commit()
    return codes


def test_who_has_no_password_shows_a_code_instead(rut: CheckingClient, by_organisation: list[str]) -> None:
    fields = [field.get("name") for page in (OWN, SET_UP) for field in rut.page(page).all("input")]
    assert not [name for name in fields if name and name.endswith("password")]
    action = f"{OWN}/reservkoder"
    assert send(rut, OWN, action, **{"codes-present": "fel"})[0] == 422
    status, page = send(rut, OWN, action, **{"codes-present": by_organisation[0]})
    assert status == 200
    (spare, other, *_more) = shown_codes(page)
    app = shown_secret(rut.page(SET_UP))
    assert send(rut, SET_UP, SET_UP, code=code(app), present="fel")[0] == 422
    status, page = send(rut, SET_UP, SET_UP, code=code(app), present=spare)
    assert status == 200
    assert other not in page.text()
    off = f"{OWN}/av"
    assert send(rut, OWN, off, **{"off-code": "fel"})[0] == 422
    assert send(rut, OWN, off, **{"off-code": shown_codes(page)[0]})[0] == 302


def test_who_has_neither_password_nor_telephone_gets_a_password_first(session: Session, rut: CheckingClient) -> None:
    session.execute(update(User).where(User.email == email("rut")).values(password_hash=None))
    session.commit()
    assert rut.get(SET_UP).headers["Location"] == OWN
    assert "/glomt-losenord" in [a.get("href") for a in rut.page(OWN).all("a")]
