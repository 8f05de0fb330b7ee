"""The letter's life: the moves that there are, and those that there are not."""

import re
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.letters import MOVES, OUT, LetterStatus, MoveRefused, check_move, fill, may_move, moves_from


def test_a_letter_goes_from_draft_to_closed() -> None:
    way = ("draft", "in_review", "decided", "sent", "acknowledged", "extended", "answered", "closed")
    for source, target in pairwise(way):
        check_move(LetterStatus(source), LetterStatus(target))


def test_review_may_send_a_letter_back() -> None:
    assert may_move(LetterStatus.IN_REVIEW, LetterStatus.DRAFT)


def test_a_silent_letter_may_still_be_answered() -> None:
    assert LetterStatus.ANSWERED in moves_from(LetterStatus.SILENT)


def test_nothing_that_is_out_comes_back_in() -> None:
    for source, target in product(OUT, set(LetterStatus) - set(OUT)):
        with pytest.raises(MoveRefused):
            check_move(source, target)


def test_every_state_has_its_moves_and_only_closed_is_the_end() -> None:
    assert set(MOVES) == set(LetterStatus)
    assert [status for status in LetterStatus if not MOVES[status]] == [LetterStatus.CLOSED]


@given(st.text(alphabet="ab. \n[X]", max_size=40), st.text(alphabet="ab. \n", max_size=20))
def test_a_blank_that_is_given_nothing_goes_with_its_sentence_and_no_other(before: str, after: str) -> None:
    """As one reads it: from the stop or line break before it to the one after."""
    blank = "[X fylls i]"
    text = f"{before}{blank}{after}"
    plain = re.sub(rf"[^.\n]*{re.escape(blank)}[^.\n]*\.? ?", "", text)
    assert fill(text, {blank: ""}) == re.sub(r"\n{3,}", "\n\n", plain)
