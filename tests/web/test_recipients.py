"""The recipient's page behind its link: no account, nothing but the letter, every use noted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letter_words import day as day_in_words
from deviations.domain.letters import Answer, FileKind, LetterStatus, LinkAct
from deviations.domain.reply_files import MOST_BYTES
from deviations.models import Letter, LetterFile, LinkUse, RecipientLink, Reply
from deviations.services import letter_answers, recipient_links
from tests.factories import NOW, TITLE, TODAY, a_letter_out, a_reply, an_agency
from tests.pages import CheckingClient, Page, form_values
from tests.people import People
from tests.web.sending import post_files, send

Browser = Callable[[str], CheckingClient]
L = LetterStatus
PDF = b"%PDF-1.7\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def letter(session: Session, people: People) -> Letter:
    """A letter that was sent today."""
    found = a_letter_out(session, people)
    session.commit()
    return found


@pytest.fixture
def path(session: Session, people: People, letter: Letter) -> str:
    """The address of the recipient's page."""
    _link, token = recipient_links.make(session, people.vera, letter, letter.recipients[0], NOW)
    session.commit()
    return f"/svar/{token}"


def acts(session: Session) -> list[LinkAct]:
    session.rollback()
    return list(session.scalars(select(LinkUse.act).order_by(LinkUse.id)))


def fresh(session: Session, letter: Letter) -> Letter:
    session.rollback()
    session.expire_all()
    return session.get_one(Letter, letter.id)


def test_the_page_shows_the_letter_and_what_can_be_done(letter: Letter, path: str, client: CheckingClient) -> None:
    answer = client.get(path)
    page = Page(answer.get_data(as_text=True))
    for part in (letter.title, "Svara på skrivelsen", "Be om mer tid", "Ja, vi har fått den", "60 arbetsdagar"):
        assert part in page.text()
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    for hidden in ("Historik", "SHA-256", TITLE, "/hinder/", "Rut"):
        assert hidden not in page.html


def test_looking_changes_nothing_and_is_noted(
    session: Session, letter: Letter, path: str, client: CheckingClient
) -> None:
    for end in ("", "/svara", "/mer-tid"):
        client.page(path + end)
    client.head(path)
    assert acts(session) == [LinkAct.OPENED] * 4
    assert session.scalars(select(LinkUse.source)).all() == ["127.0.0.1"] * 4
    assert fresh(session, letter).status is L.SENT


def test_a_receipt_is_given_with_their_number(
    session: Session, letter: Letter, path: str, client: CheckingClient
) -> None:
    assert send(client, path, f"{path}/mottagen", their_number="NR 2026/77").headers["Location"] == path
    text = client.page(path).text()
    assert "Ni har fått skrivelsen" in text and "NR 2026/77" in text and "Ja, vi har fått den" not in text
    assert fresh(session, letter).status is L.ACKNOWLEDGED
    assert LinkAct.ACKNOWLEDGED in acts(session)


def test_more_time_is_asked_for_and_taken(session: Session, letter: Letter, path: str, client: CheckingClient) -> None:
    day = TODAY + timedelta(days=70)
    asked = f"{path}/mer-tid"
    assert send(client, asked, asked).status_code == 422
    assert send(client, asked, asked, answer_by="2001-01-01").status_code == 422
    assert send(client, asked, asked, answer_by=TODAY.isoformat()).status_code == 422
    assert send(client, asked, asked, answer_by=day.isoformat(), text="Vi väntar på en utredning.").status_code == 302
    found = fresh(session, letter)
    assert (found.status, found.answer_by) == (L.EXTENDED, day)
    text = client.page(path).text()
    assert "Ni har bett om mer tid" in text and "Vi väntar på en utredning." in text
    assert f"Ni bad den {day_in_words(TODAY)} om mer tid." in text


