"""The coordinator's word on how long a report waits: what was put off is taken up again, and leads get longer time."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.deadlines import Promised
from deviations.domain.workflow import Act, Status
from deviations.models import Deviation
from deviations.services import promises, triage
from deviations.services import rulings as deciding
from tests.factories import NOW, TODAY, a_filed_deviation, days_ago, moves
from tests.pages import CheckingClient, form_values
from tests.people import People
from tests.web.conftest import Browser

QUEUE = "/triage?ko=uppskjutna"
LATER = TODAY + timedelta(days=90)


@pytest.fixture
def put_off(session: Session, people: People) -> Deviation:
    """A report of Rut's that Vera has put off for a month."""
    report = a_filed_deviation(session, people.rut, at=days_ago(2))
    deciding.snooze(session, people.vera, [(report, None)], TODAY + timedelta(days=30), at=days_ago(1))
    session.commit()
    return report


@pytest.fixture
def at_work(session: Session, people: People) -> Deviation:
    """A report of Rut's that Vera left to Söder."""
    report = a_filed_deviation(session, people.rut, at=days_ago(6))
    triage.move(session, people.vera, report, triage.Decision(Status.LOCAL_ACTION), at=days_ago(5))
    session.commit()
    return report


def again(session: Session, report: Deviation) -> Deviation:
    session.rollback()
    session.refresh(report)
    return report


def press(browser: CheckingClient, page: str, action: str) -> str:
    """Presses the button of a form on a page; where it leads."""
    (form,) = [f for f in browser.page(page).all("form") if (f.get("action") or "").split("?")[0] == action]
    return str(browser.post(form.get("action"), data=form_values(form)).headers["Location"])


@pytest.mark.parametrize("queue", [True, False])
def test_what_was_put_off_is_taken_up_before_its_day_and_that_can_be_undone(
    session: Session, put_off: Deviation, vera: CheckingClient, queue: bool
) -> None:
    page = QUEUE if queue else f"/avvikelser/{put_off.id}"
    before = (put_off.snoozed_until, put_off.due_on, put_off.due_how)
    assert press(vera, page, f"/avvikelser/{put_off.id}/ta-upp").endswith(page)
    assert again(session, put_off).snoozed_until is None
    assert moves(session, put_off)[-1].act is Act.WOKEN
    back = vera.page(page)
    assert "är upptagen igen" in back.text()
    assert "Ta upp nu" not in back.text()
    undo, *_ = [f for f in back.all("form") if "/angra" in (f.get("action") or "")]
    assert vera.post(undo.get("action"), data=form_values(undo)).status_code == 302
    again(session, put_off)
    assert (put_off.snoozed_until, put_off.due_on, put_off.due_how) == before


def test_what_somebody_saved_since_is_not_taken_up_unseen(
    session: Session, people: People, put_off: Deviation, vera: CheckingClient
) -> None:
    action = f"/avvikelser/{put_off.id}/ta-upp"
    (form,) = [f for f in vera.page(QUEUE).all("form") if f.get("action") == action]
    values, until = form_values(form), TODAY + timedelta(days=40)
    deciding.snooze(session, people.vera, [(put_off, None)], until, at=NOW)
    session.commit()
    assert vera.post(action, data=values).status_code == 409
    assert again(session, put_off).snoozed_until == until


def test_only_what_is_put_off_has_the_button_and_only_for_the_coordinator(
    session: Session, people: People, put_off: Deviation, vera: CheckingClient, logged_in: Browser
) -> None:
    new = a_filed_deviation(session, people.rut)
    session.commit()
    assert "Ta upp nu" not in vera.page(f"/avvikelser/{new.id}").text()
    assert "Ta upp nu" not in vera.page("/triage").text()
    for name in ("rut", "lena"):
        assert "Ta upp nu" not in logged_in(name).page(f"/avvikelser/{put_off.id}").text()
    assert "Ta upp nu" not in logged_in("lena").page(QUEUE).text()


def test_longer_time_is_given_without_having_been_asked_for(
    session: Session, at_work: Deviation, vera: CheckingClient, logged_in: Browser
) -> None:
    page, action = f"/avvikelser/{at_work.id}", f"/avvikelser/{at_work.id}/ge-tid"
    assert "Säg nej" not in vera.page(page).text()
    assert "Ge längre tid" not in logged_in("lena").page(page).text()
    (form,) = [f for f in vera.page(page).all("form") if (f.get("action") or "").split("?")[0] == action]
    typed = {**form_values(form), f"give-{at_work.id}-until": LATER.isoformat()}
    typed[f"give-{at_work.id}-note"] = "Ring Karin Lundström först."
    refused = vera.post(form.get("action"), data=typed)
    assert refused.status_code == 422
    assert "Ring Karin Lundström först." in refused.get_data(as_text=True)
    typed[f"give-{at_work.id}-note"] = "Sommaren kommer emellan."
    assert vera.post(form.get("action"), data=typed).headers["Location"].endswith(page)
    due = promises.of(again(session, at_work))
    assert due is not None
    assert (due.kind, due.on) == (Promised.EXTENSION, LATER)
    assert "Delprojektet har fått tid till den" in vera.page(page).text()
