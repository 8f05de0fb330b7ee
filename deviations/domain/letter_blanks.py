"""The blanks of a letter, "[… fylls i …]": what only the decision and the sending can say, and how it is filled in."""

import re
from collections.abc import Mapping

from deviations.domain.letter_words import literal

ANSWER_DAY = "[sista svarsdag fylls i]"
DECISION = "[organ, datum och § fylls i när beslutet är fattat]"
DECIDERS = "[beslutande fylls i när beslutet är fattat]"
PRESENTER = "[namn fylls i när beslutet är fattat]"
SIGNATURE = "[underskrift, namn och befattning fylls i när beslutet är fattat]"
WAITING = (ANSWER_DAY, DECISION, DECIDERS, PRESENTER, SIGNATURE)
"""Blanks that the decision and the sending fill in; any other must be filled by the writer."""


def blanks(markdown: str) -> list[str]:
    """The blanks that still stand in a text, each once, in order."""
    return list(dict.fromkeys(re.findall(r"\[[^\[\]\n]*fylls i[^\[\]\n]*\]", markdown)))


def fill(markdown: str, values: Mapping[str, str]) -> str:
    """The text with its blanks filled in as plain words; a blank that is given nothing goes with its sentence."""
    for blank, value in values.items():
        said = value.strip()
        markdown = markdown.replace(blank, literal(said)) if said else _without(markdown, blank)
    return re.sub(r"\n{3,}", "\n\n", markdown)


def _without(markdown: str, blank: str) -> str:
    """The text without the sentences that the blank stands in."""
    while (at := markdown.find(blank)) >= 0:
        start = max(markdown.rfind(end, 0, at) for end in ".\n") + 1
        ends = [found for end in ".\n" if (found := markdown.find(end, at + len(blank))) >= 0]
        end = min(ends, default=len(markdown))
        end += markdown[end : end + 1] == "."
        end += markdown[end : end + 1] == " "
        markdown = markdown[:start] + markdown[end:]
    return markdown
