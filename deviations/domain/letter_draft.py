"""Writes the first draft of a letter from its evidence: the sections of domain facts 4.1, as an administrator would.

What the evidence lacks is left unsaid; what only people can know stands as "[… fylls i …]".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from deviations.domain.letter_blanks import ANSWER_DAY, DECIDERS, DECISION, PRESENTER, SIGNATURE
from deviations.domain.letter_counts import extent, people, reported, weeks
from deviations.domain.letter_evidence import CitedRule, Evidence
from deviations.domain.letter_requests import addressees, requests, wording
from deviations.domain.letter_words import (
    citation,
    day,
    first_sentences,
    inline,
    listed,
    literal,
    many,
    party,
    sentence,
)

TEN_HOURS = re.compile(r"\b(?:tio|10)[\s-]*tim", re.IGNORECASE)
RESTS_ON_SOMETHING = ("", "regulation", "guideline", "practice")  # where the reader may ask: by what rule?
AT_MOST, LENGTH = 5, 240  # how many attempts, solutions and wishes are quoted, and how much of each

_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "intake": "när en deltagare skrivs in",
        "assessment": "i bedömningen av vad deltagaren kan och behöver",
        "planning": "i planeringen av nästa steg",
        "placement": "när deltagaren ska få en plats",
        "income": "när försörjningen ska ordnas",
        "handover": "i överlämningen från en part till nästa",
        "follow_up": "i uppföljningen",
    }
)


def heading(evidence: Evidence) -> str:
    """The matter in one line of plain text."""
    return f"Hemställan om {wording(evidence.obstacle).heading}: {inline(evidence.barrier)}"


def draft(evidence: Evidence) -> str:
    """The letter's body in Markdown, from Sammanfattning to Bilagor, small counts hidden."""
    return "\n\n".join(f"## {title}\n\n" + "\n\n".join(write(evidence)) for title, write in _SECTIONS) + "\n"


def missing(markdown: str) -> list[str]:
    """The obligatory headings that the text lacks, in their order; capitals and level do not matter."""
    found = {m[1].strip().rstrip("#").strip().casefold() for m in re.finditer(r"(?m)^ {0,3}#{1,6}\s+(.+)$", markdown)}
    return [title for title in OBLIGATORY if title.casefold() not in found]


def _summary(e: Evidence) -> list[str]:
    asked = listed([literal(name) for name in addressees(e.recipients)])
    request = (
        f"**{literal(e.association)} hemställer att {asked} tar upp detta hinder och "
        f"verkar för {wording(e.obstacle).goal}.**"
    )
    said = literal(first_sentences(_said(e), LENGTH))
    return [request, " ".join(part for part in (said, reported(e), weeks(e)) if part), _ASKS_ANSWER]


def _said(e: Evidence) -> str:
    """What the barrier is; only its name when nobody has described it."""
    return sentence(e.description) or f"Vi kallar hindret ”{e.barrier}”."


_ASKS_ANSWER = "Vi ber om ett skriftligt svar och medverkar gärna i ett möte om hur hindret kan undanröjas."


def _background(e: Evidence) -> list[str]:
    who = literal(e.association)
    law = "lagen (2003:1210) om finansiell samordning av rehabiliteringsinsatser"
    return [
        f"{who} arbetar enligt {law}. Förbundet ansvarar för {literal(e.program)}, där flera parter "
        "tillsammans stöder människor på väg mot arbete eller studier.",
        "När en regel eller ett arbetssätt stoppar en överlämning skriver medarbetarna en "
        "avvikelse. Det som går att "
        "lösa på plats löser delprojekten själva. Det som återkommer i flera kommuner samlas "
        "till ett strukturellt "
        f"hinder, och kan då lyftas i en skrivelse. {_policy(e)}",
        "Ett samordningsförbund får inte besluta om förmåner eller rättigheter för enskilda (7 "
        "§ andra stycket samma "
        "lag). Vi kan alltså inte undanröja hindret på egen hand utan vänder oss till den som kan.",
    ]


def _barrier(e: Evidence) -> list[str]:
    return [
        part
        for part in (
            literal(_said(e)),
            _where(e),
            *_rules(e),
            _ten_hours(e),
        )
        if part
    ]


def _where(e: Evidence) -> str:
    step = _STEPS.get(e.step)
    parts = []
    if step:
        parts.append(f"Hindret visar sig {step}.")
    elif e.step.strip():
        parts.append(f"Hindret visar sig i steget ”{literal(e.step)}”.")
    if e.agencies:
        noun = "Den part som berörs är" if len(e.agencies) == 1 else "De parter som berörs är"
        parts.append(f"{noun} {listed([literal(party(name)) for name in e.agencies])}.")
    return " ".join(parts)


def _rules(e: Evidence) -> list[str]:
    if len(e.rules) < 2:
        return [_rule(rule) for rule in e.rules] or ["Rapporterna pekar inte ut någon bestämd paragraf."]
    return ["Flera regler möts i hindret:", "\n".join(f"- {_rule(rule)}" for rule in e.rules)]


def _rule(rule: CitedRule) -> str:
    """The rule by its name, where it stands, what it says, and how sure we are."""
    place = literal(citation(rule))
    if rule.certain:
        where, doubt = "Regeln finns i", ""
    elif rule.confidence == "partly sourced":
        where = "De bestämmelser vi har funnit är"
        doubt = "Vi har bara delvis kunnat kontrollera detta mot källan och tar tacksamt emot en rättelse."
    else:
        where = "Vi tror att regeln hör till"
        doubt = "Uppgiften är inte kontrollerad mot källan. Vi ber mottagaren att rätta oss om den är fel."
    stands = sentence(f"{where} {place}") if place else ""
    parts = (f"**{literal(sentence(rule.name))}**", stands, literal(sentence(rule.description)), doubt)
    return " ".join(part for part in parts if part)


