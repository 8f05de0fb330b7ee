"""A recipient's own page behind its link: the letter, and a way to acknowledge it, ask for more time and answer. There
is no account; whoever holds the link may use it, and every use is noted.
"""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from deviations.adapters.letter_html import sheet_html
from deviations.domain.days import today
from deviations.domain.letters import Answer, FileKind, LetterStatus, LinkAct
from deviations.domain.reply_files import KINDS, MOST_BYTES
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.letter_answers import MoreTimeForm, OwnAnswerForm, ReceiptForm
from deviations.services import letter_sheets, recipient_links
from deviations.services.checks import PersonalData
from deviations.services.letter_answers import Promise, Said
from deviations.web import letter_answers_parts
from deviations.web.access import now, public, reads
from deviations.web.complaints import complain
from deviations.web.letter_answers_parts import OWN_ANSWERS

if TYPE_CHECKING:
    from deviations.forms.fields import BaseForm
    from deviations.models import RecipientLink

bp = Blueprint("recipients", __name__, url_prefix="/svar")

AROUND = 1_000_000  # bytes of a request beside its files, and room to say in words that they are too large
ROOM = MOST_BYTES + 2 * AROUND
TOKEN = 60  # characters; ours have 43


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Only who holds a link that holds may send files; it must be said before anything is read."""
    if endpoint == "recipients.answer":
        try:
            _link(str((values or {}).get("token", "")))
        except (NotFound, recipient_links.Overused):
            return
        request.max_content_length = ROOM


@bp.after_request
def _in_no_index(response: Response) -> Response:
    """A link is its recipient's alone: no search engine keeps what is behind it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@bp.errorhandler(NotFound)
def _closed(error: Exception) -> tuple[str, int]:
    db.session.rollback()
    return render_template("recipients/closed.html", overused=False), 404


@bp.errorhandler(recipient_links.Overused)
def _overused(error: Exception) -> tuple[str, int]:
    db.session.rollback()
    return render_template("recipients/closed.html", overused=True), 429


def _link(token: str, *, to_use: bool = False) -> "RecipientLink":
    """The link behind a token. Raises NotFound, and Overused."""
    if len(token) > TOKEN:
        raise NotFound
    link = recipient_links.find(db.session, token, now(), to_use=to_use)
    recipient_links.check_rate(db.session, link, now())
    return link


def _used(token: str, act: LinkAct) -> "RecipientLink":
    """The link, with this use of it noted. One that does not hold keeps nobody waiting for a turn to write."""
    _link(token)
    db.begin_writing()
    recipient_links.note(db.session, _link(token, to_use=True), act, _source(), now())
    db.session.commit()
    db.end_writing()
    return recipient_links.find(db.session, token, now())


def _source() -> str:
    return request.remote_addr or ""


@bp.get("/<token>")
@public
def show(token: str) -> str:
    """The letter, where it stands, and what can be done."""
    link = _used(token, LinkAct.OPENED)
    return _page("show", token, link, ReceiptForm(formdata=None))


def _page(name: str, token: str, link: "RecipientLink", form: "BaseForm") -> str:
    letter = link.letter
    return render_template(
        f"recipients/{name}.html",
        link=link,
        letter=letter,
        token=token,
        form=form,
        due=letter_answers_parts.due(letter, link.agency),
        open=recipient_links.open_kinds(link),
        said=[reply for reply in letter.replies if reply.agency_id in (None, link.agency_id)],
        answers=OWN_ANSWERS,
        text=Markup(sheet_html(letter_sheets.sheet(letter))) if name == "show" else "",
        pdf=letter.file(FileKind.PDF) is not None,
        LetterStatus=LetterStatus,
    )


@bp.get("/<token>/skrivelse.pdf")
@public
def fetch(token: str) -> Response:
    """The very file that was sent."""
    link = _used(token, LinkAct.FETCHED)
    file = link.letter.file(FileKind.PDF)
    if file is None:
        raise NotFound
    answer = Response(file.content, mimetype=None, content_type=KINDS["pdf"])
    answer.headers.set("Content-Disposition", "attachment", filename=f"skrivelse-{link.letter_id}.pdf")
    return answer


