"""The forms of a lead's next steps with a local action, and of the coordinator's answer when she asks for time."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, HiddenField, TextAreaField
from wtforms.validators import InputRequired

from deviations.forms.deviations import OTHER, VersionedForm
from deviations.forms.fields import ComingDay, optional_id, text_checks


class SolvedForm(VersionedForm):
    """What was done, whether it helped, and the barrier against which it helps where the program has found one."""

    solution = TextAreaField(
        lazy_gettext("Vad gjorde ni?"),
        validators=text_checks(
            OTHER, lazy_gettext("Beskriv vad ni gjorde, så att andra delprojekt kan göra likadant.")
        ),
    )
    not_worked = BooleanField(lazy_gettext("Det hjälpte inte"))
    helps = BooleanField()
    barrier = HiddenField()

    @property
    def barrier_id(self) -> int | None:
        """The barrier to which the solution belongs, if she says so."""
        try:
            return optional_id(self.barrier.data) if self.helps.data else None
        except ValueError:
            return None


class BackForm(VersionedForm):
    """Why a local action goes back to the coordinator."""

    note = TextAreaField(
        lazy_gettext("Varför går det inte att lösa hos er?"),
        validators=text_checks(OTHER, lazy_gettext("Skriv varför, så att verksamhetsutvecklaren kan ta vid.")),
    )


class LongerForm(VersionedForm):
    """Until when longer time is asked for, or given, and why."""

    until = DateField(
        lazy_gettext("Till vilken dag?"), validators=[InputRequired(lazy_gettext("Välj en dag.")), ComingDay()]
    )
    note = TextAreaField(lazy_gettext("Varför behövs det?"), validators=text_checks(OTHER))

    def __init__(self, *, why: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if why:  # whoever asks says why; whoever gives need not
            self.note.validators = text_checks(OTHER, why)


class RefusedForm(VersionedForm):
    """Why no longer time is given."""

    note = TextAreaField(
        lazy_gettext("Varför inte?"),
        validators=text_checks(OTHER, lazy_gettext("Skriv varför, så att delprojektledaren förstår.")),
    )
