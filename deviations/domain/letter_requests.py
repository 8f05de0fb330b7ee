"""What a letter asks for and of whom: the wording that follows from the type of obstacle (design, section 3), as data
that an instance may change.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib import resources
from types import MappingProxyType
from typing import Final, Literal, Self

from deviations.domain.letter_words import listed, party

COUNCIL: Final = "Nationella rådet för finansiell samordning"
OWNERS: Final = "{parterna}"
"""Stands in a wording for the parties that apply the rule, without the one that is asked."""

LONGEST: Final = 300
Addressee = Literal["department", "owner", "council"]
Obstacles = Mapping[str, "Wording"]


class BadWording(ValueError):
    """A stored wording is not what this program wrote."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one type of obstacle is asked about.

    `heading` follows "Hemställan om", `goal` follows "verkar för", `mark` says what would have to change.
    The three requests follow "hemställer att" and a recipient: the council (which coordinates but decides
    no rules, domain facts 2), the government or a department, and a body that applies the rule itself.
    """

    heading: str
    goal: str
    mark: str
    council: str
    government: str
    body: str

    def to_json(self) -> str:
        """The wording as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` was given. Raises BadWording for anything else."""
        try:
            told = json.loads(text)
            if sorted(told) != sorted(field.name for field in fields(cls)):
                raise BadWording("the fields are not those of a wording")
            return cls(**{name: str(value) for name, value in told.items()})
        except (TypeError, ValueError) as fault:
            raise BadWording(str(fault)) from fault

    def check(self) -> dict[str, str]:
        """What is wrong, by field: a Swedish sentence that says what to do; empty when nothing is."""
        return {name: fault for name, text in asdict(self).items() if (fault := _fault(name, text))}


def _fault(name: str, text: str) -> str:
    if not text.strip():
        return "Skriv en formulering."
    if len(text) > LONGEST:
        return f"Formuleringen är för lång. Den får ha högst {LONGEST} tecken."
    if "\n" in text.strip():
        return "Skriv formuleringen på en rad."
    if text.strip()[-1] in ".!?":
        return "Ta bort skiljetecknet i slutet. Formuleringen blir en del av en mening."
    rest = text.replace(OWNERS, "") if name in ("council", "government") else text
    if "{" in rest or "}" in rest:
        where = "Bara raderna om rådet och departementet kan ha" if name not in ("council", "government") else "Bara"
        return f"{where} {OWNERS} mellan klamrar. Ta bort de andra klamrarna."
    return ""


def _shipped() -> dict[str, Wording]:
    source = resources.files("deviations") / "data" / "letter_wordings.json"
    return {kind: Wording(**told) for kind, told in json.loads(source.read_text(encoding="utf-8")).items()}


_READ = _shipped()
SHIPPED: Obstacles = MappingProxyType({kind: words for kind, words in _READ.items() if kind})
"""The wordings that come with the program, by type of obstacle."""

UNSETTLED: Final = _READ[""]
"""The wording where the type of obstacle is not settled yet."""

_ASKED: Mapping[str, Addressee] = MappingProxyType(
    {
        "law": "department",
        "ordinance": "department",
        "regulation": "owner",
        "guideline": "owner",
        "practice": "owner",
        "information": "owner",
        "resources": "owner",
        "agreement": "owner",
    }
)


def addressee(obstacle: str, owners: int = 1) -> Addressee:
    """Who is asked first about a type of obstacle: the department that drafts the law (by way of the council), who owns
    the rule, or the council. What several parties apply is the council's to bring together.
    """
    asked = _ASKED.get(obstacle, "council")
    return "council" if asked == "owner" and owners != 1 else asked


def wording(obstacle: str, wordings: Obstacles = SHIPPED) -> Wording:
    """The wording of a type of obstacle; a general one when the type is not settled."""
    return wordings.get(obstacle, SHIPPED.get(obstacle, UNSETTLED))


def addressees(recipients: Sequence[str]) -> tuple[str, ...]:
    """The recipients as given, or the council when none was chosen."""
    return tuple(recipients) or (COUNCIL,)


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked of one recipient: `what` follows "hemställer att" and its name, `mark` is what would have
    to change. `barrier` says which of several barriers it is about (from 1); 0 where that need not be said.
    """

    recipient: str
    what: str
    mark: str
    barrier: int = 0


def requests(words: Wording, recipients: Sequence[str], owners: Sequence[str], ask_for_source: bool) -> list[Request]:
    """What the letter asks about one barrier, in order: of each recipient in turn, then what one of them can answer at
    once. `owners` are the parties that apply the rule, as they stand in running text.

    `ask_for_source` adds the question which provision the way of working rests on, for rules that could not
    be checked.
    """
    found: list[Request] = []
    for name in addressees(recipients):
        what = _request(words, name, owners)
        if any(one.what == what for one in found):
            what = "gör detsamma för sin del" if what == words.body else "verkar för samma sak inom sitt ansvar"
        found.append(Request(name, what, words.mark))
    if ask_for_source:
        source = "vilken bestämmelse eller överenskommelse som det nuvarande arbetssättet vilar på"
        found.append(_question(recipients, owners, source))
    return found


def interim(recipients: Sequence[str], owners: Sequence[str]) -> Request:
    """What every letter asks at its end: how to act until the question is settled."""
    return _question(recipients, owners, "hur handläggare och insatser ska göra till dess att frågan är löst")


def _question(recipients: Sequence[str], owners: Sequence[str], what: str) -> Request:
    """A question to the recipient that knows best: who applies the rule itself, else the council, else the first."""
    asked = addressees(recipients)
    knows = [name for name in asked if party(name) in owners] + [name for name in asked if is_council(name)]
    name = [*knows, *asked][0]
    tells = "tar reda på och meddelar oss" if is_council(name) else "lämnar oss ett skriftligt besked om"
    return Request(name, f"{tells} {what}", "besked")


def _request(words: Wording, recipient: str, owners: Sequence[str]) -> str:
    """The request that fits a recipient: one that does not apply the rule is asked to work on those that do."""
    others = [owner for owner in owners if owner != party(recipient)]
    named = listed(others) or "de parter som tillämpar regeln"
    if "departement" in recipient.casefold() or recipient.startswith("Regeringen"):
        return words.government.replace(OWNERS, named)
    speaks_for = len(others) == len(owners) > 0 and OWNERS in words.council
    return words.council.replace(OWNERS, named) if is_council(recipient) or speaks_for else words.body


def is_council(recipient: str) -> bool:
    """Whether it is the council, which brings the parties together but decides no rules."""
    return recipient.startswith("Nationella rådet")
