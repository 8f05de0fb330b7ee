"""Finds people's names and initials in Swedish text, by lists of names, the shape of last names and the words around.

Words that are names as well as ordinary words, places or brands count only when the sentence speaks for a person.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from deviations.domain.name_words import (
    ABBREVIATIONS,
    AFTER_GREETING,
    BODY,
    BRANDS,
    FUNCTION_WORDS,
    GREETINGS,
    LETTERED,
    LONE_SHAPE,
    LOWER_AFTER_NAMING,
    LOWER_WORDS,
    NEVER_OPENING,
    ORDINARY_END,
    PARTICLES,
    PERSONAL,
    ROLES,
    SHAPE,
    TALK,
    THING_AFTER,
    THING_BEFORE,
    THING_IN,
    VERBS,
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists, in lower case: first and last names, those that need context, those safe in lower case, places."""

    first: frozenset[str]
    last: frozenset[str]
    wordlike: frozenset[str]
    lower: frozenset[str]
    places: frozenset[str]


def _words(name: str) -> frozenset[str]:
    text = resources.files("deviations").joinpath("data", "names", name).read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.lower().split())


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The name lists of the package, read at the first call."""
    own = _words("first_own.txt")
    rows = csv.DictReader(
        resources.files("deviations").joinpath("data", "municipalities.csv").read_text(encoding="utf-8").splitlines()
    )
    towns = frozenset(word.lower() for row in rows for word in row["kommun"].split())
    wordlike = _words("wordlike.txt")
    lower = frozenset(name for name in own if name not in wordlike and len(name) > 2 and name not in LOWER_WORDS)
    return Lexicon(
        own | _words("first_faker.txt"),
        _words("last_own.txt") | _words("last_faker.txt"),
        wordlike,
        lower,
        _words("places.txt") | towns,
    )


def is_place(word: str) -> bool:
    """True when the word, with or without a genitive -s, is a municipality, a locality, a country or a known body."""
    low = word.lower()
    return low in lexicon().places or (low.endswith("s") and low[:-1] in lexicon().places)


_TOKEN: Final = re.compile(r"[^\W\d_]+(?:[-'’´:][^\W\d_]+)*")
_OPENS: Final = re.compile(r"(?:^|[.!?:;•\n\"”“»]|(?:^|\n|\s)[-–*>]|\d\))[ \t\"”“(»'-]*$")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    low: str
    start: int
    end: int
    opens: bool
    cap: bool


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        cap = word[0].isupper() and (len(word) == 1 or not word.isupper() or len(word) > 3)
        opens = cap and (match.start() == 0 or bool(_OPENS.search(text[max(0, match.start() - 6) : match.start()])))
        found.append(
            _Token(word, word.lower().replace("’", "'").replace("´", "'"), match.start(), match.end(), opens, cap)
        )
    return found


def find(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end (exclusive) and whether they are only initials, for each name in `text`, in order."""
    tokens = _tokens(text)
    finder = _Finder(text, tokens)
    at = 0
    while at < len(tokens):
        hit = finder.initials(at) or finder.name(at)
        if hit is None:
            at += 1
            continue
        last, start, end, initials = hit
        yield start, end, initials
        at = last + 1


