"""The styrgrupp's part of a letter: it is handed in, talked about, sent back or decided on."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import Incomplete, NotFound
from deviations.extensions import db
from deviations.forms.letter_review import DecideForm, GuardForm, NoteForm
from deviations.queries import letters
from deviations.services import letter_deciding as deciding
from deviations.services import letter_guard
from deviations.services import letter_reviewing as reviewing
from deviations.services.filing import PersonalData
from deviations.web import letter_guarding, letter_page, letter_review_parts
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Letter

bp = Blueprint("letter_review", __name__, url_prefix="/skrivelser")

STATES = {"klar": True, "oppen": False}


@bp.post("/<id:id>/till-styrgruppen")
@roles(Role.COORDINATOR)
def submit(id: int) -> Response | tuple[str, int]:
    """Hands the draft to the styrgrupp, when its words have been looked through."""
    letter = letters.get(db.session, me(), id)
    form = GuardForm(prefix="submit-")
    try:
        kept = letter_guarding.kept(letter, form)
        deciding.submit(db.session, me(), letter, now(), kept=kept, version=form.shown_version)
    except letter_guard.PointsOut as refused:
        letter_guarding.ask(form, refused)
        return letter_page.page(letter, submit=form), 422
    return letter_page.done(id)


@bp.post("/<id:id>/kommentar")
@roles(Role.COORDINATOR, Role.STEERING)
def comment(id: int) -> Response | tuple[str, int]:
    """Keeps a comment, or a verdict."""
    letter = letters.get(db.session, me(), id)
    form = letter_review_parts.comment_form(letter, sent=True)
    if not form.validate():
        return letter_page.page(letter, comment=form), 422
    try:
        reviewing.comment(
            db.session,
            me(),
            letter,
            text=form.text.data,
            passage=form.passage.data,
            approves=form.approves,
            version=form.shown_version or 0,
            at=now(),
        )
    except (PersonalData, Incomplete) as refused:
        complain(form, refused)
        return letter_page.page(letter, comment=form), 422
    return _back(letter, gettext("Sparat."))


@bp.post("/<id:id>/kommentar/<id:comment_id>/<state>")
@roles(Role.COORDINATOR, Role.STEERING)
def settle(id: int, comment_id: int, state: str) -> Response:
    """Says that a comment is seen to, or open again."""
    letter = letters.get(db.session, me(), id)
    if state not in STATES:
        raise NotFound
    done = STATES[state]
    reviewing.settle(db.session, me(), letter, comment_id, now(), done=done)
    return _back(letter, gettext("Kommentaren är klar.") if done else gettext("Kommentaren är öppen igen."))


def _back(letter: "Letter", sentence: str) -> Response:
    db.session.commit()
    flash(sentence, "ok")
    return redirect(url_for("letters.show", id=letter.id, _anchor="review-h"))


@bp.post("/<id:id>/tillbaka")
@roles(Role.COORDINATOR, Role.STEERING)
def send_back(id: int) -> Response | tuple[str, int]:
    """Makes it a draft again, with a comment."""
    form = NoteForm()
    letter = letters.get(db.session, me(), id)
    if not form.validate():
        return letter_page.page(letter, send_back=form), 422
    try:
        deciding.send_back(db.session, me(), letter, form.note.data, now())
    except PersonalData as refused:
        complain(form, refused)
        return letter_page.page(letter, send_back=form), 422
    return letter_page.done(id)


@bp.post("/<id:id>/besluta")
@roles(Role.STEERING)
def decide(id: int) -> Response | tuple[str, int]:
    """Records the decision to send it."""
    form = DecideForm()
    letter = letters.get(db.session, me(), id)
    if not form.validate():
        return letter_page.page(letter, decide=form), 422
    try:
        deciding.decide(
            db.session,
            me(),
            letter,
            body=form.body.data,
            on=form.on.data,
            paragraph=form.paragraph.data,
            took_part=form.took_part.data,
            signer=form.signer.data,
            version=form.shown_version or 0,
            at=now(),
        )
    except PersonalData as refused:
        complain(form, refused)
        return letter_page.page(letter, decide=form), 422
    return letter_page.done(id)
