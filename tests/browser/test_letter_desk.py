"""The desk of a letter with its scripts: what is typed is shown, marked and kept at once; and every page of it stands
every width and scheme.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from deviations.models import Letter
from deviations.services import letter_writing
from tests.browser.conftest import Console, Live
from tests.factories import NOW, a_draft, a_filed_deviation, a_recurring_barrier, days_ago, joined
from tests.people import find

SELECTED = """() => {
    const field = document.querySelector("[name=body]");
    return field.value.slice(field.selectionStart, field.selectionEnd);
}"""
LONG = "Det här är en mening som är så lång att ingen orkar läsa den till slutet, " * 3


@pytest.fixture
def letter(live: Live) -> int:
    """A draft with two versions, whose barrier has had a report since."""
    with Session(live.app.extensions["engine"].execution_options(write=True)) as session:
        people = find(session)
        barrier = a_recurring_barrier(session, people, (6, 5, 5), days_ago(2))
        made = a_draft(session, people, barrier, days_ago(1))
        body = made.body.replace("Tiotimmarsgränsen", "Timgränsen", 1)
        letter_writing.save(
            session, people.vera, made, title=made.title, body=body, version=made.version, at=days_ago(1)
        )
        joined(session, people.vera, a_filed_deviation(session, people.rut), barrier, NOW)
        session.commit()
        return made.id


@pytest.fixture
def vera(live: Live, new_context: Callable[..., BrowserContext], console: Console) -> Page:
    """Vera's browser."""
    page = new_context().new_page()
    console.listen(page)
    live.log_in(page, "vera")
    return page


def test_what_is_typed_is_shown_marked_and_kept_until_she_comes_back(
    live: Live, vera: Page, letter: int, everywhere: Callable[[Page], None]
) -> None:
    live.visit(vera, f"/skrivelser/{letter}/redigera")
    body = vera.get_by_label("Skrivelsens text")
    body.fill(f"## Sammanfattning\n\nVi ber om **svar**. Anna Svensson svarade inte.\n\n{LONG}")
    expect(vera.locator("#preview strong")).to_have_text(["svar"])
    expect(vera.locator("[data-marks=body]")).to_contain_text("Anna Svensson")
    expect(vera.locator("#draft-status")).to_contain_text("hålls kvar. Spara")
    vera.get_by_text("språkråd").click()
    vera.locator("#advice button").first.click()
    assert vera.evaluate(SELECTED).startswith("Det här är en mening")
    body.press("Control+End")
    body.press_sequentially("Slut.")
    expect(vera.locator("#preview")).to_contain_text("Slut.")
    expect(vera.locator("#advice")).to_have_attribute("open", "")  # what she has opened stays open
    everywhere(vera)
    typed = body.input_value()
    live.visit(vera, f"/skrivelser/{letter}")
    vera.get_by_role("link", name="Fortsätt med det du skrev").click()
    expect(body).to_have_value(typed)


def test_a_name_is_masked_in_the_text_by_one_press(live: Live, vera: Page, letter: int) -> None:
    live.visit(vera, f"/skrivelser/{letter}/redigera")
    body = vera.get_by_label("Skrivelsens text")
    body.fill("Anna Svensson svarade inte.")
    vera.get_by_role("button", name="Ersätt med [namn]").click()
    expect(body).to_have_value("[namn] svarade inte.")
    vera.get_by_role("button", name="Spara utkastet").click()
    expect(vera.get_by_role("status")).to_contain_text("Utkastet är sparat.")
    with Session(live.app.extensions["engine"]) as session:
        assert session.get_one(Letter, letter).body == "[namn] svarade inte."


def test_every_page_of_the_desk_stands_every_width_and_scheme(
    live: Live, vera: Page, letter: int, everywhere: Callable[[Page], None]
) -> None:
    for path in ("versioner?fran=1&till=2", "versioner/1", "underlag?nummer=1", "typiska-fall", "mottagare"):
        live.visit(vera, f"/skrivelser/{letter}/{path}")
        everywhere(vera)
    with Session(live.app.extensions["engine"]) as session:
        barrier = session.get_one(Letter, letter).barrier_id
    live.visit(vera, f"/skrivelser/om-hinder/{barrier}")
    everywhere(vera)
