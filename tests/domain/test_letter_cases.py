"""A report is cut to the few sentences that tell what the barrier does, and those that need work are known."""

import pytest

from deviations.domain.letter_cases import rough, told_enough, told_shortly
from deviations.domain.words import words

SUBJECT = frozenset(words("försäkring arbetsträning tio timmar"))


def test_the_sentences_that_say_most_are_told_in_their_order() -> None:
    body = (
        "Vi har köpt tårta. Deltagaren orkar sex timmar i veckan. Jag blir galen. "
        "AF säger att försäkringen börjar vid tio timmar. Platsen gick till en annan arbetsplats."
    )
    assert told_shortly("Rubrik", body, SUBJECT) == (
        "Deltagaren orkar sex timmar i veckan. Arbetsförmedlingen säger att försäkringen börjar vid tio timmar. "
        "Platsen gick till en annan arbetsplats."
    )


def test_the_participants_sex_is_not_told() -> None:
    told = told_shortly(
        "Rubrik", "Försäkringen börjar vid tio timmar, annars är hon inte med. Chefen sa att hon bestämmer.", SUBJECT
    )
    assert told == "Försäkringen börjar vid tio timmar, annars är deltagaren inte med."


def test_a_citation_is_not_cut_at_its_dots() -> None:
    body = "Enligt 25 kap. 1 § krävs samtycke för varje uppgift."
    assert told_shortly("Rubrik", body, SUBJECT) == body


def test_a_report_without_a_whole_sentence_is_told_by_its_title() -> None:
    assert told_shortly("ingen försäkring hos fk", "Nej. Igen.", SUBJECT) == "Ingen försäkring hos Försäkringskassan"


def test_an_endless_sentence_is_cut_between_words() -> None:
    told = told_shortly("Rubrik", "Försäkring " * 200, SUBJECT)
    assert len(told) <= 722
    assert told.endswith("Försäkring …")


@pytest.mark.parametrize(
    ("text", "needs_work"),
    [
        ("Deltagaren orkar sex timmar i veckan.", False),
        ("Deltagaren orkar sex timmar. Arbetsförmedlingen säger tio.", False),
        ("Jag blev ledsen när platsen försvann.", True),
        ("han har börjat komma sent", True),
        ("De sa att det gälde tre månader å ingen svarade.", True),
        ("Varför är det så?", True),
        ("Då får väl någon annan ordna det.", True),
    ],
)
def test_what_needs_work_before_it_can_be_told_is_known(text: str, needs_work: bool) -> None:
    assert rough(text) is needs_work


def test_a_cut_that_says_nothing_of_the_barrier_is_known() -> None:
    assert told_enough("Försäkringen gäller inte under tio timmar.", SUBJECT)
    assert not told_enough("Deltagaren vill gärna arbeta i butik.", SUBJECT)
