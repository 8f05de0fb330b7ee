"""Barriers in the browser: what each role sees of their numbers, and how they are made, changed and ended."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.recurrence import Policy
from deviations.domain.workflow import BarrierStatus, Status
from deviations.models import Barrier
from deviations.queries import settings
from deviations.services import triage
from tests.factories import NOW, a_barrier, a_decision, a_filed_deviation, a_recurring_barrier
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]


def numbers(page: Page) -> set[str]:
    """All free-standing numbers that can be read on a page, drawings and their hidden words included."""
    (main,) = page.all("main")
    texts = [*main.itertext(), *(e.get("aria-label") or "" for e in main.iter())]
    return {number for text in texts for number in re.findall(r"(?<![\d.:-])\d+(?![\d.:-])", text)}


@pytest.mark.parametrize("name", ["rut", "rita", "lena", "stina"])
def test_small_counts_are_hidden_from_all_but_the_coordinator(
    session: Session, people: People, logged_in: Browser, name: str
) -> None:
    """Four reports in Haninge: 4 can't be read anywhere."""
    barrier = a_recurring_barrier(session, people, (4, 0, 0), name="Remissen")
    session.commit()
    browser = logged_in(name)
    page, listed = browser.page(f"/hinder/{barrier.id}"), browser.page("/hinder")
    assert "färre än 5" in page.text()
    assert "färre än 5" in listed.text()
    assert page.all("figure") == []  # a chart of so few reports could only tell them
    (row,) = [r for r in listed.all("tr") if "Remissen" in listed.text(r)]
    assert " 4 " not in f" {listed.text(row)} "


@pytest.mark.parametrize("name", ["rut", "rita", "lena", "stina"])
def test_as_many_reports_as_municipalities_do_not_tell_one_in_each(
    session: Session, people: People, logged_in: Browser, name: str
) -> None:
    """Five in Haninge, one in Täby and one in Botkyrka: who knows her own must not learn the others'."""
    barrier = a_recurring_barrier(session, people, (5, 1, 1), name="Remissen")
    session.commit()
    browser = logged_in(name)
    page, listed = browser.page(f"/hinder/{barrier.id}"), browser.page("/hinder")
    (row,) = [r for r in listed.all("tr") if "Remissen" in listed.text(r)]
    assert "minst 5" in listed.text(row)
    assert "minst 5" in page.text()
    drawn = " ".join(re.sub(r"\d{4} kv \d", "", page.text(figure)) for figure in page.all("figure"))
    assert not {"7", "1"} & set(re.findall(r"(?<![\d.:-])\d+(?![\d.:-])", drawn))


def test_widths_of_bars_give_no_hidden_count_away(session: Session, people: People, logged_in: Browser) -> None:
    """Drawn for one, for two and for four reports, the same picture comes out."""
    drawings = []
    for count in (1, 2, 4):
        barrier = a_recurring_barrier(session, people, (9, count, 0), name="Remissen")
        session.commit()
        page = logged_in("stina").get(f"/hinder/{barrier.id}").get_data(as_text=True)
        figures = re.findall(r"<figure.*?</figure>", page, re.S)
        drawings.append(re.sub(r'(id|aria-labelledby|aria-describedby)="[^"]*"', "", "".join(figures)))
    assert all(one == other for one, other in pairwise(drawings))


def test_a_count_cannot_be_worked_out_from_the_total(session: Session, people: People, logged_in: Browser) -> None:
    """11 in all, of which 9 in Haninge: then Täby's 2 must not follow."""
    barrier = a_recurring_barrier(session, people, (9, 2, 0), name="Remissen")
    session.commit()
    page = logged_in("stina").page(f"/hinder/{barrier.id}")
    (figure, *_) = page.all("figure")
    assert "minst 5" in page.text()
    assert "11" not in numbers(page)
    assert not {"9", "2"} & set(
        re.findall(r"(?<!\d)\d+(?!\d)", re.sub(r"\d{4} kv \d|i 2 kommuner", "", page.text(figure)))
    )


