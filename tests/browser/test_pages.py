"""Every page of the program, for every role, in every width and scheme; and what each page must do without a mouse,
without scripts and on paper."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import today
from deviations.domain.learnt import Fineness, TermKind
from deviations.domain.letters import LetterStatus
from deviations.domain.lists import Chosen, View
from deviations.domain.logins import LinkPurpose
from deviations.domain.own_terms import OwnTerm
from deviations.domain.retention import Erasable
from deviations.domain.roles import Actor, Role
from deviations.domain.statement import Conformity, Method, Statement
from deviations.domain.workflow import BarrierStatus, Kind, NotFound, Status
from deviations.models import Deviation, EmailChange, FollowUp, Move, User
from deviations.queries import (
    barriers,
    deviations,
    letter_board,
    lexicon,
    people,
    proposals,
    retention,
    reviews,
    solutions,
    statement,
)
from deviations.queries import lists as listing
from deviations.services import accounts, drafts, followups, one_time_links
from deviations.services import lexicon as keeping
from deviations.services import retention as gallring
from deviations.services import reviews as reviewing
from deviations.services import statement as stating
from deviations.web.access import PUBLIC
from tests.browser import letter_pages
from tests.browser.conftest import LOOKS, TWO_LOOKS, UNFOLD, Console, Demo, Live, faults_everywhere

NO_PAGES = {
    *("static", "pages.health", "filing.rules", "minutes.docx", "triage.likes", "own_data.download"),
    *("letters.download", "letters.export", "letter_answers.download", "letter_reminders.download", "recipients.fetch"),
    *("audit.export", "statement.security_txt"),
}
VERAS_DESK = ("/genomgang", "/genomgangar", "/delprojekt/langre-tid", "/sok", "/sok?q=skola")
EMPTY_PAGES = {
    "rut": ("/", "/avvikelser/mina", "/avvikelser", "/hinder", "/skrivelser", "/losningar"),
    "lena": ("/", "/delprojekt", "/triage", "/genomgangar"),
    "vera": ("/", "/triage", "/hinder", "/hinder/forslag", "/skrivelser", *VERAS_DESK),
    "stina": ("/", "/hinder", "/skrivelser", "/losningar", "/sok?q=skola"),
    "adam": ("/", "/administration", "/administration/utkorg", "/administration/logg", "/tillganglighet"),
}
Enter = Callable[..., Page]


@contextmanager
def _as(demo: Demo, role: str) -> Iterator[tuple[Session, Actor]]:
    with Session(demo.app.extensions["engine"]) as session:
        user = session.scalars(select(User).where(User.email == demo.emails[role])).one()
        yield session, people.actor_of(user)


def _paths(demo: Demo, role: str) -> dict[str, bool]:
    """The address of every page that is for this role, for more than one state that a thing can be in; and whether
    it is the first page of its kind."""
    wanted = PUBLIC if role == "nobody" else Role(role)
    found: dict[str, bool] = {}
    for rule in demo.app.url_map.iter_rules():
        view = demo.app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES or wanted not in view.declared_roles:
            continue
        with demo.app.test_request_context():
            paths = [demo.app.url_for(rule.endpoint, **values) for values in _values(demo, role, rule.endpoint)]
        found |= {path: path == paths[0] for path in paths}
    return found


def _values(demo: Demo, role: str, endpoint: str) -> list[dict[str, object]]:
    """With what to fill the address of an endpoint. A new page with parameters must be written in here."""
    thorough = role == "coordinator"
    if endpoint in {"people.show", "account_links.address"}:
        with _as(demo, "reporter") as (_, actor):
            return [{"id": actor.id}]
    if endpoint == "admin.index":
        return [{}, {"lage": "waiting"}]
    if endpoint == "audit.index":
        return [{}, {"slag": "logins"}, {"person": 999_999}, {"sak": "drake"}]
    if endpoint in {"statement.show", "statement.edit"}:
        _state(demo)
        return [{}]
    if endpoint == "accounts.invitation":
        return [{"token": _invitation(demo)}]
    if endpoint in {"sso.start", "sso.answer", "sso.ready"}:
        return []  # the demo has no organisation's login; test_sso.py goes there
    if endpoint == "resets.choose":
        return [{"token": _key(demo, LinkPurpose.RESET)}]
    if endpoint == "addresses.asked":
        return [{"token": _key(demo, purpose)} for purpose in (LinkPurpose.OLD_ADDRESS, LinkPurpose.NEW_ADDRESS)]
    if endpoint == "account_links.address":
        return [{"id": _reporter(demo)}]
    if endpoint == "followups.ask":
        return [{"token": _question(demo)}]
    if endpoint in {"filing.begun", "filing.more"}:
        return [{"key": _begun(demo, role)}]
    if endpoint == "completing.edit":
        return [{"id": id} for id in _own_and_open(demo, role)[:1]]
    if endpoint == "filing.same":
        return [{"of": "hinder", "id": _barriers(demo, role)[0]}, {"of": "avvikelse", "id": _reports(demo, role)[0]}]
    if endpoint == "catalogue.rule":
        return [{"code": "FORS-01"}]
    if endpoint == "barrier_forms.new":
        return [{}, {"avvikelser": _reports(demo, role)[0]}]
    if endpoint == "proposals.index":
        return [{}, {"indelning": "grov"}]
    if endpoint == "proposals.show":
        return [{"id": _proposed(demo)}, {"id": _reports(demo, role)[-1]}]
    if endpoint == "lexicon.edit":
        return [{"id": _own_word(demo)}]
    if endpoint == "policy.edit":
        return [{}, {"deviations": 4, "municipalities": 3, "subprojects": 2, "associations": 2, "months": 12}]
    if endpoint == "triage.queue":
        return [{}, {"ko": "alla"}, {"ko": "hos-delprojekt"}, {"ko": "uppskjutna", "part": 9999}]
    if endpoint == "retention.show":
        return [{"what": what} for what in _decided(demo)]
    if endpoint == "search.index":
        return [{"q": "arbetsträning"}, {"q": "xyzzy"}, {}]
    if endpoint in {"review.go_on", "review.item", "review.done"}:
        ended, begun = _reviews(demo)
        here: dict[str, object] = {"id": begun, "position": 1} if endpoint == "review.item" else {"id": begun}
        return [here, {"id": ended}] if endpoint == "review.done" else [here]
    if endpoint == "minutes.show":
        return [{"id": _reviews(demo)[0]}]
    if endpoint == "solutions.show":
        return [{"id": id} for id in _solutions(demo, role)]
    if endpoint in {"merging.ask_merge", "merging.ask_split"}:
        return [{"id": _barriers(demo, role)[0]}]
    if endpoint == "lists.index":
        return [{}, {"part": 9999, "fran": "i går"}]
    if endpoint == "deviations.show":
        return [{"id": id} for id in _reports(demo, role)]
    if endpoint in {"barriers.show", "barrier_forms.edit"}:
        found = _barriers(demo, role)
        return [{"id": id} for id in (found[:4] if thorough and endpoint == "barriers.show" else found[:2])]
    if endpoint in {"letters.show", "letter_desk.edit"}:
        return [{"id": id} for id in _letters(demo, role, drafts=endpoint == "letter_desk.edit")]
    return letter_pages.values(demo, endpoint) or [{}]


def _reports(demo: Demo, role: str) -> list[int]:
    with _as(demo, role) as (session, actor):
        chosen = [Chosen(view=View.ALL, status=status) for status in Status]
        pages = [listing.page(session, actor, one, today=today()).rows for one in chosen]
        found = [page[0].id for page in pages if page]
        return found if role == "coordinator" else found[:3]


def _decided(demo: Demo) -> list[str]:
    """The kinds of which a gallringsbeslut says how long they are kept."""
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        if not retention.in_force(session, today()):
            actor = people.actor_of(session.scalars(select(User).where(User.email == demo.emails["admin"])).one())
            months = dict.fromkeys(Erasable, 6)
            decided = gallring.Decided("2026/14", "Samordningsförbundets styrelse", today(), months)
            gallring.decide(session, actor, decided, at=datetime.now(UTC))
            session.commit()
    return ["texter", "natverksadresser"]


def _reviews(demo: Demo) -> tuple[int, int]:
    """A weekly review that is ended, and one that is under way."""
    at = datetime.now(UTC)
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        actor = people.actor_of(session.scalars(select(User).where(User.email == demo.emails["coordinator"])).one())
        waiting = listing.ids(session, actor, Chosen(), today=today(), limit=5)
        ended = reviews.last_ended(session, actor)
        if ended is None:
            ended = reviewing.start(session, actor, waiting, at=at)
            reviewing.end(session, actor, ended, at=at)
        begun = reviews.open_of(session, actor) or reviewing.start(session, actor, waiting, at=at)
        session.commit()
        return ended.id, begun.id


def _proposed(demo: Demo) -> int:
    """A report that is in a proposal."""
    with _as(demo, "coordinator") as (session, actor):
        return proposals.counted(session, actor, Fineness.COARSE).groups[0][0]


def _own_word(demo: Demo) -> int:
    """A word that the coordinator taught the program."""
    term = OwnTerm("sassam", TermKind.ABBREVIATION, "strukturerad kartläggning av arbetsförmåga", ("FORS-01",), ("FK",))
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        actor = people.actor_of(session.scalars(select(User).where(User.email == demo.emails["coordinator"])).one())
        known = lexicon.by_term(session, term.term) or keeping.add(session, actor, term, at=datetime.now(UTC))
        session.commit()
        return known.id


def _solutions(demo: Demo, role: str) -> list[int]:
    """The newest, which may be nobody's yet, and the one that most have tried."""
    with _as(demo, role) as (session, actor):
        pages = [solutions.shared(session, actor, solutions.Wanted(order=order))[0] for order in solutions.Order]
        return [page[0].solution.id for page in pages]


