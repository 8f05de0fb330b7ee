"""The weekly queue and the decisions on a report, as coordinator and lead meet them."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import CloseReason, Kind, Status
from deviations.models import Deviation, Ruling, Solution, Verdict
from deviations.queries import lists
from deviations.services import filing, triage
from tests import people as staff
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_municipality,
    a_rule,
    days_ago,
    moves,
)
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]


@pytest.fixture
def report(session: Session, people: People) -> Deviation:
    """A report of Rut's that waits for its decision."""
    report = a_filed_deviation(session, people.rut)
    session.commit()
    return report


def decide(browser: CheckingClient, report: Deviation, target: Status, **said: object) -> tuple[int, str]:
    """Fill in and send one decision's form; the answer's status and text."""
    path = f"/avvikelser/{report.id}"
    named = {f"{target}-{name}": value for name, value in said.items()}
    answer = browser.submit(path, f"{path}/beslut/{target}", **named)
    return answer.status_code, Page(answer.get_data(as_text=True)).text()


def status(session: Session, report: Deviation) -> Status:
    session.rollback()
    session.refresh(report)
    return report.status


@pytest.mark.parametrize(
    ("target", "said", "missing"),
    [
        (Status.NEEDS_FACTS, {"note": "När var det?"}, "Skriv en förklaring"),
        (Status.SOLVED_LOCALLY, {"solution": "Vi bokade ett möte."}, "Beskriv vad ni gjorde"),
        (Status.CLOSED, {"reason": "information"}, "Välj varför"),
        (Status.IN_REVIEW, {}, None),
        (Status.LOCAL_ACTION, {}, None),
    ],
)
def test_the_coordinator_takes_each_decision_when_it_says_enough(
    session: Session, vera: CheckingClient, report: Deviation, target: Status, said: dict[str, str], missing: str | None
) -> None:
    if missing is not None:
        code, text = decide(vera, report, target, **dict.fromkeys(said, ""))
        assert (code, missing in text) == (422, True)
        assert status(session, report) is Status.FILED
    assert decide(vera, report, target, **said)[0] == 302
    assert status(session, report) is target


def test_a_report_is_placed_taken_out_and_placed_elsewhere(
    session: Session, people: People, vera: CheckingClient, report: Deviation
) -> None:
    first, second = a_barrier(session, people.vera, name="Första"), a_barrier(session, people.vera, name="Andra")
    session.commit()
    assert decide(vera, report, Status.JOINED)[0] == 422
    assert decide(vera, report, Status.JOINED, barrier=str(first.id))[0] == 302
    assert "Första" in vera.page(f"/avvikelser/{report.id}").text()
    assert decide(vera, report, Status.JOINED, barrier=str(second.id))[0] == 302
    assert decide(vera, report, Status.IN_REVIEW, note="Fel hinder.")[0] == 302
    session.rollback()
    assert {v.barrier_id: v.belongs for v in session.scalars(select(Verdict))} == {first.id: False, second.id: False}


def test_a_decision_on_an_old_page_is_refused_with_the_text_given_back(
    session: Session, people: People, vera: CheckingClient, logged_in: Browser, report: Deviation
) -> None:
    path = f"/avvikelser/{report.id}"
    action = f"{path}/beslut/solved_locally"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == action]
    old = {**form_values(form), "solved_locally-solution": "Vi bokade ett trepartsmöte."}
    assert decide(logged_in("lena"), report, Status.LOCAL_ACTION)[0] == 302
    answer = vera.post(action, data=old)
    text = Page(answer.get_data(as_text=True)).text()
    assert answer.status_code == 409
    assert "Någon annan hann före" in text
    assert "Vi bokade ett trepartsmöte." in text
    assert status(session, report) is Status.LOCAL_ACTION
    assert session.scalars(select(Solution)).all() == []


