"""What comes back on a letter, as the coordinator notes it and everybody reads it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from deviations.domain.letters import LetterStatus
from deviations.domain.reply_files import MOST_BYTES
from deviations.models import Letter, PromisedAction, RecipientLink, Reply, ReplyFile
from deviations.services import letter_answers
from tests.factories import NOW, TODAY, a_letter_out, a_reply
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


def address(letter: Letter, end: str = "") -> str:
    return f"/skrivelser/{letter.id}{end}"


def answered(browser: CheckingClient, letter: Letter, **changed: Any) -> TestResponse:
    told = {"kind": "answered", "answer": "accepted", "summary": "De gör det."}
    return send(browser, address(letter, "/svar"), address(letter, "/svar"), **{**told, **changed})


def test_the_page_says_until_when_and_how_the_day_was_counted(letter: Letter, rut: CheckingClient) -> None:
    text = rut.page(address(letter)).text()
    assert "Svar senast den" in text
    assert "60 arbetsdagar från den" in text and "då skrivelsen skickades" in text
    assert "Inget svar har kommit än." in text
    assert "Anteckna svar" not in text and "Mottagarens länk" not in text


def test_an_answer_with_its_file_and_promises_is_read_by_all(
    session: Session, letter: Letter, vera: CheckingClient, rut: CheckingClient
) -> None:
    due = TODAY + timedelta(days=40)
    sent = answered(
        vera,
        letter,
        text="Vi ändrar <b>handläggarstödet</b>.",
        files=[(PDF, "Svar från rådet.pdf"), ("Bilaga å".encode(), "bilaga.txt")],
        action_1="Ändra handläggarstödet",
        action_1_on=due.isoformat(),
        action_2="Bjuda in till möte",
    )
    assert sent.status_code == 302
    page = rut.page(address(letter))
    for part in ("Ja till förslaget", "De gör det.", "Vi ändrar <b>handläggarstödet</b>.", "Ändra handläggarstödet"):
        assert part in page.text()
    assert "Bjuda in till möte Ingen dag är angiven" in page.text()
    assert "Anteckna som gjort" not in page.text() and "Svar senast den" not in page.text()
    links = [a.get("href") for a in page.all("a") if "/svar/fil/" in (a.get("href") or "")]
    assert len(links) == 2
    got = rut.get(links[0])
    assert (got.data, got.mimetype) == (PDF, "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment; filename")
    assert "Svar%20fr%C3%A5n%20r%C3%A5det.pdf" in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert rut.get(links[1]).headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_file_is_nobodys_who_may_not_read_the_letter(
    session: Session, people: People, letter: Letter, logged_in: Browser
) -> None:
    assert answered(logged_in("vera"), letter, files=[(PDF, "svar.pdf")]).status_code == 302
    id = session.scalars(select(ReplyFile.id)).one()
    assert logged_in("adam").get(address(letter, f"/svar/fil/{id}")).status_code == 404
    assert logged_in("stina").get(address(letter, f"/svar/fil/{id}")).status_code == 200
    session.rollback()  # the log has been written meanwhile: what this session has read is old
    other = a_letter_out(session, people)
    session.commit()
    assert logged_in("vera").get(address(other, f"/svar/fil/{id}")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("svar.html", b"<script>alert(1)</script>", "stämmer inte med innehållet"),
        ("svar.pdf", b"MZ\x00\x01", "går inte att ta emot"),
        ("svar.pdf", b"", "är tom"),
        ("svar.docx", b"PK\x03\x04 nej", "är skadad"),
        ("svar.txt", b"a" * (MOST_BYTES + 1), "för stora"),
    ],
)
def test_a_file_that_is_not_taken_is_said_and_nothing_kept(
    session: Session, letter: Letter, vera: CheckingClient, name: str, content: bytes, sentence: str
) -> None:
    refused = answered(vera, letter, text="Vårt långa svar.", files=[(content, name)])
    page = Page(refused.get_data(as_text=True))
    assert refused.status_code == 422
    assert sentence in page.text() and "Välj filen igen" in page.text()
    assert "Vårt långa svar." in page.text()
    assert session.scalars(select(Reply)).all() == []


def test_more_than_any_file_may_weigh_is_refused_unread(letter: Letter, vera: CheckingClient) -> None:
    refused = answered(vera, letter, files=[(b"a" * (MOST_BYTES + 3_000_000), "svar.txt")])
    assert refused.status_code == 413
    assert "välj mindre filer" in refused.get_data(as_text=True)


def test_who_is_not_logged_in_sends_no_more_than_any_form_may_hold(letter: Letter, client: CheckingClient) -> None:
    big = {"files": (b"a" * 1_500_000, "svar.txt")}
    assert post_files(client, address(letter, "/svar"), big).status_code == 413


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": ""}, "Välj vad som har hänt."),
        ({"answer": ""}, "Välj vad svaret gick ut på."),
        ({"summary": ""}, "Skriv med någon mening vad som har hänt."),
        ({"answer": "passed_on"}, "Skriv till vem frågan är lämnad vidare."),
        ({"kind": "extended"}, "Välj vilken dag de lovar att svara."),
        ({"action_1_on": "2099-01-01"}, "Skriv också vad som är lovat till den dagen."),
        ({"action_2": "Ring 850709-9805"}, "ett personnummer"),
        ({"text": "Ring 850709-9805"}, "ett personnummer"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    session: Session, letter: Letter, vera: CheckingClient, changed: dict[str, str], sentence: str
) -> None:
    refused = answered(vera, letter, **changed)
    assert refused.status_code == 422
    page = Page(refused.get_data(as_text=True))
    assert any(sentence in page.text(p) for p in page.all("p") if (p.get("id") or "").endswith("-error")), page.text()
    assert session.scalars(select(Reply)).all() == []


def test_of_several_recipients_it_is_said_who_answers(
    session: Session, people: People, vera: CheckingClient, rut: CheckingClient
) -> None:
    letter = a_letter_out(session, people, recipients=["AF", "FK"])
    session.commit()
    af = next(agency for agency in letter.recipients if agency.code == "AF")
    assert answered(vera, letter, agency=str(af.id)).status_code == 302
    text = rut.page(address(letter)).text()
    assert f"{af.name} Har svarat" in text and "Har inte hört av sig" in text
    assert "Svar senast den" in text


def test_more_time_is_shown_with_how_it_came_about(letter: Letter, vera: CheckingClient, rut: CheckingClient) -> None:
    day = TODAY + timedelta(days=90)
    told = {"kind": "extended", "answer_by": day.isoformat(), "summary": "De hinner inte."}
    assert send(vera, address(letter, "/svar"), address(letter, "/svar"), **told).status_code == 302
    text = rut.page(address(letter)).text()
    assert "Mottagaren bad den" in text and "om mer tid." in text
    assert "Skriv en påminnelse" not in vera.page(address(letter)).text()


def test_a_promise_is_added_noted_and_taken_back(
    session: Session, people: People, letter: Letter, vera: CheckingClient
) -> None:
    reply = letter_answers.record_reply(session, people.vera, letter, at=NOW, **a_reply())
    session.commit()
    path = address(letter, f"/svar/{reply.id}/lofte")
    assert send(vera, path, path, text="").status_code == 422
    assert send(vera, path, path, text="Ring 850709-9805").status_code == 422
    assert send(vera, path, path, text="Ett möte i maj").status_code == 302
    action = session.scalars(select(PromisedAction)).one()
    for button, shown in (("Anteckna som gjort", "Gjort, antecknat"), ("Inte gjort ändå", "Ingen dag är angiven")):
        assert button in vera.page(address(letter)).text()
        assert vera.submit(address(letter), address(letter, f"/lofte/{action.id}")).status_code == 302
        assert shown in vera.page(address(letter)).text()


def test_what_is_of_another_letter_is_not_found(
    session: Session, people: People, letter: Letter, vera: CheckingClient
) -> None:
    other = a_letter_out(session, people)
    kept = letter_answers.record_reply(
        session, people.vera, other, at=NOW, promised=[letter_answers.Promise("Ett möte")], **a_reply()
    )
    session.commit()
    assert vera.get(address(letter, f"/svar/{kept.id}/lofte")).status_code == 404
    (form,) = [f for f in vera.page(address(other)).all("form") if "/lofte/" in (f.get("action") or "")]
    wrong = address(letter, f"/lofte/{kept.promised[0].id}")
    assert vera.post(wrong, data=form_values(form)).status_code == 404


def test_a_draft_has_no_answers(session: Session, people: People, letter: Letter, vera: CheckingClient) -> None:
    assert vera.get(address(letter, "/paminnelse")).status_code == 403
    letter_answers.record_reply(session, people.vera, letter, at=NOW, **a_reply())
    session.commit()
    assert vera.get(address(letter, "/svar")).status_code == 409
    assert "Anteckna svar" not in vera.page(address(letter)).text()


def test_a_link_is_shown_once_mailed_withdrawn_and_its_uses_listed(
    session: Session, people: People, letter: Letter, vera: CheckingClient, client: CheckingClient
) -> None:
    path = address(letter, "/lankar")
    made = Page(send(vera, path, path).get_data(as_text=True))
    shown = made.text(made.all("code")[0])
    assert "/svar/" in shown and "Länken visas bara nu" in made.text()
    mail = next(a.get("href") or "" for a in made.all("a") if (a.get("href") or "").startswith("mailto:"))
    assert shown.rpartition("/")[2] in mail and " " not in mail and "\n" not in mail
    assert shown.rpartition("/")[2] not in vera.page(path).html
    client.page("/svar/" + shown.rpartition("/")[2])
    listed = vera.page(path).text()
    assert "Använd 1 gång" in listed and "Öppnade sidan" in listed and "127.0.0.1" in listed
    id = session.scalars(select(RecipientLink.id)).one()
    session.rollback()
    assert vera.submit(path, f"{path}/{id}/dra-in").status_code == 302
    assert "Indragen" in vera.page(path).text()
    assert client.get("/svar/" + shown.rpartition("/")[2]).status_code == 404
    other = a_letter_out(session, people)
    session.commit()
    token = next(form_values(form) for form in vera.page(path).all("form") if form.get("action") == path)
    assert vera.post(address(other, f"/lankar/{id}/dra-in"), data=token).status_code == 404


def test_a_reminder_is_ready_read_through_and_fetched(
    session: Session, people: People, letter: Letter, vera: CheckingClient, rut: CheckingClient
) -> None:
    letter.answer_by = TODAY - timedelta(days=1)
    session.commit()
    assert "Svaret skulle ha kommit senast den" in rut.page(address(letter)).text()
    assert "Skriv en påminnelse" in vera.page(address(letter)).text()
    path = address(letter, "/paminnelse")
    text = vera.page(path).text()
    assert f"Påminnelse om skrivelsen {letter.registry_number}" in text
    day = TODAY + timedelta(days=50)
    anew = send(vera, path, path, do="rewrite", until=day.isoformat())
    assert f"svara senast den {day.day} " in anew.get_data(as_text=True)
    assert send(vera, path, path, do="save", body="Ring 850709-9805.").status_code == 422
    assert send(vera, path, path, do="save", body="").status_code == 422
    assert send(vera, path, path, do="save", body="Vi ber er att *svara*.", until=day.isoformat()).status_code == 302
    shown = rut.page(address(letter))
    assert "Påminnelser" in shown.text()
    files = [a.get("href") or "" for a in shown.all("a") if "/paminnelse/1." in (a.get("href") or "")]
    starts = {"pdf": b"%PDF-", "docx": b"PK", "txt": b""}
    for file in files:
        got = rut.get(file)
        assert got.status_code == 200 and got.data.startswith(starts[file.rpartition(".")[2]])
        assert got.headers["Content-Disposition"].startswith("attachment")
    assert len(files) == 3
    assert rut.get(address(letter, "/paminnelse/2.pdf")).status_code == 404
    assert rut.get(address(letter, "/paminnelse/1.exe")).status_code == 404
    assert vera.get(path).status_code == 403


def test_a_name_in_a_reminder_is_asked_about_before_it_leaves_the_house(
    session: Session, letter: Letter, vera: CheckingClient
) -> None:
    letter.answer_by = TODAY - timedelta(days=1)
    session.commit()
    path, told = address(letter, "/paminnelse"), {"do": "save", "body": "Vi ber er svara om Karin Lindqvist."}
    refused = send(vera, path, path, **told)
    page = Page(refused.get_data(as_text=True))
    assert refused.status_code == 422
    boxes = [one.get("value") or "" for one in page.all("input") if one.get("name") == "keep"]
    assert boxes
    assert send(vera, path, path, **told, keep=boxes[0]).status_code == 302


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_the_coordinators_pages_are_hers(letter: Letter, logged_in: Browser, name: str) -> None:
    for end in ("/svar", "/lankar", "/paminnelse", "/svar/1/lofte"):
        assert logged_in(name).get(address(letter, end)).status_code == 404