def _own_and_open(demo: Demo, role: str) -> list[int]:
    with _as(demo, role) as (session, actor):
        own = [one for one in deviations.mine(session, actor) if one.kind is not Kind.SAME_HERE]
        return [one.id for one in own if deviations.is_open(one)]


def _barriers(demo: Demo, role: str) -> list[int]:
    with _as(demo, role) as (session, actor):
        lists = [barriers.listed(session, actor, today(), status) for status in BarrierStatus]
        return [found[0].barrier.id for found in lists if found]


def _letters(demo: Demo, role: str, drafts: bool) -> list[int]:
    with _as(demo, role) as (session, actor):
        found = {line.letter.status: line.letter.id for line in letter_board.lines(session, actor, today())}
        return [id for status, id in found.items() if not drafts or status is LetterStatus.DRAFT]


def _state(demo: Demo) -> None:
    """Enters an accessibility statement with all its parts, unless there is one."""
    engine = demo.app.extensions["engine"].execution_options(write=True)
    with _as(demo, "admin") as (_, actor), Session(engine) as session:
        found = statement.chosen(session)
        if found is None or not found.outside:
            listed = "Bilden kan inte läsas upp.\nSamma uppgifter står i tabellen."
            told = Statement("Förbundet", "a@example.se", "08-123 45 00", 2, Conformity.PARTIAL, Method.SELF, today(),
                             listed, listed, listed, "b@example.se", "c@example.se")  # fmt: skip
            stating.keep(session, actor, told, datetime.now(UTC))
            session.commit()


