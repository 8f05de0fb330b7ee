"""Tells when a person's name stands for a thing: a street, a church, an app, a firm, a rule."""

from functools import lru_cache
from typing import Final

from deviations.domain.name_lists import brands
from deviations.domain.name_tokens import Words, is_role
from deviations.domain.name_words import (
    PERSONAL,
    PRONOUNS,
    TELLING,
    THING_AFTER,
    THING_BEFORE,
    THING_IN,
    WORK_AT,
)

LONGEST_BRAND: Final = 4


def stands_for_a_thing(words: Words, first: int, last: int) -> bool:
    """True when the capitalised words from `first` to `last` name a thing that is called after somebody."""
    return (
        _names_a_thing_after(words, last)
        or _is_called_so(words, first)
        or _is_brand(words, first, last)
        or _is_workplace(words, first, last)
    )


def _names_a_thing_after(words: Words, last: int) -> bool:
    """`Sofia kyrka`, `Gustav Vasas plats`, `Anders Zorn-utställningen`, `Klara Västra Kyrkogata`, `Fredrika-priset`."""
    rest = words.text[words.tokens[last].end :][:6]
    if rest[:2] in ("-m", "-p", "-g", "-k") or rest.startswith((" & ", " 1", " 2")):
        return True
    at = last
    while at < last + 3 and at + 1 < len(words.tokens) and words.gap(at) in (" ", "-"):
        at += 1
        after = words.tokens[at]
        if (at == last + 1 or after.cap) and (_follows(after.low) or (after.cap and THING_IN.search(after.low))):
            return True
        if at == last + 1 and after.cap and words.is_compound(after):
            return True
        if not after.cap:
            break
    return False


def _is_called_so(words: Words, first: int) -> bool:
    """`lex Sarah`, `insatsen Klara`, `appen Elsa`: a word for a thing stands right before."""
    before = words.previous(first)
    if before is not None and "&" in words.gap(first - 1):
        return True
    if before is None or words.gap(first - 1) not in (" ", " ”", ' "', " '", ":", " “"):
        return False
    if before.low in ("heter", "hette", "kallas", "kallad", "döptes"):
        return any(
            _leads(token.low) and not is_role(token.low) for token in words.tokens[max(0, first - 4) : first - 1]
        )
    return _leads(before.low) and not is_role(before.low)


@lru_cache(maxsize=8192)
def _leads(low: str) -> bool:
    return THING_BEFORE.match(low) is not None


@lru_cache(maxsize=8192)
def _follows(low: str) -> bool:
    return THING_AFTER.match(low) is not None


def _is_brand(words: Words, first: int, last: int) -> bool:
    """A firm of several words, or one word that is a firm's and that nothing in the sentence makes a person's."""
    lows = tuple(token.low for token in words.tokens[first : first + LONGEST_BRAND])
    known = brands()
    if any(lows[:size] in known for size in range(max(2, last - first + 1), LONGEST_BRAND + 1)):
        return True
    return last == first and is_brand(lows[0]) and not _acts(words, last)


def is_brand(low: str) -> bool:
    return (low,) in brands()


def _acts(words: Words, at: int) -> bool:
    """A person's verb follows, or the sentence goes on about her or him."""
    if words.is_introduced(at):
        return True
    after = words.following(at, 9)
    return bool(after) and (after[0].low in TELLING or any(t.low in PRONOUNS for t in after))


def _is_workplace(words: Words, first: int, last: int) -> bool:
    """`praktik på Clas Ohlson`: what somebody works at is a firm."""
    before = words.previous(first)
    if before is None or before.low not in ("på", "inom"):
        return False
    return any(WORK_AT.search(token.low) for token in words.tokens[max(0, first - 3) : first - 1])


def is_defined_as_a_thing(words: Words, at: int) -> bool:
    """`Elsa är en app`, `Alva är namnet på systemet`: the sentence says what it is, and that is no person."""
    after = words.following(at, 6)
    if (
        len(after) < 3
        or after[0].low not in ("är", "var", "blir")
        or after[1].low not in ("en", "ett", "namnet", "ingen", "inget")
    ):
        return False
    if after[1].low == "en" and after[2].low == "av":
        return False
    return not any(is_role(token.low) or token.low in PERSONAL for token in after[2:])


def is_described_as_a_person(words: Words, at: int) -> bool:
    """`Lilja är hans nya kontaktperson`, `Blom var vår tolk`."""
    after = words.following(at, 6)
    return len(after) > 1 and after[0].low in ("är", "var", "blir", "blev") and any(is_role(t.low) for t in after[1:])
