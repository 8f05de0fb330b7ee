"""Browser tests: Debian's chromium, a demo served on a free port, and what every page must stand."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import ConsoleMessage, Page
from waitress import create_server, wasyncore

HERE = Path(__file__).parent
ON_DEBIAN = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium() -> str | None:
    """The path of the system's chromium, or None."""
    return str(ON_DEBIAN) if ON_DEBIAN.exists() else shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test, and is skipped, loudly, where there is no browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason="No chromium here (Debian: apt-get install chromium)."))


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


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """The program on a furnished SQLite database, served by waitress as `deviations serve` does it."""
    from deviations.app import create_app

    path = tmp_path / "live.sqlite3"
    shutil.copyfile(sqlite_template, path)
    app = create_app(tmp_path / "instance", database_url=f"sqlite:///{path}")
    server = create_server(app, host="127.0.0.1", port=0)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Live(app, f"http://127.0.0.1:{server.effective_port}")
    # Said to the server's own thread, which else waits for the browser to hang up.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()
    app.extensions["engine"].dispose()


@pytest.fixture(autouse=True)
def quiet_console(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test whose page wrote to the console: a blocked script, a missing file, an exception."""
    if "page" not in request.fixturenames:
        yield
        return
    page: Page = request.getfixturevalue("page")
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    page.on("console", listen)
    page.on("pageerror", lambda error: heard.append(f"exception: {error}"))
    yield
    assert not heard, "\n".join(["The browser's console is not quiet:", *heard])


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """A function that fails unless axe-core finds no fault at all on the page as it stands."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response["violations"]
        lines = [
            f"{fault['id']}: {fault['help']}\n    {node['html'][:200]}\n    {node['failureSummary']}"
            for fault in found
            for node in fault["nodes"]
        ]
        assert not lines, "\n".join([f"axe finds faults on {page.url}:", *lines])

    return check


@pytest.fixture
def no_sideways_scroll() -> Callable[[Page], None]:
    """A function that fails if the page is wider than the window, and names what sticks out."""

    def check(page: Page) -> None:
        wide = page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width) return [];
                return [...document.querySelectorAll("body *")]
                    .filter((e) => e.getBoundingClientRect().right > width + 1)
                    .map((e) => e.outerHTML.slice(0, 120));
            }"""
        )
        scroll, client = page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert scroll <= client, "\n".join([f"{page.url} is {scroll} px wide in a {client} px window:", *wide[:10]])

    return check
