"""Finds names that are written without capitals: those that are no Swedish words, or any after a naming word."""

from typing import Final

from deviations.domain.initials import Hit
from deviations.domain.name_things import stands_for_a_thing
from deviations.domain.name_tokens import Token, Words
from deviations.domain.name_words import (
    CALLS,
    FUNCTION_WORDS,
    LONE_SHAPE,
    LOWER_AFTER_NAMING,
    LOWER_WORDS,
    PRONOUNS,
    VERBS,
)

_SHORT: Final = frozenset({"ali", "eva", "ulf", "mia", "pia", "ida"})
"""Names of three letters that are no words, abbreviations or parts of words."""


def lower_name(words: Words, at: int, *, joined: bool = False) -> Hit | None:
    """The name in lower case that begins at a token; `joined` says that "and" and a name stand before."""
    token = words.tokens[at]
    if token.text != token.low or token.low in FUNCTION_WORDS:
        return None
    after = words.at(at + 1)
    followed = after is not None and words.gap(at) == " " and _is_last(words, after)
    alone = _is_safe(words, at, followed=followed) or _is_named(words, at, joined=joined)
    if not alone and not (followed and _is_first(words, token)):
        return None
    if "-" in token.text and not words.is_in(token.low, words.lists.first):
        return None
    last = at + 1 if followed else at
    if stands_for_a_thing(words, at, last):
        return None
    return last, token.start, words.tokens[last].end, False


def _is_safe(words: Words, at: int, *, followed: bool) -> bool:
    """True when the word is a name and nothing else."""
    token = words.tokens[at]
    introduced = words.is_introduced(at)
    if not words.is_in(token.low, words.lists.lower) or (words.is_place(token) and not introduced):
        return False
    return len(token.low) > 3 or introduced or followed or token.low in _SHORT


def _is_named(words: Words, at: int, *, joined: bool) -> bool:
    """True for a name after `tolken`, `heter` and the like, or joined to another name."""
    token, after = words.tokens[at], words.at(at + 1)
    first = words.is_in(token.low, words.lists.first) and len(token.low) > 3
    if joined:
        return first and not words.is_place(token) and token.low not in PRONOUNS
    acts = after is not None and after.low in VERBS
    if not words.is_introduced(at):
        return acts and first and token.low not in words.lists.wordlike | LOWER_WORDS and _opens(words, at)
    called = words.tokens[at - 1].low in CALLS and not words.is_place(token)
    if token.low in LOWER_AFTER_NAMING:
        return True
    return first and (token.low not in words.lists.wordlike or called or (acts and words.has_role_before(at)))


def _opens(words: Words, at: int) -> bool:
    return at == 0 or bool(set(words.gap(at - 1)) & set(".!?\n"))


def _is_first(words: Words, token: Token) -> bool:
    return words.is_in(token.low, words.lists.first) and token.low not in words.lists.wordlike


def _is_last(words: Words, token: Token) -> bool:
    known = words.is_in(token.low, words.lists.last) and token.low not in words.lists.wordlike
    return (known or LONE_SHAPE.match(token.text) is not None) and len(token.low) > 2 and token.low not in LOWER_WORDS
