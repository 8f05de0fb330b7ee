"""A rule is found by the words that people use for it, half typed and mistyped too; whatever else is typed is words."""

import pytest

from deviations.domain.rule_search import find
from deviations.services.catalogue import shipped_cards

CARDS = shipped_cards()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("försäkring arbetsträning", "FORS-01"),
        ("tio timmar", "FORS-01"),
        ("nollklassad", "FK-01"),
        ("nollkl", "FK-01"),
        ("nollklasad", "FK-01"),
        ("SGI", "FK-01"),
        ("sjukpeninggrundande", "FK-01"),
        ("2010:110 25 kap", "FK-01"),
        ("27 kap. 46 §", "FK-03"),
        ("rehabkedjan", "FK-03"),
        ("fyller 30", "FK-13"),
        ("vilande", "FK-16"),
        ("läkarintyg", "FK-11"),
        ("arbetstr", "AF-06"),
        ("arbtsträning", "AF-06"),
        ("sfs 2017:462 11 §", "AF-13"),
        ("karensdag", "AF-15"),
        ("busskort", "AF-22"),
        ("nystartsjob", "AF-23"),
        ("fackligt yttrande", "AF-09"),
        ("fors-01", "FORS-01"),
        ("skada på arbetsplatsen", "FORS-04"),
        ("försörjningsstöd sjukskriven", "KOM-03"),
        ("daglig verksamhet", "KOM-06"),
        ("vilken kommun", "KOM-04"),
        ("komvux", "KOM-08"),
        ("folkbokförd", "KOM-10"),
        ("npf utredning", "REG-01"),
        ("högkostnad", "REG-04"),
        ("samtycke", "SEK-05"),
        ("sekretess vården", "SEK-01"),
        ("halvfart studier", "CSN-02"),
        ("utsluss", "KRV-01"),
        ("bankid", "DIG-01"),
    ],
)
def test_the_rule_is_among_the_first_three(asked: str, code: str) -> None:
    assert code in find(CARDS, asked)[:3]


@pytest.mark.parametrize(
    "asked", ["", "  \n", "och är", "%", "\x00", "§§§", "🙂🙂", "xyzzyqwert", "70 §", "9" * 400 + " §"]
)
def test_what_is_about_no_rule_finds_none(asked: str) -> None:
    assert find(CARDS, asked) == []


@pytest.mark.parametrize(
    "asked", ["9 a-" * 100 + "§", "1-99999999999 §", "'; drop table rule; --", "försäkring " * 5000]
)
def test_hostile_input_is_just_words(asked: str) -> None:
    found = find(CARDS, asked, limit=4)
    assert len(found) <= 4
    assert set(found) <= {card.code for card in CARDS}


def test_more_of_the_words_come_first_and_the_limit_holds() -> None:
    assert find(CARDS, "försäkring arbetsträning")[0] == "FORS-01"
    assert len(find(CARDS, "sjukpenning", limit=3)) == 3


def test_an_empty_catalogue_has_no_rules() -> None:
    assert find([], "försäkring") == []
