"""The button that takes a decision back stands where the decision was taken, and undoes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.notices import MailState
from deviations.domain.workflow import UNDO_WITHIN, Status
from deviations.models import Barrier, Deviation, OutgoingMail, Ruling
from deviations.services import rulings, triage
from tests.factories import NOW, a_barrier, a_filed_deviation
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]


def a_ruling(
    session: Session, people: People, name: str = "vera", *, to: Status = Status.LOCAL_ACTION, hours: int = 0
) -> tuple[Deviation, Ruling]:
    """A report about which somebody has decided a moment, or some hours, ago."""
    report = a_filed_deviation(session, people.rut)
    decision, at = triage.Decision(to, note="Vilken brygga?"), NOW - timedelta(hours=hours)
    ruling = rulings.take(session, getattr(people, name), [(report, report.version)], decision, at=at)
    session.commit()
    return report, ruling


def token(browser: CheckingClient) -> dict[str, str]:
    """What proves that a form was ours, for one that the page does not show any more."""
    sent = next(values for form in browser.page("/").all("form") if "csrf_token" in (values := form_values(form)))
    return {"csrf_token": sent["csrf_token"]}


def undone(browser: CheckingClient, path: str, ruling: Ruling) -> Page:
    """The page that comes after the button was pressed."""
    answer = browser.submit(path, f"/beslut/{ruling.id}/angra")
    assert answer.status_code == 302
    return browser.page(answer.headers["Location"])


def status(session: Session, report: Deviation) -> Status:
    session.rollback()
    session.expire_all()
    return report.status


def test_what_was_decided_is_told_with_the_button_that_takes_it_back(
    session: Session, people: People, vera: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    path = f"/avvikelser/{report.id}"
    answer = vera.submit(path, f"{path}/beslut/local_action")
    session.rollback()
    ruling = session.scalars(select(Ruling)).one()
    page = vera.page(answer.headers["Location"])
    assert f"Avvikelse {report.id} är nu: lokal åtgärd." in page.text()
    told = next(form for form in page.all("form") if form.get("action") == f"/beslut/{ruling.id}/angra")
    assert page.text(told).startswith("Ångra")
    page = undone(vera, path, ruling)
    assert f"Beslutet är ångrat. Nr {report.id}: Lokal åtgärd." in page.text()
    assert status(session, report) is Status.FILED
    assert not [form for form in page.all("form") if "/angra" in (form.get("action") or "")]


def test_a_barrier_made_of_reports_is_taken_back_whole(session: Session, people: People, vera: CheckingClient) -> None:
    reports = [a_filed_deviation(session, people.rut) for _ in range(2)]
    session.commit()
    ids = "-".join(str(report.id) for report in reports)
    answer = vera.submit(f"/hinder/nytt?avvikelser={ids}", "/hinder/nytt", name="Nytt hinder")
    session.rollback()
    (ruling,), (barrier,) = session.scalars(select(Ruling)).all(), session.scalars(select(Barrier)).all()
    assert f"/beslut/{ruling.id}/angra" in vera.page(answer.headers["Location"]).html
    answer = vera.submit(f"/avvikelser/{reports[0].id}", f"/beslut/{ruling.id}/angra")
    assert "2 avvikelser: Del av ett hinder" in vera.page(answer.headers["Location"]).text()
    vera.page(f"/hinder/{barrier.id}", 404)
    assert "Nytt hinder" not in vera.page("/hinder").text()


def test_a_refused_suggestion_can_be_taken_back(session: Session, people: People, vera: CheckingClient) -> None:
    report, barrier = a_filed_deviation(session, people.rut), a_barrier(session, people.vera)
    ruling = rulings.refuse(session, people.vera, report, barrier, at=NOW)
    session.commit()
    page = undone(vera, f"/avvikelser/{report.id}", ruling)
    assert f"Nr {report.id}: Hör inte till det föreslagna hindret" in page.text()


def test_whoever_undoes_a_decision_hears_that_it_had_been_told(
    session: Session, people: People, vera: CheckingClient
) -> None:
    report, ruling = a_ruling(session, people, to=Status.NEEDS_FACTS)
    for mail in session.scalars(select(OutgoingMail)):
        mail.state = MailState.SENT
    session.commit()
    assert "hade redan fått veta det" in undone(vera, f"/avvikelser/{report.id}", ruling).text()


@pytest.mark.parametrize(("name", "code"), [("rut", 404), ("lars", 404), ("stina", 404), ("lena", 302), ("vera", 403)])
def test_a_decision_is_undone_by_who_took_it_only(
    session: Session, people: People, logged_in: Browser, name: str, code: int
) -> None:
    report, ruling = a_ruling(session, people, "lena")
    browser, path = logged_in(name), f"/beslut/{ruling.id}/angra"
    sent = token(browser)
    assert browser.post(path, data=sent).status_code == code
    assert status(session, report) is (Status.FILED if code == 302 else Status.LOCAL_ACTION)


def test_the_button_is_there_for_a_day_and_for_who_took_the_decision(
    session: Session, people: People, vera: CheckingClient, logged_in: Browser
) -> None:
    late = int(UNDO_WITHIN / timedelta(hours=1)) + 1
    for name, hours, there in (("vera", 0, True), ("vera", late, False), ("lena", 0, False)):
        report, ruling = a_ruling(session, people, name, hours=hours)
        assert (f"/beslut/{ruling.id}/angra" in vera.page(f"/avvikelser/{report.id}").html) is there
        assert f"/beslut/{ruling.id}/angra" not in logged_in("rut").page(f"/avvikelser/{report.id}").html


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com", "", "/triage?ko=nya"])
def test_undoing_leads_back_to_a_page_of_ours(
    session: Session, people: People, vera: CheckingClient, back: str
) -> None:
    report, ruling = a_ruling(session, people)
    answer = vera.submit(f"/avvikelser/{report.id}", f"/beslut/{ruling.id}/angra", back=back)
    assert answer.headers["Location"] == (back if back.startswith("/triage") else "/triage")


def test_what_somebody_has_acted_on_stands_and_the_page_says_why(
    session: Session, people: People, vera: CheckingClient
) -> None:
    report, ruling = a_ruling(session, people)
    sent = token(vera)
    triage.move(session, people.lena, report, triage.Decision(Status.IN_REVIEW, note="Inte vårt."), at=NOW)
    session.commit()
    answer = vera.post(f"/beslut/{ruling.id}/angra", data=sent)
    assert answer.status_code == 403
    assert "Det har hänt något mer sedan beslutet" in answer.get_data(as_text=True)
    assert status(session, report) is Status.IN_REVIEW
