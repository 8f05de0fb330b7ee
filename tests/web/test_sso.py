"""Logging in by one's organisation's own login and out again, as a browser meets it, with a real OpenID provider."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from deviations.adapters import vault
from deviations.adapters.oidc_settings import Provider
from deviations.domain.logins import LIMITS, AttemptKind, LoginWay
from deviations.domain.notices import Notice
from deviations.models import AuditEntry, Identity, LoginSession, OutgoingMail, Setting, User
from deviations.services import accounts, attempts, factor_codes, second_factor
from deviations.web import sso_asking
from deviations.web.access import now
from tests import sso_provider
from tests.factories import audit_lines
from tests.pages import CheckingClient, Page
from tests.people import PASSWORD, email
from tests.people import token as cookie_of
from tests.relay import free_port
from tests.sso_provider import LOA2, LOA3, Visitor

Browser = Callable[[str], CheckingClient]
HERE = "http://localhost"
START, BACK = "/sso/kommunen", "/sso/kommunen/svar"


@dataclass
class Organisation:
    """The organisation whose login the program trusts, and its people's way through it."""

    app: Flask
    server: sso_provider.Provider
    provider: Provider

    def trust(self, **more: Any) -> None:
        """Changes what sso.json says."""
        self.provider = replace(self.provider, **more)
        settings = self.app.extensions["settings"]
        self.app.extensions["settings"] = replace(settings, sso=(self.provider,))

    def away(self, client: CheckingClient, login: str, visitor: Visitor | None = None, **typed: Any) -> str:
        """From our button through the organisation's login page to the address that it sends back to."""
        onto = typed.pop("onto", None)
        asked = client.get(START, query_string={"next": onto} if onto else None)
        assert asked.status_code == 302
        url = (visitor or Visitor()).log_in(asked.headers["Location"], login, **typed)
        assert url.startswith(HERE + BACK)
        return url.removeprefix(HERE)

    def come(self, client: CheckingClient, login: str, visitor: Visitor | None = None, **typed: Any) -> TestResponse:
        """The whole way, to our answer."""
        return client.get(self.away(client, login, visitor, **typed))


@pytest.fixture
def organisation(app: Flask, sso_provider: sso_provider.Provider, session: Session) -> Organisation:
    """A municipality with a login of its own, for addresses at example.com; no role needs a second factor, and no
    account has a password yet.
    """
    session.merge(Setting(name="security", value='{"second_factor": []}'))
    session.execute(update(User).values(password_hash=None, password_changed_at=None))
    session.commit()
    client = sso_provider.register(HERE + BACK, post_logout_redirect_uris=[HERE + "/logga-in"])
    provider = Provider(
        name="kommunen",
        label="Exempelkommunen",
        issuer=sso_provider.issuer,
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        domains=frozenset({"example.com"}),
        strong=(LOA3,),
    )
    found = Organisation(app, sso_provider, provider)
    found.trust()
    return found


@pytest.fixture
def password(organisation: Organisation, session: Session) -> User:
    """Rut has a password after all."""
    rut = user_named(session, "rut")
    accounts.set_password(session, rut, PASSWORD, now())
    session.commit()
    return rut


def sentence(answer: TestResponse, status: int = 403) -> str:
    assert answer.status_code == status
    return Page(answer.get_data(as_text=True)).text()


def user_named(session: Session, name: str) -> User:
    session.expire_all()
    return session.scalars(select(User).where(User.email == email(name))).one()


def test_the_login_page_offers_the_organisations_login(organisation: Organisation, client: CheckingClient) -> None:
    page = client.page("/logga-in?next=/hinder")
    (link,) = [a for a in page.all("a") if "Logga in med Exempelkommunen" in page.text(a)]
    assert link.get("href") == START + "?next=/hinder"
    organisation.app.extensions["settings"] = replace(organisation.app.extensions["settings"], sso=())
    assert "organisation" not in client.page("/logga-in").text()


