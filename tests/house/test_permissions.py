"""Who may do what is written down, read by a person, and true."""

import pytest
from flask import Flask

from tests.house import permissions
from tests.house.permissions import LOGIN, NO, PAGE, Row

NOBODYS = {"/.well-known/security.txt", "/hinder/granser/gemensamma", "/sso/<provider>/svar"}
"""What is not there until the administrator has entered something, there is more than one program, or somebody has come
from another organisation's login.
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """All rows, as the program is now; on SQLite, as who may do what does not depend on the database."""
    return list(permissions.rows(permissions.Asker(tmp_path_factory.mktemp("permissions"))))


def test_every_route_with_something_in_its_address_can_be_asked_for(app: Flask) -> None:
    assert permissions.without_values(app) == []


def test_the_page_of_permissions_is_what_the_program_does(found: list[Row]) -> None:
    """What differs is to be read, and if it is meant: `python -m tests.house.permissions`."""
    written = PAGE.read_text(encoding="utf-8").splitlines()
    now = permissions.page(found).splitlines()
    assert [line for line in now if line not in written] == []
    assert written == now


def test_every_row_shows_that_somebody_may(found: list[Row]) -> None:
    """Else the address was filled with something that is not there, and the row says nothing."""
    empty = [f"{row.method} {row.address} {row.state}" for row in found if set(row.gets) <= {NO, LOGIN}]
    assert [row for row in empty if row.split()[1] not in NOBODYS] == []


@pytest.mark.parametrize(
    ("came", "word"),
    [
        ({"other": "yes"}, "yes"),
        ({"mine": "–", "place": "–", "other": "–"}, "–"),
        ({"mine": "yes", "other": "–"}, "own"),
        ({"mine": "–", "other": "yes"}, "others'"),
        ({"mine": "yes", "place": "yes", "other": "–"}, "own place"),
        ({"mine": "yes", "place": "–", "other": "–"}, "own"),
        ({"mine": "–", "place": "–", "other": "yes"}, "other places"),
    ],
)
def test_what_a_person_gets_is_said_in_a_word(came: dict[str, str], word: str) -> None:
    assert permissions.word(came) == word
