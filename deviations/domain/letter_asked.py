"""What has been tried, and what a letter therefore asks for: numbered requests, wishes, and an answer by a day."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deviations.domain.letter_blanks import ANSWER_DAY
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_gathered import attempts, kinds_of_attempts, solutions, unlike, wishes
from deviations.domain.letter_matter import AT_MOST, LENGTH, Matter, Parts, subheading
from deviations.domain.letter_requests import Request, interim, is_council, requests, wording
from deviations.domain.letter_words import capital, literal, party

RESTS_ON_SOMETHING = ("", "regulation", "guideline", "practice")
"""The types of obstacle of which the reader may be asked: by what rule?"""


def tried(m: Matter) -> Parts:
    """What the subprojects have done themselves, and how it went."""
    found: Parts = []
    for at, e in enumerate(m.evidences, 1):
        parts = [*_attempts(e), *_solutions(e)]
        if not parts:
            about = f" om hinder {at}" if m.several else ""
            parts = [f"[Vad delprojekten själva har prövat{about} fylls i innan skrivelsen går till beslut]"]
        found += [*subheading(m, at), *parts]
    if any(worked for e in m.evidences for _, worked in e.solutions):
        found += ["### Sammantaget"] if m.several else []
        found.append(
            "Lokala lösningar hjälper där de finns. De tar inte bort hindret, och de ser olika ut mellan kommunerna."
        )
    return found


def _attempts(e: Evidence) -> Parts:
    kinds = kinds_of_attempts(e.tried)
    lines = attempts(e, AT_MOST)
    told = [f"Delprojekten har bland annat {kinds}. Det har inte räckt för att ta bort hindret."] if kinds else []
    if lines:
        some = "Några försök som medarbetarna beskriver:" if len(lines) > 1 else "Ett av försöken beskrivs så här:"
        told += [some, "\n".join(f"- {literal(line)}" for line in lines)]
    return told


def _solutions(e: Evidence) -> Parts:
    worked, failed = (
        solutions([text for text, did in e.solutions if did is how], AT_MOST, LENGTH) for how in (True, False)
    )
    helped = "En lokal lösning har hjälpt i enskilda situationer:"
    if len(worked) > 1:
        helped = "Lokala lösningar har hjälpt i enskilda situationer:"
    return [*_quoted(helped, worked), *_quoted("Detta har prövats utan att det hjälpte:", failed)]


def _quoted(lead: str, texts: Sequence[str]) -> Parts:
    return [lead, "\n".join(f"- {literal(text)}" for text in texts)] if texts else []


def proposals(m: Matter) -> Parts:
    """What is asked, numbered, each of one recipient, marked with what would have to change; then the wishes of those
    who meet the barrier.
    """
    asked: list[Request] = []
    for at, e in enumerate(m.evidences, 1):
        unsure = e.obstacle in RESTS_ON_SOMETHING and not (e.rules and all(rule.certain for rule in e.rules))
        words = wording(e.obstacle, m.wordings)
        owners = [party(name) for name in e.agencies]
        found = requests(words, m.first.recipients, owners, ask_for_source=unsure)
        asked += [replace(one, barrier=at) for one in found] if m.several else found
    asked.append(interim(m.first.recipients, [party(name) for name in m.first.agencies]))
    return [f"{literal(m.first.association)} hemställer att", "\n".join(_numbered(asked)), *_wishes(m)]


def _numbered(asked: Sequence[Request]) -> Iterator[str]:
    """Each request as an item; the council goes by its short name once it has been named."""
    said: set[str] = set()
    for at, one in enumerate(asked, 1):
        name = "Nationella rådet" if one.recipient in said and is_council(one.recipient) else one.recipient
        about = f", i fråga om hinder {one.barrier}," if one.barrier else ""
        yield f"{at}. **{literal(capital(party(name)))}**{about} {literal(one.what)} *({one.mark})*."
        said.add(one.recipient)


def _wishes(m: Matter) -> Parts:
    found: list[str] = []
    for e in m.evidences:
        most = len(found) + (2 if m.several else AT_MOST + 1)
        found = unlike([*found, *wishes(e, AT_MOST + 1)], most)
    if not found:
        return []
    lines = [f"- {literal(wish)}{',' if at < len(found) - 1 else '.'}" for at, wish in enumerate(found)]
    lead = f"De som möter {'hindren' if m.several else 'hindret'} i arbetet önskar också"
    return [lead, "\n".join(lines)]


def asks(m: Matter) -> Parts:
    """What an answer should hold, and by when."""
    return [
        "För att frågan ska komma vidare ber vi om",
        f"- ett skriftligt svar senast den {ANSWER_DAY}, med besked om vilka förslag som kan genomföras och när\n"
        "- en kontaktperson, och vid behov ett möte, för den fortsatta dialogen\n"
        "- att den som inte själv kan avgöra frågan lämnar skrivelsen vidare och meddelar oss det.",
    ]
