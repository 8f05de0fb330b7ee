"""The opening of a letter: what is asked, of whom and why, who asks, and what was written and answered before."""

from collections.abc import Mapping
from types import MappingProxyType

from deviations.domain import letter_counts as counts
from deviations.domain.letter_blanks import ANSWER_DAY
from deviations.domain.letter_evidence import EarlierLetter, Evidence
from deviations.domain.letter_matter import LENGTH, Matter, Parts
from deviations.domain.letter_requests import addressees, wording
from deviations.domain.letter_words import day, first_sentences, in_words, listed, literal, many, party, sentence

_ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "Förslagen godtogs",
        "partly": "Förslagen godtogs delvis",
        "declined": "Förslagen avslogs",
    }
)


def summary(m: Matter) -> Parts:
    """What is asked, of whom and why, with the request first."""
    asked = listed([literal(party(name)) for name in addressees(m.first.recipients)])
    who = literal(m.first.association)
    goals = listed(list(dict.fromkeys(wording(e.obstacle, m.wordings).goal for e in m.evidences)))
    what = f"hindret ”{literal(m.first.barrier)}”"
    if m.several:
        what = f"de {in_words(len(m.evidences))} hinder som beskrivs här"
    opening = f"**{who} hemställer att {asked} tar upp {what} och verkar för {goals}.**"
    if m.several:
        items = (f"{at}. **{literal(sentence(e.barrier))}** {_in_short(e)}" for at, e in enumerate(m.evidences, 1))
        return [opening, "\n".join(items), _ASKS_ANSWER]
    return [opening, _in_short(m.first), _ASKS_ANSWER]


_ASKS_ANSWER = (
    f"Vi ber om ett skriftligt svar senast den {ANSWER_DAY} och medverkar gärna i ett möte om vad som kan göras."
)


def _in_short(e: Evidence) -> str:
    said = literal(first_sentences(sentence(e.description), LENGTH)) if e.description.strip() else ""
    return " ".join(part for part in (said, counts.reported(e), counts.weeks(e)) if part)


def background(m: Matter) -> Parts:
    """Who writes, by what law, how the barrier came to be taken up, and what was written before."""
    law = "lagen (2003:1210) om finansiell samordning av rehabiliteringsinsatser"
    them = "hindren" if m.several else "hindret"
    return [
        f"{literal(m.first.association)} arbetar enligt {law}. Förbundet ansvarar för {literal(m.first.program)}, där "
        "flera parter tillsammans stöder människor på väg mot arbete eller studier.",
        "När en regel eller ett arbetssätt stoppar en överlämning skriver medarbetarna en avvikelse. Det som går att "
        "lösa på plats löser delprojekten själva. Det som återkommer samlas till ett strukturellt hinder. "
        f"{_policy(m)}",
        *_earlier(m),
        "Enligt 7\N{NO-BREAK SPACE}§ andra stycket i den lag som vi arbetar efter får ett samordningsförbund inte "
        f"besluta om förmåner eller rättigheter för enskilda. Vi kan alltså inte undanröja {them} på egen hand utan "
        "vänder oss till den som kan.",
    ]


def _policy(m: Matter) -> str:
    municipalities, deviations, subprojects, months, *more = m.first.policy
    places = [f"minst {many(municipalities, 'kommun', 'kommuner', words=True)}"]
    places.append(f"minst {in_words(subprojects, neuter=True)} delprojekt")
    places += [f"minst {in_words(one, neuter=True)} samordningsförbund" for one in more if one > 1]
    least = many(deviations, "avvikelse", "avvikelser", words=True)
    when = many(months, "månad", "månader", words=True)
    return f"Vi lyfter ett hinder när det har kommit minst {least} från {listed(places)} inom {when}."


def _earlier(m: Matter) -> Parts:
    told: dict[EarlierLetter, str] = {}
    for at, e in enumerate(m.evidences, 1):
        for letter in e.earlier:
            told.setdefault(letter, f"hinder {at}" if m.several else "hindret")
    found = [_one_earlier(letter, about, again=at > 0) for at, (letter, about) in enumerate(told.items())]
    if any(_since(e) for e in m.evidences):
        found.append("Avvikelser har kommit in även efter svaret.")
    for at, e in enumerate(m.evidences, 1):
        if e.returned_on is not None:
            what = f"Hinder {at}" if m.several else "Hindret"
            found.append(f"{what} bedömdes vara undanröjt, men har rapporterats igen sedan den {day(e.returned_on)}.")
    return [" ".join(found)] if found else []


def _since(e: Evidence) -> bool:
    """Whether the barrier was met after the answer on it, and has not been gone in between."""
    answers = [one.answered_on for one in e.earlier if one.answered_on is not None and not one.other_barrier]
    return e.returned_on is None and bool(answers) and e.last_on > max(answers)


def _one_earlier(letter: EarlierLetter, about: str, *, again: bool) -> str:
    if letter.other_barrier:
        about = f"hindret ”{literal(letter.other_barrier)}”, som rör samma regel,"
    to = listed([literal(party(name)) for name in letter.recipients])
    number = f" ({literal(letter.registry_number)})" if letter.registry_number else ""
    opening = "Vi skrev även om" if again else "Vi har tidigare skrivit om"
    sent = f"{opening} {about} till {to} den {day(letter.sent_on)}{number}."
    if letter.answered_on is None:
        return f"{sent} Något svar i sak har vi inte fått."
    said = literal(first_sentences(letter.summary, LENGTH)) if letter.summary.strip() else ""
    told = f" I svaret står: ”{said}”" if letter.own_words else f" I korthet: {said}"
    return f"{sent} {_answer(letter, day(letter.answered_on))}{told if said else ''}"


def _answer(letter: EarlierLetter, on: str) -> str:
    """How it was answered, when, and by whom where it went to several."""
    who = f" från {literal(party(letter.answered_by))}" if letter.answered_by and len(letter.recipients) > 1 else ""
    if letter.answer == "passed_on":
        to = f" till {literal(letter.passed_on_to.rstrip('. '))}" if letter.passed_on_to.strip() else ""
        return f"Svaret{who} kom den {on}: skrivelsen hade lämnats vidare{to}."
    return f"{_ANSWERS.get(letter.answer, 'Skrivelsen besvarades')} i ett svar{who} den {on}."
