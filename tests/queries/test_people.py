"""Where a person may file, and for whom."""

import pytest
from sqlalchemy.orm import Session

from deviations.domain.recurrence import Policy
from deviations.domain.workflow import NotFound
from deviations.models import Setting, User
from deviations.queries import people as queries
from deviations.queries import settings
from tests.people import WORK, People


def test_one_files_for_ones_own_subproject_and_the_coordinator_for_all(session: Session, people: People) -> None:
    homes = {name: [s.name for s in queries.own_subprojects(session, getattr(people, name))] for name in WORK}
    assert homes["rut"] == homes["rolf"] == homes["lena"] == ["Söder"]
    assert homes["vera"] == ["Norr", "Söder", "Väst"]
    assert homes["stina"] == homes["adam"] == []


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("lena", ["Rolf", "Rut"]),
        ("lars", ["Rita"]),
        ("vera", ["Lars", "Lena", "Rita", "Rolf", "Ruben", "Rut"]),
        ("rut", []),
        ("stina", []),
        ("adam", []),
    ],
)
def test_a_lead_types_for_her_own_people_and_the_coordinator_for_all_who_report(
    session: Session, people: People, name: str, whose: list[str]
) -> None:
    assert [user.name for user in queries.colleagues(session, getattr(people, name))] == whose


def test_a_closed_account_is_nobodys_colleague(session: Session, people: People) -> None:
    session.get_one(User, people.rut.id).active = False
    assert [user.name for user in queries.colleagues(session, people.lena)] == ["Rolf"]


def test_accounts_are_listed_by_name_and_found_by_id(session: Session, people: People) -> None:
    names = [user.name for user in queries.accounts(session)]
    assert names == sorted(names)
    assert queries.account(session, people.rut.id).name == "Rut"
    with pytest.raises(NotFound):
        queries.account(session, 2_147_483_647)


def test_the_policy_is_the_default_until_one_is_chosen(session: Session) -> None:
    assert settings.policy(session) == Policy()
    session.add(Setting(name="policy", value='{"municipalities": 2, "deviations": 3, "subprojects": 1, "months": 6}'))
    session.flush()
    assert settings.policy(session) == Policy(2, 3, 1, 6)


def test_the_program_is_the_one_that_was_set_up(session: Session) -> None:
    program = queries.program(session)
    assert program is not None
    assert program.owner.code == "OST"
