"""Words in a text that may point out a person: shown at their field, each masked or kept with one press."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext
from markupsafe import Markup

from deviations.domain import privacy
from deviations.forms.fields import BaseForm
from deviations.web import labels
from deviations.web.complaints import at_field


@dataclass(frozen=True, slots=True)
class Mark:
    """One word or number found in a field, wherever and however often it stands there.

    `value` is what the mask button sends, `key` what the box that keeps it sends, `places` where it stands in the text
    as it is cleaned ("12:16 40:44").
    """

    word: str
    kind: privacy.Kind
    mask: str
    value: str
    places: str
    key: str
    times: int
    refused: bool
    kept: bool


Marks = dict[str, list[Mark]]


def find(texts: Mapping[str, str], keep: Collection[str]) -> Marks:
    """All marks by field; fields without any are left out."""
    return {name: found for name, text in texts.items() if (found := _in(name, text, keep))}


def _in(name: str, text: str, keep: Collection[str]) -> list[Mark]:
    alike: dict[tuple[str, str], list[privacy.Span]] = {}
    for span in privacy.find(text):
        alike.setdefault((privacy.key(text, span), span.mask), []).append(span)
    return [_mark(name, text, key, spans, keep) for (key, _), spans in alike.items()]


def _mark(name: str, text: str, key: str, spans: list[privacy.Span], keep: Collection[str]) -> Mark:
    first = spans[0]
    return Mark(
        word=text[first.start : first.end],
        kind=first.kind,
        mask=first.mask,
        value=f"{name}:{first.start}:{first.end}",
        places=" ".join(f"{span.start}:{span.end}" for span in spans),
        key=key,
        times=len(spans),
        refused=first.refused,
        kept=not first.refused and key in keep,
    )


def keys(marks: Marks) -> set[str]:
    """The words that are in the texts now and may be kept; of what else a page sends nothing is remembered."""
    return {mark.key for found in marks.values() for mark in found if not mark.refused}


def masked(texts: Mapping[str, str], pressed: str) -> tuple[str, str] | None:
    """The field whose mask button was pressed and its text without that word, wherever it stands in that field.

    None when the text has changed since, or when the button is none of ours.
    """
    name, _, place = pressed.partition(":")
    text = texts.get(name, "")
    spans = privacy.find(text)
    aimed = next((span for span in spans if f"{span.start}:{span.end}" == place), None)
    if aimed is None:
        return None
    word = privacy.key(text, aimed)
    alike = [span for span in spans if privacy.key(text, span) == word and span.mask == aimed.mask]
    return name, privacy.mask(text, alike)


def html(marks: Marks, fields: Collection[str], keep_word: str = "") -> dict[str, Markup]:
    """The marks of each of these fields as a page shows them; empty where there are none. `keep_word` is what the box
    says that keeps a word, where it is another than in reports.
    """
    found = {
        name: render_template("filing/_marks.html", marks=marks.get(name, []), keep_word=keep_word) for name in fields
    }
    return {name: Markup(text.strip()) for name, text in found.items()}


def complain(form: BaseForm, marks: Marks, keep_word: str = "") -> bool:
    """One sentence at each field with a word that has to go or be decided on; whether there was any."""
    keep_word = keep_word or str(gettext("Pekar inte ut någon"))
    asked = False
    for name, found in marks.items():
        refused = [mark for mark in found if mark.refused]
        open_ones = [mark for mark in found if not mark.refused and not mark.kept]
        if refused:
            at_field(form, name, labels.personal_data([mark.kind for mark in refused]))
        elif open_ones:
            sentence = gettext("Kan det här peka ut någon? Ersätt orden, eller kryssa i ”%(keep)s”.", keep=keep_word)
            at_field(form, name, sentence)
        asked = asked or bool(refused or open_ones)
    return asked
