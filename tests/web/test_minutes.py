"""The minutes in the browser: the list, one review's for each reader, and the Word file with the same words."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import CloseReason, Kind, Status
from deviations.models import Deviation, Review, Ruling
from deviations.services import barriers, reviews, rulings, triage
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_filed_deviation, spread_reports
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]
LATER = NOW + timedelta(minutes=30)
HOSTILE = "<script>alert(1)</script> **fet** =1+1"


@pytest.fixture
def review(session: Session, people: People) -> Review:
    """One with a decision of each kind, and a barrier that came to recur."""
    waiting = [*spread_reports(session, people, (6, 2, 1)), a_filed_deviation(session, people.rut, title=HOSTILE)]
    gold = a_filed_deviation(session, people.rita, kind=Kind.GOOD_EXAMPLE, title="Fika varje fredag")
    local, ask, repeat, close, put_off, south, north, norr, west, hostile = waiting
    old = a_barrier(session, people.vera, name="Bussen går inte")
    found = reviews.start(session, people.vera, [one.id for one in (*waiting, gold)], at=NOW)
    told = barriers.Description(name="Tiotimmarsgränsen")
    together = [(one, None) for one in (south, north, norr, west, hostile)]
    rulings.take_new(session, people.vera, together, told, at=NOW)
    take = [
        (local, a_decision(session, Status.LOCAL_ACTION)),
        (ask, a_decision(session, Status.NEEDS_FACTS)),
        (repeat, triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=north)),
        (close, triage.Decision(Status.CLOSED, reason=CloseReason.INFORMATION)),
        (gold, triage.Decision(Status.JOINED, barrier=old)),
    ]
    for report, decision in take:
        rulings.take(session, people.vera, [(report, None)], decision, at=NOW)
    rulings.snooze(session, people.vera, [(put_off, None)], TODAY + timedelta(days=14), at=NOW)
    reviews.end(session, people.vera, found, at=LATER)
    session.commit()
    return found


def test_the_coordinator_reads_what_was_decided(review: Review, vera: CheckingClient) -> None:
    page = vera.page("/genomgangar")
    assert page.text(page.all("tbody")[0]).endswith("Vera 11")
    page = vera.page(f"/genomgangar/{review.id}")
    headings = [page.text(one) for one in page.all("h3")]
    assert headings[:6] == [
        "Lagda i hinder (6)",
        "Lokal åtgärd (1)",
        "Frågor till dem som rapporterade (1)",
        "Dubbletter (1)",
        "Avslutade (1)",
        "Uppskjutna (1)",
    ]
    text = page.text()
    assert "Nya hinder Tiotimmarsgränsen 5 avvikelser lades här Blev återkommande Tiotimmarsgränsen" in text
    assert "Guldkorn 11: Fika varje fredag" in text and "Norr · Bussen går inte" in text
    assert "1 lokal åtgärd, 1 fråga obesvarad, 1 uppskjuten." in text


def test_a_hostile_title_is_text(review: Review, vera: CheckingClient) -> None:
    page = vera.page(f"/genomgangar/{review.id}")
    assert HOSTILE in page.text() and "<script>alert" not in page.html


def test_a_lead_reads_her_own_part(review: Review, logged_in: Browser) -> None:
    text = logged_in("lars").page(f"/genomgangar/{review.id}").text()
    assert "Bara ditt delprojekts avvikelser" in text and "3 beslut." in text
    assert "Söder" not in text and "alert(1)" not in text and "lades här" not in text
    assert "Nya hinder Tiotimmarsgränsen" in text


@pytest.mark.parametrize("name", ["rut", "rita", "stina", "adam"])
def test_others_find_no_page(review: Review, logged_in: Browser, name: str) -> None:
    browser = logged_in(name)
    for path in ("/genomgangar", f"/genomgangar/{review.id}", f"/genomgangar/{review.id}/minnesanteckningar.docx"):
        browser.page(path, 404)


def test_the_word_file_says_what_the_page_says(review: Review, vera: CheckingClient, logged_in: Browser) -> None:
    for browser in (vera, logged_in("lena")):
        page = browser.page(f"/genomgangar/{review.id}")
        answer = browser.get(f"/genomgangar/{review.id}/minnesanteckningar.docx")
        assert answer.headers["Content-Disposition"].endswith('.docx"')
        document = Document(BytesIO(answer.data))
        for paragraph in document.paragraphs:
            for line in paragraph.text.split("\n"):
                assert " ".join(line.split()) in page.text()
        named = [page.text(one) for one in page.all("li") if "Avvikelse " in page.text(one)]
        assert named and all(one.split(":")[0] in "\n".join(p.text for p in document.paragraphs) for one in named)


def test_what_was_undone_since_is_said(session: Session, people: People, review: Review, vera: CheckingClient) -> None:
    last = session.scalars(select(Ruling).where(Ruling.review_id == review.id).order_by(Ruling.id.desc())).first()
    assert last is not None
    rulings.undo(session, people.vera, last, at=LATER)
    session.commit()
    text = vera.page(f"/genomgangar/{review.id}").text()
    assert "Uppskjutna (1)" not in text and "Beslut som har ångrats" in text


def test_before_the_first_review_the_page_says_what_will_be_here(vera: CheckingClient) -> None:
    assert "Ingen genomgång har avslutats än" in vera.page("/genomgangar").text()
    vera.page("/genomgangar/1", 404)


def test_a_review_without_decisions_for_a_lead_says_so(session: Session, people: People, logged_in: Browser) -> None:
    report = a_filed_deviation(session, people.rut)
    review = reviews.start(session, people.vera, [report.id], at=NOW)
    rulings.take(session, people.vera, [(report, None)], a_decision(session, Status.CLOSED), at=NOW)
    reviews.end(session, people.vera, review, at=LATER)
    session.commit()
    assert "Här finns inget att läsa" in logged_in("lars").page(f"/genomgangar/{review.id}").text()
    assert session.get_one(Deviation, report.id).status is Status.CLOSED
