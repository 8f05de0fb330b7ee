"""A letter as it lies on the desk: letterhead, references, title and body, the one source of preview, Word
and PDF.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from deviations.adapters.letter_nodes import Block
from deviations.adapters.letter_tree import NO_CHARTS, clean, parse, visible
from deviations.domain.letter_blocks import Chart
from deviations.domain.letter_words import MONTHS

TO, COPY_TO = "Till", "Kopia till"


@dataclass(frozen=True, slots=True)
class LetterSheet:
    """What is on the sheet. Empty fields leave no trace; `mark` ("UTKAST") stands on every page when not empty.

    `sender` is the letterhead, the name first. `body` is Markdown, everything else plain text; "{{name}}" alone in a
    paragraph of it shows the chart of that name. `dated` goes into the files' properties; without it the date is read
    from `place_and_date`.
    """

    sender: tuple[str, ...]
    place_and_date: str
    registry_number: str
    your_reference: str
    handler: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    title: str
    body: str
    mark: str = ""
    dated: date | None = None
    charts: Mapping[str, Chart] = field(default_factory=lambda: NO_CHARTS)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body as preview and files read it. Raises TooLarge."""
        return parse(self.body, self.charts)

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """(label, value) of the reference block, those that are filled in."""
        rows = (
            ("Datum", self.place_and_date),
            ("Diarienummer", self.registry_number),
            ("Er beteckning", self.your_reference),
            ("Handläggare", self.handler),
        )
        return tuple((label, value) for label, value in rows if value)

    @property
    def day(self) -> date | None:
        """The day the files say they were made: `dated`, or what `place_and_date` says ("21 november
        2026").
        """
        if self.dated:
            return self.dated
        found = re.search(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b", self.place_and_date.casefold())
        try:
            return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1])) if found else None
        except ValueError:
            return None

    def tidy(self) -> "LetterSheet":
        """The same sheet without characters that no document may hold, each field on one line, and no
        empty lines.
        """
        return replace(
            self,
            sender=_tidy(self.sender),
            place_and_date=_line(self.place_and_date),
            registry_number=_line(self.registry_number),
            your_reference=_line(self.your_reference),
            handler=_line(self.handler),
            recipients=_tidy(self.recipients),
            copies=_tidy(self.copies),
            title=_line(self.title),
            mark=_line(self.mark),
        )


def _line(value: str) -> str:
    return visible(re.sub(r"[ \n]+", " ", clean(value)).strip())


def _tidy(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for part in lines if (line := _line(part)))
