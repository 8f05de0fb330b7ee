"""The filing form as it is used: by keyboard in a minute, with and without scripts, and never losing what was typed."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status
from deviations.models import Deviation, Draft, LoginSession, User
from tests.browser.conftest import Console, Demo, faults_everywhere

Enter = Callable[..., Page]
NEW = "/avvikelser/ny"
PHONE = {"width": 390, "height": 844}
MOST_KEY_GROUPS = 12
NUMBERS = count(1)
STORY = "Planeringen stannade eftersom ingen visste vem som skulle kalla till mötet."
KNOWN = "Arbetsträning under tio timmar i veckan saknar försäkring"
SAVED = re.compile("sparat")


class Keyboard:
    """A person at her keyboard; counts a run of typing in a field as one group, and each press of a key as one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.groups = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.groups += 1
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.groups += 1
        self.page.keyboard.type(text)


@contextmanager
def _session(demo: Demo) -> Iterator[Session]:
    with Session(demo.app.extensions["engine"]) as session:
        yield session


def _titled(demo: Demo, title: str) -> list[Deviation]:
    with _session(demo) as session:
        return list(session.scalars(select(Deviation).where(Deviation.title == title)))


def _draft(demo: Demo, page: Page) -> str | None:
    """What the server keeps of the form on the page."""
    key = page.locator("#filing input[name=form_key]").input_value()
    with _session(demo) as session:
        content = session.scalar(select(Draft.content).where(Draft.form_key == key))
        return None if content is None else " ".join(value for many in json.loads(content).values() for value in many)


def _title() -> str:
    """A title that no other test files, about something that is no hindrance in the demo."""
    return f"Blanketten saknar ruta {next(NUMBERS):03}"


def _fill(page: Page, title: str, body: str = STORY) -> None:
    page.get_by_label("Nej").check()
    page.get_by_label("Vad fungerar inte?").fill(title)
    page.get_by_label("Vad hände?").fill(body)


def _send(page: Page) -> Locator:
    return page.locator("#filing .buttons").get_by_role("button", name="Skicka avvikelsen")


def _status(page: Page) -> Locator:
    return page.locator("#draft-status")