def _invitation(demo: Demo) -> str:
    at = datetime.now(UTC)
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        email = f"inbjuden.{at.timestamp()}@demo.example"
        token = accounts.invite(
            session,
            None,
            email=email,
            name="Nya Kollegan",
            role=Role.STEERING,
            subproject=None,
            secret=demo.app.secret_key,
            at=at,
        )
        session.commit()
    return token


def _reporter(demo: Demo) -> int:
    with Session(demo.app.extensions["engine"]) as session:
        return people.by_email(session, demo.emails["reporter"]).id


def _key(demo: Demo, purpose: LinkPurpose) -> str:
    """The token of a link that works once, to the reporter's account."""
    at, secret = datetime.now(UTC), str(demo.app.secret_key)
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        user, change = people.by_email(session, demo.emails["reporter"]), None
        if purpose is not LinkPurpose.RESET:
            ends = at + timedelta(hours=1)
            change = EmailChange(user=user, new_email="ny.adress@demo.example", asked_at=at, expires_at=ends)
            session.add(change)
        link = one_time_links.make(session, user, purpose, secret=secret, by=None, at=at, change=change)
        token = one_time_links.token(link, secret)
        session.commit()
    return token


def _begun(demo: Demo, role: str) -> str:
    """The key of a draft with words to look at and with much that is like it."""
    at, key = datetime.now(UTC), f"a-begun-draft-of-the-{role}"
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        actor = people.actor_of(session.scalars(select(User).where(User.email == demo.emails[role])).one())
        text = "Handläggaren Birgitta Lindqvist sa att arbetsträning under tio timmar inte är försäkrad."
        drafts.keep(session, actor, key, {"title": ["Tio timmar"], "body": [text]}, at)
        session.commit()
    return key


