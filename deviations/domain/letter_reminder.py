"""Writes the reminder of a letter that nobody has answered: which letter, what was asked, and until when now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from deviations.domain.letter_words import day, listed, literal

REQUEST = 700  # characters of the request that are quoted

_SUMMARY = re.compile(r"(?ims)^ {0,3}#{1,6}\s+sammanfattning\s*#*\s*$(.*?)(?=^ {0,3}#{1,6}\s|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """What a reminder rests on. `until` is the day that it asks for; `asked_by` the one that has gone by, which the
    recipient named itself when it was `extended`; `reminded_on` are the days of earlier reminders.
    """

    association: str
    registry_number: str
    title: str
    body: str
    sent_on: date
    asked_by: date
    until: date
    signer: str
    extended: bool = False
    acknowledged_on: date | None = None
    their_number: str = ""
    reminded_on: Sequence[date] = ()


def heading(registry_number: str) -> str:
    """The reminder's matter in one line of plain text."""
    return f"Påminnelse om skrivelsen {registry_number}"


def reminder(about: Unanswered) -> str:
    """The reminder's body in Markdown, ready to be read through and sent."""
    request = _request(about.body)
    return "\n\n".join(
        part
        for part in (
            _letter(about),
            _silence(about),
            f"Det här är vad vi bad om:\n\n> {request}" if request else "",
            _plea(about),
            "Är svaret redan på väg till oss behöver ni inte göra något mer.",
            f"För {literal(about.association)}\n\n{literal(about.signer)}",
        )
        if part
    )


def _letter(about: Unanswered) -> str:
    yours = f", ert diarienummer {literal(about.their_number)}" if about.their_number else ""
    received = ""
    if about.acknowledged_on:
        received = f" Den {day(about.acknowledged_on)} bekräftade ni att ni hade fått den."
    return (
        f"Den {day(about.sent_on)} skickade vi skrivelsen ”{literal(about.title)}” till er "
        f"(vårt diarienummer {literal(about.registry_number)}{yours}).{received}"
    )


def _silence(about: Unanswered) -> str:
    reminded = ""
    if about.reminded_on:
        reminded = f" Vi påminde er den {listed([day(on) for on in about.reminded_on])}."
    if about.extended:
        return (
            f"Ni bad om mer tid, till den {day(about.asked_by)}. "
            f"Den dagen har gått, och vi har ännu inte fått något svar.{reminded}"
        )
    return f"Vi bad om svar senast den {day(about.asked_by)}, men har ännu inte fått något.{reminded}"


def _request(body: str) -> str:
    """The first paragraph of the summary, where the request stands; none where the letter has no such section."""
    found = _SUMMARY.search(body)
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", found[1])] if found else []
    first = next((part for part in paragraphs if part and not part.startswith(("{{", "|", ">"))), "")
    first = " ".join(first.replace("**", "").split())
    return first if len(first) <= REQUEST else first[:REQUEST].rsplit(" ", 1)[0] + " …"


def _plea(about: Unanswered) -> str:
    return (
        f"**Vi ber er att svara senast den {day(about.until)}.** Svaret kan vara kort: vilka av våra förslag ni kan "
        "genomföra och när, eller varför det inte går. Avgörs frågan av någon annan ber vi er att lämna skrivelsen "
        "vidare och berätta för oss till vem."
    )
