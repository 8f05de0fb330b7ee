"""Charts as SVG text: deviations over time, per municipality, and municipality by period.

Numbers go in, one ``<svg>`` comes out. Colours are CSS classes so that dark mode and print follow the page,
positions are shares of the width so that the text keeps its size on a phone, and nothing needs inline style.
"""

import math
import re
import textwrap
import zlib
from collections.abc import Iterable, Sequence
from html import escape

Count = int | str
"""A count, or the words that stand for a small one that is hidden ("färre än 5")."""

_NARROW = 270.0
"""Width in px that a chart can count on: a 320 px phone less the margins of page and card."""
_LETTER = 7.5
"""Upper bound, in px, of the mean width of a letter in the charts' type (measured on Swedish place names)."""
_BAR_SHARE = 74.0
"""Share of the width that the longest bar may take, leaving room for its number."""
_HIDDEN_SHARE = 0.12
"""Length of a bar whose count is hidden, as a part of the longest: always the same, so it tells nothing."""
_COLUMN_TOP = 24.0
_COLUMN_HEIGHT = 132.0
"""Room above the columns for a number, and the height of the highest column, in px."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow in a document, section 2.2 (production 2, Char)."""


def columns(points: Sequence[tuple[str, Count]], title: str, desc: str) -> str:
    """Draw one column per period, as text ``<svg>…</svg>``.

    ``points`` are (name of the period, count) in order of time. Every count is written out when there is
    room for it, otherwise only the first highest and the last. Periods are thinned until they fit a phone.
    A hidden count is a string: its column is low, hatched and always equally high.
    """
    base = _COLUMN_TOP + _COLUMN_HEIGHT
    highest = _highest(count for _, count in points)
    hatch = f"h{_key(title, desc)}"
    step = 100 / max(len(points), 1)
    width = min(step * 0.68, 10.0)
    written = _written([count for _, count in points])
    parts = [_hatch(hatch) if _any_hidden(points) else "", _line(base, "c-base")]
    for index, (_, count) in enumerate(points):
        middle = step * (index + 0.5)
        tall = _share(count, highest, _COLUMN_HEIGHT)
        parts.append(_block(middle - width / 2, base - tall, f"{_n(width)}%", tall, count, hatch))
        if index in written:
            parts.append(_text(f"{_n(middle)}%", base - tall - 6, str(count), "c-value", "middle"))
    return _svg("".join(parts) + _axis([name for name, _ in points], base + 19), base + 26, title, desc)


def bars(rows: Sequence[tuple[str, Count]], title: str, desc: str) -> str:
    """Draw one lying bar per row, as text ``<svg>…</svg>``.

    ``rows`` are (name, count) in the order they are shown. A hidden count is a string: its bar is short,
    hatched and always equally long, and the string stands beside it.
    """
    highest = _highest(count for _, count in rows)
    hatch = f"h{_key(title, desc)}"
    parts = [_hatch(hatch) if _any_hidden(rows) else ""]
    y = 0.0
    for name, count in rows:
        for line in _lines(name):
            y += 18
            parts.append(_text("0", y - 4, line))
        share = _share(count, highest, _BAR_SHARE)
        parts.append(_block(0, y + 1, f"{_n(share)}%", 18, count, hatch))
        parts.append(_text(f"{_n(share)}%", y + 15, str(count), "c-value", dx=8))
        y += 34
    return _svg("".join(parts), max(y - 10, 1), title, desc)


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
            parts.append(_text("0", y - 3, line))
        y += 15
        parts.append(_line(y, "c-line"))
        parts += [_dot(step * (i + 0.5), y, count, highest, largest) for i, count in enumerate(counts)]
        y += 21
    return _svg("".join(parts) + _axis(labels, y + 8), y + 16, title, desc)


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
            parts.append(_text("100%", y, names[index], "c-axis", "end"))
        elif is_wide and index == 0:
            parts.append(_text("0", y, names[index], "c-axis"))
        else:
            parts.append(_text(f"{_n(step * (index + 0.5))}%", y, names[index], "c-axis", "middle"))
    return "".join(reversed(parts))


def _lines(name: str) -> list[str]:
    """Break a long name into lines that fit a phone."""
    return textwrap.wrap(name, int(_NARROW / _LETTER)) or [""]


def _share(count: Count, highest: int, whole: float) -> float:
    """Length of a bar or column, where the highest count gets the ``whole``."""
    if isinstance(count, str):
        return whole * _HIDDEN_SHARE
    return whole * count / highest if highest else 0.0


def _block(x: float, y: float, width: str, height: float, count: Count, hatch: str) -> str:
    """Draw a bar or column: filled, or hatched with a dashed edge when its count is hidden."""
    place = f'x="{_n(x)}%" y="{_n(y)}" width="{width}" height="{_n(height)}" rx="3"'
    if isinstance(count, str):
        return f'<rect {place} fill="url(#{hatch})"/><rect {place} class="c-open"/>'
    return f'<rect {place} class="c-fill"/>' if count > 0 else ""


def _hatch(key: str) -> str:
    return (
        f'<defs><pattern id="{key}" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path d="M1 0v6" class="c-hatch"/></pattern></defs>'
    )


def _dot(x: float, y: float, count: Count, highest: int, largest: float) -> str:
    """Draw one dot; its area, not its width, is in proportion to the count, as the eye compares areas."""
    if isinstance(count, str):
        return _circle(x, y, min(5.0, largest), "c-open")
    if count <= 0:
        return _circle(x, y, 1.5, "c-nil")
    radius = max(3.5, largest * math.sqrt(count / highest))
    inside = _text(f"{_n(x)}%", y + 4, str(count), "c-in", "middle") if radius >= 8 else ""
    return _circle(x, y, radius, "c-fill") + inside


def _circle(x: float, y: float, radius: float, css: str) -> str:
    return f'<circle cx="{_n(x)}%" cy="{_n(y)}" r="{_n(radius)}" class="{css}"/>'


def _line(y: float, css: str) -> str:
    return f'<line x1="0" x2="100%" y1="{_n(y)}" y2="{_n(y)}" class="{css}"/>'


def _text(x: str, y: float, text: str, css: str = "", anchor: str = "", dx: int = 0) -> str:
    more = _attribute("class", css) + _attribute("text-anchor", anchor) + _attribute("dx", str(dx or ""))
    return f'<text x="{x}" y="{_n(y)}"{more}>{_clean(text)}</text>'


def _attribute(name: str, value: str) -> str:
    return f' {name}="{value}"' if value else ""


def _svg(body: str, height: float, title: str, desc: str) -> str:
    """Wrap the drawing; the ids come from the texts, so that the same data always gives the same bytes."""
    key = _key(title, desc)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{_n(height)}" role="img" '
        f'aria-labelledby="t{key} d{key}"><title id="t{key}">{_clean(title)}</title>'
        f'<desc id="d{key}">{_clean(desc)}</desc>{body}</svg>'
    )


def _key(title: str, desc: str) -> str:
    both = (title + "\n" + desc).encode(errors="replace")
    return f"{zlib.crc32(both):08x}"


def _clean(text: str) -> str:
    """Escape a text and drop the characters that XML forbids."""
    return escape(_FORBIDDEN.sub("", text))


def _n(value: float) -> str:
    """Write a number short: at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
