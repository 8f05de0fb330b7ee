"""Invitations as a browser meets them: the page behind the link, the printed page, and a lead who invites her own."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from deviations.domain.logins import LIMITS, AttemptKind
from deviations.domain.notices import Notice
from deviations.domain.roles import Role
from deviations.models import Attempt, AuditEntry, OneTimeLink, OutgoingMail, User
from deviations.services import accounts, attempts
from tests.factories import NOW, days_ago
from tests.pages import CheckingClient, Page
from tests.people import PASSWORD, People, email, place
from tests.relay import ADDRESS, SECRET, some_settings

Browser = Callable[[str], CheckingClient]
STAFF = "/delprojekt/personal"
CHOSEN = "sju sjösjuka sjömän"


@pytest.fixture
def mailing(app: Flask, tmp_path: Path) -> None:
    """The instance can send mail."""
    app.extensions["settings"] = some_settings(tmp_path, 25)


@pytest.fixture
def lena(logged_in: Browser) -> CheckingClient:
    """The browser of the lead of Söder."""
    return logged_in("lena")


def log_in(client: CheckingClient, name: str, password: str) -> int:
    return client.submit("/logga-in", "/logga-in", email=email(name), password=password).status_code


def invited(session: Session, hours_ago: float = 0, where: str = "Söder", name: str = "Nora") -> str:
    """The path behind the link of somebody invited to a subproject."""
    secret = accounts.invite(
        session,
        None,
        email=f"{name.lower()}@example.com",
        name=name,
        role=Role.REPORTER,
        subproject=place(session, where),
        secret=SECRET,
        at=NOW - timedelta(hours=hours_ago),
    )
    session.commit()
    return f"/inbjudan/{secret}"


def user_named(session: Session, name: str) -> User:
    session.rollback()
    session.expire_all()
    return session.scalars(select(User).where(User.full_name == name)).one()


def test_an_invitation_opens_the_account_and_is_used_up(session: Session, client: CheckingClient) -> None:
    path = invited(session)
    page = client.page(path)
    assert "Välkommen, Nora" in page.text()
    assert "nora@example.com" in page.text()
    answer = client.submit(path, path, password=CHOSEN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/logga-in")
    assert log_in(client, "nora", CHOSEN) == 302
    assert "Länken fungerar inte" in client.page(path, 404).text()


def test_opening_the_link_alone_uses_nothing_up(session: Session, client: CheckingClient) -> None:
    """Programs that look through mail open links too."""
    path = invited(session)
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert client.submit(path, path, password=CHOSEN).status_code == 302


def test_a_page_behind_a_link_is_kept_by_nobody(session: Session, client: CheckingClient) -> None:
    answer = client.get(invited(session))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    robots = [
        meta.get("content") for meta in Page(answer.get_data(as_text=True)).all("meta") if meta.get("name") == "robots"
    ]
    assert robots == ["noindex"]


def test_an_invitation_is_dead_after_72_hours(session: Session, client: CheckingClient) -> None:
    assert client.get(invited(session, hours_ago=73)).status_code == 404


def test_used_old_and_unknown_links_are_answered_alike(session: Session, client: CheckingClient) -> None:
    old = invited(session, hours_ago=73)
    first = client.get(old).get_data(as_text=True)
    session.execute(update(OneTimeLink).values(used_at=NOW, expires_at=days_ago(-3)))
    session.commit()
    used = client.get(old).get_data(as_text=True)
    unknown = client.get("/inbjudan/ingenting").get_data(as_text=True)
    gone = old.rpartition("/")[2]
    answers = {re.sub(r'name="csrf_token"[^>]*|' + gone + "|ingenting", "", page) for page in (first, used, unknown)}
    assert len(answers) == 1
    assert "Be den som bjöd in dig om en ny." in unknown


def test_trying_links_from_one_address_ends_after_two_hundred(client: CheckingClient) -> None:
    for number in range(200):
        assert client.get(f"/inbjudan/{number}").status_code == 404
    answer = client.get("/inbjudan/nej")
    assert answer.status_code == 429 and "Vänta fem minuter" in answer.get_data(as_text=True)
    assert client.get("/inbjudan/nej", environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 404


def test_trying_links_keeps_nobody_behind_the_same_address_from_logging_in(
    client: CheckingClient, session: Session
) -> None:
    for _ in range(LIMITS[AttemptKind.LINK].most):
        attempts.count(session, AttemptKind.LINK, "127.0.0.1", datetime.now(UTC))
    session.commit()
    assert client.get("/nytt-losenord/nej").status_code == 429
    assert client.submit("/logga-in", "/logga-in", email=email("rut"), password=PASSWORD).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Välj ett lösenord."),
        ("elva tecken", "minst 12 tecken"),
        ("en lång mening " * 9, "högst 128 tecken"),
        ("a" * 20, "samma tecken om igen"),
        ("Stockholm2026", "många väljer likadana"),
        ("nora@example.com", "ditt namn eller din adress"),
        ("hemligt\x07lösenord", "osynligt tecken"),
    ],
)
def test_an_easy_password_is_refused_kindly(
    session: Session, client: CheckingClient, password: str, sentence: str
) -> None:
    path = invited(session)
    answer = client.submit(path, path, password=password)
    assert answer.status_code == 422
    assert sentence in Page(answer.get_data(as_text=True)).text()
    assert user_named(session, "Nora").password_hash is None


@pytest.mark.parametrize(
    "password", ["tolv tecken!", "åäö 漢字 emoji 🙂 mening", "x" * 60 + "yzåäö" * 13, "  två  ord  "]
)
def test_a_sentence_in_any_letters_is_a_password(session: Session, client: CheckingClient, password: str) -> None:
    path = invited(session)
    assert client.submit(path, path, password=password).status_code == 302
    assert log_in(client, "nora", password) == 302


# A lead and her staff


def invite(browser: CheckingClient, **said: str) -> tuple[int, Page]:
    answer = browser.submit(STAFF, STAFF, **{"name": "Nora", "email": "nora@example.com", **said})
    return answer.status_code, Page(answer.get_data(as_text=True))


def test_a_lead_prints_an_invitation_that_is_shown_once(
    session: Session, lena: CheckingClient, client: CheckingClient
) -> None:
    status, page = invite(lena)
    assert status == 200
    text = page.text()
    assert "Inbjudan till Nora" in text and "nora@example.com" in text and "medarbetare, Söder" in text
    (address,) = [page.text(code) for code in page.all("code")]
    path = address.removeprefix("http://localhost")
    assert "<svg" in page.html.partition('class="qr-frame"')[2]
    assert address not in lena.page(STAFF).text()
    assert client.submit(path, path, password=CHOSEN).status_code == 302
    assert log_in(client, "nora", CHOSEN) == 302
    assert session.scalars(select(OutgoingMail)).all() == []


@pytest.mark.usefixtures("mailing")
def test_a_lead_mails_an_invitation_where_mail_is_set(session: Session, lena: CheckingClient) -> None:
    status, page = invite(lena, way="mail")
    session.rollback()
    assert status == 302
    assert "mejlas till nora@example.com" in lena.page(STAFF).text()
    assert session.scalars(select(OutgoingMail.kind)).all() == [Notice.INVITED]
    assert "/inbjudan/" not in page.html
    status, page = invite(lena, name="Nina", email="nina@example.com", way="print")
    assert status == 200
    assert page.text(page.all("code")[0]).startswith(f"{ADDRESS}/inbjudan/")  # by its own name, as in the mails


def test_only_her_own_subproject_and_its_roles_are_offered(session: Session, lena: CheckingClient) -> None:
    options = {(option.get("value"), Page.text(lena.page(STAFF), option)) for option in lena.page(STAFF).all("option")}
    soder = str(place(session, "Söder").id)
    assert options == {("reporter", "Medarbetare"), ("lead", "Delprojektledare"), (soder, "Söder")}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "Skriv personens namn."),
        ({"email": "nora"}, "ser inte ut som en e-postadress"),
        ({"email": "rita@example.com"}, "Be administratören lägga till personen"),
        ({"role": "admin"}, "val"),
        ({"subproject": "2"}, "val"),
        ({"subproject": ""}, "val"),
    ],
)
def test_what_a_lead_may_not_do_is_refused_kindly(
    session: Session, lena: CheckingClient, said: dict[str, str], sentence: str
) -> None:
    if said.get("subproject"):
        said = {"subproject": str(place(session, "Norr").id)}
        session.rollback()
    status, page = invite(lena, **said)
    assert status == 422
    assert sentence in page.text()
    assert session.scalar(select(User.id).where(User.email == "nora@example.com")) is None


def test_a_lead_who_tries_addresses_is_counted_and_logged(
    session: Session, people: People, lena: CheckingClient
) -> None:
    assert invite(lena, email=email("rita"))[0] == 422
    assert session.scalar(select(func.count()).where(Attempt.kind == AttemptKind.INVITATION)) == 1
    (line,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "access.refused"))
    session.rollback()
    assert line.actor_id == people.lena.id and json.loads(line.detail)["why"] == "not_here"
    assert "rita" not in line.detail
    for _ in range(99):
        attempts.count(session, AttemptKind.INVITATION, f"user:{people.lena.id}", datetime.now(UTC))
    session.commit()
    assert "Du har bjudit in många i dag" in invite(lena)[1].text()
    assert session.scalar(select(User.id).where(User.email == "nora@example.com")) is None


def test_a_lead_sees_her_staff_and_nobody_elses(session: Session, lena: CheckingClient) -> None:
    invited(session, where="Norr", name="Nisse")
    text = lena.page(STAFF).text()
    assert "Rut" in text and "Rolf" in text
    assert not any(name in text for name in ("Rita", "Lars", "Ruben", "Nisse"))


def test_an_invitation_is_renewed_and_taken_back(
    session: Session, lena: CheckingClient, client: CheckingClient
) -> None:
    path = invited(session)
    nora = user_named(session, "Nora").id
    page = Page(lena.submit(STAFF, f"{STAFF}/{nora}/inbjudan").get_data(as_text=True))
    (address,) = [page.text(code) for code in page.all("code")]
    renewed = address.removeprefix("http://localhost")
    assert client.get(path).status_code == 404
    assert client.get(renewed).status_code == 200
    assert lena.submit(STAFF, f"{STAFF}/{nora}/ta-tillbaka").status_code == 302
    assert client.get(renewed).status_code == 404
    assert "nora@example.com" not in lena.page(STAFF).text()
    assert invite(lena)[0] == 200


@pytest.mark.parametrize("act", ["inbjudan", "ta-tillbaka"])
@pytest.mark.parametrize("name", ["Nisse", "Rita", "Vera", "Rut"])
def test_what_is_not_hers_to_renew_stays_as_it_is(session: Session, lena: CheckingClient, name: str, act: str) -> None:
    """Another subproject's, and a colleague who has her account."""
    invited(session, where="Norr", name="Nisse")
    id = user_named(session, name).id
    token = next(field.get("value") for field in lena.page(STAFF).all("input") if field.get("name") == "csrf_token")
    status = lena.post(f"{STAFF}/{id}/{act}", data={"csrf_token": token}).status_code
    assert status == (403 if name == "Rut" else 404)
    assert user_named(session, name).active


