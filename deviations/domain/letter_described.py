"""What a letter says of its barriers: what happens, by which rule, how often and where, and what it costs."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from deviations.domain import letter_counts as counts
from deviations.domain.letter_evidence import CitedRule, Evidence
from deviations.domain.letter_matter import Matter, Parts, subheading
from deviations.domain.letter_words import citation, day, listed, literal, party, sentence

TEN_HOURS = re.compile(r"\b(?:tio|10)[\s-]*tim", re.IGNORECASE)

_STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "intake": (
            "när en deltagare ska skrivas in",
            "För deltagaren betyder hindret att stödet inte kommer i gång, trots att behovet är känt.",
        ),
        "assessment": (
            "i bedömningen av vad deltagaren kan och behöver",
            "För deltagaren betyder hindret att det saknas en gemensam grund för nästa steg.",
        ),
        "planning": (
            "i planeringen av nästa steg",
            "För deltagaren betyder hindret att planeringen stannar och att motivation går förlorad under väntan.",
        ),
        "placement": (
            "när deltagaren ska få en plats",
            "För deltagaren betyder hindret att steget ut på en arbetsplats uteblir eller dröjer.",
        ),
        "income": (
            "när försörjningen ska ordnas",
            "För deltagaren betyder hindret en osäker försörjning, och då är det svårt att ta nästa steg.",
        ),
        "handover": (
            "i överlämningen från en part till nästa",
            "För deltagaren betyder hindret att stödet bryts mellan två parter.",
        ),
        "follow_up": (
            "i uppföljningen",
            "För deltagaren betyder hindret att stödet brister utan att någon fångar upp det.",
        ),
    }
)
_WAITING = "För deltagaren betyder hindret väntan i ett läge där varje steg framåt är viktigt."


def barrier(m: Matter) -> Parts:
    """What the barrier is, where it shows, and on which rules it rests; each under its own heading where there are
    several.
    """
    found: Parts = []
    for at, e in enumerate(m.evidences, 1):
        told = literal(sentence(e.description) or f"Vi kallar hindret ”{e.barrier}”.")
        parts = [told, _where(e), *_rules(e), _agreement(e), _ten_hours(e)]
        name = [f"### Hinder {at} – {literal(e.barrier)}"] if m.several else []
        found += [*name, *(part for part in parts if part)]
    return found


def _where(e: Evidence) -> str:
    parts = []
    if e.step in _STEPS:
        parts.append(f"Hindret visar sig {_STEPS[e.step][0]}.")
    elif e.step.strip():
        parts.append(f"Hindret visar sig i steget ”{literal(e.step)}”.")
    if e.agencies:
        noun = "Den part som berörs är" if len(e.agencies) == 1 else "De parter som berörs är"
        parts.append(f"{noun} {listed([literal(party(name)) for name in e.agencies])}.")
    return " ".join(parts)


def _rules(e: Evidence) -> Parts:
    if len(e.rules) < 2:
        return [_rule(rule, e) for rule in e.rules] or [_no_rule(e)]
    return ["Flera regler möts i hindret:", "\n".join(f"- {_rule(rule, e)}" for rule in e.rules)]


def _no_rule(e: Evidence) -> str:
    """A letter that asks for a provision to be changed must say which; else it need not know one."""
    if e.obstacle in ("law", "ordinance", "regulation"):
        return "[Vilken bestämmelse hindret vilar på fylls i, med nummer och paragraf]"
    return "Rapporterna pekar inte ut någon bestämd paragraf."


def _rule(rule: CitedRule, e: Evidence) -> str:
    """Where the rule stands, what it says, until when, and how sure we are; never a rule by a name that says more than
    its text does.
    """
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
    name, says = literal(sentence(_called(rule))), literal(sentence(rule.description))
    parts = (f"**{name}**", stands, says, _ended(rule, e), doubt)
    return " ".join(part for part in parts if part)


def _called(rule: CitedRule) -> str:
    """Its name; for the ten-hour practice one that does not read as if a provision had that limit (promise 9)."""
    return "Försäkring vid arbetsträning" if rule.code == "FORS-01" else rule.name


def _agreement(e: Evidence) -> str:
    """Only the writer knows which agreement is not kept; nobody can answer for one that is not named."""
    return "[Vilken överenskommelse det gäller fylls i, med dag och parter]" if e.obstacle == "agreement" else ""


def _ended(rule: CitedRule, e: Evidence) -> str:
    if rule.valid_to is not None and rule.valid_to < e.taken_on:
        return f"Enligt vår regelförteckning gällde den till och med den {day(rule.valid_to)}."
    return ""


def _ten_hours(e: Evidence) -> str:
    """Design, promise 9: no paragraph with ten hours was found, so the limit is a practice and never a law."""
    texts = (e.barrier, e.description, *(f"{rule.name} {rule.description}" for rule in e.rules))
    if not (any(rule.code == "FORS-01" for rule in e.rules) or any(TEN_HOURS.search(text) for text in texts)):
        return ""
    return (
        "Gränsen vid tio timmar i veckan är en praxis som insatsen möter och har beskrivit. Vi har inte funnit någon "
        "bestämmelse i lag eller förordning som anger tio timmar, och vi åberopar den inte som gällande rätt."
    )


def extent(m: Matter) -> Parts:
    """How often, where and when, with the evidence blocks that show it, and how the numbers were made."""
    found: Parts = []
    for at, e in enumerate(m.evidences):
        told = (counts.reported(e), counts.recurring(e), counts.who(e, m.evidences[at - 1] if at else None))
        found += [*subheading(m, at + 1), " ".join(part for part in told if part)]
        found += [m.block("kommuntabell", at), m.block("kvartalsdiagram", at)]
    return [part for part in (*found, m.block("metod", 0)) if part]


def consequences(m: Matter) -> Parts:
    """What the barrier means for participants and parties, what it costs in time, and typical cases."""
    found: Parts = []
    for at, e in enumerate(m.evidences):
        told = (counts.weeks(e, spread=True), counts.people(e))
        figures = " ".join(part for part in told if part)
        found += [*subheading(m, at + 1), _STEPS[e.step][1] if e.step in _STEPS else _WAITING]
        found[-1] += _FOR_PARTIES[at % len(_FOR_PARTIES)]
        found += [figures, m.block("typiska fall", at)]
    return [part for part in found if part]


_FOR_PARTIES = (
    " För parterna betyder det att planering får göras om och att stödet kommer senare än det behövs.",
    " Parterna får lägga tid på att förklara, vänta och börja om.",
)