def test_somebody_logs_in_by_her_organisation_and_is_greeted(
    organisation: Organisation, client: CheckingClient, session: Session
) -> None:
    answer = organisation.come(client, email("rut"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "Hej Rut" in client.page("/").text()
    login = session.scalars(select(LoginSession).where(LoginSession.way == LoginWay.SSO)).one()
    assert (login.provider, login.user.email) == ("kommunen", email("rut"))
    assert session.scalars(select(OutgoingMail.kind)).all() == [Notice.SSO_LINKED]


def test_she_comes_to_the_page_that_she_wanted_and_never_to_another_site(
    organisation: Organisation, app: Flask
) -> None:
    for wanted, came in {
        "/hinder": "/hinder",
        "//evil.example": "/",
        "https://evil.example/": "/",
        "/\\evil": "/",
    }.items():
        client = app.test_client()
        assert organisation.come(client, email("rut"), onto=wanted).headers["Location"] == came  # type: ignore[arg-type]


def test_somebody_new_waits_for_a_role(organisation: Organisation, client: CheckingClient, session: Session) -> None:
    assert organisation.come(client, "nora@example.com", name="Nora Ny").status_code == 302
    assert "roll" in client.page("/").text()
    assert client.get("/hinder").status_code == 403
    found = session.scalars(select(User).where(User.email == "nora@example.com")).one()
    assert (found.name, found.memberships, found.password_hash) == ("Nora Ny", [], None)


def test_nothing_that_the_cookie_held_before_lives_on(organisation: Organisation, client: CheckingClient) -> None:
    with client.session_transaction() as before:
        before["inplanterat"] = "ja"
    organisation.come(client, email("rut"))
    with client.session_transaction() as after:
        assert "inplanterat" not in after
        assert "sso" not in after


def test_the_cookie_shows_nobody_what_the_answer_must_fit(organisation: Organisation, client: CheckingClient) -> None:
    asked = client.get(START).headers["Location"]
    query = parse_qs(urlsplit(asked).query)
    cookie = client.get_cookie("session")
    assert cookie is not None
    with client.session_transaction() as kept:
        assert query["nonce"][0] not in kept["sso"]
    assert "code_challenge" in query


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email_verified": False}, "ingen bekräftad e-postadress"),
        ({"email": None}, "ingen bekräftad e-postadress"),
        ({"email": "rut@other.example"}, "hör inte till en organisation"),
        ({"cancel": True}, "Du avbröt inloggningen"),
    ],
)
def test_who_is_not_let_in_reads_why(
    organisation: Organisation, client: CheckingClient, session: Session, typed: dict[str, Any], words: str
) -> None:
    answer = organisation.come(client, email("rut"), **typed)
    assert words in sentence(answer)
    assert client.get("/").status_code == 302
    assert session.scalars(select(Identity)).all() == []
    failed = [line for line in audit_lines(session) if line.action == "login.failed"]
    assert len(failed) == (0 if "cancel" in typed else 1)


def test_a_closed_account_stays_closed(organisation: Organisation, client: CheckingClient, session: Session) -> None:
    organisation.come(client, email("rut"))
    session.execute(update(User).where(User.email == email("rut")).values(active=False))
    session.commit()
    assert client.get("/").status_code == 302
    assert "Ditt konto är stängt" in sentence(organisation.come(client, email("rut")))


def test_a_required_level_is_asked_for(organisation: Organisation, client: CheckingClient) -> None:
    organisation.trust(levels=(LOA3,))
    assert "inte är säkert nog" in sentence(organisation.come(client, email("rut"), acr=LOA2))
    assert organisation.come(client, email("rut"), acr=LOA3).status_code == 302


def test_a_role_that_needs_a_second_factor_needs_a_level_that_stands_in_for_it(
    organisation: Organisation, client: CheckingClient, session: Session
) -> None:
    session.merge(Setting(name="security", value='{"second_factor": ["coordinator"]}'))
    session.commit()
    assert "kräver tvåstegsinloggning" in sentence(organisation.come(client, email("vera"), acr=LOA2))
    assert organisation.come(client, email("vera"), acr=LOA3).headers["Location"] == "/"
    assert client.get("/triage").status_code == 200
    weak = organisation.app.test_client()
    assert organisation.come(weak, email("vera"), acr=LOA2).headers["Location"].startswith("/logga-in/")  # type: ignore[arg-type]
    assert weak.get("/triage").status_code == 302


# Forged, replayed, passed on


def test_an_answer_counts_once(organisation: Organisation, client: CheckingClient) -> None:
    url = organisation.away(client, email("rut"))
    assert client.get(url).status_code == 302
    client.submit("/konto", "/logga-ut")
    assert "Börja om" in sentence(client.get(url))
    assert client.get("/").status_code == 302