def test_nobody_is_told_that_it_asked_for_the_longer_time_of_another(
    session: Session, people: People, client: CheckingClient
) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    until = {**a_reply(L.EXTENDED), "answer_by": TODAY + timedelta(days=120)}
    af, fk = an_agency(session, "AF"), an_agency(session, "FK")
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **{**until, "agency": af})
    _link, token = recipient_links.make(session, people.vera, letter, fk, NOW)
    session.commit()
    text = client.page(f"/svar/{token}").text()
    assert "om mer tid." not in text and "60 arbetsdagar" in text


def test_an_answer_is_written_with_file_and_promises_and_told(
    session: Session, letter: Letter, path: str, client: CheckingClient, vera: CheckingClient, rut: CheckingClient
) -> None:
    write = f"{path}/svara"
    told = {
        "answer": "partly",
        "text": "Vi gör det andra förslaget.\n\n<script>alert(1)</script>",
        "action_1": "Nytt handläggarstöd",
        "action_1_on": (TODAY + timedelta(days=60)).isoformat(),
        "files": [(PDF, "svar.pdf")],
    }
    assert send(client, write, write, **told).headers["Location"] == path
    text = client.page(path).text()
    for part in ("Ni har svarat: Ja, till en del", "Vi gör det andra förslaget.", "svar.pdf", "Nytt handläggarstöd"):
        assert part in text
    assert "Svara på skrivelsen" not in text
    found = fresh(session, letter)
    assert (found.status, found.replies[0].answer, found.replies[0].recorded_by_id) == (L.ANSWERED, Answer.PARTLY, None)
    for browser in (vera, rut):
        shown = browser.page(f"/skrivelser/{letter.id}").text()
        for part in ("genom mottagarens länk", "· mottagaren Besvarad", "<script>alert(1)</script>"):
            assert part in shown
    assert LinkAct.ANSWERED in acts(session)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"answer": ""}, "Välj vad ni svarar."),
        ({"text": ""}, "Skriv ert svar. Det kan vara kort."),
        ({"answer": "passed_on"}, "Skriv till vem frågan är lämnad vidare."),
        ({"text": "Det gäller 850709-9805."}, "ett personnummer"),
        ({"action_1": "Ring 850709-9805."}, "ett personnummer"),
        ({"files": [(b"MZ\x00", "svar.pdf")]}, "går inte att ta emot"),
    ],
)
def test_what_is_refused_is_said_kindly_and_the_text_given_back(
    session: Session, letter: Letter, path: str, client: CheckingClient, changed: dict[str, Any], sentence: str
) -> None:
    write = f"{path}/svara"
    refused = send(client, write, write, **{"answer": "declined", "text": "Det går inte.", **changed})
    page = Page(refused.get_data(as_text=True))
    assert refused.status_code == 422
    assert sentence in page.text()
    assert (changed.get("text", "Det går inte.")) in page.text()
    assert fresh(session, letter).replies == []


def test_a_double_press_answers_once(session: Session, letter: Letter, path: str, client: CheckingClient) -> None:
    write = f"{path}/svara"
    (form,) = [form for form in client.page(write).all("form") if form.get("action") == write]
    for _ in range(2):
        sent = {**form_values(form), "answer": "accepted", "text": "Ja."}
        assert client.post(write, data=sent).status_code == 302
    assert len(session.scalars(select(Reply)).all()) == 1


def test_what_can_not_be_said_any_more_gives_the_text_back(
    session: Session, people: People, letter: Letter, path: str, client: CheckingClient
) -> None:
    write = f"{path}/svara"
    (form,) = [form for form in client.page(write).all("form") if form.get("action") == write]
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **a_reply())
    session.commit()
    late = client.post(write, data={**form_values(form), "answer": "accepted", "text": "Vårt svar."})
    assert late.status_code == 409
    assert "Vårt svar." in late.get_data(as_text=True)
    for end in ("/svara", "/mer-tid"):
        assert client.get(path + end).status_code == 409
    assert "ert svar är noterat" in client.page(path).text()


