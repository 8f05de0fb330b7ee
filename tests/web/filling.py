"""What the tests of the filing form share: a short report, the form on a page, and what became of it."""

from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.models import Deviation, Draft, Municipality
from tests.factories import an_agency
from tests.pages import CheckingClient, Page, form_values

NEW = "/avvikelser/ny"
TITLE, BODY = "Ingen plats under tio timmar", "Deltagaren orkar sex timmar."
Values = dict[str, Any]


def a_short_report(session: Session, **changed: Any) -> Values:
    """The answers of the first part, by somebody in Haninge who has met no harm."""
    town = session.scalars(select(Municipality).where(Municipality.name == "Haninge")).one()
    values = {
        "harm": "no",
        "title": TITLE,
        "body": BODY,
        "agencies": [str(an_agency(session).id)],
        "municipality": str(town.id),
    }
    session.rollback()
    return {**values, **changed}


def filing_form(page: Page) -> Element:
    """The filing form of a page."""
    (form,) = [form for form in page.all("form") if form.get("id") == "filing"]
    return form


def filled(page: Page, **changed: Any) -> Values:
    """The form of a page as a browser sends it, some fields changed."""
    return {**form_values(filing_form(page)), **changed}


def send(browser: CheckingClient, page: Page, do: str = "send", **changed: Any) -> Page:
    """Press a button of the form; the page that comes, redirects followed."""
    answer = browser.post(NEW, data=filled(page, do=do, **changed), follow_redirects=True)
    return Page(answer.get_data(as_text=True))


def press(browser: CheckingClient, page: Page, name: str, value: str, **changed: Any) -> Page:
    """Press a button that has a name of its own ("mask", "same")."""
    answer = browser.post(NEW, data=filled(page, **changed) | {name: value}, follow_redirects=True)
    return Page(answer.get_data(as_text=True))


def key_of(page: Page) -> str:
    """The key of the form on a page."""
    return str(filled(page)["form_key"])


def buttons(page: Page, name: str) -> list[str]:
    """The values of all buttons with a name."""
    return [button.get("value") or "" for button in page.all("button") if button.get("name") == name]


def reports(session: Session) -> list[Deviation]:
    """All reports as they are stored now, oldest first."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Deviation).order_by(Deviation.id)))


def kept_drafts(session: Session) -> list[Draft]:
    """All drafts as they are stored now."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Draft).order_by(Draft.id)))
