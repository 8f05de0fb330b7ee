"""Writes the first draft of a letter from its evidence: heading and body, by the template and the wordings in force."""

from collections.abc import Sequence

from deviations.domain import letter_template
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_requests import SHIPPED, Obstacles, wording
from deviations.domain.letter_sections import OBLIGATORY, missing
from deviations.domain.letter_words import in_words, inline, listed

__all__ = ["LONGEST_HEADING", "OBLIGATORY", "draft", "heading", "missing"]

LONGEST_HEADING = 300


def heading(evidences: Sequence[Evidence], wordings: Obstacles = SHIPPED) -> str:
    """The matter in one line of plain text."""
    asked = listed(list(dict.fromkeys(wording(e.obstacle, wordings).heading for e in evidences)))
    names = [inline(e.barrier if len(evidences) == 1 else e.barrier.split(":")[0]) for e in evidences]
    between = " –" if any(":" in name for name in names) else ":"
    said = f"Hemställan om {asked}{between} {listed(names)}"
    if len(said) <= LONGEST_HEADING:
        return said
    return f"Hemställan om {asked} vid {in_words(len(evidences))} hinder i {evidences[0].program}"


def draft(evidences: Sequence[Evidence], wordings: Obstacles = SHIPPED, template: str | None = None) -> str:
    """The letter's body in Markdown: prose written out with small counts hidden, evidence blocks as {{name}}."""
    return letter_template.fill(letter_template.SHIPPED if template is None else template, evidences, wordings)
