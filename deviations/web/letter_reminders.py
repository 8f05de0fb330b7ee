"""The reminder of a letter that nobody has answered: ready written, read through, kept, and fetched as a file."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from deviations.adapters.letter_html import sheet_html
from deviations.adapters.letter_tree import TooLarge
from deviations.domain.days import today
from deviations.domain.letters import FileKind
from deviations.domain.reply_files import KINDS
from deviations.domain.roles import Role
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.letter_answers import ReminderForm
from deviations.queries import letter_answers as answers
from deviations.queries import letters
from deviations.services import letter_deadlines, letter_sheets
from deviations.services import letter_reminders as reminding
from deviations.services.checks import PersonalData
from deviations.web import letter_answers_parts, letter_marks
from deviations.web.access import READERS, me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Letter

bp = Blueprint("letter_reminders", __name__, url_prefix="/skrivelser")


@bp.get("/<id:id>/paminnelse")
@roles(Role.COORDINATOR)
def write(id: int) -> str:
    """The next reminder, ready to be read through. Before the answer day has gone by there is none."""
    letter = _late(id)
    until = letter_deadlines.suggested(today()).on
    text = reminding.words(db.session, me(), letter, until, today())
    return _page(letter, ReminderForm(formdata=None, until=until, body=text))


def _late(id: int) -> "Letter":
    letter = letters.get(db.session, me(), id)
    if not reminding.may_remind(letter, today()):
        raise NotAllowed("not_late")
    return letter


def _page(letter: "Letter", form: ReminderForm) -> str:
    if not hasattr(form, "marks"):
        form.marks = letter_marks.html(letter, {"body": form.body.data or ""})
    due = letter_answers_parts.due(letter)
    to = [agency.name for agency in answers.late_ones(letter, today())]
    return render_template(
        "letters/reminder.html", letter=letter, form=form, due=due, to=to, preview=_preview(letter, form)
    )


def _preview(letter: "Letter", form: ReminderForm) -> Markup:
    try:
        return Markup(sheet_html(reminding.sheet(letter, form.body.data or "", today())))
    except TooLarge as refused:
        return Markup(render_template("letters/_refused.html", sentence=str(refused)))


@bp.post("/<id:id>/paminnelse")
@roles(Role.COORDINATOR)
def keep(id: int) -> Response | str | tuple[str, int]:
    """Keeps the reminder, or only shows how it will look, or writes it anew for another day. It leaves the house, so
    words that may point somebody out are asked about first.
    """
    letter = _late(id)
    form = ReminderForm()
    if not form.validate():
        return _page(letter, form), 422
    if request.form.get("do") == "rewrite":
        form.body.data = reminding.words(db.session, me(), letter, form.until.data, today())
        return _page(letter, form)
    if request.form.get("do") == "preview":
        return _page(letter, form)
    if letter_marks.asks(letter, form, ["body"]):
        return _page(letter, form), 422
    body = form.body.data
    passed = letter_marks.kept({"body": body})
    try:
        reminding.remind(db.session, me(), letter, until=form.until.data, body=body, at=now(), passed=passed)
    except (PersonalData, Incomplete) as refused:
        complain(form, refused)
        return _page(letter, form), 422
    except TooLarge as refused:
        form.body.errors = [*form.body.errors, str(refused)]
        return _page(letter, form), 422
    db.session.commit()
    flash(gettext("Påminnelsen är sparad. Hämta den som fil här och skicka den."), "ok")
    return redirect(url_for("letters.show", id=id, _anchor="svar"))


@bp.get("/<id:id>/paminnelse/<id:number>.<format>")
@roles(*READERS)
def download(id: int, number: int, format: str) -> Response:
    """A kept reminder as a file."""
    if format not in tuple(FileKind):
        raise NotFound
    letter = letters.get(db.session, me(), id)
    kept = answers.reminder(db.session, letter, number)
    content = letter_sheets.file(reminding.kept_sheet(kept), FileKind(format))
    answer = Response(content, mimetype=None, content_type=KINDS[format])
    name = f"paminnelse-{letter.id}-{kept.number}.{format}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
