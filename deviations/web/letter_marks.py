"""Asks about words of a letter that may point somebody out: each is masked by its button, or kept with a tick that says
whose name it is. What was passed once for a letter is not asked about again.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext
from markupsafe import Markup

from deviations.extensions import db
from deviations.forms.fields import BaseForm
from deviations.services import letter_guard
from deviations.web import filing_marks

if TYPE_CHECKING:
    from deviations.models import Letter


def keep_word() -> str:
    """What the box says that keeps a word."""
    return str(gettext("Det är en företrädares namn, eller pekar inte ut någon"))


def find(letter: "Letter", texts: Mapping[str, str]) -> filing_marks.Marks:
    """What is found in these texts, but for what was passed for this letter before."""
    found = filing_marks.find(texts, request.form.getlist("keep"))
    passed = letter_guard.passed(db.session, letter)
    asked = {
        name: [mark for mark in marks if mark.refused or letter_guard.mark(letter, mark.key) not in passed]
        for name, marks in found.items()
    }
    return {name: marks for name, marks in asked.items() if marks}


def html(letter: "Letter", texts: Mapping[str, str]) -> dict[str, Markup]:
    """The marks of each text as the page shows them under its field."""
    return filing_marks.html(find(letter, texts), texts, keep_word())


def asks(letter: "Letter", form: BaseForm, names: Sequence[str]) -> bool:
    """Whether the page must come back first: a word was masked by its button, or something is neither masked nor kept.

    `form.marks` then holds what each field's words offer, as the page shows it.
    """
    texts = {name: form[name].data or "" for name in names}
    pressed = filing_marks.masked(texts, request.form["mask"]) if "mask" in request.form else None
    if pressed is not None:
        name, text = pressed
        form[name].data = texts[name] = text
    marks = find(letter, texts)
    form.marks = filing_marks.html(marks, texts, keep_word())
    return filing_marks.complain(form, marks, keep_word()) or "mask" in request.form


def kept(texts: Mapping[str, str]) -> set[str]:
    """The words in these texts that she has just said point nobody out."""
    return filing_marks.keys(filing_marks.find(texts, ())) & set(request.form.getlist("keep"))
