"""The weekly review as it is used: a queue of thirty by keyboard alone, undone by a key, and without scripts too."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.app import create_app
from deviations.domain.workflow import CloseReason, Status
from deviations.models import Barrier, Deviation, InternalNote, Ruling, User
from deviations.models.engine import make_engine
from tests import people as staff
from tests.browser.conftest import TWO_LOOKS, Console, Live, faults_everywhere, served
from tests.factories import TODAY, a_barrier, a_filed_deviation, a_rule, days_ago

NAMES = ("Tiotimmarsgränsen", "Försäkring saknas vid praktik", "Ingen kallar till möte")
NAMED = ("Enter", "Control", "Escape")
WORDS = (
    ("Arbetsträning under tio timmar saknar försäkring", "Den som orkar mindre än tio timmar får ingen försäkring."),
    ("Praktikplatsen vill se en försäkring", "Arbetsgivaren frågar efter försäkring under praktiken och ingen svarar."),
    ("Ingen kallar till gemensamt möte", "Ingen vet vem som ska kalla parterna till planeringsmötet."),
)


@pytest.fixture(scope="module")
def stocked(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A function that gives a database with three known barriers and so many reports that wait, the oldest first."""
    folder = tmp_path_factory.mktemp("queues")

    @cache
    def made(count: int) -> Path:
        path = folder / f"{count}.sqlite3"
        shutil.copyfile(sqlite_template, path)
        engine = make_engine(f"sqlite:///{path}")
        with Session(engine.execution_options(write=True)) as session:
            _stock(session, count)
            session.commit()
        engine.dispose()
        return path

    return made


def _stock(session: Session, count: int) -> None:
    people = staff.find(session)
    who = (people.rut, people.rita, people.ruben)
    for name, (title, body) in zip(NAMES, WORDS, strict=True):
        told = {"title": title, "body": body, "rule": a_rule(session), "at": days_ago(60)}
        placed = [a_filed_deviation(session, one, **told) for one in who[:2]]
        a_barrier(session, people.vera, placed, name=name, at=days_ago(50))
    for n in range(count):
        title, body = WORDS[n % 3]
        told = {"title": f"{title} i grupp {n}", "body": f"{body} Det var i grupp {n}.", "at": days_ago(40 - n)}
        a_filed_deviation(session, who[n % 3], **told)


@pytest.fixture
def queue(stocked: Callable[[int], Path], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Live]:
    """The program with that many reports in its queue; four, if nothing else is asked for."""
    path = tmp_path / "live.sqlite3"
    shutil.copyfile(stocked(getattr(request, "param", 4)), path)
    app = create_app(tmp_path / "instance", database_url=f"sqlite:///{path}")
    with served(app) as url:
        yield Live(app, url)


@contextmanager
def _session(live: Live) -> Iterator[Session]:
    with Session(live.app.extensions["engine"].execution_options(write=True), expire_on_commit=False) as session:
        yield session


@pytest.fixture
def vera(queue: Live, new_context: Callable[..., BrowserContext], console: Console) -> Page:
    """Vera's browser, at the first report of a review that she has just begun."""
    return _begin(queue, new_context(), console)


def _begin(live: Live, context: BrowserContext, console: Console) -> Page:
    page = context.new_page()
    console.listen(page)
    live.log_in(page, "vera")
    live.visit(page, "/genomgang")
    page.get_by_role("button", name="Börja genomgången").click()
    page.wait_for_url("**/genomgang/1/1")
    return page


def _ready(page: Page) -> None:
    """The report has stood on the screen for a moment, so that keys count."""
    page.locator("[data-desk][data-ready]").wait_for()


def _type(page: Page, *keys: str) -> None:
    """Press keys and write texts, one after the other."""
    _ready(page)
    for key in keys:
        if len(key) == 1 or key.split("+")[0] in NAMED:
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def _decide(page: Page, *keys: str) -> None:
    """Press keys that lead to another page, and wait for it."""
    _ready(page)
    with page.expect_navigation(wait_until="domcontentloaded"):
        _type(page, *keys)


def _here(page: Page) -> int:
    """The number of the report on the desk."""
    return int(page.locator("input[name=of]").first.input_value())


def _report(live: Live, id: int) -> Deviation:
    with _session(live) as session:
        return session.get_one(Deviation, id)


