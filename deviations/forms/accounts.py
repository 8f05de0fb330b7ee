"""The forms of accounts: choose a password, ask for a new one, another address, invite."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields import Field

from deviations.forms.fields import BaseForm, NoLongerThan, Printable, Required, choices, text_checks

MAIL, PRINT = "mail", "print"
"""How an invitation reaches whoever is invited."""


def check_address(form: BaseForm, field: Field) -> None:
    """Raises ValidationError for what cannot be an address."""
    name, _, host = (field.data or "").rpartition("@")
    if not name or "." not in host or any(letter.isspace() for letter in field.data):
        raise ValidationError(gettext("Adressen ser inte ut som en e-postadress. Skriv till exempel namn@kommun.se."))


class PasswordForm(BaseForm):
    """A password, chosen by the person herself. What is easy to guess is refused by the service."""

    password = PasswordField(
        lazy_gettext("Välj ett lösenord"),
        validators=[Required(lazy_gettext("Välj ett lösenord.")), Printable()],
        render_kw={"autocomplete": "new-password"},
    )


def present_password() -> PasswordField:
    """A field for the password that one has, which shows that it is she."""
    return PasswordField(
        lazy_gettext("Ditt lösenord nu"),
        validators=[Required(lazy_gettext("Skriv lösenordet som du har nu.")), NoLongerThan(1000)],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(PasswordForm):
    """Another password for one's own account."""

    current_password = present_password()


class ForgottenForm(BaseForm):
    """Whose password is forgotten."""

    email = EmailField(
        lazy_gettext("E-postadress"),
        validators=[*text_checks(254, lazy_gettext("Skriv din e-postadress.")), check_address],
        render_kw={"autocomplete": "username"},
    )


class AddressForm(BaseForm):
    """Another address for an account."""

    email = EmailField(
        lazy_gettext("Ny e-postadress"),
        validators=[*text_checks(254, lazy_gettext("Skriv den nya e-postadressen.")), check_address],
        render_kw={"autocomplete": "off"},
    )


class OwnAddressForm(AddressForm):
    """Another address for one's own account."""

    current_password = present_password()


class ProfileForm(BaseForm):
    """One's own account: what others see, and how often mail comes."""

    name = StringField(
        lazy_gettext("Namn"),
        validators=text_checks(120, lazy_gettext("Skriv ditt namn.")),
        render_kw={"autocomplete": "name"},
    )
    language = RadioField(lazy_gettext("Språk"))
    mail_choice = RadioField(lazy_gettext("När vill du ha mejl om det du har rapporterat?"))

    def __init__(self, languages: Iterable[tuple[Any, Any]], mail: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.language.choices = choices(languages)
        self.mail_choice.choices = choices(mail)


class InviteForm(BaseForm):
    """Who is invited, as what and where; and by mail or on paper, where mail can be sent at all."""

    name = StringField(
        lazy_gettext("Namn"),
        validators=text_checks(120, lazy_gettext("Skriv personens namn.")),
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        lazy_gettext("E-postadress"),
        validators=[*text_checks(254, lazy_gettext("Skriv personens e-postadress.")), check_address],
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(lazy_gettext("Roll"))
    subproject = SelectField(lazy_gettext("Delprojekt"))
    way = RadioField(lazy_gettext("Hur får personen sin länk?"), default=MAIL)

    def __init__(
        self,
        roles: Iterable[tuple[Any, Any]],
        subprojects: Iterable[tuple[Any, Any]],
        *,
        everywhere: bool = True,
        mailing: bool = False,
        **kwargs: Any,
    ) -> None:
        """`everywhere` offers the whole program beside the subprojects; `mailing` says that mail can be sent."""
        super().__init__(**kwargs)
        whole = [("", lazy_gettext("Hela insatsen"))] if everywhere else []
        self.role.choices = choices(roles)
        self.subproject.choices = choices([*whole, *subprojects])
        ways = ((MAIL, lazy_gettext("Med mejl")), (PRINT, lazy_gettext("På papper: en sida att skriva ut")))
        self.way.choices = choices(ways)
        if not mailing:
            del self.way

    @property
    def by_mail(self) -> bool:
        """Whether the link is to be mailed."""
        return "way" in self._fields and self.way.data == MAIL


class SubprojectForm(BaseForm):
    """A new subproject of an association."""

    name = StringField(lazy_gettext("Delprojektets namn"), validators=text_checks(120, lazy_gettext("Skriv ett namn.")))
    association = SelectField(lazy_gettext("Samordningsförbund"))

    def __init__(self, associations: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.association.choices = choices(associations)
