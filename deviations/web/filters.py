"""How dates and reasons read on a page: Swedish time, plain words."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import Flask
from flask_babel import format_date, format_datetime, gettext, to_user_timezone

from deviations.domain.small_numbers import shown
from deviations.web import labels

if TYPE_CHECKING:
    from deviations.domain.suggestions import Reason


VERY_LIKE, LIKE = 0.4, 0.22


def day(value: date | datetime) -> str:
    """21 november 2026"""
    if isinstance(value, datetime):
        value = to_user_timezone(value).date()
    return str(format_date(value, "d MMMM yyyy"))


def moment(value: datetime) -> str:
    """21 november 2026 kl. 14.32"""
    return str(format_datetime(value, gettext("d MMMM yyyy 'kl.' HH.mm")))


def likeness(score: float) -> str:
    """How alike a report and a barrier are (0 to 1), in words: the figure itself means nothing to a reader."""
    if score >= VERY_LIKE:
        return str(gettext("Mycket likt"))
    return str(gettext("Likt") if score >= LIKE else gettext("Lite likt"))


def reason(told: "Reason", names: dict[str, str], of_rule: bool = False) -> str:
    """Why something is suggested, as a sentence part. `names` turns rule and agency codes into names."""
    listed = ", ".join(_step(value) if told.kind == "step" else names.get(value, value) for value in told.values)
    sentences = {
        "rule": gettext("Samma regel: %(what)s", what=listed),
        "agency": gettext("Samma part: %(what)s", what=listed),
        "step": gettext("Samma steg: %(what)s", what=listed),
        "catalogue": gettext("Pekar på samma regel: %(what)s", what=listed),
    }
    words = (
        gettext("Texten nämner: %(what)s", what=listed) if of_rule else gettext("Båda nämner: %(what)s", what=listed)
    )
    return str(sentences.get(told.kind) or words)


def _step(code: str) -> str:
    return str(next((label for step, label in labels.STEPS.items() if step == code), code))


_STATUTE_FILE = re.compile(r"se-lex/sfs \d{4}/sfs-(\d{4})-(\d+)\.md")
_ARTICLE = re.compile(r"\bseed \d{3}\w*(?:\.txt)?")


def source(text: str) -> str:
    """Where a rule was read, without the file names of whoever read it."""
    return _ARTICLE.sub("artikel om MIA-projektet", _STATUTE_FILE.sub(r"SFS \1:\2", text))


def init_app(app: Flask) -> None:
    """Makes them known to the templates."""
    app.jinja_env.filters.update(day=day, moment=moment, shown=shown, reason=reason, likeness=likeness, source=source)
    app.jinja_env.globals.update(labels=labels)
