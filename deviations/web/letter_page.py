"""What the page of a letter shows: the text, where it stands, and the steps that are this person's."""

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from deviations.adapters.letter_html import sheet_html
from deviations.adapters.letter_tree import TooLarge
from deviations.domain.days import today
from deviations.domain.letters import OUT, WAITING, Evidence, LetterStatus, blanks, missing, moves_from
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.fields import BaseForm
from deviations.forms.letter_answers import CloseForm
from deviations.queries import letters
from deviations.services import letter_sheets
from deviations.web import (
    labels,
    letter_answers_parts,
    letter_beside,
    letter_desk_parts,
    letter_review_parts,
    letter_sending_parts,
)
from deviations.web.access import me

if TYPE_CHECKING:
    from deviations.models import Letter, Move


def page(letter: "Letter", **failed: BaseForm) -> str:
    """The page; with a form that was refused in its place."""
    actor = me()
    writes = actor.has(Role.COORDINATOR)
    targets = moves_from(letter.status)
    forms = {**letter_review_parts.forms(letter), **letter_sending_parts.forms(letter)}
    if LetterStatus.CLOSED in targets and writes:
        forms["close"] = CloseForm(prefix="close-")
    return render_template(
        "letters/show.html",
        letter=letter,
        preview=preview(letter),
        evidence=Evidence.from_json(letter.numbers[0].evidence),
        history=_history(letter),
        missing=missing(letter.body),
        blanks=[blank for blank in blanks(letter.body) if blank not in WAITING],
        forms={**forms, **failed},
        writes=writes,
        LetterStatus=LetterStatus,
        today=today(),
        **letter_desk_parts.parts(letter),
        **letter_review_parts.parts(letter),
        **letter_sending_parts.parts(letter),
        **letter_beside.parts(letter),
        **letter_answers_parts.parts(letter),
    )


def _history(letter: "Letter") -> list["Move"]:
    """Its steps; what was said on the way to the decision is for those who write and decide."""
    moves, inside = letters.history(db.session, letter), me().has(Role.COORDINATOR, Role.STEERING)
    return [move for move in moves if inside or move.target in OUT]


def preview(letter: "Letter", title: str | None = None, body: str | None = None) -> Markup:
    """The letter exactly as DOCX and PDF hold it, with what was typed in its place; or why it can't be shown."""
    try:
        return Markup(sheet_html(letter_sheets.sheet(letter, title, body)))
    except TooLarge as refused:
        return Markup(render_template("letters/_refused.html", sentence=str(refused)))


def done(id: int) -> Response:
    """Commits what was done, and tells on the letter's page where it stands now."""
    db.session.commit()
    letter = letters.get(db.session, me(), id)
    flash(gettext("Läget är nu: %(state)s.", state=str(labels.LETTERS[letter.status]).lower()), "ok")
    return redirect(url_for("letters.show", id=id))
