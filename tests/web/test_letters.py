"""A letter's whole way in the browser, from a recurring barrier to the answer."""

import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import FileKind, LetterStatus
from deviations.models import Letter
from tests.factories import a_barrier, a_draft, a_filed_deviation, a_letter, a_recurring_barrier
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
L = LetterStatus


@pytest.fixture
def draft(session: Session, people: People) -> Letter:
    """A draft."""
    letter = a_draft(session, people)
    session.commit()
    return letter


def state(session: Session, id: int) -> LetterStatus:
    session.rollback()
    session.expire_all()
    return session.get_one(Letter, id).status


def test_a_letter_goes_its_whole_way(
    session: Session, people: People, vera: CheckingClient, stina: CheckingClient, rut: CheckingClient
) -> None:
    barrier = a_recurring_barrier(session, people)
    session.commit()
    made = vera.submit(f"/hinder/{barrier.id}", f"/skrivelser/om-hinder/{barrier.id}")
    id = session.scalars(select(Letter.id)).one()
    path = f"/skrivelser/{id}"
    assert made.headers["Location"] == f"{path}/redigera"
    (form,) = [f for f in vera.page(f"{path}/redigera").all("form") if f.get("action") == f"{path}/redigera"]
    body = form_values(form)["body"].replace("Tiotimmarsgränsen", "Gränsen vid tio timmar")
    assert vera.submit(f"{path}/redigera", f"{path}/redigera", body=body, title="Om tio timmar").status_code == 302
    assert "Gränsen vid tio timmar" in vera.page(path).text()
    assert rut.get(path).status_code == 404
    assert vera.submit(path, f"{path}/till-styrgruppen").status_code == 302
    assert "Om tio timmar" in stina.page("/").text()
    assert stina.submit(path, f"{path}/tillbaka", note="Skriv kortare.").status_code == 302
    assert "Skriv kortare." in stina.page(path).text()  # she may still read it
    assert vera.submit(path, f"{path}/till-styrgruppen").status_code == 302
    assert stina.submit(path, f"{path}/besluta", body="Styrelsen", paragraph="§ 14").status_code == 302
    parties = session.get_one(Letter, id).recipients
    ways = {f"way{agency.id}-delivery": "post" for agency in parties}
    assert vera.submit(path, f"{path}/skicka", **ways).status_code == 302
    assert "Läget är nu: skickad." in vera.page(path).text()
    assert state(session, id) is L.SENT
    for browser in (vera, stina, rut):
        assert "Kontrollerad nu: text, siffror och filer är de som skickades." in browser.page(path).text()
    sent = session.get_one(Letter, id)
    first, second = rut.get(f"{path}/fil.pdf"), vera.get(f"{path}/fil.pdf")
    pdf = sent.file(FileKind.PDF)
    assert pdf is not None
    assert first.data == second.data == pdf.content
    assert hashlib.sha256(first.data).hexdigest() == pdf.sha256
    assert rut.get(f"{path}/fil.txt").data.decode().count(str(sent.registry_number)) >= 1
    assert first.headers["Content-Disposition"].startswith("attachment; filename=skrivelse-OST-")
    assert first.mimetype == "application/pdf"
    reply = f"{path}/svar"
    lacking = vera.submit(reply, reply, kind="answered", summary="De tar upp frågan.")
    assert lacking.status_code == 422
    assert "De tar upp frågan." in lacking.get_data(as_text=True)
    answered = vera.submit(reply, reply, kind="answered", answer="partly", summary="De tar upp frågan.")
    assert answered.status_code == 302
    assert "Besvarat" in vera.page(f"/hinder/{barrier.id}").text()
    assert vera.submit(path, f"{path}/avsluta", **{"close-note": "Regeln är ändrad."}).status_code == 302
    assert state(session, id) is L.CLOSED
    assert vera.get(f"{path}/fil.pdf").data == first.data