def _question(demo: Demo) -> str:
    """The link of a question that was put just now, about any local solution."""
    with Session(demo.app.extensions["engine"].execution_options(write=True)) as session:
        asked = session.scalar(select(FollowUp).limit(1))
        if asked is None:
            solved = select(Move).where(Move.target == Status.SOLVED_LOCALLY, Move.deviation_id.is_not(None)).limit(1)
            step = session.scalars(solved).one()
            asked = FollowUp(move_id=step.id, deviation_id=step.deviation_id, asked_at=datetime.now(UTC))
            session.add(asked)
            session.commit()
        return followups.token(demo.app.extensions["settings"].secret_key, asked.id, True)


# The coordinator, who sees most, comes first: axe passes by what it has found blameless.
@pytest.mark.parametrize("role", sorted(["nobody", *map(str, Role)], key=lambda role: role != "coordinator"))
def test_every_page_stands_every_width_and_scheme(demo: Demo, enter: Enter, role: str) -> None:
    page = enter(role, "/om")
    faults = []
    for path, first in _paths(demo, role).items():
        answer = page.goto(path)
        if answer is None or not answer.ok:
            faults.append(f"{path}: {answer.status if answer else 'no answer'}")
        else:
            faults += faults_everywhere(page, LOOKS if first and role == "coordinator" else TWO_LOOKS)
    assert not faults, "\n".join(faults)


def test_a_new_instance_has_no_empty_corners(live: Live, page: Page) -> None:
    faults = []
    for name, paths in EMPTY_PAGES.items():
        live.log_in(page, name)
        for path in paths:
            live.visit(page, path)
            assert page.locator("main").inner_text().strip().count("\n") >= 1, f"{path} says nothing to {name}."
            faults += faults_everywhere(page, TWO_LOOKS)
    assert not faults, "\n".join(faults)


def test_pages_that_are_not_there_say_so(enter: Enter, console: Console) -> None:
    console.refusals_are_expected = True
    page = enter("reporter", "/finns-inte")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")
    assert not (faults := faults_everywhere(page)), "\n".join(faults)
    page.get_by_role("main").get_by_role("link", name="Till startsidan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hej")


def test_a_wrong_password_is_refused_kindly(demo: Demo, enter: Enter, console: Console) -> None:
    console.refusals_are_expected = True
    page = enter("nobody", "/logga-in")
    page.get_by_label("E-postadress").fill("ingen@demo.example")
    page.get_by_label("Lösenord").fill("fel lösenord")
    page.get_by_label("Lösenord").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("hör inte ihop")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("E-postadress")).to_have_value("ingen@demo.example")
    assert not (faults := faults_everywhere(page)), "\n".join(faults)