def _ten_hours(e: Evidence) -> str:
    """Design, promise 9: no paragraph with ten hours was found, so the limit is a practice and never a
    law.
    """
    texts = (e.barrier, e.description, *(f"{rule.name} {rule.description}" for rule in e.rules))
    if not (any(rule.code == "FORS-01" for rule in e.rules) or any(TEN_HOURS.search(text) for text in texts)):
        return ""
    return (
        "Gränsen vid tio timmar i veckan är en praxis som insatsen möter och har beskrivit. Vi "
        "har inte funnit någon "
        "bestämmelse i lag eller förordning som anger tio timmar, och vi åberopar den inte som gällande rätt."
    )


def _policy(e: Evidence) -> str:
    municipalities, deviations, subprojects, months, *more = e.policy
    least = many(deviations, "avvikelse", "avvikelser")
    places = [many(municipalities, "kommun", "kommuner"), f"{subprojects} delprojekt"]
    where = listed([*places, *(f"{associations} samordningsförbund" for associations in more if associations > 1)])
    return f"Gränsen är minst {least} från {where} inom {many(months, 'månad', 'månader')}."


def _consequences(e: Evidence) -> list[str]:
    found = [
        "För deltagaren betyder hindret väntan i ett läge där varje steg framåt är viktigt. För "
        "parterna betyder det att "
        "planering som redan är gjord får göras om, och att stödet kommer senare än det behövs.",
        " ".join(part for part in (weeks(e, spread=True), people(e)) if part),
    ]
    if e.cases:
        one = len(e.cases) == 1
        found.append(
            f"{'Ett typiskt fall' if one else 'Några typiska fall'} ur rapporterna, "
            f"{'återgivet' if one else 'återgivna'} "
            "så att ingen ska kunna kännas igen:"
        )
        found.append("\n>\n".join(f"> {literal(sentence(case))}" for case in e.cases))
    return [part for part in found if part]


def _tried(e: Evidence) -> list[str]:
    worked = [text for text, did in e.solutions if did]
    failed = [text for text, did in e.solutions if not did]
    found = [
        *_quoted("Medarbetarna beskriver bland annat dessa försök:", e.tried),
        *_quoted("Följande har löst enskilda situationer:", worked),
        *_quoted("Följande har prövats utan att det hjälpte:", failed),
    ]
    if worked:
        found.append(
            "Lokala lösningar hjälper där de finns. De tar inte bort hindret, och de ser olika ut mellan kommunerna."
        )
    return found or ["[Vad delprojekten själva har prövat fylls i innan skrivelsen går till beslut]"]


def _quoted(lead: str, texts: Sequence[str]) -> list[str]:
    kept = [literal(first_sentences(text, LENGTH)) for text in texts if text.strip()][:AT_MOST]
    return [lead, "\n".join(f"- {text}" for text in kept)] if kept else []


def _proposals(e: Evidence) -> list[str]:
    unsure = e.obstacle in RESTS_ON_SOMETHING and not (e.rules and all(rule.certain for rule in e.rules))
    asked = requests(e.obstacle, e.recipients, [party(name) for name in e.agencies], ask_for_source=unsure)
    items = "\n".join(
        f"{at}. **{literal(name)}** {literal(what)} *({mark})*." for at, (name, what, mark) in enumerate(asked, 1)
    )
    return [
        f"{literal(e.association)} hemställer att",
        items,
        *_quoted("I rapporterna finns också önskemål från dem som möter hindret i arbetet:", e.wishes),
    ]


def _asks(e: Evidence) -> list[str]:
    return [
        "För att frågan ska komma vidare ber vi om",
        f"- ett skriftligt svar senast den {ANSWER_DAY}, med besked om vilka förslag "
        "som kan genomföras och när\n"
        "- en kontaktperson, och vid behov ett möte, för den fortsatta dialogen\n"
        "- att den som inte själv kan avgöra frågan lämnar skrivelsen vidare och meddelar oss det.",
    ]


def _decision(e: Evidence) -> list[str]:
    return [
        f"Skrivelsen är beslutad av {DECISION}.",
        f"I beslutet deltog {DECIDERS}. Föredragande var {PRESENTER}.",
    ]


def _signature(e: Evidence) -> list[str]:
    return [
        f"För {literal(e.association)}",
        SIGNATURE,
    ]


def _appendices(e: Evidence) -> list[str]:
    return [f"1. Protokollsutdrag med beslutet\n2. Sammanställning av underlaget den {day(e.taken_on)}"]


_SECTIONS: tuple[tuple[str, Callable[[Evidence], list[str]]], ...] = (
    ("Sammanfattning", _summary),
    ("Bakgrund", _background),
    ("Beskrivning av hindret", _barrier),
    ("Omfattning", extent),
    ("Konsekvenser", _consequences),
    ("Vad vi har prövat lokalt", _tried),
    ("Förslag", _proposals),
    ("Vad vi ber om", _asks),
    ("Beslut", _decision),
    ("Underskrift", _signature),
    ("Bilagor", _appendices),
)
OBLIGATORY = tuple(title for title, _ in _SECTIONS)
"""The headings that a letter must have (domain facts 4.1)."""
