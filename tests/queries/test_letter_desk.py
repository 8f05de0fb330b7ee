"""What the desk of a letter asks: whom a letter about some barriers goes to, and which barriers can come along."""

import pytest
from sqlalchemy.orm import Session

from deviations.domain.workflow import BarrierStatus, Obstacle
from deviations.models import Barrier, ObstacleWording
from deviations.queries import letter_desk, letter_settings
from deviations.services import barriers
from tests.factories import NOW, a_barrier, a_filed_deviation, a_recurring_barrier, an_agency
from tests.people import People


def about(session: Session, people: People, obstacle: Obstacle | None, *codes: str, name: str = "Ett") -> Barrier:
    """A barrier of a type, that these parties apply."""
    parties = [an_agency(session, code) for code in codes]
    return a_barrier(session, people.vera, name=name, obstacle=obstacle, agencies=parties)


@pytest.mark.parametrize(
    ("obstacle", "parties", "asked"),
    [
        (Obstacle.LAW, ("FK",), ["NR"]),  # by way of the council to the department
        (Obstacle.PRACTICE, ("FK",), ["FK"]),
        (Obstacle.PRACTICE, ("FK", "AF"), ["NR"]),  # what several apply is the council's to bring together
        (Obstacle.PRACTICE, ("FORB",), ["NR"]),  # no letter of an association goes to itself
        (Obstacle.INFORMATION, (), ["NR"]),
        (None, ("FK",), ["NR"]),
    ],
)
def test_a_letter_goes_to_whom_the_obstacle_asks_for(
    session: Session, people: People, obstacle: Obstacle | None, parties: tuple[str, ...], asked: list[str]
) -> None:
    barrier = about(session, people, obstacle, *parties)
    assert [agency.code for agency in letter_desk.suggested(session, [barrier])] == asked


def test_an_instance_has_its_own_mind_about_whom_to_ask(session: Session, people: People) -> None:
    wording = letter_settings.wordings(session)[Obstacle.PRACTICE].to_json()
    own = ObstacleWording(obstacle=Obstacle.PRACTICE, addressee=an_agency(session, "SKR"), wording=wording)
    own.changed_at, own.changed_by_id = NOW, people.vera.id
    session.add(own)
    session.flush()
    two = [about(session, people, Obstacle.PRACTICE, "FK"), about(session, people, Obstacle.LAW, "AF", name="Två")]
    assert {agency.code for agency in letter_desk.suggested(session, two)} == {"SKR", "NR"}


def test_who_lies_near_comes_first_and_nobody_is_left_out(session: Session, people: People) -> None:
    barrier = about(session, people, Obstacle.PRACTICE, "FK", "AF")
    near, others = letter_desk.parties(session, [barrier], [an_agency(session, "SKR")])
    assert [agency.code for agency in near] == ["AF", "FK", "NR", "SKR"]
    assert not set(near) & set(others)
    assert "IVO" in {agency.code for agency in others}
    assert "FORB" not in {agency.code for agency in (*near, *others)}


def test_only_barriers_that_recur_and_stand_can_come_along(session: Session, people: People) -> None:
    recurring = a_recurring_barrier(session, people)
    gone = a_recurring_barrier(session, people, name="Borta")
    barriers.end(session, people.vera, gone, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=NOW)
    a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)], name="Bara ett fall")
    assert list(letter_desk.companions(session, people.vera)) == [recurring]
    assert list(letter_desk.companions(session, people.adam)) == []
