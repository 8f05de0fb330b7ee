"""The forms of accounts: log in, choose a password, invite."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields import Field

from deviations.forms.fields import BaseForm, NoLongerThan, Printable, Required, choices, text_checks

SHORTEST, LONGEST = 12, 128


class LoginForm(BaseForm):
    """An address and a password."""

    email = EmailField(
        lazy_gettext("E-postadress"),
        validators=text_checks(254, lazy_gettext("Skriv din e-postadress.")),
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        lazy_gettext("Lösenord"),
        validators=[Required(lazy_gettext("Skriv ditt lösenord.")), NoLongerThan(1000)],
        render_kw={"autocomplete": "current-password"},
    )


def check_address(form: BaseForm, field: Field) -> None:
    """Raises ValidationError for what cannot be an address."""
    name, _, host = (field.data or "").rpartition("@")
    if not name or "." not in host or any(letter.isspace() for letter in field.data):
        raise ValidationError(gettext("Adressen ser inte ut som en e-postadress. Skriv till exempel namn@kommun.se."))


class PasswordForm(BaseForm):
    """A first password, chosen by the person herself. Long is good; nothing else is asked of it."""

    password = PasswordField(
        lazy_gettext("Välj ett lösenord"),
        validators=[Required(lazy_gettext("Välj ett lösenord.")), Printable()],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: Field) -> None:
        """Raises ValidationError for one that is too short, too long or one letter over and over."""
        if not SHORTEST <= len(field.data) <= LONGEST:
            raise ValidationError(
                gettext(
                    "Lösenordet ska ha mellan %(least)s och %(most)s tecken. En mening går bra.",
                    least=SHORTEST,
                    most=LONGEST,
                )
            )
        if len(set(field.data)) < 5:
            raise ValidationError(gettext("Lösenordet är för lätt att gissa. Använd fler olika tecken."))


class NewPasswordForm(PasswordForm):
    """Another password for one's own account; the present one shows that it is she."""

    current_password = PasswordField(
        lazy_gettext("Ditt lösenord nu"),
        validators=[Required(lazy_gettext("Skriv lösenordet som du har nu.")), NoLongerThan(1000)],
        render_kw={"autocomplete": "current-password"},
    )


class ProfileForm(BaseForm):
    """One's own account: what others see, where mail goes and how often."""

    name = StringField(
        lazy_gettext("Namn"),
        validators=text_checks(120, lazy_gettext("Skriv ditt namn.")),
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        lazy_gettext("E-postadress"),
        validators=[*text_checks(254, lazy_gettext("Skriv din e-postadress.")), check_address],
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        lazy_gettext("Ditt lösenord"),
        validators=[NoLongerThan(1000)],
        render_kw={"autocomplete": "current-password"},
    )
    language = RadioField(lazy_gettext("Språk"))
    mail_choice = RadioField(lazy_gettext("När vill du ha mejl om det du har rapporterat?"))

    def __init__(self, languages: Iterable[tuple[Any, Any]], mail: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.language.choices = choices(languages)
        self.mail_choice.choices = choices(mail)


class InviteForm(BaseForm):
    """Who is invited, as what and where."""

    name = StringField(lazy_gettext("Namn"), validators=text_checks(120, lazy_gettext("Skriv personens namn.")))
    email = EmailField(
        lazy_gettext("E-postadress"),
        validators=[*text_checks(254, lazy_gettext("Skriv personens e-postadress.")), check_address],
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(lazy_gettext("Roll"))
    subproject = SelectField(lazy_gettext("Delprojekt"))

    def __init__(self, roles: Iterable[tuple[Any, Any]], subprojects: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = choices(roles)
        self.subproject.choices = choices([("", lazy_gettext("Hela insatsen")), *subprojects])


class SubprojectForm(BaseForm):
    """A new subproject of an association."""

    name = StringField(lazy_gettext("Delprojektets namn"), validators=text_checks(120, lazy_gettext("Skriv ett namn.")))
    association = SelectField(lazy_gettext("Samordningsförbund"))

    def __init__(self, associations: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.association.choices = choices(associations)