def _rulings(live: Live) -> list[str]:
    """What was decided and stands, oldest first."""
    with _session(live) as session:
        return list(session.scalars(select(Ruling.what).where(Ruling.undone_at.is_(None)).order_by(Ruling.id)))


WAYS: tuple[tuple[tuple[str, ...], Callable[[Deviation], bool]], ...] = (
    (("h",), lambda d: d.status is Status.JOINED),
    (("2",), lambda d: d.status is Status.JOINED),
    (("l",), lambda d: d.status is Status.LOCAL_ACTION),
    (("a", "vid praktik", "Enter"), lambda d: d.barrier_id == 2),
    (("f", "Vilken månad var det?", "Control+Enter"), lambda d: d.status is Status.NEEDS_FACTS),
    (("s", "2", "Enter"), lambda d: (d.status, d.close_reason) == (Status.CLOSED, CloseReason.INFORMATION)),
    (("u", "2", "Enter"), lambda d: d.snoozed_until == TODAY + timedelta(weeks=2)),
    (("n", "Enter"), lambda d: d.status is Status.JOINED),
    (("d", "1", "Enter"), lambda d: d.status is Status.CLOSED and d.duplicate_of_id is not None),
    (("m", "Vi ringde varandra.", "Control+Enter"), lambda d: d.status is Status.SOLVED_LOCALLY),
)


@pytest.mark.parametrize("queue", [30], indirect=True)
def test_thirty_reports_are_triaged_by_keyboard_alone(queue: Live, vera: Page) -> None:
    began = time.monotonic()
    for n in range(30):
        keys, fits = WAYS[n % len(WAYS)]
        id = _here(vera)
        _decide(vera, *keys)
        found = _report(queue, id)
        assert fits(found), (n, keys, found.status, found.duplicate_of_id, vera.url)
    print(f"\n{(time.monotonic() - began) / 30:.2f} s for each decision by keyboard")
    assert vera.url == f"{queue.url}/genomgang/1/klar"
    expect(vera.get_by_text("30 av 30 klara", exact=True)).to_be_visible()
    with _session(queue) as session:
        assert len(session.scalars(select(Barrier.id)).all()) == len(NAMES) + 3
        assert session.scalars(select(Ruling.review_id)).all() == [1] * 30
    vera.get_by_role("button", name="Avsluta och skriv minnesanteckningar").click()
    expect(vera.get_by_role("link", name="Läs minnesanteckningarna")).to_be_visible()


def test_j_and_k_pass_by_and_the_last_decision_is_said_aloud_and_undone_by_a_key(queue: Live, vera: Page) -> None:
    first = _here(vera)
    _decide(vera, "k")
    assert vera.url.endswith("/1/4")
    _decide(vera, "j")
    assert vera.url.endswith("/1/1")
    _decide(vera, "l")
    said = vera.locator("[data-said]")
    expect(said).to_have_text(f"Avvikelse {first} ligger nu hos delprojektledaren i Söder. 1 av 4 klara.")
    assert vera.evaluate("() => document.activeElement.tagName") == "H1"
    second = _here(vera)
    _decide(vera, "h")
    _decide(vera, "z")
    assert (_here(vera), _report(queue, second).status) == (second, Status.FILED)
    _decide(vera, "z")
    assert (_here(vera), _report(queue, first).status) == (first, Status.FILED)
    assert _rulings(queue) == []
    expect(vera.get_by_text("0 av 4 klara", exact=True)).to_be_visible()


def test_keys_decide_nothing_in_fields_forms_and_menus_nor_with_other_keys(queue: Live, vera: Page) -> None:
    _type(vera, "f", "Hur länge var det?")
    note = vera.locator("#fakta-note")
    expect(note).to_have_value("Hur länge var det?")
    _type(vera, "Escape")
    expect(note).to_be_hidden()
    _type(vera, "s", "l")  # a letter in an open form is no decision
    vera.keyboard.press("Escape")
    for key in ("Control+h", "Alt+l", "Shift+H", "Meta+l"):
        vera.keyboard.press(key)
    vera.locator("details[data-menu] summary").last.press("Enter")
    vera.keyboard.press("l")
    vera.keyboard.press("Escape")
    _type(vera, "?")
    expect(vera.get_by_text("skjut upp till en dag")).to_be_visible()
    assert _rulings(queue) == []
    _type(vera, "f")
    expect(note).to_have_value("Hur länge var det?")