@bp.post("/<token>/mottagen")
@public
@reads
def receive(token: str) -> Response | tuple[str, int]:
    """The recipient says that it has the letter."""
    _note_if_vain(token, LetterStatus.ACKNOWLEDGED)
    link, form = _link(token), ReceiptForm()
    if not form.validate():
        return _page("show", token, _used(token, LinkAct.OPENED), form), 422
    kind = LetterStatus.ACKNOWLEDGED
    said = Said(kind=kind, agency=link.agency, received_on=today(), their_number=form.their_number.data)
    refused = _respond(token, form, said)
    if refused is not None:
        return _page("show", token, refused, form), 422
    flash(gettext("Tack! Det är noterat att ni har fått skrivelsen."), "ok")
    return redirect(url_for("recipients.show", token=token))


def _note_if_vain(token: str, kind: LetterStatus) -> None:
    """Notes, and counts, also a use of the link that says what can't be said any more: it leaves no reply behind."""
    if kind not in recipient_links.open_kinds(_link(token)):
        _used(token, LinkAct.OPENED)


def _respond(token: str, form: "BaseForm", said: Said) -> "RecipientLink | None":
    """Keeps what the recipient says; the link again where it was refused and the form says why."""
    db.begin_writing()
    try:
        recipient_links.respond(db.session, _link(token, to_use=True), said, _source(), now())
    except (PersonalData, Incomplete) as refused:
        complain(form, refused)
        return _used(token, LinkAct.OPENED)
    db.session.commit()
    return None


@bp.get("/<token>/mer-tid")
@public
def more_time(token: str) -> str:
    """The form in which more time is asked for."""
    return _page("more_time", token, _able(_used(token, LinkAct.OPENED), LetterStatus.EXTENDED), MoreTimeForm())


def _able(link: "RecipientLink", kind: LetterStatus) -> "RecipientLink":
    """Raises NotAllowed when that can't be said now."""
    if kind not in recipient_links.open_kinds(link):
        raise NotAllowed("no_such_move")
    return link


@bp.post("/<token>/mer-tid")
@public
@reads
def ask_for_time(token: str) -> Response | tuple[str, int]:
    """The recipient names the day by which it can answer."""
    link, form = _link(token), MoreTimeForm()
    if not form.validate():
        return _page("more_time", token, _used(token, LinkAct.OPENED), form), 422
    said = Said(
        kind=LetterStatus.EXTENDED,
        agency=link.agency,
        received_on=today(),
        answer_by=form.answer_by.data,
        text=form.text.data,
        their_number=form.their_number.data,
    )
    refused = _respond(token, form, said)
    if refused is not None:
        return _page("more_time", token, refused, form), 422
    flash(gettext("Tack! Den nya dagen är noterad. Vi påminner inte före den."), "ok")
    return redirect(url_for("recipients.show", token=token))


@bp.get("/<token>/svara")
@public
def write(token: str) -> str:
    """The form of the answer."""
    link = _able(_used(token, LinkAct.OPENED), LetterStatus.ANSWERED)
    return _page("answer", token, link, OwnAnswerForm(answers=OWN_ANSWERS.items()))


@bp.post("/<token>/svara")
@public
@reads
def answer(token: str) -> Response | tuple[str, int]:
    """The recipient answers. Its files are looked into before anybody else has to wait."""
    _note_if_vain(token, LetterStatus.ANSWERED)  # before its files are unpacked
    link, form = _link(token), OwnAnswerForm(answers=OWN_ANSWERS.items())
    if not form.validate():
        return _page("answer", token, _used(token, LinkAct.OPENED), form), 422
    said = Said(
        kind=LetterStatus.ANSWERED,
        agency=link.agency,
        received_on=today(),
        answer=Answer(form.answer.data),
        passed_on_to=form.passed_on_to.data,
        text=form.text.data,
        their_number=form.their_number.data,
        files=form.uploads,
        promised=[Promise(text, on) for text, on in form.promised],
    )
    refused = _respond(token, form, said)
    if refused is not None:
        return _page("answer", token, refused, form), 422
    flash(gettext("Tack för svaret! De som har rapporterat om hindret får veta att det har kommit."), "ok")
    return redirect(url_for("recipients.show", token=token))
