"""The accessibility statement: honest while nobody has entered one, what the law asks for when somebody has; and the
file that tells where holes are reported.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.statement import Conformity, Method, Statement
from deviations.queries import statement as reading
from deviations.services import statement as keeping
from tests.domain.test_statement import STATEMENT
from tests.factories import NOW, TODAY
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

PATH, PUBLIC, SECURITY = "/administration/tillganglighet", "/tillganglighet", "/.well-known/security.txt"
TYPED = {
    "owner": "Samordningsförbundet Öst",
    "email": "kansli@example.se",
    "phone": "08-123 45 00",
    "reply_days": "3",
    "conformity": "partial",
    "shortcomings": "- Nätet av hinder kan inte läsas upp. Allt finns i tabellen.\n- Äldre filer saknar rubriker.",
    "burden": "",
    "outside": "",
    "method": "self",
    "assessed_on": TODAY.isoformat(),
    "security_email": "sakerhet@example.se",
    "officer_email": "ombud@example.se",
}


@pytest.fixture
def adam(logged_in: Callable[[str], CheckingClient]) -> CheckingClient:
    return logged_in("adam")


def stored(session: Session) -> Statement | None:
    session.rollback()
    return reading.chosen(session)


def keep(session: Session, people: People, **change: object) -> None:
    keeping.keep(session, people.adam, replace(STATEMENT, **{"assessed_on": TODAY, **change}), NOW)  # type: ignore[arg-type]
    session.commit()


def test_without_a_statement_the_page_says_that_there_is_none(client: CheckingClient) -> None:
    text = client.page(PUBLIC).text()
    assert "Redogörelsen är inte ifylld" in text
    assert "förenlig med lagen" not in text
    assert "Ingen utomstående har granskat programmet" in text


def test_every_page_leads_to_it(client: CheckingClient) -> None:
    (footer,) = client.page("/logga-in").all("footer")
    assert PUBLIC in [link.get("href") for link in footer.iter("a")]


def test_what_the_administrator_enters_everybody_can_read(
    session: Session, adam: CheckingClient, client: CheckingClient
) -> None:
    answer = adam.submit(PATH, PATH, **TYPED)
    assert (answer.status_code, answer.location) == (302, PUBLIC)
    page = client.page(PUBLIC)
    text = page.text()
    for told in (
        "Samordningsförbundet Öst står bakom", "lagen (2018:1937)", "delvis förenlig med lagen", "08-123 45 00",
        "inom 3 arbetsdagar", "självskattning", f"Bedömningen gjordes den {TODAY.day} ", "ändrades senast den",
        "inte undantagit något",
    ):  # fmt: skip
        assert told in text, told
    shortcomings = [page.text(item) for item in page.all("li")]
    assert "Äldre filer saknar rubriker." in shortcomings
    links = [link.get("href") for link in page.all("a")]
    assert "https://www.digg.se/tdosanmalan" in links and "mailto:kansli%40example.se" in links
    assert "sakerhet@example.se" not in text and "ombud@example.se" not in text
    saved = stored(session)
    assert saved is not None and (saved.method, saved.reply_days) == (Method.SELF, 3)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"conformity": Conformity.FULL, "shortcomings": ""}, "helt förenlig med lagen."),
        ({"conformity": Conformity.NONE}, "inte förenlig med lagen"),
        ({"method": Method.EXTERNAL}, "En utomstående har granskat tjänsten."),
        ({"method": Method.BOTH}, "Både vi själva och en utomstående"),
        ({"burden": "Kartan"}, "oskäligt betungande anpassning (12 §)"),
        ({"outside": "Filmen"}, "lagen inte omfattar (9 §)"),
        ({"reply_days": 1}, "inom 1 arbetsdag."),
    ],
)
def test_the_page_says_what_was_chosen(
    session: Session, people: People, client: CheckingClient, change: dict[str, object], told: str
) -> None:
    keep(session, people, **change)
    assert told in client.page(PUBLIC).text()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"owner": ""}, "Skriv vem som står bakom tjänsten."),
        ({"email": "kansli"}, "ser inte ut som en e-postadress"),
        ({"email": ""}, "Skriv en adress som någon läser."),
        ({"reply_days": "0"}, "mellan 1 och 60"),
        ({"reply_days": "snart"}, "helt tal"),
        ({"shortcomings": " - \n"}, "Skriv vilka brister ni känner till"),
        ({"shortcomings": "Fråga 811218-9876."}, "personnummer"),
        ({"shortcomings": "x" * 5001}, "5001 tecken"),
        ({"assessed_on": (TODAY + timedelta(days=1)).isoformat()}, "har inte varit än"),
        ({"assessed_on": "i går"}, "Skriv vilken dag ni bedömde tjänsten"),
        ({"assessed_on": ""}, "Skriv vilken dag ni bedömde tjänsten"),
        ({"conformity": "mostly"}, "Valet finns inte längre"),
        ({"security_email": "ingen"}, "ser inte ut som en e-postadress"),
        ({"officer_email": "ingen"}, "ser inte ut som en e-postadress"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    session: Session, adam: CheckingClient, change: dict[str, str], told: str
) -> None:
    answer = adam.submit(PATH, PATH, **{**TYPED, **change})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert told in page.text()
    assert "08-123 45 00" in page.html  # what was typed is given back
    assert stored(session) is None


def test_what_was_saved_comes_back_in_the_form(session: Session, people: People, adam: CheckingClient) -> None:
    keep(session, people)
    (form,) = [f for f in adam.page(PATH).all("form") if f.get("action") == PATH]
    values = form_values(form)
    assert (values["owner"], values["assessed_on"], values["conformity"]) == (
        STATEMENT.owner, TODAY.isoformat(), ["partial"],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_only_the_administrator_enters_it(logged_in: Callable[[str], CheckingClient], name: str) -> None:
    assert logged_in(name).get(PATH).status_code == 404


def test_of_two_who_save_at_once_neither_loses_a_word(session: Session, people: People, adam: CheckingClient) -> None:
    (form,) = [f for f in adam.page(PATH).all("form") if f.get("action") == PATH]
    old = form_values(form)
    keep(session, people, owner="Ett annat förbund")
    answer = adam.post(PATH, data={**old, **TYPED})
    assert answer.status_code == 409
    page = Page(answer.get_data(as_text=True))
    assert "Ett annat förbund" in page.text() and "Samordningsförbundet Öst" in page.html
    (form,) = [f for f in page.all("form") if f.get("action") == PATH]
    assert adam.post(PATH, data=form_values(form)).status_code == 302
    saved = stored(session)
    assert saved is not None and saved.owner == "Samordningsförbundet Öst"


def test_whom_to_ask_about_personal_data_is_told_as_soon_as_it_is_entered(
    session: Session, people: People, client: CheckingClient
) -> None:
    text = client.page("/personuppgifter").text()
    assert "Kontakt: den är inte ifylld" in text and "Dataskyddsombud: inte ifyllt" in text
    keep(session, people)
    text = client.page("/personuppgifter").text()
    assert f"Kontakt: {STATEMENT.owner}, {STATEMENT.email}" in text and "Dataskyddsombud: inte ifyllt" in text
    keep(session, people, phone="08-123 45 00", officer_email="ombud@example.se")
    page = client.page("/personuppgifter")
    assert "08-123 45 00" in page.text() and "inte ifyll" not in page.text()
    assert "mailto:ombud%40example.se" in [link.get("href") for link in page.all("a")]


def security(client: CheckingClient) -> dict[str, str]:
    """The fields of the file that tells where holes are reported."""
    answer = client.get(SECURITY)
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    return dict(line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines())


def test_who_finds_a_hole_is_told_where_to_write(session: Session, people: People, client: CheckingClient) -> None:
    page = f"https://localhost{PUBLIC}"
    assert security(client)["Contact"] == page
    keep(session, people)
    assert security(client)["Contact"] == page
    keep(session, people, security_email="sakerhet@example.se")
    fields = security(client)
    assert fields["Contact"] == "mailto:sakerhet@example.se"
    left = datetime.fromisoformat(fields["Expires"]) - NOW
    assert timedelta(days=170) < left < timedelta(days=365)
