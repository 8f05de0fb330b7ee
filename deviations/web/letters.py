"""Letters: made from a recurring barrier, written, reviewed, decided, sent and answered."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.adapters.letter_html import sheet_html
from deviations.adapters.letter_tree import TooLarge
from deviations.domain.days import today
from deviations.domain.letters import OUT, Answer, Evidence, LetterStatus, missing, moves_from
from deviations.domain.privacy import find as personal_data
from deviations.domain.privacy import refused as forbidden
from deviations.domain.roles import Role
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.fields import BaseForm
from deviations.forms.letters import DecideForm, LetterForm, NewLetterForm, NoteForm, ReplyForm
from deviations.queries import barriers, catalogue, letters
from deviations.services import letters as writing
from deviations.services.filing import PersonalData
from deviations.web import conflicts, labels
from deviations.web.access import READERS, me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Letter

bp = Blueprint("letters", __name__, url_prefix="/skrivelser")

FORMATS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}


@bp.get("")
@roles(*READERS)
def index() -> str:
    """The letters that this person may read."""
    return render_template("letters/index.html", letters=letters.listed(db.session, me()))


@bp.post("/om-hinder/<id:barrier_id>")
@roles(Role.COORDINATOR)
def create(barrier_id: int) -> Response:
    """Makes a draft from a recurring barrier."""
    barrier = barriers.get(db.session, me(), barrier_id)
    agencies = catalogue.agencies(db.session)
    form = NewLetterForm(recipients=[(a.id, a.name) for a in agencies])
    if not form.validate():
        flash(labels.refusal("needs_recipient"), "warn")
        return redirect(url_for("barriers.show", id=barrier_id, _anchor="skrivelse"))
    chosen = [a for a in agencies if a.id in form.recipient_ids]
    letter = writing.draft(db.session, me(), barrier, recipients=chosen, at=now())
    db.session.commit()
    flash(gettext("Ett utkast är skrivet. Läs igenom det och ändra det som behövs."), "ok")
    return redirect(url_for("letters.edit", id=letter.id))


@bp.get("/<id:id>")
@roles(*READERS)
def show(id: int) -> str:
    """One letter: its text as it will be read, where it stands, and the steps that are this person's."""
    return _page(letters.get(db.session, me(), id))


def _page(letter: "Letter", **failed: BaseForm) -> str:
    actor = me()
    writes, steers = actor.has(Role.COORDINATOR), actor.has(Role.STEERING)
    targets = moves_from(letter.status)
    forms: dict[str, BaseForm] = {}
    if LetterStatus.DECIDED in targets and steers:
        forms["decide"] = DecideForm(on=today(), version=str(letter.version))
    if LetterStatus.DRAFT in targets and (writes or steers):
        forms["send_back"] = NoteForm()
    replies = [status for status in writing.REPLIES if status in targets]
    if replies and writes:
        forms["reply"] = _reply_form(replies)
    if LetterStatus.CLOSED in targets and writes:
        forms["close"] = NoteForm(prefix="close-")
    return render_template(
        "letters/show.html",
        letter=letter,
        preview=_preview(letter),
        evidence=Evidence.from_json(letter.evidence),
        history=letters.history(db.session, letter),
        missing=missing(letter.body),
        forms={**forms, **failed},
        writes=writes,
        sealed=_sealed(letter),
        LetterStatus=LetterStatus,
        today=today(),
    )


def _sealed(letter: "Letter") -> bool | None:
    """Whether the file that was sent is still the one that was sealed; None for a letter that is not sent."""
    if letter.sent_pdf is None:
        return None
    return bool(hashlib.sha256(letter.sent_pdf).hexdigest() == letter.sha256)


def _reply_form(kinds: list[LetterStatus]) -> ReplyForm:
    form = ReplyForm(
        kinds=[(kind, labels.LETTERS[kind]) for kind in kinds],
        answers=[(answer, label) for answer, label in labels.ANSWERS.items()],
    )
    if not form.is_submitted():
        form.received_on.data = today()
    return form


