"""The weekly review's pages: begin, decide, be overtaken, undo, pause and end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import CloseReason, Kind, Status
from deviations.models import Barrier, Deviation, InternalNote, PairVerdict, Review, Ruling, User
from deviations.services import reviews, rulings, triage
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_rule,
    audit_lines,
    days_ago,
    said_here,
)
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
DESK = "/genomgang/1"


@pytest.fixture
def queue(session: Session, people: People) -> list[Deviation]:
    """Three reports that wait, the oldest first."""
    found = [a_filed_deviation(session, people.rut, title=f"Väntar {n}", at=days_ago(9 - n)) for n in (1, 2, 3)]
    session.commit()
    return found


@pytest.fixture
def begun(queue: list[Deviation], vera: CheckingClient) -> list[Deviation]:
    """The same, in a review that Vera has begun."""
    assert vera.submit("/genomgang", "/genomgang").headers["Location"] == f"{DESK}/1"
    return queue


def send(browser: CheckingClient, position: int, code: str, /, **said: Any) -> tuple[int, str, Page]:
    """Send a form of the page at a place; the answer's status, where it leads and its page."""
    path = f"{DESK}/{position}"
    answer = browser.submit(path, f"{path}/{code}", **said)
    return answer.status_code, answer.headers.get("Location", ""), Page(answer.get_data(as_text=True))


def fresh(session: Session, deviation: Deviation) -> Deviation:
    session.rollback()
    session.refresh(deviation)
    return deviation


def old_form(browser: CheckingClient, position: int, code: str) -> dict[str, Any]:
    """What a page that was opened now would send later."""
    path = f"{DESK}/{position}"
    return form_values(next(f for f in browser.page(path).all("form") if f.get("action") == f"{path}/{code}"))


def test_an_empty_queue_is_a_kind_page(vera: CheckingClient) -> None:
    assert "Inget väntar på beslut" in vera.page("/genomgang").text()


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_a_coordinator_reviews(logged_in: Browser, begun: list[Deviation], name: str) -> None:
    browser = logged_in(name)
    for path in ("/genomgang", DESK, f"{DESK}/1", f"{DESK}/klar"):
        assert browser.get(path).status_code == 404


def test_a_review_takes_the_queue_as_it_is_filtered(
    session: Session, people: People, queue: list[Deviation], vera: CheckingClient
) -> None:
    elsewhere = a_filed_deviation(session, people.rita, title="I Norr")
    session.commit()
    path = f"/genomgang?delprojekt={elsewhere.subproject_id}"
    assert "1 avvikelse väntar på ett beslut" in vera.page(path).text()
    assert vera.submit(path, "/genomgang").status_code == 302
    page = vera.page(f"{DESK}/1")
    assert "I Norr" in page.text()
    assert "0 av 1 klara" in page.text()
    assert vera.get(f"{DESK}/2").status_code == 404


def test_starting_again_offers_to_go_on(session: Session, begun: list[Deviation], vera: CheckingClient) -> None:
    send(vera, 1, "lokal")
    page = vera.page("/genomgang")
    assert "Fortsätt (1 av 3)" in page.text()
    (key, *_) = [f.get("value") for f in page.all("input") if f.get("name") == "csrf_token"]
    answer = vera.post("/genomgang", data={"csrf_token": key, "chosen": ""}, follow_redirects=True)
    assert "Du har redan en veckogenomgång på gång" in answer.get_data(as_text=True)
    assert vera.get(DESK).headers["Location"] == f"{DESK}/2"
    assert len(session.scalars(select(Review)).all()) == 1


@pytest.mark.parametrize(
    ("code", "said", "fits"),
    [
        ("lokal", {}, lambda d: d.status is Status.LOCAL_ACTION),
        ("fakta", {"note": "Vilken vecka?"}, lambda d: d.status is Status.NEEDS_FACTS),
        ("lost", {"solution": "Vi ringde."}, lambda d: d.status is Status.SOLVED_LOCALLY),
        ("stang", {"reason": "written_off"}, lambda d: d.close_reason is CloseReason.WRITTEN_OFF),
        ("senare", {}, lambda d: d.snoozed_until == TODAY + timedelta(weeks=1)),
        ("senare", {"when": "", "until": str(TODAY + timedelta(days=2))}, lambda d: d.snoozed_until is not None),
        ("nytt", {"name": "Ett nytt"}, lambda d: d.barrier is not None and d.barrier.name == "Ett nytt"),
    ],
)
def test_each_decision_leads_to_the_next_report(
    session: Session, begun: list[Deviation], vera: CheckingClient, code: str, said: dict[str, str], fits: Any
) -> None:
    assert send(vera, 1, code, **said)[:2] == (302, f"{DESK}/2")
    assert fits(fresh(session, begun[0]))
    assert session.scalars(select(Ruling.review_id)).all() == [1]
    page = vera.page(f"{DESK}/2")
    assert "1 av 3 klara" in page.text()
    assert f"Avvikelse {begun[0].id}" in page.text()