def test_the_coordinator_sees_every_count_and_the_distance(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_recurring_barrier(session, people, (3, 1, 0))
    session.commit()
    text = vera.page(f"/hinder/{barrier.id}").text()
    assert "färre än 5" not in text
    assert "4 av minst 5 avvikelser" in text
    assert "2 av minst 3 kommuner" in text
    assert "4 av 5 avvikelser, 2 av 3 kommuner" in vera.page("/hinder").text()


def test_reports_on_a_barriers_page_are_those_one_may_read(
    session: Session, people: People, logged_in: Browser
) -> None:
    filed = [
        a_filed_deviation(session, people.rut, title="Från Söder"),
        a_filed_deviation(session, people.rita, title="Från Norr"),
    ]
    barrier = a_barrier(session, people.vera, filed)
    session.commit()
    reads = {
        name: [t for t in ("Från Söder", "Från Norr") if t in logged_in(name).page(f"/hinder/{barrier.id}").text()]
        for name in ("rut", "rolf", "rita", "stina", "vera")
    }
    assert reads == {
        "rut": ["Från Söder"],
        "rolf": ["Från Söder"],
        "rita": ["Från Norr"],
        "stina": [],
        "vera": ["Från Söder", "Från Norr"],
    }


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_changes_barriers(session: Session, people: People, logged_in: Browser, name: str) -> None:
    barrier = a_recurring_barrier(session, people)
    session.commit()
    browser = logged_in(name)
    for path in ("/hinder/nytt", "/hinder/forslag", "/hinder/granser", f"/hinder/{barrier.id}/andra"):
        assert browser.get(path).status_code == 404
    (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    for path in ("nytt", "granser", f"{barrier.id}/andra", f"{barrier.id}/avsluta"):
        assert browser.post(f"/hinder/{path}", data={"csrf_token": key, "name": "Kapat"}).status_code == 404


def test_a_proposal_becomes_a_barrier_with_its_reports(session: Session, people: People, vera: CheckingClient) -> None:
    filed = [a_filed_deviation(session, getattr(people, name)) for name in ("rut", "rita", "ruben")]
    session.commit()
    for fineness in ("", "?indelning=grov", "?indelning=fin", "?indelning=%00"):
        vera.page(f"/hinder/forslag{fineness}")
    (link,) = [a.get("href") for a in vera.page("/hinder/forslag").all("a") if "avvikelser=" in (a.get("href") or "")]
    assert link is not None
    assert vera.submit(link, "/hinder/nytt", name=" ").status_code == 422
    answer = vera.submit(link, "/hinder/nytt", name="Tiotimmarsgränsen", description="Försäkring saknas.")
    assert answer.status_code == 302
    session.expire_all()
    barrier = session.scalars(select(Barrier)).one()
    assert {d.id for d in barrier.deviations} == {d.id for d in filed}
    assert "Inga förslag just nu" in vera.page("/hinder/forslag").text()


@pytest.mark.parametrize("ids", ["abc", "999999", "1-2-3", "-1", "٣", "1%00", "9" * 3000, "1--2"])
def test_a_barrier_of_reports_that_are_not_there_is_not_found(vera: CheckingClient, ids: str) -> None:
    assert vera.get(f"/hinder/nytt?avvikelser={ids}").status_code == 404


def test_a_barrier_without_reports_can_be_made_too(session: Session, vera: CheckingClient) -> None:
    assert vera.submit("/hinder/nytt", "/hinder/nytt", name="Ett känt hinder").status_code == 302
    assert session.scalars(select(Barrier.name)).all() == ["Ett känt hinder"]


def test_changing_a_barrier_over_somebodys_newer_text_is_refused_with_the_text_given_back(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    path = f"/hinder/{barrier.id}/andra"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == path]
    old = {**form_values(form), "description": "Min egen beskrivning"}
    assert vera.submit(path, path, name="Det nya namnet").status_code == 302
    answer = vera.post(path, data=old)
    assert answer.status_code == 409
    assert "Min egen beskrivning" in answer.get_data(as_text=True)
    assert "Det nya namnet" in vera.page(f"/hinder/{barrier.id}").text()
    without = {name: value for name, value in old.items() if name != "version"}
    assert vera.post(path, data=without).status_code == 409


def test_a_personal_number_in_a_barrier_is_refused_with_the_text_kept(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    for path, field in ((f"/hinder/{barrier.id}/andra", "description"), ("/hinder/nytt", "name")):
        answer = vera.submit(path, path, **{"name": "Hindret", field: "Gäller 850709-9805."})
        assert answer.status_code == 422
        assert "ett personnummer" in answer.get_data(as_text=True)
        assert "Gäller 850709-9805." in answer.get_data(as_text=True)


def test_a_barrier_is_ended_with_its_reason_and_comes_back(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    path = f"/hinder/{barrier.id}"
    end = f"{path}/avsluta"
    assert "Skriv en förklaring" in vera.submit(path, end, target="removed", note="").get_data(as_text=True)
    answer = vera.submit(path, end, target="written_off", note="Ingen äger frågan.")
    assert answer.status_code == 422
    assert "Välj en dag då ni tittar på hindret igen." in answer.get_data(as_text=True)
    assert vera.submit(path, end, target="recurring", note="Jag vill.").status_code == 422
    secret = vera.submit(path, end, target="removed", note="Ring 850709-9805.")
    assert (secret.status_code, "Ring 850709-9805." in secret.get_data(as_text=True)) == (422, True)
    assert vera.submit(path, end, target="removed", note="Regeln är ändrad.").status_code == 302
    assert "Undanröjt" in vera.page(path).text()
    assert vera.submit(path, end, target="returned", note="Den tillämpas som förr.").status_code == 302
    session.expire_all()
    assert session.get_one(Barrier, barrier.id).status is BarrierStatus.RETURNED


def test_the_policy_is_changed_in_whole_numbers(session: Session, people: People, vera: CheckingClient) -> None:
    a_recurring_barrier(session, people, (1, 1, 0))
    session.commit()
    path = "/hinder/granser"
    for wrong in ("", "0", "-1", "1.5", "tre", "291", "99999999999999999999", "--3", "٣"):
        answer = vera.submit(path, path, municipalities=wrong)
        text = Page(answer.get_data(as_text=True)).text()
        assert answer.status_code == 422, wrong
        assert "Skriv ett helt tal" in text
        assert "invalid literal" not in text
        assert "field is required" not in text
    answer = vera.submit(path, path, municipalities="2", deviations="2", subprojects="2", months="6")
    assert answer.status_code == 302
    session.rollback()
    assert settings.policy(session) == Policy(2, 2, 2, 6)
    assert "1 hinder blev återkommande" in vera.page("/hinder").text()


@pytest.mark.parametrize("query", ["status=xyz", "status=", "status=%00", "status=recurring&status=x", "x=%ff"])
def test_a_strange_filter_shows_the_list(rut: CheckingClient, query: str) -> None:
    assert "Strukturella hinder" in rut.page(f"/hinder?{query}").text()


def test_local_solutions_are_open_to_all_readers(session: Session, people: People, logged_in: Browser) -> None:
    decision = a_decision(session, Status.SOLVED_LOCALLY)
    triage.move(session, people.lena, a_filed_deviation(session, people.rut), decision, at=NOW)
    session.commit()
    for name in ("rita", "stina", "vera"):
        assert decision.solution in logged_in(name).page("/hinder/losningar").text()
    assert logged_in("adam").get("/hinder/losningar").status_code == 404
