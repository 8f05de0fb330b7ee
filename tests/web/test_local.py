"""A lead's own queue: she sees what waits for her subprojects, and each next step saves, refuses kindly, and undoes."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.deadlines import Promised
from deviations.domain.roles import Role
from deviations.domain.workflow import Act, Kind, Status
from deviations.models import Deviation, Membership, Solution
from deviations.services import promises, triage
from deviations.services import rulings as deciding
from tests import people as staff
from tests.factories import NOW, TODAY, a_barrier, a_filed_deviation, days_ago, joined, moves
from tests.pages import CheckingClient, form_values
from tests.people import People
from tests.web.conftest import Browser

PATH, ASKED = "/delprojekt", "/delprojekt/langre-tid"
LATER = (TODAY + timedelta(days=90)).isoformat()


@pytest.fixture
def lena(logged_in: Browser) -> CheckingClient:
    """Lena's browser: she leads Söder."""
    return logged_in("lena")


@pytest.fixture
def at_work(session: Session, people: People) -> Deviation:
    """A report of Rut's that Vera left to Söder, with a word."""
    return left_to_lead(session, people, "rut")


def left_to_lead(session: Session, people: People, who: str, days: int = 5, **told: object) -> Deviation:
    report = a_filed_deviation(session, getattr(people, who), at=days_ago(days + 1), **told)
    decision = triage.Decision(Status.LOCAL_ACTION, note="Prata med bemanningen.")
    triage.move(session, people.vera, report, decision, at=days_ago(days))
    session.commit()
    return report


def send(browser: CheckingClient, page: str, action: str, **typed: str) -> tuple[int, str]:
    """Sends a report's form on a page with these fields changed, whatever prefix they have there."""
    (form,) = [f for f in browser.page(page).all("form") if (f.get("action") or "").split("?")[0] == action]
    known = form_values(form)
    names = {str(name).rsplit("-", 1)[-1]: name for name in known} | {
        str(f.get("name")).rsplit("-", 1)[-1]: f.get("name") for f in form.iter("input") if f.get("name")
    }
    answer = browser.post(form.get("action"), data={**known, **{names[name]: value for name, value in typed.items()}})
    return answer.status_code, answer.get_data(as_text=True)


def again(session: Session, report: Deviation) -> Deviation:
    session.rollback()
    session.refresh(report)
    return report


def test_a_lead_finds_all_that_waits_for_her_subproject(
    session: Session, people: People, at_work: Deviation, lena: CheckingClient
) -> None:
    left_to_lead(session, people, "rita", title="Norrs egen sak")
    new = a_filed_deviation(session, people.rolf, title="Nyss rapporterad")
    good = a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE, title="Ett guldkorn")
    asked = a_filed_deviation(session, people.rut, title="Vilken myndighet var det")
    triage.move(session, people.vera, asked, triage.Decision(Status.NEEDS_FACTS, note="Vem sade nej?"), at=NOW)
    done = left_to_lead(session, people, "rut", title="Redan löst")
    said = triage.Decision(Status.SOLVED_LOCALLY, solution="Vi ringde.")
    triage.move(session, people.lena, done, said, at=NOW)
    session.commit()
    text = lena.page(PATH).text()
    for words in (at_work.title, "Prata med bemanningen.", new.title, asked.title, "Vem sade nej?", "Redan löst"):
        assert words in text
    assert "60 dagar från den" in text
    assert "Rut fick frågan den" in text
    assert "Norrs egen sak" not in text
    assert good.title not in text.split("Löst senast")[0]
    assert "Söder" not in text.split("Löst senast")[0]


def test_who_leads_two_subprojects_sees_both_by_name(
    session: Session, people: People, at_work: Deviation, lena: CheckingClient
) -> None:
    left_to_lead(session, people, "rita", title="Norrs egen sak")
    north = staff.place(session, "Norr")
    session.add(Membership(user_id=people.lena.id, role=Role.LEAD, subproject_id=north.id))
    session.commit()
    text = lena.page(PATH).text()
    for words in ("Norrs egen sak", "Söder", "Norr"):
        assert words in text


@pytest.mark.parametrize("name", ["rut", "vera", "stina", "adam"])
def test_the_page_is_the_leads(at_work: Deviation, logged_in: Browser, name: str) -> None:
    assert logged_in(name).get(PATH).status_code == 404


def test_what_was_done_becomes_a_solution_and_can_be_undone(
    session: Session, people: People, at_work: Deviation, lena: CheckingClient
) -> None:
    typed = "Vi tecknade en egen försäkring."
    status, _ = send(lena, PATH, f"{PATH}/{at_work.id}/lost", solution=typed, not_worked="y")
    assert status == 302
    assert again(session, at_work).status is Status.SOLVED_LOCALLY
    (told,) = session.scalars(select(Solution))
    assert (told.text, told.worked, told.barrier_id) == (typed, False, None)
    page = lena.page(PATH)
    assert "är löst lokalt" in page.text()
    (undo,) = [f for f in page.all("form") if "/angra" in (f.get("action") or "")]
    assert lena.post(undo.get("action"), data=form_values(undo)).headers["Location"].endswith(PATH)
    assert again(session, at_work).status is Status.LOCAL_ACTION
    assert session.scalars(select(Solution)).all() == []


