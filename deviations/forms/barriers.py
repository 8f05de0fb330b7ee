"""The forms of barriers: what one is called, how it ended, and the recurrence policy."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from deviations.domain.recurrence import Policy
from deviations.forms.deviations import CheckboxChoices, Choice, VersionedForm, WholeNumber
from deviations.forms.fields import BaseForm, ComingDay, choices, optional_id, text_checks

NAME, TEXT, NOTE = 200, 5_000, 2_000
LONGEST = 5_500  # the ids of as many reports as one decision may be about

MOST = {"municipalities": 290, "deviations": 1_000, "subprojects": 100, "associations": 100, "months": 120}
"""The highest that each threshold of the policy can be."""


class BarrierForm(VersionedForm):
    """What a coordinator says of a barrier; `deviations` carries the ids of the reports that a new one is made of."""

    deviations = HiddenField()
    name = StringField(
        lazy_gettext("Vad ska hindret heta?"),
        validators=text_checks(NAME, lazy_gettext("Skriv ett namn som säger vad som är i vägen.")),
        render_kw={"autocomplete": "off"},
    )
    description = TextAreaField(lazy_gettext("Beskriv hindret"), validators=text_checks(TEXT))
    rule = Choice(lazy_gettext("Regel"))
    agencies = CheckboxChoices(lazy_gettext("Parter"))
    step = Choice(lazy_gettext("Steg i kedjan"))
    obstacle = Choice(lazy_gettext("Vilket slags hinder är det?"))

    def __init__(
        self,
        *,
        rules: Iterable[tuple[Any, Any, Any]],
        agencies: Iterable[tuple[Any, Any]],
        steps: Iterable[tuple[Any, Any]],
        obstacles: Iterable[tuple[Any, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rule.choices = [SelectChoice("", gettext("Ingen regel i katalogen"))] + [
            SelectChoice(str(id), label, optgroup=group) for id, label, group in rules
        ]
        self.agencies.choices = choices(agencies)
        self.step.choices = choices([("", gettext("Inget särskilt steg")), *steps])
        self.obstacle.choices = choices([("", gettext("Vet inte än")), *obstacles])

    @property
    def deviation_ids(self) -> list[int]:
        """The ids of the chosen reports, each once. Raises ValueError for anything but ids and hyphens."""
        text = self.deviations.data or ""
        if len(text) > LONGEST:
            raise ValueError(text)
        return [id for part in dict.fromkeys(text.split("-")) if (id := optional_id(part)) is not None]

    @property
    def agency_ids(self) -> set[int]:
        """The parties chosen."""
        return {id for value in self.agencies.data or [] if (id := optional_id(value)) is not None}


class EndForm(BaseForm):
    """How a barrier ended, or that it came back."""

    target = Choice(lazy_gettext("Vad har hänt?"))
    note = TextAreaField(
        lazy_gettext("Varför, och hur vet ni det?"),
        validators=text_checks(NOTE, lazy_gettext("Skriv en förklaring, så att den som läser historiken förstår.")),
    )
    review_on = DateField(lazy_gettext("Titta på det igen"), validators=[Optional(), ComingDay()])

    def __init__(self, *, targets: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target.choices = choices(targets)


class PolicyForm(VersionedForm):
    """The least spread that makes a barrier recurring, for one program or (empty) for what programs share."""

    program = HiddenField()
    deviations = WholeNumber(lazy_gettext("Minst så många avvikelser"))
    municipalities = WholeNumber(lazy_gettext("Minst så många kommuner"))
    subprojects = WholeNumber(lazy_gettext("Minst så många delprojekt"))
    associations = WholeNumber(lazy_gettext("Minst så många samordningsförbund"))
    months = WholeNumber(lazy_gettext("Inom så många månader"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, most in MOST.items():
            sentence = gettext("Skriv ett helt tal mellan 1 och %(most)s.", most=most)
            self[name].validators = [InputRequired(sentence), NumberRange(1, most, sentence)]

    @property
    def policy(self) -> Policy:
        """The thresholds of a form that is in order."""
        return Policy(**{name: self[name].data for name in MOST})
