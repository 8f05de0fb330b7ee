""" "Samma här": a known barrier or report was met here too, said in one line and counted as evidence."""

from typing import TYPE_CHECKING, Union

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.workflow import Kind, NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.fields import optional_id
from deviations.forms.filing import FilingForm, SameForm
from deviations.queries import barriers, catalogue, deviations, people
from deviations.services import filing
from deviations.web import filing_marks
from deviations.web import filing_parts as parts
from deviations.web.access import WORKERS, me, now, reads, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Barrier, Deviation

Thing = Union["Barrier", "Deviation"]


def thing(named: str) -> Thing:
    """What `hinder:3` or `avvikelse:17` names. Raises NotFound for what is not there, or not hers to read."""
    kind, _, number = named.partition(":")
    try:
        id = optional_id(number)
    except ValueError:
        raise NotFound from None
    if id is None:
        raise NotFound
    if kind == "hinder":
        return barriers.get(db.session, me(), id)
    if kind == "avvikelse":
        return deviations.get(db.session, me(), id)
    raise NotFound


def name_of(about: Thing) -> str:
    """The barrier's name or the report's title."""
    found: str = about.title if hasattr(about, "reporter_id") else about.name  # type: ignore[union-attr]
    return found


def say(form: FilingForm | SameForm, about: Thing, line: str) -> tuple["Deviation", bool]:
    """Files the occurrence with the form's day and place; without a line of her own it is called what the thing is."""
    towns = {m.id: m for m in catalogue.municipalities(db.session)}
    homes = {s.id: s for s in people.subprojects(db.session)}
    colleagues = {user.id: user for user in people.colleagues(db.session, me())}
    whose = form.reporter.id_chosen if isinstance(form, FilingForm) else None
    occurrence = filing.Occurrence(
        of=about,
        municipality=towns[form.municipality.id_chosen or 0],
        subproject=homes[form.subproject.id_chosen or 0],
        occurred_on=form.occurred_on.data or today(),
        line=line or name_of(about)[: filing.LINE],
        reporter=colleagues.get(whose or 0),
    )
    return filing.same_here(db.session, me(), occurrence, form_key=form.form_key.data, at=now())


def thank(deviation: "Deviation", is_new: bool) -> None:
    """The receipt: the number, with how many others, and where harm is reported. The report is committed."""
    if not is_new:
        flash(already(deviation), "info")
        return
    flash(_receipt(deviation), "ok")
    flash(
        gettext(
            "Har någon farit illa, eller riskerar att göra det? Det hanteras inte här. Vänd dig genast till din chef, "
            "som vet hur en rapport enligt lex Sarah går till hos er."
        ),
        "info",
    )


def already(deviation: "Deviation") -> str:
    """What to say when the same form is sent again."""
    if deviation.kind is Kind.GOOD_EXAMPLE:
        return str(gettext("Guldkornet var redan anmält. Det finns bara en gång."))
    return str(gettext("Avvikelsen var redan anmäld. Den finns bara en gång."))


def _receipt(deviation: "Deviation") -> str:
    id, barrier = deviation.id, deviation.barrier
    if deviation.kind is Kind.GOOD_EXAMPLE:
        return str(gettext("Tack! Guldkorn %(id)s är anmält.", id=id))
    if deviation.kind is not Kind.SAME_HERE:
        return str(gettext("Tack! Avvikelse %(id)s är anmäld.", id=id))
    if barrier is None:
        return str(gettext("Tack! Avvikelse %(id)s är anmäld: samma sak har hänt hos er.", id=id))
    spread = barriers.municipalities_of(db.session, me(), [barrier.id]).get(barrier.id)
    if spread is None:
        return str(
            gettext("Tack! Avvikelse %(id)s är anmäld och räknas till hindret ”%(name)s”.", id=id, name=barrier.name)
        )
    return str(
        ngettext(
            "Tack! Avvikelse %(id)s är anmäld och räknas till hindret ”%(name)s”, som finns i %(num)s kommun.",
            "Tack! Avvikelse %(id)s är anmäld och räknas till hindret ”%(name)s”, som finns i %(num)s kommuner.",
            spread,
            id=id,
            name=barrier.name,
        )
    )


@roles(*WORKERS)
def same(of: str, id: int) -> str:
    """The small form: when, where and one line."""
    about = thing(f"{of}:{id}")
    where = parts.places()
    return _page(_form(where, where.defaults), about, of, where)


def _form(where: parts.Places, fields: parts.Fields) -> SameForm:
    values: MultiDict[str, str] = MultiDict((name, v) for name, many in fields.items() for v in many)
    return SameForm(formdata=values, municipalities=where.municipalities, subprojects=where.subprojects)


def _page(form: SameForm, about: Thing, of: str, where: parts.Places) -> str:
    line = parts.text_of({"line": [form.line.data or ""]}, "line")
    marks = filing_marks.find({"line": line}, request.form.getlist("keep"))
    form.who.data = str(me().id)
    return render_template(
        "filing/same.html",
        form=form,
        about=about,
        of=of,
        name=name_of(about),
        asks_subproject=len(where.own) > 1,
        marks=filing_marks.html(marks, ["line"]),
    )


@roles(*WORKERS)
@reads
def file_same(of: str, id: int) -> Response | tuple[str, int]:
    """Files that it was met here too; the same form sent again leads to what it became."""
    about = thing(f"{of}:{id}")
    where = parts.places()
    sent = {name: values for name, values in request.form.lists() if name != "csrf_token"}
    form = _form(where, {**where.defaults, **sent})
    line = parts.text_of({"line": [form.line.data or ""]}, "line")
    if "mask" in request.form:
        masked = filing_marks.masked({"line": line}, request.form["mask"])
        form.line.data = masked[1] if masked else form.line.data
        return _page(form, about, of, where), 200
    if request.form.get("do") == "back":
        return _page(form, about, of, where), 200
    if "yes" in request.form.getlist("harm"):
        again = [(name, v) for name, values in sent.items() for v in values if name != "harm"]
        texts = [("line", line)] if line else []
        return render_template("filing/harm.html", texts=texts, again=again, action=request.path), 422
    right = form.validate()
    asked = filing_marks.complain(form, filing_marks.find({"line": line}, request.form.getlist("keep")))
    if asked or not right:
        return _page(form, about, of, where), 422
    db.begin_writing()
    try:
        deviation, is_new = say(form, thing(f"{of}:{id}"), form.line.data)
    except NotAllowed as refused:
        db.end_writing()
        complain(form, refused)
        return _page(form, about, of, where), 422
    db.session.commit()
    thank(deviation, is_new)
    return redirect(url_for("deviations.show", id=deviation.id))