def test_a_solution_may_be_told_at_the_barrier_that_the_report_is_like(
    session: Session, people: People, at_work: Deviation, lena: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera)
    for who in ("rita", "ruben"):
        joined(session, people.vera, a_filed_deviation(session, getattr(people, who)), barrier)
    other = a_filed_deviation(session, people.rita)
    said = triage.Decision(Status.SOLVED_LOCALLY, solution="Kommunens egen försäkring gällde.", barrier=barrier)
    triage.move(session, people.lars, other, said, at=NOW)
    session.commit()
    text = lena.page(PATH).text()
    assert "Kommunens egen försäkring gällde." in text
    assert f"Det hjälper mot hindret ”{barrier.name}”" in text
    send(lena, PATH, f"{PATH}/{at_work.id}/lost", solution="Vi gjorde likadant.", helps="y")
    session.rollback()
    assert session.scalars(select(Solution.barrier_id).where(Solution.deviation_id == at_work.id)).one() == barrier.id


def test_a_barrier_that_was_refused_for_a_report_is_not_named_at_it_again(
    session: Session, people: People, at_work: Deviation, lena: CheckingClient
) -> None:
    refused, other = (a_barrier(session, people.vera, name=name) for name in ("Tiotimmarsgränsen", "Försäkringen"))
    for barrier, names in ((refused, ("rita", "ruben", "rita")), (other, ("ruben",))):
        for name in names:
            joined(session, people.vera, a_filed_deviation(session, getattr(people, name)), barrier)
    session.commit()
    helps = "Det hjälper mot hindret ”{}”".format
    assert sum(helps(barrier.name) in lena.page(PATH).text() for barrier in (refused, other)) == 1
    for barrier, left in ((refused, [other]), (other, [])):
        deciding.refuse(session, people.vera, again(session, at_work), barrier, at=NOW)
        session.commit()
        text = lena.page(PATH).text()
        assert [one for one in (refused, other) if helps(one.name) in text] == left


def test_a_local_action_goes_back_with_why(session: Session, at_work: Deviation, lena: CheckingClient) -> None:
    assert send(lena, PATH, f"{PATH}/{at_work.id}/tillbaka", note="Det är en fråga för regionen.")[0] == 302
    assert again(session, at_work).status is Status.IN_REVIEW
    assert moves(session, at_work)[-1].note == "Det är en fråga för regionen."


def test_longer_time_is_asked_for_and_given(
    session: Session, at_work: Deviation, lena: CheckingClient, vera: CheckingClient
) -> None:
    assert send(lena, PATH, f"{PATH}/{at_work.id}/langre-tid", until=LATER, note="Sommaren kom emellan.")[0] == 302
    assert again(session, at_work).asked_until == TODAY + timedelta(days=90)
    assert at_work.due_on == TODAY + timedelta(days=55)
    assert "Delprojektet har bett om tid till den" in lena.page(PATH).text()
    assert "Sommaren kom emellan." in vera.page(ASKED).text()
    assert send(vera, ASKED, f"/avvikelser/{at_work.id}/ge-tid")[0] == 302
    due = promises.of(again(session, at_work))
    assert due is not None
    assert (due.kind, due.on, at_work.asked_until) == (Promised.EXTENSION, TODAY + timedelta(days=90), None)
    assert "Ingen ber om längre tid" in vera.page(ASKED).text()
    assert "beviljad av verksamhetsutvecklaren" in lena.page(PATH).text()


def test_no_to_longer_time_is_told_with_why_and_can_be_undone(
    session: Session, people: People, at_work: Deviation, lena: CheckingClient, vera: CheckingClient
) -> None:
    send(lena, PATH, f"{PATH}/{at_work.id}/langre-tid", until=LATER, note="Sommaren kom emellan.")
    due = again(session, at_work).due_on
    assert send(vera, ASKED, f"/avvikelser/{at_work.id}/neka-tid")[0] == 422
    assert send(vera, ASKED, f"/avvikelser/{at_work.id}/neka-tid", note="Det räcker med telefon.")[0] == 302
    assert (again(session, at_work).asked_until, at_work.due_on) == (None, due)
    assert moves(session, at_work)[-1].act is Act.EXTENSION_REFUSED
    assert "Ni fick inte längre tid: Det räcker med telefon." in lena.page(PATH).text()
    undo, *_ = [f for f in vera.page(ASKED).all("form") if "/angra" in (f.get("action") or "")]
    vera.post(undo.get("action"), data=form_values(undo))
    assert again(session, at_work).asked_until == TODAY + timedelta(days=90)
    assert "Ni fick inte längre tid" not in lena.page(PATH).text()


