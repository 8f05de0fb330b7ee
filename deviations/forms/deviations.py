"""The form that staff file with, and the forms of the decisions on a report."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import Field, SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from deviations.forms.fields import BIGGEST_ID, BaseForm, SaneDay, choices, optional_id, text_checks

TITLE, BODY, HINT, OTHER = 200, 10_000, 200, 5_000


def _whole(least: int, most: int) -> list[Any]:
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


class Choice(SelectField):
    """One of some things, or none; an unknown id is refused kindly."""

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError when something was sent that is not in the list."""
        if (self.data or "") not in {str(choice.value) for choice in self.choices or []}:
            raise ValidationError(gettext("Valet finns inte längre. Välj igen."))

    @property
    def id_chosen(self) -> int | None:
        """The id behind the choice."""
        return optional_id(self.data)


class FilingForm(BaseForm):
    """A report. Only what does not work, what happened and whose rule it is are asked for; the rest may be left."""

    form_key = HiddenField()
    kind = RadioField(lazy_gettext("Vad vill du berätta om?"))
    title = StringField(
        lazy_gettext("Vad är det som inte fungerar?"),
        validators=text_checks(TITLE, lazy_gettext("Skriv en rubrik som säger vad som inte fungerar.")),
    )
    body = TextAreaField(
        lazy_gettext("Vad hände?"),
        validators=text_checks(BODY, lazy_gettext("Beskriv vad som hände, minst en mening.")),
    )
    agencies = CheckboxChoices(lazy_gettext("Hos vilken part finns hindret?"))
    more_agencies = CheckboxChoices(lazy_gettext("Fler parter"))
    rule = Choice(lazy_gettext("Vilken regel handlar det om?"))
    rule_hint = StringField(
        lazy_gettext("Regeln med egna ord"), validators=text_checks(HINT), render_kw={"autocomplete": "off"}
    )
    municipality = Choice(lazy_gettext("Kommun"))
    subproject = Choice(lazy_gettext("Delprojekt"))
    step = Choice(lazy_gettext("Var i kedjan tog det stopp?"))
    weeks_lost = WholeNumber(lazy_gettext("Hur många veckor gick förlorade?"), validators=_whole(0, 520))
    people_hit = WholeNumber(lazy_gettext("Hur många deltagare drabbades?"), validators=_whole(0, 100_000))
    tried = TextAreaField(lazy_gettext("Vad har ni prövat?"), validators=text_checks(OTHER))
    wished = TextAreaField(lazy_gettext("Vad skulle behöva ändras?"), validators=text_checks(OTHER))
    occurred_on = DateField(lazy_gettext("När hände det?"), validators=[Optional(), SaneDay()])
    harmless = BooleanField(lazy_gettext("Det här pekar inte ut någon"))

    def __init__(
        self,
        *,
        kinds: Iterable[tuple[Any, Any]],
        agencies: Iterable[tuple[Any, Any]],
        more_agencies: Iterable[tuple[Any, Any]],
        rules: Iterable[tuple[Any, Any, Any]],
        municipalities: Iterable[tuple[Any, Any, Any]],
        subprojects: Sequence[tuple[Any, Any]],
        steps: Iterable[tuple[Any, Any]],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("kind", "deviation")
        super().__init__(**kwargs)
        self.kind.choices = choices(kinds)
        self.agencies.choices = choices(agencies)
        self.more_agencies.choices = choices(more_agencies)
        self.rule.choices = [SelectChoice("", gettext("Vet inte"))] + [
            SelectChoice(str(id), label, optgroup=group) for id, label, group in rules
        ]
        self.municipality.choices = [
            SelectChoice(str(id), label, optgroup=group) for id, label, group in municipalities
        ]
        self.subproject.choices = choices(subprojects)
        self.step.choices = choices([("", gettext("Vet inte")), *steps])
        if not self.form_key.data:
            self.form_key.data = secrets.token_urlsafe(24)

    def validate_form_key(self, field: Field) -> None:
        """Raises ValidationError for a key that no form of ours has had."""
        if len(field.data or "") > 60 or not (field.data or "").isascii() or not (field.data or "").isprintable():
            field.data = secrets.token_urlsafe(24)
            raise ValidationError(gettext("Formuläret är trasigt. Ladda om sidan och skicka igen."))

    def validate_agencies(self, field: Field) -> None:
        """Raises ValidationError when no party is chosen, here or among the others."""
        if not field.data and not self.more_agencies.data:
            raise ValidationError(gettext("Välj minst en part. Är du osäker, välj den du mötte."))

    @property
    def agency_ids(self) -> set[int]:
        """The parties chosen, usual and others."""
        chosen = [*(self.agencies.data or []), *(self.more_agencies.data or [])]
        return {id for value in chosen if (id := optional_id(value)) is not None}

    @property
    def day(self) -> date | None:
        """When it happened, if said."""
        found: date | None = self.occurred_on.data
        return found


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
    duplicate_of = WholeNumber(lazy_gettext("Numret på avvikelsen som redan finns"), validators=_whole(1, BIGGEST_ID))
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
