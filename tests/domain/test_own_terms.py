"""An instance's own words: how they are written, what they must say, and how they lie over those that ship."""

import pytest

from deviations.domain.learnt import TermKind
from deviations.domain.own_terms import OwnTerm, fault, laid_over, written
from deviations.domain.words import SHIPPED, stem, terms, words


def a_term(term: str, expansion: str = "", **said: object) -> OwnTerm:
    return OwnTerm(written(term), said.pop("kind", TermKind.WORD), expansion, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Tolk", "tolk"),
        ("  SoL ", "SoL"),
        ("FAT", "FAT"),
        ("Ek  Bistånd", "ek bistånd"),
        ("nollklass*", "nollklass*"),
        ("A*", "a"),
        ("F-kassan", "f-kassan"),
        ("!!!", ""),
    ],
)
def test_a_term_is_kept_as_texts_are_looked_through_for_it(typed: str, kept: str) -> None:
    assert written(typed) == kept


@pytest.mark.parametrize(
    ("term", "code"),
    [
        (a_term("x"), "term_no_word"),
        (a_term("12"), "term_no_word"),
        (a_term("x" * 81), "term_no_word"),
        (a_term("och"), "term_says_nothing"),
        (a_term("månljus"), "term_leads_nowhere"),
        (a_term("mlj", kind=TermKind.ABBREVIATION, rules=("FK-01",)), "abbreviation_stands_for"),
        (a_term("månljus", "tandvård"), ""),
        (a_term("30 dagar", rules=("AF-04",)), ""),
    ],
)
def test_a_term_must_be_a_word_that_leads_somewhere(term: OwnTerm, code: str) -> None:
    assert fault(term) == code


def test_an_own_word_counts_beside_its_kin_and_an_abbreviation_is_read_as_what_it_stands_for() -> None:
    own = laid_over([a_term("månljus", "tandvård"), a_term("mlj", "tandvård", kind=TermKind.ABBREVIATION)])
    assert words("månljus", own) == [stem("månljus"), stem("tandvård")]
    assert words("mlj", own) == [stem("tandvård")]
    assert words("mlj") == ["mlj"]


def test_an_own_word_takes_the_place_of_one_that_ships() -> None:
    own = laid_over([a_term("sgi", "tandvård", kind=TermKind.ABBREVIATION)])
    assert words("SGI", own) == [stem("tandvård")]
    assert len(own.entries) == len(SHIPPED.entries)


def test_a_word_that_is_off_is_not_known() -> None:
    own = laid_over([OwnTerm("sgi", TermKind.ABBREVIATION, off=True)])
    assert {term.entry for term in terms("SGI", own)} == {None}
    assert SHIPPED.exact["sgi"] in {term.entry for term in terms("SGI")}


def test_own_terms_of_several_words_are_found() -> None:
    own = laid_over([a_term("mellan alla stolar", rules=("FIN-01",), expansion="glapp")])
    assert [term.written for term in terms("Hon hamnade Mellan alla Stolar", own) if term.entry] == [
        "mellan alla stolar"
    ]
