"""The administrator records a decision, sees what would go, and presses twice; nobody else does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import today
from deviations.domain.retention import Erasable
from deviations.domain.workflow import CloseReason, Status
from deviations.models import Deviation, RetentionDecision, RetentionRun
from deviations.services import retention as keeping
from deviations.services import triage
from tests.factories import NOW, TODAY, a_filed_deviation, days_ago
from tests.pages import CheckingClient, form_values
from tests.people import People

HOME = "/administration/gallring"
LONG_AGO = days_ago(1_500)
Browser = Callable[[str], CheckingClient]


def closed(session: Session, people: People, count: int = 1) -> list[Deviation]:
    """Reports of Söder that were closed long ago."""
    found = [a_filed_deviation(session, people.rut, title=f"Kardborrefrågan {n}", at=LONG_AGO) for n in range(count)]
    for one in found:
        decision = triage.Decision(Status.CLOSED, reason=CloseReason.INFORMATION)
        triage.move(session, people.vera, one, decision, at=LONG_AGO)
    session.commit()
    return found


def decided(session: Session, people: People, what: Erasable = Erasable.REPORT_TEXTS) -> None:
    """The board's decision on one kind, as it was recorded."""
    told = keeping.Decided("2026/14", "Styrelsen", TODAY - timedelta(days=3), {what: 24})
    keeping.decide(session, people.adam, told, at=NOW)
    session.commit()


def shown(browser: CheckingClient, path: str, action: str) -> dict[str, Any]:
    """What the form to this address would send as the page shows it."""
    form = next(one for one in browser.page(path).all("form") if one.get("action") == action)
    return form_values(form)


def test_without_a_decision_the_page_says_that_nothing_goes(logged_in: Browser) -> None:
    page = logged_in("adam").page(HOME)
    assert "Inget gallringsbeslut är antecknat" in page.text()
    assert logged_in("adam").get(f"{HOME}/texter").status_code == 404


def test_a_decision_is_recorded_and_takes_nothing_away(session: Session, people: People, logged_in: Browser) -> None:
    (report,) = closed(session, people)
    page = logged_in("adam").submit(
        f"{HOME}/beslut",
        f"{HOME}/beslut",
        number="2026/14 § 7",
        decided_by="Samordningsförbundets styrelse",
        decided_on=today().isoformat(),
        report_texts="24",
        notes="",
        accounts="",
        mail="",
        sources="",
    )
    assert page.status_code == 302
    told = logged_in("adam").page(HOME).text()
    assert "2026/14 § 7" in told and "24 månader" in told
    session.expire_all()
    session.rollback()
    made = session.scalars(select(RetentionDecision)).one()
    assert [(rule.what, rule.months) for rule in made.rules] == [(Erasable.REPORT_TEXTS, 24)]
    assert session.get_one(Deviation, report.id).erased_at is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"number": ""}, "Skriv beslutets nummer"),
        ({"decided_by": ""}, "Skriv vem som har beslutat"),
        ({"decided_on": ""}, "Välj dagen då beslutet fattades"),
        ({"report_texts": "2"}, "mellan 6 och 600"),
        ({"report_texts": "tre"}, "Skriv ett helt tal med siffror"),
        ({"report_texts": ""}, "minst en sorts uppgift"),
        ({"note": "Se 811218-9876."}, "personnummer"),
    ],
)
def test_what_a_decision_lacks_is_said_and_what_was_typed_given_back(
    session: Session, logged_in: Browser, changed: dict[str, str], sentence: str
) -> None:
    filled = {
        **{"number": "17", "decided_by": "Styrelsen", "decided_on": today().isoformat(), "report_texts": "24"},
        **dict.fromkeys(("notes", "accounts", "mail", "sources"), ""),
        **changed,
    }
    answer = logged_in("adam").submit(f"{HOME}/beslut", f"{HOME}/beslut", **filled)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert 'value="Styrelsen"' in answer.get_data(as_text=True) or "decided_by" in changed
    assert session.scalars(select(RetentionDecision)).all() == []


