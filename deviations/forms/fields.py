"""What every form shares: cleaned text, its refusals in plain Swedish, and choices made from plain pairs."""

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, StopValidation

from deviations.domain.characters import UNREADABLE, holdable
from deviations.domain.characters import showable as showable
from deviations.domain.days import today

BIGGEST_ID = 2_147_483_647


class BaseForm(FlaskForm):
    """A form with the token against forged requests. Every text is cleaned before it is checked."""

    class Meta(FlaskForm.Meta):
        """Cleans what was typed, whichever field it was typed in."""

        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            """What was sent, with characters that no page can show replaced by one that it can. Only a form's fields:
            Flask-WTF would take a JSON body too, which may be anything at all. Where none came, the form is empty.
            """
            if formdata is None or isinstance(formdata, MultiDict):
                found = formdata
            else:
                found = request.form if request.method == "POST" else None
            if found is None:
                return None
            return MultiDict([(name, showable(v)) for name, v in found.items(multi=True) if isinstance(v, str)])

        def bind_field(self, form: Form, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Adds the cleaning filter to text fields."""
            cleaning = CLEANING.get(unbound_field.field_class.__name__)
            filters = list(unbound_field.kwargs.get("filters", []))
            if cleaning is not None and cleaning not in filters:
                unbound_field.kwargs["filters"] = [cleaning, *filters]
            return super().bind_field(form, unbound_field, options)


def clean(text: str | None) -> str:
    """One form of line ends and of composed letters, no white space around."""
    if not text:
        return ""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def clean_line(text: str | None) -> str:
    """A cleaned text on one line, as a browser's one-line field sends it anyway."""
    return " ".join(clean(text).split())


CLEANING = {"StringField": clean_line, "EmailField": clean_line, "TextAreaField": clean}


TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Printable:
    """Refuses what no database or letter can hold (`domain.characters`), and what makes a text read otherwise than it
    is written (turns of direction, Unicode TR 36 section 2.3).
    """

    def __call__(self, form: Form, field: Field) -> None:
        """Raises ValidationError."""
        for letter in field.data or "":
            if not holdable(letter) or letter in ("\r", UNREADABLE) or letter in TURNS:
                raise ValidationError(
                    gettext(
                        "Texten innehåller ett osynligt tecken som inte går att spara. Ta bort det och försök igen."
                    )
                )


class Required(InputRequired):
    """Asks for a text with something in it; white space is nothing."""

    def __call__(self, form: Form, field: Field) -> None:
        """Raises StopValidation with the field's own sentence."""
        if not field.data:
            raise StopValidation(self.message)


class NoLongerThan(Length):
    """Says how long the text is and how long it may be, so that one knows how much to cut."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)

    def __call__(self, form: Form, field: Field) -> None:
        """Raises ValidationError."""
        length = len(field.data or "")
        if length > self.max:
            raise ValidationError(
                gettext(
                    "Texten är %(length)s tecken lång. Korta den till högst %(most)s tecken.",
                    length=length,
                    most=self.max,
                )
            )


class SaneDay:
    """Refuses a day before this century or after today."""

    def __init__(self, latest: date | None = None) -> None:
        self.latest = latest

    def __call__(self, form: Form, field: Field) -> None:
        """Raises ValidationError."""
        if field.data is None:
            return
        if field.data < date(2000, 1, 1):
            raise ValidationError(gettext("Datumet är för långt tillbaka. Välj ett datum från år 2000 och framåt."))
        if field.data > (self.latest or today()):
            raise ValidationError(gettext("Datumet har inte varit än. Välj dagens datum eller tidigare."))


class ComingDay:
    """Refuses a day that has been, or one so far off that it must be a slip of the pen."""

    def __call__(self, form: Form, field: Field) -> None:
        """Raises ValidationError."""
        if field.data is None:
            return
        if not today() <= field.data <= today() + timedelta(days=3_660):
            raise ValidationError(gettext("Välj en dag från i dag och högst tio år framåt."))


def text_checks(most: int, required: Any = None) -> list[Any]:
    """The usual validators of a text of at most `most` characters; `required` is the sentence if it must be there."""
    wanted = [Required(required)] if required is not None else []
    return [*wanted, Printable(), NoLongerThan(most)]


def choices(pairs: Iterable[tuple[Any, Any]], group: Any = None) -> list[SelectChoice]:
    """WTForms choices from pairs of value and label, under an optional group heading."""
    return [SelectChoice(str(value), label, optgroup=group) for value, label in pairs]


def optional_id(text: str | None) -> int | None:
    """The id behind a choice; None for the empty choice. Raises ValueError for anything else."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= BIGGEST_ID):
        raise ValueError(text)
    return int(text)


EMPTY = lazy_gettext("Välj …")
