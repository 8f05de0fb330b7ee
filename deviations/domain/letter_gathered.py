"""Gathers what many hurried reports say they have tried and wish for into what a letter can say: kinds of attempts in
words, and the few lines that say most, tidied.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Final

from deviations.domain import privacy, words
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_words import capital, first_sentences, listed, sentence

FEWEST_WORDS, MOST_WORDS = 5, 28
LONG, TELLING = 7, 6  # letters of a word that may be misspelt, and of one that says something
READ = 120  # so many attempts or wishes are weighed: of more, those that came last

_KINDS: Final = (
    ("vänt sig till ansvariga handläggare", r"\b(?:ring|mejl|mail|sms|telefon|kontakt|fråga|hörde|påmin)"),
    ("tagit upp frågan på gemensamma möten", r"möte|kalla(?:de|t) till|kallelse"),
    ("bett om skriftliga besked", r"skriftlig|formell förfrågan|besked|\bbrev|skrev till"),
    ("tagit fram intyg eller annat underlag", r"intyg|utlåtande|underlag|bifoga"),
    ("ansökt om undantag eller omprövning", r"undantag|omprövn|överklag|dispens|ansökt|ansökan"),
    (
        "sökt andra platser eller upplägg",
        r"studiebesök|annan plats|andra platser|två platser|alternativ|i stället|mindre steg",
    ),
    ("undersökt andra försäkringar", r"försäkring(?!skassan)"),
)
_SPELLED: Final = {
    "af": "Arbetsförmedlingen",
    "arbetsförmedl": "Arbetsförmedlingen",
    "fk": "Försäkringskassan",
    "kassan": "Försäkringskassan",
    "f-kassan": "Försäkringskassan",
    "soc": "socialtjänsten",
    "ekb": "ekonomiskt bistånd",
    "vc": "vårdcentralen",
    "tex": "till exempel",
    "pga": "på grund av",
    "ngn": "någon",
    "mtrl": "material",
    "delt": "deltagaren",
    "ggr": "gånger",
    "dom": "de",
    "sen": "sedan",
    "me": "med",
    "nån": "någon",
    "nåt": "något",
}
_KNOWN_SHORT: Final = frozenset(("SGI", "LSS", "SFI", "SIP", "CSN", "SKR", "SIUS", "ESF"))
NOT_FOR_LETTERS: Final = re.compile(
    r"\b(?:jag|mig|mej|min|mitt|mina|hon|han|henne|honom|e|(?<!fick )nej|tydligen|tyvärr|såklart|typ"
    r"|liksom|hopplös\w*|löjlig\w*|galet|suck\w*|skrik\w*|skämt\w*|skäms)\b|[!?]|\.\s+(?-i:[a-zåäö])|:"
    r"|\b(?:den|det|dem|detta)$",
    re.IGNORECASE,
)
"""What is said among colleagues, of a certain person, or of something that only the writer sees."""
_PAST: Final = frozenset(
    "bad drog fann fick försökte gav gick gjorde höll kom la lade lät sa sade skrev stod ställde såg sökte tog".split()
)
_SUPINE: Final = frozenset(
    "begärt bett dragit fått försökt funnit gett gjort gått hållit hört lagt lärt sett skrivit sökt tagit".split()
)
_ARTICLES: Final = frozenset(
    "att en ett samma lika gemensam gemensamma tydlig tydliga skriftlig skriftligt möjlighet rätt stöd ändring tillgång"
    " fler färre snabbare kortare längre bättre information".split()
)
_NOUN: Final = re.compile(
    r"(?:ning|het|else|skap|tion|besked|villkor|försäkring|ersättning|skydd|tid|rutin|råd)(?:en|et|ar|er)?$"
)


def kinds_of_attempts(tried: Sequence[str]) -> str:
    """What has been tried, in words that follow "har vi": the kinds that at least two reports tell of, most told
    first; "" when there is none.
    """
    texts = [text.casefold() for text in tried[-READ:]]
    told = Counter({said: sum(bool(re.search(pattern, text)) for text in texts) for said, pattern in _KINDS})
    return listed([said for said, count in told.most_common(4) if count > 1])


def attempts(e: Evidence, most: int) -> list[str]:
    """The attempts that say most about this barrier, each as a sentence of its own."""
    return _best((as_attempt(text) for text in e.tried[-READ:]), e, most)


def wishes(e: Evidence, most: int) -> list[str]:
    """The wishes that say most about this barrier, as items of a list: without capital and full stop."""
    return _best((as_wish(text) for text in e.wishes[-READ:]), e, most)


def as_attempt(text: str) -> str:
    """The first sentence with a subject and words spelled out: "Vi bad om …"; "" where it can't be said in a letter."""
    said = spelled_out(_whole(text))
    said = _with_subject(said, supine=r"\w+[aäi]t", past=r"(?!borde|kunde)\w{2,}(?:ade|rde|lde|nde|kte|pte|ste|tte)")
    return f"{said}." if said and _presentable(said) else ""


def _with_subject(said: str, supine: str, past: str) -> str:
    """The sentence with who did it, where it opens with a verb that is known or of these patterns; else ""."""
    first, _, rest = said.partition(" ")
    verb = first.casefold()
    if verb == "jag" and rest:
        return f"En medarbetare {rest}"
    if verb in _SUPINE or re.fullmatch(supine, verb):
        return f"Vi har {verb} {rest}"
    if verb in _PAST or re.fullmatch(past, verb):
        return f"Vi {verb} {rest}"
    return said if verb == "vi" else ""


