"""The words of a text and how they stand to each other, for whoever looks for names in it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from deviations.domain.name_lists import forms, is_place, lexicon, sound
from deviations.domain.name_words import GREETINGS, PARTICLES, PERSONAL, ROLES, SHAPE

_TOKEN: Final = re.compile(r"[^\W\d_]+(?:[-'’´:][^\W\d_]+)*")
_OPENS: Final = re.compile(r"(?:^|[.!?:;•\n\"”“»]|(?:^|\n|\s)[-–*>]|\d\))[ \t\"”“(»'*_#-]*$")
_JOINTS: Final = re.compile(r"[-']")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: as written, in lower case, where it stands, whether it opens a sentence and has a capital."""

    text: str
    low: str
    start: int
    end: int
    opens: bool
    cap: bool


def tokens(text: str) -> list[Token]:
    """The words of `text`, in order. A short word in capitals only (AF) does not count as one with a capital."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        cap = word[0].isupper() and (len(word) == 1 or not word.isupper() or len(word) > 3)
        opens = cap and (match.start() == 0 or bool(_OPENS.search(text[max(0, match.start() - 8) : match.start()])))
        low = word.lower().replace("’", "'").replace("´", "'")
        found.append(Token(word, low, match.start(), match.end(), opens, cap))
    return found


class Words:
    """The tokens of one text with what is asked of them again and again."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.lists = text, tokens(text), lexicon()
        self._seen: dict[tuple[str, int], bool] = {}

    # -- which list a word is in

    def is_in(self, low: str, words: frozenset[str]) -> bool:
        """True when the word, its form without a genitive -s or all its hyphenated parts are in the list."""
        key = (low, id(words))
        if key not in self._seen:
            self._seen[key] = _looks_up(low, words)
        return self._seen[key]

    def is_first(self, token: Token) -> bool:
        return self.is_in(token.low, self.lists.first) or ("-" in token.text and self._is_double(token))

    def _is_double(self, token: Token) -> bool:
        parts = token.text.split("-")
        one = parts[0].lower()
        return all(p[:1].isupper() for p in parts) and one in self.lists.first and one not in self.lists.wordlike

    def is_last(self, token: Token) -> bool:
        return self.is_in(token.low, self.lists.last) or ("-" in token.text and self._is_married(token))

    def _is_married(self, token: Token) -> bool:
        parts = token.text.split("-")
        lows = [part.lower() for part in parts]
        return all(part[:1].isupper() for part in parts) and any(
            SHAPE.match(low) or (low in self.lists.last and low not in self.lists.wordlike) for low in lows
        )

    def is_known(self, token: Token) -> bool:
        return self.is_first(token) or self.is_last(token)

    def sounds_known(self, token: Token) -> bool:
        """True when the word is a spelling of a name that the lists have in another spelling."""
        return any(len(form) > 4 and sound(form) in self.lists.sounds for form in forms(token.low))

    def is_place(self, token: Token) -> bool:
        return is_place(token.low)

    def is_wordlike(self, token: Token) -> bool:
        return token.low in self.lists.wordlike or self.is_place(token)

    def is_blocked(self, token: Token) -> bool:
        """A place or body that is nobody's name, an abbreviation, or an ordinary compound with a hyphen."""
        if token.text.isupper() and 1 < len(token.text) <= 3:
            return True
        return self.is_compound(token) or (self.is_place(token) and not self.is_known(token))

    @staticmethod
    def is_compound(token: Token) -> bool:
        """True for words such as `LSS-handläggare` or `Zorn-utställningen`."""
        return "-" in token.text and not all(
            part[:1].isupper() or part.lower() in PARTICLES for part in token.text.split("-")
        )

    # -- how words stand

    def at(self, place: int) -> Token | None:
        return self.tokens[place] if 0 <= place < len(self.tokens) else None

    def gap(self, at: int) -> str:
        """What stands between a token and the next."""
        return self.text[self.tokens[at].end : self.tokens[at + 1].start] if at + 1 < len(self.tokens) else "\n\n"

    def previous(self, at: int) -> Token | None:
        """The token before, when it stands close and in the same sentence."""
        if at and len(self.gap(at - 1)) <= 3 and not set(self.gap(at - 1)) & set(".!?\n;"):
            return self.tokens[at - 1]
        return None

    def following(self, at: int, count: int) -> list[Token]:
        """Up to `count` tokens after a token, as long as its sentence goes on."""
        found: list[Token] = []
        while len(found) < count and at + 1 < len(self.tokens) and not set(self.gap(at)) & set(".!?\n;:"):
            at += 1
            found.append(self.tokens[at])
        return found

    def has_role_before(self, at: int) -> bool:
        before = self.previous(at)
        gap = self.gap(at - 1).strip() if at else ""
        return before is not None and gap in ("", ":", ",", "(") and is_role(before.low)

    def is_introduced(self, at: int) -> bool:
        """A role, a greeting or a naming verb stands right before."""
        before = self.previous(at)
        if before is None:
            return False
        gap = self.gap(at - 1).strip()
        if before.low in GREETINGS:
            naming = before.low in ("heter", "hette", "kallas")
            return gap in ("", ",", ":", "är") and (not naming or self._names_a_person(at - 1))
        if before.low == "är" and at > 1:
            return is_role(self.tokens[at - 2].low)
        return gap in ("", ":", "(") and is_role(before.low)

    def _names_a_person(self, at: int) -> bool:
        return any(token.low in PERSONAL or is_role(token.low) for token in self.tokens[max(0, at - 4) : at])


@lru_cache(maxsize=8192)
def is_role(low: str) -> bool:
    """True for a word that says what a person is to others: `handläggaren`, `jobbcoachen`, `mamma`."""
    return ROLES.match(low) is not None


def _looks_up(low: str, words: frozenset[str]) -> bool:
    if any(form in words for form in forms(low)):
        return True
    if "-" not in low and "'" not in low:
        return False
    parts = [part for part in _JOINTS.split(low) if part]
    return len(parts) > 1 and all(any(f in words for f in forms(p)) or p in ("al", "el", "o") for p in parts)
