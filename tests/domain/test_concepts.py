"""What a text is about: words of one thing are brought together, whatever form they are written in."""

import csv
import re
from collections import Counter
from importlib import resources

import pytest

from deviations.domain.clustering import group
from deviations.domain.concepts import concepts
from deviations.domain.facts import Fact
from deviations.domain.words import tokens

WRITTEN = re.compile(r"[a-zåäöé0-9:-]+(_[a-zåäöé0-9-]+)*\*?")


def about(text: str) -> set[str]:
    return set(concepts(tokens(text)))


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Pendeltåget går inte på natten", "resor"),
        ("SL-KORT", "resor"),
        ("Tänderna gör ont", "tänder"),
        ("bankens krav", "bank och konto"),
        ("på nattförskolan", "barnomsorg"),
        ("en god man", "god man och ombud"),
        ("läs- och skrivsvårigheter", "läsa och skriva"),
        ("arbetar under tio timmar", "få timmar"),
    ],
)
def test_a_word_is_known_as_it_stands_by_its_beginning_by_its_end_and_in_a_phrase(text: str, concept: str) -> None:
    assert concept in about(text)


def test_part_of_a_phrase_is_not_the_phrase() -> None:
    assert "god man och ombud" not in about("en god vän")
    assert concepts(tokens("en man som är god")) == []


def test_a_word_says_what_it_is_about_as_often_as_it_stands_there() -> None:
    assert Counter(concepts(tokens("Bussen, bussen och tåget")))["resor"] == 3


def test_a_text_without_known_words_is_about_nothing() -> None:
    assert concepts([]) == []
    assert concepts(tokens("xyzzy 12345 ...")) == []


def test_a_very_long_word_is_taken() -> None:
    assert isinstance(concepts(["tåg" * 10_000]), list)


def test_the_list_is_well_written_and_names_each_concept_once() -> None:
    source = resources.files("deviations") / "data" / "concepts.csv"
    with source.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len({row["concept"] for row in rows}) == len(rows) > 100
    for row in rows:
        words = row["words"].split()
        assert len(set(words)) == len(words), row["concept"]
        assert all(WRITTEN.fullmatch(word) for word in words), row["concept"]


def test_reports_in_different_words_of_one_thing_find_each_other() -> None:
    others = [
        ("Tolken kom inte", "Ingen kunde arabiska."),
        ("Tandvården nekades", "Protesen har gått sönder."),
        ("Utdraget stoppade", "Bakgrundskontroll krävdes av parken."),
        ("Sekretessen hindrade", "Uppgiften fick inte lämnas ut."),
    ]
    travel = [("Pendeltåget är för dyrt", "Månadskortet räcker inte."), ("Inga pengar till bussen", "Busskort nekas.")]
    facts = [Fact(str(at), title, body) for at, (title, body) in enumerate([*travel, *others])]
    assert {frozenset(one.members) for one in group(facts)} >= {frozenset({"0", "1"})}
