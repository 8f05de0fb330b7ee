"""The policy's page shows, while thresholds are typed, which barriers would meet them."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Enter = Callable[..., Page]


def test_what_the_thresholds_give_is_shown_while_they_are_typed(enter: Enter) -> None:
    page = enter("coordinator", "/hinder/granser")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Med de gränser som gäller nu")
    page.get_by_label("Minst så många avvikelser").fill("900")
    expect(preview).to_contain_text("Med de här gränserna: 0 hinder.")
    expect(page.locator("[data-preview-said]")).to_contain_text("Med de här gränserna: 0 hinder.")
    page.get_by_label("Minst så många avvikelser").fill("0")
    expect(preview).to_have_attribute("data-stale", "")
