"""The forms that staff report with: the short one and its second part, "samma här", and what may be added later."""

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field, SelectChoice
from wtforms.validators import Optional

from deviations.forms.deviations import (
    BODY,
    HINT,
    OTHER,
    TITLE,
    CheckboxChoices,
    Choice,
    VersionedForm,
    WholeNumber,
    whole,
)
from deviations.forms.fields import BaseForm, SaneDay, choices, optional_id, text_checks

KEY = re.compile(r"[A-Za-z0-9_-]{20,60}\Z")
LIMITS = {
    **{"title": TITLE, "body": BODY, "rule_hint": HINT, "tried": OTHER, "wished": OTHER, "line": TITLE},
    **{"note": OTHER, "solution": OTHER},  # in decisions and answers
}
"""How long each text may be that people write, by the name of its field."""


def new_key() -> str:
    """A key for a form that nobody has sent yet."""
    return secrets.token_urlsafe(24)


def is_key(text: str | None) -> bool:
    """Whether a form of ours can have had this key."""
    return bool(text and KEY.match(text))


class _OneOf(RadioField):
    """One of a few large choices; what is missing or unknown gets a sentence of ours instead of the library's."""

    def __init__(self, label: Any, sentence: Any, **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.sentence = sentence

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError when none of the choices was made."""
        if self.data not in {str(choice.value) for choice in self.choices or []}:
            raise ValidationError(str(self.sentence))


class Asked(BaseForm):
    """What every report is asked first, and the key that makes a form sent twice one report."""

    form_key = HiddenField()
    who = HiddenField()  # to whom the form was shown: another may have logged in since, on the same computer
    harm = _OneOf(
        lazy_gettext("Har någon farit illa eller riskerar att göra det?"),
        lazy_gettext("Svara nej eller ja på om någon har farit illa. Svaret avgör om det här är rätt plats."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.harm.choices = choices([("no", gettext("Nej")), ("yes", gettext("Ja"))])
        if not self.form_key.data:
            self.form_key.data = new_key()

    def validate_form_key(self, field: Field) -> None:
        """Raises ValidationError for a key that no form of ours has had."""
        if not is_key(field.data):
            field.data = new_key()
            raise ValidationError(gettext("Formuläret är trasigt. Ladda om sidan och skicka igen."))


class _Told(Asked):
    """What is told in every report."""

    part = HiddenField()
    kind = _OneOf(lazy_gettext("Vad vill du berätta om?"), lazy_gettext("Välj vad du vill berätta om."))
    title = StringField(
        lazy_gettext("Vad fungerar inte?"),
        validators=text_checks(TITLE, lazy_gettext("Skriv en mening om vad det gäller.")),
        render_kw={"autocomplete": "off"},
    )
    body = TextAreaField(
        lazy_gettext("Vad hände?"),
        validators=text_checks(BODY, lazy_gettext("Beskriv vad som hände, minst en mening.")),
    )


class _When(BaseForm):
    """In which municipality it happened, and when."""

    municipality = Choice(lazy_gettext("I vilken kommun hände det?"))
    occurred_on = DateField(lazy_gettext("När hände det?"), validators=[Optional(), SaneDay()])

    def __init__(self, *, municipalities: Iterable[tuple[Any, Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.municipality.choices = [
            SelectChoice(str(id), label, optgroup=group) for id, label, group in municipalities
        ]

    @property
    def day(self) -> date | None:
        """When it happened, if said."""
        found: date | None = self.occurred_on.data
        return found


class _Place(_When):
    """The same where nothing is known yet: the municipality must be chosen, and one of several subprojects."""

    subproject = Choice(lazy_gettext("Delprojekt"))

    def __init__(self, *, subprojects: Sequence[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.municipality.choices = [SelectChoice("", gettext("Välj kommun")), *self.municipality.choices]
        asked = [("", gettext("Välj delprojekt"))] if len(subprojects) > 1 else []
        self.subproject.choices = choices([*asked, *subprojects])

    def validate_municipality(self, field: Field) -> None:
        """Raises ValidationError when no municipality is chosen."""
        if not field.data:
            raise ValidationError(gettext("Välj i vilken kommun det hände."))

    def validate_subproject(self, field: Field) -> None:
        """Raises ValidationError when none of several subprojects is chosen."""
        if not field.data and len(field.choices) > 1:
            raise ValidationError(gettext("Välj för vilket delprojekt du rapporterar."))


class _More(BaseForm):
    """What can be said of a report at once or later; "vet inte" is fine for all of it."""

    agencies = CheckboxChoices(lazy_gettext("Vems regel eller rutin?"))
    more_agencies = CheckboxChoices(lazy_gettext("Fler parter"))
    q = StringField(lazy_gettext("Sök en regel med vanliga ord"), render_kw={"autocomplete": "off"})
    rule = Choice(lazy_gettext("Vilken regel handlar det om?"))
    rule_hint = StringField(
        lazy_gettext("Regeln med egna ord"), validators=text_checks(HINT), render_kw={"autocomplete": "off"}
    )
    step = Choice(lazy_gettext("Var i kedjan tog det stopp?"))
    weeks_lost = WholeNumber(lazy_gettext("Hur många veckor gick förlorade?"), validators=whole(0, 520))
    people_hit = WholeNumber(lazy_gettext("Hur många deltagare drabbades?"), validators=whole(0, 100_000))
    tried = TextAreaField(lazy_gettext("Vad har ni prövat?"), validators=text_checks(OTHER))
    wished = TextAreaField(lazy_gettext("Vad skulle behöva ändras?"), validators=text_checks(OTHER))

    def __init__(
        self,
        *,
        agencies: Iterable[tuple[Any, Any]],
        more_agencies: Iterable[tuple[Any, Any]],
        rules: Iterable[tuple[Any, Any]],
        steps: Iterable[tuple[Any, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.agencies.choices = choices(agencies)
        self.more_agencies.choices = choices(more_agencies)
        self.rule.choices = choices([("", gettext("Vet inte")), *rules])
        self.step.choices = choices([("", gettext("Vet inte")), *steps])

    @property
    def agency_ids(self) -> set[int]:
        """The parties chosen, usual and others; "vet inte" is none."""
        chosen = [*(self.agencies.data or []), *(self.more_agencies.data or [])]
        return {id for value in chosen if (id := optional_id(value)) is not None}


class FilingForm(_Told, _Place, _More):
    """A report. Harm, what it is about, what happened and where must be said."""

    reporter = Choice(lazy_gettext("Vem rapporterar?"))

    def __init__(
        self, *, kinds: Iterable[tuple[Any, Any]], reporters: Sequence[tuple[Any, Any]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.kind.choices = choices(kinds)
        self.agencies.choices = [*self.agencies.choices, SelectChoice("", gettext("Vet inte"))]
        self.reporter.choices = choices([("", gettext("Jag själv")), *reporters])


class SameForm(Asked, _Place):
    """That a known barrier was met here too: a day, a municipality and one line."""

    line = StringField(
        lazy_gettext("En mening om hur det var hos er"),
        validators=text_checks(TITLE),
        render_kw={"autocomplete": "off"},
    )


class CompleteForm(VersionedForm, _When, _More):
    """What can be added to a report after it was filed; what is left empty is not known."""
