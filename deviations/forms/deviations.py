"""The forms of the decisions on a report, and the kinds of field that several forms use."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget, Select

from deviations.forms.fields import BIGGEST_ID, BaseForm, choices, optional_id, text_checks

TITLE, BODY, HINT, OTHER = 200, 10_000, 200, 5_000


def whole(least: int, most: int) -> list[Any]:
    """The validators of a whole number that may be left out."""
    sentence = lazy_gettext("Skriv ett helt tal mellan %(least)s och %(most)s.", least=least, most=most)
    return [Optional(), NumberRange(min=least, max=most, message=sentence)]


class WholeNumber(IntegerField):
    """A whole number; anything else gets a sentence of ours instead of the library's."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError, which WTForms shows at the field."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        typed = valuelist[0].strip()
        if not (typed.isascii() and typed.removeprefix("-").isdigit() and len(typed) < 12):
            self.data = None
            raise ValueError(gettext("Skriv ett helt tal med siffror, till exempel 6."))
        self.data = int(typed)


class CheckboxChoices(SelectMultipleField):
    """Several of some things, as a list of boxes; unknown ids are refused kindly."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError when something was sent that is not in the list."""
        known = {str(choice.value) for choice in self.choices or []}
        if any(value not in known for value in self.data or []):
            raise ValidationError(gettext("Ett av valen finns inte längre. Välj igen."))


class Options(Select):
    """Draws what WTForms draws, many times as quick: there may be thousands of barriers to choose from."""

    @classmethod
    def render_option(cls, choice: Any, **kwargs: Any) -> Markup:
        """One option."""
        if choice.render_kw or kwargs:
            return Markup(super().render_option(choice, **kwargs))
        picked = "selected " if choice.selected else ""
        label = escape(choice.label or choice.value)
        return Markup(f'<option {picked}value="{escape(choice.value)}">{label}</option>')


class Choice(SelectField):
    """One of some things, or none; an unknown id is refused kindly."""

    widget = Options()

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError when something was sent that is not in the list."""
        if (self.data or "") not in {str(choice.value) for choice in self.choices or []}:
            raise ValidationError(gettext("Valet finns inte längre. Välj igen."))

    @property
    def id_chosen(self) -> int | None:
        """The id behind the choice; None for the empty choice, and for what no list has, which is refused above."""
        try:
            return optional_id(self.data)
        except ValueError:
            return None


class VersionedForm(BaseForm):
    """A form that remembers which version of the thing it showed."""

    version = HiddenField()

    @property
    def shown_version(self) -> int | None:
        """The version that the form showed; None when it was tampered with or left out."""
        typed = self.version.data or ""
        fits = typed.isascii() and typed.isdigit() and len(typed) <= 10 and 0 < int(typed) <= BIGGEST_ID
        return int(typed) if fits else None


class DecisionForm(VersionedForm):
    """What a decision on a report must say; which decision it is stands in the address, one small form for each."""

    barrier = Choice(lazy_gettext("Hinder"))
    reason = Choice(lazy_gettext("Varför avslutas den?"))
    duplicate_of = WholeNumber(lazy_gettext("Numret på avvikelsen som redan finns"), validators=whole(1, BIGGEST_ID))
    solution = TextAreaField(lazy_gettext("Vad gjorde ni?"), validators=text_checks(OTHER))
    not_worked = BooleanField(lazy_gettext("Det hjälpte inte"))
    note = TextAreaField(lazy_gettext("Kommentar"), validators=text_checks(OTHER))

    def __init__(
        self, *, barriers: Iterable[tuple[Any, Any]], reasons: Iterable[tuple[Any, Any]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.barrier.choices = choices([("", gettext("Välj hinder")), *barriers])
        self.reason.choices = choices([("", gettext("Välj orsak")), *reasons])


class AnswerForm(VersionedForm):
    """The reporter's answer to a question from the triage."""

    note = TextAreaField(
        lazy_gettext("Ditt svar"), validators=text_checks(OTHER, lazy_gettext("Skriv ett svar på frågan."))
    )

    def __init__(self, *, of: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # A page may hold several questions: each field has the id of its report.
        self.note.id = self.note.label.field_id = f"note-{of}"


class ReopenForm(VersionedForm):
    """The reporter's word that a local solution does not hold."""

    note = TextAreaField(
        lazy_gettext("Vad är det som inte fungerar?"),
        validators=text_checks(OTHER, lazy_gettext("Skriv vad som inte fungerar, så att nästa försök blir bättre.")),
    )
