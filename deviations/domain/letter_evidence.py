"""What a letter rests on: the counts, attempts and rules of one barrier, frozen as they stood on a day."""

import json
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date
from typing import Any, Self, TypeVar


class BadEvidence(ValueError):
    """The stored evidence is not what this program wrote."""


@dataclass(frozen=True, slots=True)
class CitedRule:
    """A rule as the catalogue had it. `confidence` is "sourced", "partly sourced" or "from memory"; the days say from
    when and until when it holds, where that is known.
    """

    code: str
    name: str
    statute: str
    paragraph: str
    description: str
    confidence: str
    agency: str
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def certain(self) -> bool:
        """Whether statute, paragraph and description were read at the source."""
        return self.confidence == "sourced"


@dataclass(frozen=True, slots=True)
class EarlierLetter:
    """A letter that has gone out before on the same barrier, or on another one (`other_barrier`) under the same rule.

    `answer` is one of domain.letters.Answer, or "" where none has come; `summary` tells it in the coordinator's words,
    or in those of who answered (`own_words`), where it came by a link.
    """

    registry_number: str
    sent_on: date
    recipients: tuple[str, ...]
    answered_on: date | None = None
    answer: str = ""
    summary: str = ""
    other_barrier: str = ""
    answered_by: str = ""
    passed_on_to: str = ""
    own_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a draft may say about a barrier; nothing in it changes afterwards.

    Counts are the true ones: hiding happens where they are written. `weeks_lost` has one figure for each
    report that stated it; `policy` is (municipalities, deviations, subprojects, months, associations), the last one
    missing in older letters; `cases` have passed a person. What has a default is missing in letters that are older.
    """

    taken_on: date
    program: str
    association: str
    barrier: str
    description: str
    obstacle: str
    step: str
    agencies: tuple[str, ...]
    rules: tuple[CitedRule, ...]
    first_on: date
    last_on: date
    deviations: int
    municipalities: tuple[tuple[str, int], ...]
    associations: tuple[str, ...]
    subprojects: int
    quarters: tuple[tuple[str, int], ...]
    weeks_lost: tuple[int, ...]
    people_hit: int | None
    tried: tuple[str, ...]
    solutions: tuple[tuple[str, bool], ...]
    wishes: tuple[str, ...]
    cases: tuple[str, ...]
    policy: tuple[int, ...]
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    reports: tuple[int, ...] = ()
    """The ids of the reports that were counted, in order."""
    earlier: tuple[EarlierLetter, ...] = ()
    """What was written and answered before, oldest first."""
    returned_on: date | None = None
    """The day on which the barrier came back after it had been gone."""

    def to_json(self) -> str:
        """The evidence as one JSON object, its keys always in the same order (the order of the fields)."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(told, ensure_ascii=False, default=_plain, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Exactly what `to_json` was given, also by a version that knew fewer fields. Raises BadEvidence for anything
        else.
        """
        try:
            data: dict[str, Any] = json.loads(text)
            known = [field.name for field in fields(cls)]
            needed = {field.name for field in fields(cls) if field.default is MISSING}
            if list(data) != [name for name in known if name in data] or not needed <= set(data):
                raise BadEvidence("the fields are not those of the evidence")
            frozen = {name: _frozen(value) for name, value in data.items()}
            frozen["rules"] = tuple(_part(CitedRule, rule) for rule in data["rules"])
            frozen["earlier"] = tuple(_part(EarlierLetter, one) for one in data.get("earlier", ()))
            for name in ("taken_on", "first_on", "last_on"):
                frozen[name] = date.fromisoformat(data[name])
            frozen["returned_on"] = _day(data.get("returned_on"))
        except (AttributeError, TypeError, KeyError, json.JSONDecodeError, ValueError) as fault:
            raise BadEvidence(str(fault)) from fault
        return cls(**frozen)


Part = TypeVar("Part", CitedRule, EarlierLetter)


def _part(kind: type[Part], told: dict[str, Any]) -> Part:
    """A rule or an earlier letter, its days read."""
    days = {name: _day(told.get(name)) for name in ("valid_from", "valid_to", "sent_on", "answered_on") if name in told}
    return kind(**{**{name: _frozen(value) for name, value in told.items()}, **days})


def _plain(value: date | CitedRule | EarlierLetter) -> str | dict[str, Any]:
    return value.isoformat() if isinstance(value, date) else asdict(value)


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)


def _frozen(value: Any) -> Any:
    """Lists become tuples all the way down, as they were before JSON."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
