"""The form of an internal note."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import TextAreaField

from deviations.forms.fields import BaseForm, text_checks

TEXT = 5_000


class NoteForm(BaseForm):
    """One note to the leads and the coordinator. It has a prefix, as it stands on pages with other forms."""

    text = TextAreaField(
        lazy_gettext("Ny intern anteckning"), validators=text_checks(TEXT, lazy_gettext("Skriv något i anteckningen."))
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix="anteckning-", **kwargs)
