"""Asks about the words of a letter that may point somebody out, before it is handed in and before it is sent."""

from typing import TYPE_CHECKING

from flask_babel import gettext

from deviations.extensions import db
from deviations.forms.letter_review import GuardForm
from deviations.services import letter_guard
from deviations.web import labels
from deviations.web.complaints import at_field

if TYPE_CHECKING:
    from deviations.models import Letter


def kept(letter: "Letter", form: GuardForm) -> set[str]:
    """The words that the page showed and she has ticked as read; none when the letter holds others meanwhile."""
    if not form.looked.data:
        return set()
    found = letter_guard.look(db.session, letter)
    return {one.key for one in found} if form.shown.data == letter_guard.digest(found) else set()


def ask(form: GuardForm, refused: letter_guard.PointsOut) -> None:
    """Puts what was found into the form, and a sentence over it."""
    form.asked, form.shown.data, form.looked.data = refused.found, letter_guard.digest(refused.found), False
    never = [one.kind for one in refused.found if one.refused]
    if never:
        named = labels.listed([str(labels.PERSONAL[kind]) for kind in dict.fromkeys(never)])
        form.form_errors.append(
            gettext("Skrivelsen innehåller %(found)s. Det får aldrig lämna huset. Ta bort det först.", found=named)
        )
    else:
        at_field(form, "looked", labels.refusal(refused.code))
