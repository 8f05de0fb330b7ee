"""Bad input of every kind on every form and address: never a 5xx, always a sentence, and what was typed given back."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import Status
from deviations.models import AuditEntry
from deviations.services import triage
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_draft, a_filed_deviation, a_letter, a_recurring_barrier
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
TYPED = "Det här skrev jag länge på och vill ha tillbaka"
BAD = {
    "empty": "",
    "white space": "  \t\r\n ",
    "long": "x" * 201,
    "longer": "å" * 10_001,
    "far too long": "x" * 70_000,
    "NUL": "a\x00b",
    "control": "a\x07\x1b\x7f\x85b",
    "bidi": "a\u202eb\u2066c",
    "zero": "0",
    "minus": "-1",
    "2^31": "2147483648",
    "2^63": "9223372036854775808",
    "huge": "9" * 5_000,
    "word": "abc",
    "arabic digits": "٣٤",
    "markup": "<script>alert(1)</script>{{7*7}}%s%(x)s${x}",
    "sql": "'; DROP TABLE deviation; --",
    "unknown id": "999999",
    "date": "2026-02-30",
    "far date": "9999-12-31",
    "first date": "0001-01-01",
}
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


@pytest.fixture
def places(session: Session, people: People) -> dict[str, list[str]]:
    """For each person the pages that have forms, in a program where something is in every state."""
    filed = a_filed_deviation(session, people.rut)
    asked = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, asked, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    barrier = a_recurring_barrier(session, people)
    watched = a_barrier(session, people.vera, name="Bevakat")
    review = a_letter(session, people, LetterStatus.IN_REVIEW, barrier)
    silent = a_letter(session, people, LetterStatus.DECIDED, barrier)
    silent.status, silent.sent_on, silent.answer_by = LetterStatus.SILENT, TODAY, TODAY
    draft = a_draft(session, people, barrier)  # last: an untouched one would be what the others are made of
    session.commit()
    return {
        "rut": ["/avvikelser/ny", f"/avvikelser/{asked.id}"],
        "vera": [
            f"/avvikelser/{filed.id}", f"/hinder/{watched.id}", f"/hinder/{watched.id}/andra", "/hinder/nytt",
            "/hinder/granser", f"/skrivelser/{draft.id}/redigera", f"/skrivelser/{silent.id}",
        ],
        "stina": [f"/skrivelser/{review.id}"],
        "adam": ["/administration"],
    }  # fmt: skip


def forms(browser: CheckingClient, paths: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every form that is filled in on these pages, as it would be sent untouched. One with the same fields for the same
    view is the same form, however often it stands there.
    """
    seen, views = set(), browser.application.url_map.bind("localhost")
    for path in paths:
        for form in browser.page(path).all("form"):
            action = form.get("action") or ""
            values = form_values(form)
            if form.get("method") == "post" and len(values) > 1 and action not in ("/sprak", "/logga-ut"):
                kind = (views.match(action.partition("?")[0], method="POST")[0], frozenset(values))
                if kind not in seen:
                    seen.add(kind)
                    yield action, values


@pytest.mark.parametrize("name", ["rut", "vera", "stina", "adam"])
def test_no_value_in_any_field_of_any_form_breaks_anything(
    places: dict[str, list[str]], logged_in: Browser, name: str
) -> None:
    """Each form with each kind of bad input in all of its fields at once, then in each by itself: no other stops it."""
    browser, seen = logged_in(name), 0
    for action, values in list(forms(browser, places[name])):
        fields = [field for field in values if not field.endswith("csrf_token")]
        for bad in BAD.values():
            told_in_swedish(browser.post(action, data={**values, **dict.fromkeys(fields, bad)}))
        for field in fields:
            told_in_swedish(browser.post(action, data={**values, field: BAD["huge"]}))
        seen += 1
    assert seen


@pytest.mark.parametrize("name", ["rut", "vera", "stina", "adam"])
def test_bytes_that_are_no_letters_break_nothing(places: dict[str, list[str]], logged_in: Browser, name: str) -> None:
    """Percent-encoded lone surrogates, overlong and cut forms, in place of every value."""
    browser = logged_in(name)
    for action, values in list(forms(browser, places[name])):
        (key_name,) = [field for field in values if field.endswith("csrf_token")]
        for broken in ("%ED%A0%80", "%ff%fe", "%C0%80", "%E2%82", "%", "%zz", "%u1234"):
            pairs = [f"{key_name}={values[key_name]}", *(f"{f}={broken}" for f in values if f != key_name)]
            told_in_swedish(
                browser.post(action, data="&".join(pairs), content_type="application/x-www-form-urlencoded")
            )


