"""The pieces that all drawings are put together of, as SVG text: words, circles, lines, and the whole with its title.

Colours are CSS classes so that dark mode and print follow the page, and nothing needs inline style.
"""

import re
import zlib
from html import escape

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow in a document, section 2.2 (production 2, Char)."""


def whole(body: str, height: float, title: str, desc: str) -> str:
    """Wrap a drawing; the ids come from the texts, so that the same data always gives the same bytes."""
    name = key(title, desc)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{number(height)}" role="img" '
        f'aria-labelledby="t{name} d{name}"><title id="t{name}">{clean(title)}</title>'
        f'<desc id="d{name}">{clean(desc)}</desc>{body}</svg>'
    )


def circle(x: float, y: float, radius: float, css: str) -> str:
    """A circle at a share of the width."""
    return f'<circle cx="{number(x)}%" cy="{number(y)}" r="{number(radius)}" class="{css}"/>'


def line(y: float, css: str) -> str:
    """A line across the whole width."""
    return f'<line x1="0" x2="100%" y1="{number(y)}" y2="{number(y)}" class="{css}"/>'


def upright(x: float, top: float, bottom: float, css: str) -> str:
    """An upright line at a share of the width."""
    at = number(x)
    return f'<line x1="{at}%" x2="{at}%" y1="{number(top)}" y2="{number(bottom)}" class="{css}"/>'


def text(x: str, y: float, words: str, css: str = "", anchor: str = "", dx: int = 0) -> str:
    """Words at a place; `anchor` says which end of them stands there."""
    more = _attribute("class", css) + _attribute("text-anchor", anchor) + _attribute("dx", str(dx or ""))
    return f'<text x="{x}" y="{number(y)}"{more}>{clean(words)}</text>'


def key(title: str, desc: str) -> str:
    """A short name that the same texts always give."""
    both = (title + "\n" + desc).encode(errors="replace")
    return f"{zlib.crc32(both):08x}"


def clean(words: str) -> str:
    """Escape a text and drop the characters that XML forbids."""
    return escape(_FORBIDDEN.sub("", words))


def number(value: float) -> str:
    """Write a number short: at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{value}"' if value else ""