def test_an_answer_that_another_browser_was_given_logs_nobody_in(organisation: Organisation, app: Flask) -> None:
    attacker, victim = app.test_client(), app.test_client()
    url = organisation.away(attacker, email("rolf"))  # type: ignore[arg-type]
    assert "Börja om" in sentence(victim.get(url))
    victim.get(START)  # she was about to log in herself
    assert "Börja om" in sentence(victim.get(url))
    assert victim.get("/").status_code == 302


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("state=", "state=x"), ("iss=http", "iss=https"), ("code=", "code=x"), ("iss=", "other="), ("code=", "other=")],
)
def test_a_changed_answer_logs_nobody_in(
    organisation: Organisation, client: CheckingClient, session: Session, was: str, becomes: str
) -> None:
    url = organisation.away(client, email("rut"))
    sentence(client.get(url.replace(was, becomes, 1)))
    assert client.get("/").status_code == 302
    lines = [line for line in audit_lines(session) if line.action == "login.failed"]
    assert len(lines) == 1
    assert json.loads(lines[0].detail)["provider"] == "kommunen"


def test_an_answer_after_ten_minutes_is_too_late(
    organisation: Organisation, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = organisation.away(client, email("rut"))
    monkeypatch.setattr(sso_asking, "now", lambda: now() + timedelta(minutes=11))
    assert "Börja om" in sentence(client.get(url))


def test_a_stranger_who_opens_the_answers_address_changes_nothing(
    organisation: Organisation, client: CheckingClient, session: Session
) -> None:
    for query in ("", "?code=x&state=y", "?error=access_denied", "?error=%0d%0aSet-Cookie:x&state=y"):
        assert "Börja om" in sentence(client.get(BACK + query))
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "login.failed")).all() == []


def test_a_network_address_that_answers_wrongly_all_the_time_writes_no_more(
    organisation: Organisation, client: CheckingClient, session: Session
) -> None:
    url = organisation.away(client, email("rut"))
    for _ in range(LIMITS[AttemptKind.SOURCE].most):
        attempts.count(session, AttemptKind.SOURCE, "127.0.0.1", now())
    session.commit()
    lines = [line.action for line in audit_lines(session)]
    for path in (url, BACK + "?state=x", START):
        assert "Vänta fem minuter" in sentence(client.get(path), 429)
    session.expire_all()
    assert [line.action for line in audit_lines(session) if line.action != "access.refused"] == lines
    assert session.scalars(select(Identity)).all() == []


def test_a_code_is_asked_for_too_before_another_login_stands_in_for_it(
    organisation: Organisation, logged_in: Browser, session: Session, password: User
) -> None:
    app = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    then = now() - timedelta(hours=1)
    secret = organisation.app.extensions["settings"].secret_key
    spare, *_more = second_factor.set_up(
        session, password, app, pyotp.TOTP(app).at(then), then, password=PASSWORD, secret=secret, token=cookie_of("rut")
    )  # fmt: skip
    session.commit()
    rut, path = logged_in("rut"), "/konto/organisation/kommunen/koppla"
    sent = {"kommunen-password": PASSWORD, "kommunen-code": "fel kod"}
    assert "Koden stämmer inte" in sentence(rut.submit("/konto/organisation", path, **sent), 422)
    assert rut.get(START).headers["Location"] == "/"  # nothing agreed
    assert rut.submit("/konto/organisation", path, **{**sent, "kommunen-code": spare}).headers["Location"] == path


def test_no_such_service_is_no_page(organisation: Organisation, client: CheckingClient) -> None:
    assert client.get("/sso/grannkommunen").status_code == 404
    assert client.get("/sso/grannkommunen/svar").status_code == 404
    assert client.post("/sso/grannkommunen/logout").status_code == 404


def test_who_is_logged_in_is_not_made_somebody_else_by_a_link(organisation: Organisation, logged_in: Browser) -> None:
    rut = logged_in("rut")
    assert rut.get(START).headers["Location"] == "/"
    with rut.session_transaction() as cookie:
        assert "sso" not in cookie


# The service is down


