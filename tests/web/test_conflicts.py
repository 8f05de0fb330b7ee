"""When somebody else saved first: both texts stand on the page, and the second one chooses."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import CloseReason, Status
from deviations.models import Barrier, Deviation
from deviations.services import letter_deciding, triage
from tests.factories import (
    NOW,
    a_barrier,
    a_decision,
    a_draft,
    a_filed_deviation,
    a_letter,
    audit_lines,
    joined,
    moves,
)
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
MINE = "Vi bokade ett möte med alla tre."
THEIRS = "Vi frågar handläggaren först."
KEEP, FORCE = "Behåll det som är sparat", "Spara mitt ändå"


@pytest.fixture
def report(session: Session, people: People) -> Deviation:
    filed = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, filed, triage.Decision(Status.IN_REVIEW), at=NOW)
    session.commit()
    return filed


@pytest.fixture
def barrier(session: Session, people: People) -> Barrier:
    made = a_barrier(session, people.vera, description="Ingen försäkring under tio timmar.")
    session.commit()
    return made


def sent(browser: CheckingClient, page: str, action: str, **typed: str) -> dict[str, Any]:
    """What a person is about to send from a page that she has open."""
    forms = [f for f in browser.page(page).all("form") if (f.get("action") or "").partition("?")[0] == action]
    return {**form_values(forms[0]), **typed}


def refused(browser: CheckingClient, action: str, data: dict[str, Any]) -> Page:
    """The page of the second one."""
    answer = browser.post(action, data=data)
    assert answer.status_code == 409
    return Page(answer.get_data(as_text=True))


def again(browser: CheckingClient, page: Page, action: str) -> int:
    """Presses "Spara mitt ändå"."""
    (form,) = [f for f in page.all("form") if (f.get("action") or "").partition("?")[0] == action]
    return browser.post(form.get("action"), data=form_values(form)).status_code


def change(session: Session, people: People, report: Deviation, to: Status, **said: Any) -> None:
    """Vera decides while the other one still reads."""
    triage.move(session, people.vera, report, triage.Decision(to, **said), at=NOW)
    session.commit()


def too_late(session: Session, people: People, lena: CheckingClient, report: Deviation) -> tuple[str, Page]:
    """Lena solves what Vera has just left to her: where she sent it, and the page that she gets."""
    page = f"/avvikelser/{report.id}"
    action = f"{page}/beslut/solved_locally"
    data = sent(lena, page, action, **{"solved_locally-solution": MINE})
    change(session, people, report, Status.LOCAL_ACTION, note=THEIRS)
    return action, refused(lena, action, data)


def test_a_decision_shows_what_is_saved_beside_what_was_chosen(
    session: Session, people: People, logged_in: Browser, report: Deviation
) -> None:
    _, shown = too_late(session, people, logged_in("lena"), report)
    for words in ("Någon annan hann före", "Lokal åtgärd", "Sparat av Vera", THEIRS, "Markera som löst lokalt", MINE):
        assert words in shown.text()
    assert [a.get("href") for a in shown.all("a") if shown.text(a) == KEEP] == [f"/avvikelser/{report.id}"]
    session.expire_all()
    assert report.status is Status.LOCAL_ACTION


def test_what_is_mine_is_saved_after_all_by_one_press_and_once(
    session: Session, people: People, logged_in: Browser, report: Deviation
) -> None:
    lena = logged_in("lena")
    action, shown = too_late(session, people, lena, report)
    assert again(lena, shown, action) == 302
    assert again(lena, shown, action) == 409
    session.expire_all()
    assert report.status is Status.SOLVED_LOCALLY
    assert [move.note for move in moves(session, report)][-2:] == [THEIRS, MINE]


def test_a_third_one_in_between_is_shown_too(
    session: Session, people: People, logged_in: Browser, report: Deviation
) -> None:
    lena = logged_in("lena")
    action, shown = too_late(session, people, lena, report)
    change(session, people, report, Status.IN_REVIEW, note="Nej, vänta lite.")
    (form,) = [f for f in shown.all("form") if f.get("action") == action]
    later = refused(lena, action, form_values(form))
    assert "Nej, vänta lite." in later.text()
    assert FORCE in later.text()


def test_a_step_that_cannot_be_taken_any_more_says_why_and_gives_the_text(
    session: Session, people: People, logged_in: Browser, report: Deviation
) -> None:
    page, lena = f"/avvikelser/{report.id}", logged_in("lena")
    action = f"{page}/beslut/solved_locally"
    data = sent(lena, page, action, **{"solved_locally-solution": MINE})
    change(session, people, report, Status.CLOSED, note=THEIRS, reason=CloseReason.INFORMATION)
    shown = refused(lena, action, data)
    assert "Avvikelsen är nu: avslutad. Därför går det inte att spara det du valde." in shown.text()
    assert MINE in shown.text()
    assert FORCE not in shown.text()


def test_the_same_decision_twice_is_taken_once(
    session: Session, people: People, vera: CheckingClient, report: Deviation, barrier: Barrier
) -> None:
    page = f"/avvikelser/{report.id}"
    action = f"{page}/beslut/joined"
    data = sent(vera, page, action, **{"joined-barrier": str(barrier.id), "joined-note": MINE})
    joined(session, people.vera, report, barrier)
    session.commit()
    steps = len(moves(session, report))
    shown = refused(vera, action, data)
    assert f"Lägg till hindret ”{barrier.name}”" in shown.text()
    assert "redan där du ville ha den" in shown.text()
    assert FORCE not in shown.text()
    assert len(moves(session, report)) == steps


def test_another_barrier_may_still_be_chosen(
    session: Session, people: People, vera: CheckingClient, report: Deviation, barrier: Barrier
) -> None:
    page, other = f"/avvikelser/{report.id}", a_barrier(session, people.vera, name="Väntan på läkarintyg")
    session.commit()
    action = f"{page}/beslut/joined"
    data = sent(vera, page, action, **{"joined-barrier": str(barrier.id), "joined-note": MINE})
    joined(session, people.vera, report, other)
    session.commit()
    assert again(vera, refused(vera, action, data), action) == 302
    session.expire_all()
    assert report.barrier is barrier


def test_a_reporters_answer_is_not_lost_when_the_question_is_gone(
    session: Session, people: People, rut: CheckingClient, report: Deviation
) -> None:
    change(session, people, report, Status.NEEDS_FACTS, note="Hur många timmar var det?")
    page, action = f"/avvikelser/{report.id}", f"/avvikelser/{report.id}/svar"
    data = sent(rut, page, action, note="Det var åtta timmar.")
    change(session, people, report, Status.IN_REVIEW, note="Jag fick veta det på annat håll.")
    shown = refused(rut, action, data)
    assert "Det var åtta timmar." in shown.text()
    assert "Jag fick veta det på annat håll." in shown.text()
    assert FORCE not in shown.text()


def test_a_barriers_fields_stand_side_by_side_over_the_form_with_mine(
    session: Session, logged_in: Browser, barrier: Barrier
) -> None:
    path, other, vera = f"/hinder/{barrier.id}/andra", logged_in("vera"), logged_in("vera")
    data = sent(vera, path, path, description=MINE, obstacle="practice")
    assert other.submit(path, path, description=THEIRS, name="Tio timmar").status_code == 302
    shown = refused(vera, path, data)
    rows = {shown.text(row[0]): [shown.text(cell) for cell in row[1:]] for row in shown.all("tr")[1:]}
    assert rows == {
        "Vad ska hindret heta?": ["Tio timmar", "Tiotimmarsgränsen"],
        "Beskriv hindret": [THEIRS, MINE],
        "Vilket slags hinder är det?": ["(tomt)", "Arbetssätt eller praxis"],
    }
    assert "Sparat av Vera" in shown.text()
    lines = len(audit_lines(session, f"barrier:{barrier.id}"))
    session.rollback()
    assert again(vera, shown, path) == 302
    session.expire_all()
    assert (barrier.name, barrier.description) == ("Tiotimmarsgränsen", MINE)
    assert len(audit_lines(session, f"barrier:{barrier.id}")) == lines + 1


def test_of_a_long_letter_only_the_passages_that_differ_are_shown(
    session: Session, people: People, logged_in: Browser
) -> None:
    letter = a_draft(session, people)
    session.commit()
    path, vera, other = f"/skrivelser/{letter.id}/redigera", logged_in("vera"), logged_in("vera")
    body = letter.body
    data = sent(vera, path, path, body=f"{body}\n{MINE}")
    assert other.submit(path, path, body=f"{THEIRS}\n{body}").status_code == 302
    shown = refused(vera, path, data)
    (row,) = [row for table in shown.all("table") if "versus" in table.get("class", "") for row in table.iter("tr")][1:]
    assert [shown.text(cell) for cell in row] == ["Skrivelsens text", f"{THEIRS} …", f"… {MINE}"]
    assert again(vera, shown, path) == 302
    session.expire_all()
    assert letter.body == f"{body}\n{MINE}"
    assert [v.body.startswith(THEIRS) for v in letter.versions] == [False, True, False]


def test_a_letter_that_left_the_desk_says_why_and_gives_the_text(
    session: Session, people: People, vera: CheckingClient
) -> None:
    letter = a_draft(session, people)
    session.commit()
    path = f"/skrivelser/{letter.id}/redigera"
    data = sent(vera, path, path, title=letter.title, body=letter.body + "\nMitt tillägg.")
    letter_deciding.submit(session, people.vera, letter, NOW)
    session.commit()
    shown = refused(vera, path, data)
    assert "Hos styrgruppen" in shown.text()
    assert "Mitt tillägg." in shown.text()
    assert FORCE not in shown.text()


def test_what_was_added_to_a_report_stands_beside_what_it_says_now(
    session: Session, people: People, logged_in: Browser, report: Deviation
) -> None:
    path, rut, other = f"/avvikelser/{report.id}/komplettera", logged_in("rut"), logged_in("rut")
    data = sent(rut, path, path, tried=MINE, weeks_lost="6")
    assert other.submit(path, path, tried=THEIRS).status_code == 302
    shown = refused(rut, path, data)
    rows = [[shown.text(cell) for cell in row] for row in shown.all("tr")[1:]]
    assert [row[1:] for row in rows] == [["(tomt)", "6"], [THEIRS, MINE]]
    assert again(rut, shown, path) == 302
    session.expire_all()
    assert (report.tried, report.weeks_lost) == (MINE, 6)


def test_a_decision_of_the_styrgrupp_on_a_letter_sent_back_meanwhile(
    session: Session, people: People, stina: CheckingClient
) -> None:
    letter = a_letter(session, people, LetterStatus.IN_REVIEW)
    session.commit()
    page, action = f"/skrivelser/{letter.id}", f"/skrivelser/{letter.id}/besluta"
    data = sent(stina, page, action, body="Styrelsen", paragraph="14", took_part="Stina Ek", signer="Stina Ek")
    letter_deciding.send_back(session, people.vera, letter, "Skriv tydligare vad ni vill.", NOW)
    session.commit()
    shown = refused(stina, action, data)
    assert "Utkast" in shown.text()
    session.expire_all()
    assert letter.status is LetterStatus.DRAFT


def test_nobody_sees_a_report_by_sending_an_old_form_for_it(
    session: Session, people: People, logged_in: Browser, report: Deviation
) -> None:
    page, lena, lars = f"/avvikelser/{report.id}", logged_in("lena"), logged_in("lars")
    action = f"{page}/beslut/solved_locally"
    data = sent(lena, page, action, **{"solved_locally-solution": MINE})
    change(session, people, report, Status.LOCAL_ACTION, note=THEIRS)
    data["csrf_token"] = next(f.get("value") for f in lars.page("/om").all("input") if f.get("name") == "csrf_token")
    data = {name: data["csrf_token"] if name.endswith("csrf_token") else value for name, value in data.items()}
    answer = lars.post(action, data=data)
    assert answer.status_code == 404
    assert THEIRS not in answer.get_data(as_text=True)


def test_a_step_that_was_never_there_shows_no_choice(
    session: Session, people: People, vera: CheckingClient, report: Deviation
) -> None:
    change(session, people, report, a_decision(session, Status.LOCAL_ACTION).to)
    page = f"/avvikelser/{report.id}"
    token = next(f.get("value") for f in vera.page(page).all("input") if f.get("name") == "csrf_token")
    for target in ("filed", "draft"):
        field = f"{target}-version"
        answer = vera.post(
            f"{page}/beslut/{target}",
            data={"csrf_token": token, f"{target}-csrf_token": token, field: str(report.version)},
        )
        assert FORCE not in answer.get_data(as_text=True)
