"""The small forms of the weekly review: one for each decision, beside the report that it is about."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Optional

from deviations.domain.days import today
from deviations.forms.deviations import OTHER, Choice, VersionedForm, WholeNumber, whole
from deviations.forms.fields import BIGGEST_ID, Printable, choices, optional_id, text_checks

NAME = 200
LONGEST = 365  # days that a report may be put off


class ReviewForm(VersionedForm):
    """What every decision carries: which report, and in which version, the page showed."""

    of = HiddenField()

    def __init__(self, *, code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for field in self:  # a page holds them all, so each field is named after its decision
            field.id = field.label.field_id = f"{code}-{field.short_name}"

    @property
    def report_id(self) -> int | None:
        """The report that the page showed; None when that was tampered with."""
        try:
            return optional_id(self.of.data)
        except ValueError:
            return None


class OneOf(RadioField):
    """One of a few, said at the field when none or an unknown one was chosen."""

    def __init__(self, label: Any, missing: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.missing = missing

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError with the field's own sentence."""
        if self.data not in {choice.value for choice in self.choices or []}:
            raise ValidationError(self.missing)


def _note(label: Any = None, required: Any = None) -> TextAreaField:
    return TextAreaField(label or lazy_gettext("Kommentar"), validators=text_checks(OTHER, required))


class PlaceForm(ReviewForm):
    """To which barrier the report belongs."""

    barrier = Choice(lazy_gettext("Vilket hinder hör den till?"))

    def __init__(self, *, barriers: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.barrier.choices = choices(barriers)
        # A script makes it a choice that is searched while typing.
        self.barrier.render_kw = {"data-search": gettext("Sök hinder"), "data-found": gettext("{n} hinder passar.")}

    def validate_barrier(self, field: Any) -> None:
        """Raises ValidationError when none was chosen."""
        if not field.data:
            raise ValidationError(gettext("Välj vilket hinder avvikelsen hör till."))


class MakeForm(ReviewForm):
    """A new barrier made of the report."""

    name = StringField(
        lazy_gettext("Vad ska hindret heta?"),
        validators=text_checks(NAME, lazy_gettext("Skriv ett namn som säger vad som är i vägen.")),
        render_kw={"autocomplete": "off"},
    )
    obstacle = Choice(lazy_gettext("Vilket slags hinder är det?"))

    def __init__(self, *, obstacles: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.obstacle.choices = choices([("", gettext("Vet inte än")), *obstacles])


class LocalForm(ReviewForm):
    """Leaves the report to its subproject's lead."""

    note = _note()


class AskForm(ReviewForm):
    """A question to whoever reported."""

    note = _note(lazy_gettext("Vad behöver du veta?"), lazy_gettext("Skriv frågan till den som rapporterade."))


class SolvedForm(ReviewForm):
    """What was done, when the report was solved locally already."""

    solution = TextAreaField(lazy_gettext("Vad gjorde ni?"), validators=text_checks(OTHER))


class RepeatForm(ReviewForm):
    """Which report this one repeats: one of the suggested, or another by its number."""

    like = OneOf(lazy_gettext("Vilken avvikelse upprepar den?"), lazy_gettext("Välj en av avvikelserna."), default="")
    number = WholeNumber(lazy_gettext("Avvikelsens nummer"), validators=whole(1, BIGGEST_ID))

    def __init__(self, *, likes: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.like.choices = choices([*likes, ("", gettext("En annan avvikelse"))])

    @property
    def original(self) -> int | None:
        """The number of the report that is repeated: what was typed goes before what was ticked."""
        chosen: int | None = self.number.data or optional_id(self.like.data)
        return chosen

    def validate_number(self, field: Any) -> None:
        """Raises ValidationError when nothing tells which report it is."""
        if not field.errors and not field.data and not self.like.data:
            raise ValidationError(gettext("Skriv numret på avvikelsen som redan finns."))


class CloseForm(ReviewForm):
    """Why the report is closed."""

    reason = OneOf(lazy_gettext("Varför avslutas den?"), lazy_gettext("Välj varför avvikelsen avslutas."))
    note = _note()

    def __init__(self, *, reasons: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.choices = choices(reasons)


class LaterForm(ReviewForm):
    """Until when the report is put off."""

    when = OneOf(lazy_gettext("När ska den tas upp igen?"), lazy_gettext("Välj när den ska tas upp igen."))
    until = DateField(lazy_gettext("Datum"), validators=[Optional()])
    note = _note()

    def __init__(self, *, days: Iterable[tuple[date, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.when.choices = choices([*((on.isoformat(), label) for on, label in days), ("", gettext("En annan dag"))])

    @property
    def day(self) -> date | None:
        """The day chosen: what stands in the date field counts where another day is ticked."""
        chosen: date | None = date.fromisoformat(self.when.data) if self.when.data else self.until.data
        return chosen

    def validate_until(self, field: Any) -> None:
        """Raises ValidationError for a missing day, one that is not to come, or one more than a year off."""
        if self.when.data or field.errors:
            return
        if field.data is None:
            raise ValidationError(gettext("Välj en dag."))
        if not today() < field.data <= today() + timedelta(days=LONGEST):
            raise ValidationError(gettext("Välj en dag från i morgon och högst ett år framåt."))


class NoteForm(ReviewForm):
    """A note that only leads and the coordinator read."""

    text = _note(lazy_gettext("Ny intern anteckning"), lazy_gettext("Skriv något i anteckningen."))


class PlainForm(ReviewForm):
    """A press that says nothing but itself, or only which other report or barrier it is about."""

    other = StringField(validators=[Printable()])

    @property
    def other_id(self) -> int | None:
        """The id of what it is about besides the report."""
        try:
            return optional_id(self.other.data)
        except ValueError:
            return None