@pytest.mark.usefixtures("password")
def test_a_service_that_is_down_gives_a_kind_page_and_the_password_still_works(
    organisation: Organisation, app: Flask, client: CheckingClient
) -> None:
    organisation.trust(issuer=f"http://127.0.0.1:{free_port()}")
    plain = FlaskClient(app, TestResponse)  # the checking one takes every 5xx for a fault
    answer = plain.get(START)
    assert "Exempelkommunen svarar inte just nu" in sentence(answer, 503)
    assert "Logga in med lösenord" in answer.get_data(as_text=True)
    assert client.submit("/logga-in", "/logga-in", email=email("rut"), password=PASSWORD).headers["Location"] == "/"


def test_logging_out_works_although_the_service_is_down(organisation: Organisation, client: CheckingClient) -> None:
    organisation.come(client, email("rut"))
    organisation.trust(issuer=f"http://127.0.0.1:{free_port()}")
    assert client.submit("/konto", "/logga-ut").headers["Location"] == "/logga-in"
    assert client.get("/").status_code == 302


# Out at both ends


def test_logging_out_here_leads_on_to_the_service_and_back(
    organisation: Organisation, client: CheckingClient, session: Session
) -> None:
    visitor = Visitor()
    organisation.come(client, email("rut"), visitor)
    answer = client.submit("/konto", "/logga-ut")
    assert answer.status_code == 200
    assert "Rut" not in sentence(answer, 200)
    assert client.get("/").status_code == 302  # out here whatever happens there
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert answer.headers["Refresh"].startswith(f"0; url={organisation.server.issuer}/session/end?")
    assert "Location" not in answer.headers
    assert visitor.log_out(answer.headers["Refresh"].partition("url=")[2]) == HERE + "/logga-in"
    asked = client.get(START).headers["Location"]
    assert "Vem är du?" in visitor.get(asked, timeout=10).text  # the service has forgotten her too


def test_a_login_by_password_leaves_the_service_alone(organisation: Organisation, logged_in: Browser) -> None:
    assert logged_in("rut").submit("/konto", "/logga-ut").headers["Location"] == "/logga-in"


def test_an_instance_may_leave_the_services_own_login_open(organisation: Organisation, client: CheckingClient) -> None:
    organisation.trust(ends_there=False)
    organisation.come(client, email("rut"))
    assert client.submit("/konto", "/logga-ut").headers["Location"] == "/logga-in"


@pytest.fixture
def served(app: Flask, engine: Engine) -> Iterator[str]:
    """The program on loopback, where a provider can tell it something."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_logging_out_at_the_service_ends_the_login_here(
    organisation: Organisation, served: str, app: Flask, session: Session
) -> None:
    registered = organisation.server.register(
        HERE + BACK,
        post_logout_redirect_uris=[HERE + "/logga-in"],
        backchannel_logout_uri=f"{served}/sso/kommunen/logout",
        backchannel_logout_session_required=True,
    )
    organisation.trust(client_id=registered["client_id"], client_secret=registered["client_secret"])
    here, telephone, other = app.test_client(), app.test_client(), app.test_client()
    visitor = Visitor()
    organisation.come(here, email("rut"), visitor)  # type: ignore[arg-type]
    organisation.come(telephone, email("rut"))  # type: ignore[arg-type]
    organisation.come(other, email("rolf"))  # type: ignore[arg-type]
    assert [client.get("/").status_code for client in (here, telephone, other)] == [200, 200, 200]
    sids = session.scalars(select(LoginSession.provider_session).where(LoginSession.way == LoginWay.SSO)).all()
    assert len(set(sids)) == 3
    visitor.log_out(f"{organisation.server.issuer}/session/end?client_id={registered['client_id']}")
    assert [client.get("/").status_code for client in (here, telephone, other)] == [302, 200, 200]
    session.rollback()
    (line,) = [line for line in audit_lines(session) if line.action == "login.ended_there"]
    assert line.subject == f"user:{user_named(session, 'rut').id}"


APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def enrolled(organisation: Organisation, session: Session) -> User:
    """Vera's role needs a second factor. She has it, and her account is linked."""
    session.merge(Setting(name="security", value='{"second_factor": ["coordinator"]}'))
    vera = user_named(session, "vera")
    secret = organisation.app.extensions["settings"].secret_key
    vera.totp_secret, vera.totp_confirmed_at = vault.seal(secret, APP, factor_codes.PURPOSE), now()
    session.add(Identity(user=vera, provider="kommunen", subject=email("vera"), linked_at=now(), used_at=now()))
    session.commit()
    return vera


