"""The forms of a list: one decision about many reports, and the name of a saved view."""

from collections.abc import Collection, Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Optional

from deviations.forms.deviations import OTHER, Choice, WholeNumber, whole
from deviations.forms.fields import BIGGEST_ID, BaseForm, choices, text_checks

VIEW_NAME = 80


class OneDecision(RadioField):
    """One of the decisions that are offered; said at the field when none or an unknown one was chosen."""

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError."""
        if self.data not in {str(choice.value) for choice in self.choices or []}:
            raise ValidationError(gettext("Välj vad du beslutar."))


class BulkForm(BaseForm):
    """One decision about all reports that were marked. Which fields count depends on the decision."""

    decision = OneDecision(lazy_gettext("Vad beslutar du?"))
    barrier = Choice(lazy_gettext("Hinder"))
    reason = Choice(lazy_gettext("Varför avslutas de?"))
    duplicate_of = WholeNumber(lazy_gettext("Numret på avvikelsen som redan finns"), validators=whole(1, BIGGEST_ID))
    until = DateField(lazy_gettext("Till vilken dag?"), validators=[Optional()])
    question = TextAreaField(lazy_gettext("Din fråga"), validators=text_checks(OTHER))
    solution = TextAreaField(lazy_gettext("Vad gjorde ni?"), validators=text_checks(OTHER))
    note = TextAreaField(lazy_gettext("Kommentar"), validators=text_checks(OTHER))

    def __init__(
        self,
        *,
        decisions: Iterable[tuple[Any, Any]],
        barriers: Iterable[tuple[Any, Any]],
        reasons: Iterable[tuple[Any, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.decision.choices = choices(decisions)
        self.barrier.choices = choices([("", gettext("Välj hinder")), *barriers])
        self.reason.choices = choices([("", gettext("Välj orsak")), *reasons])

    def offer(self, wanted: Collection[str | None]) -> None:
        """Leaves of the decisions those that are wanted."""
        self.decision.choices = [choice for choice in self.decision.choices if choice.value in wanted]


class ViewForm(BaseForm):
    """A name for the list as it is shown, and whether colleagues find it too."""

    name = StringField(
        lazy_gettext("Vad ska vyn heta?"),
        validators=text_checks(VIEW_NAME, lazy_gettext("Skriv ett namn, så att du hittar vyn igen.")),
        render_kw={"autocomplete": "off"},
    )
    shared = BooleanField(lazy_gettext("Dela med verksamhetsutvecklare och delprojektledare"))
