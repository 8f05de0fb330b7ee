"""Letters on the same rule: found by rule and by barrier, with their answer, and only those that one may read."""

from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.queries.letter_parallel import parallel
from tests.factories import a_letter, a_recurring_barrier, a_rule
from tests.people import People


def test_a_letter_about_another_barrier_on_the_same_rule_is_found_with_its_answer(
    session: Session, people: People
) -> None:
    rule = a_rule(session)
    first = a_recurring_barrier(session, people, rule=rule)
    second = a_recurring_barrier(session, people, rule=rule, name="Ingen försäkring under tio timmar")
    other = a_recurring_barrier(session, people, rule=a_rule(session, "FIN-03"), name="Något annat")
    answered = a_letter(session, people, LetterStatus.ANSWERED, first)
    a_letter(session, people, LetterStatus.SENT, other)
    (found,) = parallel(session, people.vera, [second])
    assert (found.letter, found.rules, found.barriers, found.open) == (answered, ("FORS-01",), (), False)
    assert found.answer is not None
    assert found.answer.summary == "Rådet tar upp frågan på sitt nästa möte."


def test_open_letters_stand_first_and_the_letter_itself_is_not_its_own_parallel(
    session: Session, people: People
) -> None:
    barrier = a_recurring_barrier(session, people, rule=a_rule(session))
    answered = a_letter(session, people, LetterStatus.ANSWERED, barrier)
    draft = a_letter(session, people, LetterStatus.DRAFT, barrier)
    found = parallel(session, people.vera, [barrier])
    assert [one.letter for one in found] == [draft, answered]
    assert all(one.barriers == (barrier,) for one in found)
    assert [one.letter for one in parallel(session, people.vera, [barrier], but=draft)] == [answered]


def test_a_further_barrier_of_a_letter_counts_as_its_first(session: Session, people: People) -> None:
    first = a_recurring_barrier(session, people, rule=a_rule(session, "FIN-03"))
    second = a_recurring_barrier(session, people, rule=a_rule(session), name="Försäkringen")
    third = a_recurring_barrier(session, people, rule=a_rule(session), name="Samma regel igen")
    letter = a_letter(session, people, LetterStatus.DRAFT, first)
    letter.further = [second]
    session.flush()
    (found,) = parallel(session, people.vera, [third])
    assert (found.letter, found.rules) == (letter, ("FORS-01",))


def test_barriers_without_a_rule_are_not_taken_for_alike(session: Session, people: People) -> None:
    a_letter(session, people, LetterStatus.SENT, a_recurring_barrier(session, people))
    assert parallel(session, people.vera, [a_recurring_barrier(session, people, name="Ett annat")]) == []


def test_others_find_only_letters_that_were_sent(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, rule=a_rule(session))
    a_letter(session, people, LetterStatus.DRAFT, barrier)
    sent = a_letter(session, people, LetterStatus.SENT, barrier)
    assert [one.letter for one in parallel(session, people.rut, [barrier])] == [sent]
    assert parallel(session, people.adam, [barrier]) == []