def test_a_key_held_down_or_pressed_too_early_decides_once(queue: Live, vera: Page) -> None:
    first = _here(vera)
    _ready(vera)
    with vera.expect_navigation(wait_until="domcontentloaded"):
        for _ in range(8):
            vera.keyboard.down("l")
    vera.keyboard.down("l")
    _ready(vera)
    vera.keyboard.down("l")
    vera.keyboard.up("l")
    assert (_rulings(queue), _report(queue, first).status) == (["local_action"], Status.LOCAL_ACTION)
    vera.go_back()
    _ready(vera)
    vera.keyboard.press("h")  # it is decided: there is nothing to press
    expect(vera.get_by_text("Du har redan avgjort den här")).to_be_visible()
    assert _rulings(queue) == ["local_action"]


def test_with_the_shortcuts_off_nothing_listens(queue: Live, vera: Page) -> None:
    _type(vera, "?")
    vera.get_by_role("button", name="Stäng av kortkommandona").click()
    expect(vera.get_by_text("Kortkommandona är av.")).to_be_visible()
    for key in "hlzj2?":
        vera.keyboard.press(key)
    assert vera.locator("kbd").count() == 0
    assert vera.url.endswith("/genomgang/1/1")
    assert _rulings(queue) == []
    vera.get_by_role("button", name="Lokal åtgärd").click()
    vera.wait_for_url("**/genomgang/1/2")
    with _session(queue) as session:
        assert session.scalars(select(User.shortcuts).where(User.name == "Vera")).one() is False


def test_two_tabs_and_a_colleague_never_decide_about_the_wrong_report(
    queue: Live, vera: Page, console: Console
) -> None:
    console.refusals_are_expected = True
    other = vera.context.new_page()
    queue.visit(other, "/genomgang/1/1")
    _type(vera, "f", "Vilken vecka var det?")
    first = _here(vera)
    _decide(other, "l")
    with vera.expect_navigation():
        vera.keyboard.press("Control+Enter")
    expect(vera.get_by_text("Vilken vecka var det?")).to_be_visible()
    expect(vera.get_by_text("Du har själv ändrat den på en annan sida.")).to_be_visible()
    assert (_report(queue, first).status, _rulings(queue)) == (Status.LOCAL_ACTION, ["local_action"])


def test_a_review_is_made_without_scripts(
    queue: Live, new_context: Callable[..., BrowserContext], console: Console
) -> None:
    page = _begin(queue, new_context(java_script_enabled=False), console)
    page.get_by_role("button", name="Hör till det här hindret").click()
    page.get_by_text("Annat hinder", exact=True).click()
    page.get_by_label("Vilket hinder hör den till?").select_option(label=NAMES[2])
    page.get_by_role("button", name="Lägg till hindret").click()
    page.get_by_text("Skjut upp", exact=True).click()
    page.get_by_label("En annan dag").check()
    page.get_by_label("Datum").fill((TODAY + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Skjut upp avvikelsen").click()
    page.locator(".desk__line").get_by_role("button", name="Ångra").first.click()
    expect(page.get_by_text("Beslutet är ångrat.")).to_be_visible()
    page.get_by_text("Skriv en anteckning").click()
    page.get_by_label("Ny intern anteckning").fill("Tas med till mötet.")
    page.get_by_role("button", name="Spara anteckningen").click()
    with _session(queue) as session:
        assert session.scalars(select(InternalNote.text)).all() == ["Tas med till mötet."]
        assert [r.what for r in session.scalars(select(Ruling)) if r.undone_at is None] == ["joined", "joined"]


def test_the_desk_stands_every_width_and_scheme_with_every_form_open(queue: Live, vera: Page) -> None:
    faults = []
    for path in ("/genomgang/1/1", "/genomgang", "/genomgang/1/klar"):
        queue.visit(vera, path)
        vera.evaluate("() => document.querySelectorAll('details[name]').forEach((one) => one.removeAttribute('name'))")
        faults += faults_everywhere(vera, TWO_LOOKS)
        assert path != "/genomgang/1/1" or vera.locator("details[data-form][open]").count() == 9
    assert not faults, "\n".join(faults)
