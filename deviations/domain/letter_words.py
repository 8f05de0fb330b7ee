"""Swedish for letters: dates, lists, plurals, citations, and user text made safe to stand inside Markdown."""

import re
from collections.abc import Sequence
from datetime import date

from deviations.domain import statutes
from deviations.domain.letter_evidence import CitedRule

MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)

_COUNTED = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
_UNCHECKED = re.compile(r"\s*\([^()]*(?:ej kontrollera|från minnet)[^()]*\)")
_NUMBER = re.compile(r"\((\d{4}:\d+)\)")
_SFS = re.compile(r"SFS (\d{4}:\d+)")
_BEFORE = re.compile(r"SFS (\d{4}:\d+) \(tidigare (\d{4}:\d+)\)")
_KIND = re.compile(r"\w*(?:lagen|förordningen|balken)\b")
_SPECIAL = re.compile(r"([\\`*_\[\]{}])")
_UNHELD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")  # what no document may hold
_STARTER = re.compile(r"^([-+#>]|\d+(?=\.))")
_INITIALS = re.compile(r"[A-ZÅÄÖ][a-zåäöé-]*$")
_PROPER = frozenset(
    (
        *("Arbetsförmedlingen", "Arbetsförmedlingens", "Försäkringskassan", "Försäkringskassans", "Finsam"),
        *("Socialstyrelsen", "Skatteverket", "Kriminalvården", "Kammarkollegiet", "Kronofogden", "Skolverket"),
        *("Migrationsverket", "Arbetsmiljöverket", "Samordningsförbundet", "Nationella", "Sverige", "Sveriges"),
    )
)
"""Names that open a title and keep their capital in a sentence."""

_COMMON = frozenset(("Tingsrätten", "Överförmyndaren", "Kommunen", "Regionen", "Arbetsgivaren", "Skolan", "Vården"))
"""Parties of the catalogue that are no names."""


def day(on: date, year: bool = True) -> str:
    """ "3 mars 2026", or "3 mars" without the year."""
    return f"{on.day} {MONTHS[on.month - 1]}" + (f" {on.year}" if year else "")


def period(first: date, last: date) -> str:
    """ "den 3 mars 2026", "mellan den 3 mars och den 4 maj 2026" or with both years where they differ."""
    if first == last:
        return f"den {day(first)}"
    return f"mellan den {day(first, year=first.year != last.year)} och den {day(last)}"


def listed(names: Sequence[str]) -> str:
    """ "Haninge, Nacka och Täby"; with semicolons where a name has a comma or an "och" of its own."""
    if len(names) > 1 and any(", " in name or " och " in name for name in names):
        return f"{'; '.join(names[:-1])} samt {names[-1]}"
    return " och ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def many(count: int, one: str, more: str, *, words: bool = False) -> str:
    """ "1 kommun", "3 kommuner"; in words "en kommun", "tre kommuner"."""
    return f"{in_words(count) if words else count} {one if count == 1 else more}"


def in_words(count: int, *, neuter: bool = False) -> str:
    """ "tre"; figures from thirteen on. One is "en", or "ett" of what is neuter."""
    return "ett" if neuter and count == 1 else _COUNTED[count] if 0 <= count < len(_COUNTED) else str(count)


def decimal(number: float) -> str:
    """ "8" or "8,5"."""
    return f"{number:g}".replace(".", ",")


def inline(name: str) -> str:
    """A title as it stands inside a sentence: a small first letter, unless it opens with a name or an
    abbreviation.
    """
    first = re.split(r"[\s,:]", name, maxsplit=1)[0]
    small = _INITIALS.match(first) and first not in _PROPER and len(first) > 1
    return name[0].lower() + name[1:] if small else name


def party(name: str) -> str:
    """A party of the catalogue as it stands in running text: "Kommunen - LSS-handläggning" is said as a
    genitive, and a common noun has a small letter.
    """
    said = re.sub(r"^(Kommun|Region)en\s+[-–]\s+", lambda m: f"{m[1].lower()}ens ", name)
    said = f"{said}en" if said in ("Kommun", "Region") else said
    return said[0].lower() + said[1:] if said in _COMMON else said


def capital(text: str) -> str:
    """The text with a capital first."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a mark of its own."""
    text = _one_line(text)
    return text if not text or text[-1] in '.!?…”"' else f"{text}."


