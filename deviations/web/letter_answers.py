"""What comes back on a letter, until it is closed: replies with their files and promises, as the coordinator notes
them.
"""

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.letters import Answer, LetterStatus
from deviations.domain.reply_files import KINDS, MOST_BYTES
from deviations.domain.roles import Role
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.extensions import db
from deviations.forms.letter_answers import CloseForm, PromiseForm, ReplyForm
from deviations.queries import letter_answers as answers
from deviations.queries import letters
from deviations.services import letter_answers as answering
from deviations.services.checks import PersonalData
from deviations.services.letter_answers import Promise
from deviations.web import labels, letter_answers_parts, letter_page
from deviations.web.access import READERS, me, now, reads, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Letter, Reply, ReplyFile

bp = Blueprint("letter_answers", __name__, url_prefix="/skrivelser")

AROUND = 1_000_000  # bytes of a request beside its files, and room to say in words that they are too large
ROOM = MOST_BYTES + 2 * AROUND


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Only this form takes files, and only of who is logged in; it must be said before anything is read."""
    if endpoint == "letter_answers.reply" and current_user.is_authenticated:
        request.max_content_length = ROOM


@bp.get("/<id:id>/svar")
@roles(Role.COORDINATOR)
def note(id: int) -> str:
    """The form in which she notes what came back."""
    letter = letters.get(db.session, me(), id)
    return _page(letter, _form(letter))


def _form(letter: "Letter") -> ReplyForm:
    """The form of a reply, of the kinds that can come now. Raises NotAllowed when none can."""
    kinds = letter_answers_parts.kinds(letter)
    if not kinds:
        raise NotAllowed("no_such_move")
    form = ReplyForm(
        kinds=[(kind, letter_answers_parts.kind_words(kind)) for kind in kinds],
        answers=list(labels.ANSWERS.items()),
        agencies=[(agency.id, agency.name) for agency in letter.recipients],
    )
    if not form.is_submitted():
        form.received_on.data = today()
    return form


def _page(letter: "Letter", form: ReplyForm) -> str:
    return render_template("letters/reply.html", letter=letter, form=form, due=letter_answers_parts.due(letter))


@bp.post("/<id:id>/svar")
@roles(Role.COORDINATOR)
@reads
def reply(id: int) -> Response | tuple[str, int]:
    """Notes what came back. The files are looked into before anybody else has to wait."""
    letter = letters.get(db.session, me(), id)
    form = _form(letter)
    if not form.validate():
        return _page(letter, form), 422
    db.begin_writing()
    letter = letters.get(db.session, me(), id)
    try:
        answering.record_reply(
            db.session,
            me(),
            letter,
            kind=LetterStatus(form.kind.data),
            answer=Answer(form.answer.data) if form.answer.data else None,
            agency=next((one for one in letter.recipients if one.id == form.agency.id_chosen), None),
            passed_on_to=form.passed_on_to.data,
            received_on=form.received_on.data,
            answer_by=form.answer_by.data,
            their_number=form.their_number.data,
            summary=form.summary.data,
            text=form.text.data,
            files=form.uploads,
            promised=[Promise(text, on) for text, on in form.promised],
            at=now(),
        )
    except (PersonalData, Incomplete) as refused:
        complain(form, refused)
        return _page(letter, form), 422
    return letter_page.done(id)


@bp.get("/<id:id>/svar/<id:reply_id>/lofte")
@roles(Role.COORDINATOR)
def promise(id: int, reply_id: int) -> str:
    """The form in which she adds something that was promised in a reply, or later."""
    letter = letters.get(db.session, me(), id)
    return _promise_page(answers.reply(db.session, letter, reply_id), PromiseForm())


def _promise_page(to: "Reply", form: PromiseForm) -> str:
    return render_template("letters/promise.html", letter=to.letter, reply=to, form=form)


@bp.post("/<id:id>/svar/<id:reply_id>/lofte")
@roles(Role.COORDINATOR)
def add_promise(id: int, reply_id: int) -> Response | tuple[str, int]:
    """Adds it."""
    letter = letters.get(db.session, me(), id)
    to = answers.reply(db.session, letter, reply_id)
    form = PromiseForm()
    if not form.validate():
        return _promise_page(to, form), 422
    try:
        answering.add_promise(db.session, me(), letter, to, Promise(form.text.data, form.due_on.data), now())
    except PersonalData as refused:
        complain(form, refused)
        return _promise_page(to, form), 422
    db.session.commit()
    flash(gettext("Löftet är antecknat."), "ok")
    return redirect(url_for("letters.show", id=id, _anchor=f"svar-{reply_id}"))


@bp.post("/<id:id>/lofte/<id:action_id>")
@roles(Role.COORDINATOR)
def carried_out(id: int, action_id: int) -> Response:
    """Notes that a promise was kept, or takes that back."""
    letter = letters.get(db.session, me(), id)
    action = answers.action(db.session, letter, action_id)
    answering.note_done(db.session, me(), action, request.form.get("done") == "1", now())
    db.session.commit()
    return redirect(url_for("letters.show", id=id, _anchor=f"svar-{action.reply_id}"))


@bp.get("/<id:id>/svar/fil/<id:file_id>")
@roles(*READERS)
def download(id: int, file_id: int) -> Response:
    """A file that came with a reply, never shown as a page."""
    return as_download(answers.file(db.session, me(), id, file_id))


def as_download(file: "ReplyFile") -> Response:
    """A file of others to be saved, under the type that was found in it."""
    answer = Response(file.content, mimetype=None, content_type=KINDS[file.kind])
    plain = file.name.encode("ascii", "replace").decode().replace("?", "_")
    names = {"filename": plain, "filename*": f"UTF-8''{quote(file.name, safe='')}"}  # RFC 6266, 4.3 and 5
    answer.headers.set("Content-Disposition", "attachment", **names)
    return answer


@bp.post("/<id:id>/avsluta")
@roles(Role.COORDINATOR)
def close(id: int) -> Response | tuple[str, int]:
    """Ends an answered letter."""
    letter = letters.get(db.session, me(), id)
    form = CloseForm(prefix="close-")
    if not form.validate():
        return letter_page.page(letter, close=form), 422
    try:
        answering.close(db.session, me(), letter, form.note.data, now())
    except PersonalData as refused:
        complain(form, refused)
        return letter_page.page(letter, close=form), 422
    return letter_page.done(id)
