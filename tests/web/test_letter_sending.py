"""A decided letter is sent from its page: how it goes to each party, its seal, and a warning when it was changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.letters import Delivery, LetterStatus
from deviations.domain.notices import MailState, Notice
from deviations.models import Letter, LetterDispatch, OutgoingMail
from tests.factories import TODAY, a_draft, a_letter, advance, an_agency
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

L = LetterStatus
ADDRESS = "registrator@example.se"


@pytest.fixture
def decided(session: Session, people: People) -> Letter:
    """A decided letter to the council, with a copy to AF."""
    letter = a_draft(session, people)
    letter.copies = [an_agency(session)]
    for step in (L.IN_REVIEW, L.DECIDED):
        advance(session, people, letter, step)
    session.commit()
    return letter


def _ways(session: Session, **said: tuple[str, str, str]) -> dict[str, str]:
    """What the form sends of the way to each agency, by its code."""
    sent = {}
    for code, (delivery, address, on) in said.items():
        name = f"way{an_agency(session, code).id}"
        sent |= {f"{name}-delivery": delivery, f"{name}-address": address} | ({f"{name}-on": on} if on else {})
    return sent


def _posted(session: Session) -> dict[str, str]:
    """What the form sends when the council gets it by post, and how the copy goes is told later."""
    return _ways(session, NR=("post", "", ""))


def _kept(session: Session) -> dict[str, tuple[Delivery, str]]:
    session.rollback()
    session.expire_all()
    return {one.agency.code: (one.delivery, one.address) for one in session.scalars(select(LetterDispatch))}


def test_it_is_sent_by_mail_and_by_post_in_one_press(
    session: Session, decided: Letter, vera: CheckingClient, rut: CheckingClient
) -> None:
    path = f"/skrivelser/{decided.id}"
    ways = _ways(session, NR=("mail", ADDRESS, ""), AF=("post", "", ""))
    assert vera.submit(path, f"{path}/skicka", **ways).status_code == 302
    assert _kept(session) == {"NR": (Delivery.MAIL, ADDRESS), "AF": (Delivery.POST, "")}
    page = vera.page(path)
    assert "E-post" in page.text()
    assert ADDRESS in page.text()
    assert "Väntar" in page.text()
    assert decided.seal in [code.text for code in page.all("code")]
    for said in (ADDRESS, "Väntar"):
        assert said not in rut.page(path).text()
    assert "Kontrollerad nu" in rut.page(path).text()


def test_that_mail_is_not_set_up_is_said_before_and_after(
    session: Session, people: People, decided: Letter, vera: CheckingClient
) -> None:
    path = f"/skrivelser/{decided.id}"
    assert "E-posten är inte inställd" in vera.page(path).text()
    assert vera.submit(path, f"{path}/skicka", **_posted(session)).status_code == 302
    assert _kept(session) == {"NR": (Delivery.POST, "")}
    page = vera.page(path)
    assert "Det är inte angivet hur den skickades." in page.text()
    assert "E-posten är inte inställd" in page.text()


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        (("mail", "", ""), "Skriv en e-postadress"),
        (("mail", "registrator", ""), "Skriv en e-postadress"),
        (("", "", ""), "Välj hur skrivelsen skickas."),
        (("duva", "", ""), "Valet finns inte längre."),
    ],
)
def test_a_way_that_cannot_be_is_refused_and_nothing_is_sent(
    session: Session, decided: Letter, vera: CheckingClient, way: tuple[str, str, str], sentence: str
) -> None:
    path = f"/skrivelser/{decided.id}"
    answer = vera.submit(path, f"{path}/skicka", **_ways(session, NR=way, AF=("post", "", "")))
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert sentence in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == f"{path}/skicka"]
    assert form_values(form)[f"way{an_agency(session).id}-delivery"] == ["post"]
    session.rollback()
    session.expire_all()
    assert (decided.status, decided.registry_number) == (L.DECIDED, None)


def test_how_it_went_is_told_and_changed_afterwards(session: Session, people: People, vera: CheckingClient) -> None:
    letter = a_letter(session, people, L.SENT)
    session.commit()
    path, agency = f"/skrivelser/{letter.id}", an_agency(session, "NR").id
    action = f"{path}/skicka/{agency}"
    assert vera.submit(path, action, **_ways(session, NR=("", "", ""))).status_code == 422
    for on, sentence in (((TODAY - timedelta(days=1)).isoformat(), "Välj en dag från den dag"), ("i går", "giltigt")):
        refused = vera.submit(path, action, **_ways(session, NR=("post", "", on)))
        assert sentence in refused.get_data(as_text=True)
    assert vera.submit(path, action, **_ways(session, NR=("mail", ADDRESS, ""))).status_code == 302
    session.rollback()
    session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.letter_id == letter.id, OutgoingMail.user_id.is_(None))
        .values(state=MailState.FAILED, error="recipient 550")
    )
    session.commit()
    assert "E-postservern tar inte emot adressen. (svar 550)" in vera.page(path).text()
    assert "1 skrivelse kom inte fram med e-post" in vera.page("/").text()
    assert vera.submit(path, action, **_ways(session, NR=("post", "", TODAY.isoformat()))).status_code == 302
    assert _kept(session) == {"NR": (Delivery.POST, "")}
    assert "svar 550" not in vera.page(path).text()
    assert "kom inte fram" not in vera.page("/").text()
    session.rollback()
    kinds = session.scalars(select(OutgoingMail.state).where(OutgoingMail.kind == Notice.LETTER_OUT)).all()
    assert kinds == [MailState.FAILED]


def test_only_the_coordinator_sends_and_only_to_the_letters_parties(
    session: Session, decided: Letter, vera: CheckingClient, stina: CheckingClient, rut: CheckingClient
) -> None:
    path = f"/skrivelser/{decided.id}"
    for browser in (stina, rut):
        (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
        for action in (f"{path}/skicka", f"{path}/skicka/{an_agency(session, 'NR').id}"):
            assert browser.post(action, data={"csrf_token": key}).status_code == 404
    (key, *_) = [f.get("value") for f in vera.page(path).all("input") if f.get("name") == "csrf_token"]
    assert vera.post(f"{path}/skicka/{an_agency(session, 'FK').id}", data={"csrf_token": key}).status_code == 404
    way = {"csrf_token": key, **_ways(session, NR=("post", "", ""))}
    assert vera.post(f"{path}/skicka/{an_agency(session, 'NR').id}", data=way).status_code == 403  # not sent yet
    session.rollback()
    session.expire_all()
    assert decided.status is L.DECIDED


def test_pressed_twice_it_is_sent_once(session: Session, decided: Letter, vera: CheckingClient) -> None:
    path = f"/skrivelser/{decided.id}"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == f"{path}/skicka"]
    assert not [name for name in form_values(form) if name.endswith("-on")]  # it is sent today
    sent = form_values(form) | {name: [value] for name, value in _posted(session).items()}
    assert vera.post(f"{path}/skicka", data=sent).status_code == 302
    assert vera.post(f"{path}/skicka", data=sent).status_code in (403, 409)
    session.rollback()
    session.expire_all()
    assert decided.registry_number is not None
    assert decided.registry_number.endswith("/1")


def test_a_letter_changed_in_the_database_says_so_on_its_page_and_to_the_administrator(
    session: Session, people: People, vera: CheckingClient, rut: CheckingClient, adam: CheckingClient
) -> None:
    letter = a_letter(session, people, L.SENT)
    session.commit()
    table = Letter.__table__
    session.execute(update(table).where(table.c.id == letter.id).values(title="Något helt annat", decided_by="Ingen"))
    session.commit()
    for browser in (vera, rut):
        text = browser.page(f"/skrivelser/{letter.id}").text()
        assert "Skrivelsen är ändrad efter att den skickades" in text
        assert "rubriken, beslutet" in text
        assert "Kontrollerad nu" not in text
    text = adam.page("/administration/logg/kontroll").text()
    assert f"Skrivelse {letter.registry_number} är ändrad efter att den skickades" in text
