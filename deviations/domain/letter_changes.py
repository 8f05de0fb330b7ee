"""What has changed in a letter's numbers since they were frozen, as a reader of the letter would see it; and which
sentences of the prose no longer hold.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from deviations.domain.letter_counts import Rows, total_shown, weeks_long, without_prefix
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_words import citation, day, decimal, in_words, listed, many
from deviations.domain.order import swedish_key
from deviations.domain.small_numbers import THRESHOLD, hide, shown

NONE = "–"
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[^a-zåäö\s])|\n+")
_BLOCK = re.compile(r"^\s*\{\{[^{}]*\}\}\s*$", re.MULTILINE)
_POLICY = re.compile(r"\bminst\b.*\binom\b.*\bmånad")
"""The thresholds, which are no count of this barrier."""
_MARKS = re.compile(r"^(?:[#>\s*+-]+|\d+\.\s)|[*_\\]")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that reads otherwise now: what, as it was, and as it is."""

    what: str
    before: str
    after: str


def changes(old: Evidence, new: Evidence) -> list[Change]:
    """All that a reader would see changed, in the order of the letter; small numbers hidden as in it."""
    return [Change(what, before, after) for what, before, after in _compared(old, new) if before != after]


def _compared(old: Evidence, new: Evidence) -> Iterator[tuple[str, str, str]]:
    yield "Avvikelser", total_shown(old), total_shown(new)
    yield "Första avvikelsen", day(old.first_on), day(new.first_on)
    yield "Senaste avvikelsen", day(old.last_on), day(new.last_on)
    yield "Kommuner", str(len(old.municipalities)), str(len(new.municipalities))
    yield from _rows("Kommun", old.municipalities, new.municipalities)
    yield "Delprojekt", str(old.subprojects), str(new.subprojects)
    yield "Samordningsförbund", _associations(old), _associations(new)
    yield from _rows("Kvartal", old.quarters, new.quarters)
    yield "Förlorad tid, median", _weeks(old), _weeks(new)
    yield "Förlorad tid, från och till", _range(old), _range(new)
    yield "Deltagare", _people(old), _people(new)
    yield "Försök som rapporterna berättar om", shown(len(old.tried)), shown(len(new.tried))
    yield "Önskemål", shown(len(old.wishes)), shown(len(new.wishes))
    yield "Lokala lösningar", *_added([text for text, _ in old.solutions], [text for text, _ in new.solutions])
    yield "Regel", _rules(old), _rules(new)
    yield "Vad regeln säger", *_texts(old, new)
    yield "Tidigare skrivelser", _letters(old), _letters(new)


def _rows(what: str, old: Rows, new: Rows) -> Iterator[tuple[str, str, str]]:
    before, after = dict(hide(old)), dict(hide(new))
    for name in dict.fromkeys((*before, *after)):
        yield f"{what}: {name}", before.get(name, NONE), after.get(name, NONE)


def _associations(e: Evidence) -> str:
    return listed([without_prefix(name) for name in e.associations]) or NONE


def _weeks(e: Evidence) -> str:
    return weeks_long(median(e.weeks_lost)) if len(e.weeks_lost) >= THRESHOLD else NONE


def _range(e: Evidence) -> str:
    if len(e.weeks_lost) < THRESHOLD:
        return NONE
    low, high = min(e.weeks_lost), max(e.weeks_lost)
    return weeks_long(low) if low == high else f"{low}–{weeks_long(high)}"


def _people(e: Evidence) -> str:
    return shown(e.people_hit) if e.people_hit else NONE


