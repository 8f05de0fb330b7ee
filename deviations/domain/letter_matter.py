"""What every section of a letter is written from: the evidence of its barriers, the wordings, and what the template
places itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from deviations.domain.letter_blocks import canonical
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_requests import SHIPPED, Obstacles

AT_MOST, LENGTH = 3, 240
"""How many attempts, solutions and wishes are told, and how many characters of a longer text."""

Parts = list[str]
"""The paragraphs of a section, as Markdown."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter is written from: the evidence of its barriers, the wordings, and the evidence blocks that the
    template places itself, so that no section places them again.
    """

    evidences: Sequence[Evidence]
    wordings: Obstacles = field(default_factory=lambda: SHIPPED)
    taken: frozenset[str] = frozenset()

    @property
    def first(self) -> Evidence:
        """The barrier that the letter was drafted from: sender and recipients are those of its evidence."""
        return self.evidences[0]

    @property
    def several(self) -> bool:
        """Whether the letter is about more than one barrier."""
        return len(self.evidences) > 1

    def block(self, name: str, at: int) -> str:
        """A block as it stands in a body; "" where the template has placed it, or the same numbers in another form."""
        same = ("kvartalstabell", "kvartalsdiagram") if name == "kvartalsdiagram" else (name,)
        return "" if any(canonical(one, at) in self.taken for one in same) else f"{{{{{canonical(name, at)}}}}}"


def subheading(m: Matter, at: int) -> Parts:
    """Which barrier (from 1) the following is about, where a letter has several."""
    return [f"### Hinder {at}"] if m.several else []
