"""How dates and reasons read on a page: Swedish time, plain words."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import Flask
from flask_babel import format_date, format_datetime, gettext, ngettext, to_user_timezone

from deviations.domain.small_numbers import shown
from deviations.web import labels

if TYPE_CHECKING:
    from deviations.domain.reasons import Reason


VERY_LIKE, LIKE = 0.4, 0.22


def day(value: date | datetime) -> str:
    """21 november 2026"""
    if isinstance(value, datetime):
        value = to_user_timezone(value).date()
    return str(format_date(value, "d MMMM yyyy"))


def month(value: date) -> str:
    """november 2026"""
    return str(format_date(value, "LLLL yyyy"))


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
    if told.kind in ("lexicon", "party_words", "statute"):
        return _by_knowledge(told, names)
    if told.kind == "kin":
        pairs = (
            gettext("%(one)s och %(other)s", one=a, other=b) for a, b in zip(told.values, told.theirs, strict=True)
        )
        return str(gettext("Liknande ord: %(what)s", what="; ".join(pairs)))
    listed = ", ".join(_step(value) if told.kind == "step" else names.get(value, value) for value in told.values)
    sentences = {
        "rule": gettext("Samma regel: %(what)s", what=listed),
        "agency": ngettext("Samma part: %(what)s", "Samma parter: %(what)s", len(told.values), what=listed),
        "step": gettext("Samma steg: %(what)s", what=listed),
        "catalogue": gettext("Pekar på samma regel: %(what)s", what=listed),
    }
    words = (
        gettext("Texten nämner: %(what)s", what=listed) if of_rule else gettext("Båda nämner: %(what)s", what=listed)
    )
    return str(sentences.get(told.kind) or words)


def _by_knowledge(told: "Reason", names: dict[str, str]) -> str:
    """What the catalogue and the lexicon tell. The last value is a code, but where both cite the same statute."""
    if told.kind == "statute" and len(told.values) == 1 and not told.theirs:
        return str(gettext("Båda nämner %(what)s", what=told.values[0]))
    of = names.get(told.values[-1], told.values[-1])
    if told.kind == "lexicon":
        of = gettext("regeln %(rule)s", rule=of)
    here, there = labels.listed(told.values[:-1]), labels.listed(told.theirs)
    if told.kind == "statute":
        if here:
            return str(gettext("Här nämns %(what)s, som den andras regel bygger på: %(rule)s", what=here, rule=of))
        return str(gettext("Där nämns %(what)s, som regeln här bygger på: %(rule)s", what=there, rule=of))
    if told.theirs == told.values[:-1]:
        return str(gettext("Båda nämner %(words)s, som hör till %(what)s", words=here, what=of))
    if here and there:
        return str(
            gettext("Här nämns %(here)s och där %(there)s, som hör till %(what)s", here=here, there=there, what=of)
        )
    if here:
        return str(gettext("Här nämns %(words)s, som hör till %(what)s", words=here, what=of))
    return str(gettext("Där nämns %(words)s, som hör till %(what)s", words=there, what=of))


def _step(code: str) -> str:
    return str(next((label for step, label in labels.STEPS.items() if step == code), code))


_STATUTE_FILE = re.compile(r"se-lex/sfs \d{4}/sfs-(\d{4})-(\d+)\.md")
_ARTICLE = re.compile(r"\bseed \d{3}\w*(?:\.txt)?")


def source(text: str) -> str:
    """Where a rule was read, without the file names of whoever read it."""
    return _ARTICLE.sub("artikel om MIA-projektet", _STATUTE_FILE.sub(r"SFS \1:\2", text))


def init_app(app: Flask) -> None:
    """Makes them known to the templates."""
    app.jinja_env.filters.update(
        day=day, month=month, moment=moment, shown=shown, reason=reason, likeness=likeness, source=source
    )
    app.jinja_env.globals.update(labels=labels)
