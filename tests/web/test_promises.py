"""The page on which the coordinator says what is promised, and how a promised day reads wherever it is shown."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from deviations.domain import deadlines
from deviations.domain.deadlines import Promised, Promises, Span
from deviations.domain.workflow import Status
from deviations.models import Deviation
from deviations.queries import settings
from deviations.services import promises, triage
from tests.factories import NOW, TODAY, a_filed_deviation, days_ago, said_here
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

PATH = "/installningar/svarstider"
LETTER = {"letter_days": "60", "letter_kind": "working"}
TYPED = {"first_days": "10", "first_kind": "working", "local_days": "45", "local_kind": "plain", **LETTER}


def test_the_coordinator_changes_what_is_promised(session: Session, people: People, vera: CheckingClient) -> None:
    page = vera.page(PATH)
    assert "En dag som redan är lovad står kvar" in page.text()
    assert vera.submit(PATH, PATH, do="save", **TYPED).status_code == 302
    session.expire_all()
    assert settings.promises(session) == Promises(Span(10, working=True), Span(45))
    (kind,) = [f for f in vera.page(PATH).all("select") if f.get("name") == "first_kind"]
    assert [o.get("value") for o in kind if o.get("selected") is not None] == ["working"]


def test_the_days_are_shown_before_anything_is_saved(session: Session, people: People, vera: CheckingClient) -> None:
    answer = vera.submit(PATH, PATH, do="preview", **TYPED)
    first = deadlines.promised(Promised.FIRST_REPLY, TODAY, Span(10, working=True)).on
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f"får svar senast den {first.day} " in text
    assert "rapporteras i dag" in text
    if date(TODAY.year, 12, 21) > TODAY:
        assert "strax före jul" in text
    assert settings.promises(session) == Promises()


@pytest.mark.parametrize("days", ["0", "366", "-3", "tio", "", "1,5", "9" * 40])
def test_what_is_no_number_of_days_is_refused_with_the_typed_text(
    session: Session, people: People, vera: CheckingClient, days: str
) -> None:
    answer = vera.submit(PATH, PATH, do="save", **{**TYPED, "first_days": days})
    assert answer.status_code == 422
    assert 'value="45"' in answer.get_data(as_text=True)
    assert settings.promises(session) == Promises()


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_the_page_is_the_coordinators(logged_in: Callable[[str], CheckingClient], name: str) -> None:
    browser = logged_in(name)
    assert browser.get(PATH).status_code == 404


def test_a_reporter_reads_when_and_why_then(session: Session, people: People, rut: CheckingClient) -> None:
    report = a_filed_deviation(session, people.rut, at=days_ago(3))
    triage.move(session, people.vera, report, triage.Decision(Status.LOCAL_ACTION), at=days_ago(2))
    session.commit()
    assert "Så räknades dagen: 60 dagar från den" in rut.page("/avvikelser/mina").text()
    promises.keep(report, deadlines.set_by_hand(Promised.EXTENSION, TODAY + timedelta(days=80), TODAY))
    session.commit()
    text = rut.page("/avvikelser/mina").text()
    assert "Det har fått längre tid, och senast den" in text
    assert "Så räknades" not in text


def shown(app: Flask, report: Deviation) -> str:
    """The line of a report's promised day, as its page has it."""
    with app.test_request_context():
        return " ".join(app.jinja_env.get_template("deviations/_promise.html").render(deviation=report).split())


@pytest.mark.parametrize(
    ("kind", "days", "span", "words", "late"),
    [
        (Promised.FIRST_REPLY, 4, Span(7), "Svar senast den", False),
        (Promised.FIRST_REPLY, 0, Span(7), "Svar senast den", False),
        (Promised.FIRST_REPLY, -1, Span(7), "Försenad, skulle ha haft svar senast den", True),
        (Promised.LOCAL_ANSWER, 9, Span(60), "Delprojektet svarar senast den", False),
        (Promised.SNOOZE, 9, None, "Uppskjuten till den", False),
        (Promised.SNOOZE, -9, None, "Försenad, skulle ha tagits upp igen den", True),
        (Promised.EXTENSION, 9, None, "beviljad av verksamhetsutvecklaren den", False),
        (Promised.EXTENSION, -1, None, "Försenad, den längre tiden tog slut den", True),
    ],
)
def test_a_promised_day_says_what_it_is_and_when_it_has_gone_by(
    app: Flask, session: Session, people: People, kind: Promised, days: int, span: Span | None, words: str, late: bool
) -> None:
    report = a_filed_deviation(session, people.rut, at=NOW)
    promises.keep(report, deadlines.Due(kind, TODAY + timedelta(days=days), TODAY, span))
    text = shown(app, report)
    assert words in text
    assert ("promise--late" in text, "<svg" in text) == (late, True)


def test_what_follows_another_report_promises_nothing_itself(app: Flask, session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    follower = said_here(session, people.rolf, report)
    assert shown(app, follower) == ""
    assert "Svar senast" in shown(app, report)


def test_who_saves_second_sees_both_and_chooses(session: Session, people: People, vera: CheckingClient) -> None:
    (form,) = [f for f in vera.page(PATH).all("form") if f.get("action") == PATH]
    old = form_values(form)
    promises.set_promises(session, people.vera, Promises(Span(3), Span(30)), NOW)
    session.commit()
    answer = vera.post(PATH, data={**old, **TYPED, "do": "save"})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Sparat av Vera" in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == PATH]
    again = form_values(form)
    assert {name: again[name] for name in ("first_days", "local_days")} == {"first_days": "10", "local_days": "45"}
    session.rollback()
    assert settings.promises(session) == Promises(Span(3), Span(30))
    assert vera.post(PATH, data={**again, "do": "save"}).status_code == 302
    session.rollback()
    assert settings.promises(session) == Promises(Span(10, working=True), Span(45))
