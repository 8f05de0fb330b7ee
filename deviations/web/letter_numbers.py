"""The numbers of a letter: as they stand frozen, what has changed since, taking them anew, and counting old ones again
from the data as it stood.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain import letter_changes
from deviations.domain.letter_changes import Change
from deviations.domain.letters import Evidence
from deviations.domain.roles import Role
from deviations.domain.workflow import NotFound
from deviations.extensions import db
from deviations.queries import letter_desk as desk
from deviations.queries import letter_evidence, letters, visibility
from deviations.services import letter_numbers as numbers
from deviations.web import inputs, letter_desk_parts
from deviations.web.access import me, now, roles

if TYPE_CHECKING:
    from deviations.models import Letter, LetterSnapshot

bp = Blueprint("letter_numbers", __name__, url_prefix="/skrivelser")


@bp.get("/<id:id>/underlag")
@roles(Role.COORDINATOR, Role.STEERING)
def index(id: int) -> str:
    """The numbers in force against those of today, and all that were taken; with `nummer`, those counted again."""
    letter = letters.get(db.session, me(), id)
    told = letter_desk_parts.of(letter, "numbers")
    wanted = inputs.number("nummer")
    return render_template(
        "letters/numbers.html",
        force=letter.numbers,
        changed=_changed(letter),
        stale=desk.stale(letter, letter.body),
        takings=desk.takings(letter),
        again=_again(letter, wanted) if wanted is not None else None,
        wanted=wanted,
        **told,
    )


def _changed(letter: "Letter") -> list[dict[str, Any]] | None:
    """For each barrier what differs today from the numbers in force, and which sentences of the text would not hold
    with it. None where a barrier has no report left.
    """
    try:
        today = numbers.now(db.session, letter, now())
    except NotFound:
        return None
    return [
        _beside(one, Evidence.from_json(one.evidence), new, letter.body)
        for one, new in zip(letter.numbers, today, strict=True)
    ]


def _beside(snapshot: "LetterSnapshot", old: Evidence, new: Evidence, body: str) -> dict[str, Any]:
    return {
        "barrier": snapshot.barrier,
        "changes": _shown(letter_changes.changes(old, new)),
        "differs": numbers.differs(old, new),
        "stale": letter_changes.stale(body, old, new),
    }


def _shown(changes: list[Change]) -> list[Change]:
    """What changed. Two counts beside each other tell of the reports between them, so who may not see small counts
    learns only that a figure is another one.
    """
    if visibility.sees_small_counts(me()):
        return changes
    return [replace(one, before="", after=gettext("har ändrats")) for one in changes]


def _again(letter: "Letter", number: int) -> list[dict[str, Any]]:
    """The numbers of one taking beside what the data of that moment gives when it is counted again. Raises NotFound."""
    found = []
    for one in desk.taking(letter, number).snapshots:
        kept, again = Evidence.from_json(one.evidence), letter_evidence.rederived(db.session, one)
        found.append({"barrier": one.barrier, "at": one.at, "changes": _shown(letter_changes.changes(kept, again))})
    return found


@bp.post("/<id:id>/underlag")
@roles(Role.COORDINATOR)
def renew(id: int) -> Response:
    """Takes the numbers anew; the text is not touched."""
    letter = letter_desk_parts.draft(id)
    shown = request.form.get("shown", "")
    number = int(shown) if inputs.is_id(shown) else 0
    new = numbers.renew(db.session, me(), letter, shown=number, at=now())
    db.session.commit()
    if new:
        flash(gettext("Underlaget är uppdaterat. Texten är orörd."), "ok")
    else:
        flash(gettext("Siffrorna är desamma som förut. Inget är ändrat."), "info")
    return redirect(url_for("letter_numbers.index", id=id))
