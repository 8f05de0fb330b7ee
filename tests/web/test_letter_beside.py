"""Other letters on the same rule, shown with their answers before a draft is made, and beside one that is."""

from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from tests.factories import a_letter, a_recurring_barrier, a_rule
from tests.pages import CheckingClient
from tests.people import People

WARNING = "Det finns en annan skrivelse om samma regel"
ANSWER = "Rådet tar upp frågan på sitt nästa möte."


def test_an_answered_letter_on_the_same_rule_is_shown_with_its_answer(
    session: Session, people: People, vera: CheckingClient
) -> None:
    rule = a_rule(session)
    a_letter(session, people, LetterStatus.ANSWERED, a_recurring_barrier(session, people, rule=rule))
    other = a_recurring_barrier(session, people, rule=rule, name="Ingen försäkring under tio timmar")
    session.commit()
    text = vera.page(f"/hinder/{other.id}").text()
    assert WARNING in text
    assert ANSWER in text
    draft = a_letter(session, people, LetterStatus.DRAFT, other)
    session.commit()
    text = vera.page(f"/skrivelser/{draft.id}").text()
    assert WARNING in text
    assert ANSWER in text


def test_a_barriers_own_letters_are_listed_once_and_are_no_warning(
    session: Session, people: People, vera: CheckingClient
) -> None:
    letter = a_letter(session, people, LetterStatus.SENT, a_recurring_barrier(session, people, rule=a_rule(session)))
    session.commit()
    assert WARNING not in vera.page(f"/hinder/{letter.barrier_id}").text()
    assert WARNING not in vera.page(f"/skrivelser/{letter.id}").text()


def test_the_styrgrupp_that_decides_sees_it_on_the_letters_page(
    session: Session, people: People, stina: CheckingClient
) -> None:
    barrier = a_recurring_barrier(session, people)
    a_letter(session, people, LetterStatus.ANSWERED, barrier)
    draft = a_letter(session, people, LetterStatus.IN_REVIEW, barrier)
    session.commit()
    text = stina.page(f"/skrivelser/{draft.id}").text()
    assert "Det finns en annan skrivelse om samma hinder" in text
    assert ANSWER in text
    assert "samma regel" not in text


def test_who_writes_no_letters_is_not_warned(session: Session, people: People, stina: CheckingClient) -> None:
    rule = a_rule(session)
    a_letter(session, people, LetterStatus.SENT, a_recurring_barrier(session, people, rule=rule))
    other = a_recurring_barrier(session, people, rule=rule, name="Ingen försäkring under tio timmar")
    session.commit()
    assert WARNING not in stina.page(f"/hinder/{other.id}").text()
