"""Every text that a letter has had: the list, one of them, what differs between two, and taking an old one back."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from deviations.domain import letter_diff
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.deviations import VersionedForm
from deviations.queries import letter_desk as desk
from deviations.queries import letters
from deviations.services import letter_writing as writing
from deviations.web import inputs, letter_desk_parts, letter_page
from deviations.web.access import me, now, roles

if TYPE_CHECKING:
    from deviations.models import Letter

bp = Blueprint("letter_versions", __name__, url_prefix="/skrivelser")

READ_ALL = (Role.COORDINATOR, Role.STEERING)
"""Who reads what a letter was before it was sent."""


@bp.get("/<id:id>/versioner")
@roles(*READ_ALL)
def index(id: int) -> str:
    """All its versions, newest first; with `fran` and `till`, what differs between two of them."""
    letter = letters.get(db.session, me(), id)
    newest = letter.versions[-1].number
    old, new = inputs.number("fran"), inputs.number("till")
    compared = _compared(letter, old, new or newest) if old is not None else None
    return render_template(
        "letters/versions.html", compared=compared, newest=newest, **letter_desk_parts.of(letter, "versions")
    )


def _compared(letter: "Letter", old: int, new: int) -> dict[str, object]:
    """Two versions and what differs between them. Raises NotFound."""
    before, after = desk.version(letter, old), desk.version(letter, new)
    title = letter_diff.differences(before.title, after.title)
    body = letter_diff.differences(before.body, after.body)
    count = letter_diff.counted([*title, *body])
    return {
        "old": before,
        "new": after,
        "title": title if before.title != after.title else [],
        "stretches": letter_diff.stretches(body),
        "sentence": _sentence(count, same=(before.title, before.body) == (after.title, after.body)),
    }


def _sentence(count: letter_diff.Count, *, same: bool) -> str:
    """How much differs, in words."""
    if same:
        return str(gettext("Texterna är lika."))
    if not count.gone and not count.new:
        return str(gettext("Bara skiljetecken, mellanrum eller radbrytningar skiljer."))
    gone = ngettext("%(num)s ord borta", "%(num)s ord borta", count.gone)
    new = ngettext("%(num)s nytt ord", "%(num)s nya ord", count.new)
    return f"{new}, {gone}."


@bp.get("/<id:id>/versioner/<id:number>")
@roles(*READ_ALL)
def show(id: int, number: int) -> str:
    """One version as it reads, with the numbers and cases that the letter has now."""
    letter = letters.get(db.session, me(), id)
    version = desk.version(letter, number)
    return render_template(
        "letters/version.html",
        version=version,
        newest=letter.versions[-1].number,
        preview=letter_page.preview(letter, title=version.title, body=version.body),
        **letter_desk_parts.of(letter, "versions"),
    )


@bp.post("/<id:id>/versioner/<id:number>/ta-tillbaka")
@roles(Role.COORDINATOR)
def restore(id: int, number: int) -> Response:
    """Makes the text of an old version the newest one."""
    letter = letter_desk_parts.draft(id)
    shown = VersionedForm().shown_version or 0
    writing.restore(db.session, me(), letter, number, version=shown, at=now())
    db.session.commit()
    flash(gettext("Texten från version %(number)s är tillbaka som en ny version.", number=number), "ok")
    return redirect(url_for("letters.show", id=id))
