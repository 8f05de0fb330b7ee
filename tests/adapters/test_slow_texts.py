"""No text of the largest size that is taken makes the program think for long: Markdown, and what reads reports."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from deviations.adapters.letter_html import sheet_html
from deviations.adapters.letter_sheet import LetterSheet
from deviations.adapters.letter_tree import MAX_CHARACTERS, TooLarge
from deviations.domain import parties, plain_language, privacy, search, statutes, words

LARGEST_REPORT = 10_000
AT_MOST = 0.5  # seconds of a processor for a letter
AT_MOST_OF_A_REPORT = 1.0  # of which the look for personal data is the most
REPEATED = [
    "[", "[a](", "![a](", "[a][", "*", "**a ", "_a_", "> ", "- ", "1. ", "|a", "|-|", "`", "```\n", "<", "<a ",
    "<!--", "&", "&#", "&#x41;", "#", "# a\n", "\\", "\n", "a\n\n", " \n", "(", "((a)", "a@", "a@a.", "http://a.",
    "www.", "~~a", "[x]: ", "\n    ", "\n\t- ", "a" * 50 + " ", "å", "\u0301", "\u200b", "0", "1-", "19 ",
    "19900101-", "070-", "§ 1 ", "A. ", "Anna Anna ", "A a ", "kap. ", "2010:", "dnr ", "{{",
    "{{kvartalsdiagram}}\n\n", "%", "/", ".", ",a", "a-", "''",
]  # fmt: skip


def timed(does: Callable[[], object]) -> float:
    """Seconds of the processor, so that a machine with much else to do judges the same."""
    began = time.process_time()
    does()
    return time.process_time() - began


@pytest.mark.parametrize("piece", REPEATED, ids=ascii)
def test_the_largest_letter_is_shown_soon_whatever_it_holds(piece: str) -> None:
    body = (piece * MAX_CHARACTERS)[:MAX_CHARACTERS]
    sheet = LetterSheet(("Förbundet",), "", "", "", "", ("Mottagaren",), (), "Rubrik", body, dated=date(2026, 11, 22))

    def shown() -> None:
        try:
            sheet_html(sheet)
        except TooLarge:
            return

    assert timed(shown) < AT_MOST


@pytest.mark.parametrize("piece", REPEATED, ids=ascii)
def test_the_largest_report_is_read_soon_whatever_it_holds(piece: str) -> None:
    text = (piece * LARGEST_REPORT)[:LARGEST_REPORT]
    for reader in (privacy.find, words.terms, statutes.cited, parties.mentioned, lambda text: search.indexed([text])):
        assert timed(lambda reader=reader: reader(text)) < AT_MOST_OF_A_REPORT, reader


@pytest.mark.parametrize("piece", REPEATED, ids=ascii)
def test_a_question_is_read_soon_whatever_it_holds(piece: str) -> None:
    question = (piece * 3_000)[:3_000]
    text = (piece * LARGEST_REPORT)[:LARGEST_REPORT]
    assert timed(lambda: search.marked(text, search.asked(question))) < AT_MOST_OF_A_REPORT


@pytest.mark.parametrize("piece", REPEATED, ids=ascii)
def test_advice_on_the_largest_letter_comes_soon(piece: str) -> None:
    assert timed(lambda: plain_language.advise((piece * MAX_CHARACTERS)[:MAX_CHARACTERS])) < AT_MOST_OF_A_REPORT * 2
