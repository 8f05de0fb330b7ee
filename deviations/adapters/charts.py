"""Charts as SVG text: deviations over time, per municipality, and municipality by period.

Numbers go in, one ``<svg>`` comes out. Colours are CSS classes so that dark mode and print follow the page,
positions are shares of the width so that the text keeps its size on a phone, and nothing needs inline style.
"""

import math
import textwrap
from collections.abc import Iterable, Sequence

from deviations.adapters import svg

Count = int | str
"""A count, or the words that stand for a small one that is hidden ("färre än 5")."""

_NARROW = 270.0
"""Width in px that a chart can count on: a 320 px phone less the margins of page and card."""
_LETTER = 7.5
"""Upper bound, in px, of the mean width of a letter in the charts' type (measured on Swedish place names)."""
_BAR_SHARE = 74.0
"""Share of the width that the longest bar may take, leaving room for its number."""
_BESIDE = 14
"""So many letters a name may have to stand on one line with its bar: they fit into `_NAME_SHARE` on a phone."""
_NAME_SHARE = 42.0
_BAR_SHARE_BESIDE = 44.0
"""Shares of the width for such a name and for the longest bar after it."""
HIDDEN_SHARE = 0.12
"""Length of a bar whose count is hidden, as a part of the longest: always the same, so it tells nothing."""
_COLUMN_TOP = 24.0
_COLUMN_HEIGHT = 132.0
"""Room above the columns for a number, and the height of the highest column, in px."""


def columns(points: Sequence[tuple[str, Count]], title: str, desc: str, since: float | None = None) -> str:
    """Draw one column per period, as text ``<svg>…</svg>``.

    ``points`` are (name of the period, count) in order of time. Every count is written out when there is
    room for it, otherwise only the first highest and the last. Periods are thinned until they fit a phone.
    A hidden count is a string: its column is low, hatched and always equally high. ``since`` is where something
    happened, counted in periods from the left (2.5: in the middle of the third); a dashed line stands there.
    """
    base = _COLUMN_TOP + _COLUMN_HEIGHT
    highest = _highest(count for _, count in points)
    hatch = f"h{svg.key(title, desc)}"
    step = 100 / max(len(points), 1)
    width = min(step * 0.68, 10.0)
    written = _written([count for _, count in points])
    parts = [hatch_of(hatch) if _any_hidden(points) else "", svg.line(base, "c-base")]
    if since is not None:
        parts.append(svg.upright(step * since, 4, base, "c-since"))
    for index, (_, count) in enumerate(points):
        middle = step * (index + 0.5)
        tall = _share(count, highest, _COLUMN_HEIGHT)
        parts.append(block(middle - width / 2, base - tall, f"{svg.number(width)}%", tall, count, hatch))
        if index in written:
            parts.append(svg.text(f"{svg.number(middle)}%", base - tall - 6, str(count), "c-value", "middle"))
    return svg.whole("".join(parts) + _axis([name for name, _ in points], base + 19), base + 26, title, desc)


def bars(rows: Sequence[tuple[str, Count]], title: str, desc: str) -> str:
    """Draw one lying bar per row, as text ``<svg>…</svg>``.

    ``rows`` are (name, count) in the order they are shown. Where all names are short each stands on one line
    with its bar, else above it. A hidden count is a string: its bar is short, hatched and always equally long,
    and the string stands beside it.
    """
    highest = _highest(count for _, count in rows)
    hatch = f"h{svg.key(title, desc)}"
    parts = [hatch_of(hatch) if _any_hidden(rows) else ""]
    beside = all(len(name) <= _BESIDE for name, _ in rows)
    left, whole, high = (_NAME_SHARE, _BAR_SHARE_BESIDE, 28) if beside else (0.0, _BAR_SHARE, 34)
    y = 0.0
    for name, count in rows:
        if beside:
            parts.append(svg.text("0", y + 15, name))
        for line in () if beside else _lines(name):
            y += 18
            parts.append(svg.text("0", y - 4, line))
        share = _share(count, highest, whole)
        parts.append(block(left, y + 1, f"{svg.number(share)}%", 18, count, hatch))
        parts.append(svg.text(f"{svg.number(left + share)}%", y + 15, str(count), "c-value", dx=8))
        y += high
    return svg.whole("".join(parts), max(y - 10, 1), title, desc)