def _added(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """Solutions are people's own words, not counts of people: their number is shown as it is."""
    return (many(len(old), "lösning", "lösningar"), many(len(new), "lösning", "lösningar")) if old != new else ("", "")


def _rules(e: Evidence) -> str:
    return listed([citation(rule) or rule.name for rule in e.rules]) or NONE


def _texts(old: Evidence, new: Evidence) -> tuple[str, str]:
    return " ".join(rule.description for rule in old.rules), " ".join(rule.description for rule in new.rules)


def _letters(e: Evidence) -> str:
    told = [f"{one.registry_number or day(one.sent_on)}{' (besvarad)' if one.answered_on else ''}" for one in e.earlier]
    return listed(told) or NONE


def stale(markdown: str, old: Evidence, new: Evidence) -> list[str]:
    """The sentences of the prose that say a number of `old` which is another one in `new`, each once, in order, with
    what holds now.
    """
    told = [(re.compile(one.pattern, re.IGNORECASE), one.now) for one in _phrases(old, new) if one.was != one.now]
    found: dict[str, list[str]] = {}
    for sentence in _sentences(markdown):
        now = [after for pattern, after in told if pattern.search(sentence) and not _POLICY.search(sentence)]
        if now:
            found.setdefault(sentence, now)
    return [f"”{sentence}” Nu: {'; '.join(dict.fromkeys(now))}." for sentence, now in found.items()]


def _sentences(markdown: str) -> Iterator[str]:
    """The prose sentence by sentence, without evidence blocks, tables, headings and marks."""
    for line in _BLOCK.sub("", markdown).split("\n"):
        if not line.lstrip().startswith(("|", "#", ">")):
            yield from (text for part in _SENTENCE.split(_MARKS.sub("", line)) if (text := part.strip()))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """How a number of the evidence stands in a sentence, as a pattern; what it said, and what it would say."""

    pattern: str
    was: str
    now: str


def _phrases(old: Evidence, new: Evidence) -> Iterator[_Phrase]:
    yield _Phrase(
        _counted(total_shown(old), _REPORTS), f"{total_shown(old)} avvikelser", f"{total_shown(new)} avvikelser"
    )
    for noun, count in _COUNTS:
        was, now = (f"{count(one)} {noun}" for one in (old, new))
        yield _Phrase(_counted(str(count(old)), rf"{noun.rstrip('er')}\w*"), was, now)
    for was_on, now_on in ((old.first_on, new.first_on), (old.last_on, new.last_on)):
        yield _Phrase(rf"(?<!\d){day(was_on, year=False)}\b", f"den {day(was_on)}", f"den {day(now_on)}")
    yield _Phrase(
        rf"(?:fram|underlaget) den {day(old.taken_on)}", f"den {day(old.taken_on)}", f"den {day(new.taken_on)}"
    )
    yield from _time_lost(old, new)
    if old.people_hit:
        was, now = f"{_people(old)} deltagare", f"{_people(new)} deltagare"
        yield _Phrase(_counted(_people(old), r"deltagare\b"), was, now)
    names = "|".join(re.escape(name) for name, _ in old.municipalities)
    yield _Phrase(rf"kommer från (?:{names or '(?!)'})\b", _municipalities(old), _municipalities(new))


_REPORTS = r"(?:gånger|avvikelser|rapporter(?! ange)|tillfällen)\b"
_COUNTS: Sequence[tuple[str, Callable[[Evidence], int]]] = (
    ("kommuner", lambda e: len(e.municipalities)),
    ("delprojekt", lambda e: e.subprojects),
    ("samordningsförbund", lambda e: len(e.associations)),
)


def _municipalities(e: Evidence) -> str:
    return f"kommunerna är {listed(sorted((name for name, _ in e.municipalities), key=swedish_key))}"


def _time_lost(old: Evidence, new: Evidence) -> Iterator[_Phrase]:
    if len(old.weeks_lost) < THRESHOLD:
        return
    middle = re.escape(decimal(median(old.weeks_lost)))
    was, now = (_middle(_weeks(one)) for one in (old, new))
    yield _Phrase(rf"(?:median|hälften|minst)[^.]*(?<![\d,]){middle} veck", was, now)
    was, now = (_from_to(_range(one)) for one in (old, new))
    yield _Phrase(rf"från {min(old.weeks_lost)} till {max(old.weeks_lost)} veck", was, now)
    was, now = (f"{len(one.weeks_lost)} rapporter anger tiden" for one in (old, new))
    yield _Phrase(_counted(str(len(old.weeks_lost)), "rapporter ange[rs]"), was, now)


def _middle(told: str) -> str:
    return "för få rapporter anger tiden" if told == NONE else f"medianen är {told}"


def _from_to(told: str) -> str:
    """A range in words; the same for all, or stated by too few, it is no range."""
    if told == NONE:
        return "för få rapporter anger tiden"
    return f"uppgifterna går från {told.replace('–', ' till ')}" if "–" in told else f"alla anger {told}"


def _counted(number: str, noun: str) -> str:
    """A number before its noun, in figures or words, perhaps with words between them."""
    said = [re.escape(number)]
    if number.isdecimal() and int(number) <= 12:
        said.append(in_words(int(number)))
    return rf"(?<![\d,:–])\b(?:{'|'.join(said)})(?:\s+(?!och\b)\w+){{0,2}}\s+{noun}"
