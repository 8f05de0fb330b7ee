"""The forms of a gallringsbeslut, of carrying out one of its rules, and of when those who left are no longer named."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from deviations.domain.retention import LONGEST, SPANS, Erasable
from deviations.forms.deviations import VersionedForm, WholeNumber
from deviations.forms.fields import BaseForm, SaneDay, text_checks

NUMBER, DECIDER, NOTE = 60, 200, 2_000


class Months(WholeNumber):
    """So many months for one kind of data; empty where the decision says nothing of it."""

    def __init__(self, what: Erasable, **kwargs: Any) -> None:
        least = SPANS[what].shortest
        sentence = lazy_gettext("Skriv ett antal månader mellan %(least)s och %(most)s.", least=least, most=LONGEST)
        super().__init__(validators=[Optional(), NumberRange(least, LONGEST, sentence)], **kwargs)


class DecisionForm(BaseForm):
    """A decision as the association made it: what the minutes say, and the months for each kind."""

    number = StringField(
        lazy_gettext("Beslutets nummer"),
        validators=text_checks(NUMBER, lazy_gettext("Skriv beslutets nummer, så att det går att hitta.")),
        render_kw={"autocomplete": "off"},
    )
    decided_by = StringField(
        lazy_gettext("Vem som beslutade"),
        validators=text_checks(
            DECIDER, lazy_gettext("Skriv vem som har beslutat, till exempel samordningsförbundets styrelse.")
        ),
    )
    decided_on = DateField(
        lazy_gettext("Dag för beslutet"),
        validators=[InputRequired(lazy_gettext("Välj dagen då beslutet fattades.")), SaneDay()],
    )
    note = TextAreaField(lazy_gettext("Anteckning"), validators=text_checks(NOTE))
    report_texts = Months(Erasable.REPORT_TEXTS, label=lazy_gettext("Texter i avvikelser"))
    notes = Months(Erasable.NOTES, label=lazy_gettext("Interna anteckningar"))
    accounts = Months(Erasable.ACCOUNTS, label=lazy_gettext("Stängda konton"))
    mail = Months(Erasable.MAIL, label=lazy_gettext("Uppgifter om mejl"))
    sources = Months(Erasable.SOURCES, label=lazy_gettext("Nätverksadresser"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it says what it must; a decision about nothing is none."""
        valid: bool = super().validate(extra_validators)
        if valid and not self.months:
            self.form_errors.append(gettext("Skriv efter hur många månader för minst en sorts uppgift."))
        return valid and bool(self.months)

    @property
    def months(self) -> Mapping[Erasable, int]:
        """The months that were typed, by kind."""
        return {what: self[what.value].data for what in Erasable if self[what.value].data}


class CarryOutForm(BaseForm):
    """The second press. `seen` stands for what was shown: anything else is refused."""

    seen = HiddenField()


class MaskingForm(VersionedForm):
    """After how many months somebody who has left is no longer named."""

    months = WholeNumber(lazy_gettext("Antal månader efter att kontot stängdes"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sentence = gettext("Skriv ett helt tal mellan 1 och %(most)s.", most=LONGEST)
        self.months.validators = [InputRequired(sentence), NumberRange(1, LONGEST, sentence)]
