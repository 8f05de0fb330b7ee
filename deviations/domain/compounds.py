"""Swedish words in one form each, and compounds taken apart at the words that they are put together of.

The stems of `words` are for likeness, where a form missed costs little. Search must bring "hinder" and "hindret" to
one key, so it goes on where the stemmer stops.
"""

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

from deviations.domain.words import stem

_LONGEST = 60  # letters of a word that count
_LINKS = "oue"  # veckogenomgång, gatuadress, familjehem
_TAIL, _REST = 5, 4  # letters of a known part and of an unknown one beside it
_MOST = 40  # letters of a word that is taken apart
_OTHERS = (("städ", "stad"), ("böck", "bok"), ("männ", "man"), ("män", "man"), ("köer", "kö"), ("köern", "kö"))
_HARD = frozenset("bdfgkmnpstv")
_EL = re.compile(rf"(?<=[{''.join(sorted(_HARD))}])eln?$")
_VOWELS = frozenset("aeiouyåäö")
# What begins words without being a word of a compound: "förhandling" is no handling.
_PREFIXES = frozenset(
    """
    an av be bort efter emot fort fram från för före genom hop igen ihop in inne kring med miss mot ned ner non när om
    omkring oviss på sam sär till under upp ur ut utan utom vid vidare åter över
    """.split()
)


@lru_cache(maxsize=200_000)
def key(word: str) -> str:
    """The one form by which all forms of a word are found; a hyphen in it does not count.

    The stem of the stem until nothing more comes off ("ansvaret", "ansvar"), with the endings that the stemmer leaves
    ("frågan", "hindret") and what Swedish drops or doubles before an ending: hinder/hindret, regel/regler, rum/rummet.
    """
    now, before = plain(word)[:_LONGEST], ""
    while now != before:
        before, now = now, _shorter(plain(stem(now)))
    return now


def plain(word: str) -> str:
    """The letters and digits of a word, small and each one sign: folding can take a letter and its marks apart (ῢ), and
    leaves the dot of İ over.
    """
    return "".join(sign for sign in unicodedata.normalize("NFC", word.casefold()) if sign.isalnum())


def _shorter(now: str) -> str:
    for ending, least in (("an", 3), ("et", 4)):
        if now.endswith(ending) and len(now) >= least + len(ending) and not now.endswith("het"):
            return now.removesuffix(ending)
    if len(now) >= 5 and now.endswith(("ön", "ån")):
        return now[:-1]
    for plural, single in _OTHERS:
        if now.endswith(plural):
            return now.removesuffix(plural) + single
    if now.endswith(("mm", "nn")):
        return now[:-1]
    if len(now) >= 4 and now[-1] == "r" and now[-2] in _HARD:
        return now[:-1]
    return _EL.sub("l", now) if len(now) > 4 else now


def listed() -> tuple[str, ...]:
    """The words of the list, in its order."""
    return tuple(word for words in _words() for word in words)


def known(word: str) -> bool:
    """Whether a word, or all of its parts, stand in the list."""
    return key(word) in _keys() or bool(_split(word.casefold()))


@lru_cache(maxsize=200_000)
def parts(word: str) -> tuple[str, ...]:
    """The keys of what a compound is put together of: each part, and neighbours together; none for other words.

    Where all parts are known, "arbetsträningsplats" has arbete, träning, plats, arbetsträning and träningsplats. Where
    only its end is (or a beginning with the linking s), the rest counts as one part.
    """
    folded = word.casefold()
    if len(folded) < 5 or len(folded) > _MOST or not folded.isalpha() or key(folded) in _whole():
        return ()
    cuts = _split(folded) or (_half(folded) if key(folded) not in _keys() else ())
    ends = (0, *cuts, len(folded))
    runs = ((i, j) for i in range(len(ends) - 1) for j in range(i + 1, len(ends)) if (i, j) != (0, len(ends) - 1))
    found = (_free(folded[ends[i] : ends[j]], last=j == len(ends) - 1) for i, j in runs)
    return tuple(dict.fromkeys(one for one in found if one != key(folded))) if cuts else ()


@lru_cache(maxsize=200_000)
def _split(word: str) -> tuple[int, ...]:
    """Where a word is to be cut so that all its parts are known: in as few as can be, the last as long as can be."""
    best: tuple[int, ...] = ()
    for at in range(2, len(word) - 1):
        if not _known_head(word[:at]):
            continue
        if _known_tail(word[at:]):
            cuts: tuple[int, ...] = (at,)
        elif rest := _split(word[at:]):
            cuts = (at, *(at + cut for cut in rest))
        else:
            continue
        if not best or len(cuts) < len(best):
            best = cuts
    return best


def _half(word: str) -> tuple[int, ...]:
    """Where a word is to be cut that has only one known part."""
    for at in range(_REST, len(word) - _TAIL + 1):
        rest = word[:at]
        if _known_tail(word[at:]) and rest not in _PREFIXES and _VOWELS & set(rest):
            return (at,)
    for at in range(len(word) - _REST, _TAIL - 1, -1):
        if word[at - 1] == "s" and _known_head(word[:at]) and _VOWELS & set(word[at:]):
            return (at,)
    return ()


def _known_tail(end: str) -> bool:
    return len(end) > 1 and key(end) in _keys() and not (len(end) > 3 and end in _PREFIXES)


def _known_head(beginning: str) -> bool:
    return beginning not in _PREFIXES and _free(beginning, last=False) in _keys()


def _free(piece: str, *, last: bool) -> str:
    """The key of a piece as a word of its own, without what links it to the next."""
    if not last:
        for link in ("s", *_LINKS):
            if piece.endswith(link) and key(piece) not in _keys() and key(piece[:-1]) in _keys():
                return key(piece[:-1])
        if piece.endswith("s") and len(piece) > _REST and not piece.endswith("ss"):
            return key(piece[:-1])
    return key(piece)


@cache
def _keys() -> frozenset[str]:
    """The keys of all known parts."""
    return frozenset(key(word) for word in _words()[0]) | _whole()


@cache
def _whole() -> frozenset[str]:
    """The keys of the words that are never taken apart."""
    return frozenset(key(word) for word in _words()[1])


@cache
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    source = resources.files("deviations") / "data" / "compound_parts.txt"
    lines = [line for line in source.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    split = tuple(word for line in lines if not line.startswith("=") for word in line.split())
    return split, tuple(word for line in lines if line.startswith("=") for word in line[1:].split())
