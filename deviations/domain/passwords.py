"""Which passwords are too short or too easy to guess. Length is asked for and nothing else: no signs, no capitals, no
change after some months (NIST SP 800-63B section 3.1.1.2, OWASP ASVS 5.0 section 6.2).
"""

import csv
import gzip
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

SHORTEST, LONGEST = 12, 128
DISTINCT = 5
"""So many different characters at least."""
WORDS = 2
"""A password of so many well-known words or fewer, whatever numbers stand around them, is easy to guess."""
FREE = 6
"""So many letters beside one's own name and address make a password that is not about oneself."""

_RUNS = (
    *("12345678901234567890", "abcdefghijklmnopqrstuvwxyzåäö"),
    *("qwertyuiopåasdfghjklöäzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn"),
)
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_NO_LETTERS = re.compile(r"[\W\d_]+")  # of any alphabet: only what is spelt in Latin letters can be a well-known word
_LOOKS_LIKE = str.maketrans("013457@$!", "oieastasi")
_LONGEST_WORD = 24


class Fault(StrEnum):
    """Why a password is refused; the value is the code of the refusal."""

    SHORT = "password_short"
    LONG = "password_long"
    SIMPLE = "password_simple"  # one letter over and over, or along the keyboard
    COMMON = "password_common"
    OWN = "password_own"  # her own name or address


def normal(password: str) -> str:
    """The password as it is hashed: composed (Unicode NFC), so that an å typed on another keyboard is the same å.
    Nothing else is changed, and nothing is cut.
    """
    return unicodedata.normalize("NFC", password)


def fault(password: str, own: Iterable[str] = ()) -> Fault | None:
    """What is wrong with a password, or None. `own` is what is known of whoever chose it: her address, her name."""
    chosen = normal(password)
    if len(chosen) < SHORTEST:
        return Fault.SHORT
    if len(chosen) > LONGEST:
        return Fault.LONG
    folded = chosen.casefold()
    if len(set(folded)) < DISTINCT or _repeats(folded) or _runs(folded):
        return Fault.SIMPLE
    if _is_own(plain(folded), own):
        return Fault.OWN
    if folded in _common() or any(_easy(letters) for letters in _spelled(plain(folded))):
        return Fault.COMMON
    return None


def plain(text: str) -> str:
    """In lower case and without rings, dots and accents: people leave them out, and those who guess do too."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


def _repeats(folded: str) -> bool:
    """One piece of up to six characters over and over."""
    return any((folded[:size] * len(folded))[: len(folded)] == folded for size in range(1, 7))


def _runs(folded: str) -> bool:
    """Along the alphabet, the numbers or the keyboard, in either direction."""
    return any(folded in run or folded in run[::-1] for run in _RUNS)


def _spelled(folded: str) -> tuple[str, str]:
    """Its letters alone, as they stand and with the digits read as the letters that they look like."""
    return _NO_LETTERS.sub("", folded), _NO_LETTERS.sub("", _EDGES.sub("", folded).translate(_LOOKS_LIKE))


def _easy(letters: str) -> bool:
    """Whether they are one or two well-known words and nothing else (none at all is another matter: digits only)."""
    words = _words()
    fewest: list[int] = [0]
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - _LONGEST_WORD), end)
        fewest.append(min((fewest[start] + 1 for start in starts if letters[start:end] in words), default=WORDS + 1))
        if end > WORDS * _LONGEST_WORD:
            return False
    return 0 < fewest[-1] <= WORDS


def _is_own(folded: str, own: Iterable[str]) -> bool:
    """Whether her name and address are all that it is made of, but for numbers and a few letters."""
    parts = {part for text in own for part in re.split(r"[^a-z0-9]+", plain(text)) if len(part) > 2}
    rest = folded
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, " ")
    return rest != folded and len(_NO_LETTERS.sub("", rest)) < FREE


def _data() -> Traversable:
    return resources.files("deviations").joinpath("data")


def _text(path: str) -> str:
    return _data().joinpath(*path.split("/")).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """The well-known passwords of data/passwords/common.txt.gz, read at the first call."""
    packed = _data().joinpath("passwords", "common.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("ascii").split())


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """The words that easy passwords are made of: the short ones of the list, Swedish ones, places and programs."""
    lines = f"{_text('passwords/words.txt')}\n{_text('names/places.txt')}".splitlines()
    found = [word for line in lines if not line.startswith("#") for word in line.split()]
    for name, columns in (("municipalities.csv", ("kommun",)), ("forbund.csv", ("kortnamn", "forbund_id"))):
        rows = csv.DictReader(_text(name).splitlines())
        found += [word for row in rows for column in columns for word in row[column].split()]
    found += [word for word in _common() if word.isalpha()]
    return frozenset(letters for word in found if len(letters := _NO_LETTERS.sub("", plain(word))) > 1)
