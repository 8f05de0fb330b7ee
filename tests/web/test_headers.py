"""What every answer tells the browser, whatever kind of answer it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from deviations.web.access import public
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
        ("HEAD", "/logga-in", 200),
        ("OPTIONS", "/logga-in", 200),
        ("TRACE", "/logga-in", 405),
        ("POST", "/avvikelser/ny", 401),
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


def headers_of(answer: TestResponse) -> dict[str, str]:
    """All that an answer says besides what differs from time to time: the cookie, lengths and days."""
    differ = {"Set-Cookie", "Content-Length", "Date", "Last-Modified", "ETag", "Expires"}
    return {name: value for name, value in answer.headers.items() if name not in differ}


PAGE = {**ALWAYS, "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8", "Vary": "Cookie"}
STATIC = {
    **ALWAYS,
    "Accept-Ranges": "bytes",
    "Cache-Control": "public, max-age=3600",
    "Content-Disposition": "inline; filename=base.css",
    "Content-Type": "text/css; charset=utf-8",
    "Vary": "Cookie",
}


def test_a_page_says_exactly_this(vera: CheckingClient, client: CheckingClient) -> None:
    assert headers_of(vera.get("/")) == PAGE
    assert headers_of(client.get("/logga-in")) == PAGE


def test_so_does_every_error(app: Flask, rut: CheckingClient) -> None:
    """Not there, not hers, without a token, too large, and a fault of ours."""

    def fault() -> None:
        raise RuntimeError("ett fel hos oss")

    def refused(**how: Any) -> dict[str, str]:
        answer = Client(app, Response).open(**how)
        return {name: value for name, value in headers_of(answer).items() if name != "Vary"}

    plain = {name: value for name, value in PAGE.items() if name != "Vary"}
    assert headers_of(rut.get("/finns-inte")) == PAGE
    assert headers_of(rut.get("/triage")) == PAGE
    assert headers_of(rut.post("/logga-in")) == PAGE
    assert refused(path="/logga-in", method="POST", data={"email": "x" * 1_100_000}) == plain
    app.config["PROPAGATE_EXCEPTIONS"] = False
    view, app.view_functions["pages.about"] = app.view_functions["pages.about"], public(fault)
    try:
        assert refused(path="/om") == plain
    finally:
        app.view_functions["pages.about"] = view


def test_a_wrong_host_and_a_redirect_say_it_too(client: CheckingClient) -> None:
    answer = client.get("/logga-in", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    answer = client.get("/avvikelser")
    assert headers_of(answer) == {**PAGE, "Location": "/logga-in?next=/avvikelser"}


def test_a_file_says_it_with_its_name(vera: CheckingClient) -> None:
    answer = vera.get("/skrivelser/tavla.csv")
    told = headers_of(answer)
    assert answer.status_code == 200
    assert told.pop("Content-Disposition").startswith("attachment; filename=")
    assert told == {**PAGE, "Content-Type": "text/csv; charset=utf-8"}


def test_a_static_file_says_exactly_this_and_brings_no_cookie(rut: CheckingClient) -> None:
    rut.get("/")
    answer = rut.get("/static/css/base.css")
    assert headers_of(answer) == STATIC
    assert "Set-Cookie" not in answer.headers
    answer.close()


def test_in_development_all_is_the_same(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deviations.app import create_app

    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(tmp_path / "utveckling", database_url=database)
    assert app.debug
    client = app.test_client()
    assert headers_of(client.get("/logga-in")) == PAGE
    style = client.get("/static/css/base.css")
    assert headers_of(style) == STATIC
    style.close()
    cookie = client.get("/logga-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    app.extensions["engine"].dispose()


def test_what_a_search_engine_must_not_keep_says_so(client: CheckingClient) -> None:
    """A link with a key in it may be posted where a search engine finds it."""
    assert client.get("/inbjudan/x").headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" not in client.get("/tillganglighet").headers


def test_logging_out_empties_the_browser(rut: CheckingClient) -> None:
    answer = rut.submit("/", "/logga-ut")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert headers_of(answer) == {**PAGE, "Location": "/logga-in", "Clear-Site-Data": '"cache", "storage"'}