def test_a_lead_decides_locally_in_her_own_subproject_only(
    session: Session, logged_in: Browser, report: Deviation
) -> None:
    lena, lars = logged_in("lena"), logged_in("lars")
    assert lars.get(f"/avvikelser/{report.id}").status_code == 404
    offered = {f.get("action") for f in lena.page(f"/avvikelser/{report.id}").all("form")}
    assert {a for a in offered if a and "/beslut/" in a} == {
        f"/avvikelser/{report.id}/beslut/{target}" for target in ("in_review", "local_action", "solved_locally")
    }
    (key, *_) = [f.get("value") for f in lena.page("/").all("input") if f.get("name") == "csrf_token"]
    forced = lena.post(
        f"/avvikelser/{report.id}/beslut/closed",
        data={"csrf_token": key, "closed-reason": "information", "closed-note": "Inget att se."},
    )
    assert forced.status_code == 403
    text = Page(forced.get_data(as_text=True)).text()
    assert "Det beslutet fattar någon annan." in text
    assert "Inget att se." in text
    assert decide(lena, report, Status.SOLVED_LOCALLY, solution="Vi bokade ett möte.")[0] == 302
    assert status(session, report) is Status.SOLVED_LOCALLY


def test_a_reporter_is_offered_no_decision(rut: CheckingClient, report: Deviation) -> None:
    page = rut.page(f"/avvikelser/{report.id}")
    assert not [f for f in page.all("form") if "/beslut/" in (f.get("action") or "")]
    assert "Sidan finns inte" in rut.page("/triage", 404).text()


def test_a_duplicate_points_at_the_report_it_repeats(
    session: Session, people: People, vera: CheckingClient, report: Deviation
) -> None:
    original = a_filed_deviation(session, people.rita)
    session.commit()
    for wrong in ("", str(report.id), "2147483647"):
        assert decide(vera, report, Status.CLOSED, reason="duplicate", duplicate_of=wrong)[0] == 422
    assert decide(vera, report, Status.CLOSED, reason="duplicate", duplicate_of=str(original.id))[0] == 302
    assert status(session, report) is Status.CLOSED
    assert (report.close_reason, report.duplicate_of_id) == (CloseReason.DUPLICATE, original.id)
    links = [a.get("href") or "" for a in vera.page(f"/avvikelser/{report.id}").all("a")]
    assert f"/avvikelser/{original.id}" in links


@pytest.mark.parametrize("target", ["filed", "draft"])
def test_a_step_that_there_is_not_is_a_sentence(vera: CheckingClient, report: Deviation, target: str) -> None:
    (key, *_) = [f.get("value") for f in vera.page("/").all("input") if f.get("name") == "csrf_token"]
    answer = vera.post(f"/avvikelser/{report.id}/beslut/{target}", data={"csrf_token": key, f"{target}-note": "Hallå"})
    assert answer.status_code == 409
    assert "Hallå" in answer.get_data(as_text=True)


def test_a_personal_number_in_a_decision_is_refused_with_the_text_kept(
    session: Session, vera: CheckingClient, report: Deviation
) -> None:
    path = f"/avvikelser/{report.id}"
    answer = vera.submit(path, f"{path}/beslut/needs_facts", **{"needs_facts-note": "Är det 850709-9805?"})
    assert answer.status_code == 422
    assert "Är det 850709-9805?" in answer.get_data(as_text=True)
    assert status(session, report) is Status.FILED


def test_a_suggestion_is_taken_or_refused_by_one_press(session: Session, people: People, vera: CheckingClient) -> None:
    placed = [a_filed_deviation(session, getattr(people, name), rule=a_rule(session)) for name in ("rut", "rita")]
    barrier = a_barrier(session, people.vera, placed)
    taken, refused = (a_filed_deviation(session, people.ruben, rule=a_rule(session)) for _ in range(2))
    session.commit()
    path = f"/avvikelser/{taken.id}"
    assert vera.submit(path, f"{path}/hinder/{barrier.id}").status_code == 302
    assert status(session, taken) is Status.JOINED
    path = f"/avvikelser/{refused.id}"
    assert vera.submit(path, f"{path}/inte-hinder/{barrier.id}").status_code == 302
    assert status(session, refused) is Status.FILED
    offered = [f.get("action") for f in vera.page(path).all("form")]
    assert f"{path}/hinder/{barrier.id}" not in offered


