"""A rule is changed in the browser: what rests on it is marked everywhere, until somebody has looked it over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.models import Barrier, RuleChange, RuleLookedOver
from deviations.services import rule_changes
from tests.factories import NOW, a_barrier, a_letter, a_recurring_barrier, a_rule, days_ago
from tests.pages import CheckingClient
from tests.people import People
from tests.services.test_rule_changes import an_entry

Browser = Callable[[str], CheckingClient]

EDIT = "/regler/FORS-01/andra"
MARK = "Regeln har ändrats, se över"


def marked(session: Session, people: People) -> Barrier:
    """A barrier whose rule has changed since it was made."""
    rule = a_rule(session)
    barrier = a_barrier(session, people.vera, rule=rule, at=days_ago(9))
    told = an_entry(rule, paragraph="2 §")
    rule_changes.change(session, people.vera, rule, told, version=rule.version, at=NOW)
    session.commit()
    return barrier


def test_a_changed_rule_marks_barrier_rule_and_lists_until_it_is_looked_over(
    session: Session, people: People, vera: CheckingClient, rut: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera, rule=a_rule(session), at=days_ago(9))
    session.commit()
    look = f"/hinder/{barrier.id}/se-over"
    sent = vera.submit(EDIT, EDIT, description="Gränsen gäller inte längre.", valid_to="2026-06-30")
    assert sent.status_code == 302
    assert "1 hinder är märkt" in vera.page("/regler/FORS-01").text()
    for path in ("/regler/FORS-01", f"/hinder/{barrier.id}", "/hinder"):
        for client in (vera, rut):
            assert MARK in client.page(path).text(), path
    shown = vera.page(look).text()
    assert "Gränsen gäller inte längre." in shown
    assert "2026-06-30" in shown
    assert vera.submit(look, look, note="Vi skriver om den nya lydelsen.").status_code == 302
    for path in (f"/hinder/{barrier.id}", "/hinder"):
        assert MARK not in vera.page(path).text(), path
    assert "Vi skriver om den nya lydelsen." in rut.page("/regler/FORS-01").text()
    vera.page(look, 404)


def test_an_open_letter_on_the_rule_is_marked_on_its_page_and_on_the_board(
    session: Session, people: People, vera: CheckingClient, stina: CheckingClient
) -> None:
    rule = a_rule(session)
    letter = a_letter(session, people, LetterStatus.DRAFT, a_recurring_barrier(session, people, rule=rule))
    told, at = an_entry(rule, paragraph="2 §"), NOW + timedelta(minutes=1)
    rule_changes.change(session, people.vera, rule, told, version=rule.version, at=at)
    session.commit()
    for client in (vera, stina):
        assert MARK in client.page(f"/skrivelser/{letter.id}").text()
        assert MARK in client.page("/skrivelser").text()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Skriv vad regeln heter."),
        ({"valid_from": "2026-07-01", "valid_to": "2026-06-30"}, "Sista dagen ligger före den första."),
        ({"valid_from": "1066-01-01"}, "från år 1900"),
        ({"confidence": "säkert"}, "Valet finns inte längre."),
        ({"description": "Fråga 19121212-1212."}, "personnummer"),
        ({"barrier_text": "Fatima Lundgren fick nej."}, "Fatima"),
    ],
)
def test_an_entry_that_can_not_be_comes_back_with_what_was_typed(
    session: Session, vera: CheckingClient, changed: dict[str, str], said: str
) -> None:
    answer = vera.submit(EDIT, EDIT, **{"statute": "SFS 2099:1", **changed})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert "SFS 2099:1" in text
    assert session.scalar(select(RuleChange)) is None


def test_the_second_of_two_who_save_is_shown_both_texts(session: Session, people: People, vera: CheckingClient) -> None:
    version = str(a_rule(session).version)
    marked(session, people)
    answer = vera.submit(EDIT, EDIT, version=version, paragraph="7 §")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "7 §" in text
    assert "2 §" in text
    assert len(session.scalars(select(RuleChange)).all()) == 1


def test_saving_it_as_it_is_changes_nothing(session: Session, vera: CheckingClient) -> None:
    assert vera.submit(EDIT, EDIT).status_code == 302
    assert session.scalar(select(RuleChange)) is None


def test_to_have_looked_over_something_is_said_in_words_that_point_nobody_out(
    session: Session, people: People, vera: CheckingClient
) -> None:
    look = f"/hinder/{marked(session, people).id}/se-over"
    for note, said in (("", "Skriv vad ni kom fram till"), ("Fråga 19121212-1212.", "personnummer")):
        answer = vera.submit(look, look, note=note)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    assert session.scalar(select(RuleLookedOver)) is None


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_comes_to_the_forms(
    session: Session, people: People, logged_in: Browser, name: str
) -> None:
    barrier = marked(session, people)
    client = logged_in(name)
    client.page(EDIT, 404)
    client.page(f"/hinder/{barrier.id}/se-over", 404)
    if name != "adam":
        assert "Se över hindret" not in client.page(f"/hinder/{barrier.id}").text()


def test_a_rule_that_another_has_replaced_leads_to_it(session: Session, vera: CheckingClient) -> None:
    vera.submit(EDIT, EDIT, superseded_by="FORS-02")
    text = vera.page("/regler/FORS-01").text()
    assert "Regeln har ersatts" in text
    assert "FORS-02" in text
