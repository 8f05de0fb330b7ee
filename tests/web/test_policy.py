"""The policy in the browser: what thresholds would give is seen on the real barriers before they are saved."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from deviations.domain.recurrence import Policy
from deviations.domain.workflow import BarrierStatus
from deviations.models import Barrier, Program
from deviations.queries import settings
from deviations.services import policy
from tests.factories import NOW, a_barrier, a_recurring_barrier, spread_reports
from tests.pages import CheckingClient, Page, form_values
from tests.people import People, place

Browser = Callable[[str], CheckingClient]
PATH = "/hinder/granser"


@pytest.fixture
def two_barriers(session: Session, people: People) -> tuple[Barrier, Barrier]:
    """One that has fired and one that is near."""
    full = a_recurring_barrier(session, people, name="Remissen stannar")
    near = a_recurring_barrier(session, people, (2, 1, 1), name="Ingen väg in")
    session.commit()
    return full, near


def test_the_policy_is_changed_in_whole_numbers(session: Session, people: People, vera: CheckingClient) -> None:
    a_recurring_barrier(session, people, (1, 1, 0))
    session.commit()
    for wrong in ("", "0", "-1", "1.5", "tre", "291", "99999999999999999999", "--3", "٣"):
        answer = vera.submit(PATH, PATH, municipalities=wrong)
        text = Page(answer.get_data(as_text=True)).text()
        assert answer.status_code == 422, wrong
        assert "Skriv ett helt tal" in text
        assert "invalid literal" not in text
        assert "field is required" not in text
    answer = vera.submit(PATH, PATH, municipalities="2", deviations="2", subprojects="2", months="6")
    assert answer.status_code == 302
    session.rollback()
    assert settings.policy(session) == Policy(2, 2, 2, 6)
    assert "1 hinder blev återkommande: ”Tiotimmarsgränsen”." in vera.page("/hinder").text()


def test_who_changes_the_policy_second_sees_both_and_chooses(
    session: Session, people: People, vera: CheckingClient
) -> None:
    (form,) = [f for f in vera.page(PATH).all("form") if f.get("action") == PATH]
    old = form_values(form)
    policy.set_policy(session, people.vera, Policy(7, 7, 7, 7), NOW)
    session.commit()
    typed = {"municipalities": "2", "deviations": "4", "subprojects": "2", "months": "6"}
    for sent in ({**old, **typed}, {**old, **typed, "version": ""}):
        answer = vera.post(PATH, data=sent)
        page = Page(answer.get_data(as_text=True))
        assert answer.status_code == 409
        assert "Sparat av Vera" in page.text()
    session.rollback()
    assert settings.policy(session) == Policy(7, 7, 7, 7)
    (form,) = [f for f in page.all("form") if f.get("action") == PATH]
    assert typed.items() <= form_values(form).items()
    assert vera.post(PATH, data=form_values(form)).status_code == 302
    session.rollback()
    assert settings.policy(session) == Policy(2, 4, 2, 6)


def test_the_page_says_what_the_thresholds_in_force_give(
    two_barriers: tuple[Barrier, Barrier], vera: CheckingClient
) -> None:
    text = vera.page(PATH).text()
    assert "Med de gränser som gäller nu: 1 hinder. 1 till är nära." in text
    assert "Remissen stannar" in text
    assert "Ingen väg in" in text
    assert "Sparar du" not in text


def test_other_thresholds_are_tried_by_a_button_and_change_nothing(
    session: Session, two_barriers: tuple[Barrier, Barrier], vera: CheckingClient
) -> None:
    answer = vera.submit(PATH, PATH, do="preview", deviations="4")
    assert answer.status_code == 303
    page = vera.page(answer.headers["Location"])
    assert "Med de här gränserna: 2 hinder." in page.text()
    assert "Sparar du blir 1 hinder återkommande genast:Ingen väg in" in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == PATH]
    assert form_values(form)["deviations"] == "4"
    session.rollback()
    session.expire_all()
    assert settings.policy(session) == Policy()
    assert two_barriers[1].status is BarrierStatus.WATCHED


def test_the_script_gets_the_same_as_a_part_of_the_page(
    session: Session, two_barriers: tuple[Barrier, Barrier], vera: CheckingClient
) -> None:
    (form,) = [f for f in vera.page(PATH).all("form") if f.get("action") == PATH]
    address = form.get("data-preview")
    assert address is not None
    fragment = vera.post(address, data={**form_values(form), "deviations": "4"}).get_data(as_text=True)
    assert "Med de här gränserna: 2 hinder." in fragment
    assert "<html" not in fragment
    assert vera.post(address, data={**form_values(form), "deviations": "0"}).status_code == 422


def test_higher_thresholds_say_what_would_no_longer_meet_them(
    two_barriers: tuple[Barrier, Barrier], vera: CheckingClient
) -> None:
    asked = "deviations=9&municipalities=3&subprojects=2&associations=1&months=12"
    text = vera.page(f"{PATH}?{asked}").text()
    assert "Med de här gränserna: 0 hinder." in text
    assert "1 hinder når gränsen i dag men skulle inte göra det längre." in text
    assert "Sparar du blir inga fler hinder återkommande." in text


@pytest.mark.parametrize("query", ["deviations=x", "deviations=4", "deviations=0&months=%00", "insats=", "x=1"])
def test_an_address_that_asks_for_nothing_sane_shows_the_thresholds_in_force(vera: CheckingClient, query: str) -> None:
    assert "Det finns inga hinder att räkna på än." in vera.page(f"{PATH}?{query}").text()


@pytest.mark.parametrize("program", ["1", "99", "x", "-1"])
def test_one_program_has_no_thresholds_of_its_own(vera: CheckingClient, program: str) -> None:
    assert vera.get(f"{PATH}?insats={program}").status_code == 404
    assert "Gemensamma gränser" not in vera.page(PATH).text()


def test_each_of_several_programs_gets_its_own_thresholds_and_gives_them_up(
    session: Session, people: People, vera: CheckingClient
) -> None:
    west = place(session, "Väst")
    west.program = Program(name="Vägen ut", owner=west.association)
    barrier = a_barrier(session, people.vera, spread_reports(session, people, (0, 0, 2)))
    session.commit()
    own = f"{PATH}?insats={west.program_id}"
    assert "Vägen ut går efter de gemensamma gränserna." in vera.page(own).text()
    few = {"deviations": "2", "municipalities": "1", "subprojects": "1"}
    assert vera.submit(own, PATH, **few).status_code == 302
    session.rollback()
    session.expire_all()
    assert (settings.policy(session), barrier.status) == (Policy(), BarrierStatus.RECURRING)
    assert settings.policy(session, west.program_id) == Policy(1, 2, 1, 12)
    page = vera.page(f"/hinder/{barrier.id}")
    assert "Gränsen för Vägen ut nåddes: 2 avvikelser, 1 kommun och 1 delprojekt inom 12 månader" in page.text()
    assert "Vägen ut har en egen gräns: minst 2 avvikelser och 1 kommun inom 12 månader." in vera.page("/hinder").text()
    assert "Vägen ut har egna gränser." in vera.page(own).text()
    assert vera.submit(own, f"{PATH}/gemensamma").status_code == 302
    session.rollback()
    session.expire_all()
    assert settings.policy(session, west.program_id) == Policy()
    assert barrier.status is BarrierStatus.RECURRING


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_tries_thresholds(session: Session, people: People, logged_in: Browser, name: str) -> None:
    browser = logged_in(name)
    (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    assert browser.get(PATH).status_code == 404
    for path in (PATH, f"{PATH}/forhandsvisning", f"{PATH}/gemensamma"):
        assert browser.post(path, data={"csrf_token": key, "deviations": "1"}).status_code == 404


def test_what_was_changed_and_changed_back_is_noticed(session: Session, people: People, vera: CheckingClient) -> None:
    (form,) = [f for f in vera.page(PATH).all("form") if f.get("action") == PATH]
    old = form_values(form)
    for chosen in (Policy(7, 7, 7, 7), Policy()):
        policy.set_policy(session, people.vera, chosen, NOW)
    session.commit()
    assert vera.post(PATH, data={**old, "months": "6"}).status_code == 409