def test_the_queue_holds_what_waits_and_comes_back_to_after_a_decision(
    session: Session, people: People, vera: CheckingClient, report: Deviation
) -> None:
    asked = a_filed_deviation(session, people.rita, title="Väntar på svar")
    triage.move(session, people.vera, asked, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    session.commit()
    page = vera.page("/triage")
    (link, *_) = [a.get("href") for a in page.all("a") if "fran=triage" in (a.get("href") or "")]
    assert link == f"/avvikelser/{report.id}?fran=triage"
    assert titles(page) == [report.title]
    assert titles(vera.page("/triage?ko=fakta")) == ["Väntar på svar"]
    (form,) = [f for f in vera.page(link).all("form") if f"/{report.id}/beslut/in_review" in (f.get("action") or "")]
    answer = vera.post(form.get("action") or "", data=form_values(form))
    assert answer.headers["Location"] == "/triage"
    assert [m.target for m in moves(session, report)] == ["filed", "in_review"]


def titles(page: Page) -> list[str]:
    """The titles in the list, in its order."""
    heads = [th for th in page.all("th") if th.get("scope") == "row"]
    return [page.text(next(th.iter("a"))) for th in heads]


def tabs(page: Page) -> dict[str, str]:
    """The queues with the counts that stand at them."""
    (nav,) = [nav for nav in page.all("nav") if nav.get("aria-label") == "Köer"]
    words = [page.text(link).rsplit(" ", 1) for link in nav.iter("a")]
    return dict(words)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("nya", "Kön är tom"),
        ("fakta", "Ingen fråga är obesvarad"),
        ("hos-delprojekt", "Inget ligger hos delprojekten"),
        ("forsenade", "Inget är försenat"),
        ("uppskjutna", "Inget är uppskjutet"),
        ("mina", "Inget väntar på dig"),
        ("alla", "Inga avvikelser än"),
    ],
)
def test_an_empty_queue_says_what_would_be_in_it(vera: CheckingClient, view: str, said: str) -> None:
    page = vera.page(f"/triage?ko={view}")
    assert said in page.text()
    assert not [form for form in page.all("form") if "/manga" in (form.get("action") or "")]


def test_each_queue_tells_how_many_it_holds_with_the_filters_that_are_on(
    session: Session, people: People, vera: CheckingClient, logged_in: Browser
) -> None:
    for name, to in (("rut", None), ("rut", Status.NEEDS_FACTS), ("rita", Status.LOCAL_ACTION), ("rita", None)):
        one = a_filed_deviation(session, getattr(people, name), at=days_ago(9 if to is None else 0))
        if to is not None:
            triage.move(session, people.vera, one, a_decision(session, to), at=NOW)
    session.commit()
    every = {"Nya": "2", "Väntar på fakta": "1", "Hos delprojekten": "1", "Försenade": "2", "Uppskjutna": "0"}
    assert tabs(vera.page("/triage")) == {**every, "Mina": "2", "Alla": "4"}
    town = a_municipality(session, "Haninge").id
    narrowed = vera.page(f"/triage?kommun={town}")
    assert tabs(narrowed) == {
        "Nya": "1", "Väntar på fakta": "1", "Hos delprojekten": "0", "Försenade": "1", "Uppskjutna": "0",
        "Mina": "1", "Alla": "2",
    }  # fmt: skip
    (chip,) = [a for a in narrowed.all("a") if a.get("class") == "chip"]
    assert (narrowed.text(chip), chip.get("href")) == ("Ta bort filtret Kommun: Haninge ×", "/triage?ko=nya")
    lena = tabs(logged_in("lena").page("/triage"))
    assert lena == {"Mina": "0", "Nya": "1", "Väntar på fakta": "1", "Försenade": "1", "Alla": "2"}


@pytest.mark.parametrize(
    "query",
    ["part=9223372036854775808", "kommun=abc", "fran=i+går", "q=%00", "efter=1_2_3", "ko=%3Cscript%3E", "fore=x",
     "q=" + "ord+" * 3_000, "till=9999-12-31", "ordning=1;DROP", "regel=-1", "part=1&part=2", "q=%22AND+NEAR(*"],
)  # fmt: skip
def test_whatever_stands_in_the_address_a_page_comes(vera: CheckingClient, report: Deviation, query: str) -> None:
    page, everything = vera.page(f"/triage?{query}"), vera.page(f"/avvikelser?{query}")
    broken = "gick inte att läsa" in page.text()
    assert broken == any(query.startswith(start) for start in ("part=9", "kommun", "fran", "till", "regel", "q=%00"))
    assert broken == ("gick inte att läsa" in everything.text())


