"""The forms of the rule catalogue: a rule's entry, and that somebody has looked over what rests on a changed one."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, Form, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field
from wtforms.validators import Optional

from deviations.domain.days import today
from deviations.forms.deviations import Choice, VersionedForm
from deviations.forms.fields import BIGGEST_ID, BaseForm, choices, text_checks

LINE, TEXT, NOTE = 200, 5_000, 2_000
OLDEST = date(1900, 1, 1)


def check_validity(form: Form, field: Field) -> None:
    """Raises ValidationError for a day on which no statute that is cited here can begin or end."""
    if field.data is not None and not OLDEST <= field.data <= today() + timedelta(days=3_660):
        raise ValidationError(gettext("Välj ett datum från år 1900 och högst tio år framåt."))


class RuleForm(VersionedForm):
    """What the catalogue says of a rule, and from when to when it holds."""

    name = StringField(
        lazy_gettext("Vad regeln heter"), validators=text_checks(LINE, lazy_gettext("Skriv vad regeln heter."))
    )
    statute = StringField(
        lazy_gettext("Författning"),
        validators=text_checks(LINE),
        description=lazy_gettext("Till exempel: SFS 2010:110. Flera skiljs åt med semikolon."),
    )
    paragraph = StringField(lazy_gettext("Paragraf"), validators=text_checks(LINE))
    agency_text = StringField(
        lazy_gettext("Tillämpas av"),
        validators=text_checks(LINE, lazy_gettext("Skriv vem som tillämpar regeln.")),
        description=lazy_gettext("Flera parter skiljs åt med semikolon."),
    )
    description = TextAreaField(
        lazy_gettext("Vad regeln säger"),
        validators=text_checks(TEXT, lazy_gettext("Skriv vad regeln säger.")),
    )
    barrier_text = TextAreaField(lazy_gettext("Vad den brukar stoppa"), validators=text_checks(TEXT))
    valid_from = DateField(lazy_gettext("Gäller från och med"), validators=[Optional(), check_validity])
    valid_to = DateField(lazy_gettext("Gäller till och med"), validators=[Optional(), check_validity])
    superseded_by = Choice(lazy_gettext("Ersatt av"))
    confidence = Choice(lazy_gettext("Hur säkra är vi?"))
    source = TextAreaField(lazy_gettext("Källa"), validators=text_checks(TEXT))
    checked = BooleanField(lazy_gettext("Jag har jämfört med källan nu"))

    def __init__(
        self, *, rules: Iterable[tuple[str, str]], confidences: Iterable[tuple[Any, Any]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.superseded_by.choices = choices([("", gettext("Ingen annan regel i katalogen")), *rules])
        self.confidence.choices = choices(confidences)


class LookedOverForm(BaseForm):
    """What came of looking over a barrier whose rule has changed; `latest` is the last change that the page showed."""

    latest = HiddenField()
    note = TextAreaField(
        lazy_gettext("Vad kom ni fram till?"),
        validators=text_checks(NOTE, lazy_gettext("Skriv vad ni kom fram till, så att andra ser att det är gjort.")),
    )

    @property
    def latest_id(self) -> int:
        """The id of that change; 0 when it was tampered with."""
        typed = self.latest.data or ""
        fits = typed.isascii() and typed.isdigit() and len(typed) <= 10 and int(typed) <= BIGGEST_ID
        return int(typed) if fits else 0
