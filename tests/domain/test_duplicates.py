"""What looks like one happening told twice, and what is only the same barrier once more."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from deviations.demo import material
from deviations.domain import duplicates
from deviations.domain.facts import Fact
from deviations.domain.ranking import Ranker
from deviations.domain.workflow import Kind

ON = date(2026, 11, 20)
# One happening, told by two colleagues who did not know of each other: first the title and text of one, then the other.
TOLD_TWICE = (
    (
        "Intyget försvann på Arbetsförmedlingen",
        "Vi skickade läkarintyget till Arbetsförmedlingen den tredje. De säger att det aldrig kom fram. "
        "Arbetsträningen kan inte börja.",
        "AF har tappat bort läkarintyg",
        "Läkarintyget som vi skickade i början av månaden finns inte hos Arbetsförmedlingen, säger de. "
        "Därför får arbetsträningen inte starta.",
    ),
    (
        "Fel handläggare på mötet",
        "Försäkringskassan skickade en vikarie till trepartsmötet. Hon hade inte mandat att besluta om "
        "rehabiliteringspenning.",
        "Trepartsmöte utan beslut",
        "På trepartsmötet kom en vikarie från Försäkringskassan som inte fick besluta om rehabiliteringspenningen. "
        "Vi får boka ett nytt möte.",
    ),
    (
        "Tolken kom inte",
        "Vid kartläggningen i dag kom ingen tolk. Vårdcentralen hade bokat fel dag och mötet ställdes in.",
        "Inställd kartläggning, tolk saknades",
        "Kartläggningen fick ställas in. Tolken som vårdcentralen bokat kom inte, de hade tagit fel dag.",
    ),
    (
        "Försörjningsstöd drogs in under praktik",
        "Socialtjänsten drog in försörjningsstödet när praktiken började, eftersom han inte stod till "
        "arbetsmarknadens förfogande på heltid.",
        "Stödet drogs in när praktiken började",
        "När praktiken började drog socialtjänsten in hans försörjningsstöd. De säger att han inte står till "
        "arbetsmarknadens förfogande på heltid.",
    ),
    (
        "Dubbla handlingsplaner",
        "AF och kommunen har varsin handlingsplan med olika mål. Deltagaren vet inte vilken som gäller.",
        "Två planer som säger emot varandra",
        "Kommunen och AF har gjort varsin handlingsplan och målen är olika. Vilken som gäller vet inte deltagaren.",
    ),
    (
        "Datorn fungerar inte",
        "Praktikplatsen krävde e-legitimation för att stämpla in. Hon har ingen och kunde inte arbeta de första "
        "två veckorna.",
        "Kan inte stämpla in utan BankID",
        "Utan e-legitimation går det inte att stämpla in på praktikplatsen. Deltagaren saknar det och förlorade "
        "två veckor.",
    ),
)


def a_fact(id: str, title: str = "", body: str = "") -> Fact:
    return Fact(id, title, body, municipality="Haninge", subproject="Söder", on=ON)


@pytest.fixture(scope="module")
def told() -> list[tuple[Fact, str | None]]:
    """The demo's reports with their labelled barriers."""
    reports = [one for one in material.reports(ON) if one.kind is Kind.DEVIATION]
    return [
        (
            Fact(r.key, r.title, r.body, r.agencies, r.rule, r.rule_hint, municipality=r.municipality, on=r.day),
            r.barrier,
        )
        for r in reports
    ]


@pytest.mark.parametrize("twice", TOLD_TWICE, ids=[one[0] for one in TOLD_TWICE])
def test_one_happening_told_in_other_words_is_found_among_the_demos_reports(
    told: list[tuple[Fact, str | None]], twice: tuple[str, str, str, str]
) -> None:
    first, second = a_fact("first", *twice[:2]), a_fact("second", *twice[2:])
    among = Ranker([*told, (first, None)])
    facts = {fact.id: fact for fact, _ in told} | {"first": first}
    found = [id for id, alike in among.alike(second) if duplicates.same_happening(second, facts[id], alike)]
    assert found == ["first"]


def test_reports_of_one_barrier_are_not_taken_for_one_happening(told: list[tuple[Fact, str | None]]) -> None:
    ranker, facts = Ranker(told), {fact.id: fact for fact, _ in told}
    pairs = {
        frozenset((fact.id, id))
        for fact, _ in told
        for id, alike in ranker.alike(fact)
        if duplicates.same_happening(fact, facts[id], alike)
    }
    assert not pairs


def test_nor_does_it_take_them_for_one_if_all_had_happened_in_one_week_and_place(
    told: list[tuple[Fact, str | None]],
) -> None:
    """The words alone keep more than nine in ten of the pairs that share a barrier apart."""
    here = [(replace(fact, municipality="Haninge", on=ON), barrier) for fact, barrier in told]
    ranker, home = Ranker(here), {fact.id: barrier for fact, barrier in here}
    facts = {fact.id: fact for fact, _ in here}
    wrong = {
        frozenset((fact.id, id))
        for fact, barrier in here
        for id, alike in ranker.alike(fact)
        if barrier and home[id] == barrier and duplicates.same_happening(fact, facts[id], alike)
    }
    shared = sum(count * (count - 1) // 2 for count in _sizes(home.values()))
    assert len(wrong) <= 0.08 * shared


def _sizes(barriers: object) -> list[int]:
    from collections import Counter

    return [count for barrier, count in Counter(barriers).items() if barrier]  # type: ignore[call-overload]


def test_place_and_day_must_fit_as_well_as_the_words() -> None:
    one, other = a_fact("1"), a_fact("2")
    assert duplicates.same_happening(one, other, 0.9)
    elsewhere = replace(other, municipality="Täby", subproject="Norr")
    assert not duplicates.same_happening(one, elsewhere, 0.9)
    assert duplicates.same_happening(one, replace(other, municipality="Täby"), 0.9)
    assert duplicates.same_happening(one, replace(other, subproject="Norr"), 0.9)
    assert duplicates.same_happening(one, replace(other, on=ON - duplicates.NEAR), 0.9)
    assert not duplicates.same_happening(one, replace(other, on=ON + duplicates.NEAR + timedelta(days=1)), 0.9)
    assert not duplicates.same_happening(one, replace(other, on=None), 0.9)
    assert not duplicates.same_happening(one, other, duplicates.AT_LEAST - 0.01)


def test_a_report_is_no_duplicate_of_itself_and_no_place_is_no_common_place() -> None:
    assert not duplicates.same_happening(a_fact("1"), a_fact("1"), 1.0)
    nowhere = Fact("1", "", "", on=ON)
    assert not duplicates.same_happening(nowhere, replace(nowhere, id="2"), 1.0)