def test_a_long_queue_has_pages_there_and_back(session: Session, people: People, vera: CheckingClient) -> None:
    for number in range(lists.PAGE + 2):
        a_filed_deviation(session, people.rut, title=f"Nummer {number}", at=days_ago(1))
    session.commit()
    first = vera.page("/triage")
    assert [a.get("rel") for a in first.all("a") if a.get("rel")] == ["next"]
    (onwards,) = [a.get("href") for a in first.all("a") if a.get("rel") == "next"]
    second = vera.page(str(onwards))
    assert titles(second) == [f"Nummer {lists.PAGE}", f"Nummer {lists.PAGE + 1}"]
    (back,) = [a.get("href") for a in second.all("a") if a.get("rel") == "prev"]
    assert titles(vera.page(str(back))) == titles(first)


def marked(page: Page, reports: Sequence[Deviation]) -> dict[str, Any]:
    """The bulk form as the page shows it, with these reports marked."""
    (form,) = [form for form in page.all("form") if "/manga" in (form.get("action") or "")]
    ids = {str(report.id) for report in reports}
    boxes = [box.get("value", "") for box in form.iter("input") if box.get("name") == "valda"]
    return {**form_values(form), "valda": [value for value in boxes if value.split(":")[0] in ids]}


def rule(browser: CheckingClient, page: Page, reports: Sequence[Deviation], **said: str) -> tuple[int, Page]:
    """Decide about some reports of a page; the answer's status and page."""
    (form,) = [form for form in page.all("form") if "/manga" in (form.get("action") or "")]
    answer = browser.post(form.get("action"), data={**marked(page, reports), **said})
    return answer.status_code, Page(answer.get_data(as_text=True))


def three(session: Session, people: People) -> list[Deviation]:
    """Three reports that wait, from two places."""
    found = [a_filed_deviation(session, getattr(people, name), title=f"Från {name}") for name in ("rut", "rita", "rut")]
    session.commit()
    return found


@pytest.mark.parametrize(
    ("said", "missing", "state"),
    [
        ({"decision": "local_action"}, {}, Status.LOCAL_ACTION),
        ({"decision": "needs_facts", "question": "När var det?"}, {"question": ""}, Status.NEEDS_FACTS),
        ({"decision": "closed", "reason": "information"}, {"reason": ""}, Status.CLOSED),
        ({"decision": "solved_locally", "solution": "Vi bokade ett möte."}, {"solution": ""}, Status.SOLVED_LOCALLY),
        ({"decision": "uppskjut", "until": str(TODAY + timedelta(days=9))}, {"until": ""}, Status.IN_REVIEW),
        ({"decision": "uppskjut", "until": str(TODAY + timedelta(days=9))}, {"until": "2020-01-01"}, Status.IN_REVIEW),
    ],
)
def test_one_decision_about_many_is_taken_and_undone_in_one_press(
    session: Session,
    people: People,
    vera: CheckingClient,
    said: dict[str, str],
    missing: dict[str, str],
    state: Status,
) -> None:
    reports = three(session, people)
    if missing:
        code, page = rule(vera, vera.page("/triage"), reports[:2], **{**said, **missing})
        assert (code, len(page.all("mark"))) == (422, 0)
        assert "behöver rättas" in page.text()
        ticked = [box for box in page.all("input") if box.get("name") == "valda" and box.get("checked") is not None]
        assert len(ticked) == 2
    assert rule(vera, vera.page("/triage"), reports[:2], **said)[0] == 302
    assert [status(session, report) for report in reports] == [state, state, Status.FILED]
    (ruling,) = session.scalars(select(Ruling))
    assert ruling.count == 2
    (undo, *_) = [f for f in vera.page("/triage").all("form") if f"/{ruling.id}/angra" in (f.get("action") or "")]
    assert vera.post(undo.get("action"), data=form_values(undo)).status_code == 302
    assert [status(session, report) for report in reports] == [Status.FILED] * 3


