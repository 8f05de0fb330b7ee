"""Logging in by an organisation's own login and out at both ends, in the real browser with a real OpenID provider:
across two sites, past the content security policy and the cookie's rules.
"""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from deviations.adapters.oidc_settings import Provider
from deviations.models import Setting
from tests import sso_provider
from tests.browser.conftest import Console, Live
from tests.people import PASSWORD, email


@pytest.fixture
def here(live: Live, sso_provider: sso_provider.Provider) -> str:
    """The program's address on another site than the provider's (127.0.0.1), which it trusts."""
    url = live.url.replace("127.0.0.1", "localhost")
    back = f"{url}/sso/kommunen/svar"
    client = sso_provider.register(back, post_logout_redirect_uris=[f"{url}/logga-in"])
    provider = Provider(
        name="kommunen",
        label="Exempelkommunen",
        issuer=sso_provider.issuer,
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        domains=frozenset({"example.com"}),
    )
    live.app.extensions["settings"] = replace(live.app.extensions["settings"], sso=(provider,))
    with Session(live.app.extensions["engine"]) as session:
        session.merge(Setting(name="security", value=json.dumps({"second_factor": []})))
        session.commit()
    return url


def test_in_and_out_by_the_organisations_login(
    here: str, page: Page, everywhere: Callable[[Page], None], sso_provider: sso_provider.Provider
) -> None:
    page.set_default_timeout(10_000)
    page.goto(f"{here}/konto")
    everywhere(page)
    page.get_by_role("link", name="Logga in med Exempelkommunen").click()
    page.get_by_label("Vem är du?").fill(email("nora"))  # new here: an account with a password is linked by its owner
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(f"{here}/konto")  # where she was going
    page.goto(f"{here}/konto/organisation")
    expect(page.get_by_role("heading", name="Exempelkommunen", exact=True)).to_be_visible()
    everywhere(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()  # the menus folded again
    banner = page.get_by_role("banner")
    banner.locator("summary", has_text="Inloggad som").click()
    banner.get_by_role("button", name="Logga ut").click()
    page.wait_for_url(f"{sso_provider.issuer}/session/end?*")  # led on by itself
    page.get_by_role("button", name="Ja").click()
    expect(page).to_have_url(f"{here}/logga-in")
    page.goto(f"{here}/konto")
    page.get_by_role("link", name="Logga in med Exempelkommunen").click()
    expect(page.get_by_label("Vem är du?")).to_be_visible()  # she is asked again there


def test_who_changes_her_mind_comes_back_and_one_links_an_account_that_is_logged_in(
    here: str, page: Page, console: Console, everywhere: Callable[[Page], None]
) -> None:
    console.refusals_are_expected = True
    page.set_default_timeout(10_000)
    page.goto(f"{here}/logga-in")
    page.get_by_role("link", name="Logga in med Exempelkommunen").click()
    page.get_by_role("button", name="Avbryt").click()
    expect(page.get_by_text("Du avbröt inloggningen")).to_be_visible()
    everywhere(page)
    page.get_by_role("link", name="Logga in med lösenord").click()
    page.get_by_label("E-postadress").fill(email("rut"))
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Logga in").click()
    page.goto(f"{here}/konto/organisation")
    everywhere(page)
    page.get_by_label("Ditt lösenord nu").fill(PASSWORD)
    page.get_by_role("button", name="Koppla").click()
    everywhere(page)
    page.get_by_role("link", name="Fortsätt till Exempelkommunen").click()
    page.get_by_label("Vem är du?").fill("rut@elsewhere.example")
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(f"{here}/konto/organisation")
    expect(page.get_by_text("Nu kan du logga in med Exempelkommunen också.")).to_be_visible()
