"""What the domain needs to know of a report and of a rule in order to group, count and write about them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Fact:
    """One report as grouping, recurrence and figures see it: no author, no state, no database.

    `agencies` are kept as they were written or as catalogue codes; `rule` is a code of the catalogue or None;
    `rule_hint` is the reporter's own words for the rule. `weeks_lost` is in weeks, `people_hit` in persons.
    """

    id: str
    title: str
    body: str
    agencies: tuple[str, ...] = ()
    rule: str | None = None
    rule_hint: str = ""
    municipality: str = ""
    association: str = ""
    subproject: str = ""
    on: date | None = None
    step: str = ""
    weeks_lost: int | None = None
    people_hit: int | None = None


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule of the catalogue, with the words that tie a text to it; `agencies` as the catalogue names them."""

    code: str
    name: str
    description: str = ""
    barrier: str = ""
    statute: str = ""
    paragraph: str = ""
    agencies: tuple[str, ...] = ()
