"""Browser tests: Debian's chromium, a demo served on a free port, and what every page must stand."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState
from waitress import create_server, wasyncore

HERE = Path(__file__).parent
# The first is the same browser without windows, which takes a third less of the processor.
CHROMIUMS = ("chromium-headless-shell", "chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = (("light", 390), ("light", 1280), ("dark", 390), ("dark", 1280))
TWO_LOOKS = (("light", 390), ("dark", 1280))
# What a page is made of, part by part: each element with all that it stands in and what stands before it, and with
# what axe judges by. Not its words, nor how many there are of it.
PARTS = """() => {
    const telling = /^(type|role|scope|lang|tabindex|hidden|disabled|autocomplete|aria-(?!label|describedby).*)$/;
    const pointing = /^(for|aria-(labelledby|describedby|controls|owns))$/;
    const named = /^(alt|title|href|aria-label)$/;
    const kind = (e) => e ? [e.localName, ...[...e.classList].sort()].join(".") : "";
    const attribute = (e, name) => {
        const value = e.getAttribute(name).trim();
        if (pointing.test(name)) return `${name}:${value.split(/\\s+/).every((id) => document.getElementById(id))}`;
        return telling.test(name) ? `${name}=${value}` : named.test(name) && `${name}:${value !== ""}`;
    };
    const parts = new Set();
    const look = (e, above) => {
        const here = `${above}>${kind(e)}`;
        const style = getComputedStyle(e);
        parts.add([
            here, "after", kind(e.previousElementSibling), style.color, style.backgroundColor, style.fontSize,
            ...e.getAttributeNames().sort().map((name) => attribute(e, name)).filter(Boolean),
            e.textContent.trim() ? "says" : "silent", e.labels?.length ? "labelled" : "", e.checkVisibility(),
            e.scrollWidth > e.clientWidth && style.overflowX !== "visible" ? "scrolls" : "",
        ].join(" "));
        for (const child of e.localName === "select" ? [] : e.children) look(child, here);
    };
    look(document.documentElement, "");
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((e) => e.checkVisibility());
    headings.forEach((e, at) => parts.add(`${e.localName} follows ${headings[at - 1]?.localName}`));
    return [...parts];
}"""
# also those of which a person opens one at a time
UNFOLD = """() => document.querySelectorAll("main details").forEach((part) => {
    part.removeAttribute("name");
    part.open = true;
})"""


def chromium() -> str | None:
    """The path of the system's chromium, or None."""
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


@cache
def why_not() -> str | None:
    """Why no browser test can run on this machine, in a sentence; None where they can."""
    if chromium() is None:
        return "No chromium here (Debian: apt-get install chromium)."
    node, _ = compute_driver_executable()
    if subprocess.run([node, "--version"], capture_output=True, check=False).returncode:
        return "The browser's driver does not start here (Debian: apt-get install libatomic1)."
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test, and is skipped, loudly, where there is no browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if why_not():
                item.add_marker(pytest.mark.skip(reason=why_not()))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's browser; pytest-playwright would look for one that it downloaded."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Swedish visitor who wants no animations (axe would measure colours in the middle of one)."""
    return {
        **browser_context_args,
        "locale": "sv-SE",
        "timezone_id": "Europe/Stockholm",
        "reduced_motion": "reduce",
    }


class Live:
    """The program as it is served: its address, and a way in for the named people."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app = app
        self.url = url

    def visit(self, page: Page, path: str) -> None:
        """Open a page of the program, and expect it to be there."""
        response = page.goto(self.url + path)
        assert response is not None and response.ok, f"{path}: {response.status if response else 'no answer'}"

    def log_in(self, page: Page, name: str) -> None:
        """Give the browser the cookie that the person would have got for her password."""
        from tests.people import token

        serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert serializer is not None
        cookie = serializer.dumps({"_user_id": token(name), "_fresh": True})
        name_of_cookie = self.app.config["SESSION_COOKIE_NAME"]
        page.context.add_cookies([{"name": name_of_cookie, "value": str(cookie), "url": self.url}])


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the program while waitress serves it, as `deviations serve` does."""
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    # Said to the server's own thread, which else waits for the browser to hang up.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()
    app.extensions["engine"].dispose()


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """The program on a furnished SQLite database without a single report: what a new instance looks like."""
    from deviations.app import create_app

    path = tmp_path / "live.sqlite3"
    shutil.copyfile(sqlite_template, path)
    app = create_app(tmp_path / "instance", database_url=f"sqlite:///{path}")
    with served(app) as url:
        yield Live(app, url)


