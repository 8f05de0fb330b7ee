"""Says in Swedish what the evidence counts, with small numbers hidden: how often, where, when, how long."""

import re
from collections.abc import Sequence
from datetime import date
from statistics import median

from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_words import cell, day, decimal, in_words, listed, literal, many, period
from deviations.domain.order import swedish_key
from deviations.domain.small_numbers import THRESHOLD, WITHHELD, hide, is_small, shown, total

READABLE = 4
"""A table of which less than one row in so many can be read says less than a sentence."""

Rows = Sequence[tuple[str, int]]


def reported(e: Evidence) -> str:
    """How often, from where and when: one sentence."""
    often = "" if withheld(e) and len(e.municipalities) >= THRESHOLD else f" {times(e)}"
    return f"Hindret har rapporterats{often}{_from_where(e)} {period(e.first_on, e.last_on)}."


def withheld(e: Evidence) -> bool:
    """Whether the whole count would tell what is hidden, and is not told."""
    return total_shown(e) != shown(e.deviations)


def times(e: Evidence) -> str:
    """ "31 gånger"."""
    return f"{total_shown(e)} gånger"


def total_shown(e: Evidence) -> str:
    """The count of reports; not exact where it would tell what the tables hide."""
    return total(e.deviations, e.municipalities, e.quarters)


def _from_where(e: Evidence) -> str:
    return f" från {many(len(e.municipalities), 'kommun', 'kommuner')}" if e.municipalities else ""


def who(e: Evidence, before: Evidence | None = None) -> str:
    """From how many subprojects, and which associations, the reports come: one sentence, "" where nothing is known.

    Associations that the letter has just named of another barrier (`before`) are not named once more.
    """
    parts = f"Rapporterna kommer från {e.subprojects} delprojekt" if e.subprojects else ""
    names = listed([literal(without_prefix(name)) for name in e.associations])
    if not names:
        return f"{parts}." if parts else ""
    noun = many(len(e.associations), "samordningsförbund", "samordningsförbund")
    if before is not None and before.associations == e.associations:
        return f"{parts} i samma {noun}." if parts else f"Rapporterna kommer från samma {noun}."
    return f"{parts} i {noun}: {names}." if parts else f"Rapporterna kommer från {noun}: {names}."


def without_prefix(association: str) -> str:
    """ "Östra Södertörn" of "Samordningsförbundet Östra Södertörn", where the sentence says what it is."""
    return re.sub(r"^Samordningsförbundet (?:i )?(?=[A-ZÅÄÖ])", "", association)


def named(e: Evidence) -> str:
    """The municipalities by name, where their counts say nothing: one sentence."""
    names = [literal(name) for name, count in sorted(e.municipalities, key=lambda row: swedish_key(row[0])) if count]
    return f"Avvikelserna kommer från {listed(names)}." if names else ""


def recurring(e: Evidence) -> str:
    """In how many of the quarters it was reported: one sentence, "" for fewer than three."""
    met, all_of_them = sum(count > 0 for _, count in e.quarters), len(e.quarters)
    if all_of_them < 3:
        return ""
    if met == all_of_them:
        return f"Det har återkommit under alla {in_words(met)} kvartalen."
    return f"Det har återkommit under {in_words(met, neuter=True)} av de {in_words(all_of_them)} kvartalen."


def by_municipality(e: Evidence) -> str:
    """The reports of each municipality as a Markdown table; "" when there is nothing that it could show."""
    rows = sorted(e.municipalities, key=lambda row: swedish_key(row[0]))  # an order of size would tell hidden counts
    return _table("Kommun", rows) if not is_small(e.deviations) else ""


def by_quarter(e: Evidence) -> str:
    """The reports of each quarter as a Markdown table; "" when there is nothing that it could show."""
    return _table("Kvartal", e.quarters) if not is_small(e.deviations) else ""


def _table(name: str, rows: Rows) -> str:
    """Nothing when there is only one row, or fewer than one count in `READABLE` can be read."""
    counts = hide(rows)
    read = sum(count >= THRESHOLD and text == shown(count) for (_, count), (_, text) in zip(rows, counts, strict=True))
    if len(counts) < 2 or read * READABLE < len(counts):
        return ""
    lines = (f"| {cell(label)} | {text} |" for label, text in counts)
    return "\n".join([f"| {name} | Avvikelser |", "| :--- | ---: |", *lines])


def method(evidences: Sequence[Evidence]) -> str:
    """How the numbers were made and what they can't say: one paragraph for all barriers of a letter."""
    first = evidences[0]
    made = (
        f"Underlaget togs fram den {day(first.taken_on)}. Det bygger på avvikelser som medarbetare har rapporterat, "
        "inte på en undersökning. Samma deltagare kan ligga bakom flera rapporter, och mycket som händer rapporteras "
        "aldrig. Siffrorna visar därför att hindret finns och var det märks, men inte hur vanligt det är."
    )
    tables = [table for e in evidences for table in (by_municipality(e), by_quarter(e)) if table]
    notes = [made]
    if any(_ends_early(e) for e in evidences if by_quarter(e)):
        notes.append("Det sista kvartalet var inte slut när underlaget togs fram.")
    if any(f"färre än {THRESHOLD}" in text for text in (*tables, *map(times, evidences))):
        notes.append(
            f"Antal under {THRESHOLD} skrivs ”färre än {THRESHOLD}”, så att ingen enskild ska kunna kännas igen."
        )
    if any(WITHHELD in text for text in tables):
        notes.append(f"”{WITHHELD.capitalize()}” står där ett litet antal annars hade gått att räkna ut.")
    return " ".join(notes)


def _ends_early(e: Evidence) -> bool:
    """Whether the numbers were taken within their last quarter."""
    return _quarter(e.last_on) == _quarter(e.taken_on)


def _quarter(on: date) -> tuple[int, int]:
    return on.year, (on.month - 1) // 3


def weeks(e: Evidence, spread: bool = False) -> str:
    """The time lost; unsaid when so few stated it that single reports would show, and where none was lost."""
    middle = median(e.weeks_lost) if len(e.weeks_lost) >= THRESHOLD else 0
    if not spread:
        lost = "förlorad" if middle == 1 else "förlorade"
        said = f"I hälften av de rapporter som anger tiden har minst {weeks_long(middle)} gått {lost}."
        return said if middle else ""
    if len(e.weeks_lost) < THRESHOLD or not any(e.weeks_lost):
        return ""
    low, high = min(e.weeks_lost), max(e.weeks_lost)
    which = "rapporterna" if withheld(e) else f"{len(e.weeks_lost)} rapporter"
    said = f"I {which} anges hur lång tid som har gått förlorad. Medianen är {weeks_long(middle)}"
    return f"{said}." if low == high else f"{said}, och uppgifterna går från {low} till {weeks_long(high)}."


def weeks_long(count: float) -> str:
    """ "1 vecka", "8,5 veckor"."""
    return f"{decimal(count)} {'vecka' if count == 1 else 'veckor'}"


def people(e: Evidence) -> str:
    """How many participants the reports are about; unsaid when none tells."""
    if not e.people_hit:
        return ""
    return f"Rapporterna rör sammanlagt {shown(e.people_hit)} deltagare, men samma person kan vara räknad flera gånger."
