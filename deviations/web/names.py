"""Asks about words that may point somebody out in the short texts of decisions, answers and later additions."""

from collections.abc import Sequence

from flask import request

from deviations.forms.fields import BaseForm
from deviations.web import filing_marks


def asks(form: BaseForm, names: Sequence[str]) -> bool:
    """Whether the page must come back first: a word was masked by its button, or something is neither masked nor kept.

    `form.marks` then holds what each field's words offer, as the page shows it. What must never enter is said too.
    """
    sent_as = {form[name].name: name for name in names}  # a page with several forms gives each a prefix
    texts = {sent: form[name].data or "" for sent, name in sent_as.items()}
    pressed = filing_marks.masked(texts, request.form["mask"]) if "mask" in request.form else None
    if pressed is not None:
        sent, text = pressed
        form[sent_as[sent]].data = texts[sent] = text
    marks = filing_marks.find(texts, request.form.getlist("keep"))
    form.marks = {sent_as[sent]: html for sent, html in filing_marks.html(marks, texts).items()}
    asked = filing_marks.complain(form, {sent_as[sent]: found for sent, found in marks.items()})
    return asked or "mask" in request.form
