"""A letter's chart of counts by quarter: told in words, and drawn for the preview, the PDF and the Word file."""

import re
import textwrap
from typing import Any

from deviations.adapters import charts, svg
from deviations.adapters.letter_tree import clean, visible
from deviations.domain.letter_blocks import Chart
from deviations.domain.letter_words import sentence

_YEAR_FIRST = re.compile(r"(\d{4}) (.+)")
_QUARTERS = {"kv 1": "första", "kv 2": "andra", "kv 3": "tredje", "kv 4": "fjärde"}

_TOP, _HEIGHT = 36.0, 116.0  # room for three lines of words, and the highest column, in px
_NARROW = 7  # letters on a line over a column
_MOST_NAMED = 12  # columns that have room for "kv 1"; more have "1"
_WIDEST = 16.0  # share of the width that a column takes with the air beside it


def spoken(chart: Chart) -> str:
    """All that the picture shows, for one who hears it: "Stapeldiagram. 2026: första kvartalet 7." """
    years: dict[str, list[str]] = {}
    for name, count in rows(chart):
        year, part = _parted(name)
        quarter = f"{_QUARTERS[part]} kvartalet" if part in _QUARTERS else part
        years.setdefault(year, []).append(f"{quarter} {count}")
    said = (f"{year}: {', '.join(told)}." if year else f"{', '.join(told)}." for year, told in years.items())
    return f"Stapeldiagram. {' '.join(said)}"


def _parted(name: str) -> tuple[str, str]:
    """The year and the rest of "2026 kv 1"; no year where there is none."""
    found = _YEAR_FIRST.fullmatch(name)
    return (found[1], found[2]) if found else ("", name)


def legend(chart: Chart) -> tuple[str, str]:
    """What stands under the picture: its caption as a sentence, and what it shows."""
    return sentence(_tidy(chart.caption)), _tidy(chart.sentence)


def rows(chart: Chart) -> list[tuple[str, int | str]]:
    """Each point's name, and its count or the words for a hidden one."""
    return [(_tidy(name), _tidy(count) if isinstance(count, str) else count) for name, count in chart.points]


def _tidy(text: str) -> str:
    return visible(" ".join(clean(text).split()))


def drawing(chart: Chart) -> str:
    """The picture as SVG in the look of the pages' charts, with every count and quarter written out as in the files.

    The words of hidden counts are of class c-words, for phones to leave out: the hatch says the same.
    """
    points = _columns(chart)
    key = f"h{svg.key(chart.caption, spoken(chart))}"
    step = min(100 / max(len(points), 1), _WIDEST)
    base = _TOP + _HEIGHT
    parts = [charts.hatch_of(key)] if any(point["hidden"] for point in points) else []
    parts.append(svg.line(base, "c-base"))
    for at, (point, (_, count)) in enumerate(zip(points, rows(chart), strict=True)):
        middle, tall = f"{svg.number(step * (at + 0.5))}%", point["share"] * _HEIGHT
        parts.append(charts.block(step * (at + 0.2), base - tall, f"{svg.number(step * 0.6)}%", tall, count, key))
        words = textwrap.wrap(point["count"], _NARROW) if point["hidden"] else [point["count"]]
        for line, word in enumerate(reversed(words)):
            css = "c-words" if point["hidden"] else "c-value"
            parts.append(svg.text(middle, base - tall - 5 - 10 * line, word, css, "middle"))
        parts.append(svg.text(middle, base + 16, point["name"], "c-axis", "middle"))
        parts.append(svg.text(middle, base + 31, point["year"], "c-axis", "middle") if point["year"] else "")
    return svg.whole("".join(parts), base + 38, legend(chart)[0], spoken(chart))


def given(chart: Chart) -> dict[str, Any]:
    """What the Typst template draws: text, numbers and whether a count is hidden; nothing of it is evaluated."""
    return {
        "legend": legend(chart),
        "alt": spoken(chart),
        "points": _columns(chart),
    }


def _columns(chart: Chart) -> list[dict[str, Any]]:
    """One for each point: its count as text, its height as a share of the highest, and its name on two lines, the year
    only where it begins.
    """
    highest = max((count for _, count in rows(chart) if isinstance(count, int)), default=0)
    made: list[dict[str, Any]] = []
    year = ""
    for name, count in rows(chart):
        of, short = _parted(name)
        short = short.removeprefix("kv ") if len(rows(chart)) > _MOST_NAMED else short
        share = charts.HIDDEN_SHARE if isinstance(count, str) else count / highest if highest else 0.0
        made.append(
            {
                "name": short,
                "year": "" if of == year else of,
                "count": str(count),
                "share": share,
                "hidden": isinstance(count, str),
            }
        )
        year = of
    return made
