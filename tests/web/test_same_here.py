"""One press on "samma här": what is alike is shown with enough to judge, and counts as met here too."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status
from deviations.models import Deviation
from deviations.services import drafts
from tests.factories import TODAY, a_barrier, a_filed_deviation
from tests.pages import CheckingClient, Page, form_values
from tests.people import People
from tests.web.filling import (
    BODY,
    NEW,
    TITLE,
    a_short_report,
    buttons,
    filled,
    kept_drafts,
    key_of,
    press,
    reports,
    send,
)

Browser = Callable[[str], CheckingClient]
LIKE = {
    "title": "Arbetsträning under tio timmar saknar försäkring",
    "body": "Arbetsförmedlingen tar inte emot någon som orkar mindre än tio timmar, så ingen försäkring gäller.",
}


@pytest.fixture
def short(session: Session) -> dict[str, Any]:
    """A short report."""
    return a_short_report(session)


@pytest.fixture
def barrier_id(session: Session, people: People) -> int:
    """A barrier with five reports in each of three municipalities: enough for its figures to be told."""
    placed = [
        a_filed_deviation(session, actor, **LIKE) for actor in (people.rut, people.rita, people.ruben) for _ in range(5)
    ]
    barrier = a_barrier(session, people.vera, placed)
    session.commit()
    return barrier.id


def occurrences(session: Session) -> list[Deviation]:
    return [report for report in reports(session) if report.kind is Kind.SAME_HERE]


def test_a_page_that_comes_back_shows_what_is_alike_with_enough_to_judge(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    page = send(rut, rut.page(NEW), **{**short, **LIKE, "harm": ""})
    (place,) = [s for s in page.all("section") if s.get("id") == "similar"]
    assert f"hinder:{barrier_id}" in buttons(page, "same")
    assert "Finns i 3 kommuner" in page.text(place)
    assert "Bevakas" in page.text(place) or "Återkommande" in page.text(place)
    for button in place.iter("button"):
        assert (button.get("form"), button.get("type")) == ("filing", "submit")


def test_an_empty_form_shows_nothing_alike(rut: CheckingClient, barrier_id: int) -> None:
    (place,) = [s for s in rut.page(NEW).all("section") if s.get("id") == "similar"]
    assert "".join(place.itertext()).strip() == ""


def test_the_script_gets_the_same_part_of_the_page(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    sent = filled(rut.page(NEW), **{**short, **LIKE})
    answer = rut.post(f"{NEW}/liknande", data=sent, headers={"X-Requested-With": "fetch"})
    assert f"hinder:{barrier_id}" in buttons(Page(answer.get_data(as_text=True)), "same")
    assert kept_drafts(session) == []


def test_one_press_adds_an_occurrence_to_the_barrier(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    page = send(rut, rut.page(NEW), **{**short, "body": ""})
    receipt = press(rut, page, "same", f"hinder:{barrier_id}")
    (report,) = occurrences(session)
    assert (report.title, report.body, report.status) == (TITLE, "", Status.JOINED)
    assert (report.barrier_id, report.municipality.name, report.occurred_on) == (barrier_id, "Haninge", TODAY)
    assert "som finns i 3 kommuner" in receipt.text()
    assert "lex Sarah" in receipt.text()
    assert kept_drafts(session) == []


def test_without_a_line_the_occurrence_is_called_what_the_barrier_is(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    press(rut, rut.page(NEW), "same", f"hinder:{barrier_id}", **{**short, "title": "", "body": ""})
    (report,) = occurrences(session)
    assert report.barrier is not None
    assert report.title == report.barrier.name


def test_what_else_was_written_is_not_lost_by_the_press(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    page = rut.page(NEW)
    receipt = press(rut, page, "same", f"hinder:{barrier_id}", **short)
    assert "ligger kvar som utkast" in receipt.text()
    assert str(filled(rut.page(f"{NEW}/{key_of(page)}"))["body"]).strip() == BODY


@pytest.mark.parametrize("trouble", ["Du har 20 utkast redan", "för lång för att sparas som utkast"])
def test_where_the_rest_cannot_be_kept_nothing_is_said_and_nothing_is_lost(
    session: Session, people: People, rut: CheckingClient, short: dict[str, Any], barrier_id: int, trouble: str
) -> None:
    sent = {**short, "body": BODY if "20" in trouble else "Lång text. " * 6_000}
    for number in range(20 if "20" in trouble else 0):
        drafts.keep(session, people.rut, f"{number}".rjust(24, "x"), {"title": ["Begun"]}, datetime.now(UTC))
    session.commit()
    page = press(rut, rut.page(NEW), "same", f"hinder:{barrier_id}", **sent)
    assert page.text().count(trouble) == 1
    assert (filled(page)["title"], str(filled(page)["body"]).strip()) == (TITLE, sent["body"].strip())
    assert occurrences(session) == []
    press(rut, page, "same", f"hinder:{barrier_id}", body="")
    assert len(occurrences(session)) == 1


def test_harm_is_asked_about_before_the_press_counts(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    page = press(rut, rut.page(NEW), "same", f"hinder:{barrier_id}", **{**short, "harm": ""})
    assert "Svara nej eller ja" in page.text()
    assert occurrences(session) == []
    press(rut, page, "same", f"hinder:{barrier_id}", harm="no")
    assert len(occurrences(session)) == 1


def test_the_line_is_looked_through_like_every_text(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    for title in ("Birgitta Lindqvist sa nej", "Nej till 19850709-9805", "x" * 201):
        page = press(rut, rut.page(NEW), "same", f"hinder:{barrier_id}", **{**short, "title": title})
        assert filled(page)["title"] == title
    assert occurrences(session) == []


def test_pressed_twice_it_is_one_occurrence(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    page = rut.page(NEW)
    for _ in range(2):
        press(rut, page, "same", f"hinder:{barrier_id}", **short)
    press(rut, rut.page(NEW), "same", f"hinder:{barrier_id}", **short)
    assert len(occurrences(session)) == 1


def test_a_colleagues_report_is_met_here_too(
    session: Session, people: People, rut: CheckingClient, short: dict[str, Any]
) -> None:
    report = a_filed_deviation(session, people.rolf)
    session.commit()
    receipt = press(rut, rut.page(NEW), "same", f"avvikelse:{report.id}", **short)
    (said,) = occurrences(session)
    assert (said.same_as_id, said.status) == (report.id, Status.FILED)
    assert "samma sak har hänt hos er" in receipt.text()


@pytest.mark.parametrize(
    "value", ["", "hinder:", "hinder:0", "hinder:999999", "hinder:x", "avvikelse:1:2", "x:1", "hinder:١", "å\x00:1"]
)
def test_a_strange_press_says_that_it_is_not_there(
    session: Session, rut: CheckingClient, short: dict[str, Any], value: str
) -> None:
    answer = rut.post(NEW, data=filled(rut.page(NEW), **short) | {"same": value})
    assert answer.status_code == 404
    assert BODY in answer.get_data(as_text=True)
    assert reports(session) == []


def test_a_strangers_report_can_be_neither_named_nor_shown(
    session: Session, people: People, rut: CheckingClient, short: dict[str, Any]
) -> None:
    report = a_filed_deviation(session, people.rita, **LIKE)
    session.commit()
    assert rut.post(NEW, data=filled(rut.page(NEW), **short) | {"same": f"avvikelse:{report.id}"}).status_code == 404
    assert rut.get(f"/avvikelser/samma/avvikelse/{report.id}").status_code == 404
    page = send(rut, rut.page(NEW), **{**short, **LIKE, "harm": ""})
    assert f"avvikelse:{report.id}" not in buttons(page, "same")


def small(page: Page, **changed: Any) -> dict[str, Any]:
    """The small form of a page as a browser sends it, some fields changed."""
    (form,) = [f for f in page.all("form") if f.get("id") == "same"]
    return {**form_values(form), **changed}


def test_the_small_form_asks_for_day_place_and_one_line(
    session: Session, rut: CheckingClient, short: dict[str, Any], barrier_id: int
) -> None:
    path = f"/avvikelser/samma/hinder/{barrier_id}"
    sent = small(rut.page(path), harm="no", line="Åtta timmar räckte inte.", occurred_on="2026-01-31")
    first, second = rut.post(path, data=sent), rut.post(path, data=sent)
    assert first.headers["Location"] == second.headers["Location"]
    (said,) = occurrences(session)
    assert (said.title, str(said.occurred_on), said.barrier_id) == (
        "Åtta timmar räckte inte.",
        "2026-01-31",
        barrier_id,
    )
    assert "som finns i 3 kommuner" in rut.page(first.headers["Location"]).text()


def test_the_small_form_refuses_kindly(session: Session, rut: CheckingClient, barrier_id: int) -> None:
    path = f"/avvikelser/samma/hinder/{barrier_id}"
    page = rut.page(path)
    for changed, sentence in (
        ({}, "Svara nej eller ja"),
        ({"harm": "no", "line": "Birgitta Lindqvist sa nej"}, "Kan det här peka ut någon?"),
        ({"harm": "no", "line": "Nej till 19850709-9805"}, "ett personnummer"),
        ({"harm": "no", "municipality": ""}, "Välj i vilken kommun"),
        ({"harm": "no", "municipality": "999999"}, "Valet finns inte längre"),
        ({"harm": "no", "occurred_on": "2999-01-01"}, "har inte varit än"),
        ({"harm": "no", "line": "x" * 201}, "Korta den till högst 200 tecken"),
        ({"harm": "yes", "line": "Det här skrev jag"}, "Prata med din närmaste chef"),
    ):
        answer = rut.post(path, data=small(page, **changed))
        assert answer.status_code == 422, changed
        assert sentence in answer.get_data(as_text=True), changed
        assert str(changed.get("line", "")) in answer.get_data(as_text=True)
    assert occurrences(session) == []


def test_a_name_in_the_small_form_is_masked_or_kept_by_one_press(
    session: Session, rut: CheckingClient, barrier_id: int
) -> None:
    path = f"/avvikelser/samma/hinder/{barrier_id}"
    asked = Page(rut.post(path, data=small(rut.page(path), harm="no", line="Birgitta Lindqvist sa nej")).get_data(True))
    masked = Page(rut.post(path, data=small(asked, mask=buttons(asked, "mask")[0])).get_data(True))
    assert small(masked)["line"] == "[namn] sa nej"
    rut.post(path, data=small(asked, keep=["birgitta lindqvist"]))
    assert [said.title for said in occurrences(session)] == ["Birgitta Lindqvist sa nej"]


def test_a_slip_in_the_small_form_leads_back_to_it(session: Session, rut: CheckingClient, barrier_id: int) -> None:
    path = f"/avvikelser/samma/hinder/{barrier_id}"
    harm = Page(rut.post(path, data=small(rut.page(path), harm="yes", line="Åtta timmar.")).get_data(True))
    (form,) = [f for f in harm.all("form") if f.get("action") == path]
    values = [(i.get("name") or "", i.get("value") or "") for i in form.iter("input")]
    back = Page(rut.post(path, data={n: [v for m, v in values if m == n] for n, _ in values}).get_data(True))
    assert (small(back)["line"], small(back)["harm"]) == ("Åtta timmar.", ["no"])
    assert occurrences(session) == []


@pytest.mark.parametrize("path", ["hinder/999999", "avvikelse/999999", "x/1", "hinder/0", "hinder/abc"])
def test_what_is_not_there_has_no_small_form(rut: CheckingClient, path: str) -> None:
    assert rut.get(f"/avvikelser/samma/{path}").status_code == 404


@pytest.mark.parametrize("name", ["stina", "adam"])
def test_who_does_not_file_says_nothing(session: Session, logged_in: Browser, barrier_id: int, name: str) -> None:
    browser = logged_in(name)
    (token, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    path = f"/avvikelser/samma/hinder/{barrier_id}"
    assert browser.get(path).status_code == 404
    assert browser.post(path, data={"csrf_token": token, "harm": "no"}).status_code == 404
    assert occurrences(session) == []
