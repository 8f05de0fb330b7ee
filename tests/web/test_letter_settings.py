"""The pages of how letters are worded: template with a preview on real data, wordings, letterhead, addresses."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain import letter_template
from deviations.domain.letter_requests import SHIPPED
from deviations.domain.workflow import Obstacle
from deviations.models import Agency, LetterTemplate, ObstacleWording
from deviations.queries import letter_settings as reading
from deviations.services import letter_settings as keeping
from tests.factories import NOW, a_recurring_barrier, an_agency
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]

PAGE = "/skrivelser/installningar"
WORDING = f"{PAGE}/formuleringar/guideline"
OWN = letter_template.SHIPPED + "\nVi återkommer gärna med fler exempel.\n"


def anew(session: Session) -> Session:
    """The session without what it has read before the page saved something."""
    session.rollback()
    session.expire_all()
    return session


def template(session: Session) -> str:
    (association,) = reading.senders(session)
    session.rollback()
    return f"{PAGE}/mall/{association.id}"


def test_the_template_is_tried_on_a_real_barrier_and_saved(
    session: Session, people: People, vera: CheckingClient
) -> None:
    a_recurring_barrier(session, people, name="Gränsen i praktiken")
    session.commit()
    path = template(session)
    assert "Gränsen i praktiken" in vera.page(path).text()
    tried = vera.submit(path, path, body=OWN, do="preview")
    assert tried.status_code == 200
    assert "Vi återkommer gärna med fler exempel." in tried.get_data(as_text=True).split('id="preview"')[1]
    assert anew(session).scalar(select(LetterTemplate)) is None
    assert vera.submit(path, path, body=OWN, do="save").status_code == 302
    assert "egen, ändrad" in vera.page(PAGE).text()
    kept = anew(session).scalars(select(LetterTemplate)).one()
    assert kept.body == OWN.strip()


def test_faults_in_a_template_are_told_with_their_line_and_the_text_comes_back(
    session: Session, people: People, vera: CheckingClient
) -> None:
    a_recurring_barrier(session, people)
    session.commit()
    path = template(session)
    bad = "## Min egen rubrik\n\n{{löner}}\n\n" + letter_template.SHIPPED
    answer = vera.submit(path, path, body=bad, do="save")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Rad 3: Det finns inget block som heter {{löner}}." in text
    assert "Min egen rubrik" in text
    assert anew(session).scalar(select(LetterTemplate)) is None


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ config }}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
        '#set text(red) #read("/etc/passwd")',
        "<script>alert(1)</script>",
        "{{''.__class__}}",
        "${7*7} #{7*7}",
    ],
)
def test_nothing_in_a_template_acts(session: Session, people: People, vera: CheckingClient, hostile: str) -> None:
    a_recurring_barrier(session, people)
    session.commit()
    path = template(session)
    answer = vera.submit(path, path, body=f"{letter_template.SHIPPED}\n{hostile}\n", do="preview")
    shown = answer.get_data(as_text=True).split('id="preview"')[1]
    assert answer.status_code == 200
    assert "<script>alert" not in shown
    assert "SECRET" not in shown
    assert "subclass" not in shown or "{% for" in shown
    assert "root:" not in shown


def test_the_live_preview_stores_nothing_and_says_what_is_wrong(
    session: Session, people: People, vera: CheckingClient
) -> None:
    a_recurring_barrier(session, people)
    session.commit()
    path = template(session)
    found = vera.submit(path, path, body="Hej", do="preview").get_data(as_text=True)
    assert "Mallen behöver rättas innan den kan visas" in found
    assert "Mallen saknar" in found


def test_the_second_of_two_who_save_is_shown_both_templates(
    session: Session, people: People, vera: CheckingClient
) -> None:
    path = template(session)
    (association,) = reading.senders(session)
    keeping.keep_template(session, people.vera, association, OWN, version=0, at=NOW)
    session.commit()
    answer = vera.submit(path, path, version="0", body=OWN + "Min rad.", do="save")
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert "Min rad." in text
    assert anew(session).scalars(select(LetterTemplate)).one().version == 1


def test_an_own_template_is_taken_away_again(session: Session, people: People, vera: CheckingClient) -> None:
    path = template(session)
    vera.submit(path, path, body=OWN, do="save")
    assert vera.submit(path, f"{path}/ta-bort").status_code == 302
    assert anew(session).scalar(select(LetterTemplate)) is None


def test_a_wording_is_changed_put_to_somebody_else_and_taken_away(session: Session, vera: CheckingClient) -> None:
    to = an_agency(session, "FK")
    session.rollback()
    sent = vera.submit(WORDING, WORDING, heading="klarare besked", addressee=str(to.id))
    assert sent.status_code == 302
    row = anew(session).scalars(select(ObstacleWording)).one()
    assert (row.obstacle, row.addressee_id) == (Obstacle.GUIDELINE, to.id)
    assert reading.wordings(session)["guideline"].heading == "klarare besked"
    text = vera.page(PAGE).text()
    assert "klarare besked" in text
    assert SHIPPED["guideline"].goal in vera.page(WORDING).text()
    vera.submit(WORDING, f"{WORDING}/ta-bort")
    assert reading.own_wordings(anew(session)) == {}


def test_what_a_department_is_asked_goes_by_way_of_the_council(vera: CheckingClient) -> None:
    page = vera.page(f"{PAGE}/formuleringar/law").text()
    assert "Programmets förslag: Departementet, genom Nationella rådet." in page
    assert "Det departementet ombeds att göra" in page


def test_a_wording_that_does_not_fit_says_so_at_its_field(session: Session, vera: CheckingClient) -> None:
    answer = vera.submit(WORDING, WORDING, body="svarar oss.", council="{hemligt}")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Ta bort skiljetecknet i slutet" in text
    assert "{hemligt}" in text
    assert anew(session).scalar(select(ObstacleWording)) is None


def test_two_wordings_saved_at_once_are_shown_side_by_side(session: Session, vera: CheckingClient) -> None:
    vera.submit(WORDING, WORDING, heading="klarare besked")
    answer = vera.submit(WORDING, WORDING, version="0", heading="tydligare besked")
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert "klarare besked" in text
    assert "tydligare besked" in text


def test_letterhead_and_addresses_are_kept_and_checked(session: Session, vera: CheckingClient) -> None:
    (association,) = reading.senders(session)
    agency = an_agency(session, "AF")
    session.rollback()
    path, mail = f"{PAGE}/brevhuvud/{association.id}", f"{PAGE}/adresser/{agency.id}"
    wrong = vera.submit(path, path, organisation_number="212000-0143")
    assert wrong.status_code == 422
    assert "Numret stämmer inte" in wrong.get_data(as_text=True)
    assert vera.submit(path, path, organisation_number="212000-0142", address="Box 1").status_code == 302
    assert vera.submit(mail, mail, email="inte en adress").status_code == 422
    assert vera.submit(mail, mail, email="registrator@example.se").status_code == 302
    text = vera.page(PAGE).text()
    for said in ("212000-0142", "Box 1", "registrator@example.se"):
        assert said in text
    assert anew(session).get_one(Agency, agency.id).email == "registrator@example.se"


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_the_pages_are_the_coordinators(session: Session, logged_in: Browser, name: str) -> None:
    client = logged_in(name)
    for path in (PAGE, template(session), WORDING, f"{PAGE}/brevhuvud/1", f"{PAGE}/adresser/1"):
        client.page(path, 404)


@pytest.mark.parametrize("path", [f"{PAGE}/formuleringar/mynta", f"{PAGE}/mall/999", f"{PAGE}/adresser/999"])
def test_what_is_not_there_is_a_page_that_says_so(vera: CheckingClient, path: str) -> None:
    assert "Sidan finns inte" in vera.page(path, 404).text()
