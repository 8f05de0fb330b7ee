"""What can be typed, kept and shown, and what is only made visible."""

import pytest

from deviations.domain.characters import holdable, showable


@pytest.mark.parametrize("letter", list("\n\r\taÅé漢🙂§”\u202f\ufdcf\ufdf0\ufffd"))
def test_what_people_write_can_be_held(letter: str) -> None:
    assert holdable(letter)


@pytest.mark.parametrize("letter", list("\x00\x07\x1b\x7f\x85\ud800\udfff\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff"))
def test_what_nothing_can_hold_is_made_visible(letter: str) -> None:
    assert not holdable(letter)
    assert showable(f"a{letter}b") == "a�b"
