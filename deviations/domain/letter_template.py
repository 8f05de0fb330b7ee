"""The template of a letter: Markdown of an association's own, with named blocks that are written out from the evidence.
Nothing else in it acts, and it can reach nothing but what its blocks give.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Final

from deviations.domain.letter_blocks import BLOCKS, canonical, named, placed, unknown
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_matter import Matter
from deviations.domain.letter_requests import SHIPPED as SHIPPED_WORDINGS
from deviations.domain.letter_requests import Obstacles
from deviations.domain.letter_sections import SECTIONS, missing

LONGEST: Final = 20_000
FIELDS: Mapping[str, str] = MappingProxyType({**{one.field: one.explanation for one in SECTIONS}, **BLOCKS})
"""What may stand between {{ and }} in a template, with what it gives: the sections' prose, and the evidence blocks."""

SHIPPED: Final = (resources.files("deviations") / "data" / "letter_template.md").read_text(encoding="utf-8")
"""The template that comes with the program: every section of domain facts 4.1 in order."""

_WRITE = {one.field: one.write for one in SECTIONS}
_NEEDED: Final = ("sammanfattning", "förslag")
_HOW = "Ett block ska stå ensamt på sin rad, med tom rad före och efter."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a template, on which line (from 1), as a Swedish sentence that says what to do."""

    line: int
    sentence: str


def check(template: str) -> list[Fault]:
    """All that is wrong with a template, in order of its lines; none for one that can be used."""
    if len(template) > LONGEST:
        return [Fault(1, f"Mallen är för lång. Den får ha högst {LONGEST} tecken.")]
    lines = template.split("\n")
    found = [
        Fault(_line(lines, name), _told(template, name)) for name in unknown(template) if not _is_field(template, name)
    ]
    names = [_name(name) for _, name in placed(template)]
    for at, name in placed(template):
        if names.count(_name(name)) > 1 and names.index(_name(name)) != [line for line, _ in placed(template)].index(
            at
        ):
            found.append(Fault(at + 1, f"Blocket {{{{{name}}}}} står redan tidigare i mallen. Ta bort det ena."))
    last = len(lines)
    found += [
        Fault(last, f"Mallen saknar {{{{{name}}}}}. Skrivelsen måste säga vad ni ber om. Lägg till blocket.")
        for name in _NEEDED
        if name not in names
    ]
    found += [Fault(last, f"Mallen saknar rubriken ”{heading}”. Lägg till den.") for heading in missing(template)]
    return sorted(found, key=lambda fault: fault.line)


def _is_field(template: str, name: str) -> bool:
    """Whether it is a section's block that stands alone, which `unknown` does not know."""
    return _name(name) in _WRITE and any(one == name for _, one in placed(template))


def _name(written: str) -> str:
    block = named(written)
    return canonical(*block) if block else " ".join(written.casefold().split())


def _line(lines: Sequence[str], name: str) -> int:
    return next((at for at, line in enumerate(lines, 1) if re.search(r"\{\{[ ]*" + re.escape(name), line)), 1)


def _told(template: str, name: str) -> str:
    if _name(name) in FIELDS or named(name):
        return f"{{{{{name}}}}} står inne i ett stycke. {_HOW}"
    return f"Det finns inget block som heter {{{{{name}}}}}. Välj ett ur listan, eller ta bort klamrarna."


def fill(template: str, evidences: Sequence[Evidence], wordings: Obstacles = SHIPPED_WORDINGS) -> str:
    """The template with the sections' prose written out; evidence blocks stay, to follow the numbers in force.

    Each block is written once, from the template's own lines: nothing that a text brings along is read as a block.
    """
    taken = frozenset(_name(name) for _, name in placed(template) if named(name))
    matter = Matter(evidences, wordings, taken)
    lines = template.replace("\r\n", "\n").split("\n")
    for at, name in placed("\n".join(lines)):
        if (write := _WRITE.get(_name(name))) is not None:
            lines[at] = "\n\n".join(write(matter))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
