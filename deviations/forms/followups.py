"""The form behind the link "does it work now?"."""

from flask_babel import lazy_gettext
from wtforms import RadioField

from deviations.forms.fields import BaseForm, choices

YES, NO = "yes", "no"


class FollowUpForm(BaseForm):
    """Yes or no, chosen already by the link."""

    works = RadioField(
        lazy_gettext("Fungerar lösningen?"),
        choices=choices([(YES, lazy_gettext("Ja, det fungerar")), (NO, lazy_gettext("Nej, det fungerar inte"))]),
    )
