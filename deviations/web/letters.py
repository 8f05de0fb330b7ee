"""Letters in the browser: the board of all of them, each letter's page, and its files."""

from typing import TYPE_CHECKING

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.letters import FileKind
from deviations.domain.roles import Role
from deviations.domain.workflow import NotFound
from deviations.extensions import db
from deviations.queries import letter_board, letters
from deviations.services import letter_sheets
from deviations.services.letter_sending import file_name
from deviations.web import letter_board as telling
from deviations.web import letter_page
from deviations.web.access import READERS, me, roles

if TYPE_CHECKING:
    from deviations.models import Letter

bp = Blueprint("letters", __name__, url_prefix="/skrivelser")

FORMATS = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.TXT: "text/plain; charset=utf-8",
}


@bp.get("")
@roles(*READERS)
def index() -> str:
    """The board: the letters that this person may read, with what came of them."""
    lines = letter_board.lines(db.session, me(), today())
    return render_template(
        "letters/index.html",
        open=[line for line in lines if line.open],
        closed=[line for line in lines if not line.open],
        told=telling,
        writes=me().has(Role.COORDINATOR),
    )


@bp.get("/tavla.<format>")
@roles(*READERS)
def export(format: str) -> Response:
    """The board as a table for a spreadsheet program, as for the steering group's meeting."""
    if format not in telling.FORMATS:
        raise NotFound
    on = today()
    made = telling.file(letter_board.lines(db.session, me(), on), format)
    answer = Response(made, mimetype=None, content_type=telling.FORMATS[format])
    answer.headers.set("Content-Disposition", "attachment", filename=f"skrivelser-{on.isoformat()}.{format}")
    return answer


@bp.get("/<id:id>")
@roles(*READERS)
def show(id: int) -> str:
    """One letter: its text as it will be read, where it stands, and the steps that are this person's."""
    return letter_page.page(letters.get(db.session, me(), id))


@bp.get("/<id:id>/fil.<format>")
@roles(*READERS)
def download(id: int, format: str) -> Response:
    """The letter as a file; once sent, the very one that was sealed."""
    if format not in set(FileKind):
        raise NotFound
    kind, letter = FileKind(format), letters.get(db.session, me(), id)
    answer = Response(_file(letter, kind), mimetype=None, content_type=FORMATS[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{file_name(letter)}.{format}")
    return answer


def _file(letter: "Letter", kind: FileKind) -> bytes:
    sealed = letter.file(kind)
    return sealed.content if sealed is not None else letter_sheets.file(letter_sheets.sheet(letter), kind)
