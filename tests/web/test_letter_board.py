"""The board in the browser and as a file for the styrgrupp's meeting; what it tells is in the recipient's own words."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.models import PromisedAction
from tests.factories import TODAY, a_letter, a_recurring_barrier, days_ago
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]

OWN_WORDS = "Vi delar er bild och ser över stödet till våra handläggare."


def rows(client: CheckingClient) -> list[dict[str, str]]:
    """The board as the CSV file has it."""
    text = client.get("/skrivelser/tavla.csv").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.fixture
def _answered(session: Session, people: People) -> None:
    letter = a_letter(session, people, LetterStatus.ANSWERED, at=days_ago(40))
    (reply,) = letter.replies
    reply.text, reply.agency = OWN_WORDS, letter.recipients[0]
    reply.promised.append(PromisedAction(text="Nytt handläggarstöd", due_on=TODAY + timedelta(days=30)))
    session.commit()


@pytest.mark.usefixtures("_answered")
def test_the_board_tells_outcome_own_words_and_promises(stina: CheckingClient) -> None:
    text = stina.page("/skrivelser").text()
    for said in ("1 skrivelse pågår", "Ja till förslaget", f"”{OWN_WORDS}”", "Nytt handläggarstöd (senast"):
        assert said in text
    assert "svar efter 0 dagar" in text


@pytest.mark.usefixtures("_answered")
def test_it_is_a_file_for_the_meeting_too(stina: CheckingClient) -> None:
    (row,) = rows(stina)
    assert row["Utfall"] == "Ja till förslaget"
    assert row["Mottagarens egna ord"] == OWN_WORDS
    assert row["Löften"].startswith("Nytt handläggarstöd (senast")
    assert row["Skickad"] == days_ago(40).date().isoformat()
    made = stina.get("/skrivelser/tavla.xlsx")
    assert "attachment" in made.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(made.get_data())).active
    assert [cell.value for cell in sheet[1]] == list(row)
    assert OWN_WORDS in [cell.value for cell in sheet[2]]


def test_a_title_that_looks_like_a_formula_is_a_text(session: Session, people: People, vera: CheckingClient) -> None:
    a_letter(session, people, LetterStatus.DRAFT).title = '=HYPERLINK("http://example.com","Klicka")'
    session.commit()
    (row,) = rows(vera)
    assert row["Rubrik"].startswith("'=")
    sheet = load_workbook(io.BytesIO(vera.get("/skrivelser/tavla.xlsx").get_data())).active
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_a_late_answer_is_told_and_a_closed_letter_is_folded_away(
    session: Session, people: People, vera: CheckingClient
) -> None:
    late = a_letter(session, people, LetterStatus.SENT, at=days_ago(30))
    late.answer_by = TODAY - timedelta(days=3)
    a_letter(session, people, LetterStatus.CLOSED, a_recurring_barrier(session, people, name="Annat"))
    session.commit()
    text = vera.page("/skrivelser").text()
    assert "3 dagar sent" in text
    assert "skickad för 30 dagar sedan" in text
    assert "Visa 1 avslutad skrivelse" in text


def test_who_reads_only_sent_letters_gets_no_others_in_the_file(
    session: Session, people: People, logged_in: Browser
) -> None:
    a_letter(session, people, LetterStatus.DRAFT)
    sent = a_letter(session, people, LetterStatus.SENT, a_recurring_barrier(session, people, name="Annat"))
    session.commit()
    assert [row["Diarienummer"] for row in rows(logged_in("rut"))] == [sent.registry_number]
    assert len(rows(logged_in("stina"))) == 2
    logged_in("adam").page("/skrivelser/tavla.csv", 404)


@pytest.mark.parametrize("format", ["pdf", "xls", "csv.exe"])
def test_no_other_format_is_there(vera: CheckingClient, format: str) -> None:
    vera.page(f"/skrivelser/tavla.{format}", 404)