@pytest.mark.parametrize("name", ["rut", "vera", "stina", "adam"])
@pytest.mark.parametrize("key", [None, "", "fel", "x" * 5_000, "IjEi.aaaa.bbbb", "å\x00"])
def test_without_its_own_token_no_form_does_anything_and_the_text_comes_back(
    session: Session, places: dict[str, list[str]], logged_in: Browser, name: str, key: str | None
) -> None:
    browser = logged_in(name)
    lines = session.scalar(select(func.count()).select_from(AuditEntry))
    session.rollback()
    for action, values in list(forms(browser, places[name])):
        texts = {field: value for field, value in values.items() if not field.endswith("csrf_token")}
        given = texts if key is None else {**texts, "csrf_token": key}
        answer = browser.post(action, data={**given, "note": TYPED})
        page = Page(answer.get_data(as_text=True))
        assert answer.status_code == 400, action
        assert "Inget är sparat." in page.text()
        assert TYPED in page.text()
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == lines


def test_somebody_elses_token_is_no_good(places: dict[str, list[str]], logged_in: Browser) -> None:
    (action, values), *_ = forms(logged_in("rut"), places["rut"])
    answer = logged_in("rolf").post(action, data={**values, "title": TYPED})
    assert answer.status_code == 400
    assert TYPED in answer.get_data(as_text=True)


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
    (action, values), *_ = [f for f in forms(rut, ["/avvikelser/ny"]) if f[0] == "/avvikelser/ny"]
    answer = rut.post(
        action, data={**values, "title": (io.BytesIO(b"MZ"), "virus.exe")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    told_in_swedish(answer)


def test_too_many_fields_are_refused(rut: CheckingClient) -> None:
    answer = rut.post("/avvikelser/ny", data={f"f{n}": "x" for n in range(1_100)}, content_type="multipart/form-data")
    assert answer.status_code == 413
    told_in_swedish(answer)


PLACES = [
    "0",
    "-1",
    "abc",
    "2147483648",
    "9223372036854775808",
    "٣",
    "1.5",
    "%00",
    "%ED%A0%80",
    " 1",
    "9" * 400,
    "999999",
]


def addresses(rule: Rule) -> Iterator[str]:
    for bad in PLACES:
        yield re.sub(r"<[^>]+>", bad, rule.rule)


@pytest.mark.parametrize("name", ["rut", "vera", "adam"])
def test_no_address_with_something_odd_in_it_breaks_anything(app: Flask, logged_in: Browser, name: str) -> None:
    browser = logged_in(name)
    (key, *_) = [f.get("value") for f in browser.page("/om").all("input") if f.get("name") == "csrf_token"]
    for rule in app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint == "static":
            continue
        for path in addresses(rule):
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            answer = browser.open(path, method=method, data={"csrf_token": key} if method == "POST" else None)
            # 405: Werkzeug looks at the methods of an address before it looks at the number in it.
            assert answer.status_code in (404, 405, 308), path
            told_in_swedish(answer)


@pytest.mark.parametrize("name", ["rut", "vera", "stina", "adam"])
def test_no_query_breaks_any_page(app: Flask, logged_in: Browser, name: str) -> None:
    browser = logged_in(name)
    queries = [
        "status=xyz&part=abc&fore=-1&kommun=x&delprojekt=-9",
        "fore=99999999999&part=9223372036854775808&kommun=2147483648",
        "status=%00&part=%ED%A0%80&fore=%D9%A3&indelning=%ff&avvikelser=&fran=%00&next=%0d%0a",
        "_external=1&_scheme=javascript&_anchor=x&endpoint=y&_method=POST",
        "a" * 3_000,
    ]
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments or rule.endpoint == "static":
            continue
        for query in queries:
            answer = browser.get(f"{rule.rule}?{query}")
            assert answer.status_code in (200, 302, 404), rule.rule
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
