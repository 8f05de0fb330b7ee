"""One program, its subprojects, and who may add them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import NotAllowed
from deviations.models import Association, Program
from deviations.services import organisation
from tests.factories import NOW, a_municipality, audit_lines
from tests.people import People


@pytest.fixture
def program(session: Session) -> Program:
    """The instance's program."""
    return session.scalars(select(Program)).one()


def test_there_is_one_program(session: Session, program: Program) -> None:
    with pytest.raises(NotAllowed, match="program_exists"):
        organisation.start_program(session, "Ett till", program.owner, NOW)


def test_a_subproject_works_in_its_associations_municipalities_unless_others_are_named(
    session: Session, people: People, program: Program
) -> None:
    owner = program.owner
    whole = organisation.add_subproject(session, people.adam, program, owner, name="Hela", municipalities=[], at=NOW)
    part = organisation.add_subproject(
        session, None, program, owner, name="Del", municipalities=[a_municipality(session, "Tyresö")], at=NOW
    )
    assert {m.name for m in whole.municipalities} == {"Haninge", "Tyresö", "Nynäshamn"}
    assert [m.name for m in part.municipalities] == ["Tyresö"]
    assert audit_lines(session)[-1].action == "subproject.added"


def test_two_subprojects_do_not_share_a_name(session: Session, program: Program) -> None:
    with pytest.raises(NotAllowed, match="name_taken"):
        organisation.add_subproject(session, None, program, program.owner, name="Söder", municipalities=[], at=NOW)


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_only_an_administrator_adds_subprojects(session: Session, people: People, program: Program, name: str) -> None:
    association = session.scalars(select(Association).limit(1)).one()
    with pytest.raises(NotAllowed, match="admin_only"):
        organisation.add_subproject(
            session, getattr(people, name), program, association, name="Nytt", municipalities=[], at=NOW
        )
