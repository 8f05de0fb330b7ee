"""Evidence blocks: the named places of a letter, {{kommuntabell}} and the like, that its frozen numbers fill. What a
block shows follows the numbers in force; the prose around it is the writer's.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from deviations.domain import letter_counts
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_words import literal, sentence
from deviations.domain.small_numbers import hide, is_small

BLOCKS: Mapping[str, str] = MappingProxyType(
    {
        "kommuntabell": "Antal avvikelser i varje kommun, som tabell. Är antalen för små nämns bara kommunerna.",
        "kvartalstabell": "Antal avvikelser varje kvartal, som tabell. Är antalen för små visas ingenting.",
        "kvartalsdiagram": "Antal avvikelser varje kvartal, som diagram. Är de för få för det blir det en tabell.",
        "typiska fall": "De fall som du har valt och godkänt. Finns inga visas ingenting.",
        "metod": "Hur siffrorna är framtagna och vad de inte kan säga.",
    }
)
"""The blocks by name. A number after the name ("kommuntabell 2") means the letter's second barrier, and so on."""

FEWEST_POINTS = 3  # a chart of fewer quarters says less than its numbers
MOST_BARRIERS = 9

_NAMED = re.compile(r"\{\{([^{}\n]{1,60})\}\}")
_ALONE = re.compile(rf"[ ]{{0,3}}{_NAMED.pattern}[ ]*")
_NUMBERED = re.compile(rf"(.+?)(?: ([1-{MOST_BARRIERS}]))?")


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: its caption, the sentence that says the finding, and its points, hidden counts as words."""

    caption: str
    sentence: str
    points: tuple[tuple[str, int | str], ...]


def named(name: str) -> tuple[str, int] | None:
    """The block that a name means, and which of the letter's barriers (from 0); None for what is no block."""
    found = _NUMBERED.fullmatch(" ".join(name.casefold().split()))
    if found is None or found[1] not in BLOCKS:
        return None
    return found[1], int(found[2] or 1) - 1


def placed(markdown: str) -> Iterator[tuple[int, str]]:
    """Each {{name}} that stands alone in its paragraph: the number of its line (from 0) and the name as written."""
    lines = markdown.split("\n")
    for at, line in enumerate(lines):
        around = (lines[near].strip() for near in (at - 1, at + 1) if 0 <= near < len(lines))
        if (found := _ALONE.fullmatch(line)) and all(not text or text.startswith("#") for text in around):
            yield at, found[1].strip()


def unknown(markdown: str) -> list[str]:
    """What stands between {{ and }} and is no block, or stands inside a paragraph: it is left as text, and the writer
    is told.
    """
    alone = {name for _, name in placed(markdown) if named(name)}
    names = (found[1].strip() for found in _NAMED.finditer(markdown.replace("\\{", "")))
    return list(dict.fromkeys(name for name in names if name not in alone))


def expand(markdown: str, evidences: Sequence[Evidence], cases: Sequence[Sequence[str]] = ()) -> str:
    """The text with every block but the chart written out as Markdown; `cases` are the chosen ones of each barrier.

    A chart stays where it is, unless its numbers are too few for one. What is no block stays as text.
    """
    lines = markdown.split("\n")
    texts = written(markdown, evidences, cases)
    for at, name in placed(markdown):
        lines[at] = texts.get(name, lines[at])
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def written(markdown: str, evidences: Sequence[Evidence], cases: Sequence[Sequence[str]] = ()) -> Mapping[str, str]:
    """What each block of the text but the charts becomes, by its name as written."""
    drawn = charts(evidences)
    return {
        name: _WRITTEN[block[0]](evidences, cases, block[1])
        for _, name in placed(markdown)
        if (block := named(name)) and block[1] < len(evidences) and canonical(*block) not in drawn
    }


def canonical(name: str, at: int) -> str:
    """The name of a block as it is written: with no number for the first barrier."""
    return name if at == 0 else f"{name} {at + 1}"


def charts(evidences: Sequence[Evidence]) -> Mapping[str, Chart]:
    """The charts that can be drawn, by the name of their block."""
    found = {canonical("kvartalsdiagram", at): _chart(e, len(evidences) > 1) for at, e in enumerate(evidences)}
    return {name: chart for name, chart in found.items() if chart is not None}


def _chart(e: Evidence, several: bool) -> Chart | None:
    points = _points(e)
    known = [(label, count) for label, count in points if isinstance(count, int)]
    if is_small(e.deviations) or len(points) < FEWEST_POINTS or sum(count > 0 for _, count in known) < 2:
        return None
    about = f": {e.barrier}" if several else ""
    return Chart(f"Rapporterade avvikelser per kvartal{about}", _finding(known), points)


def _points(e: Evidence) -> tuple[tuple[str, int | str], ...]:
    told = zip(e.quarters, hide(e.quarters), strict=True)
    return tuple((label, count if text == str(count) else text) for (label, count), (_, text) in told)


def _finding(known: Sequence[tuple[str, int]]) -> str:
    """When most were reported: every hidden count is smaller than any that is shown."""
    most = max(count for _, count in known)
    when = [label for label, count in known if count == most]
    if len(when) > 1:
        return f"Som mest rapporterades {most} avvikelser under ett kvartal."
    return f"Flest avvikelser rapporterades {_quarter(when[0])}: {most}."


def _quarter(label: str) -> str:
    """ "tredje kvartalet 2026" of "2026 kv 3"."""
    year, _, number = label.partition(" kv ")
    return f"{('första', 'andra', 'tredje', 'fjärde')[int(number) - 1]} kvartalet {year}"


def _municipalities(evidences: Sequence[Evidence], cases: Sequence[Sequence[str]], at: int) -> str:
    e = evidences[at]
    table = letter_counts.by_municipality(e)
    return f"Avvikelserna fördelar sig så här på kommunerna:\n\n{table}" if table else letter_counts.named(e)


def _quarters(evidences: Sequence[Evidence], cases: Sequence[Sequence[str]], at: int) -> str:
    table = letter_counts.by_quarter(evidences[at])
    return f"Över tid ser det ut så här:\n\n{table}" if table else ""


def _cases(evidences: Sequence[Evidence], cases: Sequence[Sequence[str]], at: int) -> str:
    chosen = [text for text in (cases[at] if at < len(cases) else evidences[at].cases) if text.strip()]
    if not chosen:
        return ""
    which = (
        "Ett typiskt fall ur rapporterna, återgivet" if len(chosen) == 1 else "Typiska fall ur rapporterna, återgivna"
    )
    quotes = "\n>\n".join(f"> {literal(sentence(text))}" for text in chosen)
    return f"{which} så att ingen ska kunna kännas igen:\n\n{quotes}"


def _method(evidences: Sequence[Evidence], cases: Sequence[Sequence[str]], at: int) -> str:
    """Without a number it is about all barriers."""
    return letter_counts.method(evidences if at == 0 else evidences[at : at + 1])


_WRITTEN: Mapping[str, Callable[[Sequence[Evidence], Sequence[Sequence[str]], int], str]] = {
    "kommuntabell": _municipalities,
    "kvartalstabell": _quarters,
    "kvartalsdiagram": _quarters,
    "typiska fall": _cases,
    "metod": _method,
}