class _Finder:
    """Judges the tokens of one text."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text, self.tokens, self.lists = text, tokens, lexicon()
        self._seen: dict[tuple[str, int], bool] = {}

    # -- what a word is

    @staticmethod
    @lru_cache(maxsize=4096)
    def _forms(low: str) -> tuple[str, ...]:
        """The word and, when it may be a genitive, the word without it."""
        base = low.removesuffix(":s")
        return (base, base[:-1]) if base.endswith("s") and len(base) > 3 else (base,)

    def _is_in(self, low: str, words: frozenset[str]) -> bool:
        key = (low, id(words))
        if key not in self._seen:
            self._seen[key] = self._looks_up(low, words)
        return self._seen[key]

    def _looks_up(self, low: str, words: frozenset[str]) -> bool:
        """True when the word, its form without a genitive -s or all its hyphenated parts are in the list."""
        if any(form in words for form in self._forms(low)):
            return True
        if "-" not in low and "'" not in low:
            return False
        parts = [part for part in re.split(r"[-']", low) if part]
        return len(parts) > 1 and all(
            any(form in words for form in self._forms(part)) or part in ("al", "el", "o") for part in parts
        )

    def is_first(self, token: _Token) -> bool:
        return self._is_in(token.low, self.lists.first) or ("-" in token.text and self._is_double(token))

    def _is_double(self, token: _Token) -> bool:
        parts = token.text.split("-")
        return (
            all(part[:1].isupper() for part in parts)
            and parts[0].lower() in self.lists.first
            and parts[0].lower() not in self.lists.wordlike
        )

    def is_last(self, token: _Token) -> bool:
        return self._is_in(token.low, self.lists.last)

    def is_wordlike(self, token: _Token) -> bool:
        return token.low in self.lists.wordlike or self.is_place(token)

    def is_place(self, token: _Token) -> bool:
        return any(form in self.lists.places for form in self._forms(token.low))

    def is_blocked(self, token: _Token) -> bool:
        """A place or body that is nobody's name, an abbreviation, or an ordinary compound with a hyphen."""
        if token.text.isupper() and 1 < len(token.text) <= 3:
            return True
        if "-" in token.text and not all(
            part[:1].isupper() or part.lower() in PARTICLES for part in token.text.split("-")
        ):
            return True
        return self.is_place(token) and not self.is_first(token) and not self.is_last(token)

    # -- how words stand

    def gap(self, at: int) -> str:
        """What stands between a token and the next."""
        return self.text[self.tokens[at].end : self.tokens[at + 1].start] if at + 1 < len(self.tokens) else "\n\n"

    def previous(self, at: int) -> _Token | None:
        if at and len(self.gap(at - 1)) <= 3 and not set(self.gap(at - 1)) & set(".!?\n;"):
            return self.tokens[at - 1]
        return None

    def has_role_before(self, at: int) -> bool:
        before = self.previous(at)
        return (
            before is not None
            and self.gap(at - 1).strip() in ("", ":", ",", "(")
            and ROLES.match(before.low) is not None
        )

    def is_introduced(self, at: int) -> bool:
        """A role, a greeting or a naming verb stands right before."""
        before = self.previous(at)
        if before is None:
            return False
        gap = self.gap(at - 1).strip()
        if before.low in GREETINGS:
            return gap in ("", ",", ":", "är") and (
                before.low not in ("heter", "hette", "kallas") or self._names_a_person(at - 1)
            )
        if before.low == "är" and at > 1:
            return ROLES.match(self.tokens[at - 2].low) is not None
        return gap in ("", ":", "(") and ROLES.match(before.low) is not None

    def _names_a_person(self, at: int) -> bool:
        return any(token.low in PERSONAL or ROLES.match(token.low) for token in self.tokens[max(0, at - 4) : at])

    def stands_for_a_thing(self, first: int, last: int) -> bool:
        """A street, church, method ... is named after somebody, or a rule, as in `lex Sarah`."""
        if (
            last + 1 < len(self.tokens)
            and self.gap(last) in (" ", "-")
            and THING_AFTER.match(self.tokens[last + 1].low)
        ):
            return True
        if self.text[self.tokens[last].end :][:2] in ("-m", "-p", "-g") or self.text[self.tokens[last].end :][
            :6
        ].startswith((" & ", " 1", " 2")):
            return True
        before = self.previous(first)
        return (
            before is not None
            and self.gap(first - 1) in (" ", " ”", ' "', " '", ":")
            and THING_BEFORE.match(before.low) is not None
        )

    # -- initials

    _INITIALS = re.compile(
        r"(?<![\w.&/-])([A-ZÅÄÖ])(?:\. ?|[ -])([A-ZÅÄÖ])(?:\.?[ ]?([A-ZÅÄÖ])(?=\.))?(\.(?!\w))?(?![\w§&/-])"
    )

    def initials(self, at: int) -> tuple[int, int, int, bool] | None:
        """Two or three single capitals that the sentence uses as a person, as in `A.K.` or `möte om R N`."""
        token = self.tokens[at]
        introduced = self.has_role_before(at) or (
            at > 0
            and self.tokens[at - 1].low in ("initialerna", "initialer", "initialen", "signatur", "signaturen", "kallad")
        )
        if (
            introduced
            and token.text.isupper()
            and 2 <= len(token.text) <= 3
            and (
                self.tokens[at - 1].low.startswith("initial")
                or (len(token.text) == 2 and token.text not in ABBREVIATIONS)
            )
        ):
            return at, token.start, token.end, True
        if len(token.text) != 1 or not token.cap:
            return None
        found = self._INITIALS.match(self.text, token.start)
        if not found:
            return None
        count = 3 if found[3] else 2
        after = self.tokens[at + count] if at + count < len(self.tokens) else None
        if (
            after
            and after.cap
            and len(after.text) > 1
            and self.gap(at + count - 1) in (" ", ". ", ".")
            and not self.is_blocked(after)
            and (self.is_last(after) or SHAPE.match(after.text))
        ):
            return None
        dotted = "." in found[0].rstrip(".") or (found[0].endswith(".") and found[0].count(".") > 1)
        if not dotted and not self._speaks_of_a_person(at, at + count - 1):
            return None
        if re.match(r"\s?\d", self.text[found.end() : found.end() + 2]) or (at and self.tokens[at - 1].low in LETTERED):
            return None
        end = (
            found.end()
            if found[0].endswith(".") and (dotted and found[0].count(".") >= count)
            else found.start() + len(found[0].rstrip("."))
        )
        return at + count - 1, token.start, end, True

    def _speaks_of_a_person(self, first: int, last: int) -> bool:
        before = self.previous(first)
        after = self.tokens[last + 1] if last + 1 < len(self.tokens) else None
        if before is not None and (before.low in LETTERED or (before.cap and len(before.text) == 1)):
            return False
        if before is not None and (
            ROLES.match(before.low) or before.low in TALK or before.low in GREETINGS or before.low.startswith("initial")
        ):
            return True
        return (
            after is not None
            and after.low in VERBS | {"ska", "är", "kan", "har", "vid"}
            and (before is None or not before.cap)
        )

    # -- names

    def name(self, at: int) -> tuple[int, int, int, bool] | None:
        """The name that begins at a token, as long as it goes."""
        token = self.tokens[at]
        if not token.cap:
            return self._lower_name(at)
        if len(token.text) == 1:
            return self._initial_and_last(at)
        if self.is_blocked(token) or token.low in FUNCTION_WORDS or token.low in GREETINGS:
            return None
        if token.text.isupper() and not (self.is_first(token) or self.is_last(token)):
            return None
        last = self._run(at)
        if any(THING_IN.search(part.low) for part in self.tokens[at + 1 : last + 1]):
            return None
        if not self._is_somebody(at, last) or self.stands_for_a_thing(at, last):
            return None
        return last, token.start, self._end(last), False

    def _end(self, last: int) -> int:
        token = self.tokens[last]
        if (
            len(token.text) == 1
            and self.text[token.end : token.end + 1] == "."
            and self.text[token.end + 1 : token.end + 3].strip()
        ):
            return token.end + 1
        return token.end

    def _initial_and_last(self, at: int) -> tuple[int, int, int, bool] | None:
        if at + 1 >= len(self.tokens) or self.gap(at) not in (". ", ".", " "):
            return None
        after = self.tokens[at + 1]
        if self.gap(at) == " " and not (self.is_last(after) and not self.is_wordlike(after)):
            return None
        if (
            not after.cap
            or self.is_blocked(after)
            or len(after.text) < 3
            or (at and self.tokens[at - 1].low in LETTERED)
        ):
            return None
        if not (self.is_last(after) or self.is_first(after) or SHAPE.match(after.text) or self.is_introduced(at)):
            return None
        last = self._run(at + 1)
        return last, self.tokens[at].start, self._end(last), False

    def _run(self, at: int) -> int:
        """The last token of the capitalised words that follow each other as one name."""
        last = at
        while last - at < 5 and last + 1 < len(self.tokens):
            gap, after = self.gap(last), self.tokens[last + 1]
            if gap == ", " and last == at and self._is_turned(at):
                last += 1
                continue
            if gap not in (" ", "  ", "\u00a0", ". ") or (gap == ". " and len(self.tokens[last].text) > 1):
                break
            if (
                after.low in PARTICLES
                and not after.cap
                and last + 2 < len(self.tokens)
                and self.gap(last + 1) == " "
                and self.tokens[last + 2].cap
                and not (after.low in ("av", "de", "den") and self.is_blocked(self.tokens[last + 2]))
                and after.low not in ("av", "den", "du")
            ):
                last += 2
                continue
            if (
                not (after.cap or after.low.startswith(("al-", "el-")))
                or self.is_blocked(after)
                or (self._is_genitive(last) and not self._is_known(after))
                or (len(after.text) == 1 and after.low in "ioå" and self.gap(last + 1) != ". ")
            ):
                break
            last += 1
        return last

    def _is_genitive(self, at: int) -> bool:
        low = self.tokens[at].low
        return low.endswith("s") and low not in self.lists.first and low not in self.lists.last

    def _is_known(self, token: _Token) -> bool:
        return self.is_first(token) or self.is_last(token)

    def _is_turned(self, at: int) -> bool:
        """Last name, comma, first name."""
        one, two = self.tokens[at], self.tokens[at + 1]
        last_only = (self.is_last(one) or LONE_SHAPE.match(one.text) is not None) and (
            not self.is_first(one) or self.is_wordlike(one)
        )
        return last_only and two.cap and self.is_first(two) and not self.is_place(one)

    def _is_somebody(self, at: int, last: int) -> bool:
        """True when the capitalised words from `at` to `last` name a person rather than a thing."""
        token = self.tokens[at]
        first, surname = self.is_first(token), self.is_last(token)
        if (first or surname) and not self.is_wordlike(token):
            return True
        introduced = self.is_introduced(at)
        if last > at:
            tail = self.tokens[last]
            known_tail = (self.is_last(tail) or SHAPE.match(tail.text) is not None) and (not self.is_place(tail))
            if first and (known_tail or introduced or (not token.opens and not self.is_place(token))):
                return True
            if introduced or (known_tail and not self.is_wordlike(tail) and not token.opens):
                return True
            return (
                known_tail
                and not self.is_wordlike(tail)
                and self.is_last(tail)
                and not ROLES.match(token.low)
                and not ORDINARY_END.search(token.low)
            )
        if first or surname:
            if introduced and not (self.is_place(token) and not self.has_role_before(at)):
                return True
            if self.is_place(token) or token.low in BRANDS:
                return False
            return self._lone_wordlike(at)
        if LONE_SHAPE.match(token.text):
            return True
        strange = (
            not token.opens and token.low not in AFTER_GREETING and not token.text.isupper() and len(token.text) < 14
        )
        return introduced and strange and not BODY.search(token.low)

    def _lone_wordlike(self, at: int) -> bool:
        token = self.tokens[at]
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if token.text.isupper():
            return False
        if not token.opens:
            before = self.previous(at)
            return before is None or not before.cap or before.opens
        return after is not None and self.gap(at) == " " and after.low in VERBS and token.low not in NEVER_OPENING

    def _lower_name(self, at: int) -> tuple[int, int, int, bool] | None:
        """A name written in lower case: only names that are no Swedish words, or any after a naming word."""
        token = self.tokens[at]
        introduced = self.is_introduced(at)
        if token.text != token.low or token.low in FUNCTION_WORDS:
            return None
        sure = self._is_in(token.low, self.lists.lower) and not (self.is_place(token) and not introduced)
        followed = at + 1 < len(self.tokens) and self.gap(at) == " " and self._is_lower_last(self.tokens[at + 1])
        if sure and len(token.low) <= 3 and not (introduced or followed):
            sure = token.low in ("ali", "eva", "ulf", "mia", "pia", "ida")
        named = introduced and (
            token.low in LOWER_AFTER_NAMING
            or (
                self._is_in(token.low, self.lists.first) and token.low not in self.lists.wordlike and len(token.low) > 3
            )
        )
        pair = followed and self._is_in(token.low, self.lists.first) and token.low not in self.lists.wordlike
        if not (sure or named or pair) or ("-" in token.text and not self._is_in(token.low, self.lists.first)):
            return None
        last = at + 1 if followed else at
        if self.stands_for_a_thing(at, last):
            return None
        return last, token.start, self.tokens[last].end, False

    def _is_lower_last(self, token: _Token) -> bool:
        known = self._is_in(token.low, self.lists.last) and token.low not in self.lists.wordlike
        return (
            (known or LONE_SHAPE.match(token.text) is not None) and len(token.low) > 2 and token.low not in LOWER_WORDS
        )