def test_the_page_shows_first_and_the_second_press_takes(session: Session, people: People, logged_in: Browser) -> None:
    reports = closed(session, people, 6)
    decided(session, people)
    adam = logged_in("adam")
    page = adam.page(f"{HOME}/texter")
    assert "(antal: 5–9)" in page.text() and "Kardborre" not in page.text()
    session.rollback()
    assert session.scalars(select(Deviation.erased_at)).all() == [None] * 6
    assert adam.submit(f"{HOME}/texter", f"{HOME}/texter").status_code == 302
    session.rollback()
    assert {one.body for one in session.scalars(select(Deviation).execution_options(populate_existing=True))} == {""}
    told = adam.page(HOME).text()
    assert "Gallringen är genomförd" in told and "avvikelser: 5–9" in told
    assert session.scalars(select(RetentionRun.rule_id)).all() != []
    shown = logged_in("vera").page(f"/avvikelser/{reports[0].id}")
    assert "Gallrad avvikelse" in shown.text() and "gallringsbeslut 2026/14" in shown.text()
    assert "Kardborre" not in shown.text()


def test_few_reports_are_not_counted_for_who_reads_none(session: Session, people: People, logged_in: Browser) -> None:
    closed(session, people, 2)
    decided(session, people)
    told = logged_in("adam").page(f"{HOME}/texter").text()
    assert "färre än 5" in told and "Det äldsta" not in told
    assert "(antal: 2)" not in told and "(antal: färre än 5)" in told


def test_a_preview_that_is_too_old_is_refused_and_shown_anew(
    session: Session, people: People, logged_in: Browser
) -> None:
    closed(session, people, 6)
    decided(session, people)
    adam = logged_in("adam")
    fields = shown(adam, f"{HOME}/texter", f"{HOME}/texter")
    closed(session, people, 1)
    answer = adam.post(f"{HOME}/texter", data=fields)
    assert answer.status_code == 409
    assert "Något har ändrats sedan sidan visades" in answer.get_data(as_text=True)
    session.rollback()
    assert set(session.scalars(select(Deviation.erased_at))) == {None}
    assert adam.submit(f"{HOME}/texter", f"{HOME}/texter").status_code == 302


def test_a_decision_can_end_and_then_nothing_goes(session: Session, people: People, logged_in: Browser) -> None:
    closed(session, people)
    decided(session, people)
    adam = logged_in("adam")
    id = session.scalars(select(RetentionDecision.id)).one()
    assert adam.submit(HOME, f"{HOME}/beslut/{id}/upphor").status_code == 302
    assert "Beslut 2026/14 gäller inte längre" in adam.page(HOME).text()
    assert adam.get(f"{HOME}/texter").status_code == 404
    assert adam.post(f"{HOME}/texter", data={}).status_code in (400, 404)


def test_the_time_after_which_no_name_is_shown_is_chosen(session: Session, logged_in: Browser) -> None:
    adam = logged_in("adam")
    assert adam.submit(HOME, f"{HOME}/tidigare-medarbetare", months="6").status_code == 302
    assert 'value="6"' in adam.get(HOME).get_data(as_text=True)
    refused = adam.submit(HOME, f"{HOME}/tidigare-medarbetare", months="0")
    assert refused.status_code == 422
    stale = {**shown(adam, HOME, f"{HOME}/tidigare-medarbetare"), "months": "9", "version": "1"}
    adam.post(f"{HOME}/tidigare-medarbetare", data=stale)
    assert "Någon annan sparade före dig" in adam.get(HOME).get_data(as_text=True)


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_nobody_else_comes_near(session: Session, people: People, logged_in: Browser, name: str) -> None:
    decided(session, people)
    for path in (HOME, f"{HOME}/texter", f"{HOME}/beslut"):
        assert logged_in(name).get(path).status_code == 404


def test_an_erased_report_offers_no_way_back(session: Session, people: People, logged_in: Browser) -> None:
    (report,) = closed(session, people)
    decided(session, people)
    adam = logged_in("adam")
    adam.submit(f"{HOME}/texter", f"{HOME}/texter")
    for name in ("vera", "rolf"):
        page = logged_in(name).get(f"/avvikelser/{report.id}").get_data(as_text=True)
        assert "/beslut/in_review" not in page
        assert "/samma/avvikelse/" not in page