@pytest.mark.parametrize(
    ("code", "said", "sentence"),
    [
        ("hinder", {"barrier": ""}, "Välj vilket hinder avvikelsen hör till."),
        ("hinder", {"barrier": "999"}, "Valet finns inte längre."),
        ("nytt", {"name": " "}, "Skriv ett namn som säger vad som är i vägen."),
        ("nytt", {"name": "Karin Lundströms fall"}, "Kan det här peka ut någon?"),
        ("fakta", {"note": ""}, "Skriv frågan till den som rapporterade."),
        ("fakta", {"note": "Gäller det 850709-9805?"}, "personnummer"),
        ("fakta", {"note": "Har ni frågat Birgitta Lindqvist?"}, "Kan det här peka ut någon?"),
        ("stang", {}, "Välj varför avvikelsen avslutas."),
        ("dubblett", {"number": "99999"}, "Skriv numret på avvikelsen som redan finns."),
        ("dubblett", {"number": "många"}, "Skriv ett helt tal"),
        ("lost", {"solution": ""}, "Beskriv vad ni gjorde"),
        ("senare", {"when": "", "until": ""}, "Välj en dag."),
        ("senare", {"when": "", "until": "2020-01-01"}, "Välj en dag från i morgon"),
        ("anteckning", {"text": ""}, "Skriv något i anteckningen."),
    ],
)
def test_a_decision_that_lacks_something_comes_back_open_with_what_was_typed(
    session: Session, begun: list[Deviation], vera: CheckingClient, code: str, said: dict[str, str], sentence: str
) -> None:
    status, _, page = send(vera, 1, code, **said)
    assert (status, sentence in page.text()) == (422, True), page.text()
    opened = [d for d in page.all("details") if d.get("open") is not None and d.get("name") == "beslut"]
    assert len(opened) == 1
    assert all(value.strip() in page.html for name, value in said.items() if name != "barrier")
    assert fresh(session, begun[0]).status is Status.FILED


def test_a_name_that_points_nobody_out_is_kept_on_a_yes(
    session: Session, begun: list[Deviation], vera: CheckingClient
) -> None:
    _, _, page = send(vera, 1, "fakta", note="Har ni frågat Birgitta Lindqvist?")
    (form,) = [f for f in page.all("form") if f.get("action") == f"{DESK}/1/fakta"]
    (keep,) = [i.get("value") for i in form.iter("input") if i.get("name") == "keep"]
    assert vera.post(f"{DESK}/1/fakta", data={**form_values(form), "keep": keep}).status_code == 302
    assert fresh(session, begun[0]).status is Status.NEEDS_FACTS


def test_the_suggested_barrier_is_taken_with_one_press_or_said_no_to(
    session: Session, people: People, vera: CheckingClient
) -> None:
    placed = [a_filed_deviation(session, who, rule=a_rule(session)) for who in (people.rut, people.rita)]
    barrier = a_barrier(session, people.vera, placed)
    found = [a_filed_deviation(session, people.ruben, rule=a_rule(session), at=days_ago(n)) for n in (3, 2)]
    session.commit()
    vera.submit("/genomgang", "/genomgang")
    page = vera.page(f"{DESK}/1")
    assert "Hör troligen till" in page.text()
    assert "2 avvikelser i 2 kommuner" in page.text()
    assert send(vera, 1, "hinder", barrier=str(barrier.id))[:2] == (302, f"{DESK}/2")
    assert fresh(session, found[0]).barrier_id == barrier.id
    assert send(vera, 2, "hor-inte-hit", other=str(barrier.id))[:2] == (302, f"{DESK}/2")
    assert "Hör troligen till" not in vera.page(f"{DESK}/2").text()
    assert fresh(session, found[1]).status is Status.FILED


def test_a_barrier_that_is_gone_meanwhile_is_chosen_again(
    session: Session, people: People, begun: list[Deviation], vera: CheckingClient
) -> None:
    made = rulings.take_new(session, people.vera, [(begun[2], None)], _named("Ångras"), at=NOW)
    session.commit()
    (barrier,) = session.scalars(select(Barrier)).all()
    typed = {**old_form(vera, 1, "hinder"), "barrier": str(barrier.id)}
    rulings.undo(session, people.vera, made, at=NOW)
    session.commit()
    answer = vera.post(f"{DESK}/1/hinder", data=typed)
    assert (answer.status_code, "Valet finns inte längre" in answer.get_data(as_text=True)) == (422, True)