def solutions(texts: Iterable[str], most: int, limit: int) -> list[str]:
    """What has been done, each as a letter can tell it in at most `limit` characters, the alike once."""
    return unlike((as_solution(text, limit) for text in texts), most)


def as_solution(text: str, limit: int) -> str:
    """A solution's sentences with subjects and words spelled out, without those that can't stand in a letter; "" when
    none is left.
    """
    kept: list[str] = []
    for part in re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ0-9])", sentence(text)):
        said = spelled_out(part)
        said = _with_subject(said, supine="(?!)", past=r"\w{2,}ade") or said  # it opens with a noun as often
        calm = not NOT_FOR_LETTERS.search(said.replace(":", ","))  # it may well list what was agreed
        if said and calm and not misspelt(said) and not privacy.find(said):
            kept.append(said)
    return first_sentences(" ".join(kept), limit) if kept else ""


def as_wish(text: str) -> str:
    """A wish as it can stand in a list after "önskar": "att …" or a thing; "" where it can't be said in a letter."""
    said = spelled_out(_whole(text))
    first = said.split(" ", 1)[0].casefold()
    if first not in _ARTICLES and not _NOUN.search(first):
        return ""
    keeps = said[:2].isupper() or said.startswith(("Arbetsförmedling", "Försäkringskass"))
    said = said if keeps else said[:1].lower() + said[1:]
    return said if _presentable(said, fewest=FEWEST_WORDS - 1) else ""


def _whole(text: str) -> str:
    """The first sentence, without what was hung on to it by a comma: "…, fick nej", "…, utan svar"."""
    first = first_sentences(text, 200).split(". ")[0].rstrip(". ")
    return re.split(r", (?!som |så att |eftersom |men |och |trots |på |inte |oavsett )", first, maxsplit=1)[0]


def spelled_out(text: str) -> str:
    """The text with the abbreviations of hurried reports spelled out, and a capital first."""
    text = re.sub(r"[\w-]+", lambda m: m[0] if _is_word(m[0]) else _SPELLED[m[0].casefold()], text)
    return capital(text)


def _is_word(token: str) -> bool:
    """ "Soc" and "soc" are abbreviations, while "DOM" is a judgement."""
    return token.casefold() not in _SPELLED or (token.isupper() and token.casefold() in ("dom", "sen", "me"))


def _presentable(said: str, fewest: int = FEWEST_WORDS) -> bool:
    """Whether a line is whole, calm, free of what only its writer understands, and points to nobody."""
    length, telling = len(said.split()), max(map(len, said.split()), default=0) >= TELLING
    short = set(re.findall(r"\b[A-ZÅÄÖ]{2,}\b", said)) - _KNOWN_SHORT
    return (
        fewest <= length <= MOST_WORDS
        and telling
        and not short
        and not NOT_FOR_LETTERS.search(said)
        and "…" not in said
        and not misspelt(said)
        and not privacy.find(said)
    )


def misspelt(said: str) -> bool:
    """Whether a long word lacks a letter of one that the catalogue knows: "handlägare", "bedömingen"."""
    known, lacking = _vocabulary()
    stems = {words.stem(token) for token in words.tokens(said.casefold()) if len(token) >= LONG}
    return not lacking.isdisjoint(stems - known)


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the reference data, and the long ones with one letter left out of their middle."""
    folder = resources.files("deviations") / "data"
    files = ("rules.csv", "lexicon.csv", "glossary.csv")
    texts = (folder.joinpath(name).read_text(encoding="utf-8").casefold() for name in files)
    tokens = {token for text in texts for line in text.splitlines() for token in words.tokens(line)}
    known = frozenset(words.stem(token) for token in tokens)
    long = [stem for stem in known if len(stem) >= LONG]
    return known, frozenset(stem[:at] + stem[at + 1 :] for stem in long for at in range(2, len(stem) - 1))


def _best(lines: Iterable[str], e: Evidence, most: int) -> list[str]:
    """Those that share most words with what the others and the barrier say, each unlike those before it."""
    known = {line: set(words.words(line)) for line in dict.fromkeys(lines) if line}
    told = (*e.tried[-READ:], *e.wishes[-READ:])
    common = Counter(stem for text in told for stem in set(words.words(text)))
    subject = set(words.words(f"{e.barrier} {e.description} {' '.join(rule.name for rule in e.rules)}"))
    worth = {line: sum(common[one] > 1 or one in subject for one in stems) for line, stems in known.items()}
    best = sorted(known, key=lambda line: (-worth[line], len(line), line))
    return unlike((line for line in best if worth[line] or len(known) == 1), most)


def unlike(lines: Iterable[str], most: int) -> list[str]:
    """The first of the lines, each unlike those before it: with less than half of its words in common."""
    chosen: dict[str, set[str]] = {}
    for line in lines:
        if len(chosen) == most:
            break
        stems = set(words.words(line))
        if line and not any(2 * len(stems & other) >= len(stems | other) for other in chosen.values()):
            chosen[line] = stems
    return list(chosen)
