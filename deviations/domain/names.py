"""Finds people's names and initials in Swedish text, by lists of names, the shape of last names and the words around.

Words that are names as well as ordinary words, places or brands count only when the sentence speaks for a person.
"""

from collections.abc import Iterator
from typing import Final

from deviations.domain.initials import Hit, initials
from deviations.domain.lower_names import lower_name
from deviations.domain.name_lists import is_place, looks_foreign
from deviations.domain.name_things import (
    is_brand,
    is_defined_as_a_thing,
    is_described_as_a_person,
    stands_for_a_thing,
)
from deviations.domain.name_tokens import Token, Words, is_role
from deviations.domain.name_words import (
    AFTER_GREETING,
    BODY,
    DEFINITE,
    FUNCTION_WORDS,
    GREETINGS,
    LETTERED,
    LIVED,
    LONE_SHAPE,
    MID_SHAPE,
    NEVER_OPENING,
    ORDINARY_END,
    PARTICLES,
    SAINTS,
    SHAPE,
    STATES,
    TELLING,
    THING_IN,
    VERBS,
)

__all__ = ["find", "is_place"]

LONGEST: Final = 5
"""A name has at most this many words after its first."""

_AND: Final = frozenset({"och", "o", "samt"})


def find(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end (exclusive) and whether they are only initials, for each name in `text`, in order."""
    words = Words(text)
    at, named = 0, -2
    while at < len(words.tokens):
        joined = at == named + 2 and words.tokens[at - 1].low in _AND
        hit = initials(words, at) or _name(words, at, joined=joined)
        if hit is None:
            at += 1
            continue
        last, start, end, only_initials = hit
        if end > start:
            yield start, end, only_initials
            named = last
        at = last + 1


def _name(words: Words, at: int, *, joined: bool) -> Hit | None:
    """The name that begins at a token, as long as it goes; an empty passage for a thing called after somebody."""
    token = words.tokens[at]
    if not token.cap:
        return lower_name(words, at, joined=joined)
    if len(token.text) == 1:
        return _initial_and_last(words, at)
    if words.is_blocked(token) or token.low in FUNCTION_WORDS or token.low in GREETINGS:
        return None
    if token.text.isupper() and not words.is_known(token):
        return None
    last = _run(words, at)
    if any(THING_IN.search(part.low) for part in words.tokens[at + 1 : last + 1]):
        return None
    if token.low in SAINTS:
        return last, token.start, token.start, False
    if not _is_somebody(words, at, last):
        return None
    end = token.start if stands_for_a_thing(words, at, last) else _end(words, last)
    return last, token.start, end, False


def _end(words: Words, last: int) -> int:
    """Where the last token ends, with its point when it is an initial inside a sentence."""
    token, text = words.tokens[last], words.text
    pointed = len(token.text) == 1 and text[token.end : token.end + 1] == "."
    return token.end + 1 if pointed and text[token.end + 1 : token.end + 3].strip() else token.end


def _initial_and_last(words: Words, at: int) -> Hit | None:
    """`K. Lindqvist`, `B Farah`."""
    after = words.at(at + 1)
    if after is None or words.gap(at) not in (". ", ".", " "):
        return None
    if words.gap(at) == " " and not (words.is_last(after) and not words.is_wordlike(after)):
        return None
    lettered = at and words.tokens[at - 1].low in LETTERED
    if not after.cap or words.is_blocked(after) or len(after.text) < 3 or lettered:
        return None
    if not (words.is_known(after) or SHAPE.match(after.text) or words.is_introduced(at)):
        return None
    last = _run(words, at + 1)
    return last, words.tokens[at].start, _end(words, last), False


# -- how far a name goes


def _run(words: Words, at: int) -> int:
    """The last token of the capitalised words that follow each other as one name."""
    last = at
    while last - at < LONGEST and last + 1 < len(words.tokens):
        step = _step(words, at, last)
        if not step:
            break
        last += step
    return last


def _step(words: Words, at: int, last: int) -> int:
    """How many tokens more belong to the name that began at `at` and goes to `last`: 0, 1, or 2 with a particle."""
    gap, after = words.gap(last), words.tokens[last + 1]
    if gap == ", " and _is_turned(words, at, last):
        return 1
    if gap not in (" ", "  ", ". ") or (gap == ". " and len(words.tokens[last].text) > 1):
        return 0
    if _is_particle(words, last + 1):
        return 2
    if not (after.cap or after.low.startswith(("al-", "el-"))) or words.is_blocked(after):
        return 0
    if (_is_genitive(words, last) or _shouts(words.tokens[last])) and not words.is_known(after):
        return 0
    lone_letter = len(after.text) == 1 and after.low in "ioå" and words.gap(last + 1) != ". "
    return 0 if lone_letter else 1


def _is_particle(words: Words, at: int) -> bool:
    """True for `von`, `al` and the like with a name after it."""
    token, after = words.tokens[at], words.at(at + 1)
    if token.cap or token.low not in PARTICLES or token.low in ("av", "den", "du"):
        return False
    if after is None or not after.cap or words.gap(at) != " ":
        return False
    return not (token.low == "de" and words.is_blocked(after))


def _shouts(token: Token) -> bool:
    return len(token.text) > 1 and token.text.isupper()


def _is_genitive(words: Words, at: int) -> bool:
    low = words.tokens[at].low
    if not low.endswith("s") or low in words.lists.first or low in words.lists.last:
        return False
    return words.is_in(low, words.lists.first) or words.is_in(low, words.lists.last) or not looks_foreign(low)


def _is_turned(words: Words, at: int, last: int) -> bool:
    """Last name (one word or two), comma, first name."""
    one, two = words.tokens[at], words.tokens[last + 1]
    shaped = LONE_SHAPE.match(one.text) is not None
    if last > at + 1 or not two.cap or not words.is_first(two) or words.is_place(one):
        return False
    if last == at + 1:
        alone = words.at(last + 2) is None or not words.tokens[last + 2].cap or words.gap(last + 1) != " "
        return alone and all(words.is_last(token) for token in words.tokens[at : last + 1])
    return (words.is_last(one) or shaped) and (not words.is_first(one) or words.is_wordlike(one))


# -- person or thing


def _is_somebody(words: Words, at: int, last: int) -> bool:
    """True when the capitalised words from `at` to `last` name a person rather than a thing."""
    token = words.tokens[at]
    known = words.is_known(token)
    if known and not words.is_wordlike(token):
        return last > at or words.is_introduced(at) or not is_defined_as_a_thing(words, at)
    if last > at:
        return _is_full_name(words, at, last)
    if known:
        return _is_ambiguous_person(words, at)
    inside = not token.opens and not words.is_place(token)
    if LONE_SHAPE.match(token.text) or (inside and (words.sounds_known(token) or MID_SHAPE.match(token.text))):
        return True
    if _is_stranger(words, at):
        return True
    ordinary = token.opens or token.low in AFTER_GREETING or token.text.isupper() or len(token.text) >= 14
    return words.is_introduced(at) and not ordinary and not BODY.search(token.low)


def _is_full_name(words: Words, at: int, last: int) -> bool:
    """Several capitalised words of which the first is no certain name: the last one and the place decide."""
    token, tail = words.tokens[at], words.tokens[last]
    foreign, place = _is_foreign(token), words.is_place(tail)
    known_tail = not place and (words.is_last(tail) or SHAPE.match(tail.text) is not None)
    foreign_tail = not place and _is_foreign(tail)
    inside = not token.opens and not words.is_place(token)
    if words.is_introduced(at) or (words.is_first(token) and (known_tail or foreign_tail or inside)):
        return True
    if not known_tail:
        return foreign and foreign_tail and _acts(words, last)
    if words.is_wordlike(tail) or not token.opens:
        return not words.is_wordlike(tail)
    if is_role(token.low) or (ORDINARY_END.search(token.low) and not foreign):
        return False
    acts = _acts(words, last) and len(token.low) > 3
    return words.is_last(tail) or words.sounds_known(token) or foreign or acts


def _is_foreign(token: Token) -> bool:
    return 4 <= len(token.low) <= 12 and token.low.isalpha() and not token.text.isupper() and looks_foreign(token.low)


def _is_stranger(words: Words, at: int) -> bool:
    """A word that is in no list and looks like no Swedish word, and that does what only people do."""
    token = words.tokens[at]
    if words.is_place(token) or is_role(token.low) or is_brand(token.low) or not _is_foreign(token):
        return False
    return not BODY.search(token.low) and not _is_definite(token.low) and _acts(words, at)


def _is_definite(low: str) -> bool:
    """True for a form that only a Swedish noun has: `tåget`, `gåvan`, and `solen`, whose stem looks Swedish."""
    return DEFINITE.search(low) is not None or (low.endswith("en") and not looks_foreign(low.removesuffix("en")))


def _acts(words: Words, at: int) -> bool:
    """True when what follows a token is said of people: `ringde`, `har fått`, `är orolig`, `fick ingen`."""
    after = words.following(at, 4)
    if not after or words.gap(at) != " ":
        return False
    verb, rest = after[0].low, {token.low for token in after[1:]}
    if verb == "har":
        return bool(rest & LIVED)
    if verb in ("är", "var", "blev", "blir"):
        return bool(rest & STATES)
    return verb in TELLING or (verb in VERBS and not rest & {"öppet", "stängt", "avtal", "kontor"})


def _is_ambiguous_person(words: Words, at: int) -> bool:
    """A lone word that is a name and something else: a person needs a word for it around."""
    token = words.tokens[at]
    if words.is_introduced(at) and not (words.is_place(token) and not words.has_role_before(at)):
        return True
    if words.is_place(token) or token.text.isupper() or is_defined_as_a_thing(words, at):
        return False
    if token.opens:
        return _opens_as_a_person(words, at, token)
    before = words.previous(at)
    return is_brand(token.low) or before is None or not before.cap or before.opens


def _opens_as_a_person(words: Words, at: int, token: Token) -> bool:
    """At the head of a sentence every word has a capital: a person's verb or description has to follow."""
    if token.low in NEVER_OPENING or words.gap(at) != " ":
        return False
    after = words.at(at + 1)
    return (after is not None and after.low in VERBS) or is_described_as_a_person(words, at)
