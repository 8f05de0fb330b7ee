"""The history in plain words: each kind of step, what was undone, and what the policy saw, as each reader may."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from deviations.domain.workflow import CloseReason, Status
from deviations.models import Barrier, Deviation
from deviations.services import completing, rulings, triage
from deviations.web.filters import day
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_filed_deviation,
    a_recurring_barrier,
    a_rule,
)
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]
SOON = TODAY + timedelta(days=9)


def told(logged_in: Browser, name: str, thing: Deviation | Barrier) -> str:
    path = "avvikelser" if isinstance(thing, Deviation) else "hinder"
    page = logged_in(name).page(f"/{path}/{thing.id}")
    return page.text(next(e for e in page.all("ol") if e.get("class") == "timeline" and "kl." in page.text(e)))


def test_a_decision_names_its_barrier_and_its_reason(session: Session, people: People, logged_in: Browser) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    a_barrier(session, people.vera, [one])
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.INFORMATION, note="Länken finns på intranätet.")
    triage.move(session, people.vera, other, decision, at=NOW)
    session.commit()
    assert "Vera Del av hindret ”Tiotimmarsgränsen”" in told(logged_in, "rut", one)
    closing = told(logged_in, "rut", other)
    assert "Avslutad: det var bara information som saknades Länken finns på intranätet." in closing


def test_what_was_put_off_and_given_time_says_until_when(session: Session, people: People, logged_in: Browser) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    rulings.snooze(session, people.vera, [(one, one.version)], SOON, "Mötet är på torsdag.", at=NOW)
    rulings.wake(session, people.vera, one, at=NOW)
    triage.move(session, people.vera, other, triage.Decision(Status.LOCAL_ACTION), at=NOW)
    assert other.due_on is not None
    late = other.due_on + timedelta(days=10)
    rulings.ask_longer(session, people.lena, other, late, "Semester.", at=NOW)
    rulings.extend(session, people.vera, other, late, "Självklart.", at=NOW)
    session.commit()
    with logged_in("vera").application.test_request_context():
        soon, far = day(SOON), day(late)
    history = told(logged_in, "rut", one)
    assert f"Uppskjuten till den {soon} Mötet är på torsdag." in history
    assert "Upptagen igen före den dag" in history
    history = told(logged_in, "lena", other)
    assert f"Lena Bad om längre tid, till den {far} Semester." in history
    assert f"Vera Fick längre tid, till den {far} Självklart." in history


def test_what_was_undone_stays_readable(session: Session, people: People, logged_in: Browser) -> None:
    one = a_filed_deviation(session, people.rut)
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.NOT_A_DEVIATION)
    ruling = rulings.take(session, people.vera, [(one, one.version)], decision, at=NOW)
    rulings.undo(session, people.vera, ruling, at=NOW)
    session.commit()
    history = told(logged_in, "rut", one)
    assert "Avslutad: det är ingen avvikelse (ångrat)" in history
    assert "Vera Ångrade: avslutad: det är ingen avvikelse. Nu åter: anmäld" in history


def test_a_rule_that_the_coordinator_accepted_is_told_as_hers(
    session: Session, people: People, logged_in: Browser
) -> None:
    one = a_filed_deviation(session, people.rut, title="Under tio timmar gäller ingen försäkring")
    session.commit()
    vera = logged_in("vera")
    forms = [f.get("action") for f in vera.page(f"/avvikelser/{one.id}").all("form")]
    action = next(a for a in forms if a and "/regel/" in a)
    assert vera.submit(f"/avvikelser/{one.id}", action).status_code == 302
    assert "Vera Verksamhetsutvecklaren angav: regel" in told(logged_in, "rut", one)
    assert "/regel/" not in " ".join(
        f.get("action") or "" for f in logged_in("rut").page(f"/avvikelser/{one.id}").all("form")
    )


def test_what_its_author_filled_in_is_told_as_completed(session: Session, people: People, logged_in: Browser) -> None:
    one = a_filed_deviation(session, people.rut)
    details = completing.Details(one.municipality, one.occurred_on, one.agencies, rule=a_rule(session), weeks_lost=3)
    completing.complete(session, people.rut, one, details, at=NOW, version=None)
    session.commit()
    assert "Rut Kompletterade: regel, veckor" in told(logged_in, "vera", one)


def test_the_policy_says_why_it_fired_with_the_counts_that_a_reader_may_see(
    session: Session, people: People, logged_in: Browser
) -> None:
    barrier = a_recurring_barrier(session, people)
    session.commit()
    exact = "programmet Återkommande Gränsen nåddes: 5 avvikelser, 3 kommuner och 3 delprojekt inom 12 månader"
    assert exact in told(logged_in, "vera", barrier)
    hidden = "Gränsen nåddes: minst 5 avvikelser, 3 kommuner och 2 delprojekt inom 12 månader."
    for name in ("rut", "lena", "stina"):
        history = told(logged_in, name, barrier)
        assert hidden in history
        assert "3 delprojekt" not in history


def test_a_barrier_that_came_back_says_so(session: Session, people: People, logged_in: Browser) -> None:
    from deviations.domain.workflow import BarrierStatus
    from deviations.services import barriers
    from tests.factories import joined

    barrier = a_barrier(session, people.vera)
    barriers.end(session, people.vera, barrier, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=NOW)
    joined(session, people.vera, a_filed_deviation(session, people.rut), barrier)
    session.commit()
    history = told(logged_in, "rut", barrier)
    assert "Undanröjt Regeln är ändrad." in history
    assert "programmet Tillbaka igen En ny avvikelse lades till hindret, som var borta." in history