def test_many_are_placed_in_a_barrier_or_closed_as_duplicates_of_one(
    session: Session, people: People, vera: CheckingClient
) -> None:
    reports, barrier = three(session, people), a_barrier(session, people.vera)
    original = a_filed_deviation(session, people.rita, title="Den första")
    session.commit()
    page = vera.page("/triage")
    assert rule(vera, page, reports[:1], decision="joined", barrier="")[0] == 422
    assert rule(vera, page, reports[:1], decision="joined", barrier=str(barrier.id))[0] == 302
    for wrong in ("", str(reports[1].id), "2147483647"):
        assert rule(vera, page, reports[1:], decision="dubblett", duplicate_of=wrong)[0] == 422
    assert rule(vera, page, reports[1:], decision="dubblett", duplicate_of=str(original.id))[0] == 302
    assert [status(session, report) for report in reports] == [Status.JOINED, Status.CLOSED, Status.CLOSED]
    assert {report.duplicate_of_id for report in reports} == {None, original.id}


def test_what_somebody_else_changed_meanwhile_is_named_and_the_rest_offered_again(
    session: Session, people: People, vera: CheckingClient, logged_in: Browser
) -> None:
    reports = three(session, people)
    page = vera.page("/triage")
    assert decide(logged_in("lena"), reports[0], Status.SOLVED_LOCALLY, solution="Vi ringde.")[0] == 302
    code, page = rule(vera, page, reports, decision="closed", reason="information", note="Rutinen fanns redan.")
    assert (code, "Någon annan hann före" in page.text()) == (409, True)
    assert [status(session, report) for report in reports] == [Status.SOLVED_LOCALLY, Status.FILED, Status.FILED]
    (note,) = [area for area in page.all("textarea") if area.get("name") == "note"]
    assert page.text(note) == "Rutinen fanns redan."
    (form,) = [form for form in page.all("form") if "/manga" in (form.get("action") or "")]
    assert vera.post(form.get("action"), data=form_values(form)).status_code == 302
    assert [status(session, report) for report in reports] == [Status.SOLVED_LOCALLY, Status.CLOSED, Status.CLOSED]
    assert [m.note for m in moves(session, reports[1])][-1] == "Rutinen fanns redan."


def test_a_lead_decides_about_many_of_her_own_only(
    session: Session, people: People, vera: CheckingClient, logged_in: Browser
) -> None:
    reports = three(session, people)
    lena = logged_in("lena")
    page = lena.page("/triage?ko=nya")
    assert titles(page) == ["Från rut", "Från rut"]
    offered = {box.get("value") for box in page.all("input") if box.get("name") == "decision"}
    assert offered == {"local_action", "solved_locally"}
    assert rule(lena, page, reports, decision="closed", reason="information")[0] == 422
    assert [status(session, report) for report in reports] == [Status.FILED] * 3
    assert rule(lena, page, reports, decision="local_action")[0] == 302
    assert [status(session, report) for report in reports] == [Status.LOCAL_ACTION, Status.FILED, Status.LOCAL_ACTION]
    mine = lena.page("/triage")
    assert titles(mine) == ["Från rut", "Från rut"]


def test_what_can_not_be_read_any_more_is_told_and_nothing_is_decided(
    session: Session, people: People, logged_in: Browser
) -> None:
    reports, lena = three(session, people), logged_in("lena")
    (form,) = [form for form in lena.page("/triage?ko=nya").all("form") if "/manga" in (form.get("action") or "")]
    marked = [f"{report.id}:{report.version}" for report in reports] + ["2147483647:1"]
    sent = {**form_values(form), "valda": marked, "decision": "solved_locally", "solution": "Vi ringde."}
    answer = lena.post(form.get("action"), data=sent)
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "2 avvikelser som du hade markerat kan du inte längre läsa" in page.text()
    assert "Från rita" not in page.text()
    assert [status(session, report) for report in reports] == [Status.FILED] * 3
    (form,) = [form for form in page.all("form") if "/manga" in (form.get("action") or "")]
    assert lena.post(form.get("action"), data=form_values(form)).status_code == 302
    assert [status(session, one) for one in reports] == [Status.SOLVED_LOCALLY, Status.FILED, Status.SOLVED_LOCALLY]


