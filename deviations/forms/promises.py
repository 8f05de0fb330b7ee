"""The form of what an instance promises and asks for: so many days to a first reply, to a local answer and to that of a
letter, and how they count.
"""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.validators import InputRequired, NumberRange

from deviations.domain.deadlines import LONGEST, Promises, Span
from deviations.forms.deviations import Choice, VersionedForm, WholeNumber
from deviations.forms.fields import choices

PLAIN, WORKING = "plain", "working"


class PromisesForm(VersionedForm):
    """Three spans, each a number of days and the way they are counted."""

    first_days = WholeNumber(lazy_gettext("Första svar till den som rapporterar, antal dagar"))
    first_kind = Choice(lazy_gettext("Så räknas dagarna till första svar"))
    local_days = WholeNumber(lazy_gettext("Svar från ett delprojekt, antal dagar"))
    local_kind = Choice(lazy_gettext("Så räknas dagarna till delprojektets svar"))
    letter_days = WholeNumber(lazy_gettext("Svar på en skrivelse, antal dagar"))
    letter_kind = Choice(lazy_gettext("Så räknas dagarna till svaret på en skrivelse"))

    def __init__(self, promises: Promises | None = None, **kwargs: Any) -> None:
        super().__init__(data=_filled(promises) if promises else None, **kwargs)
        kinds = [(PLAIN, gettext("Alla dagar räknas")), (WORKING, gettext("Bara arbetsdagar räknas"))]
        sentence = gettext("Skriv ett helt tal mellan 1 och %(most)s.", most=LONGEST)
        for name in ("first", "local", "letter"):
            self[f"{name}_kind"].choices = choices(kinds)
            self[f"{name}_days"].validators = [InputRequired(sentence), NumberRange(1, LONGEST, sentence)]

    @property
    def promises(self) -> Promises:
        """What was typed, once it is valid."""
        return Promises(
            Span(self.first_days.data or 0, self.first_kind.data == WORKING),
            Span(self.local_days.data or 0, self.local_kind.data == WORKING),
            Span(self.letter_days.data or 0, self.letter_kind.data == WORKING),
        )


def _filled(promises: Promises) -> dict[str, Any]:
    spans = {"first": promises.first_reply, "local": promises.local_answer, "letter": promises.letter_answer}
    days = {f"{name}_days": span.days for name, span in spans.items()}
    return {**days, **{f"{name}_kind": WORKING if span.working else PLAIN for name, span in spans.items()}}
