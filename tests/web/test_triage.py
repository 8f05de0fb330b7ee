"""The weekly queue and the decisions on a report, as coordinator and lead meet them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import CloseReason, Kind, Status
from deviations.models import Deviation, Solution, Verdict
from deviations.services import filing, triage
from tests import people as staff
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_filed_deviation, a_municipality, a_rule, moves
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
    assert f"Avvikelse {original.id}" in vera.page(f"/avvikelser/{report.id}").text()


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
    assert "Tiotimmarsgränsen" in vera.page("/triage").text()
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
    asked = a_filed_deviation(session, people.rita, title="Väntar på fakta")
    triage.move(session, people.vera, asked, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    session.commit()
    page = vera.page("/triage")
    (link, *_) = [a.get("href") for a in page.all("a") if "fran=triage" in (a.get("href") or "")]
    assert link == f"/avvikelser/{report.id}?fran=triage"
    assert "Väntar på fakta från den som rapporterade" in page.text()
    (form,) = [f for f in vera.page(link).all("form") if f"/{report.id}/beslut/in_review" in (f.get("action") or "")]
    answer = vera.post(form.get("action") or "", data=form_values(form))
    assert answer.headers["Location"] == "/triage"
    assert [m.target for m in moves(session, report)] == ["filed", "in_review"]


def test_the_queue_of_an_empty_week_says_so(vera: CheckingClient) -> None:
    assert "Kön är tom" in vera.page("/triage").text()


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