@pytest.mark.parametrize(
    ("action", "typed", "sentence"),
    [
        ("lost", {"solution": " "}, "Beskriv vad ni gjorde"),
        ("lost", {"solution": "Vi ringde 850709-9805."}, "personnummer"),
        ("lost", {"solution": "Vi ringde Karin Lundström."}, "Karin Lundström"),
        ("tillbaka", {"note": ""}, "Skriv varför, så att"),
        ("langre-tid", {"until": LATER, "note": ""}, "Skriv varför ni behöver"),
        ("langre-tid", {"until": "", "note": "Semestern."}, "Välj en dag."),
        ("langre-tid", {"until": "i mars", "note": "Semestern."}, "Semestern."),
        ("langre-tid", {"until": TODAY.isoformat(), "note": "Semestern."}, "Välj en senare dag"),
        ("langre-tid", {"until": "2999-01-01", "note": "Semestern."}, "Välj en dag från i dag"),
        ("langre-tid", {"until": LATER, "note": "Skriv till anna@example.com."}, "e-postadress"),
    ],
)
def test_what_can_not_be_taken_is_given_back(
    session: Session, at_work: Deviation, lena: CheckingClient, action: str, typed: dict[str, str], sentence: str
) -> None:
    status, text = send(lena, PATH, f"{PATH}/{at_work.id}/{action}", **typed)
    assert status == 422
    assert sentence in text
    assert all(value in text for value in typed.values())
    assert again(session, at_work).status is Status.LOCAL_ACTION
    assert at_work.asked_until is None


def test_a_new_report_is_taken_on_in_one_press(session: Session, people: People, lena: CheckingClient) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    assert lena.submit(PATH, f"{PATH}/{report.id}/ta").status_code == 302
    assert again(session, report).status is Status.LOCAL_ACTION
    due = promises.of(report)
    assert due is not None
    assert due.kind is Promised.LOCAL_ANSWER


def test_somebody_elses_decision_in_between_gives_the_text_back(
    session: Session, people: People, at_work: Deviation, lena: CheckingClient
) -> None:
    (form,) = [f for f in lena.page(PATH).all("form") if (f.get("action") or "").endswith("/lost")]
    values = form_values(form)
    deciding.extend(session, people.vera, at_work, TODAY + timedelta(days=99), at=NOW)
    session.commit()
    typed = "Vi tecknade en egen försäkring."
    answer = lena.post(form.get("action"), data={**values, f"solved-{at_work.id}-solution": typed})
    assert (answer.status_code, typed in answer.get_data(as_text=True)) == (409, True)
    assert again(session, at_work).status is Status.LOCAL_ACTION
    triage.move(session, people.vera, at_work, triage.Decision(Status.IN_REVIEW, note="Tas upp igen."), at=NOW)
    session.commit()
    answer = lena.post(form.get("action"), data={**values, f"solved-{at_work.id}-solution": typed})
    assert (answer.status_code, typed in answer.get_data(as_text=True)) == (409, True)


@pytest.mark.parametrize("action", ["lost", "tillbaka", "langre-tid", "ta", "ge-tid", "neka-tid"])
def test_nobody_takes_a_step_that_is_not_hers(
    session: Session, people: People, at_work: Deviation, logged_in: Browser, action: str
) -> None:
    version = at_work.version
    others = {"rut", "lars", "stina", "adam"} | (
        {"lena"} if action.endswith("-tid") and action != "langre-tid" else {"vera"}
    )
    for name in others:
        browser = logged_in(name)
        (token, *_) = [f.get("value") for f in browser.page("/konto").all("input") if f.get("name") == "csrf_token"]
        names = ("solved", "back", "longer", "give", "refuse")
        data = {f"{one}-{at_work.id}-csrf_token": token for one in names} | {"csrf_token": token}
        assert browser.post(f"{PATH}/{at_work.id}/{action}", data=data).status_code == 404, name
    assert again(session, at_work).version == version


def test_the_reports_page_leads_to_the_next_step(
    session: Session, at_work: Deviation, lena: CheckingClient, vera: CheckingClient, rut: CheckingClient
) -> None:
    page = f"/avvikelser/{at_work.id}"
    send(lena, PATH, f"{PATH}/{at_work.id}/langre-tid", until=LATER, note="Sommaren kom emellan.")
    assert f"{PATH}#avvikelse-{at_work.id}" in [a.get("href") for a in lena.page(page).all("a")]
    assert "Delprojektet ber om längre tid" in vera.page(page).text()
    assert "Nästa steg" not in rut.page(page).text()
    assert send(vera, page, f"/avvikelser/{at_work.id}/ge-tid")[0] == 302
    assert again(session, at_work).asked_until is None
    assert "Delprojektet ber om längre tid" not in vera.page(page).text()