def _named(name: str) -> Any:
    from deviations.services.barriers import Description

    return Description(name=name)


def test_a_duplicate_points_at_the_report_it_repeats_and_two_can_be_told_apart(
    session: Session, begun: list[Deviation], vera: CheckingClient
) -> None:
    page = vera.page(f"{DESK}/2")
    assert "Kanske samma sak" in page.text()
    first, second, third = begun
    assert send(vera, 2, "inte-samma", other=str(first.id))[:2] == (302, f"{DESK}/2")
    (pair,) = session.scalars(select(PairVerdict)).all()
    assert (pair.first_id, pair.second_id, pair.same) == (first.id, second.id, False)
    assert send(vera, 3, "dubblett", number=str(first.id))[0] == 302
    assert fresh(session, third).duplicate_of_id == first.id


def test_a_note_and_a_rule_stay_with_the_report(session: Session, begun: list[Deviation], vera: CheckingClient) -> None:
    assert send(vera, 1, "anteckning", text="Tas upp med Norr.")[:2] == (302, f"{DESK}/1")
    assert session.scalars(select(InternalNote.text)).all() == ["Tas upp med Norr."]
    page = vera.page(f"{DESK}/1")
    assert "Tas upp med Norr." in page.text()
    rules = [f for f in page.all("form") if f.get("action") == f"{DESK}/1/regel"]
    assert rules
    assert vera.post(f"{DESK}/1/regel", data=form_values(rules[0])).headers["Location"] == f"{DESK}/1"
    assert fresh(session, begun[0]).rule_id == int(form_values(rules[0])["other"])
    assert vera.post(f"{DESK}/1/regel", data={**old_form(vera, 1, "lokal"), "other": "99999"}).status_code == 404


def test_who_was_overtaken_sees_what_was_done_and_keeps_her_text(
    session: Session, people: People, begun: list[Deviation], vera: CheckingClient
) -> None:
    typed = {**old_form(vera, 1, "fakta"), "note": "Vilken vecka var det?"}
    triage.move(session, people.lena, begun[0], a_decision(session, Status.LOCAL_ACTION), at=NOW)
    session.commit()
    answer = vera.post(f"{DESK}/1/fakta", data=typed)
    text = Page(answer.get_data(as_text=True)).text()
    assert answer.status_code == 409
    assert "Lena ändrade avvikelsen medan du tittade. Nu är den: lokal åtgärd." in text
    assert "Vilken vecka var det?" in text
    assert fresh(session, begun[0]).status is Status.LOCAL_ACTION
    listed = vera.page(f"{DESK}/2").text()
    assert "avgjord av Lena" in listed
    assert "1 av 3 klara" in listed


def test_who_was_overtaken_while_it_still_waits_can_save_all_the_same(
    session: Session, people: People, begun: list[Deviation], vera: CheckingClient
) -> None:
    typed = {**old_form(vera, 1, "fakta"), "note": "Vilken vecka var det?"}
    triage.move(session, people.lena, begun[0], triage.Decision(Status.IN_REVIEW), at=NOW)
    session.commit()
    answer = vera.post(f"{DESK}/1/fakta", data=typed)
    page = Page(answer.get_data(as_text=True))
    assert (answer.status_code, "Spara ändå" in page.text()) == (409, True)
    (form,) = [f for f in page.all("form") if f.get("action") == f"{DESK}/1/fakta"]
    assert vera.post(f"{DESK}/1/fakta", data=form_values(form)).status_code == 302
    assert fresh(session, begun[0]).status is Status.NEEDS_FACTS


def test_a_press_sent_twice_decides_once_and_about_no_other_report(
    session: Session, begun: list[Deviation], vera: CheckingClient
) -> None:
    typed = old_form(vera, 1, "lokal")
    assert vera.post(f"{DESK}/1/lokal", data=typed).status_code == 302
    again = vera.post(f"{DESK}/1/lokal", data=typed)
    assert again.headers["Location"] == f"{DESK}/2"
    assert "var redan avgjord" in vera.page(f"{DESK}/2").text()
    assert vera.post(f"{DESK}/2/lokal", data=typed).status_code == 404
    for version in ("", "många", "0"):
        assert vera.post(f"{DESK}/2/lokal", data={**old_form(vera, 2, "lokal"), "version": version}).status_code == 409
    assert fresh(session, begun[1]).status is Status.FILED
    assert len(session.scalars(select(Ruling)).all()) == 1


