"""All reports that a person may read, as the address narrows and orders them."""

from flask import Blueprint, render_template

from deviations.domain.days import today
from deviations.domain.lists import View
from deviations.extensions import db
from deviations.queries import lists
from deviations.web import list_parts
from deviations.web.access import WORKERS, me, roles

bp = Blueprint("lists", __name__)


@bp.get("/avvikelser")
@roles(*WORKERS)
def index() -> str:
    """The reports that this person may read, the latest first unless the address says otherwise."""
    chosen = list_parts.asked(View.ALL)
    page = lists.page(db.session, me(), chosen, today=today())
    return render_template("deviations/index.html", **list_parts.shared("lists.index", chosen, page))
