"""Swedish for letters: dates, lists, plurals, citations, and user text made safe to stand inside Markdown."""

import re
from collections.abc import Sequence
from datetime import date

from deviations.domain.letter_evidence import CitedRule

MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)

_UNCHECKED = re.compile(r"\s*\([^()]*(?:ej kontrollera|från minnet)[^()]*\)")
_NUMBER = re.compile(r"\((\d{4}:\d+)\)")
_SPECIAL = re.compile(r"([\\`*_\[\]])")
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


def many(count: int, one: str, more: str) -> str:
    """ "1 kommun", "3 kommuner"."""
    return f"{count} {one if count == 1 else more}"


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
    genitive.
    """
    return re.sub(r"^(Kommun|Region)en\s+[-–]\s+", lambda m: f"{m[1].lower()}ens ", name)


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a mark of its own."""
    text = _one_line(text)
    return text if not text or text[-1] in '.!?…”"' else f"{text}."


def _one_line(text: str) -> str:
    """Single spaces, and hard ones left as they are."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip()


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
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;")
    return _STARTER.sub(lambda m: f"{m[1]}\\" if m[1].isdigit() else f"\\{m[1]}", text)


def cell(text: str) -> str:
    """User text for one cell of a Markdown table."""
    return literal(text).replace("|", "&#124;")


def citation(rule: CitedRule) -> str:
    """Where a rule stands: "1 § SFS 1998:1785 samt 5 och 11 §§ SFS 2000:628". "" when the "
    "catalogue has no place.

    Marks such as "(paragraf ej kontrollerad)" are left out here: the sentence around the citation says it.
    """
    places = [p for part in rule.paragraph.split(";") if (p := _place(part))]
    statutes = [s for part in rule.statute.split(";") if (s := part.strip())]
    if not places or not statutes:
        return listed(statutes)
    own = [_own_statute(place, statute) for place, statute in zip(places, statutes, strict=False)]
    if len(places) == len(statutes) and all(own):
        return listed(own)
    if len(statutes) == 1 and len(places) == 1 and re.search(r"§( \d+)?$", places[0]):
        return f"{places[0]} {statutes[0]}"
    return f"{listed(statutes)}, {listed(places)}"


def _place(part: str) -> str:
    part = re.sub(r"(?<=\d)-(?=\d)|(?<=[ab])-(?=\d)", "–", _UNCHECKED.sub("", part).strip())
    return "" if not part or part.startswith("(") else part.replace(" §", "\N{NO-BREAK SPACE}§")


def _own_statute(place: str, statute: str) -> str:
    """The place with its statute, where the place says in brackets which one it is of; else ""."""
    if (number := _NUMBER.search(place)) and number[1] in statute:
        return _NUMBER.sub("", place).strip() + f" {statute}"
    if named := re.search(r"\s*\(([^()\d]+)\)$", place):
        return f"{place[: named.start()]} {named[1]} ({statute})"
    return ""
