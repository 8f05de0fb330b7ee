"""Two people decide at one moment what can't both be true: one of them is told, nothing is half saved."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier as Start

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from deviations.domain.workflow import Act, Status
from deviations.models import Barrier, Move, Review, Ruling, SavedView
from deviations.services import audit, reviews, rulings, triage
from tests.factories import NOW, a_barrier, a_filed_deviation, moves
from tests.pages import CheckingClient, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
Sent = tuple[CheckingClient, str, dict[str, object]]


def at_once(*sent: Sent) -> list[TestResponse]:
    """All these forms are sent at one moment, each by a browser of its own."""
    start = Start(len(sent))

    def press(one: Sent) -> TestResponse:
        browser, action, values = one
        start.wait(timeout=60)
        return browser.post(action, data=values)

    with ThreadPoolExecutor(len(sent)) as threads:
        return list(threads.map(press, sent))


def filled(browser: CheckingClient, page: str, action: str, **changed: object) -> Sent:
    """The form of a page that leads to an action, filled in and not sent yet."""
    form = next(f for f in browser.page(page).all("form") if f.get("action") == action)
    return browser, action, {**form_values(form), **changed}


def codes(answers: list[TestResponse]) -> list[int]:
    """How it went, the best first."""
    return sorted(answer.status_code for answer in answers)


def test_of_two_barriers_that_are_merged_into_each_other_one_stands(
    session: Session, people: People, logged_in: Browser
) -> None:
    reports = [a_filed_deviation(session, people.rut, title=f"Rapport {n}") for n in range(2)]
    a, b = (a_barrier(session, people.vera, [one], name=f"Hinder {one.id}") for one in reports)
    session.commit()
    sent = []
    for source, target in ((a, b), (b, a)):
        page = f"/hinder/{source.id}/sla-ihop"
        sent.append(filled(logged_in("vera"), page, page, target=str(target.id), note="Det är samma sak."))
    session.rollback()
    answers = at_once(*sent)
    assert codes(answers)[0] == 302
    assert codes(answers)[1] in (403, 409, 422)
    session.expire_all()
    standing = session.scalars(select(Barrier).where(Barrier.merged_into_id.is_(None))).one()
    assert {report.barrier_id for report in reports} == {standing.id}
    assert audit.verify(session)[1] is None


def test_of_two_reports_that_are_said_to_repeat_each_other_one_stays_open(
    session: Session, people: People, logged_in: Browser
) -> None:
    a, b = (a_filed_deviation(session, people.rut, title=f"Rapport {n}") for n in range(2))
    session.commit()
    sent = []
    for one, other in ((a, b), (b, a)):
        page = f"/avvikelser/{one.id}"
        said = {"closed-reason": "duplicate", "closed-duplicate_of": str(other.id)}
        sent.append(filled(logged_in("vera"), page, f"{page}/beslut/closed", **said))
    session.rollback()
    answers = at_once(*sent)
    assert codes(answers)[0] == 302
    assert codes(answers)[1] in (409, 422)
    session.expire_all()
    assert sorted(one.status for one in (a, b)) == [Status.CLOSED, Status.FILED]
    assert audit.verify(session)[1] is None


def test_a_decision_that_is_undone_twice_at_once_is_undone_once(
    session: Session, people: People, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut)
    ruling = rulings.take(session, people.vera, [(report, None)], triage.Decision(Status.LOCAL_ACTION), at=NOW)
    session.commit()
    browsers = [logged_in("vera") for _ in range(4)]
    sent = [filled(browser, f"/avvikelser/{report.id}", f"/beslut/{ruling.id}/angra") for browser in browsers]
    session.rollback()
    assert codes(at_once(*sent)) == [302, 403, 403, 403]
    session.expire_all()
    assert report.status is Status.FILED
    assert [move.act for move in moves(session, report)].count(Act.UNDONE) == 1
    assert audit.verify(session)[1] is None


def test_one_decision_about_many_that_is_sent_twice_at_once_is_taken_once(
    session: Session, people: People, logged_in: Browser
) -> None:
    reports = [a_filed_deviation(session, people.rut, title=f"Rapport {n}") for n in range(3)]
    session.commit()
    marked = [f"{one.id}:{one.version}" for one in reports]
    said = {"valda": marked, "decision": "local_action", "note": "Ta det lokalt."}
    browsers = [logged_in("vera") for _ in range(2)]
    actions = [browser.page("/triage").all("form") for browser in browsers]
    action = next(f.get("action") for f in actions[0] if (f.get("action") or "").startswith("/triage/manga"))
    sent = [filled(browser, "/triage", action, **said) for browser in browsers]
    session.rollback()
    assert codes(at_once(*sent)) == [302, 409]
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Ruling)) == 1
    assert session.scalar(select(func.count()).where(Move.target == Status.LOCAL_ACTION)) == 3
    assert audit.verify(session)[1] is None


def test_a_review_that_is_ended_twice_at_once_has_one_set_of_minutes(
    session: Session, people: People, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut)
    review = reviews.start(session, people.vera, [report.id], at=NOW)
    session.commit()
    page = f"/genomgang/{review.id}/klar"
    sent = [filled(logged_in("vera"), page, page) for _ in range(3)]
    session.rollback()
    assert codes(at_once(*sent)) == [302] * 3
    session.expire_all()
    assert session.scalars(select(Review.ended_at)).one() is not None
    assert audit.verify(session)[1] is None


def test_a_view_that_is_saved_twice_at_once_is_one_view(session: Session, people: People, logged_in: Browser) -> None:
    action = "/triage/vyer?ko=nya"
    sent = [filled(logged_in("vera"), "/triage", action, name="Min måndag") for _ in range(6)]
    session.rollback()
    assert codes(at_once(*sent)) == [302] * 6
    session.expire_all()
    assert session.scalars(select(SavedView.name)).all() == ["Min måndag"]
