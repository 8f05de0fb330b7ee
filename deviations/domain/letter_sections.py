"""The sections of a letter (domain facts 4.1) in order: heading, the name by which a template places each, and how
it is written. What the evidence lacks is left unsaid; what only people can know stands as "[… fylls i …]".
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deviations.domain.letter_asked import asks, proposals, tried
from deviations.domain.letter_blanks import DECIDERS, DECISION, PRESENTER, SIGNATURE
from deviations.domain.letter_described import barrier, consequences, extent
from deviations.domain.letter_matter import Matter, Parts
from deviations.domain.letter_opening import background, summary
from deviations.domain.letter_words import literal


def decision(m: Matter) -> Parts:
    """Who decided to send the letter."""
    return [f"Skrivelsen är beslutad av {DECISION}.", f"I beslutet deltog {DECIDERS}. Föredragande var {PRESENTER}."]


def signature(m: Matter) -> Parts:
    """Who signs."""
    return [f"För {literal(m.first.association)}", SIGNATURE]


def appendices(m: Matter) -> Parts:
    """That nothing goes with the letter: the program makes no appendices."""
    return ["Skrivelsen har inga bilagor. Underlaget finns hos oss och kan lämnas ut på begäran."]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its heading in the letter, the name by which a template places it, what it says, and how it is
    written.
    """

    heading: str
    field: str
    explanation: str
    write: Callable[[Matter], Parts]


SECTIONS: Sequence[Section] = (
    Section("Sammanfattning", "sammanfattning", "Vad vi ber om, av vem och varför. Står först.", summary),
    Section("Bakgrund", "bakgrund", "Vilka vi är, hur hindret kom upp och vad vi har skrivit förut.", background),
    Section("Beskrivning av hindret", "hindret", "Vad som händer, var det märks och vilken regel det rör.", barrier),
    Section("Omfattning", "omfattning", "Hur ofta, var och när, med tabell, diagram och metod.", extent),
    Section("Konsekvenser", "konsekvenser", "Vad hindret kostar i tid, och typiska fall.", consequences),
    Section("Vad vi har prövat lokalt", "prövat", "Försök och lokala lösningar, och hur det gick.", tried),
    Section("Förslag", "förslag", "Numrerade förslag till var och en av mottagarna, och önskemål.", proposals),
    Section("Vad vi ber om", "vi ber om", "Svar, sista dag och kontakt.", asks),
    Section("Beslut", "beslut", "Vem som har beslutat. Fylls i när beslutet är fattat.", decision),
    Section("Underskrift", "underskrift", "Vem som skriver under.", signature),
    Section("Bilagor", "bilagor", "Vad som följer med skrivelsen.", appendices),
)
OBLIGATORY = tuple(section.heading for section in SECTIONS)
"""The headings that a letter must have (domain facts 4.1)."""


def missing(markdown: str) -> list[str]:
    """The obligatory headings that the text lacks, in their order; capitals and level do not matter."""
    found = {m[1].strip().rstrip("#").strip().casefold() for m in re.finditer(r"(?m)^ {0,3}#{1,6}\s+(.+)$", markdown)}
    return [title for title in OBLIGATORY if title.casefold() not in found]
