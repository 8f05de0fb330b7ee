"""What somebody writes stays text in a real browser too, also without the policy that would stop a script."""

from collections import Counter
from collections.abc import Callable

from flask import Response
from playwright.sync_api import BrowserContext, Page
from sqlalchemy.orm import Session

from tests.browser.conftest import UNFOLD, Console, Live
from tests.people import find
from tests.web.hostile import world
from tests.web.hostile.acts import CANARY
from tests.web.hostile.crawl import HALFWAY, Found, Walk, browser
from tests.web.hostile.planting import Gardener

EACH = 2  # pages of one kind that are looked at
PROVOKE = """() => document.querySelectorAll("*").forEach((part) => {
    for (const name of ["focus", "mouseover", "pointerenter", "toggle", "error"]) part.dispatchEvent(new Event(name));
})"""
OURS = f"""() => [...document.querySelectorAll("*")].filter((part) => part.localName.startsWith("{CANARY}")
    || [...part.attributes].some(({{ name }}) => /^(on|{CANARY}|style$)/.test(name)))
    .map((part) => part.outerHTML.slice(0, 100))"""


def planted(live: Live) -> Found:
    """Fills the program, writes into every form, and walks through it again."""
    world.configure(live.app)
    with Session(live.app.extensions["engine"].execution_options(write=True), expire_on_commit=False) as session:
        addresses = world.fill(session, find(session), live.app.extensions["settings"].secret_key)
    gardener = Gardener(live.app)
    for form in Walk(live.app).everybody(addresses).distinct():
        gardener.plant(form)
    assert len(gardener.planted.taken) > 30
    return Walk(live.app).everybody(addresses)


def to_look_at(live: Live, found: Found) -> list[tuple[str, str]]:
    """Pages of each kind on which something planted stands, by whom they are read."""
    walk, had, chosen = Walk(live.app), Counter[str](), []
    for who, path in found.pages:
        view = walk.view(path)
        if (
            who not in HALFWAY
            and had[view] < EACH
            and CANARY in browser(live.app, who).get(path).get_data(as_text=True)
        ):
            had[view] += 1
            chosen.append((who, path))
    return chosen


def test_nothing_planted_acts_with_or_without_the_policy(
    live: Live, new_context: Callable[..., BrowserContext], console: Console
) -> None:
    policy = {"stands": True}

    def without(answer: Response) -> Response:
        if not policy["stands"]:
            answer.headers.pop("Content-Security-Policy", None)
        return answer

    live.app.after_request_funcs.setdefault(None, []).insert(0, without)  # the first here is the last to run
    faults: list[str] = []
    pages = to_look_at(live, planted(live))
    opened: dict[str, Page] = {}
    for who, path in pages:
        if who not in opened:
            opened[who] = _open(live, new_context(), who, console, faults)
        for policy["stands"] in (True, False):
            opened[who].goto(live.url + path)
            opened[who].evaluate(UNFOLD)
            opened[who].evaluate(PROVOKE)
            faults += [f"{path}: {part}" for part in opened[who].evaluate(OURS)]
    assert not faults, "\n".join(faults)
    assert len(pages) > 40


def _open(live: Live, context: BrowserContext, who: str, console: Console, faults: list[str]) -> Page:
    page = context.new_page()
    console.listen(page)
    if who:
        live.log_in(page, who)
    page.on("dialog", lambda dialog: (faults.append(f"{page.url}: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda asked: asked.url.startswith(live.url) or faults.append(f"{page.url}: {asked.url}"))
    return page
