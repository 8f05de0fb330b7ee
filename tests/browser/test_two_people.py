"""Two people with the same report before them, each in a browser of her own: the second one sees both and chooses."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from deviations.domain.workflow import Status
from deviations.models import Deviation
from deviations.services import triage
from tests.browser.conftest import Console, Live
from tests.factories import NOW, a_filed_deviation, moves
from tests.people import find

THEIRS = "Vi frågar arbetsgivaren först."
MINE = "Vi bokade ett möte med alla tre."
KEEP, FORCE = "Behåll det som är sparat", "Spara mitt ändå"


@pytest.fixture
def report(live: Live) -> int:
    """A report of Rut's that is under review."""
    with Session(live.app.extensions["engine"].execution_options(write=True)) as session:
        people = find(session)
        filed = a_filed_deviation(session, people.rut)
        triage.move(session, people.vera, filed, triage.Decision(Status.IN_REVIEW), at=NOW)
        session.commit()
        return filed.id


@pytest.fixture
def second(live: Live, new_context: Callable[..., BrowserContext], console: Console, report: int) -> Page:
    """Lena's page, on which she has just pressed the button, after Vera had decided in her own browser."""
    vera, lena = (new_context().new_page() for _ in range(2))
    for name, page in (("vera", vera), ("lena", lena)):
        console.listen(page)
        live.log_in(page, name)
        live.visit(page, f"/avvikelser/{report}")
    console.refusals_are_expected = True
    decide(vera, "local_action", "Lämna till delprojektledaren för lokal åtgärd", "Kommentar", THEIRS)
    expect(vera.get_by_role("status")).to_contain_text("lokal åtgärd")
    decide(lena, "solved_locally", "Markera som löst lokalt", "Vad gjorde ni?", MINE)
    return lena


def decide(page: Page, target: str, decision: str, field: str, text: str) -> None:
    """Opens a decision, writes and saves, as a person does."""
    page.get_by_text(decision, exact=True).click()
    form = page.locator(f"form[action*='/beslut/{target}']")
    form.get_by_label(field).fill(text)
    form.get_by_role("button", name="Spara beslutet").click()


def history(live: Live, report: int) -> list[tuple[str, str]]:
    """The report's steps so far, each with its words."""
    with Session(live.app.extensions["engine"]) as session:
        found = session.get_one(Deviation, report)
        return [(str(move.target), move.note) for move in moves(session, found)]


def test_the_second_one_sees_both_and_keeps_what_is_saved(
    live: Live, second: Page, report: int, everywhere: Callable[[Page], None]
) -> None:
    theirs = second.get_by_role("region", name="Det som är sparat")
    mine = second.get_by_role("region", name="Ditt", exact=True)
    expect(second.get_by_role("heading", level=1)).to_have_text("Någon annan hann före")
    expect(theirs).to_contain_text("Sparat av Vera")
    expect(theirs).to_contain_text(THEIRS)
    expect(mine).to_contain_text("Markera som löst lokalt")
    expect(mine).to_contain_text(MINE)
    everywhere(second)
    before = history(live, report)
    second.get_by_role("link", name=KEEP).click()
    expect(second).to_have_url(f"{live.url}/avvikelser/{report}")
    expect(second.get_by_text(THEIRS).first).to_be_visible()
    assert history(live, report) == before
    assert before[-1] == ("local_action", THEIRS)


def test_the_second_one_sees_both_and_saves_hers_after_all(live: Live, second: Page, report: int) -> None:
    before = history(live, report)
    second.get_by_role("button", name=FORCE).click()
    expect(second).to_have_url(f"{live.url}/avvikelser/{report}")
    assert history(live, report) == [*before, ("solved_locally", MINE)]


def test_without_scripts_the_choice_is_the_same(
    live: Live, new_context: Callable[..., BrowserContext], report: int
) -> None:
    pages = [new_context(java_script_enabled=False).new_page() for _ in range(2)]
    for name, page in zip(("vera", "lena"), pages, strict=True):
        live.log_in(page, name)
        live.visit(page, f"/avvikelser/{report}")
    vera, lena = pages
    decide(vera, "local_action", "Lämna till delprojektledaren för lokal åtgärd", "Kommentar", THEIRS)
    decide(lena, "solved_locally", "Markera som löst lokalt", "Vad gjorde ni?", MINE)
    lena.get_by_role("button", name=FORCE).click()
    assert history(live, report)[-1] == ("solved_locally", MINE)
