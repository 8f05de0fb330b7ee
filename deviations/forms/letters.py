"""The forms of a letter's desk: to whom it goes and what it takes up, its text, and its typical cases."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice

from deviations.forms.deviations import CheckboxChoices, Choice, VersionedForm
from deviations.forms.fields import BaseForm, choices, optional_id, text_checks

TITLE, BODY, CASE = 300, 60_000, 2_000


class NewLetterForm(BaseForm):
    """To whom a new letter goes, who gets a copy, and which barrier it takes up besides the one it is written from."""

    recipients = CheckboxChoices(lazy_gettext("Mottagare"))
    more_recipients = CheckboxChoices(lazy_gettext("Fler mottagare"))
    copies = CheckboxChoices(lazy_gettext("Kopia till"))
    another = Choice(lazy_gettext("Lägg till ett hinder"))

    def __init__(
        self,
        *,
        near: Iterable[tuple[Any, Any]],
        others: Iterable[tuple[Any, Any]],
        barriers: Iterable[tuple[Any, Any, Any]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        near, others = list(near), list(others)
        self.recipients.choices, self.more_recipients.choices = choices(near), choices(others)
        self.copies.choices = choices(sorted([*near, *others], key=lambda pair: str(pair[1])))
        self.another.choices = [SelectChoice("", gettext("Inget till"))] + [
            SelectChoice(str(id), name, optgroup=group) for id, name, group in barriers
        ]

    @property
    def recipient_ids(self) -> set[int]:
        """The agencies chosen, among those that lie near or among all others."""
        return _ids(self.recipients.data) | _ids(self.more_recipients.data)

    @property
    def copy_ids(self) -> set[int]:
        """The agencies that get a copy."""
        return _ids(self.copies.data)

    def validate_recipients(self, field: CheckboxChoices) -> None:
        """Raises ValidationError when none is chosen."""
        if not field.data and not self.more_recipients.data:
            raise ValidationError(gettext("Välj minst en mottagare."))

    def address(self, recipients: Iterable[int], copies: Iterable[int] = ()) -> None:
        """Ticks those who are addressed already, or would be as a rule."""
        wanted = {str(id) for id in recipients}
        for field in (self.recipients, self.more_recipients):
            field.data = [choice.value for choice in field.choices or [] if str(choice.value) in wanted]
        self.copies.data = [str(id) for id in copies]


class AddressForm(NewLetterForm, VersionedForm):
    """To whom a draft goes and what it takes up, as it is and as it is to be."""

    further = CheckboxChoices(lazy_gettext("Fler hinder i skrivelsen"))

    def __init__(self, *, further: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.further.choices = choices(further)

    @property
    def barrier_ids(self) -> set[int]:
        """The further barriers: those that stay, and the one that comes along."""
        another = self.another.id_chosen
        return _ids(self.further.data) | ({another} if another is not None else set())


def _ids(values: Iterable[str] | None) -> set[int]:
    return {id for value in values or [] if (id := optional_id(value)) is not None}


class CaseForm(BaseForm):
    """A typical case in the words in which it may leave the house."""

    text = TextAreaField(
        lazy_gettext("Fallet i några meningar"),
        validators=text_checks(CASE, lazy_gettext("Skriv vad som hände, i några meningar.")),
    )

    def __init__(self, *, of: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # A page holds several cases: each field has the id of its report.
        self.text.id = self.text.label.field_id = f"case-{of}"


class LetterForm(VersionedForm):
    """The text of a draft."""

    title = StringField(lazy_gettext("Rubrik"), validators=text_checks(TITLE, lazy_gettext("Skriv en rubrik.")))
    body = TextAreaField(lazy_gettext("Skrivelsens text"), validators=text_checks(BODY, lazy_gettext("Skriv en text.")))
