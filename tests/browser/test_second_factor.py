"""The second factor in the real browser: set up before one is let in, asked for, moved, and the list of logins."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from deviations.domain.roles import Role
from deviations.services import security
from tests.browser.conftest import Console, Live
from tests.people import PASSWORD, email


def enter_password(page: Page, url: str) -> None:
    page.goto(f"{url}/logga-in?next=/konto/tva-steg")
    page.get_by_label("E-postadress").fill(email("vera"))
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()


def test_who_needs_a_second_factor_sets_it_up_and_comes_in_by_it(
    live: Live, page: Page, console: Console, everywhere: Callable[[Page], None]
) -> None:
    console.refusals_are_expected = True
    with Session(live.app.extensions["engine"].execution_options(write=True)) as session:
        security.start(session, [Role.COORDINATOR])
        session.commit()
    page.set_default_timeout(20_000)
    enter_password(page, live.url)
    expect(page.get_by_role("heading", name="Koppla din telefon")).to_be_visible()
    everywhere(page)
    secret = (page.locator(".codes code").text_content() or "").replace(" ", "")
    drawn = page.locator(".qr").bounding_box()
    assert drawn is not None and drawn["width"] > 150
    page.get_by_label("Koden i appen").fill("000 000")
    page.get_by_role("button", name="Koppla och logga in").click()
    expect(page.get_by_role("alert")).to_contain_text("1 uppgift behöver rättas")
    now = datetime.now(UTC)
    page.get_by_label("Koden i appen").fill(pyotp.TOTP(secret).at(now))
    page.get_by_role("button", name="Koppla och logga in").click()
    expect(page.get_by_role("heading", name="Dina reservkoder")).to_be_visible()
    everywhere(page)
    recovery = page.locator(".codes code").first.text_content() or ""
    page.get_by_role("link", name="Jag har sparat koderna").click()
    expect(page).to_have_url(f"{live.url}/konto/tva-steg")
    everywhere(page)
    page.goto(f"{live.url}/konto/tva-steg/koppla")
    everywhere(page)
    page.goto(f"{live.url}/konto/inloggningar")
    everywhere(page)
    page.reload()  # folded again
    page.locator("summary", has_text="Logga ut överallt").click()
    page.locator(".confirm__box").get_by_role("button", name="Logga ut överallt").click()
    expect(page.get_by_text("Du är utloggad överallt.")).to_be_visible()
    enter_password(page, live.url)
    everywhere(page)
    page.get_by_label("Koden i appen").fill(pyotp.TOTP(secret).at(now + timedelta(seconds=30)))
    page.get_by_role("button", name="Logga in", exact=True).click()
    expect(page.get_by_role("heading", name="Tvåstegsinloggning", exact=True)).to_be_visible()
    page.context.clear_cookies()
    enter_password(page, live.url)
    page.locator("summary", has_text="Har du inte telefonen?").click()
    page.get_by_label("En reservkod").fill(recovery.upper())
    page.get_by_role("button", name="Logga in med reservkoden").click()
    expect(page.get_by_text("Du har 9 reservkoder kvar.")).to_be_visible()
