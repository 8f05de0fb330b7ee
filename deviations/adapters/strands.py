"""The picture of how a barrier hangs together, as SVG text: its reports to the left, what they tie to on the right.

Made as the charts are (`charts`): classes for colours, shares of the width for places, no inline style.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from deviations.adapters import svg

_KNOT, _NODE, _TEXT = 7.0, 18.0, 22.0
"""Shares of the width: where the reports are, the things that they tie to, and what these are called."""

_LETTERS = 28
"""Letters of a line beside a thing, so that it fits a phone."""

_THICKEST = 7.0


@dataclass(frozen=True, slots=True)
class Bundle:
    """Things of one kind: the kind's name, and of each thing its name, how many tie to it (None where that is not
    told), and what stands for the count.
    """

    name: str
    things: Sequence[tuple[str, int | None, str]]


def strands(bundles: Sequence[Bundle], reports: str, title: str, desc: str) -> str:
    """Draw the bundles from top to bottom, as text ``<svg>…</svg>``.

    A line is the thicker the more tie by it, dashed where none is known to. ``reports`` stands in the knot.
    """
    most = max((count or 0 for bundle in bundles for _, count, _ in bundle.things), default=0)
    texts, ends, y = [], [], 4.0
    for bundle in bundles:
        y += 12
        texts.append(svg.text(f"{_TEXT}%", y, bundle.name, "c-axis"))
        for name, count, told in bundle.things:
            lines = textwrap.wrap(f"{name}\N{NO-BREAK SPACE}({told})" if told else name, _LETTERS)
            ends.append((y + 15, count))
            for text in lines:
                y += 20
                texts.append(svg.text(f"{_TEXT}%", y, text))
        y += 12
    middle = y / 2
    ties = [_tie(middle, end, count, most) for end, count in ends]
    dots = [svg.circle(_NODE, end, 5.0, "c-fill" if count else "c-open") for end, count in ends]
    knot = svg.circle(_KNOT, middle, 19.0, "c-fill")
    said = svg.text(f"{svg.number(_KNOT)}%", middle + 4, reports, "c-in", "middle")
    return svg.whole("".join((*ties, *dots, knot, said, *texts)), max(y, 44.0), title, desc)


def _tie(middle: float, end: float, count: int | None, most: int) -> str:
    ends = f'x1="{svg.number(_KNOT)}%" y1="{svg.number(middle)}" x2="{svg.number(_NODE)}%" y2="{svg.number(end)}"'
    if not count:
        return f'<line {ends} class="c-open"/>'
    return f'<line {ends} stroke-width="{svg.number(max(1.5, _THICKEST * count / most))}" class="c-tie"/>'
