"""A barrier that was removed and is met again has returned: its page offers a letter that cites the old answer."""

from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import BarrierStatus
from deviations.models import Letter
from deviations.services import barriers, letter_writing
from tests.factories import a_letter, a_recurring_barrier, a_rule, an_agency, days_ago, moves, said_here
from tests.pages import CheckingClient
from tests.people import People


def removed_after_an_answer(session: Session, people: People) -> Letter:
    """A letter that was answered, about a barrier that was removed by it."""
    barrier = a_recurring_barrier(session, people, rule=a_rule(session), at=days_ago(200))
    letter = a_letter(session, people, LetterStatus.ANSWERED, barrier, at=days_ago(150))
    barriers.end(session, people.vera, barrier, BarrierStatus.REMOVED, note="Ny praxis.", at=days_ago(100))
    return letter


def test_a_new_occurrence_brings_it_back_and_its_page_offers_a_letter(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = removed_after_an_answer(session, people).barrier
    said_here(session, people.rut, barrier)
    session.commit()
    assert BarrierStatus.RETURNED in [move.target for move in moves(session, barrier)]
    text = vera.page(f"/hinder/{barrier.id}").text()
    assert "Hindret är tillbaka" in text
    assert "Utkastet tar upp det förra svaret." in text


def test_the_new_draft_cites_the_old_letter_and_its_answer(session: Session, people: People) -> None:
    old = removed_after_an_answer(session, people)
    said_here(session, people.rut, old.barrier)
    new = letter_writing.draft(session, people.vera, old.barrier, recipients=[an_agency(session, "NR")], at=days_ago(0))
    assert old.registry_number is not None
    assert old.registry_number in new.body
    assert "tar upp frågan på sitt nästa möte" in new.body