def _expect_filed(page: Page, title: str) -> None:
    page.wait_for_url(re.compile(r"/avvikelser/\d+"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def _alone(enter: Enter, demo: Demo, role: str = "reporter") -> Page:
    """A browser with a login of its own, that can be ended without ending other tests' logins."""
    page = enter("nobody", "/logga-in")
    demo.type_login(page, role)
    page.wait_for_url(demo.url + "/")
    return page


def _end_login(demo: Demo, page: Page) -> None:
    """The server forgets this browser's login, as it does when its hours are over."""
    serializer = demo.app.session_interface.get_signing_serializer(demo.app)  # type: ignore[attr-defined]
    name = demo.app.config["SESSION_COOKIE_NAME"]
    cookie = next(c["value"] for c in page.context.cookies() if c["name"] == name)
    token = serializer.loads(cookie)["_user_id"]
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        ended = session.execute(
            delete(LoginSession).where(LoginSession.token_hash == hashlib.sha256(token.encode()).hexdigest())
        )
        session.commit()
    assert ended.rowcount == 1  # type: ignore[attr-defined]


def _logged_out_while_typing(enter: Enter, demo: Demo, console: Console) -> tuple[Page, str]:
    """A page on which a report was begun before the login ended, and says so; with the report's title."""
    console.refusals_are_expected = True
    page = _alone(enter, demo)
    page.goto(NEW)
    title = _title()
    _fill(page, title)
    _end_login(demo, page)
    expect(_status(page)).to_contain_text("Inloggningen har gått ut", timeout=8_000)
    return page, title


def _copies(page: Page) -> dict[str, str]:
    """What lies in this browser's storage."""
    found: dict[str, str] = page.evaluate("() => ({ ...localStorage })")
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_report_is_filed_by_keyboard_alone_in_twelve_key_groups(demo: Demo, enter: Enter, scripts: bool) -> None:
    page = enter("reporter", NEW, viewport=PHONE, java_script_enabled=scripts)
    title = _title()
    keyboard = Keyboard(page)
    keyboard.press("Tab", "Enter")  # past the menu
    keyboard.press("Tab", "Space")  # nobody has come to harm
    keyboard.press("Tab", "Tab")  # past the choice between deviation and guldkorn
    keyboard.write(title)
    keyboard.press("Tab")
    keyboard.write(STORY)
    keyboard.press("Tab", "Space", "Enter")  # the first party; send
    _expect_filed(page, title)
    assert keyboard.groups <= MOST_KEY_GROUPS
    (filed,) = _titled(demo, title)
    assert filed.body == STORY
    with _session(demo) as session:
        assert [a.code for a in session.get_one(Deviation, filed.id).agencies] == ["AF"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_enter_on_the_second_part_sends_and_searches_only_in_the_search_field(
    demo: Demo, enter: Enter, scripts: bool
) -> None:
    page = enter("reporter", NEW, java_script_enabled=scripts)
    title = _title()
    _fill(page, title)
    page.get_by_role("button", name="Lägg till mer").click()
    page.wait_for_url(re.compile("/mer$"))
    page.get_by_label("Sök en regel med vanliga ord").fill("nollklassad")
    page.get_by_label("Sök en regel med vanliga ord").press("Enter")
    expect(page.locator(".rules__found")).to_be_visible()
    assert not _titled(demo, title)
    weeks = page.get_by_label("Hur många veckor gick förlorade?")
    weeks.fill("7")
    weeks.press("Enter")
    if scripts:
        _expect_filed(page, title)
        assert _titled(demo, title)[0].weeks_lost == 7
    else:  # there the same key must do for the search, and what loses nothing is the safer of the two
        expect(page.get_by_role("heading", level=1)).to_have_text("Mer om avvikelsen")
        expect(weeks).to_have_value("7")


def test_control_and_enter_in_the_long_text_sends(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    page.get_by_label("Vad hände?").press("Control+Enter")
    _expect_filed(page, title)


def test_what_is_typed_is_a_draft_within_seconds_and_after_a_pause(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = page.get_by_label("Vad fungerar inte?")
    for letter in "Detta skrivs långsamt":
        title.press_sequentially(letter)
        page.wait_for_timeout(300)  # never a pause long enough to be one
    assert "Detta skrivs" in (_draft(demo, page) or ""), "Nothing was saved while the typing went on."
    expect(_status(page)).to_contain_text(SAVED)
    page.wait_for_timeout(2_500)
    assert "Detta skrivs långsamt" in (_draft(demo, page) or "")


def test_on_a_phone_the_draft_says_how_it_is_where_one_writes_and_nothing_moves(enter: Enter) -> None:
    page = enter("reporter", NEW, viewport={"width": 390, "height": 500})
    expect(_status(page)).to_have_text("Det du skriver sparas som utkast.")
    page.get_by_label("Nej").check()
    for label in ("Vad fungerar inte?", "Vad hände?"):
        field = page.get_by_label(label)
        field.focus()
        before = field.bounding_box()
        field.press_sequentially("Rutan saknas.")
        expect(_status(page)).to_have_text(re.compile(r"^Utkastet är sparat kl\. \d\d\.\d\d\.$"), timeout=8_000)
        expect(_status(page)).to_be_in_viewport(ratio=1)
        assert before is not None and field.bounding_box() == before
    page.reload()
    expect(_status(page)).to_contain_text("Utkastet sparades")
    page.get_by_label("Försäkringskassan (FK)").focus()
    expect(_status(page)).to_be_in_viewport()


def test_the_words_change_with_what_is_told(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW, java_script_enabled=False)
    title = _title()
    page.get_by_label("Nej").check()
    page.get_by_label("Guldkorn").check()
    field = page.get_by_role("textbox", name="Vad fungerar bra?", exact=True)
    field.fill(title)
    expect(page.get_by_role("textbox", name="Vad fungerar inte?")).to_have_count(0)
    page.get_by_label("Vad hände?").fill("Mötet hölls i samma rum.")
    page.get_by_role("button", name="Skicka guldkornet", exact=True).click()
    _expect_filed(page, title)
    expect(page.get_by_role("status").filter(has_text="Guldkorn")).to_contain_text("är anmält")
    assert _titled(demo, title)[0].kind is Kind.GOOD_EXAMPLE


def test_reloading_in_the_middle_of_a_word_loses_nothing(enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    page.reload()
    expect(page.get_by_label("Vad fungerar inte?")).to_have_value(title)
    expect(page.get_by_label("Vad hände?")).to_have_value(STORY)


def test_leaving_by_a_link_and_coming_back_loses_nothing(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    page.get_by_role("contentinfo").get_by_role("link", name="Om tjänsten").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Om")
    page.go_back()
    expect(page.get_by_label("Vad fungerar inte?")).to_have_value(title)
    page.goto("/avvikelser/mina")
    expect(page.get_by_role("link", name=title)).to_be_visible()


def test_going_back_after_filing_leads_to_the_report(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    _send(page).click()
    _expect_filed(page, title)
    page.go_back()
    _expect_filed(page, title)
    assert len(_titled(demo, title)) == 1


def test_a_double_click_files_one_report(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    _send(page).dblclick()
    _expect_filed(page, title)
    assert len(_titled(demo, title)) == 1
    assert title not in page.goto("/avvikelser/ny").text()  # type: ignore[union-attr] # no draft of it is left


def test_a_login_that_ends_while_typing_costs_no_word(demo: Demo, enter: Enter, console: Console) -> None:
    page, title = _logged_out_while_typing(enter, demo, console)
    (copy,) = _copies(page).values()
    assert title not in copy, "The text lies open on a computer that may be shared."
    page.get_by_label("Vad hände?").press("Control+End")
    page.get_by_label("Vad hände?").press_sequentially(" Och mer.")
    _send(page).click()
    expect(_status(page)).to_contain_text("inte skickad")
    assert not _titled(demo, title)
    assert not (faults := faults_everywhere(page)), "\n".join(faults)

    with page.expect_popup() as opened:
        _status(page).get_by_role("link", name="Logga in i en ny flik").click()
    demo.type_login(opened.value, "reporter")
    opened.value.wait_for_url(demo.url + "/")
    opened.value.close()
    page.bring_to_front()
    expect(_status(page)).to_contain_text(SAVED, timeout=12_000)
    assert _copies(page) == {}
    assert "Och mer." in (_draft(demo, page) or "")
    _send(page).click()
    _expect_filed(page, title)
    assert len(_titled(demo, title)) == 1


def test_a_text_left_behind_by_an_ended_login_is_found_by_its_writer_only(
    demo: Demo, enter: Enter, console: Console
) -> None:
    page, title = _logged_out_while_typing(enter, demo, console)
    page.on("dialog", Dialog.accept)  # "leave the page?"
    page.goto("/logga-in")
    demo.type_login(page, "lead")
    page.wait_for_url(demo.url + "/")
    page.goto(NEW)
    page.wait_for_timeout(500)
    expect(page.locator("main")).not_to_contain_text(title)
    assert len(_copies(page)) == 1, "It was taken from its writer."

    _end_login(demo, page)
    page.goto("/logga-in")
    demo.type_login(page, "reporter")
    page.wait_for_url(demo.url + "/")
    page.goto(NEW)
    expect(_status(page)).to_contain_text("är sparad nu")
    assert _copies(page) == {}
    _status(page).get_by_role("link").click()
    expect(page.get_by_label("Vad fungerar inte?")).to_have_value(title)


def test_a_form_never_becomes_the_next_persons(demo: Demo, enter: Enter, console: Console) -> None:
    console.refusals_are_expected = True
    page = _alone(enter, demo)
    page.goto(NEW)
    _end_login(demo, page)
    other = page.context.new_page()
    other.goto("/logga-in")
    demo.type_login(other, "lead")
    other.wait_for_url(demo.url + "/")
    title = _title()
    _fill(page, title)
    expect(_status(page)).to_contain_text("Någon annan har loggat in", timeout=8_000)
    _send(page).click()
    expect(_status(page)).to_contain_text("inte skickad")
    assert not _titled(demo, title)
    assert _draft(demo, page) is None


def test_logging_out_leaves_no_text_in_the_browser(demo: Demo, enter: Enter, console: Console) -> None:
    console.failures_are_expected = True
    page = _alone(enter, demo)
    page.goto(NEW)
    title = _title()
    page.context.set_offline(True)
    _fill(page, title)
    expect(_status(page)).to_contain_text("Ingen kontakt", timeout=8_000)
    assert len(_copies(page)) == 1
    page.context.set_offline(False)
    page.locator("summary", has_text="Inloggad som").click()
    page.get_by_role("banner").get_by_role("button", name="Logga ut").click()
    expect(page.get_by_text("Du är utloggad.")).to_be_visible()
    assert _copies(page) == {}
    with _session(demo) as session:
        assert any(title in content for content in session.scalars(select(Draft.content)))


def test_a_lost_connection_costs_no_word(demo: Demo, enter: Enter, console: Console) -> None:
    console.failures_are_expected = True
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    expect(_status(page)).to_contain_text(SAVED, timeout=8_000)
    page.context.set_offline(True)
    page.get_by_label("Vad hände?").press("Control+End")
    page.get_by_label("Vad hände?").press_sequentially(" Sedan försvann kontakten.")
    expect(_status(page)).to_contain_text("Ingen kontakt", timeout=8_000)
    _send(page).click()
    expect(_status(page)).to_contain_text("inte skickad")
    expect(_send(page)).to_be_enabled()
    page.context.set_offline(False)
    expect(_status(page)).to_contain_text(SAVED, timeout=12_000)
    _send(page).click()
    _expect_filed(page, title)
    (filed,) = _titled(demo, title)
    assert filed.body == f"{STORY} Sedan försvann kontakten."


def test_a_form_with_faults_comes_back_with_every_word(demo: Demo, enter: Enter, console: Console) -> None:
    console.refusals_are_expected = True
    page = enter("reporter", NEW)
    title = _title()
    page.get_by_label("Nej").check()
    page.get_by_label("Vad fungerar inte?").fill(title)
    _send(page).click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.get_by_label("Vad fungerar inte?")).to_have_value(title)
    page.goto(page.url)  # as if it had crashed
    expect(page.get_by_label("Vad fungerar inte?")).to_have_value(title)


NAMED = "😀 Hej 👩‍👧, Birgitta Lindqvist ringde. Sedan ringde Birgitta Lindqvist igen."
MASKED = "😀 Hej 👩‍👧, [namn] ringde. Sedan ringde [namn] igen."


def test_a_name_is_pointed_out_while_typing_and_masked_by_one_press(enter: Enter) -> None:
    page = enter("reporter", NEW)
    body, marks = page.get_by_label("Vad hände?"), page.locator("[data-marks=body]")
    body.press_sequentially(NAMED)
    expect(marks).to_contain_text("Birgitta Lindqvist")
    expect(page.get_by_role("status").filter(has_text="uppgift")).to_have_count(1)
    marks.get_by_role("button", name="Birgitta Lindqvist", exact=True).click()
    assert page.evaluate("() => String(getSelection())") == "Birgitta Lindqvist"
    marks.get_by_role("button", name="Ersätt med [namn]").press("Enter")
    expect(body).to_have_value(MASKED)
    expect(marks).to_be_empty()
    expect(body).to_be_focused()
    page.keyboard.press("Control+z")
    expect(body).to_have_value(NAMED)


def test_a_mark_that_lags_behind_the_text_masks_the_right_word(enter: Enter) -> None:
    page = enter("reporter", NEW)
    body, marks = page.get_by_label("Vad hände?"), page.locator("[data-marks=body]")
    body.fill("Birgitta Lindqvist ringde.")
    button = marks.get_by_role("button", name="Ersätt med [namn]")
    expect(button).to_be_visible()
    body.evaluate("(field) => field.setRangeText('Det var så att ', 0, 0)")
    button.click()
    expect(body).to_have_value("Det var så att [namn] ringde.")
    expect(marks).to_be_empty()


def test_what_points_out_nobody_is_kept_and_a_new_name_is_asked_about(
    demo: Demo, enter: Enter, console: Console
) -> None:
    console.refusals_are_expected = True
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title, "Handläggaren Birgitta Lindqvist sa nej.")
    marks = page.locator("[data-marks=body]")
    marks.get_by_role("checkbox", name="Birgitta Lindqvist").check()
    page.get_by_label("Vad hände?").press("Control+End")
    page.get_by_label("Vad hände?").press_sequentially(" Sedan ringde Mohammed Hassan.")
    expect(marks).to_contain_text("Mohammed Hassan")
    expect(marks.get_by_role("checkbox", name="Birgitta Lindqvist")).to_be_checked()
    expect(marks.get_by_role("checkbox", name="Mohammed Hassan")).not_to_be_checked()
    _send(page).click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("[data-marks=body]").get_by_role("checkbox", name="Birgitta Lindqvist")).to_be_checked()
    page.locator("[data-marks=body]").get_by_role("checkbox", name="Mohammed Hassan").check()
    _send(page).click()
    _expect_filed(page, title)


def test_without_scripts_a_word_is_masked_by_one_press_too(enter: Enter, console: Console) -> None:
    console.refusals_are_expected = True
    page = enter("reporter", NEW, java_script_enabled=False, viewport=PHONE)
    _fill(page, _title(), NAMED)
    _send(page).click()
    expect(page.locator("#errors")).to_contain_text("peka ut")
    page.locator("[data-marks=body]").get_by_role("button", name="Ersätt med [namn]").click()
    expect(page.get_by_label("Vad hände?")).to_have_value(MASKED)


def test_what_is_alike_shows_while_typing_and_same_here_is_one_press(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    similar = page.locator("#similar")
    expect(similar).to_be_hidden()
    line = f"{KNOWN}, fall {next(NUMBERS):03}"
    page.get_by_label("Nej").check()
    title = page.get_by_label("Vad fungerar inte?")
    title.press_sequentially(line)
    expect(similar.get_by_role("heading", level=3).first).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="liknande hittades")).to_have_count(1)
    expect(title).to_be_focused()
    similar.get_by_role("button", name="Samma här").first.click()
    page.wait_for_url(re.compile(r"/(avvikelser|hinder)/\d+"))
    (filed,) = _titled(demo, line)
    assert filed.kind is Kind.SAME_HERE
    assert filed.barrier_id is not None


def test_on_a_phone_one_press_leads_from_the_text_to_what_is_alike(enter: Enter) -> None:
    page = enter("reporter", NEW, viewport=PHONE)
    page.get_by_label("Vad fungerar inte?").fill(KNOWN)
    page.get_by_role("link", name="liknande hittades").click()
    expect(page.locator("#similar")).to_be_in_viewport()
    expect(page.locator("#similar")).to_be_focused()


def test_the_suggestions_do_not_move_what_is_read_or_written(enter: Enter) -> None:
    page = enter("reporter", NEW, viewport={"width": 390, "height": 600})
    page.get_by_label("Nej").check()
    body = page.get_by_label("Vad hände?")
    body.focus()
    before = body.bounding_box()
    body.press_sequentially(KNOWN)
    expect(page.get_by_role("link", name="liknande hittades")).to_be_visible()
    assert before is not None and body.bounding_box() == before


def test_harm_is_not_saved_and_not_sent_until_the_answer_is_no(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    expect(_status(page)).to_contain_text(SAVED, timeout=8_000)
    assert _draft(demo, page) is not None
    page.get_by_label("Ja", exact=True).check()
    box = page.locator("#harm-box")
    expect(box).to_be_visible()
    expect(box).to_contain_text("lex Sarah")
    expect(page.get_by_role("status").filter(has_text="lex Sarah")).to_have_count(1)
    expect(_status(page)).to_contain_text("Inget sparas", timeout=8_000)
    page.get_by_label("Vad hände?").press_sequentially(" Något om någon.")
    page.wait_for_timeout(3_000)
    assert _draft(demo, page) is None
    expect(_send(page)).to_have_attribute("aria-disabled", "true")
    _send(page).click(force=True)
    expect(box).to_be_focused()
    assert not (faults := faults_everywhere(page)), "\n".join(faults)
    assert not _titled(demo, title)
    page.get_by_label("Nej").check()
    expect(box).to_be_hidden()
    expect(_status(page)).to_contain_text(SAVED, timeout=8_000)
    _send(page).click()
    _expect_filed(page, title)


def test_a_rule_is_found_by_ordinary_words_and_stays_chosen(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    page.get_by_role("button", name="Lägg till mer").click()
    page.wait_for_url(re.compile("/mer$"))
    search, rules = page.get_by_label("Sök en regel med vanliga ord"), page.locator(".rules")
    search.press_sequentially("försäkring arbetsträning")
    rules.get_by_label("Försäkring vid arbetsträning").check()
    search.fill("nollklassad")
    expect(rules.get_by_text("nollklass").first).to_be_visible()
    expect(rules.get_by_label("Försäkring vid arbetsträning")).to_be_checked()
    search.press("Enter")
    expect(page).to_have_url(re.compile("/mer$"))
    assert not (faults := faults_everywhere(page)), "\n".join(faults)
    _send(page).click()
    _expect_filed(page, title)
    (filed,) = _titled(demo, title)
    with _session(demo) as session:
        rule = session.get_one(Deviation, filed.id).rule
        assert rule is not None and rule.code == "FORS-01"


def test_what_is_added_later_is_searched_and_looked_through_while_it_is_written(demo: Demo, enter: Enter) -> None:
    page = enter("reporter", NEW)
    title = _title()
    _fill(page, title)
    _send(page).click()
    _expect_filed(page, title)
    page.goto(f"{page.url}/komplettera")
    page.get_by_label("Sök en regel med vanliga ord").press_sequentially("försäkring arbetsträning")
    page.get_by_label("Försäkring vid arbetsträning").check()
    tried = page.get_by_label("Vad har ni prövat?")
    tried.press_sequentially("Vi ringde Birgitta Lindqvist.")
    page.get_by_role("button", name="Ersätt med [namn]").click()
    expect(tried).to_have_value("Vi ringde [namn].")
    assert not (faults := faults_everywhere(page)), "\n".join(faults)
    page.get_by_label("Hur många veckor gick förlorade?").press("Enter")
    page.wait_for_url(re.compile(r"/avvikelser/\d+$"))
    (filed,) = _titled(demo, title)
    with _session(demo) as session:
        rule = session.get_one(Deviation, filed.id).rule
        assert (filed.tried, rule and rule.code) == ("Vi ringde [namn].", "FORS-01")


def test_texts_of_decisions_are_looked_through_while_they_are_written(demo: Demo, enter: Enter) -> None:
    with _session(demo) as session:
        id = session.scalars(select(Deviation.id).where(Deviation.status == Status.FILED).limit(1)).one()
    page = enter("coordinator", f"/avvikelser/{id}")
    for summary in ("Fråga den som rapporterade", "Avsluta"):
        page.locator("#beslut summary", has_text=summary).click()
        form = page.locator("#beslut form").filter(visible=True).last
        note = form.locator("textarea")
        note.press_sequentially("Fråga Birgitta Lindqvist om det.")
        form.get_by_role("button", name="Ersätt med [namn]").click()
        expect(note).to_have_value("Fråga [namn] om det.")
        note.press_sequentially(" Och Karin Holmgren.")
        expect(form.get_by_role("checkbox", name="Karin Holmgren")).to_be_visible()
    assert not (faults := faults_everywhere(page)), "\n".join(faults)


def test_a_report_for_a_colleague_is_hers(demo: Demo, enter: Enter) -> None:
    page = enter("lead", NEW)
    title = _title()
    _fill(page, title)
    page.get_by_role("button", name="Lägg till mer").click()
    whose = page.get_by_label("Vem rapporterar?")
    whose.select_option(index=1)
    page.get_by_label("I vilken kommun hände det?").select_option(index=1)
    name = whose.locator("option:checked").inner_text()
    _send(page).click()
    _expect_filed(page, title)
    (filed,) = _titled(demo, title)
    with _session(demo) as session:
        assert session.get_one(User, filed.reporter_id).name == name


def _with_marks_and_suggestions(page: Page) -> None:
    _fill(page, KNOWN, f"{NAMED} Personnummer 850412-2385. Ring 070-123 45 67.")
    expect(page.locator("[data-marks=body] li")).to_have_count(3)
    expect(page.locator("#similar h3").first).to_be_visible()
    expect(_status(page)).to_contain_text(SAVED, timeout=8_000)


def _with_faults(page: Page) -> None:
    _send(page).click()
    expect(page.locator("#errors")).to_be_focused()


STATES: dict[str, Callable[[Page], None]] = {
    "empty": lambda page: None,
    "marks and suggestions": _with_marks_and_suggestions,
    "faults": _with_faults,
}


@pytest.mark.parametrize("state", STATES)
def test_the_form_stands_every_width_and_scheme(enter: Enter, console: Console, state: str) -> None:
    console.refusals_are_expected = True
    page = enter("reporter", NEW)
    STATES[state](page)
    assert not (faults := faults_everywhere(page)), "\n".join(faults)


def test_colours_of_the_readers_own_keep_every_shape(enter: Enter) -> None:
    page = enter("reporter", NEW, viewport=PHONE, forced_colors="active")
    _with_marks_and_suggestions(page)
    for part in ("[data-marks=body]", "#similar", "#filing .choice >> nth=0"):
        assert page.locator(part).evaluate("(e) => parseFloat(getComputedStyle(e).borderTopWidth)") >= 1, part
    chosen = page.locator(".choice").filter(has=page.locator("input:checked")).first
    assert chosen.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"


def test_old_copies_are_thrown_away(enter: Enter) -> None:
    page = enter("reporter", NEW)
    day = 24 * 60 * 60 * 1000
    now = int(datetime.now(UTC).timestamp() * 1000)
    put = "([name, at]) => localStorage.setItem(name, JSON.stringify({ at, iv: [1], sealed: [2] }))"
    page.evaluate(put, ["unsaved:old", now - 2 * day])
    page.evaluate(put, ["unsaved:young", now - day // 2])
    page.reload()
    page.wait_for_function("() => !localStorage.getItem('unsaved:old')")
    assert list(_copies(page)) == ["unsaved:young"], "Another person's copy is hers for a day."
