"""The forms of how letters are worded here: the template, what is asked for each type of obstacle, letterhead and mail
addresses.
"""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, Form, StringField, TextAreaField, ValidationError
from wtforms.fields import Field
from wtforms.validators import Optional

from deviations.domain.letter_requests import LONGEST, Wording
from deviations.forms.accounts import check_address
from deviations.forms.deviations import Choice, VersionedForm
from deviations.forms.fields import BaseForm, choices, text_checks

BODY, ADDRESS, MAIL = 20_000, 500, 254
_NUMBER = re.compile(r"\d{6}-?\d{4}")


class TemplateForm(VersionedForm):
    """An association's template, and the barrier with which it is tried."""

    body = TextAreaField(lazy_gettext("Mallen"), validators=text_checks(BODY, lazy_gettext("Skriv en mall.")))
    barrier = Choice(lazy_gettext("Prova mallen på hindret"))

    def __init__(self, *, barriers: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.barrier.choices = choices([*barriers] or [("", gettext("Inget hinder har avvikelser än"))])


def wording_checks(sentence: Any) -> list[Any]:
    """The validators of one part of a wording; the domain says the rest."""
    return text_checks(LONGEST, sentence)


class WordingForm(VersionedForm):
    """How one type of obstacle is asked about, and of whom first."""

    addressee = Choice(lazy_gettext("Till vem skrivelsen går i första hand"))
    heading = StringField(lazy_gettext("Rubrik"), validators=wording_checks(lazy_gettext("Skriv en rubrik.")))
    goal = StringField(lazy_gettext("Mål"), validators=wording_checks(lazy_gettext("Skriv ett mål.")))
    mark = StringField(
        lazy_gettext("Vad som skulle behöva ändras, med ett ord"),
        validators=wording_checks(lazy_gettext("Skriv ett ord.")),
    )
    council = TextAreaField(
        lazy_gettext("Det rådet ombeds att göra"), validators=wording_checks(lazy_gettext("Skriv en formulering."))
    )
    government = TextAreaField(
        lazy_gettext("Det departementet ombeds att göra"),
        validators=wording_checks(lazy_gettext("Skriv en formulering.")),
    )
    body = TextAreaField(
        lazy_gettext("Det en myndighet eller annan part ombeds att göra"),
        validators=wording_checks(lazy_gettext("Skriv en formulering.")),
    )

    def __init__(self, *, agencies: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.addressee.choices = choices([("", gettext("Den som programmet föreslår")), *agencies])

    @property
    def wording(self) -> Wording:
        """What was typed."""
        return Wording(**{name: self[name].data or "" for name in Wording.__dataclass_fields__})


def check_organisation_number(form: Form, field: Field) -> None:
    """Raises ValidationError for what is no Swedish organisation number, whose last digit checks the others (Luhn)."""
    typed = field.data or ""
    if not typed:
        return
    digits = [int(digit) for digit in typed if digit.isdigit()]
    doubled = [digit if at % 2 else digit * 2 for at, digit in enumerate(digits)]
    if not _NUMBER.fullmatch(typed) or sum(digit // 10 + digit % 10 for digit in doubled) % 10:
        raise ValidationError(
            gettext("Numret stämmer inte. Skriv organisationsnumret med tio siffror, till exempel 212000-0142.")
        )


class LetterheadForm(BaseForm):
    """What stands over an association's letters, beside its name."""

    organisation_number = StringField(
        lazy_gettext("Organisationsnummer"), validators=[*text_checks(20), check_organisation_number]
    )
    address = TextAreaField(
        lazy_gettext("Adress"),
        validators=text_checks(ADDRESS),
        description=lazy_gettext("En rad för varje rad i adressen, till exempel postadress, telefon och webbplats."),
    )


class MailAddressForm(BaseForm):
    """Where an agency's registrar takes letters."""

    email = EmailField(
        lazy_gettext("Registratorns e-postadress"),
        validators=[Optional(), *text_checks(MAIL), check_address],
        render_kw={"autocomplete": "off"},
    )