def _preview(letter: "Letter", title: str | None = None, body: str | None = None) -> Markup:
    """The letter exactly as DOCX and PDF hold it, with what was typed in its place; or why it can't be shown."""
    try:
        sheet = writing.sheet(letter)
        sheet = replace(sheet, title=sheet.title if title is None else title, body=sheet.body if body is None else body)
        return Markup(sheet_html(sheet))
    except TooLarge as refused:
        return Markup(render_template("letters/_refused.html", sentence=str(refused)))


@bp.get("/<id:id>/redigera")
@roles(Role.COORDINATOR)
def edit(id: int) -> str:
    """The text of a draft beside how it will look."""
    letter = _draft(id)
    return _edit_page(letter, _saved_form(letter))


def _saved_form(letter: "Letter") -> LetterForm:
    """The form with the text that is saved, whatever was sent."""
    return LetterForm(formdata=None, title=letter.title, body=letter.body, version=str(letter.version))


def _draft(id: int) -> "Letter":
    letter = letters.get(db.session, me(), id)
    if letter.status is not LetterStatus.DRAFT:
        raise NotAllowed("only_drafts_change")
    return letter


def _edit_page(letter: "Letter", form: LetterForm, conflict: conflicts.Beside | None = None) -> str:
    title, body = form.title.data or "", form.body.data or ""
    return render_template(
        "letters/edit.html",
        letter=letter,
        form=form,
        conflict=conflict,
        preview=_preview(letter, title=title, body=body),
        pointing=list(dict.fromkeys(body[span.start : span.end] for span in personal_data(body))),
    )


@bp.post("/<id:id>/redigera")
@roles(Role.COORDINATOR)
def save(id: int) -> Response | tuple[str, int]:
    """Saves the text as the draft's next version."""
    letter = _draft(id)
    form = LetterForm()
    if not form.validate():
        return _edit_page(letter, form), 422
    try:
        writing.save(
            db.session,
            me(),
            letter,
            title=form.title.data,
            body=form.body.data,
            version=form.shown_version or 0,
            at=now(),
        )
        db.session.commit()
    except PersonalData as refused:
        complain(form, refused)
        return _edit_page(letter, form), 422
    except StaleDataError:
        return _overtaken(id, form), 409
    except TooLarge as refused:
        form.body.errors = [*form.body.errors, str(refused)]
        return _edit_page(letter, form), 422
    flash(gettext("Utkastet är sparat."), "ok")
    return redirect(url_for("letters.show", id=id))


