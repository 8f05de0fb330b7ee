"""The rule catalogue in the browser: source and confidence beside each rule, and the barriers that rest on it."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import a_barrier, a_rule
from tests.pages import CheckingClient
from tests.people import People


def test_all_rules_are_listed_by_who_applies_them(rut: CheckingClient) -> None:
    text = rut.page("/regler").text()
    assert "FORS-01" in text
    assert "81" in text


def test_a_rule_shows_its_paragraph_how_sure_it_is_and_its_barriers(
    session: Session, people: People, rut: CheckingClient
) -> None:
    a_barrier(session, people.vera, rule=a_rule(session))
    session.commit()
    text = rut.page("/regler/FORS-01").text()
    assert "SFS 1998:1785" in text
    assert "Tiotimmarsgränsen" in text


@pytest.mark.parametrize(
    "code", ["XYZ-99", "fors-01", "%00", "FORS-01%00", "%ED%A0%80", "x" * 5_000, "%E2%80%AE", "'--"]
)
def test_a_rule_that_is_not_there_is_a_page_that_says_so(rut: CheckingClient, code: str) -> None:
    assert "Sidan finns inte" in rut.page(f"/regler/{code}", 404).text()
