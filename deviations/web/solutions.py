"""Local solutions and guldkorn, for all subprojects to find and try, and what they say of it when they have."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.workflow import NotFound
from deviations.extensions import db
from deviations.forms.fields import clean_line, showable
from deviations.forms.solutions import TrialForm
from deviations.queries import catalogue, people, solutions
from deviations.queries.solutions import Order, Shared, Wanted
from deviations.services import solutions as keeping
from deviations.services.checks import PersonalData
from deviations.web import inputs, names
from deviations.web.access import READERS, WORKERS, me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Subproject

bp = Blueprint("solutions", __name__, url_prefix="/losningar")


@bp.get("")
@roles(*READERS)
def index() -> str:
    """Everything that subprojects have done locally and all guldkorn, narrowed by the address."""
    wanted = Wanted(
        words=clean_line(showable(request.args.get("ord", "")[:100])),
        agency=inputs.number("part"),
        rule=inputs.number("regel"),
        good_examples=request.args.get("slag") == "guldkorn",
        order=inputs.code("ordning", Order) or Order.NEWEST,
    )
    found, more = solutions.shared(db.session, me(), wanted, inputs.number("efter"))
    return render_template(
        "solutions/index.html",
        found=found,
        more=_page_after(found[-1]) if more else None,
        wanted=wanted,
        narrowed=bool(wanted.words or wanted.agency or wanted.rule or wanted.good_examples),
        agencies=[(a.id, a.short_name) for a in catalogue.agencies(db.session)],
        rules=[(rule.id, f"{rule.code} {rule.name}") for rule in catalogue.rules(db.session)],
        orders=[(Order.CONFIRMED, gettext("Fungerade hos flest"))],
        tells=bool(me().subprojects()),
    )


def _page_after(last: Shared) -> str:
    kept = {name: value for name, value in request.args.items() if name != "efter"}
    return f"{url_for('solutions.index')}?{urlencode({**kept, 'efter': last.solution.id})}"


@bp.get("/<id:id>")
@roles(*READERS)
def show(id: int) -> str:
    """One solution: what was done, how it went elsewhere, and the two buttons that say how it went here."""
    return _page(solutions.get(db.session, me(), id))


def _page(one: Shared, form: TrialForm | None = None) -> str:
    places = _places(one)
    return render_template(
        "solutions/show.html",
        one=one,
        words=solutions.words(db.session, me(), one.solution),
        own=one.solution.subproject_id in me().subprojects(),
        form=(form or _form(places)) if places else None,
        several=len(places) > 1,
    )


def _places(one: Shared) -> list["Subproject"]:
    """The subprojects for which this person may say how it went: where she works, but for the solution's own."""
    mine = me().subprojects() - {one.solution.subproject_id}
    return [place for place in people.own_subprojects(db.session, me()) if place.id in mine]


def _form(places: list["Subproject"]) -> TrialForm:
    return TrialForm(subprojects=[(place.id, place.name) for place in places], worked="")


@bp.post("/<id:id>/provad")
@roles(*WORKERS)
def tried(id: int) -> Response | tuple[str, int]:
    """A subproject says that it worked there too, or that it did not. Raises NotFound for who works in no other."""
    one = solutions.get(db.session, me(), id)
    places = {place.id: place for place in _places(one)}
    if not places:
        raise NotFound
    form = _form(list(places.values()))
    if not form.validate() or names.asks(form, ["note"]) or not form.says_which():
        return _page(one, form), 422
    place = places[form.subproject.id_chosen or 0]
    try:
        keeping.try_out(db.session, me(), one.solution, place, form.worked.data == "yes", form.note.data, at=now())
    except PersonalData as refused:
        complain(form, refused)
        return _page(one, form), 422
    db.session.commit()
    flash(gettext("Tack! Nu ser de andra delprojekten hur det gick hos er."), "ok")
    return redirect(url_for("solutions.show", id=id))
