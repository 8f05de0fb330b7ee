"""What a letter asks for and of whom: the wording that follows from the type of obstacle (design, section
3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from deviations.domain.letter_words import listed

COUNCIL = "Nationella rådet för finansiell samordning"


@dataclass(frozen=True, slots=True)
class Wording:
    """How one type of obstacle is asked about.

    `heading` follows "Hemställan om", `goal` follows "verkar för", `mark` says what would have to change.
    The three requests follow "hemställer att" and a recipient: the council (which coordinates but decides
    no rules, domain facts 2), the government or a department, and a body that applies the rule itself.
    `{owners}` are the parties of the barrier.
    """

    heading: str
    goal: str
    mark: str
    council: str
    government: str
    body: str


_LAW = Wording(
    heading="översyn av lagstiftningen",
    goal="en översyn av lagstiftningen",
    mark="lag",
    council="tar initiativ till en gemensam skrivelse till regeringen om en översyn av lagen i "
    "den del som beskrivs här",
    government="låter se över lagen i den del som beskrivs här",
    body="väcker frågan hos regeringen om en ändring av lagen i den del som beskrivs här",
)

_WORDINGS: Mapping[str, Wording] = MappingProxyType(
    {
        "law": _LAW,
        "ordinance": Wording(
            heading="översyn av en förordning",
            goal="en översyn av förordningen",
            mark="förordning",
            council=_LAW.council.replace("lagen", "förordningen"),
            government=_LAW.government.replace("lagen", "förordningen"),
            body=_LAW.body.replace("lagen", "förordningen"),
        ),
        "regulation": Wording(
            heading="översyn av myndighetsföreskrifter",
            goal="att föreskrifterna ses över",
            mark="föreskrift",
            council="verkar för att {owners} ser över sina föreskrifter i den del som beskrivs här",
            government="ger {owners} i uppdrag att se över föreskrifterna i den del som beskrivs här",
            body="ser över sina föreskrifter så att de inte stoppar överlämningen",
        ),
        "guideline": Wording(
            heading="tydligare handläggarstöd",
            goal="ett tydligare handläggarstöd",
            mark="handläggarstöd",
            council="verkar för att {owners} förtydligar sitt handläggarstöd, så att samma sak gäller i hela landet",
            government="ger {owners} i uppdrag att förtydliga sitt handläggarstöd",
            body="förtydligar sitt handläggarstöd, så att samma sak gäller i hela landet",
        ),
        "practice": Wording(
            heading="ändrat arbetssätt",
            goal="ett ändrat arbetssätt",
            mark="arbetssätt",
            council="tar upp hindret till gemensam behandling och verkar för att {owners} "
            "ändrar sitt arbetssätt så att "
            "överlämningen blir möjlig",
            government="ger {owners} i uppdrag att se över sitt arbetssätt vid överlämningen",
            body="ser över sitt arbetssätt så att överlämningen blir möjlig",
        ),
        "information": Wording(
            heading="gemensam information om vad som gäller",
            goal="gemensam information om vad som gäller",
            mark="information",
            council="verkar för att {owners} tar fram skriftlig information om vad som gäller, "
            "för både handläggare och "
            "insatser",
            government="ger {owners} i uppdrag att ta fram information om vad som gäller",
            body="tar fram skriftlig information om vad som gäller och sprider den till sina handläggare",
        ),
        "resources": Wording(
            heading="resurser för en överlämning som fungerar",
            goal="att resurserna räcker till uppgiften",
            mark="resurser",
            council="tar upp resursfrågan och verkar för att {owners} kan utföra den uppgift som beskrivs här",
            government="ser över vilka resurser {owners} behöver för den uppgift som beskrivs här",
            body="redovisar vad som krävs för att uppgiften ska kunna utföras, och när det kan vara på plats",
        ),
        "agreement": Wording(
            heading="att en överenskommelse följs",
            goal="att överenskommelsen följs",
            mark="överenskommelse",
            council="följer upp hur överenskommelsen tillämpas och verkar för att {owners} följer den",
            government="följer upp hur överenskommelsen tillämpas",
            body="följer överenskommelsen, eller tar initiativ till att ändra den om den inte fungerar",
        ),
    }
)
_UNKNOWN = Wording(
    heading="att ett hinder undanröjs",
    goal="att det undanröjs",
    mark="åtgärd",
    council="tar upp hindret till gemensam behandling och verkar för att det undanröjs",
    government="prövar hur hindret kan undanröjas",
    body="prövar vad som inom det egna ansvaret kan göras för att undanröja hindret",
)


def wording(obstacle: str) -> Wording:
    """The wording of a type of obstacle; a general one when the type is not settled."""
    return _WORDINGS.get(obstacle, _UNKNOWN)


def addressees(recipients: Sequence[str]) -> tuple[str, ...]:
    """The recipients as given, or the council when none was chosen."""
    return tuple(recipients) or (COUNCIL,)


def requests(
    obstacle: str, recipients: Sequence[str], owners: Sequence[str], ask_for_source: bool
) -> list[tuple[str, str, str]]:
    """What the letter asks, in order, each of one recipient: (recipient, what follows "
    ""hemställer att X", mark).

    `ask_for_source` adds the question which provision the way of working rests on, for rules that could not
    be checked.
    """
    words = wording(obstacle)
    found = [(name, _request(words, name, owners), words.mark) for name in addressees(recipients)]
    first = addressees(recipients)[0]
    if ask_for_source:
        found.append(
            (
                first,
                _passes_on(first, "vilken bestämmelse eller överenskommelse som det nuvarande arbetssättet vilar på"),
                "besked",
            )
        )
    interim = "hur handläggare och insatser ska göra till dess att frågan är löst"
    found.append((first, _passes_on(first, interim), "besked"))
    return found


def _request(words: Wording, recipient: str, owners: Sequence[str]) -> str:
    others = [owner for owner in owners if owner != recipient]
    named = listed(others) or "de parter som tillämpar regeln"
    if recipient.startswith("Nationella rådet"):
        return words.council.format(owners=named)
    if "departement" in recipient.casefold() or recipient.startswith("Regeringen"):
        return words.government.format(owners=named)
    return words.body


def _passes_on(recipient: str, what: str) -> str:
    if recipient.startswith("Nationella rådet"):
        return f"tar reda på och meddelar oss {what}"
    return f"lämnar oss ett skriftligt besked om {what}"