def come_with_code(organisation: Organisation, client: CheckingClient, visitor: Visitor) -> None:
    answer = organisation.come(client, email("vera"), visitor, acr=LOA2)
    assert answer.headers["Location"] == "/logga-in/kod"
    assert "Lösenordet" not in client.page("/logga-in/kod").text()
    written = client.submit("/logga-in/kod", "/logga-in/kod", code=pyotp.TOTP(APP).now())
    assert written.headers["Location"] == "/"


@pytest.mark.usefixtures("enrolled")
def test_logging_out_after_a_code_leads_on_to_the_service_too(
    organisation: Organisation, client: CheckingClient
) -> None:
    come_with_code(organisation, client, Visitor())
    assert "Exempelkommunen, kod från telefonen" in client.page("/konto/inloggningar").text()
    answer = client.submit("/konto", "/logga-ut")
    there = urlsplit(answer.headers["Refresh"].removeprefix("0; url="))
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{organisation.server.issuer}/session/end"
    assert "id_token_hint" in parse_qs(there.query)
    assert client.get("/").status_code == 302


@pytest.mark.usefixtures("enrolled")
def test_logging_out_at_the_service_ends_a_login_that_a_code_completed(
    organisation: Organisation, client: CheckingClient
) -> None:
    come_with_code(organisation, client, Visitor())
    assert client.get("/").status_code == 200
    told = {"logout_token": logout_token(organisation, email("vera"))}
    assert organisation.app.test_client().post("/sso/kommunen/logout", data=told).status_code == 200
    assert client.get("/").status_code == 302


def test_the_log_says_in_words_who_was_not_let_in_and_why(
    organisation: Organisation, client: CheckingClient, logged_in: Browser
) -> None:
    organisation.trust(creates=False)
    assert "inget konto med din adress" in sentence(organisation.come(client, "nora@example.com"))
    log = logged_in("adam").page("/administration/logg").text()
    assert "Kom inte in" in log
    assert "Exempelkommunen: Det finns inget konto med din adress." in log


def logout_token(organisation: Organisation, sub: str, **more: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": organisation.provider.issuer,
        "aud": organisation.provider.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": "token-1",
        "sub": sub,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }
    known = {name: value for name, value in {**claims, **more}.items() if value is not None}
    return organisation.server.sign(known, typ="logout+jwt")


def test_a_logout_token_needs_no_token_of_our_form_and_is_looked_at_itself(
    organisation: Organisation, client: CheckingClient, session: Session
) -> None:
    organisation.come(client, email("rut"))
    rut, stranger = email("rut"), organisation.app.test_client()
    for token in (
        "",
        "x" * 5000,
        logout_token(organisation, rut, aud="another-client"),
        logout_token(organisation, rut, iss="https://other.example"),
        logout_token(organisation, rut, nonce="an ID token's"),
        logout_token(organisation, rut)[:-9],
    ):
        answer = stranger.post("/sso/kommunen/logout", data={"logout_token": token})
        assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request"})
        assert answer.headers["Cache-Control"] == "no-store"
    assert stranger.post("/sso/kommunen/logout", json={"logout_token": "x"}).status_code == 400
    assert client.get("/").status_code == 200
    right = logout_token(organisation, rut)
    assert stranger.post("/sso/kommunen/logout", data={"logout_token": right}).status_code == 200
    assert client.get("/").status_code == 302
    organisation.come(client, email("rut"), Visitor())
    assert stranger.post("/sso/kommunen/logout", data={"logout_token": right}).status_code == 200
    assert client.get("/").status_code == 200  # each token once


# Linking one's own account