def dots(rows: Sequence[tuple[str, Sequence[Count]]], labels: Sequence[str], title: str, desc: str) -> str:
    """Draw a matrix, for instance municipality by quarter, as text ``<svg>…</svg>``.

    Each row is (name, one count per label); the area of a dot grows with its count, a zero is a speck and a
    hidden count (a string) a dashed ring. Raises ``ValueError`` when a row is not as long as ``labels``.
    """
    if any(len(counts) != len(labels) for _, counts in rows):
        raise ValueError("every row needs one count per label")
    highest = _highest(count for _, counts in rows for count in counts)
    step = 100 / max(len(labels), 1)
    largest = min(14.0, _NARROW / max(len(labels), 1) / 2 - 1)
    parts = []
    y = 0.0
    for name, counts in rows:
        for line in _lines(name):
            y += 18
            parts.append(svg.text("0", y - 3, line))
        y += 15
        parts.append(svg.line(y, "c-line"))
        parts += [_dot(step * (i + 0.5), y, count, highest, largest) for i, count in enumerate(counts)]
        y += 21
    return svg.whole("".join(parts) + _axis(labels, y + 8), y + 16, title, desc)


def _highest(counts: Iterable[Count]) -> int:
    """Find the highest count that is not hidden."""
    return max((count for count in counts if isinstance(count, int)), default=0)


def _any_hidden(rows: Sequence[tuple[str, Count]]) -> bool:
    return any(isinstance(count, str) for _, count in rows)


def _written(counts: Sequence[Count]) -> set[int]:
    """Pick which columns have their number written: all if they fit a phone, else first highest and last."""
    everyone = set(range(len(counts)))
    widest = max((len(str(count)) for count in counts), default=0) * _LETTER + 6
    if len(counts) * widest <= _NARROW:
        return everyone
    numbers = [count if isinstance(count, int) else 0 for count in counts]
    peak, last = numbers.index(max(numbers)), len(counts) - 1
    has_room = (last - peak) * _NARROW / len(counts) > widest
    return {peak, last} if has_room and isinstance(counts[last], int) else {peak}


def _axis(names: Sequence[str], y: float) -> str:
    """Write the names under the middle of their columns: every k-th from the last, as many as fit a phone.

    The outermost names end at the edge when they are wider than their columns, so that nothing hangs outside.
    """
    if not names:
        return ""
    step, last = 100 / len(names), len(names) - 1
    widest = max(len(name) for name in names) * _LETTER + 6
    every = math.ceil(widest / _NARROW * len(names))
    is_wide = every > 1
    parts = []
    for index in range(last, -1, -every):
        if is_wide and index == last:
            parts.append(svg.text("100%", y, names[index], "c-axis", "end"))
        elif is_wide and index == 0:
            parts.append(svg.text("0", y, names[index], "c-axis"))
        else:
            parts.append(svg.text(f"{svg.number(step * (index + 0.5))}%", y, names[index], "c-axis", "middle"))
    return "".join(reversed(parts))


def _lines(name: str) -> list[str]:
    """Break a long name into lines that fit a phone."""
    return textwrap.wrap(name, int(_NARROW / _LETTER)) or [""]


def _share(count: Count, highest: int, whole: float) -> float:
    """Length of a bar or column, where the highest count gets the ``whole``."""
    if isinstance(count, str):
        return whole * HIDDEN_SHARE
    return whole * count / highest if highest else 0.0


def block(x: float, y: float, width: str, height: float, count: Count, hatch: str) -> str:
    """Draw a bar or column: filled, or hatched with a dashed edge when its count is hidden."""
    place = f'x="{svg.number(x)}%" y="{svg.number(y)}" width="{width}" height="{svg.number(height)}" rx="3"'
    if isinstance(count, str):
        return f'<rect {place} fill="url(#{hatch})"/><rect {place} class="c-open"/>'
    return f'<rect {place} class="c-fill"/>' if count > 0 else ""


def hatch_of(key: str) -> str:
    """Define the hatch of hidden counts under a key."""
    return (
        f'<defs><pattern id="{key}" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path d="M1 0v6" class="c-hatch"/></pattern></defs>'
    )


def _dot(x: float, y: float, count: Count, highest: int, largest: float) -> str:
    """Draw one dot; its area, not its width, is in proportion to the count, as the eye compares areas."""
    if isinstance(count, str):
        return svg.circle(x, y, min(5.0, largest), "c-open")
    if count <= 0:
        return svg.circle(x, y, 1.5, "c-nil")
    radius = max(3.5, largest * math.sqrt(count / highest))
    inside = svg.text(f"{svg.number(x)}%", y + 4, str(count), "c-in", "middle") if radius >= 8 else ""
    return svg.circle(x, y, radius, "c-fill") + inside
