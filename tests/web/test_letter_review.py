"""The styrgrupp reads a letter in the browser: asked words, comments of passages, verdicts, what is seen to."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.models import Letter, LetterComment
from deviations.services import letter_deciding, letter_guard
from tests.factories import NOW, a_draft, a_letter, advance
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

L = LetterStatus
NAME = "Karin Lundgren"
PASSAGE = "För deltagaren betyder hindret väntan"


@pytest.fixture
def letter(session: Session, people: People) -> Letter:
    """A letter under review."""
    letter = a_letter(session, people, L.IN_REVIEW)
    session.commit()
    return letter


def _named(session: Session, people: People, more: str) -> Letter:
    letter = a_draft(session, people)
    letter.body = letter.body.replace("## Konsekvenser\n", f"## Konsekvenser\n\n{more}\n", 1)
    session.commit()
    return letter


def _status(session: Session, letter: Letter) -> LetterStatus:
    session.rollback()
    session.expire_all()
    return letter.status


def test_words_that_may_point_somebody_out_are_asked_about_once(
    session: Session, people: People, vera: CheckingClient
) -> None:
    letter = _named(session, people, f"{NAME} har tagit upp frågan.")
    path = f"/skrivelser/{letter.id}"
    assert NAME not in [mark.text for mark in vera.page(path).all("mark")]
    asked = vera.submit(path, f"{path}/till-styrgruppen")
    page = Page(asked.get_data(as_text=True))
    assert asked.status_code == 422
    assert NAME in [mark.text for mark in page.all("mark")]
    (form,) = [f for f in page.all("form") if f.get("action") == f"{path}/till-styrgruppen"]
    sent = form_values(form)
    assert vera.post(f"{path}/till-styrgruppen", data=sent).status_code == 422  # read, but not ticked
    other = {**sent, "submit-shown": "0" * 16, "submit-looked": "y"}
    assert vera.post(f"{path}/till-styrgruppen", data=other).status_code == 422  # ticked for other words
    assert _status(session, letter) is L.DRAFT
    assert vera.post(f"{path}/till-styrgruppen", data={**sent, "submit-looked": "y"}).status_code == 302
    assert _status(session, letter) is L.IN_REVIEW


def test_a_number_has_to_go_whatever_is_ticked(session: Session, people: People, vera: CheckingClient) -> None:
    letter = _named(session, people, "Det gäller 8507**09-98**05.")
    path = f"/skrivelser/{letter.id}"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == f"{path}/till-styrgruppen"]
    shown = letter_guard.digest(letter_guard.look(session, letter))
    sent = {**form_values(form), "submit-looked": "y", "submit-shown": shown}
    session.rollback()
    asked = vera.post(f"{path}/till-styrgruppen", data=sent)
    page = Page(asked.get_data(as_text=True))
    assert asked.status_code == 422
    assert "Skrivelsen innehåller ett personnummer." in page.text()
    assert not [box for box in page.all("input") if box.get("name") == "submit-looked"]
    assert _status(session, letter) is L.DRAFT


def test_a_text_that_was_changed_meanwhile_is_not_handed_in(
    session: Session, people: People, vera: CheckingClient
) -> None:
    letter = a_draft(session, people)
    session.commit()
    path = f"/skrivelser/{letter.id}"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == f"{path}/till-styrgruppen"]
    read = form_values(form)
    assert vera.submit(f"{path}/redigera", f"{path}/redigera", title="Om tio timmar").status_code == 302
    assert vera.post(f"{path}/till-styrgruppen", data=read).status_code == 409
    assert _status(session, letter) is L.DRAFT


def test_the_styrgrupp_comments_judges_and_the_writer_sees_to_it(
    session: Session, letter: Letter, vera: CheckingClient, stina: CheckingClient
) -> None:
    path = f"/skrivelser/{letter.id}"
    said = {"comment-verdict": "no", "comment-text": "Mildra det här.", "comment-passage": PASSAGE}
    assert stina.submit(path, f"{path}/kommentar", **said).status_code == 302
    for browser in (vera, stina):
        text = browser.page(path).text()
        assert "Mildra det här." in text
        assert "Den behöver ändras först" in text
        assert PASSAGE in [quote.text for quote in browser.page(path).all("q")]
    comment = session.query(LetterComment).one().id
    assert vera.submit(path, f"{path}/kommentar/{comment}/klar").status_code == 302
    assert "1 kommentar är klar" in vera.page(path).text()
    assert vera.submit(path, f"{path}/kommentar/{comment}/oppen").status_code == 302
    assert stina.submit(path, f"{path}/kommentar", **{"comment-verdict": "yes"}).status_code == 302
    tags = [stina.page(path).text(tag) for tag in stina.page(path).all("span") if tag.get("class") == "tag tag--ok"]
    assert tags == ["Den kan skickas"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Skriv vad du tycker behöver ändras."),
        ({"text": "Bort.", "passage": "Det står inte där"}, "De orden finns inte i skrivelsen."),
        ({"text": "Ring 850709-9805."}, "ett personnummer"),
        ({"text": "x" * 5_001}, "högst 5000 tecken"),
        ({"verdict": "kanske", "text": "Hm."}, "Valet finns inte längre."),
    ],
)
def test_a_comment_that_cannot_be_kept_is_given_back(
    session: Session, letter: Letter, stina: CheckingClient, said: dict[str, str], sentence: str
) -> None:
    path = f"/skrivelser/{letter.id}"
    sent = {f"comment-{name}": value for name, value in said.items()}
    answer = stina.submit(path, f"{path}/kommentar", **sent)
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert sentence in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == f"{path}/kommentar"]
    assert form_values(form)["comment-text"].strip() == said.get("text", "")
    assert session.query(LetterComment).count() == 0


def test_the_coordinator_comments_and_does_not_judge(session: Session, letter: Letter, vera: CheckingClient) -> None:
    path = f"/skrivelser/{letter.id}"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == f"{path}/kommentar"]
    assert "comment-verdict" not in form_values(form)
    forged = {**form_values(form), "comment-verdict": "yes", "comment-text": "Bra."}
    assert vera.post(f"{path}/kommentar", data=forged).status_code == 422
    assert vera.submit(path, f"{path}/kommentar", **{"comment-text": "Se bilagan."}).status_code == 302
    assert session.query(LetterComment).one().approves is None


def test_comments_are_for_those_who_write_and_decide(
    session: Session, people: People, vera: CheckingClient, rut: CheckingClient
) -> None:
    letter = a_letter(session, people, L.SENT)
    letter.comments.append(
        LetterComment(number=1, author_id=people.stina.id, at=letter.changed_at, text="Mildra det här.")
    )
    session.commit()
    path = f"/skrivelser/{letter.id}"
    assert "Mildra det här." in vera.page(path).text()
    assert "Mildra det här." not in rut.page(path).text()
    assert not [f for f in vera.page(path).all("form") if "/kommentar" in (f.get("action") or "")]
    (key, *_) = [f.get("value") for f in rut.page("/").all("input") if f.get("name") == "csrf_token"]
    assert rut.post(f"{path}/kommentar", data={"csrf_token": key, "comment-text": "Hej"}).status_code == 404


def test_a_comment_of_another_letter_is_not_there(
    session: Session, people: People, letter: Letter, vera: CheckingClient
) -> None:
    path = f"/skrivelser/{letter.id}"
    (key, *_) = [f.get("value") for f in vera.page(path).all("input") if f.get("name") == "csrf_token"]
    for state, number in (("klar", 99), ("oppen", 99), ("annat", 1)):
        answer = vera.post(f"{path}/kommentar/{number}/{state}", data={"csrf_token": key})
        assert answer.status_code == 404


def test_what_was_said_on_the_way_to_the_decision_is_not_for_all_who_read_a_sent_letter(
    session: Session, people: People, vera: CheckingClient, rut: CheckingClient, letter: Letter
) -> None:
    letter_deciding.send_back(session, people.stina, letter, "Handläggaren i Täby vill inte stå för detta.", NOW)
    for step in (L.IN_REVIEW, L.DECIDED, L.SENT):
        advance(session, people, letter, step)
    session.commit()
    path = f"/skrivelser/{letter.id}"
    assert "vill inte stå för detta" in vera.page(path).text()
    read = rut.page(path).text()
    assert "vill inte stå för detta" not in read
    assert "Skickad" in read


@pytest.mark.parametrize("name", ["vera", "stina"])
def test_a_decided_letter_can_be_taken_back_on_its_page_until_it_is_sent(
    session: Session, people: People, logged_in: Callable[[str], CheckingClient], letter: Letter, name: str
) -> None:
    advance(session, people, letter, L.DECIDED)
    session.commit()
    path = f"/skrivelser/{letter.id}"
    assert logged_in(name).submit(path, f"{path}/tillbaka", note="Ett namn blev kvar.").status_code == 302
    assert _status(session, letter) is L.DRAFT
    assert letter.decided_on is None
