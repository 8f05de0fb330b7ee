"""Finds people's initials: two or three single capitals that the sentence uses as a person."""

import re
from typing import Final

from deviations.domain.name_tokens import Words, is_role
from deviations.domain.name_words import ABBREVIATIONS, CLIENTS, GREETINGS, LETTERED, SHAPE, TALK, TWO_LETTERS, VERBS

Hit = tuple[int, int, int, bool]
"""The last token, the start, the end, and whether it is initials."""

_INITIALS: Final = re.compile(
    r"(?<![\w.&/-])([A-ZÅÄÖ])(?:\. ?|[ -])([A-ZÅÄÖ])(?:\.?[ ]?([A-ZÅÄÖ])(?=\.))?(\.(?!\w))?(?![\w§&/-])"
)
_ACTS: Final = VERBS | {"ska", "är", "kan", "har", "vid"}


def initials(words: Words, at: int) -> Hit | None:
    """The initials that begin at a token, as in `A.K.`, `möte om R N` or `deltagaren fh`; None without any."""
    token = words.tokens[at]
    if 2 <= len(token.text) <= 3 and _stands_alone(words, at):
        return at, token.start, token.end, True
    if len(token.text) != 1 or not token.cap:
        return None
    found = _INITIALS.match(words.text, token.start)
    return _spread(words, at, found) if found else None


def _stands_alone(words: Words, at: int) -> bool:
    """Letters without points count after `initialerna`, or after a role when they are no known abbreviation."""
    token, before = words.tokens[at], words.at(at - 1)
    if before is None or not token.text.isalpha():
        return False
    if token.text.isupper():
        if before.low.startswith(("initial", "signatur")) or before.low == "kallad":
            return True
        return len(token.text) == 2 and token.text not in ABBREVIATIONS and words.has_role_before(at)
    after = words.at(at + 1)
    return (
        token.text.islower()
        and len(token.text) == 2
        and token.low not in TWO_LETTERS
        and CLIENTS.match(before.low) is not None
        and words.gap(at - 1) == " "
        and after is not None
        and after.low in _ACTS
    )


def _spread(words: Words, at: int, found: re.Match[str]) -> Hit | None:
    """Single capitals with points, spaces or hyphens between them."""
    count = 3 if found[3] else 2
    after = words.at(at + count)
    if _begins_a_name(words, at + count) or (found[0] == "P.S." and words.tokens[at].opens and after and after.cap):
        return None
    dotted = "." in found[0].rstrip(".") or (found[0].endswith(".") and found[0].count(".") > 1)
    if not dotted and not _speaks_of_a_person(words, at, at + count - 1):
        return None
    number_follows = re.match(r"\s?\d", words.text[found.end() : found.end() + 2])
    if number_follows or (at and words.tokens[at - 1].low in LETTERED):
        return None
    whole = found[0].endswith(".") and dotted and found[0].count(".") >= count
    end = found.end() if whole else found.start() + len(found[0].rstrip("."))
    return at + count - 1, words.tokens[at].start, end, True


def _begins_a_name(words: Words, at: int) -> bool:
    """True when a last name follows the capitals, as in `K. L. Berg`."""
    after = words.at(at)
    return (
        after is not None
        and after.cap
        and len(after.text) > 1
        and words.gap(at - 1) in (" ", ". ", ".")
        and not words.is_blocked(after)
        and (words.is_last(after) or SHAPE.match(after.text) is not None)
    )


def _speaks_of_a_person(words: Words, first: int, last: int) -> bool:
    before, after = words.previous(first), words.at(last + 1)
    if before is not None and (before.low in LETTERED or (before.cap and len(before.text) == 1)):
        return False
    if before is not None and (
        is_role(before.low) or before.low in TALK or before.low in GREETINGS or before.low.startswith("initial")
    ):
        return True
    return after is not None and after.low in _ACTS and (before is None or not before.cap)
