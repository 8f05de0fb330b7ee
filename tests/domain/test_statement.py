"""An accessibility statement is stored and read again, and its lists are lists however they were typed."""

from dataclasses import replace
from datetime import date

import pytest

from deviations.domain.statement import Conformity, Method, Statement, lines

STATEMENT = Statement(
    owner="Samordningsförbundet Öst",
    email="kansli@example.se",
    phone="",
    reply_days=2,
    conformity=Conformity.PARTIAL,
    method=Method.SELF,
    assessed_on=date(2026, 11, 22),
    shortcomings="Kartan kan inte läsas upp.",
    burden="",
    outside="",
    security_email="",
    officer_email="",
)


@pytest.mark.parametrize(
    "statement", [STATEMENT, replace(STATEMENT, conformity=Conformity.FULL, method=Method.BOTH, phone="08-123 45 67")]
)
def test_it_is_read_as_it_was_stored(statement: Statement) -> None:
    assert Statement.from_dict(statement.to_dict()) == statement  # type: ignore[arg-type]


def test_one_that_was_stored_before_officers_were_asked_for_has_none() -> None:
    stored = {name: value for name, value in STATEMENT.to_dict().items() if name != "officer_email"}
    assert Statement.from_dict(stored) == STATEMENT  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("", []),
        (" \n-\n • \n", []),
        ("- Kartan\n\n– Filmen – utan text\n* Ljudet", ["Kartan", "Filmen – utan text", "Ljudet"]),
        ("En rad", ["En rad"]),
    ],
)
def test_a_list_is_read_without_its_dashes(typed: str, listed: list[str]) -> None:
    assert lines(typed) == listed
