"""The Swedish analyser: stems, abbreviations, everyday words, and texts that are not texts."""

import subprocess
import sys

import pytest

from deviations.domain.words import entries, stem, terms, tokens, words


def test_endings_go_and_order_stays() -> None:
    assert words("Arbetsgivarens handledare avslutade insatserna") == words(
        "arbetsgivaren handledaren avslutad insatsen"
    )


def test_an_abbreviation_gives_the_same_words_as_what_it_stands_for() -> None:
    assert words("FK:s beslut") == words("Försäkringskassans beslut")
    assert set(words("SIP")) == set(words("samordnad individuell plan"))


def test_everyday_words_bring_the_words_of_the_rule() -> None:
    assert stem("nollklassad") in words("Hon är nollplacerad")
    assert stem("tandvård") in words("tandläkaren ville ha betalt")


def test_a_term_of_several_words_is_found() -> None:
    found = [term for term in terms("han orkar under tio timmar i veckan") if term.entry is not None]
    assert {"FORS-01"} == {rule for term in found for rule in term.entry.rules if term.entry}


def test_a_term_with_capitals_is_met_only_as_written() -> None:
    assert "socialtjänstlag" not in words("sol och fat")
    assert stem("socialtjänstlagen") in words("enligt SoL")


def test_stop_words_are_gone() -> None:
    assert words("och det är inte så att vi har") == []


def test_the_written_form_is_kept_for_reasons() -> None:
    assert ("fk", stem("försäkringskassan")) in {(term.written, term.stem) for term in terms("FK nekar")}


def test_letters_with_dots_written_in_two_ways_are_one() -> None:
    assert words("a\u030alder o\u0308ppen") == words("ålder öppen")


@pytest.mark.parametrize("text", ["", " \n\t", "!!! ---", "\x00", "\ud800", "🙂🙂"])
def test_a_text_without_words_gives_none(text: str) -> None:
    assert words(text) == []


def test_a_very_long_text_is_read_to_a_limit() -> None:
    assert 0 < len(tokens("ord " * 100_000)) < 20_000


def test_the_same_text_gives_the_same_words_in_another_process() -> None:
    text = "AF säger att LAN saknas och att hon är nollklassad"
    code = f"from deviations.domain.words import words; print(words({text!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == repr(words(text))


def test_the_lexicon_points_only_to_rules_and_agencies_that_exist(catalogue_codes: set[str]) -> None:
    from deviations.domain.parties import codes

    assert len(entries()) > 60
    assert {rule for entry in entries() for rule in entry.rules} <= catalogue_codes
    for entry in entries():
        assert set(entry.agencies) == set(codes(entry.agencies)), entry.term


def test_no_term_stands_twice_in_the_lexicon() -> None:
    known = [entry.term for entry in entries()]
    assert len(known) == len(set(known))


@pytest.fixture
def catalogue_codes() -> set[str]:
    import csv
    from importlib import resources

    text = (resources.files("deviations") / "data" / "rules.csv").read_text(encoding="utf-8")
    return {row["id"] for row in csv.DictReader(text.splitlines())}
