"""The form of linking one's account to one's organisation's login."""

from typing import Any

from deviations.forms.accounts import present_password
from deviations.forms.fields import BaseForm
from deviations.forms.logins import present_code


class LinkForm(BaseForm):
    """One's password and one's code, as far as the account has them, so that nobody else links a computer that was left
    open to a login of her own: it would stand in for both from then on.
    """

    password = present_password()
    code = present_code()

    def __init__(self, *, by_password: bool, by_code: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not by_password:
            del self.password
        if not by_code:
            del self.code