@pytest.mark.usefixtures("password")
def test_one_links_an_account_with_another_address_by_ones_password(
    organisation: Organisation, logged_in: Browser, session: Session
) -> None:
    rut, visitor = logged_in("rut"), Visitor()
    name = "kommunen-password"
    wrong = rut.submit("/konto/organisation", "/konto/organisation/kommunen/koppla", **{name: "fel lösenord här"})
    assert wrong.status_code == 422
    assert rut.get(START).headers["Location"] == "/"
    answer = rut.submit("/konto/organisation", "/konto/organisation/kommunen/koppla", **{name: PASSWORD})
    assert answer.headers["Location"] == "/konto/organisation/kommunen/koppla"
    page = rut.page(answer.headers["Location"])
    assert START in [a.get("href") for a in page.all("a")]
    came = organisation.come(rut, "rut@elsewhere.example", visitor, email_verified=False)
    assert came.headers["Location"] == "/konto/organisation"
    assert "Exempelkommunen" in rut.page("/konto/organisation").text()
    (identity,) = session.scalars(select(Identity)).all()
    assert identity.user.email == email("rut")
    assert session.scalars(select(OutgoingMail.kind)).all() == [Notice.SSO_LINKED]
    fresh = organisation.app.test_client()
    organisation.come(fresh, "rut@elsewhere.example", email_verified=False)  # type: ignore[arg-type]
    assert fresh.get("/").status_code == 200
    assert rut.get(START).headers["Location"] == "/"  # said once, linked once
    assert rut.submit("/konto/organisation", f"/konto/organisation/{identity.id}/ta-bort").status_code == 302
    assert fresh.get("/").status_code == 302
    assert rut.get("/").status_code == 200


@pytest.mark.usefixtures("password")
def test_another_site_cannot_link_its_own_login_to_ones_account(
    organisation: Organisation, logged_in: Browser, session: Session
) -> None:
    attacker, rut = organisation.app.test_client(), logged_in("rut")
    url = organisation.away(attacker, "eva@example.com")  # type: ignore[arg-type]
    assert "Börja om" in sentence(rut.get(url))
    assert rut.post("/konto/organisation/kommunen/koppla", data={"kommunen-password": PASSWORD}).status_code == 400
    assert session.scalars(select(Identity)).all() == []


@pytest.mark.usefixtures("password")
def test_who_logged_out_meanwhile_links_nothing(
    organisation: Organisation, logged_in: Browser, session: Session
) -> None:
    rut = logged_in("rut")
    rut.submit("/konto/organisation", "/konto/organisation/kommunen/koppla", **{"kommunen-password": PASSWORD})
    url = organisation.away(rut, "rut@elsewhere.example")
    session.execute(LoginSession.__table__.delete())  # type: ignore[attr-defined]
    session.commit()
    assert "Börja om" in sentence(rut.get(url))
    assert session.scalars(select(Identity)).all() == []


@pytest.mark.usefixtures("password")
def test_a_login_that_is_another_accounts_is_not_linked(
    organisation: Organisation, client: CheckingClient, logged_in: Browser, session: Session
) -> None:
    organisation.come(client, email("rolf"))
    rut = logged_in("rut")
    rut.submit("/konto/organisation", "/konto/organisation/kommunen/koppla", **{"kommunen-password": PASSWORD})
    assert "redan kopplad till ett annat konto" in sentence(organisation.come(rut, email("rolf")))
    assert [identity.user.email for identity in session.scalars(select(Identity))] == [email("rolf")]


def test_the_only_way_in_stays(organisation: Organisation, client: CheckingClient, session: Session) -> None:
    organisation.come(client, "nora@example.com")
    page = client.page("/konto/organisation")
    assert "enda väg in" in page.text()
    token = next(field.get("value") for field in page.all("input") if field.get("name") == "csrf_token")
    id = session.scalars(select(Identity.id)).one()
    client.post(f"/konto/organisation/{id}/ta-bort", data={"csrf_token": token})
    assert "enda väg in" in client.page("/konto/organisation").text()
    assert session.scalars(select(Identity.id)).all() == [id]


def test_an_administrator_sees_and_takes_away_somebodys_link(
    organisation: Organisation, client: CheckingClient, logged_in: Browser, session: Session
) -> None:
    organisation.come(client, email("rut"))
    assert "Exempelkommunen" in client.page("/konto/inloggningar").text()
    (identity,) = session.scalars(select(Identity)).all()
    adam, page = logged_in("adam"), f"/administration/konton/{identity.user_id}"
    assert "Exempelkommunen" in adam.page(page).text()
    action = f"{page}/kopplingar/{identity.id}/ta-bort"
    elsewhere = f"/administration/konton/{identity.user_id + 1}/kopplingar/{identity.id}/ta-bort"
    token = next(f.get("value") for f in adam.page(page).all("input") if f.get("name") == "csrf_token")
    assert adam.post(elsewhere, data={"csrf_token": token}).status_code == 404
    assert adam.submit(page, action).headers["Location"] == page
    assert client.get("/").status_code == 302
    session.rollback()
    assert session.scalars(select(Identity)).all() == []
