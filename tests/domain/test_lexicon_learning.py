"""Only words that people's decisions tie to a rule, in several places, are offered; none that tells who wrote."""

from math import log

import pytest

from deviations.domain.facts import Fact, RuleCard
from deviations.domain.lexicon_learning import SURE, Candidate, candidates
from deviations.domain.similarity import Catalogue

CATALOGUE = Catalogue([RuleCard("A-01", "Första regeln", "Gäller kvitton."), RuleCard("B-01", "Andra regeln")])


def placed(word: str, *, times: int = 8, places: int = 2, others: int = 30) -> list[tuple[Fact, str]]:
    """Reports of the first rule with the word, from some subprojects, and as many others without it."""
    some = [(Fact(f"a{at}", f"Stopp {word}", "i går", subproject=str(at % places)), "A-01") for at in range(times)]
    return some + [(Fact(f"b{at}", "Bussen kom inte", "", subproject=str(at % 3)), "B-01") for at in range(others)]


def offered(found: list[Candidate]) -> list[str]:
    return [one.word for one in found if one.rule == "A-01"]


def test_a_word_of_many_reports_about_one_rule_is_offered() -> None:
    (one,) = [one for one in candidates(placed("månljuset"), CATALOGUE) if one.word == "månljuset"]
    assert (one.rule, one.reports, one.subprojects) == ("A-01", 8, 2)
    # 2 Σ O ln(O / E) of the table 8, 0, 0, 30
    assert one.likelihood == pytest.approx(2 * (8 * log(38 / 8) + 30 * log(38 / 30)))
    assert one.likelihood > SURE


@pytest.mark.parametrize(
    "word",
    ["sgi", "kvitton", "Fatima", "fatima", "arbetsförmedlingen", "tidigare", "och", "abc", "2026", "070-1234567"],
)
def test_what_is_known_or_thin_or_points_somebody_out_is_not(word: str) -> None:
    assert word.casefold() not in offered(candidates(placed(word), CATALOGUE))


def test_a_word_of_one_subproject_only_is_not() -> None:
    assert "månljuset" not in offered(candidates(placed("månljuset", places=1), CATALOGUE))


def test_a_word_of_two_reports_is_not() -> None:
    assert "månljuset" not in offered(candidates(placed("månljuset", times=2, others=200), CATALOGUE))


def test_a_word_that_stands_everywhere_is_not() -> None:
    rows = placed("månljuset")
    everywhere = [(Fact(f.id, f"{f.title} månljuset", f.body, subproject=f.subproject), rule) for f, rule in rows]
    assert "månljuset" not in offered(candidates(everywhere, CATALOGUE))


def test_a_word_that_was_answered_is_not_offered_again_in_any_form() -> None:
    assert "månljuset" not in offered(candidates(placed("månljuset"), CATALOGUE, ["månljus"]))


def test_a_word_is_shown_in_its_usual_form() -> None:
    rows = [*placed("månljuset", times=6), *placed("månljus", times=3, others=0)]
    again = [(Fact(f"{at}", f.title, f.body, subproject=f.subproject), rule) for at, (f, rule) in enumerate(rows)]
    assert "månljuset" in offered(candidates(again, CATALOGUE))


def test_without_reports_nothing_is_offered() -> None:
    assert candidates([], CATALOGUE) == []
