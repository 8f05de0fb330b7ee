"""The forms of logging in: address and password, the code of the second factor, and its setting up."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext
from wtforms import EmailField, PasswordField, StringField

from deviations.forms.deviations import CheckboxChoices, VersionedForm
from deviations.forms.fields import BaseForm, NoLongerThan, Required, choices, text_checks

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
RECOVERY = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
LONGEST_CODE = 40


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


def _password() -> PasswordField:
    return PasswordField(
        lazy_gettext("Ditt lösenord"),
        validators=[Required(lazy_gettext("Skriv ditt lösenord.")), NoLongerThan(1000)],
        render_kw={"autocomplete": "current-password"},
    )


def present_code() -> StringField:
    """A field for a code that shows that it is she, who has a second factor."""
    return StringField(
        lazy_gettext("En kod från appen du har nu, eller en reservkod"),
        validators=text_checks(LONGEST_CODE, lazy_gettext("Skriv en kod från appen du har nu, eller en reservkod.")),
        render_kw=RECOVERY,
    )


class CodeForm(BaseForm):
    """The code that the telephone shows."""

    code = StringField(
        lazy_gettext("Koden i appen"),
        validators=text_checks(LONGEST_CODE, lazy_gettext("Skriv koden som appen visar.")),
        render_kw=CODE,
    )


class RecoveryForm(BaseForm):
    """One of the recovery codes."""

    code = StringField(
        lazy_gettext("En reservkod"),
        validators=text_checks(LONGEST_CODE, lazy_gettext("Skriv en av dina reservkoder.")),
        render_kw=RECOVERY,
    )


class OwnersForm(BaseForm):
    """The password, if the account has one (`by_password`): an open browser alone must not be enough."""

    password = _password()

    def __init__(self, *, by_password: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not by_password:
            del self.password


class SetUpForm(CodeForm, OwnersForm):
    """The first code of a telephone's app, and the password."""


class MoveForm(SetUpForm):
    """The same for another telephone: a code of the present one, or a recovery code, is asked for too."""

    present = present_code()


class NewCodesForm(OwnersForm):
    """The password, and a present code or a recovery code, for new recovery codes."""

    present = present_code()


class SwitchOffForm(OwnersForm):
    """The password and a code, to go without the second factor again."""

    code = StringField(
        lazy_gettext("Koden i appen, eller en reservkod"),
        validators=text_checks(LONGEST_CODE, lazy_gettext("Skriv koden som appen visar, eller en reservkod.")),
        render_kw=RECOVERY,
    )


class SecurityForm(VersionedForm):
    """Which roles need a second factor, chosen over the version that was shown."""

    roles = CheckboxChoices(lazy_gettext("Roller som måste ha tvåstegsinloggning"))

    def __init__(self, offered: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.roles.choices = choices(offered)
