"""What is refused is a sentence, and what was typed is given back; every form and address: `tests/web/hostile`."""

import io
import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.pages import CheckingClient, form_values
from tests.web.filling import filing_form

Browser = Callable[[str], CheckingClient]
TYPED = "Det här skrev jag länge på och vill ha tillbaka"
FORBIDDEN = re.compile(r"Traceback|invalid literal|Not a valid|field is required|Internal Server|Bad Request|Not Found")


def told_in_swedish(answer: TestResponse) -> None:
    """Any refusal is a whole page of ours with a sentence on it."""
    if 300 <= answer.status_code < 400:
        return
    html = answer.get_data(as_text=True)
    assert not FORBIDDEN.search(html), html[:2000]
    if answer.status_code >= 400:  # the client has parsed the page already; once is enough
        assert '<html lang="sv"' in html
        (main,) = re.findall(r"<main.*?</main>", html, re.S)
        assert re.search(r"[a-zåäö]{3,} .*\.", re.sub(r"<[^>]*>", " ", main))


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_over_a_million_bytes_is_refused_with_a_sentence(rut: CheckingClient, kind: str) -> None:
    start = b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n' if "multipart" in kind else b"body="
    answer = rut.post("/avvikelser/ny", data=start + b"x" * 1_000_001, content_type=kind)
    assert answer.status_code == 413
    assert "för stort" in answer.get_data(as_text=True)


def test_a_body_over_a_million_bytes_is_a_sentence_also_where_there_is_no_page(client: CheckingClient) -> None:
    answer = client.post(
        "/finns-inte", data=b"body=" + b"x" * 1_000_001, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in {404, 413}
    assert "<h1" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"title": "hej"}'),
        ("text/plain", b"hej"),
        ("multipart/form-data", b"hej"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=title\r\n\r\nhej"),
        ("application/x-www-form-urlencoded", b"\xff\x00=%&&=;"),
        ("", b""),
    ],
)
def test_a_body_of_another_kind_is_refused_with_a_sentence(rut: CheckingClient, kind: str, body: bytes) -> None:
    answer = rut.post("/avvikelser/ny", data=body, content_type=kind)
    assert answer.status_code == 400
    told_in_swedish(answer)


def test_a_file_where_a_text_should_be_is_refused(rut: CheckingClient) -> None:
    values = form_values(filing_form(rut.page("/avvikelser/ny")))
    answer = rut.post(
        "/avvikelser/ny", data={**values, "title": (io.BytesIO(b"MZ"), "virus.exe")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    told_in_swedish(answer)


def test_too_many_fields_are_refused(rut: CheckingClient) -> None:
    answer = rut.post("/avvikelser/ny", data={f"f{n}": "x" for n in range(1_100)}, content_type="multipart/form-data")
    assert answer.status_code == 413
    told_in_swedish(answer)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_a_wrong_method_is_a_sentence(rut: CheckingClient, method: str) -> None:
    (key, *_) = [f.get("value") for f in rut.page("/om").all("input") if f.get("name") == "csrf_token"]
    answer = rut.open("/hinder", method=method, data={"csrf_token": key})
    assert answer.status_code == 405
    assert "Så kan sidan inte användas." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["/finns-inte", "/avvikelser/", "/.git/config", "/%2e%2e/etc/passwd", "//", "/static/../x", "/å/ä/ö"]
)
def test_an_unknown_path_is_a_sentence_for_strangers_and_staff(
    client: CheckingClient, rut: CheckingClient, path: str
) -> None:
    for browser in (client, rut):
        answer = browser.get(path)
        if answer.status_code != 308:
            assert answer.status_code == 404
            assert "Sidan finns inte" in answer.get_data(as_text=True)


def test_what_was_sent_to_an_unknown_path_comes_back(rut: CheckingClient) -> None:
    answer = rut.post("/finns-inte", data={"note": TYPED, "password": "hemligt lösenord"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert TYPED in html
    assert "hemligt lösenord" not in html