def test_a_decision_is_undone_once_and_its_report_shown(
    session: Session, begun: list[Deviation], vera: CheckingClient
) -> None:
    send(vera, 1, "stang", reason="information")
    path = f"{DESK}/2"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == f"{DESK}/angra"]
    sent = form_values(form)
    assert vera.post(f"{DESK}/angra", data=sent).headers["Location"] == f"{DESK}/1"
    assert "Beslutet är ångrat." in vera.page(f"{DESK}/1").text()
    assert fresh(session, begun[0]).status is Status.FILED
    assert vera.post(f"{DESK}/angra", data=sent).headers["Location"] == DESK
    assert "Obs:" in vera.page(DESK).text()
    for nonsense in ("", "många", "99999"):
        assert vera.post(f"{DESK}/angra", data={**sent, "ruling": nonsense}).status_code == 404


def test_a_review_ends_with_what_it_came_to_and_leads_to_its_minutes(
    session: Session, begun: list[Deviation], vera: CheckingClient
) -> None:
    send(vera, 1, "lokal")
    send(vera, 2, "nytt", name="Ett nytt hinder")
    page = vera.page(f"{DESK}/klar")
    assert "1 avvikelse är inte avgjord och stannar i kön." in page.text()
    assert "Ett nytt hinder" in page.text()
    assert vera.submit(f"{DESK}/klar", f"{DESK}/klar").headers["Location"] == f"{DESK}/klar"
    page = vera.page(f"{DESK}/klar")
    (link,) = [a.get("href") or "" for a in page.all("a") if "Läs minnesanteckningarna" in page.text(a)]
    assert "Ett nytt hinder" in vera.page(link).text()
    assert vera.get(f"{DESK}/3").headers["Location"] == f"{DESK}/klar"
    assert fresh(session, begun[2]).status is Status.FILED
    assert "1 avvikelse väntar på ett beslut" in vera.page("/genomgang").text()


def test_the_last_decision_leads_to_the_end(session: Session, begun: list[Deviation], vera: CheckingClient) -> None:
    for position in (1, 2, 3):
        _, where, _ = send(vera, position, "lokal")
    assert where == f"{DESK}/klar"
    assert "Allt är avgjort" in vera.page(where).text()
    assert vera.get(DESK).headers["Location"] == where


def test_guldkorn_and_occurrences_have_their_own_decisions(
    session: Session, people: People, vera: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut, at=days_ago(9))
    good = a_filed_deviation(session, people.rita, kind=Kind.GOOD_EXAMPLE, title="Gemensamt möte", at=days_ago(8))
    said_here(session, people.rolf, report)
    session.commit()
    vera.submit("/genomgang", "/genomgang")
    assert "+1 samma här" in vera.page(f"{DESK}/1").text()
    actions = {f.get("action") for f in vera.page(f"{DESK}/2").all("form")}
    assert {f"{DESK}/2/nytt", f"{DESK}/2/lokal"}.isdisjoint(actions)
    assert send(vera, 2, "lost")[0] == 302
    assert fresh(session, good).status is Status.SOLVED_LOCALLY


def test_keys_are_switched_off_and_on_for_the_person(
    session: Session, begun: list[Deviation], vera: CheckingClient
) -> None:
    assert [k for k in vera.page(f"{DESK}/1").root.iter() if k.get("data-key")]
    assert vera.submit(f"{DESK}/1", "/genomgang/kortkommandon", on="0").headers["Location"] == f"{DESK}/1"
    off = vera.page(f"{DESK}/1")
    assert not [k for k in off.root.iter() if k.get("data-key") or k.tag == "kbd"]
    assert session.scalars(select(User.shortcuts).where(User.name == "Vera")).one() is False
    assert "Slå på kortkommandona" in vera.page("/konto").text()
    vera.submit("/konto", "/genomgang/kortkommandon", on="1")
    session.rollback()
    lines = [line.action for line in audit_lines(session) if line.action.startswith("account.")]
    assert lines == ["account.changed", "account.changed"]


def test_what_the_page_does_not_know_is_not_there(begun: list[Deviation], vera: CheckingClient) -> None:
    typed = old_form(vera, 1, "lokal")
    for path in (f"{DESK}/1/draft", f"{DESK}/9/lokal", "/genomgang/9/1/lokal", f"{DESK}/0/lokal"):
        assert vera.post(path, data=typed).status_code == 404
    assert vera.post(f"{DESK}/1/lokal", data={**typed, "of": "9999"}).status_code == 404


def test_an_open_review_goes_on_where_it_was_after_days(
    session: Session, people: People, queue: list[Deviation], vera: CheckingClient
) -> None:
    ids = [d.id for d in queue]
    review = reviews.start(session, people.vera, ids, at=days_ago(6))
    rulings.take(session, people.vera, [(queue[0], None)], a_decision(session, Status.LOCAL_ACTION), at=days_ago(6))
    session.commit()
    assert f"Fortsätt (1 av {len(ids)})" in vera.page("/genomgang").text()
    assert vera.get(f"/genomgang/{review.id}").headers["Location"] == f"/genomgang/{review.id}/2"
