"""From a recurring barrier to an answered letter: the coordinator writes, the styrgrupp decides, the recipient answers
behind its own link, and the reporter reads the answer.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.models import Letter
from tests.browser.conftest import Console, Live
from tests.factories import TODAY, a_recurring_barrier
from tests.people import find

ADDED = "Vi föreslår ett möte före sommaren."
PASSAGE = "för den fortsatta dialogen"
REMARK = "Säg också vem som kommer till mötet."
ANSWER = "Vi tar fram ett gemensamt besked om vad som gäller."
PROMISE = "Besked till alla kontor"


@pytest.fixture
def barrier(live: Live) -> int:
    """A barrier for which the policy has fired, with reports of Rut's among others."""
    with Session(live.app.extensions["engine"].execution_options(write=True)) as session:
        found = a_recurring_barrier(session, find(session))
        session.commit()
        return found.id


@pytest.fixture
def person(live: Live, new_context: Callable[..., BrowserContext], console: Console) -> Callable[[str], Page]:
    """A browser of her own for each, the recipient's without any account."""

    def made(name: str) -> Page:
        page = new_context().new_page()
        page.set_default_timeout(15_000)
        console.listen(page)
        if name != "the recipient":
            live.log_in(page, name)
        return page

    return made


def test_a_recurring_barrier_becomes_an_answered_letter(
    live: Live, barrier: int, person: Callable[[str], Page], everywhere: Callable[[Page], None]
) -> None:
    vera, stina, rut = person("vera"), person("stina"), person("rut")
    letter = drafted(live, vera, barrier, everywhere)
    handed_in(vera, letter)
    remarked_on(live, stina, letter, everywhere)
    mended(vera, letter)
    decided(stina, letter, everywhere)
    sent(vera, letter, everywhere)
    link = linked(live, vera, letter, everywhere)

    answered(person("the recipient"), link, everywhere)

    vera.goto(f"{live.url}/skrivelser/{letter}")
    expect(vera.get_by_role("main")).to_contain_text(ANSWER)
    expect(vera.get_by_role("main")).to_contain_text(PROMISE)
    everywhere(vera)
    rut.goto(f"{live.url}/skrivelser/{letter}")
    expect(rut.get_by_role("main")).to_contain_text(ANSWER)
    with Session(live.app.extensions["engine"]) as session:
        kept = session.scalars(select(Letter)).one()
        assert (kept.status, kept.barrier.status) == ("answered", "answered")


def drafted(live: Live, vera: Page, barrier: int, everywhere: Callable[[Page], None]) -> str:
    """Vera writes a draft about the barrier, changes a word and saves; the letter's number."""
    live.visit(vera, f"/hinder/{barrier}")
    vera.get_by_role("link", name="Välj kopior eller ta upp fler hinder").click()
    everywhere(vera)
    vera.get_by_role("button", name="Skriv ett utkast").click()
    vera.wait_for_url(re.compile(r"/skrivelser/\d+"))
    letter = re.findall(r"/skrivelser/(\d+)", vera.url)[0]
    live.visit(vera, f"/skrivelser/{letter}/redigera")
    text, preview = vera.get_by_label("Skrivelsens text"), vera.locator("#preview")
    text.fill(text.input_value().replace("## Bakgrund", f"{ADDED}\n\n## Bakgrund", 1))
    expect(preview).to_contain_text(ADDED)
    everywhere(vera)
    vera.get_by_role("button", name="Spara utkastet").click()
    expect(vera.get_by_role("status").filter(has_text="sparat")).to_be_visible()
    return letter


def unfold(page: Page, summary: str) -> None:
    """Opens what is folded, unless it is open already."""
    folded = page.locator("details:not([open]) > summary", has_text=summary)
    if folded.count():
        folded.click()


def handed_in(vera: Page, letter: str) -> None:
    """Vera hands the draft to the styrgrupp, having looked at the names that the program asks about."""
    vera.goto(re.sub(r"/skrivelser/.*", f"/skrivelser/{letter}", vera.url))
    for box in vera.locator(
        "#next-h ~ form input[type=checkbox], form[action$='till-styrgruppen'] input[type=checkbox]"
    ).all():
        box.check()
    vera.get_by_role("button", name="Lämna till styrgruppen").click()
    expect(vera.get_by_role("status").filter(has_text="hos styrgruppen")).to_be_visible()