def _a_report_to_judge(demo: Demo) -> int:
    with _as(demo, "coordinator") as (session, _):
        return session.scalars(select(Deviation.id).where(Deviation.status == Status.FILED).limit(1)).one()


def _forms(demo: Demo) -> dict[str, tuple[str, str, str]]:
    """Forms to send empty: who, where, and the button."""
    draft = _letters(demo, "coordinator", drafts=True)[0]
    return {
        "report": ("reporter", "/avvikelser/ny", "Skicka avvikelsen"),
        "barrier": ("coordinator", "/hinder/nytt", "Spara hindret"),
        "policy": ("coordinator", "/hinder/granser", "Spara gränserna"),
        "letter": ("coordinator", f"/skrivelser/{draft}/redigera", "Spara utkastet"),
        "question": ("coordinator", f"/avvikelser/{_a_report_to_judge(demo)}", "Spara beslutet"),
        "invitation": ("admin", "/administration", "Gör en inbjudan"),
        "login": ("nobody", "/logga-in", "Logga in"),
    }


@pytest.mark.parametrize("name", ["report", "barrier", "policy", "letter", "question", "invitation", "login"])
def test_an_empty_form_comes_back_with_links_to_what_is_missing(
    demo: Demo, enter: Enter, console: Console, name: str
) -> None:
    console.refusals_are_expected = True
    role, path, button = _forms(demo)[name]
    page = enter(role, path)
    if name == "question":
        page.get_by_text("Fråga den som rapporterade").click()
    form = page.locator("main form").filter(has=page.get_by_role("button", name=button)).locator("visible=true").first
    for field in form.locator("input[type=text], input[type=email], input[type=number], textarea").all():
        if field.is_visible():
            field.fill("")
    form.get_by_role("button", name=button).click()
    summary = page.locator("#errors")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Fel: "))
    links = summary.get_by_role("link")
    assert links.count() >= 1
    for link in links.all():
        target = (link.get_attribute("href") or "").lstrip("#")
        link.click()
        assert page.evaluate("() => document.activeElement.id") == target
    assert not (faults := faults_everywhere(page, TWO_LOOKS)), "\n".join(faults)