class Demo(Live):
    """The demo with its two years of work, and a way in through the login page for one person of each role."""

    def __init__(self, app: Flask, url: str, emails: dict[str, str]) -> None:
        super().__init__(app, url)
        self.emails = emails
        self._cookies: dict[str, StorageState] = {}

    def password(self, role: str) -> str:
        """The password of the role's person."""
        return f"korrekt häst batteri {role}"

    def type_login(self, page: Page, role: str) -> None:
        """Log in as a person does: by typing."""
        page.get_by_label("E-postadress").fill(self.emails[role])
        page.get_by_label("Lösenord").fill(self.password(role))
        page.get_by_role("main").get_by_role("button", name="Logga in").click()

    def cookies(self, browser: Browser, role: str) -> StorageState | None:
        """What a browser remembers of the role's login, made once; None for nobody."""
        if role == "nobody":
            return None
        if role not in self._cookies:
            context = browser.new_context()
            page = context.new_page()
            self.visit(page, "/logga-in")
            self.type_login(page, role)
            page.wait_for_url(self.url + "/")
            self._cookies[role] = context.storage_state()
            context.close()
        return self._cookies[role]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The real demo, built once and served to all tests: they may add to it, and must count on others that do."""
    from deviations.app import create_app
    from deviations.demo import builder
    from deviations.domain.days import today

    folder = tmp_path_factory.mktemp("demo")
    emails = {str(role): email for role, email in builder.logins().items()}
    builder.build(folder, today=today(), passwords={role: f"korrekt häst batteri {role}" for role in emails})
    app = create_app(folder, database_url=builder.database_url(folder))
    with served(app) as url:
        yield Demo(app, url, emails)


class Console:
    """What pages wrote to the console: a blocked script, a missing file, an exception. All of it is a fault."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.refusals_are_expected = False
        self.failures_are_expected = False

    def listen(self, page: Page) -> None:
        """Hear a page, and all that it leads to."""
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.heard.append(f"exception: {error}"))

    def _note(self, message: ConsoleMessage) -> None:
        # The browser reports a page that answers 404 or 422 as if a file were missing.
        missing = message.text.startswith("Failed to load resource")
        refusal = missing and " 4" in message.text and self.refusals_are_expected
        failure = missing and "net::ERR_" in message.text and self.failures_are_expected
        if message.type in ("error", "warning") and not (refusal or failure):
            self.heard.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def expect_quiet(self) -> None:
        """Fail if anything was heard."""
        assert not self.heard, "\n".join(["The browser's console is not quiet:", *self.heard])


@pytest.fixture
def console() -> Iterator[Console]:
    """The console of this test's pages, which must have stayed quiet when it ends."""
    console = Console()
    yield console
    console.expect_quiet()


@pytest.fixture
def enter(
    demo: Demo, browser: Browser, new_context: Callable[..., BrowserContext], console: Console
) -> Callable[..., Page]:
    """A function that opens the demo for a role (or "nobody"): `enter("coordinator", "/triage")`."""

    def enter(role: str, path: str = "/", **options: Any) -> Page:
        page = new_context(storage_state=demo.cookies(browser, role), base_url=demo.url, **options).new_page()
        console.listen(page)
        page.goto(path)
        return page

    return enter


@pytest.fixture(autouse=True)
def quiet_console(request: pytest.FixtureRequest) -> None:
    """Tests that take pytest-playwright's own `page` have a quiet console too."""
    if "live" in request.fixturenames:
        request.getfixturevalue("live")  # made first, to be closed last: a page may still be loading when its test ends
    if "page" in request.fixturenames:
        request.getfixturevalue("console").listen(request.getfixturevalue("page"))


def axe_faults(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it stands."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        """async (tags) => (await axe.run({
            runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false,
        })).violations""",
        AXE_TAGS,
    )
    return [
        f"{fault['id']}: {fault['help']}\n    {node['html'][:200]}\n    {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """A function that fails unless axe-core finds no fault at all on the page as it stands."""

    def check(page: Page) -> None:
        lines = axe_faults(page)
        assert not lines, "\n".join([f"axe finds faults on {page.url}:", *lines])

    return check


def sticking_out(page: Page) -> list[str]:
    """What is wider than the window, or nothing."""
    found: list[str] = page.evaluate(
        """() => {
            const { clientWidth: width, scrollWidth } = document.documentElement;
            if (scrollWidth <= width) return [];
            const wide = [...document.querySelectorAll("body *")]
                .filter((e) => e.getBoundingClientRect().right > width + 1)
                .map((e) => e.outerHTML.slice(0, 120));
            return [`${scrollWidth} px wide in a ${width} px window:`, ...wide.slice(0, 8)];
        }"""
    )
    return found


@pytest.fixture
def no_sideways_scroll() -> Callable[[Page], None]:
    """A function that fails if the page is wider than the window, and names what sticks out."""

    def check(page: Page) -> None:
        wide = sticking_out(page)
        assert not wide, "\n".join([f"{page.url} scrolls sideways:", *wide])

    return check


@cache
def blameless(scheme: str, width: int) -> set[str]:
    """The parts of pages in which axe has found no fault in this process, in this scheme and width."""
    return set()


def faults_everywhere(page: Page, looks: Sequence[tuple[Any, int]] = LOOKS) -> list[str]:
    """What is wrong with the page on a phone and on a desk, by day and by night, with all that is folded unfolded.

    Axe, which takes by far the longest, looks only at pages with a part that it has not found blameless before.
    TWO_LOOKS see each width and each scheme once: for pages whose kind has been seen in all four.
    """
    page.evaluate(UNFOLD)
    faults = []
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => scrollTo(0, 0)")  # from the top: a line that stays in sight lies over nothing there
        faults += [f"{page.url} ({width} px): {line}" for line in sticking_out(page)]
        faults += [f"{page.url} ({width} px, {scheme}): {line}" for line in new_faults(page, scheme, width)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 700})
    faults += [f"{page.url} (320 px): {line}" for line in sticking_out(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return faults


def new_faults(page: Page, scheme: str, width: int) -> list[str]:
    """What axe finds wrong on a page, unless all its parts are known to be without a fault."""
    parts, known = set(page.evaluate(PARTS)), blameless(scheme, width)
    if parts <= known:
        return []
    faults = axe_faults(page)
    if not faults:
        known |= parts
    return faults


@pytest.fixture
def everywhere() -> Callable[[Page], None]:
    """A function that fails unless the page stands every width and scheme."""

    def check(page: Page) -> None:
        faults = faults_everywhere(page)
        assert not faults, "\n".join(faults)

    return check
