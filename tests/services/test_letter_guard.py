"""The privacy guard over a whole letter: what must never leave blocks, the rest is asked about once."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.models import Letter, LetterCase
from deviations.services import letter_deciding, letter_guard, letter_sending
from deviations.services.letter_guard import PointsOut
from tests.factories import NOW, a_draft, a_letter, advance, audit_lines, by_post, read_words
from tests.people import People

L = LetterStatus
NUMBER = "850709-9805"


def _written(session: Session, people: People, more: str) -> Letter:
    """A draft with a sentence more, written past the check of the editor."""
    letter = a_draft(session, people)
    letter.body = letter.body.replace("## Konsekvenser\n", f"## Konsekvenser\n\n{more}\n", 1)
    assert more in letter.body
    session.flush()
    return letter


def _words(letter: Letter, session: Session) -> list[tuple[str, bool]]:
    return [(one.word, one.refused) for one in letter_guard.look(session, letter)]


@pytest.mark.parametrize(
    "hidden",
    [
        NUMBER,
        "850709\\-9805",
        "8507**09-98**05",
        "850709&#45;9805",
        "[läs här](https://example.org/?p=850709-9805)",
        "| A | B |\n|---|---|\n| Kim | 850709-9805 |",
        "> - 850709-9805",
    ],
)
def test_a_personal_number_blocks_however_it_is_written(session: Session, people: People, hidden: str) -> None:
    letter = _written(session, people, f"Det gäller {hidden}" if "|" not in hidden else hidden)
    with pytest.raises(PointsOut) as refused:
        letter_deciding.submit(session, people.vera, letter, NOW, kept=read_words(session, letter))
    assert any(one.refused for one in refused.value.found)
    assert letter.status is L.DRAFT


def test_the_title_and_the_chosen_cases_are_looked_through_too(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    letter.title = f"Om {NUMBER}"
    session.flush()
    assert _words(letter, session) == [(NUMBER, True)]
    letter.title = "Om tio timmar"
    told = {"barrier_id": letter.barrier_id, "deviation_id": letter.barrier.deviations[0].id, "position": 0}
    text = "Handläggaren ringde Karin Lundgren två gånger."
    letter.cases.append(LetterCase(text=text, passed_by_id=people.vera.id, passed_at=NOW, **told))
    session.flush()
    (found,) = letter_guard.look(session, letter)
    assert (found.word, found.refused) == ("Karin Lundgren", False)
    assert found.before.endswith("ringde ")
    assert found.after.startswith(" två")


def test_a_name_is_asked_about_and_passed_once(session: Session, people: People) -> None:
    letter = _written(session, people, "Karin Lundgren på kommunen har tagit upp frågan. Det sade Karin Lundgren.")
    with pytest.raises(PointsOut) as refused:
        letter_deciding.submit(session, people.vera, letter, NOW)
    assert [one.word for one in refused.value.found] == ["Karin Lundgren"]
    letter_deciding.submit(session, people.vera, letter, NOW, kept={one.key for one in refused.value.found})
    assert letter_guard.look(session, letter) == []
    detail = audit_lines(session, f"letter:{letter.id}")[-1].detail
    assert "passed" in detail
    assert "arin" not in detail


def test_words_that_came_after_she_looked_are_asked_about(session: Session, people: People) -> None:
    letter = _written(session, people, "Karin Lundgren har tagit upp frågan.")
    kept = read_words(session, letter)
    letter.body = letter.body.replace("Karin Lundgren har", "Karin Lundgren och Sven Nilsson har")
    session.flush()
    with pytest.raises(PointsOut):
        letter_deciding.submit(session, people.vera, letter, NOW, kept=kept)


def test_nobody_is_asked_about_those_who_decide_and_sign(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.DECIDED)
    assert "Stina Ek" in letter.body
    assert letter_guard.look(session, letter) == []
    letter_sending.send(session, people.vera, letter, at=NOW, ways=by_post(letter))
    assert letter.status is L.SENT


def test_what_came_in_past_the_program_is_found_before_it_is_sent(session: Session, people: People) -> None:
    letter = a_letter(session, people, L.DECIDED)
    table = Letter.__table__
    body = letter.body.replace("## Konsekvenser\n", f"## Konsekvenser\n\nDet gäller {NUMBER}.\n")
    session.execute(update(table).where(table.c.id == letter.id).values(body=body))
    session.expire_all()
    with pytest.raises(PointsOut):
        letter_sending.send(session, people.vera, letter, at=NOW, ways=by_post(letter))
    assert (letter.status, letter.registry_number, letter.files) == (L.DECIDED, None, [])


def test_a_word_passed_for_one_letter_is_asked_about_in_another(session: Session, people: People) -> None:
    first = _written(session, people, "Karin Lundgren har tagit upp frågan.")
    advance(session, people, first, L.IN_REVIEW)
    other = a_draft(session, people, first.barrier)
    assert other is not first
    other.body = first.body
    session.flush()
    assert _words(other, session) == [("Karin Lundgren", False)]
