"""Words that may point somebody out, without scripts: every hit shown at its field, masked or kept with one press."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.pages import CheckingClient, Page, form_values
from tests.web.filling import NEW, a_short_report, buttons, filing_form, filled, kept_drafts, press, reports, send

TWO_NAMES = "Handläggaren Birgitta Lindqvist sa nej, och Karin Holmgren höll med. Birgitta Lindqvist la på."
NUMBER = "Hen, 19850709-9805, fick nej."


@pytest.fixture
def short(session: Session) -> dict[str, Any]:
    """A short report."""
    return a_short_report(session)


def keep_boxes(page: Page) -> list[str]:
    return [f.get("value") or "" for f in page.all("input") if f.get("name") == "keep"]


def errors_at(page: Page, field: str) -> int:
    return len([p for p in page.all("p") if p.get("id") == f"{field}-error"])


@pytest.mark.parametrize(
    ("field", "text", "marked"),
    [
        ("body", "Handläggaren Birgitta Lindqvist sa nej till sex timmar.", "Birgitta Lindqvist"),
        ("title", "Ring 070-174 06 35 om arbetsträningen", "070-174 06 35"),
        ("tried", "Vi gick hem till Storgatan 14 och knackade på.", "Storgatan 14"),
    ],
)
def test_what_may_point_somebody_out_is_asked_about_and_kept_only_on_a_yes(
    session: Session, rut: CheckingClient, short: dict[str, Any], field: str, text: str, marked: str
) -> None:
    page = rut.page(NEW)
    if field == "tried":
        page = send(rut, page, "more", **short)
        short = {}
    asked = send(rut, page, **{**short, field: text})
    assert [m.text for m in asked.all("mark")] == [marked]
    assert "Pekar inte ut någon" in asked.text()
    assert str(form_values(filing_form(asked))[field]).strip() == text
    assert reports(session) == []
    send(rut, asked, keep=keep_boxes(asked))
    assert getattr(reports(session)[0], field) == text


def test_every_hit_is_shown_once_with_one_error_at_the_field(rut: CheckingClient, short: dict[str, Any]) -> None:
    asked = send(rut, rut.page(NEW), **{**short, "body": TWO_NAMES})
    assert [m.text for m in asked.all("mark")] == ["Birgitta Lindqvist", "Karin Holmgren"]
    assert "Det står 2 gånger." in asked.text()
    assert errors_at(asked, "body") == 1
    assert "ser ut som ett namn" in asked.text()


def test_one_press_masks_a_word_wherever_it_stands_and_nothing_else(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    asked = send(rut, rut.page(NEW), **{**short, "body": TWO_NAMES})
    masked = press(rut, asked, "mask", buttons(asked, "mask")[0])
    assert (
        str(filled(masked)["body"]).strip() == "Handläggaren [namn] sa nej, och Karin Holmgren höll med. [namn] la på."
    )
    (body,) = [t for t in masked.all("textarea") if t.get("name") == "body"]
    assert body.get("autofocus") is not None
    again = press(rut, masked, "mask", buttons(masked, "mask")[0])
    send(rut, again)
    assert reports(session)[0].body == "Handläggaren [namn] sa nej, och [namn] höll med. [namn] la på."


def test_what_is_kept_stays_kept_and_a_new_name_is_asked_about(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    asked = send(rut, rut.page(NEW), **{**short, "body": TWO_NAMES})
    more = send(rut, asked, keep=keep_boxes(asked), body=TWO_NAMES + " Mohammed Hassan skrev ett brev.")
    assert reports(session) == []
    assert filled(more)["keep"] == ["birgitta lindqvist", "karin holmgren"]
    assert keep_boxes(more) == ["birgitta lindqvist", "karin holmgren", "mohammed hassan"]
    send(rut, more, keep=keep_boxes(more))
    assert len(reports(session)) == 1


def test_ticks_survive_the_way_to_the_other_part_and_the_draft(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    asked = send(rut, rut.page(NEW), **{**short, "body": TWO_NAMES})
    second = send(rut, asked, "more", keep=keep_boxes(asked))
    third = send(rut, second, tried="Vi ringde Karin Holmgren och Mohammed Hassan.")
    assert [m.text for m in third.all("mark")] == ["Karin Holmgren", "Mohammed Hassan"]
    send(rut, third, keep=keep_boxes(third))
    assert len(reports(session)) == 1


def test_words_that_are_gone_from_the_text_are_not_remembered(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    asked = send(rut, rut.page(NEW), **{**short, "body": TWO_NAMES})
    send(rut, asked, "save", keep=[*keep_boxes(asked), "anna andersson"], body="Handläggaren Karin Holmgren sa nej.")
    (draft,) = kept_drafts(session)
    assert "anna andersson" not in draft.content
    assert "birgitta" not in draft.content
    assert "karin holmgren" in draft.content


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("body", "Hen, 850709-9805, fick nej.", "ett personnummer"),
        ("title", "Nej till 19850709-9805", "ett personnummer"),
        ("body", "Sökte på 850769-9805 hos FK.", "ett samordningsnummer"),
        ("body", "Svara karin@example.com.", "en e-postadress"),
    ],
)
def test_a_personal_number_is_refused_with_a_sentence_and_the_text_kept(
    session: Session, rut: CheckingClient, short: dict[str, Any], field: str, text: str, named: str
) -> None:
    page = send(rut, rut.page(NEW), **{**short, field: text})
    assert f"Texten innehåller {named}. Sådant får aldrig sparas här." in page.text()
    assert str(form_values(filing_form(page))[field]).strip() == text
    assert keep_boxes(page) == []
    assert reports(session) == []
    assert all("9805" not in draft.content and "karin@" not in draft.content for draft in kept_drafts(session))
    send(rut, page, keep=["19850709-9805", "850709-9805", "850769-9805", "karin@example.com", "y"])
    assert reports(session) == []
    send(rut, press(rut, page, "mask", buttons(page, "mask")[0]))
    assert "[" in getattr(reports(session)[0], field)


def test_a_number_on_the_second_part_is_refused_there(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    second = send(rut, rut.page(NEW), "more", **short)
    for field in ("rule_hint", "tried", "wished"):
        page = send(rut, second, **{field: NUMBER})
        assert "ett personnummer" in page.text()
        assert errors_at(page, field) == 1
    assert reports(session) == []


def test_a_draft_that_had_a_number_says_that_it_was_masked(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    page = send(rut, rut.page(NEW), "more", **{**short, "body": NUMBER})
    assert "sparas aldrig" in page.text()
    assert str(filled(send(rut, page, "back"))["body"]).strip() == "Hen, [personnummer], fick nej."


@pytest.mark.parametrize(
    "pressed",
    [
        "body:0:4", "body:99999999999:2", "body", "body:", ":", "", "csrf_token:0:5", "form_key:0:5", "harm:0:2",
        "__class__:0:1", "body:-1:4", "title:0:400", "body:0:4:5", "å\x00:1:2", "x" * 5_000, "body:١:٢",
    ],
)  # fmt: skip
def test_a_strange_mask_button_changes_nothing(
    session: Session, rut: CheckingClient, short: dict[str, Any], pressed: str
) -> None:
    page = press(rut, rut.page(NEW), "mask", pressed, **{**short, "body": TWO_NAMES})
    assert str(filled(page)["body"]).strip() == TWO_NAMES
    assert reports(session) == []


def test_a_text_that_was_changed_before_the_press_is_not_masked_in_the_wrong_place(
    rut: CheckingClient, short: dict[str, Any]
) -> None:
    asked = send(rut, rut.page(NEW), **{**short, "body": TWO_NAMES})
    page = press(rut, asked, "mask", buttons(asked, "mask")[0], body="Igår: " + TWO_NAMES)
    assert str(filled(page)["body"]).strip() == "Igår: " + TWO_NAMES
    assert "Texten har ändrats" in page.text()
    assert "body:19:37" in buttons(page, "mask")


def test_marked_words_are_shown_as_text_and_never_as_code(rut: CheckingClient, short: dict[str, Any]) -> None:
    nasty = '"><script>alert(1)</script>@example.com'
    page = send(rut, rut.page(NEW), **{**short, "body": f"Skriv till a{nasty} eller b.c@example.com."})
    assert not any("alert" in "".join(script.itertext()) for script in page.all("script"))
    assert page.all("mark")


def test_the_script_is_told_the_same_marks_and_nothing_is_stored(
    session: Session, rut: CheckingClient, short: dict[str, Any]
) -> None:
    asked = rut.page(NEW)
    sent = filled(asked, **{**short, "body": TWO_NAMES}, keep=["karin holmgren"])
    answer = rut.post(f"{NEW}/granska", data=sent, headers={"X-Requested-With": "fetch"})
    told = answer.get_json()["fields"]
    body = Page(told["body"])
    assert [m.text for m in body.all("mark")] == ["Birgitta Lindqvist", "Karin Holmgren"]
    assert [b.get("data-places") for b in body.all("button")] == ["13:31 69:87", "44:58"]
    assert [b.get("checked") is not None for b in body.all("input")] == [False, True]
    assert told["title"] == ""
    assert (reports(session), kept_drafts(session)) == ([], [])


def test_texts_of_decisions_are_looked_through_by_the_names_that_their_forms_give_them(rut: CheckingClient) -> None:
    token = filled(rut.page(NEW))["csrf_token"]
    texts = {"needs_facts-note": "Fråga Birgitta Lindqvist.", "note": "Ja.", "note-5x": "Birgitta Lindqvist"}
    answer = rut.post(f"{NEW}/granska", data={"csrf_token": token, **texts}, headers={"X-Requested-With": "fetch"})
    told = answer.get_json()["fields"]
    assert [b.get("value") for b in Page(told.pop("needs_facts-note")).all("button")] == ["needs_facts-note:6:24"]
    assert told == {"note": ""}


def test_long_texts_are_looked_through_as_far_as_they_may_be_long(rut: CheckingClient) -> None:
    sent = filled(rut.page(NEW), body="Hen sa nej. " * 40_000)
    answer = rut.post(f"{NEW}/granska", data=sent, headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.get_json()["fields"]["body"]) == (200, "")
    assert rut.post(f"{NEW}/granska", data={**sent, "body": "x" * 1_000_001}).status_code == 413
