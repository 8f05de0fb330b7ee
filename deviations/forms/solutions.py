"""The form with which a subproject says how a solution went there; which button is pressed says the rest."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import StringField, TextAreaField

from deviations.forms.deviations import Choice
from deviations.forms.fields import BaseForm, choices, text_checks

NOTE = 300


class TrialForm(BaseForm):
    """A line on how it went, and for whom it is said where somebody works in several subprojects."""

    subproject = Choice(lazy_gettext("Vilket delprojekt?"))
    worked = StringField()  # its two buttons: yes or no
    note = TextAreaField(lazy_gettext("Hur gick det?"), validators=text_checks(NOTE))

    def __init__(self, *, subprojects: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.subproject.choices = choices(subprojects)

    def says_which(self) -> bool:
        """Whether one of the two buttons was pressed; says so over the form when none was."""
        if self.worked.data not in ("yes", "no"):
            self.form_errors.append(gettext("Välj om det fungerade hos er eller inte."))
        return not self.form_errors