@pytest.mark.parametrize("picked", [[], ["x"], ["1:x", ":", "99999999999999999999:1"]])
def test_a_decision_about_nothing_is_a_sentence(vera: CheckingClient, report: Deviation, picked: list[str]) -> None:
    (form,) = [form for form in vera.page("/triage").all("form") if "/manga" in (form.get("action") or "")]
    sent = {**form_values(form), "valda": picked, "decision": "local_action"}
    answer = vera.post(form.get("action"), data=sent)
    assert answer.status_code == 422
    assert "Markera minst en avvikelse" in answer.get_data(as_text=True)


def test_a_name_in_a_decision_about_many_is_asked_about(
    session: Session, people: People, vera: CheckingClient, report: Deviation
) -> None:
    said = {"decision": "solved_locally", "solution": "Vi ringde Birgitta Lindqvist."}
    code, page = rule(vera, vera.page("/triage"), [report], **said)
    assert (code, "peka ut någon" in page.text()) == (422, True)
    (form,) = [form for form in page.all("form") if "/manga" in (form.get("action") or "")]
    (keep,) = [box.get("value") for box in form.iter("input") if box.get("name") == "keep"]
    sent = {**form_values(form), "keep": keep}
    assert vera.post(form.get("action"), data=sent).status_code == 302
    assert status(session, report) is Status.SOLVED_LOCALLY


def test_the_likeness_of_a_page_is_asked_for_by_itself(
    session: Session, people: People, vera: CheckingClient, logged_in: Browser
) -> None:
    placed = [a_filed_deviation(session, getattr(people, name), rule=a_rule(session)) for name in ("rut", "rita")]
    barrier = a_barrier(session, people.vera, placed)
    waiting = a_filed_deviation(session, people.ruben, rule=a_rule(session))
    session.commit()
    told = vera.get(f"/triage/liknar?id={waiting.id}&id=abc&id=2147483647").get_json()
    assert told == {str(waiting.id): {"name": barrier.name, "href": f"/hinder/{barrier.id}"}}
    assert logged_in("lena").get(f"/triage/liknar?id={waiting.id}").get_json() == {}
    assert vera.get("/triage/liknar").get_json() == {}


def test_the_queue_tells_guldkorn_occurrences_and_how_many_say_the_same(
    session: Session, people: People, vera: CheckingClient, report: Deviation
) -> None:
    a_filed_deviation(session, people.rita, kind=Kind.GOOD_EXAMPLE, title="Gemensam kartläggning")
    place, town = staff.place(session, "Söder"), a_municipality(session)
    for name in ("rolf", "lena"):
        occurrence = filing.Occurrence(report, town, place, TODAY, f"Samma sak, säger {name}.")
        filing.same_here(session, getattr(people, name), occurrence, form_key=f"same-{name}", at=NOW)
    session.commit()
    page = vera.page("/triage")
    rows = [page.text(row) for row in page.all("tr")]
    (own,) = [row for row in rows if report.title in row]
    (good,) = [row for row in rows if "Gemensam kartläggning" in row]
    assert "+2 samma här" in own
    assert "Guldkorn" in good
    assert not any("Samma sak, säger" in row for row in rows)  # they follow the report


def test_a_name_in_a_decision_is_asked_about_and_kept_only_on_a_yes(
    session: Session, vera: CheckingClient, report: Deviation
) -> None:
    path = f"/avvikelser/{report.id}"
    action = f"{path}/beslut/solved_locally"
    answer = vera.submit(path, action, **{"solved_locally-solution": "Vi ringde Birgitta Lindqvist."})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "peka ut någon" in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == action]
    (keep,) = [i.get("value") for i in form.iter("input") if i.get("name") == "keep"]
    assert status(session, report) is Status.FILED
    assert vera.post(action, data={**form_values(form), "keep": keep}).status_code == 302
    assert status(session, report) is Status.SOLVED_LOCALLY
