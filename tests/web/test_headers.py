"""What every answer tells the browser, whatever kind of answer it is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import a_recurring_barrier
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]
ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/logga-in", 200),
        ("GET", "/halsa", 200),
        ("GET", "/", 302),
        ("GET", "/finns-inte", 404),
        ("POST", "/logga-in", 400),
        ("DELETE", "/logga-in", 405),
        ("GET", "/inbjudan/x", 404),
        ("GET", "/static/css/base.css", 200),
        ("GET", "/static/finns-inte.css", 404),
    ],
)
def test_every_answer_carries_the_same_headers(client: CheckingClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    if path != "/static/css/base.css" and not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    answer.close()


def test_what_is_behind_login_is_never_kept_by_the_browser(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_recurring_barrier(session, people)
    session.commit()
    for path in ("/", "/avvikelser", f"/hinder/{barrier.id}", "/triage", "/skrivelser", "/regler"):
        answer = vera.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


def test_files_of_ours_may_be_kept_for_an_hour(client: CheckingClient) -> None:
    answer = client.get("/static/css/base.css")
    assert "max-age=3600" in answer.headers["Cache-Control"]
    answer.close()


def test_the_cookie_is_for_our_server_alone(vera: CheckingClient, client: CheckingClient) -> None:
    cookie = client.get("/logga-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert cookie.startswith("session=")
    assert "Secure" not in cookie


def test_behind_a_proxy_all_is_encrypted(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deviations.app import create_app

    monkeypatch.setenv("DEVIATIONS_BEHIND_PROXY", "1")
    app: Flask = create_app(tmp_path / "bakom", database_url=database, testing=True)
    answer = app.test_client().get("/logga-in", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    app.extensions["engine"].dispose()


def test_logging_out_empties_the_browser(rut: CheckingClient) -> None:
    answer = rut.submit("/", "/logga-ut")
    assert '"storage"' in answer.headers["Clear-Site-Data"]