def remarked_on(live: Live, stina: Page, letter: str, everywhere: Callable[[Page], None]) -> None:
    """Stina reads, comments on a passage and hands the letter back."""
    live.visit(stina, f"/skrivelser/{letter}")
    everywhere(stina)
    unfold(stina, "Lämna en kommentar")
    form = stina.locator("form[action$='/kommentar']")
    form.get_by_label("Vad tycker du?").select_option("Den behöver ändras först")
    form.get_by_label("Kommentar").fill(REMARK)
    form.get_by_label("Vilket ställe gäller det?").fill(PASSAGE)
    form.get_by_role("button", name="Spara kommentaren").click()
    expect(stina.get_by_role("main")).to_contain_text(REMARK)
    unfold(stina, "Lämna tillbaka för ändring")
    back = stina.locator("form[action$='/tillbaka']")
    back.get_by_label("Kommentar").fill("Se min kommentar.")
    back.get_by_role("button", name="Lämna tillbaka").click()
    expect(stina.get_by_role("status").filter(has_text="utkast")).to_be_visible()


def mended(vera: Page, letter: str) -> None:
    """Vera sees the remark, settles it and hands the letter in again."""
    vera.reload()
    expect(vera.get_by_role("main")).to_contain_text(REMARK)
    vera.get_by_role("button", name="Markera som klar").click()
    handed_in(vera, letter)


def decided(stina: Page, letter: str, everywhere: Callable[[Page], None]) -> None:
    """The styrgrupp decides; what it says is filled into the text."""
    stina.reload()
    form = stina.locator("form[action$='/besluta']")
    form.get_by_label("Beslutande organ").fill("Styrgruppen för MIA")
    form.get_by_label("Paragraf i protokollet").fill("14")
    form.get_by_label("Vem undertecknar?").fill("Stina Ek, ordförande")
    form.get_by_role("button", name="Spara beslutet").click()
    expect(stina.locator("article.letter")).to_contain_text("Styrgruppen för MIA den")
    everywhere(stina)


def sent(vera: Page, letter: str, everywhere: Callable[[Page], None]) -> None:
    """Vera registers the letter as sent by post; it gets its number and its seal."""
    vera.reload()
    everywhere(vera)
    form = vera.locator("form[action$='/skicka']")
    form.get_by_label("Hur skickas den?").select_option("Post")
    for box in form.locator("input[type=checkbox]").all():
        box.check()
    form.get_by_role("button", name="Registrera och skicka").click()
    expect(vera.get_by_role("main")).to_contain_text("Försegling (SHA-256)")
    everywhere(vera)


def linked(live: Live, vera: Page, letter: str, everywhere: Callable[[Page], None]) -> str:
    """Vera makes a link for the recipient, and gets to see it once."""
    vera.get_by_role("link", name="Mottagarens länk").click()
    everywhere(vera)
    vera.get_by_role("button", name="Skapa en länk").click()
    everywhere(vera)
    found = re.findall(r"https?://\S+/svar/[\w-]+", vera.locator("main").inner_text())
    assert found, vera.locator("main").inner_text()
    return re.sub(r"^https?://[^/]+", live.url, found[0])


def answered(recipient: Page, link: str, everywhere: Callable[[Page], None]) -> None:
    """The recipient says that it has the letter, then answers with a promise and a day."""
    recipient.goto(link)
    everywhere(recipient)
    recipient.get_by_role("button", name="Ja, vi har fått den").click()
    expect(recipient.get_by_role("main")).to_contain_text("Ni har fått skrivelsen")
    recipient.get_by_role("link", name="Svara på skrivelsen").click()
    recipient.get_by_label("Vad svarar ni?").select_option("Ja, till en del")
    recipient.get_by_label("Ert svar").fill(ANSWER)
    unfold(recipient, "Vill ni lova något till en viss dag?")
    recipient.get_by_label("Löfte 1").fill(PROMISE)
    recipient.locator("[name=action_1_on]").fill((TODAY + timedelta(days=60)).isoformat())
    everywhere(recipient)
    recipient.get_by_role("button", name="Skicka svaret").click()
    expect(recipient.get_by_role("main")).to_contain_text("Ni har svarat")
    everywhere(recipient)
