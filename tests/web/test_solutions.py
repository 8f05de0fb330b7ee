"""Finding a solution and saying how it went: one word for each subproject, told to all without its name."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Status
from deviations.models import Solution, SolutionTrial
from deviations.services import triage
from tests.factories import NOW, a_decision, a_filed_deviation
from tests.pages import CheckingClient
from tests.people import People
from tests.web.conftest import Browser


@pytest.fixture
def path(session: Session, people: People) -> str:
    """The page of what Söder did about a report of Rut's."""
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.lena, report, a_decision(session, Status.SOLVED_LOCALLY), at=NOW)
    session.commit()
    return f"/losningar/{session.scalars(select(Solution.id)).one()}"


def trials(session: Session) -> list[tuple[bool, str]]:
    session.rollback()
    session.expire_all()
    return [(t.worked, t.note) for t in session.scalars(select(SolutionTrial).order_by(SolutionTrial.id))]


def test_another_subproject_says_how_it_went_and_may_change_its_mind(
    session: Session, path: str, logged_in: Browser, rut: CheckingClient
) -> None:
    rita = logged_in("rita")
    assert "Inget annat delprojekt har sagt" in rita.page(path).text()
    assert rita.submit(path, f"{path}/provad", note="Fungerade direkt.", worked="yes").status_code == 302
    assert "Prövad av ett annat delprojekt och fungerade där också." in rut.page("/losningar").text()
    text = rut.page(path).text()
    assert "Fungerade direkt." in text
    assert "Norr" not in text
    assert "Norr" in logged_in("vera").page(path).text()
    logged_in("ruben").submit(path, f"{path}/provad", note="", worked="no")
    assert "Prövad av 2 andra delprojekt: fungerade hos 1." in rut.page(path).text()
    logged_in("lars").submit(path, f"{path}/provad", note="Höll inte.", worked="no")
    assert trials(session) == [(False, "Höll inte."), (False, "")]
    assert "men fungerade inte hos något av dem" in rut.page(path).text()


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_only_other_subprojects_are_asked(path: str, logged_in: Browser, name: str) -> None:
    browser = logged_in(name)
    page = browser.page(path)
    assert not [f for f in page.all("form") if (f.get("action") or "").endswith("/provad")]
    (token, *_) = [f.get("value") for f in page.all("input") if f.get("name") == "csrf_token"]
    answer = browser.post(f"{path}/provad", data={"csrf_token": token, "worked": "yes", "subproject": "2"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"note": "Prövades med 850709-9805.", "worked": "yes"}, "personnummer"),
        ({"note": "Prövades av Karin Lundström.", "worked": "yes"}, "Karin Lundström"),
        ({"note": "x" * 301, "worked": "yes"}, "högst 300 tecken"),
        ({"note": "Fungerade hos oss."}, "Välj om det fungerade hos er eller inte."),
        ({"note": "Fungerade.", "worked": "yes", "subproject": "1"}, "Valet finns inte längre"),
        ({"note": "Fungerade.", "worked": "yes", "subproject": "x" * 99}, "Valet finns inte längre"),
    ],
)
def test_what_can_not_be_taken_is_given_back(
    session: Session, path: str, logged_in: Browser, sent: dict[str, str], sentence: str
) -> None:
    rita = logged_in("rita")
    (form,) = [f for f in rita.page(path).all("form") if (f.get("action") or "").endswith("/provad")]
    known = {f.get("name"): f.get("value") for f in form.iter("input") if f.get("type") == "hidden"}
    answer = rita.post(f"{path}/provad", data={**known, **sent})
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert re.search(re.escape(sentence), text)
    assert sent["note"] in text
    assert trials(session) == []


def test_the_list_goes_on_with_its_filters_in_the_address(
    session: Session, people: People, rut: CheckingClient
) -> None:
    for number in range(22):
        report = a_filed_deviation(session, people.rut, title=f"Rapport {number}")
        done = triage.Decision(Status.SOLVED_LOCALLY, solution=f"Sätt nummer {number}.")
        triage.move(session, people.lena, report, done, at=NOW)
    session.commit()
    page = rut.page("/losningar?ord=sätt&ordning=confirmed")
    (more,) = [a.get("href") for a in page.all("a") if a.get("rel") == "next"]
    assert more is not None and "ordning=confirmed" in more
    assert rut.page(more).text().count("Sätt nummer") >= 2
    assert "Visa fler" not in rut.page(more).text()
    for strange in ("efter=99999", "efter=x", "ordning=zzz&regel=-1", "regel=99999999999", "ord=%00"):
        rut.page(f"/losningar?{strange}")
