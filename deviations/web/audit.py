"""The audit log for the administrator: looked through, checked, taken along as a file. Reading it is a line of it."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.adapters.spreadsheets import Cell, csv_table, xlsx_table
from deviations.domain.days import SWEDEN, today
from deviations.domain.log import LogChosen
from deviations.domain.roles import Role
from deviations.domain.workflow import NotFound
from deviations.extensions import db
from deviations.forms.audit import asked
from deviations.queries import audit as reading
from deviations.services import audit, letter_seal
from deviations.web import inputs, log_words, noted
from deviations.web.access import me, roles

bp = Blueprint("audit", __name__, url_prefix="/administration/logg")

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST = {"csv": 10_000, "xlsx": 1_000}
"""So many lines a file holds at most: what can be made in about a second."""


@bp.get("")
@roles(Role.ADMIN)
def index() -> str:
    """The newest lines of those that the address asks for."""
    chosen, broken = _asked()
    before = inputs.number("fore")
    lines, more = reading.listed(db.session, me(), chosen, before)
    page = render_template(
        "audit/index.html",
        lines=lines,
        chosen=chosen,
        broken=[_filters()[name] for name in broken],
        people=reading.people(db.session, me()),
        nouns=[(noun, log_words.NOUNS[noun]) for noun in log_words.ASKED],
        names=reading.names(db.session, log_words.users_in(lines)),
        words=log_words,
        filters=_filters(),
        count=reading.count(db.session, me()),
        older=url_for("audit.index", **chosen.told(), fore=lines[-1].id) if more else None,
        newer=url_for("audit.index", **chosen.told()) if before else None,
        most=MOST,
    )
    noted.log_read({**chosen.told(), **({"fore": before} if before else {})})
    return page


@bp.get("/kontroll")
@roles(Role.ADMIN)
def check() -> str:
    """Walks the whole chain, and the seals of the letters that were sent."""
    lines, broken = audit.verify(db.session)
    changed = letter_seal.verify(db.session)
    noted.log_read({"check": True})
    return render_template("audit/check.html", lines=lines, broken=broken, changed=changed)


@bp.get("/fil.<format>")
@roles(Role.ADMIN)
def export(format: str) -> Response:
    """The lines that the address asks for as a file for a spreadsheet program, with every detail."""
    if format not in FORMATS:
        raise NotFound
    chosen, _ = _asked()
    lines, _ = reading.listed(db.session, me(), chosen, most=MOST[format])
    rows = _rows(lines)
    made = csv_table(_headers(), rows) if format == "csv" else xlsx_table(gettext("Logg"), _headers(), rows)
    noted.fetched({**chosen.told(), "lines": len(lines)})
    answer = Response(made, mimetype=None, content_type=FORMATS[format])
    answer.headers.set("Content-Disposition", "attachment", filename=f"logg-{today().isoformat()}.{format}")
    return answer


def _asked() -> tuple[LogChosen, list[str]]:
    return asked(request.args, log_words.ASKED)


def _filters() -> dict[str, str]:
    return {
        "person": gettext("Person"),
        "slag": gettext("Slag"),
        "sak": gettext("Gäller"),
        "nr": gettext("Nummer"),
        "fran": gettext("Från och med"),
        "till": gettext("Till och med"),
    }


def _headers() -> list[str]:
    return [
        gettext("Rad"),
        gettext("När"),
        gettext("Vem"),
        gettext("Konto"),
        gettext("Vad"),
        gettext("Gäller"),
        gettext("Varifrån"),
        gettext("Kod"),
        gettext("Sak"),
        gettext("Detaljer"),
    ]


def _rows(lines: Sequence[reading.Line]) -> list[list[Cell]]:
    names = reading.names(db.session, log_words.users_in(lines))
    return [
        [
            line.id,
            f"{line.at.astimezone(SWEDEN):%Y-%m-%d %H:%M:%S}",
            line.name,
            line.actor,
            log_words.action(line.action),
            log_words.subject(line.subject, names),
            line.source,
            line.action,
            line.subject,
            line.detail,
        ]
        for line in lines
    ]
