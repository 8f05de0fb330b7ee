"""What hurried reports tried and wish for is told as in a letter: whole, calm, with words spelled out."""

from dataclasses import replace

import pytest

from deviations.domain.letter_gathered import as_attempt, as_solution, as_wish, attempts, kinds_of_attempts, wishes
from tests.evidences import BARE, TEN_HOURS


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "Bad AF om ett skriftligt besked om gränsen.",
            "Vi bad Arbetsförmedlingen om ett skriftligt besked om gränsen.",
        ),
        ("kallade till möte med fk och soc", "Vi kallade till möte med Försäkringskassan och socialtjänsten."),
        ("Bett om undantag från kravet, finns ej.", "Vi har bett om undantag från kravet."),
        ("Begärt omprövning av beslutet hos kassan.", "Vi har begärt omprövning av beslutet hos Försäkringskassan."),
        ("Jag skrev till handläggaren på kontoret. Inget svar.", "En medarbetare skrev till handläggaren på kontoret."),
        (
            "Vi har bett arbetsgivaren teckna en egen försäkring.",
            "Vi har bett arbetsgivaren teckna en egen försäkring.",
        ),
        (
            "Vi bad vården om ett intyg, men det tar minst två månader.",
            "Vi bad vården om ett intyg, men det tar minst två månader.",
        ),
    ],
)
def test_an_attempt_gets_a_subject_and_whole_words(written: str, said: str) -> None:
    assert as_attempt(written) == said


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Ringde runt.",
        "Allt utom att skrika på dem igen.",
        "Frågade min mentor om råd i saken.",
        "Vi skrev en rad till listan: deltar i insatsen.",
        "Borde ha frågat kommunen om försäkringen.",
        "Varför svarar ingen på det här?",
        "pratade med ny handlägare om samma sak",
        "Vi väntade på svar från ABC i två veckor.",
        "3-partsmöte beg. av oss hos dem, ej svar fr. kontoret.",
        "Bad " + "om svar " * 30,
    ],
)
def test_what_cannot_stand_in_a_letter_is_left_out(written: str) -> None:
    assert as_attempt(written) == ""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Att försäkringen gäller från första timmen.", "att försäkringen gäller från första timmen"),
        ("En gemensam blankett hos AF för alla.", "en gemensam blankett hos Arbetsförmedlingen för alla"),
        ("Försäkring från första timmen. Tack!", "försäkring från första timmen"),
        ("SGI-skydd för alla som rehabiliteras", "SGI-skydd för alla som rehabiliteras"),
        ("Behåll henne hos oss lite till", ""),
        ("Att någon ändrar den", ""),
        ("en väg in", ""),
        ("att raden blir fast", ""),
        ("Räkna in timmarna på caféet", ""),
        ("att bedömingen av förmågan gäller", ""),
    ],
)
def test_a_wish_becomes_an_item_of_a_list(written: str, said: str) -> None:
    assert as_wish(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("ringde fk ihop med soc varje vecka", "Ringde Försäkringskassan ihop med socialtjänsten varje vecka."),
        ("Bad soc om en kopia", "Vi bad socialtjänsten om en kopia."),
        ("Schemat lämnas på måndagar. Det är löjligt.", "Schemat lämnas på måndagar."),
        ("En kvittens infördes: ingen avslutar först.", "En kvittens infördes: ingen avslutar först."),
        ("Ring 070-123 45 67 direkt.", ""),
        ("Tyvärr gick det inte!", ""),
        (" ", ""),
    ],
)
def test_a_solution_keeps_the_sentences_that_a_letter_can_hold(written: str, said: str) -> None:
    assert as_solution(written, 240) == said


def test_kinds_of_attempts_are_told_when_more_than_one_report_tells_of_them() -> None:
    tried = (
        "Ringde handläggaren.",
        "Mejlade chefen.",
        "Kallade till möte.",
        "Tog upp det på samverkansmöte",
        "Bad om intyg.",
    )
    assert kinds_of_attempts(tried) == "vänt sig till ansvariga handläggare och tagit upp frågan på gemensamma möten"
    assert kinds_of_attempts(("Ringde.", "Bad om intyg.")) == ""
    assert kinds_of_attempts(()) == ""


def test_those_are_told_that_say_most_of_the_barrier_and_none_twice() -> None:
    told = replace(
        TEN_HOURS,
        tried=(
            "Vi sorterade om alla pärmar i skåpet.",
            "Vi bad arbetsgivaren teckna en egen försäkring för timmarna.",
            "Vi bad arbetsgivaren teckna en försäkring för timmarna.",
            "Vi frågade om arbetsträning på tio timmar i veckan.",
        ),
        wishes=("Att försäkringen gäller alla timmar.", "Att det blir lättare för oss alla."),
    )
    assert attempts(told, 3) == [
        "Vi bad arbetsgivaren teckna en försäkring för timmarna.",
        "Vi frågade om arbetsträning på tio timmar i veckan.",
    ]
    assert wishes(told, 3) == ["att försäkringen gäller alla timmar"]
    assert attempts(BARE, 3) == wishes(BARE, 3) == []


def test_of_thousands_of_attempts_the_choice_is_quick_and_the_same_each_time() -> None:
    many = replace(
        TEN_HOURS, tried=tuple(f"Vi bad om försäkring för {at} timmar på plats {at}." for at in range(5_000))
    )
    assert attempts(many, 3) == attempts(many, 3)
    assert len(attempts(many, 3)) == 1


@pytest.mark.parametrize(
    "wish", ["ett skriftligt besked till Fatima Haddad om platsen", "att 070-123 45 67 svarar snabbare på frågor"]
)
def test_what_points_to_somebody_is_never_taken_into_a_draft(wish: str) -> None:
    assert as_wish("ett skriftligt besked till alla om platsen")
    assert as_wish(wish) == ""
