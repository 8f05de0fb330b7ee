"""The forms that merge a barrier into another one, and move some of its reports out."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import StringField, TextAreaField, ValidationError

from deviations.forms.barriers import NAME, NOTE
from deviations.forms.deviations import CheckboxChoices, Choice, VersionedForm
from deviations.forms.fields import BaseForm, choices, optional_id, text_checks


class MergeForm(VersionedForm):
    """Into which barrier this one is merged, and why. The version is that of the barrier that goes."""

    target = Choice(lazy_gettext("Vilket hinder ska det bli en del av?"))
    note = TextAreaField(
        lazy_gettext("Varför är det samma hinder?"),
        validators=text_checks(NOTE, lazy_gettext("Skriv en förklaring, så att den som läser historiken förstår.")),
    )

    def __init__(self, *, barriers: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target.choices = choices([("", gettext("Välj hinder")), *barriers])

    def validate_target(self, field: Choice) -> None:
        """Raises ValidationError when none is chosen."""
        if field.id_chosen is None:
            raise ValidationError(gettext("Välj vilket hinder det ska bli en del av."))


class SplitForm(BaseForm):
    """Which reports of a barrier move, where to, and why. Each report's value carries its id and version ("17-3")."""

    reports = CheckboxChoices(lazy_gettext("Avvikelser som flyttas"))
    target = Choice(lazy_gettext("Flytta till hindret"))
    name = StringField(
        lazy_gettext("Eller ett nytt hinder, som heter"),
        validators=text_checks(NAME),
        render_kw={"autocomplete": "off"},
    )
    note = TextAreaField(
        lazy_gettext("Varför hör de inte hit?"),
        validators=text_checks(NOTE, lazy_gettext("Skriv en förklaring, så att den som läser historiken förstår.")),
    )

    def __init__(
        self, *, reports: Iterable[tuple[Any, Any]], barriers: Iterable[tuple[Any, Any]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.reports.choices = choices(reports)
        self.target.choices = choices([("", gettext("Välj hinder")), *barriers])

    def validate_reports(self, field: CheckboxChoices) -> None:
        """Raises ValidationError when none is marked."""
        if not field.data:
            raise ValidationError(gettext("Markera minst en avvikelse."))

    def validate_name(self, field: StringField) -> None:
        """Raises ValidationError unless exactly one of a known barrier and a new one's name is given."""
        if bool(field.data) == (self.target.id_chosen is not None):
            raise ValidationError(gettext("Välj ett hinder i listan eller skriv vad det nya ska heta, inte båda."))

    @property
    def chosen(self) -> dict[int, int]:
        """The marked reports by id, with the version that the form showed."""
        pairs = (value.partition("-") for value in self.reports.data or [])
        return {optional_id(id) or 0: optional_id(version) or 0 for id, _, version in pairs}