def test_the_blanks_that_the_writer_must_fill_are_listed_on_the_letters_page(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    draft.body += "\n\n[namnet fylls i av den som vet]"
    session.commit()
    page = vera.page(f"/skrivelser/{draft.id}")
    (told,) = [one for one in page.all("div") if one.get("class") == "notice notice--warn"]
    assert "[namnet fylls i av den som vet]" in "".join(told.itertext())
    assert "[sista svarsdag fylls i]" not in "".join(told.itertext())  # the sending fills it in


def test_no_letter_is_offered_or_made_of_a_barrier_that_has_not_fired(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)])
    session.commit()
    page = vera.page(f"/hinder/{barrier.id}")
    assert not [f for f in page.all("form") if "/om-hinder/" in (f.get("action") or "")]
    (key, *_) = [f.get("value") for f in page.all("input") if f.get("name") == "csrf_token"]
    page = vera.page("/avvikelser/ny")
    data = {"csrf_token": key, "recipients": ["1"]}
    answer = vera.post(f"/skrivelser/om-hinder/{barrier.id}", data=data)
    assert answer.status_code == 403
    assert "En skrivelse görs om ett återkommande hinder." in answer.get_data(as_text=True)
    assert session.scalars(select(Letter)).all() == []


@pytest.mark.parametrize("recipients", [[], ["abc"], ["2147483648"], ["-1"], [""]])
def test_a_letter_to_nobody_known_is_not_made(
    session: Session, people: People, vera: CheckingClient, recipients: list[str]
) -> None:
    barrier = a_recurring_barrier(session, people)
    session.commit()
    path = f"/hinder/{barrier.id}"
    answer = vera.submit(path, f"/skrivelser/om-hinder/{barrier.id}", recipients=recipients)
    assert answer.status_code == 422
    assert "1 uppgift behöver rättas" in Page(answer.get_data(as_text=True)).text()
    assert session.scalars(select(Letter)).all() == []


def test_saving_over_somebodys_newer_text_is_refused_with_the_text_given_back(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}/redigera"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == path]
    old = {**form_values(form), "body": "Min långa text"}
    assert vera.submit(path, path, body="Den nya texten").status_code == 302
    answer = vera.post(path, data=old)
    assert answer.status_code == 409
    assert "Min långa text" in answer.get_data(as_text=True)
    session.expire_all()
    assert session.get_one(Letter, draft.id).body == "Den nya texten"


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("title", "", "Skriv en rubrik."),
        ("body", "  ", "Skriv en text."),
        ("title", "x" * 301, "högst 300 tecken"),
        ("body", "x" * 60_001, "högst 60000 tecken"),
        ("body", "x\n" * 2_001 + "x", "Skrivelsen är för lång"),
        ("body", "Hej\x00då", "osynligt tecken"),
        ("body", "Det gäller 850709-9805.", "ett personnummer"),
    ],
)
def test_a_text_that_cannot_be_saved_is_refused_and_kept(
    session: Session, vera: CheckingClient, draft: Letter, field: str, text: str, sentence: str
) -> None:
    path, before = f"/skrivelser/{draft.id}/redigera", draft.body
    answer = vera.submit(path, path, **{field: text})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert sentence in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == path]
    assert form_values(form)[field].strip() == text.replace("\x00", "�").strip()
    session.expire_all()
    assert session.get_one(Letter, draft.id).body == before


@pytest.mark.parametrize("status", [L.IN_REVIEW, L.DECIDED])
def test_what_is_no_draft_is_not_edited_by_any_way(
    session: Session, people: People, vera: CheckingClient, status: LetterStatus
) -> None:
    letter = a_letter(session, people, status)
    session.commit()
    path = f"/skrivelser/{letter.id}"
    assert vera.get(f"{path}/redigera").status_code == 403
    (key, *_) = [f.get("value") for f in vera.page(path).all("input") if f.get("name") == "csrf_token"]
    sent = {"csrf_token": key, "title": "Ny", "body": "Min text", "version": str(letter.version)}
    answer = vera.post(f"{path}/redigera", data=sent)
    assert answer.status_code == 403
    assert "Min text" in answer.get_data(as_text=True)
    assert vera.post(f"{path}/forhandsvisa", data={"csrf_token": key, "body": "x"}).status_code == 403