def test_the_file_that_was_sent_is_fetched(session: Session, people: People, client: CheckingClient) -> None:
    letter = a_letter_out(session, people, files=[LetterFile(kind=FileKind.PDF, sha256="0" * 64, content=PDF)])
    _link, token = recipient_links.make(session, people.vera, letter, letter.recipients[0], NOW)
    session.commit()
    got = client.get(f"/svar/{token}/skrivelse.pdf")
    assert (got.data, got.mimetype) == (PDF, "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "noindex" in got.headers["X-Robots-Tag"]
    assert acts(session) == [LinkAct.FETCHED]


@pytest.mark.parametrize("end", ["", "/svara", "/mer-tid", "/skrivelse.pdf"])
def test_a_link_that_does_not_hold_says_so_kindly_and_notes_nothing(
    session: Session, people: People, letter: Letter, path: str, client: CheckingClient, end: str
) -> None:
    recipient_links.withdraw(session, people.vera, session.scalars(select(RecipientLink)).one(), NOW)
    session.commit()
    for address in (path, "/svar/x", "/svar/å", "/svar/" + "x" * 3000):
        page = client.page(address + end, 404)
        assert "Länken gäller inte" in page.text()
        assert letter.title not in page.html
    assert acts(session) == []


def test_an_old_form_of_a_withdrawn_link_changes_nothing(
    session: Session, people: People, letter: Letter, path: str, client: CheckingClient
) -> None:
    write = f"{path}/svara"
    (form,) = [form for form in client.page(write).all("form") if form.get("action") == write]
    recipient_links.withdraw(session, people.vera, session.scalars(select(RecipientLink)).one(), NOW)
    session.commit()
    assert client.post(write, data={**form_values(form), "answer": "accepted", "text": "Ja."}).status_code == 404
    assert fresh(session, letter).replies == []


def test_a_link_used_too_often_rests(session: Session, letter: Letter, path: str, client: CheckingClient) -> None:
    link = session.scalars(select(RecipientLink)).one()
    for _ in range(recipient_links.MOST_USES - 1):
        recipient_links.note(session, link, LinkAct.OPENED, "192.0.2.7", NOW)
    session.commit()
    assert client.get(path).status_code == 200
    resting = client.get(path)
    assert resting.status_code == 429
    assert "vilar en stund" in resting.get_data(as_text=True)
    assert len(acts(session)) == recipient_links.MOST_USES


def test_only_who_holds_a_link_sends_files(path: str, client: CheckingClient) -> None:
    def post(where: str, size: int) -> int:
        return post_files(client, where, {"files": (b"a" * size, "svar.txt")}).status_code

    assert post("/svar/x/svara", 1_500_000) == 413
    assert post(f"{path}/svara", 1_500_000) == 400  # read, and refused as it has no token of the form's
    assert post(f"{path}/svara", MOST_BYTES + 3_000_000) == 413


def test_a_form_without_its_token_is_refused(
    session: Session, letter: Letter, path: str, client: CheckingClient
) -> None:
    for end in ("/mottagen", "/mer-tid", "/svara"):
        assert client.post(path + end, data={"answer": "accepted", "text": "Ja."}).status_code == 400
    assert fresh(session, letter).status is L.SENT


@pytest.mark.parametrize("name", ["rut", "vera", "adam"])
def test_whoever_is_logged_in_makes_no_difference(
    session: Session, letter: Letter, path: str, logged_in: Browser, name: str
) -> None:
    assert send(logged_in(name), path, f"{path}/mottagen").status_code == 302
    found = fresh(session, letter)
    assert found.replies[0].recorded_by_id is None and found.status is L.ACKNOWLEDGED


def test_what_another_recipient_said_is_not_shown(session: Session, people: People, client: CheckingClient) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    told = {**a_reply(), "agency": an_agency(session, "AF"), "text": "AF:s eget svar."}
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **told)
    _link, token = recipient_links.make(session, people.vera, letter, an_agency(session, "FK"), NOW)
    session.commit()
    page = client.page(f"/svar/{token}").text()
    assert "AF:s eget svar." not in page and "Svara på skrivelsen" in page