def _one_line(text: str) -> str:
    """Single spaces, and hard ones left as they are."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", _UNHELD.sub("", text)).strip()


def first_sentences(text: str, limit: int) -> str:
    """As many whole sentences as fit in `limit` characters; a longer first one is cut between words, with
    "…".
    """
    text = sentence(text)
    if len(text) <= limit:
        return text
    ends = [m.end() for m in re.finditer(r"[.!?](?=\s+[A-ZÅÄÖ0-9])", text) if m.end() <= limit]
    return text[: ends[-1]] if ends else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def literal(text: str) -> str:
    """User text that stands as it is inside one Markdown paragraph: one line, nothing in it acts."""
    text = _SPECIAL.sub(r"\\\1", _one_line(text))
    text = re.sub(r"#+$", lambda m: r"\#" * len(m[0]), text)  # at the end of a heading they would go
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;")
    return _STARTER.sub(lambda m: f"{m[1]}\\" if m[1].isdigit() else f"\\{m[1]}", text)


def cell(text: str) -> str:
    """User text for one cell of a Markdown table."""
    return literal(text).replace("|", "&#124;")


def citation(rule: CitedRule) -> str:
    """Where a rule stands, as an administrator cites it: "7 a § förordningen (2000:634) om arbetsmarknadspolitiska
    program". "" when the catalogue has no place.

    Marks such as "(paragraf ej kontrollerad)" are left out here: the sentence around the citation says it.
    """
    places = [p for part in rule.paragraph.split(";") if (p := _place(part))]
    if before := _BEFORE.fullmatch(rule.statute):
        return _with_earlier(before[1], before[2], rule.paragraph)
    cited = [s for part in rule.statute.split(";") if (s := part.strip())]
    if not places or not cited:
        return listed([_statute(one) for one in cited])
    own = [_own_statute(place, statute) for place, statute in zip(places, cited, strict=False)]
    if len(places) == len(cited) and all(own):
        return listed(own)
    if len(cited) == 1 and all(_OF_ONE.search(place) for place in places):
        return f"{listed([_OF_ONE.sub('', place) for place in places])} {_statute(cited[0])}"
    return f"{listed([_statute(one) for one in cited])}, {listed(places)}"


_OF_ONE = re.compile(r"(?<=[§\d.]) (?:SFB|OSL|HSL|SoL|skollagen)$|(?<=[§\d.])$|(?<=stycket)$")
"""A place that ends with a paragraph or a chapter, perhaps with the short name of its statute."""


def _place(part: str) -> str:
    part = re.sub(r"(?<=\d)-(?=\d)|(?<=[ab])-(?=\d)", "–", _UNCHECKED.sub("", part).strip())
    return "" if not part or part.startswith("(") else part.replace(" §", "\N{NO-BREAK SPACE}§")


def _own_statute(place: str, statute: str) -> str:
    """The place with its statute, where the place says in brackets which one it is of; else ""."""
    if (number := _NUMBER.search(place)) and number[1] in statute:
        where = _NUMBER.sub("", place).strip()
        return f"{where} {_statute(statute)}" if any(map(str.isdigit, where)) else _statute(statute)
    if named := re.search(r"\s*\(([^()\d]+)\)$", place):
        return f"{place[: named.start()]} {_statute(statute)}"
    return ""


def _statute(written: str) -> str:
    """A statute by its name: "förordningen (2000:634) om arbetsmarknadspolitiska program"; as it is written where
    nobody has told its name.
    """
    found = _SFS.fullmatch(written)
    name = statutes.known_as(found[1]) if found else ""
    if not found or not name:
        return written
    return _KIND.sub(lambda kind: f"{kind[0]} ({found[1]})", name, count=1)


def _with_earlier(now: str, before: str, paragraph: str) -> str:
    """A rule of a law that took another's place: "12 kap. 1 § socialtjänstlagen (2025:400), tidigare 4 kap. 1 § i den
    äldre lagen (2001:453)".
    """
    place, _, older = paragraph.partition("(tidigare ")
    told = f"{_place(place)} {_statute(f'SFS {now}')}".strip()
    return f"{told}, tidigare {_place(older.rstrip(') '))} i den äldre lagen ({before})" if older else told
