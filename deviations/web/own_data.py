"""What the program has stored about whoever is logged in: a page to read, and a file to take along."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from flask import Blueprint, Response, render_template
from flask_babel import gettext

from deviations.domain.days import today
from deviations.extensions import db
from deviations.queries import own_data, people
from deviations.queries.own_data import Kept, Row
from deviations.web.access import EVERYBODY, me, now, roles
from deviations.web.filters import day, moment
from deviations.web.own_data_words import COLUMNS, GROUPS, PARTS, WORDS

bp = Blueprint("own_data", __name__, url_prefix="/konto/mina-uppgifter")

SHOWN = 20
"""So many rows of each part stand on the page; the file has all."""


@bp.get("")
@roles(*EVERYBODY)
def show() -> str:
    """Everything in groups, the newest of each part."""
    found = {kept.part.name: kept for kept in own_data.stored(db.session, me().id, SHOWN)}
    groups = [(name, [(PARTS[part], found[part]) for part in parts if found[part].count]) for name, parts in GROUPS]
    return render_template(
        "own_data/show.html",
        groups=[(name, kept) for name, kept in groups if kept],
        columns=COLUMNS,
        shown=_shown,
        heads=_heads,
        most=SHOWN,
    )


def _heads(kept: Kept) -> Sequence[str]:
    """The columns in which any of the rows says something."""
    names = dict.fromkeys(name for row in kept.rows for name in row)
    return [name for name in names if any(row.get(name) not in (None, "") for row in kept.rows)]


def _shown(kept: Kept, row: Row, name: str) -> str:
    """A value in words."""
    value = row.get(name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(gettext("ja") if value else gettext("nej"))
    words = WORDS.get((kept.part.name, name), {})
    if value in words:
        return str(words[value])
    if name.endswith("_at") or name in ("at", "taken_at"):
        return str(moment(datetime.fromisoformat(str(value))))
    if name.endswith("_on") or name in ("on", "until", "before"):
        return str(day(date.fromisoformat(str(value))))
    return str(value)


@bp.get("/fil")
@roles(*EVERYBODY)
def download() -> Response:
    """All of it as JSON (RFC 8259), with the words of the page beside the names of the database."""
    user = people.account(db.session, me().id)
    told = {
        "made_at": now().isoformat(timespec="seconds"),
        "about": {"account": user.id, "name": user.full_name, "email": user.email},
        "left_out": str(gettext("Lösenord, koder och nycklar, och det som andra har skrivit.")),
        "stored": {
            kept.part.name: {"what": str(PARTS[kept.part.name]), "count": kept.count, "rows": kept.rows}
            for kept in own_data.stored(db.session, me().id)
        },
    }
    answer = Response(json.dumps(told, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="mina-uppgifter-{today().isoformat()}.json"'
    return answer
