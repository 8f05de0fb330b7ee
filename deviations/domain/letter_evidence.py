"""What a letter rests on: the counts, attempts and rules of one barrier, frozen as they stood on a day."""

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self


class BadEvidence(ValueError):
    """The stored evidence is not what this program wrote."""


@dataclass(frozen=True, slots=True)
class CitedRule:
    """A rule as the catalogue had it. `confidence` is "sourced", "partly sourced" or "from memory"."""

    code: str
    name: str
    statute: str
    paragraph: str
    description: str
    confidence: str
    agency: str

    @property
    def certain(self) -> bool:
        """Whether statute, paragraph and description were read at the source."""
        return self.confidence == "sourced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a draft may say about a barrier; nothing in it changes afterwards.

    Counts are the true ones: hiding happens where they are written. `weeks_lost` has one figure for each
    report that stated it; `policy` is (municipalities, deviations, subprojects, months, associations), the last one
    missing in older letters; `cases` have passed a person.
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

    def to_json(self) -> str:
        """The evidence as one JSON object, its keys always in the same order (the order of the fields)."""
        return json.dumps(asdict(self), ensure_ascii=False, default=date.isoformat, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Exactly what `to_json` was given. Raises BadEvidence for anything else."""
        try:
            data: dict[str, Any] = json.loads(text)
            if list(data) != [field.name for field in fields(cls)]:
                raise BadEvidence("the fields are not those of the evidence")
            frozen = {name: _frozen(value) for name, value in data.items()}
            frozen["rules"] = tuple(CitedRule(**rule) for rule in data["rules"])
            for name in ("taken_on", "first_on", "last_on"):
                frozen[name] = date.fromisoformat(data[name])
        except (TypeError, KeyError, json.JSONDecodeError, ValueError) as fault:
            raise BadEvidence(str(fault)) from fault
        return cls(**frozen)


def _frozen(value: Any) -> Any:
    """Lists become tuples all the way down, as they were before JSON."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