TAB_STOPS = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0)
    .filter((e) => e.type !== "radio" || e ===
        (document.querySelector(`[name="${e.name}"]:checked`) ?? document.querySelector(`[name="${e.name}"]`)))
    .map((e, at) => (e.dataset.stop = at))"""
SEEN = """() => {
    const here = document.activeElement;
    const framed = [here, here.closest(".choice")].filter(Boolean).map((e) => getComputedStyle(e));
    const box = (here.closest(".choice") ?? here).getBoundingClientRect();
    return {
        stop: here.dataset.stop === undefined ? null : Number(here.dataset.stop),
        what: here.outerHTML.slice(0, 100),
        shown: framed.some((s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2),
        inside: box.bottom > 0 && box.top < innerHeight,
    };
}"""


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("nobody", "/logga-in"),
        ("reporter", "/avvikelser/ny"),
        ("coordinator", "/triage"),
        ("coordinator", "/hinder/3"),
        ("coordinator", "draft"),
    ],
)
def test_the_tab_key_reaches_everything_and_shows_where_it_is(demo: Demo, enter: Enter, role: str, path: str) -> None:
    draft = f"/skrivelser/{_letters(demo, 'coordinator', drafts=True)[0]}/redigera"
    page = enter(role, draft if path == "draft" else path)
    page.wait_for_load_state("networkidle")  # what a row is like comes a moment later, and is a link
    page.evaluate(UNFOLD)
    wanted = page.evaluate(TAB_STOPS)
    reached, unseen = [], []
    for _ in range(len(wanted) + 20):
        page.keyboard.press("Tab")
        here = page.evaluate(SEEN)
        if reached and here["stop"] == reached[-1]:
            continue  # the parts of a date field
        if here["stop"] is None or here["stop"] in reached:
            break
        reached.append(here["stop"])
        if not (here["shown"] and here["inside"]):
            unseen.append(here["what"])
    assert reached == wanted, f"Tab goes {reached} instead of {wanted}."
    assert not unseen, "\n".join(["The focus does not show on:", *unseen])


def test_the_skip_link_is_first_and_leads_past_the_menu(enter: Enter) -> None:
    page = enter("coordinator", "/triage")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Hoppa till innehållet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_the_menu_on_a_phone_opens_by_key_and_closes_with_escape(enter: Enter) -> None:
    page = enter("coordinator", "/", viewport={"width": 390, "height": 800})
    menu = page.locator("summary", has_text="Meny")
    menu.focus()
    page.keyboard.press("Enter")
    link = page.locator(".drop--small").get_by_role("link", name="Triage")
    expect(link).to_be_visible()
    assert not (faults := faults_everywhere(page)), "\n".join(faults)
    page.set_viewport_size({"width": 390, "height": 800})
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(menu).to_be_focused()


def test_j_and_k_walk_the_queue(enter: Enter) -> None:
    page = enter("coordinator", "/triage")
    titles = page.locator("[data-rows]").first.locator(".t a")
    page.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/avvikelser/\d+"))


def _fill(page: Page, title: str) -> None:
    page.get_by_label("Nej", exact=True).check()
    page.get_by_label("Vad fungerar inte?").fill(title)
    page.get_by_label("Vad hände?").fill("Planeringen stannade eftersom ingen visste vem som skulle kalla till mötet.")
    page.get_by_label("Arbetsförmedlingen (AF)").check()


def test_without_scripts_a_report_is_filed_placed_and_a_letter_saved(demo: Demo, enter: Enter) -> None:
    reporter = enter("reporter", "/avvikelser/ny", java_script_enabled=False)
    _fill(reporter, "Ingen kallar till mötet")
    reporter.get_by_role("button", name="Skicka avvikelsen").click()
    expect(reporter.get_by_role("status")).to_contain_text("Tack!")

    page = enter("coordinator", reporter.url, java_script_enabled=False)
    suggested = page.locator(".suggestion").get_by_role("button", name="Lägg till det här hindret")
    if suggested.count():
        suggested.first.click()
    else:
        page.get_by_text("Lägg till ett hinder").click()
        page.get_by_label("Hinder").select_option(index=1)
        page.get_by_role("button", name="Spara beslutet").locator("visible=true").click()
    expect(page.get_by_role("status")).to_contain_text("hör nu till hindret")

    page.goto(f"/skrivelser/{_letters(demo, 'coordinator', drafts=True)[0]}/redigera")
    text = page.get_by_label("Skrivelsens text")
    text.fill(text.input_value() + "\n\nSparat utan skript.")
    page.get_by_role("button", name="Spara utkastet").click()
    expect(page.locator("article.letter")).to_contain_text("Sparat utan skript.")


@pytest.mark.parametrize("path", ["/hinder/3", "/skrivelser/1"])
def test_on_paper_there_is_text_and_no_controls(enter: Enter, path: str) -> None:
    page = enter("coordinator", path)
    page.emulate_media(media="print", color_scheme="dark")
    for control in ("header nav", "footer", "main button", "main form", "main summary", ".skip"):
        for found in page.locator(control).all():
            expect(found).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    if path.startswith("/hinder"):
        expect(page.get_by_role("table").first).to_be_visible()
    else:
        expect(page.locator("article.letter")).to_be_visible()
        assert page.locator("article.letter").evaluate("(e) => getComputedStyle(e).boxShadow") == "none"
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_what_is_not_yours_is_not_there(demo: Demo, enter: Enter, console: Console) -> None:
    console.refusals_are_expected = True
    with _as(demo, "reporter") as (session, actor):
        others = session.scalars(select(Deviation.id)).all()
        foreign = next(id for id in others if not _may_read(session, actor, id))
    page = enter("reporter", f"/avvikelser/{foreign}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")


def _may_read(session: Session, actor: Actor, id: int) -> bool:
    try:
        deviations.get(session, actor, id)
    except NotFound:
        return False
    return True
