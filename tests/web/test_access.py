"""Who comes in where: what is not yours is not there, and a login leads back to a page of ours only."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.web.access import own_path
from tests.factories import a_barrier, a_draft, a_filed_deviation, a_letter
from tests.pages import CheckingClient, Page
from tests.people import People, email, token

Browser = Callable[[str], CheckingClient]


def refused(page: Page) -> bool:
    return "Sidan finns inte" in page.text()


def posted(browser: CheckingClient, path: str, **data: object) -> int:
    """The status of a POST with a good token."""
    (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    return browser.post(path, data={"csrf_token": key, **data}).status_code


def test_a_strangers_report_is_not_there_whatever_one_tries(
    session: Session, people: People, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut, title="Läkarintyget kommer inte fram")
    barrier = a_barrier(session, people.vera, [report])
    session.commit()
    for name in ("rita", "ruben", "lars", "stina", "adam"):
        browser = logged_in(name)
        assert refused(browser.page(f"/avvikelser/{report.id}", 404)), name
        for path in ("svar", "beslut/in_review", "beslut/closed", f"hinder/{barrier.id}", f"inte-hinder/{barrier.id}"):
            assert posted(browser, f"/avvikelser/{report.id}/{path}", note="Hej hej") == 404, (name, path)
        for path in ("/", "/avvikelser", "/avvikelser/mina", "/triage", f"/hinder/{barrier.id}", "/hinder"):
            assert "Läkarintyget" not in browser.get(path).get_data(as_text=True), (name, path)


def test_walking_through_the_numbers_tells_nothing(session: Session, people: People, logged_in: Browser) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    rita = logged_in("rita")
    there, not_there = (rita.get(f"/avvikelser/{id}").get_data(as_text=True) for id in (report.id, report.id + 50))
    assert _bare(there, report.id) == _bare(not_there, report.id + 50)


def _bare(page: str, id: int) -> str:
    """A page without the number that was asked for, and without the form's token, which changes with the second."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page).replace(f"/{id}", "/X")


def test_the_own_subproject_reads_and_lists_it(session: Session, people: People, logged_in: Browser) -> None:
    report = a_filed_deviation(session, people.rut, title="Läkarintyget kommer inte fram")
    session.commit()
    for name in ("rut", "rolf", "lena", "vera"):
        assert "Läkarintyget" in logged_in(name).page(f"/avvikelser/{report.id}").text()
        assert "Läkarintyget" in logged_in(name).page("/avvikelser").text()


def test_staff_read_letters_when_they_are_sent(session: Session, people: People, logged_in: Browser) -> None:
    draft = a_draft(session, people)
    session.commit()
    for name in ("rut", "lena", "rita"):
        browser = logged_in(name)
        assert refused(browser.page(f"/skrivelser/{draft.id}", 404))
        assert refused(browser.page(f"/skrivelser/{draft.id}/fil.md", 404))
        assert "Inga skrivelser än" in browser.page("/skrivelser").text()
    sent = a_letter(session, people, LetterStatus.DECIDED, draft.barrier)
    sent.status, sent.sent_on, sent.answer_by = LetterStatus.SENT, sent.changed_at.date(), sent.changed_at.date()
    session.commit()
    for name in ("rut", "lena", "rita"):
        assert sent.title in logged_in(name).page(f"/skrivelser/{sent.id}").text()
    assert refused(logged_in("adam").page(f"/skrivelser/{sent.id}", 404))


def test_a_stranger_is_asked_to_log_in_and_comes_back_to_where_she_was_going(client: CheckingClient) -> None:
    answer = client.get("/avvikelser?status=filed")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/logga-in?next=/avvikelser?status%3Dfiled"
    page = client.page(answer.headers["Location"])
    (form,) = [f for f in page.all("form") if (f.get("action") or "").startswith("/logga-in")]
    landed = client.submit(
        answer.headers["Location"], form.get("action"), email=email("rut"), password="korrekt häst batteri"
    )
    assert landed.headers["Location"] == "/avvikelser?status=filed"


NASTY = [
    "//ond.example", "///ond.example", "https://ond.example", "http:ond.example", "/\\ond.example", "\\\\ond.example",
    "/%0d%0aSet-Cookie:x=1\r\n", "/\t/ond.example", "javascript:alert(1)", "/a\nb", " /avvikelser", "avvikelser",
    "/@ond.example\\", "/;//ond.example", "/" + "a" * 600, "", "/#//ond.example", "data:text/html,x", "/\x00",
    "/avvikelser\u202e", "//\u3002ond.example",
]  # fmt: skip


@pytest.mark.parametrize("path", NASTY, ids=lambda path: repr(path)[:24])
def test_no_address_leads_out_of_the_program(client: CheckingClient, path: str) -> None:
    assert own_path(path) is None
    page = client.get("/logga-in", query_string={"next": path})
    assert page.status_code == 200
    (form,) = [
        f for f in Page(page.get_data(as_text=True)).all("form") if (f.get("action") or "").startswith("/logga-in")
    ]
    (key,) = [f.get("value") for f in form.iter("input") if f.get("name") == "csrf_token"]
    data = {"csrf_token": key, "email": email("rut"), "password": "korrekt häst batteri"}
    answer = client.post("/logga-in", query_string={"next": path}, data=data)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "path",
    ["/", "/avvikelser", "/avvikelser?status=filed&fore=3", "/hinder/7", "/regler/FORS-01", "/triage?q=tio+timmar*"],
)
def test_own_addresses_are_kept(path: str) -> None:
    assert own_path(path) == path


def test_what_was_typed_is_given_back_when_the_login_had_run_out(app: Flask, rut: CheckingClient) -> None:
    page = rut.page("/avvikelser/ny")
    (form,) = [f for f in page.all("form") if f.get("action") == "/avvikelser/ny"]
    (key,) = [f.get("value") for f in form.iter("input") if f.get("name") == "csrf_token"]
    with rut.session_transaction() as cookie:
        cookie["_user_id"] = "slut"
    answer = rut.post("/avvikelser/ny", data={"csrf_token": key, "title": "Det jag skrev länge på"})
    text = Page(answer.get_data(as_text=True)).text()
    assert answer.status_code == 401
    assert "Logga in igen" in text
    assert "Det jag skrev länge på" in text
    assert key not in text


def test_a_cookie_that_somebody_made_up_opens_nothing(app: Flask, client: CheckingClient) -> None:
    for cookie in ("", "x", "a.b.c", "." * 4000, "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb"):
        client.set_cookie("session", cookie)
        assert client.get("/avvikelser").status_code == 302
    with client.session_transaction() as signed:
        signed["_user_id"] = "1"
    assert client.get("/avvikelser").status_code == 302
    with client.session_transaction() as signed:
        signed["_user_id"] = token("rut")
    assert client.get("/avvikelser").status_code == 200


def test_each_role_has_its_own_front_page_and_menu(logged_in: Browser) -> None:
    menus = {}
    for name in ("rut", "lena", "vera", "stina", "adam"):
        (menu, *_) = logged_in(name).page("/").all("nav")
        menus[name] = {link.get("href") for link in menu.iter("a")}
    assert menus["rut"] == {"/", "/avvikelser/ny", "/avvikelser/mina", "/hinder", "/skrivelser", "/regler"}
    assert menus["lena"] == {*menus["rut"], "/delprojekt"}
    assert menus["vera"] == {*menus["rut"], "/triage"}
    assert menus["stina"] == {"/", "/hinder", "/skrivelser", "/regler"}
    assert menus["adam"] == {"/", "/administration"}
