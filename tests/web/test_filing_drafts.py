"""Nothing that was typed is lost: every refusal, every part and the script's own saving leave a draft behind."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from deviations.web.filters import moment
from tests.pages import CheckingClient, Page
from tests.people import People
from tests.web.filling import BODY, NEW, TITLE, a_short_report, filled, kept_drafts, key_of, reports, send

Browser = Callable[[str], CheckingClient]
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def short(session: Session) -> dict[str, Any]:
    """A short report."""
    return a_short_report(session)


@pytest.mark.parametrize("do", ["send", "more", "save", "find", "back", "mask"])
def test_every_button_that_files_nothing_keeps_the_text(
    session: Session, rut: CheckingClient, short: dict[str, Any], do: str
) -> None:
    page = rut.page(NEW)
    pressed = {"mask": "body:0:1"} if do == "mask" else {"do": do}
    rut.post(NEW, data=filled(page, **{**short, "harm": ""}, **pressed))
    assert len(kept_drafts(session)) == 1
    reopened = filled(rut.page(f"{NEW}/{key_of(page)}"))
    assert (reopened["title"], str(reopened["body"]).strip()) == (TITLE, BODY)
    assert reopened["agencies"] == short["agencies"]
    assert f"{NEW}/{key_of(page)}" in {a.get("href") for a in rut.page(NEW).all("a")}


def test_a_draft_is_filed_later_and_is_then_gone(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    page = send(rut, rut.page(NEW), "save", **short)
    assert "Utkastet är sparat" in page.text()
    send(rut, rut.page(f"{NEW}/{key_of(page)}"))
    assert len(reports(session)) == 1
    assert kept_drafts(session) == []


def test_a_reopened_draft_says_when_it_was_saved(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    page = rut.page(NEW)
    assert "Utkastet sparades" not in page.text()
    send(rut, page, "save", **short)
    (draft,) = kept_drafts(session)
    reopened = rut.page(f"{NEW}/{key_of(page)}")
    (line,) = [reopened.text(p) for p in reopened.all("p") if p.get("id") == "draft-status"]
    with rut.application.test_request_context():
        assert line == f"Utkastet sparades {moment(draft.saved_at)}."
    assert [h.text for h in rut.page("/avvikelser/mina").all("h2")] == ["Utkast"]


def test_a_form_whose_login_has_ended_says_that_it_is_not_sent_and_may_be_a_draft(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    sent = filled(rut.page(NEW), **short)
    with rut.session_transaction() as cookie:
        cookie["_user_id"] = "slut"
    page = Page(rut.post(NEW, data=sent).get_data(as_text=True))
    assert "Det är inte skickat." in page.text()
    assert "finnas som utkast under Mina avvikelser" in page.text()
    assert BODY in page.text()
    assert (reports(session), kept_drafts(session)) == ([], [])


def test_what_another_wrote_before_on_this_computer_is_neither_filed_nor_called_hers(
    session: Session, rut: CheckingClient, logged_in: Browser, short: dict[str, Any]
) -> None:
    rolf = logged_in("rolf")
    token = filled(rolf.page(NEW))["csrf_token"]
    answer = rolf.post(NEW, data={**filled(rut.page(NEW), **short), "csrf_token": token})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert ("Det som skrevs" in page.text(), "Det du skrev" in page.text()) == (True, False)
    assert BODY in page.text()
    assert (reports(session), kept_drafts(session)) == ([], [])


def test_nothing_written_is_no_draft(session: Session, rut: CheckingClient) -> None:
    page = send(rut, rut.page(NEW), "save", harm="no")
    assert "inget att spara" in page.text()
    send(rut, page, "more")
    assert kept_drafts(session) == []


def test_an_unknown_key_is_a_new_form_and_no_key_is_no_page(rut: CheckingClient) -> None:
    assert key_of(rut.page(f"{NEW}/{'k' * 32}")) == "k" * 32
    for bad in ("kort", "k" * 61, "k" * 20 + "%00", "k" * 20 + "å", "liknande"):
        assert rut.get(f"{NEW}/{bad}").status_code == 404, bad


def test_nobody_else_sees_or_throws_away_a_draft(
    session: Session, rut: CheckingClient, logged_in: Browser, short: dict[str, Any]
) -> None:
    page = send(rut, rut.page(NEW), "save", **short)
    for name in ("rolf", "lena", "vera"):
        other = logged_in(name)
        for path in (NEW, f"{NEW}/{key_of(page)}", f"{NEW}/{key_of(page)}/mer", "/avvikelser/mina"):
            assert TITLE not in other.page(path).text(), (name, path)
        key = filled(other.page(NEW))["csrf_token"]
        other.post(f"{NEW}/utkast/bort", data={"csrf_token": key, "form_key": key_of(page)})
        other.post(NEW, data={"csrf_token": key, "form_key": key_of(page), "part": "2", "do": "more"})
        assert TITLE not in other.page(f"{NEW}/{key_of(page)}").text()
    assert len([d for d in kept_drafts(session) if TITLE in d.content]) == 1


def test_two_people_may_have_the_same_key(
    session: Session, rut: CheckingClient, logged_in: Browser, short: dict[str, Any]
) -> None:
    path, rolf = f"{NEW}/{'k' * 32}", logged_in("rolf")
    send(rut, rut.page(path), **short)
    send(rolf, rolf.page(path), **{**short, "title": "En annan rubrik"})
    assert [report.title for report in reports(session)] == [TITLE, "En annan rubrik"]


def test_a_draft_is_thrown_away_on_the_page(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    send(rut, rut.page(NEW), "save", **short)
    page = rut.page(NEW)
    (form,) = [f for f in page.all("form") if f.get("action") == f"{NEW}/utkast/bort"]
    values = {i.get("name"): i.get("value") for i in form.iter("input")}
    answer = rut.post(f"{NEW}/utkast/bort", data=values)
    assert answer.headers["Location"] == f"{NEW}/{key_of(page)}"
    assert kept_drafts(session) == []
    away = rut.post(f"{NEW}/utkast/bort", data={**values, "back": "//ond.example"})
    assert away.headers["Location"] == "/avvikelser/mina"


@pytest.mark.parametrize("key", ["a\x00b", "", "å" * 20, "x" * 61])
def test_there_is_no_draft_to_throw_away_under_what_is_no_key(
    session: Session, rut: CheckingClient, short: dict[str, Any], key: str
) -> None:
    page = send(rut, rut.page(NEW), "save", **short)
    answer = rut.post(f"{NEW}/utkast/bort", data={"csrf_token": filled(page)["csrf_token"], "form_key": key})
    assert answer.headers["Location"] == "/avvikelser/mina"
    assert len(kept_drafts(session)) == 1


def test_the_script_saves_what_stands_in_the_form(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    page = rut.page(NEW)
    answer = rut.post(f"{NEW}/utkast", data=filled(page, **short), headers=FETCH)
    told = answer.get_json()
    assert told["address"] == f"{NEW}/{key_of(page)}"
    assert re.fullmatch(r"\d\d\.\d\d", told["saved"])
    rut.post(f"{NEW}/utkast", data=filled(page, **{**short, "body": "Längre nu."}), headers=FETCH)
    assert str(filled(rut.page(told["address"]))["body"]).strip() == "Längre nu."
    assert len(kept_drafts(session)) == 1


def test_the_scripts_saving_keeps_the_other_part(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    second = send(rut, rut.page(NEW), "more", **short)
    rut.post(f"{NEW}/utkast", data=filled(second, tried="Vi ringde."), headers=FETCH)
    first = rut.page(f"{NEW}/{key_of(second)}")
    rut.post(f"{NEW}/utkast", data=filled(first, title="Ny rubrik"), headers=FETCH)
    again = filled(rut.page(f"{NEW}/{key_of(second)}/mer"))
    assert str(again["tried"]).strip() == "Vi ringde."
    assert filled(rut.page(f"{NEW}/{key_of(second)}"))["title"] == "Ny rubrik"


def test_a_save_that_comes_late_makes_no_draft_of_a_filed_report(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    page = rut.page(NEW)
    send(rut, page, **short)
    told = rut.post(f"{NEW}/utkast", data=filled(page, **short), headers=FETCH).get_json()
    assert told == {"saved": None, "address": f"/avvikelser/{reports(session)[0].id}"}
    assert kept_drafts(session) == []


def test_the_script_keeps_nothing_when_somebody_is_harmed(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    page = rut.page(NEW)
    rut.post(f"{NEW}/utkast", data=filled(page, **short), headers=FETCH)
    told = rut.post(f"{NEW}/utkast", data=filled(page, **{**short, "harm": "yes"}), headers=FETCH).get_json()
    assert (told["saved"], told["harm"]) == (None, True)
    assert kept_drafts(session) == []


def test_a_script_whose_login_has_ended_is_told_so_in_its_own_tongue(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    sent = filled(rut.page(NEW), **short)
    with rut.session_transaction() as cookie:
        cookie["_user_id"] = "slut"
    for path in ("utkast", "granska", "liknande"):
        answer = rut.post(f"{NEW}/{path}", data=sent, headers=FETCH)
        assert (answer.status_code, answer.mimetype) == (401, "application/json")
        assert answer.get_json()["login"] == "/logga-in"
    assert kept_drafts(session) == []


def test_a_form_that_is_no_form_is_refused_to_the_script(rut: CheckingClient, short: dict[str, Any]) -> None:
    page = rut.page(NEW)
    for changed in ({"form_key": "å"}, {"form_key": "x" * 61}, {"body": "x" * 70_000}):
        answer = rut.post(f"{NEW}/utkast", data=filled(page, **{**short, **changed}), headers=FETCH)
        assert answer.status_code == 422, changed
        assert answer.get_json()["sentence"].endswith(".")


def test_twenty_drafts_are_enough_but_a_report_is_always_taken(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    for number in range(20):
        rut.post(f"{NEW}/utkast", data=filled(rut.page(NEW), title=f"Utkast nummer {number}"), headers=FETCH)
    full = rut.page(NEW)
    refused = send(rut, full, "more", **short)
    assert "Du har 20 utkast" in refused.text()
    assert (filled(refused)["title"], len(kept_drafts(session))) == (TITLE, 20)
    send(rut, full, **short)
    assert len(reports(session)) == 1


def test_what_only_reads_takes_no_write_lock(
    app: Flask, rut: CheckingClient, people: People, short: dict[str, Any]
) -> None:
    sent = filled(rut.page(NEW), **short)
    seen: list[str] = []
    event.listen(app.extensions["engine"], "before_cursor_execute", lambda *args: seen.append(args[2]))
    for path in ("liknande", "granska"):
        assert rut.post(f"{NEW}/{path}", data=sent, headers=FETCH).status_code == 200
    writing = [q for q in seen if q.startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE")) or "FOR UPDATE" in q]
    assert (bool(seen), writing) == (True, [])
    assert Page(rut.get(f"{NEW}/{'k' * 32}").get_data(as_text=True)).whole