@pytest.mark.parametrize("name", ["rut", "vera", "stina", "adam"])
def test_the_page_is_the_leads(logged_in: Browser, name: str) -> None:
    assert logged_in(name).get(STAFF).status_code == 404


def test_the_leads_own_page_leads_there(lena: CheckingClient) -> None:
    assert STAFF in [link.get("href") for link in lena.page("/delprojekt").all("a")]


# What the administrator does for one who can't come in


def test_the_administrator_hands_over_a_link_for_a_new_password(
    session: Session, adam: CheckingClient, client: CheckingClient
) -> None:
    id = user_named(session, "Rut").id
    page = Page(
        adam.submit(f"/administration/konton/{id}", f"/administration/konton/{id}/losenordslank").get_data(as_text=True)
    )
    (address,) = [page.text(code) for code in page.all("code")]
    path = address.removeprefix("http://localhost")
    assert path.startswith("/nytt-losenord/")
    assert client.submit(path, path, password=CHOSEN).status_code == 302
    assert log_in(client, "rut", CHOSEN) == 302


def test_the_administrator_gives_another_address_to_one_who_lost_hers(
    session: Session, adam: CheckingClient, rut: CheckingClient, client: CheckingClient
) -> None:
    path = f"/administration/konton/{user_named(session, 'Rut').id}/adress"
    assert "rut@example.com" in adam.page(path).text()
    refused = adam.submit(path, path, email=email("rolf"))
    assert refused.status_code == 422 and "finns redan ett konto" in refused.get_data(as_text=True)
    assert adam.submit(path, path, email="rut.rask@example.com").status_code == 302
    assert rut.get("/").status_code == 302
    assert log_in(client, "rut.rask", PASSWORD) == 302
    session.rollback()
    assert session.scalars(select(OutgoingMail.kind)).all() == [Notice.ADDRESS_CHANGED] * 2
