"""The typical cases of a letter: suggested from the reports that are most like the others, chosen, reworded, passed
and put in order.
"""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain import letter_blocks
from deviations.domain.roles import Role
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.extensions import db
from deviations.forms.letters import CaseForm
from deviations.queries import deviations
from deviations.queries import letter_cases as suggesting
from deviations.services import letter_cases as cases
from deviations.services.checks import PersonalData
from deviations.web import labels, letter_desk_parts, letter_marks
from deviations.web.access import me, now, roles
from deviations.web.complaints import at_field, complain

if TYPE_CHECKING:
    from deviations.models import Barrier, Letter

bp = Blueprint("letter_cases", __name__, url_prefix="/skrivelser")

BLOCK = "typiska fall"
OPEN, SUGGESTED = 4, 8
"""So many suggestions stand in the open, and so many in all."""


@bp.get("/<id:id>/typiska-fall")
@roles(Role.COORDINATOR)
def index(id: int) -> str:
    """The chosen cases of each barrier, and those to choose among."""
    return _page(letter_desk_parts.draft(id))


def _page(letter: "Letter", sent: CaseForm | None = None, of: int = 0) -> str:
    """The page; with the form of one report as it was sent, where it was refused."""
    about = [_of_barrier(letter, barrier, sent, of) for barrier in letter.about]
    return render_template(
        "letters/cases.html", about=about, most=cases.MOST, form=sent, **letter_desk_parts.of(letter, "cases")
    )


def _of_barrier(letter: "Letter", barrier: "Barrier", sent: CaseForm | None, of: int) -> dict[str, Any]:
    chosen = [case for case in letter.cases if case.barrier_id == barrier.id]
    at = letter.about.index(barrier)
    places = [letter_blocks.named(name) for _, name in letter_blocks.placed(letter.body)]
    taken = {case.deviation_id for case in chosen}
    found = suggesting.suggested(db.session, me(), barrier, limit=SUGGESTED + len(taken))
    full = len(chosen) >= cases.MOST
    offered = [] if full else [case for case in found if case.deviation.id not in taken][:SUGGESTED]
    return {
        "barrier": barrier,
        "chosen": [(case.deviation_id, _form(letter, case.deviation_id, case.text, sent, of)) for case in chosen],
        "offered": [(case.deviation, _form(letter, case.deviation.id, case.text, sent, of)) for case in offered],
        "open": OPEN,
        "unplaced": bool(chosen) and (BLOCK, at) not in places,
        "block": letter_blocks.canonical(BLOCK, at),
        "full": full,
    }


def _form(letter: "Letter", id: int, text: str, sent: CaseForm | None, of: int) -> CaseForm:
    """The form of one case, as it was sent if it was this one, with the words of it that may point somebody out."""
    if sent is not None and of == id:
        return sent
    form = CaseForm(of=id, formdata=None, text=text)
    form.marks = letter_marks.html(letter, {"text": text}) if request.method == "GET" else {}
    return form


@bp.post("/<id:id>/typiska-fall/<id:deviation_id>")
@roles(Role.COORDINATOR)
def take(id: int, deviation_id: int) -> Response | tuple[str, int]:
    """Takes a case into the letter in these words, or gives one that is there new words."""
    letter = letter_desk_parts.draft(id)
    deviation = deviations.get(db.session, me(), deviation_id)
    form = CaseForm(of=deviation_id)
    if not form.validate() or letter_marks.asks(letter, form, ["text"]):
        return _page(letter, form, deviation_id), 422
    text = form.text.data
    try:
        cases.take(db.session, me(), letter, deviation, text, keep=letter_marks.kept({"text": text}), at=now())
    except (PersonalData, Incomplete) as refused:
        complain(form, refused)
        return _page(letter, form, deviation_id), 422
    except NotAllowed as refused:
        if refused.code != "too_many_cases":
            raise
        at_field(form, "text", labels.refusal(refused.code))
        return _page(letter, form, deviation_id), 422
    db.session.commit()
    flash(gettext("Fallet är med i skrivelsen."), "ok")
    return redirect(url_for("letter_cases.index", id=id))


@bp.post("/<id:id>/typiska-fall/<id:deviation_id>/flytta")
@roles(Role.COORDINATOR)
def move(id: int, deviation_id: int) -> Response:
    """Moves a case one step up or down."""
    letter = letter_desk_parts.draft(id)
    cases.move(db.session, me(), letter, deviation_id, up=request.form.get("do") == "up", at=now())
    db.session.commit()
    return redirect(url_for("letter_cases.index", id=id))


@bp.post("/<id:id>/typiska-fall/<id:deviation_id>/ta-bort")
@roles(Role.COORDINATOR)
def drop(id: int, deviation_id: int) -> Response:
    """Takes a case out of the letter."""
    letter = letter_desk_parts.draft(id)
    cases.drop(db.session, me(), letter, deviation_id, at=now())
    db.session.commit()
    flash(gettext("Fallet är inte med i skrivelsen längre."), "ok")
    return redirect(url_for("letter_cases.index", id=id))
