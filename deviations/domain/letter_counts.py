"""Says in Swedish what the evidence counts, with small numbers hidden: how often, where, when, how long."""

from collections.abc import Sequence
from statistics import median

from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_words import cell, day, decimal, listed, literal, many, period
from deviations.domain.order import swedish_key
from deviations.domain.small_numbers import THRESHOLD, WITHHELD, hide, is_small, shown, total


def extent(e: Evidence) -> list[str]:
    """The section Omfattning: the count, its tables, and how it was made and what it can't say."""
    found = [f"{reported(e)} {_subprojects(e)}{_associations(e)}".strip()]
    tables = [] if is_small(e.deviations) else [t for t in (_by_municipality(e), _by_quarter(e)) if t]
    found += tables or [t for t in (_municipalities_named(e),) if t]
    notes = []
    if any(f"färre än {THRESHOLD}" in text for text in (*tables, found[0])):
        notes.append(
            f"Antal under {THRESHOLD} skrivs ”färre än {THRESHOLD}”, så att ingen enskild ska kunna kännas igen."
        )
    if any(WITHHELD in text for text in tables):
        notes.append(f"”{WITHHELD.capitalize()}” står där ett litet antal annars hade gått att räkna ut.")
    return [
        *found,
        *([" ".join(notes)] if notes else []),
        f"Underlaget togs fram den {day(e.taken_on)} och bygger på rapporter, inte på en "
        f"undersökning. Varje avvikelse "
        "är en rapport från en medarbetare. Samma deltagare kan ligga bakom flera rapporter, "
        "och allt som händer "
        "rapporteras inte. Siffrorna visar att hindret finns och var det märks, men inte hur vanligt det är.",
    ]


def reported(e: Evidence) -> str:
    """How often, from where and when: one sentence."""
    return f"{_times(e)}{_from_where(e)} {period(e.first_on, e.last_on)}."


def _times(e: Evidence) -> str:
    return f"Hindret har rapporterats {_total(e)} gånger"


def _total(e: Evidence) -> str:
    """The count of reports; not exact where it would tell what the tables hide."""
    return total(e.deviations, e.municipalities, e.quarters)


def _from_where(e: Evidence) -> str:
    return f" från {many(len(e.municipalities), 'kommun', 'kommuner')}" if e.municipalities else ""


def _subprojects(e: Evidence) -> str:
    return f"Rapporterna kommer från {many(e.subprojects, 'delprojekt', 'delprojekt')}" if e.subprojects else ""


def _associations(e: Evidence) -> str:
    """Ends the sentence that `_subprojects` began, or stands alone."""
    names = listed([literal(name) for name in e.associations])
    if not names:
        return "." if e.subprojects else ""
    noun = many(len(e.associations), "samordningsförbund", "samordningsförbund")
    return f" i {noun}: {names}." if e.subprojects else f"Rapporterna kommer från {noun}: {names}."


def _by_municipality(e: Evidence) -> str:
    rows = sorted(e.municipalities, key=lambda row: swedish_key(row[0]))  # an order of size would tell hidden counts
    return _table("Avvikelserna fördelar sig så här på kommunerna:", "Kommun", rows)


def _by_quarter(e: Evidence) -> str:
    return _table("Över tid ser det ut så här:", "Kvartal", e.quarters)


def _table(lead: str, name: str, rows: Sequence[tuple[str, int]]) -> str:
    """The counts as a Markdown table; nothing when there is only one row or every one is withheld."""
    counts = hide(rows)
    if len(counts) < 2 or all(text == WITHHELD for _, text in counts):
        return ""
    lines = (f"| {cell(label)} | {text} |" for label, text in counts)
    return "\n".join([f"{lead}\n", f"| {name} | Avvikelser |", "| :--- | ---: |", *lines])


def _municipalities_named(e: Evidence) -> str:
    names = [literal(name) for name, count in e.municipalities if count]
    return f"Avvikelserna kommer från {listed(names)}." if names else ""


def weeks(e: Evidence, spread: bool = False) -> str:
    """The time lost; unsaid when so few stated it that single reports would show."""
    if len(e.weeks_lost) < THRESHOLD:
        return ""
    middle = median(e.weeks_lost)
    unit = "vecka" if middle == 1 else "veckor"
    if not spread:
        return f"Medianen för den tid som har gått förlorad är {decimal(middle)} {unit}."
    low, high = min(e.weeks_lost), max(e.weeks_lost)
    which = "rapporterna" if _total(e) != shown(e.deviations) else f"{len(e.weeks_lost)} rapporter"
    said = f"I {which} anges hur lång tid som har gått förlorad. Medianen är {decimal(middle)} {unit}"
    return f"{said}." if low == high else f"{said}, och uppgifterna går från {low} till {high} veckor."


def people(e: Evidence) -> str:
    """How many participants the reports are about; unsaid when none tells."""
    if not e.people_hit:
        return ""
    return f"Rapporterna rör sammanlagt {shown(e.people_hit)} deltagare, men samma person kan vara räknad flera gånger."
