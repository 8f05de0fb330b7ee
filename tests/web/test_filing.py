"""Filing a report without scripts: the first part, the second, what is refused, and the receipt."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status
from deviations.models import Rule, Solution
from deviations.web.filters import day
from tests.factories import TODAY, a_filed_deviation
from tests.pages import CheckingClient, Page, form_values
from tests.people import People
from tests.web.filling import BODY, NEW, TITLE, a_short_report, filing_form, filled, kept_drafts, key_of, reports, send

Browser = Callable[[str], CheckingClient]


@pytest.fixture
def short(session: Session) -> dict[str, Any]:
    """A short report."""
    return a_short_report(session)


def sent_along(page: Page) -> list[str]:
    """What the first part says that it sends without asking."""
    (line,) = [page.text(p) for p in page.all("p") if "Skickas med:" in page.text(p)]
    return line.removeprefix("Skickas med: ").partition(". Ändra")[0].split(", ")


def written(browser: CheckingClient, when: date) -> str:
    """A day as pages write it."""
    with browser.application.test_request_context():
        return day(when)


def test_a_short_report_is_filed_and_thanked_for(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    page = send(rut, rut.page(NEW), **short)
    (report,) = reports(session)
    assert (report.title, report.status, report.kind) == (TITLE, Status.FILED, Kind.DEVIATION)
    assert (report.subproject.name, report.rule, report.step, report.occurred_on) == ("Söder", None, None, TODAY)
    assert f"Tack! Avvikelse {report.id} är anmäld." in page.text()
    assert "lex Sarah" in page.text()
    assert TITLE in rut.page("/avvikelser/mina").text()


def test_the_questions_stand_in_their_order_and_enter_sends(rut: CheckingClient) -> None:
    form = filing_form(rut.page(NEW))
    names = [
        f.get("name") for f in form.iter() if f.tag in ("input", "textarea", "select") and f.get("type") != "hidden"
    ]
    assert list(dict.fromkeys(names))[:5] == ["harm", "kind", "title", "body", "agencies"]
    first = next(button for button in form.iter("button"))
    assert (first.get("name"), first.get("value")) == ("do", "send")
    assert [b.get("value") for b in form.iter("button")][1:4] == ["send", "more", "save"]


@pytest.mark.parametrize("missing", ["harm", "title", "body", "municipality"])
def test_what_must_be_said_is_asked_for_and_the_rest_is_kept(
    session: Session, rut: CheckingClient, short: dict[str, Any], missing: str
) -> None:
    page = send(rut, rut.page(NEW), **{**short, missing: "" if missing == "municipality" else "  "})
    assert reports(session) == []
    kept = form_values(filing_form(page))
    for name in set(short) - {missing}:
        given = kept[name] if isinstance(kept[name], list) else [kept[name].strip()]
        assert given == (short[name] if isinstance(short[name], list) else [short[name]]), name
    (title,) = page.all("title")
    assert page.text(title).startswith("Fel:")


def test_not_knowing_whose_rule_it_is_is_fine(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    send(rut, rut.page(NEW), **{**short, "agencies": [""]})
    send(rut, rut.page(NEW), **{**short, "agencies": [], "title": "En annan rubrik"})
    assert [report.agencies for report in reports(session)] == [[], []]


def test_own_municipalities_come_first_and_the_others_are_of_the_county(rut: CheckingClient) -> None:
    (choice,) = [s for s in rut.page(NEW).all("select") if s.get("name") == "municipality"]
    groups = {g.get("label"): ["".join(o.itertext()) for o in g.iter("option")] for g in choice.iter("optgroup")}
    assert groups["Ditt delprojekt"] == ["Haninge", "Nynäshamn", "Tyresö"]
    assert "Stockholm" in groups["Övriga i länet"]
    assert "Kiruna" not in groups["Övriga i länet"]


def test_the_municipality_is_asked_for_once_and_then_remembered(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    asked = rut.page(NEW)
    assert "municipality" in filled(asked)
    assert "subproject" not in filled(asked)
    send(rut, asked, **short)
    again = rut.page(NEW)
    assert "municipality" not in filled(again)
    assert sent_along(again) == ["Haninge", written(rut, TODAY), "Söder"]
    assert ("Fem korta frågor" in asked.text(), "Fyra korta frågor" in again.text()) == (True, True)
    del short["municipality"]
    send(rut, again, **{**short, "title": "Nästa rubrik"})
    assert [report.municipality.name for report in reports(session)] == ["Haninge", "Haninge"]


def test_the_coordinator_says_for_which_subproject(
    session: Session, vera: CheckingClient, short: dict[str, Any]
) -> None:
    page = vera.page(NEW)
    assert sent_along(page) == [written(vera, TODAY)]
    assert "Välj för vilket delprojekt" in send(vera, page, **short).text()
    (choice,) = [s for s in page.all("select") if s.get("name") == "subproject"]
    (norr,) = [o.get("value") for o in choice.iter("option") if o.text == "Norr"]
    send(vera, page, **short, subproject=norr)
    assert [report.subproject.name for report in reports(session)] == ["Norr"]


def test_everything_that_can_be_said_is_kept_over_both_parts(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    rule = session.scalars(select(Rule).where(Rule.code == "FORS-01")).one()
    session.rollback()
    said = {
        "rule": str(rule.id),
        "rule_hint": "tiotimmarsregeln",
        "step": "placement",
        "weeks_lost": "6",
        "people_hit": "0",
        "tried": "Vi ringde.\r\nOch skrev.",
        "wished": "En försäkring för alla.",
        "occurred_on": "2026-01-31",
    }
    second = send(rut, rut.page(NEW), "more", **short)
    assert "Mer om avvikelsen" in second.text()
    first = send(rut, second, "back", **said)
    assert filled(first)["title"] == TITLE
    third = send(rut, first, "more")
    assert form_values(filing_form(third))["tried"].strip().splitlines() == ["Vi ringde.", "Och skrev."]
    send(rut, third)
    (report,) = reports(session)
    assert (report.title, report.body, report.kind) == (TITLE, BODY, Kind.DEVIATION)
    assert (report.rule_hint, report.step, report.rule_id) == ("tiotimmarsregeln", "placement", rule.id)
    assert (report.weeks_lost, report.people_hit, report.occurred_on) == (6, 0, date(2026, 1, 31))
    assert (report.tried, report.wished) == ("Vi ringde.\nOch skrev.", "En försäkring för alla.")
    assert [agency.code for agency in report.agencies] == ["AF"]
    assert kept_drafts(session) == []


def test_a_box_that_is_unticked_on_the_way_back_is_unticked(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    first = send(rut, send(rut, rut.page(NEW), "more", **short), "back")
    send(rut, first, agencies=[])
    assert reports(session)[0].agencies == []


def test_a_guldkorn_is_filed_by_one_choice_and_found_as_a_solution(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    receipt = send(rut, rut.page(NEW), **short, kind="good_example")
    (report,) = reports(session)
    assert report.kind is Kind.GOOD_EXAMPLE
    assert f"Tack! Guldkorn {report.id} är anmält." in receipt.text()
    assert "Guldkornet var redan anmält" in send(rut, rut.page(NEW), **short, kind="good_example").text()
    assert session.scalars(select(Solution.deviation_id)).all() == [report.id]


def test_the_words_of_the_form_fit_a_guldkorn_too(rut: CheckingClient, short: dict[str, Any]) -> None:
    page = rut.page(NEW)
    for name, words in (("if-deviation", "Vad fungerar inte?"), ("if-good", "Vad fungerar bra?")):
        assert words in [page.text(span) for span in page.all("span") if span.get("class") == name]
    for kind, button in (("deviation", "Skicka avvikelsen"), ("good_example", "Skicka guldkornet")):
        second = send(rut, rut.page(NEW), "more", **{**short, "kind": kind})
        assert button in [second.text(b) for b in second.all("button")]
    assert "Mer om guldkornet" in second.text()
    assert "vad som inte fungerar" not in send(rut, page, kind="good_example", title="").text()


def test_the_same_form_sent_twice_is_one_report(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    page = rut.page(NEW)
    first, second = rut.post(NEW, data=filled(page, **short)), rut.post(NEW, data=filled(page, **short))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(reports(session)) == 1
    assert "redan anmäld" in rut.page(second.headers["Location"]).text()


def test_going_back_after_filing_leads_to_the_report(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    page = rut.page(NEW)
    send(rut, page, **short)
    (report,) = reports(session)
    for path in (f"{NEW}/{key_of(page)}", f"{NEW}/{key_of(page)}/mer"):
        assert rut.get(path).headers["Location"] == f"/avvikelser/{report.id}"


def test_other_words_on_a_form_that_was_filed_are_not_lost_and_not_filed_unasked(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    page = rut.page(NEW)
    send(rut, page, **short)
    asked = send(rut, page, **{**short, "body": "En annan deltagare orkar fyra timmar."})
    assert "redan skickat" in asked.text()
    assert len(reports(session)) == 1
    assert len(kept_drafts(session)) == 1
    send(rut, asked)
    assert [report.body for report in reports(session)] == [BODY, "En annan deltagare orkar fyra timmar."]


def test_going_back_and_sending_the_same_words_again_is_one_report(
    session: Session, rut: CheckingClient, logged_in: Browser, short: dict[str, Any]
) -> None:
    send(rut, rut.page(NEW), **short)
    send(rut, rut.page(NEW), **short)
    assert len(reports(session)) == 1
    rolf = logged_in("rolf")
    send(rolf, rolf.page(NEW), **short)  # a colleague who met the same thing
    assert len(reports(session)) == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("weeks_lost", "sex", "Skriv ett helt tal"),
        ("weeks_lost", "-1", "mellan 0 och 520"),
        ("weeks_lost", "--5", "Skriv ett helt tal"),
        ("weeks_lost", "-", "Skriv ett helt tal"),
        ("weeks_lost", "٣", "Skriv ett helt tal"),
        ("weeks_lost", "2,5", "Skriv ett helt tal"),
        ("weeks_lost", "521", "mellan 0 och 520"),
        ("people_hit", "99999999999999999999", "Skriv ett helt tal"),
        ("occurred_on", "1999-12-31", "från år 2000"),
        ("occurred_on", str(TODAY + timedelta(days=3)), "har inte varit än"),
        ("title", "x" * 201, "Texten är 201 tecken lång. Korta den till högst 200 tecken."),
        ("body", "x" * 10_001, "högst 10000 tecken"),
        ("tried", "x" * 5_001, "högst 5000 tecken"),
        ("body", "Hej\x00då", "osynligt tecken"),
        ("title", "Hej\x1bdå", "osynligt tecken"),
        ("harm", "kanske", "Svara nej eller ja"),
        ("kind", "klagomål", "Välj vad du vill berätta om"),
        ("kind", "same_here", "Välj vad du vill berätta om"),
        ("municipality", "999999", "Valet finns inte längre"),
        ("subproject", "abc", "Valet finns inte längre"),
        ("rule", "2147483648", "Valet finns inte längre"),
        ("step", "vänta", "Valet finns inte längre"),
        ("reporter", "1", "Valet finns inte längre"),
        ("agencies", ["9223372036854775808"], "Ett av valen finns inte längre"),
        ("more_agencies", ["-1"], "Ett av valen finns inte längre"),
        ("form_key", "å", "Formuläret är trasigt"),
        ("form_key", "x" * 61, "Formuläret är trasigt"),
        ("form_key", "a\x00b", "Formuläret är trasigt"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field_in_swedish(
    session: Session, rut: CheckingClient, short: dict[str, Any], field: str, value: object, sentence: str
) -> None:
    answer = rut.post(NEW, data=filled(rut.page(NEW), **{**short, field: value}))
    text = Page(answer.get_data(as_text=True)).text()
    assert answer.status_code == 422
    assert sentence in text
    assert "valid" not in text.casefold()
    assert reports(session) == []


def test_a_fault_on_the_second_part_is_shown_there_also_when_the_first_was_sent(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    first = send(rut, send(rut, rut.page(NEW), "more", **short), "back", weeks_lost="sex")
    second = send(rut, first)
    assert "Mer om avvikelsen" in second.text()
    assert "Skriv ett helt tal" in second.text()
    send(rut, second, weeks_lost="6")
    assert reports(session)[0].weeks_lost == 6


def test_a_reporter_files_for_her_own_subproject_only(
    session: Session, people: People, rut: CheckingClient, short: dict[str, Any]
) -> None:
    norr = str(a_filed_deviation(session, people.rita).subproject_id)
    session.rollback()
    assert rut.post(NEW, data=filled(rut.page(NEW), **short, subproject=norr)).status_code == 422
    assert reports(session) == []


def test_a_lead_files_for_a_colleague_who_phoned(
    session: Session, people: People, logged_in: Browser, short: dict[str, Any]
) -> None:
    lena = logged_in("lena")
    second = send(lena, lena.page(NEW), "more", **short)
    (choice,) = [s for s in second.all("select") if s.get("name") == "reporter"]
    offered = {o.text for o in choice.iter("option")}
    assert {"Rut", "Rolf"} <= offered
    assert not offered & {"Rita", "Ruben", "Adam"}
    send(lena, second, reporter=str(people.rut.id))
    (report,) = reports(session)
    assert (report.reporter_id, report.filed_by_id) == (people.rut.id, people.lena.id)
    assert TITLE in logged_in("rut").page("/avvikelser/mina").text()


def test_a_reporter_is_not_offered_to_file_for_others(rut: CheckingClient, short: dict[str, Any]) -> None:
    second = send(rut, rut.page(NEW), "more", **short)
    assert "reporter" not in filled(second)


@pytest.mark.parametrize("name", ["stina", "adam"])
def test_who_does_not_file_finds_no_form(session: Session, logged_in: Browser, name: str) -> None:
    browser = logged_in(name)
    (token, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    for path in (NEW, f"{NEW}/{'k' * 32}", f"{NEW}/{'k' * 32}/mer", f"{NEW}/regler?q=x"):
        assert browser.get(path).status_code == 404, path
    for path in (NEW, f"{NEW}/liknande", f"{NEW}/granska", f"{NEW}/utkast", f"{NEW}/utkast/bort"):
        assert browser.post(path, data={"csrf_token": token, "title": "x"}).status_code == 404, path
    assert kept_drafts(session) == []


def test_rules_are_found_by_ordinary_words_and_the_chosen_one_stays(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    second = send(rut, rut.page(NEW), "more", **short)
    found = send(rut, second, "find", q="försäkring arbetsträning")
    offered = [f.get("value") for f in found.all("input") if f.get("name") == "rule"]
    assert offered[0] == ""
    assert len(offered) > 1
    again = send(rut, found, "find", q="xyzzy", rule=offered[1])
    assert filled(again)["rule"] == [offered[1]]
    assert "Ingen regel passar de orden" in again.text()
    send(rut, again)
    assert str(reports(session)[0].rule_id) == offered[1]


def test_the_program_suggests_rules_with_reasons_and_not_knowing_is_chosen(
    rut: CheckingClient, short: dict[str, Any]
) -> None:
    title = "Arbetsträning under tio timmar saknar försäkring hos Arbetsförmedlingen"
    second = send(rut, rut.page(NEW), "more", **{**short, "title": title})
    assert filled(second)["rule"] == [""]
    assert "Förslag." in second.text()
    assert "Texten nämner" in second.text()


def test_rules_are_found_while_typing(rut: CheckingClient) -> None:
    page = rut.page(f"{NEW}/regler?q=f%C3%B6rs%C3%A4kring+arbetstr%C3%A4ning")
    assert len([f for f in page.all("input") if f.get("name") == "rule"]) > 1
    assert rut.page(f"{NEW}/regler?q={'x' * 3_000}&rule=abc").all("input")


def test_nobody_is_harmed_or_the_text_is_not_kept(session: Session, rut: CheckingClient, short: dict[str, Any]) -> None:
    second = send(rut, rut.page(NEW), "more", **short)
    assert len(kept_drafts(session)) == 1
    first = send(rut, second, "back", tried="Vi ringde dem.")
    answer = rut.post(NEW, data=filled(first, harm="yes"))
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "Prata med din närmaste chef" in page.text()
    (folded,) = [d for d in page.all("details") if "Visa det du skrev" in page.text(d)]
    for text in (TITLE, BODY, "Vi ringde dem."):
        assert text in page.text(folded)
    assert "Det du skrev är inte sparat" in page.text()
    assert "Kopiera det som du vill ha kvar" not in page.text()
    assert (reports(session), kept_drafts(session)) == ([], [])


@pytest.mark.parametrize("do", ["send", "more", "save", "find", "back", "mask", "same"])
def test_a_yes_to_harm_stops_every_button(
    session: Session, rut: CheckingClient, short: dict[str, Any], do: str
) -> None:
    pressed = {do: "title:0:3"} if do in ("mask", "same") else {"do": do}
    answer = rut.post(NEW, data=filled(rut.page(NEW), **{**short, "harm": "yes"}, **pressed))
    assert "Prata med din närmaste chef" in answer.get_data(as_text=True)
    assert (reports(session), kept_drafts(session)) == ([], [])


def test_a_yes_that_was_a_slip_leads_back_with_everything(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    page = Page(rut.post(NEW, data=filled(rut.page(NEW), **{**short, "harm": "yes"})).get_data(as_text=True))
    (form,) = [f for f in page.all("form") if f.get("action") == NEW]
    values = [(i.get("name") or "", i.get("value") or "") for i in form.iter("input")]
    back = rut.post(NEW, data={n: [v for m, v in values if m == n] for n, _ in values}, follow_redirects=True)
    first = Page(back.get_data(as_text=True))
    assert (filled(first)["title"], filled(first)["harm"]) == (TITLE, ["no"])
    assert filled(first)["agencies"] == short["agencies"]
    send(rut, first)
    assert len(reports(session)) == 1


def test_what_is_typed_comes_back_as_text_and_never_as_code(rut: CheckingClient, short: dict[str, Any]) -> None:
    nasty = "<script>alert(1)</script> & Birgitta Lindqvist \"'{{7*7}}"
    page = send(rut, rut.page(NEW), **{**short, "title": nasty, "body": nasty, "harm": ""})
    kept = form_values(filing_form(page))
    assert (kept["title"], kept["body"].strip()) == (nasty, nasty)
    assert not any("alert" in "".join(script.itertext()) for script in page.all("script"))


def test_a_form_whose_login_has_ended_is_sent_again_by_one_press(
    session: Session, app: Flask, rut: CheckingClient, logged_in: Browser, short: dict[str, Any]
) -> None:
    sent = filled(rut.page(NEW), **short)
    with rut.session_transaction() as cookie:
        cookie["_user_id"] = "slut"
    answer = rut.post(NEW, data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 401
    assert BODY in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == NEW]
    assert {i.get("name"): i.get("value") for i in form.iter("input")}["csrf_token"] == ""
    values = [(i.get("name") or "", i.get("value") or "") for i in form.iter("input")]
    again = {n: [v for m, v in values if m == n] for n, _ in values}
    back = logged_in("rut")  # a new login has another token
    assert back.post(NEW, data=again).status_code == 400
    assert back.post(NEW, data=again, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert back.post(NEW, data=again, headers={"Origin": "http://ond.example"}).status_code == 400
    assert reports(session) == []
    filed = back.post(NEW, data=again, headers={"Sec-Fetch-Site": "same-origin"})
    assert filed.status_code == 302
    assert [report.body for report in reports(session)] == [BODY]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ond.example"}, {"Origin": "https://localhost"}],
    ids=lambda sent: " ".join(sent.values()) or "nothing",
)
def test_what_another_site_sent_is_never_put_under_a_button_of_ours(
    client: CheckingClient, headers: dict[str, str]
) -> None:
    answer = client.post(NEW, data={"title": "Ditt", "body": "Skrivet av någon annan"}, headers=headers)
    assert answer.status_code == 401
    assert [f for f in Page(answer.get_data(as_text=True)).all("form") if f.get("action") == NEW] == []


def test_an_older_browser_says_by_its_origin_where_the_form_came_from(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    sent = filled(rut.page(NEW), **short, csrf_token="")
    assert rut.post(NEW, data=sent, headers={"Origin": "null"}).status_code == 400
    assert rut.post(NEW, data=sent, headers={"Origin": "http://localhost"}).status_code == 302
    assert len(reports(session)) == 1


def test_what_one_wrote_is_not_filed_by_the_next_at_the_same_computer(
    session: Session, rut: CheckingClient, logged_in: Browser, short: dict[str, Any]
) -> None:
    sent = filled(rut.page(NEW), **short)
    for path in (NEW, f"{NEW}/utkast"):
        answer = logged_in("rolf").post(path, data=sent, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 409
        assert "någon annan" in answer.get_data(as_text=True)
    assert (reports(session), kept_drafts(session)) == ([], [])


def test_something_more_told_on_a_form_that_was_sent_already_is_kept_as_a_draft(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    sent = filled(rut.page(NEW), **short)
    rut.post(NEW, data=sent)
    page = Page(rut.post(NEW, data={**sent, "tried": "Vi bad om ett möte."}).get_data(as_text=True))
    assert "redan skickat" in page.text()
    (draft,) = kept_drafts(session)
    assert "Vi bad om ett möte." in draft.content.encode().decode("unicode_escape")
    assert len(reports(session)) == 1


@pytest.mark.parametrize("harm", [["yes", "no"], ["no", "yes"], ["yes", "yes"]], ids=" ".join)
def test_a_yes_among_several_answers_is_a_yes(
    session: Session, rut: CheckingClient, short: dict[str, Any], harm: list[str]
) -> None:
    page = rut.page(NEW)
    for path in (NEW, f"{NEW}/utkast"):
        rut.post(path, data=filled(page, **{**short, "harm": harm}))
    assert (reports(session), kept_drafts(session)) == ([], [])