def _overtaken(id: int, form: LetterForm) -> str:
    """The text as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    letter = _draft(id)
    return _edit_page(letter, form, conflicts.beside(conflicts.of_letter(letter), form, _saved_form(letter)))


@bp.post("/<id:id>/forhandsvisa")
@roles(Role.COORDINATOR)
def preview(id: int) -> str:
    """How the text in the editor will look; nothing is saved."""
    letter = _draft(id)
    form = LetterForm()
    title, body = form.title.data or "", form.body.data or ""
    warning = ""
    if spans := [*forbidden(title), *forbidden(body)]:
        sentence = labels.personal_data([span.kind for span in spans])
        warning = render_template("letters/_refused.html", sentence=sentence)
    return warning + _preview(letter, title=title, body=body)


@bp.get("/<id:id>/fil.<format>")
@roles(*READERS)
def download(id: int, format: str) -> Response:
    """The letter as a file; once sent, the PDF is the very one that was sealed."""
    if format not in FORMATS:
        raise NotFound
    letter = letters.get(db.session, me(), id)
    answer = Response(_file(letter, format), mimetype=None, content_type=FORMATS[format])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{_file_name(letter)}.{format}")
    return answer


def _file(letter: "Letter", format: str) -> bytes:
    if format == "pdf" and letter.sent_pdf is not None:
        return letter.sent_pdf
    sheet = writing.sheet(letter)
    if format == "md":
        return f"# {sheet.title}\n\n{sheet.body}\n".encode()
    if format == "docx":
        from deviations.adapters.letter_docx import letter_docx

        return letter_docx(sheet)
    from deviations.adapters.letter_pdf import letter_pdf

    return letter_pdf(sheet)


def _file_name(letter: "Letter") -> str:
    number = re.sub(r"[^A-Za-z0-9]+", "-", letter.registry_number or "").strip("-")
    return f"skrivelse-{number or letter.id}" + ("" if letter.status in OUT else "-utkast")


@bp.post("/<id:id>/till-styrgruppen")
@roles(Role.COORDINATOR)
def submit(id: int) -> Response:
    """Hands the draft to the styrgrupp."""
    return _step(id, lambda letter: writing.submit(db.session, me(), letter, now()))


@bp.post("/<id:id>/tillbaka")
@roles(Role.COORDINATOR, Role.STEERING)
def send_back(id: int) -> Response | tuple[str, int]:
    """Makes it a draft again, with a comment."""
    form = NoteForm()
    letter = letters.get(db.session, me(), id)
    if not form.validate():
        return _page(letter, send_back=form), 422
    try:
        writing.send_back(db.session, me(), letter, form.note.data, now())
    except PersonalData as refused:
        complain(form, refused)
        return _page(letter, send_back=form), 422
    return _done(id)


@bp.post("/<id:id>/besluta")
@roles(Role.STEERING)
def decide(id: int) -> Response | tuple[str, int]:
    """Records the decision to send it."""
    form = DecideForm()
    letter = letters.get(db.session, me(), id)
    if not form.validate():
        return _page(letter, decide=form), 422
    try:
        writing.decide(
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
        return _page(letter, decide=form), 422
    return _done(id)


@bp.post("/<id:id>/skicka")
@roles(Role.COORDINATOR)
def send(id: int) -> Response:
    """Registers and locks the letter as sent."""
    return _step(id, lambda letter: writing.send(db.session, me(), letter, at=now()))


@bp.post("/<id:id>/svar")
@roles(Role.COORDINATOR)
def reply(id: int) -> Response | tuple[str, int]:
    """Notes what came back."""
    letter = letters.get(db.session, me(), id)
    form = _reply_form([status for status in writing.REPLIES if status in moves_from(letter.status)])
    if not form.validate():
        return _page(letter, reply=form), 422
    try:
        writing.record_reply(
            db.session,
            me(),
            letter,
            kind=LetterStatus(form.kind.data),
            answer=Answer(form.answer.data) if form.answer.data else None,
            received_on=form.received_on.data,
            their_number=form.their_number.data,
            summary=form.summary.data,
            answer_by=form.answer_by.data,
            at=now(),
        )
    except (PersonalData, Incomplete) as refused:
        complain(form, refused)
        return _page(letter, reply=form), 422
    return _done(id)


@bp.post("/<id:id>/avsluta")
@roles(Role.COORDINATOR)
def close(id: int) -> Response | tuple[str, int]:
    """Ends an answered letter."""
    letter = letters.get(db.session, me(), id)
    form = NoteForm(prefix="close-")
    if not form.validate():
        return _page(letter, close=form), 422
    try:
        writing.close(db.session, me(), letter, form.note.data, now())
    except PersonalData as refused:
        complain(form, refused)
        return _page(letter, close=form), 422
    return _done(id)


def _step(id: int, act: Callable[["Letter"], None]) -> Response:
    act(letters.get(db.session, me(), id))
    return _done(id)


def _done(id: int) -> Response:
    db.session.commit()
    letter = letters.get(db.session, me(), id)
    flash(gettext("Skrivelsen är nu: %(state)s.", state=str(labels.LETTERS[letter.status]).lower()), "ok")
    return redirect(url_for("letters.show", id=id))