def test_only_steering_decides(
    session: Session, people: People, vera: CheckingClient, rut: CheckingClient, stina: CheckingClient
) -> None:
    letter = a_letter(session, people, L.IN_REVIEW)
    session.commit()
    path = f"/skrivelser/{letter.id}"
    for browser in (vera, rut):
        (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
        said = {"csrf_token": key, "body": "Styrelsen", "paragraph": "14", "on": "2026-01-01"}
        assert browser.post(f"{path}/besluta", data=said).status_code == 404
    for wrong in ({"body": ""}, {"paragraph": ""}, {"on": "2999-01-01"}, {"on": "i går"}, {"paragraph": "x" * 41}):
        said = {"body": "Styrelsen", "paragraph": "14", **wrong}
        assert stina.submit(path, f"{path}/besluta", **said).status_code == 422
    assert state(session, letter.id) is L.IN_REVIEW


def test_the_preview_shows_what_is_typed_and_saves_nothing(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    path, before = f"/skrivelser/{draft.id}", draft.body
    (key, *_) = [f.get("value") for f in vera.page(path).all("input") if f.get("name") == "csrf_token"]

    def shown(body: str) -> str:
        answer = vera.post(f"{path}/forhandsvisa", data={"csrf_token": key, "title": "Rubriken", "body": body})
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    assert "<strong>fet</strong>" in shown("En **fet** text")
    assert "<script" not in shown("<script>alert(1)</script><img src=x onerror=alert(1)>")
    assert "ett personnummer" in shown("Det gäller 850709-9805.")
    assert "för lång" in shown("x" * 60_001)
    for hostile in ("[" * 20_000, "\x00\x07", "\ufffe", "> " * 5_000, "|" * 10_000, ""):
        shown(hostile)
    session.expire_all()
    assert session.get_one(Letter, draft.id).body == before


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF-"), ("docx", b"PK"), ("txt", b"UT")])
def test_a_draft_is_fetched_in_each_form(vera: CheckingClient, draft: Letter, ending: str, start: bytes) -> None:
    answer = vera.get(f"/skrivelser/{draft.id}/fil.{ending}")
    assert answer.status_code == 200
    assert answer.data.startswith(start[:2])
    assert f"skrivelse-{draft.id}-utkast.{ending}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("ending", ["exe", "PDF", "x" * 300, "%00", "pdf%00"])
def test_there_are_no_other_forms(vera: CheckingClient, draft: Letter, ending: str) -> None:
    assert vera.get(f"/skrivelser/{draft.id}/fil.{ending}").status_code == 404


def test_what_was_changed_after_it_was_read_is_not_decided(
    session: Session, people: People, vera: CheckingClient, stina: CheckingClient
) -> None:
    letter = a_letter(session, people, L.IN_REVIEW)
    session.commit()
    path = f"/skrivelser/{letter.id}"
    (form,) = [f for f in stina.page(path).all("form") if f.get("action") == f"{path}/besluta"]
    read = form_values(form)
    assert vera.submit(path, f"{path}/tillbaka", note="Ett ord till.").status_code == 302
    edited = f"{path}/redigera"
    assert vera.submit(edited, edited, title="Något helt annat").status_code == 302
    assert vera.submit(path, f"{path}/till-styrgruppen").status_code == 302
    answer = stina.post(f"{path}/besluta", data={**read, "body": "Styrelsen för allt", "paragraph": "§ 14"})
    assert answer.status_code == 409
    assert "Styrelsen för allt" in answer.get_data(as_text=True)
    assert state(session, letter.id) is L.IN_REVIEW
