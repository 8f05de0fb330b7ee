"""Says more of a report after it was filed: its rule, step, weeks and what was tried, as long as it is open."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound, Step
from deviations.extensions import db
from deviations.forms.deviations import VersionedForm
from deviations.forms.filing import CompleteForm
from deviations.queries import catalogue, deviations
from deviations.services import completing, filing
from deviations.web import conflicts, filing_live, filing_parts, labels, names
from deviations.web.access import WORKERS, me, now, roles

if TYPE_CHECKING:
    from deviations.models import Deviation

bp = Blueprint("completing", __name__, url_prefix="/avvikelser")

TEXTS = ("rule_hint", "tried", "wished")


@bp.get("/<id:id>/komplettera")
@roles(*WORKERS)
def edit(id: int) -> str | Response:
    """The form's second part, with what the report says already."""
    deviation = _own(id)
    if not deviations.is_open(deviation):
        flash(labels.refusal("no_longer_open"), "info")
        return redirect(url_for("deviations.show", id=id))
    return _page(deviation, _form(deviation, _known(deviation)))


@bp.post("/<id:id>/komplettera")
@roles(*WORKERS)
def save(id: int) -> Response | tuple[str, int] | str:
    """Saves what was added; the button that finds rules saves nothing."""
    deviation = _own(id)
    form = _form(deviation)
    if request.form.get("do") == "find":
        return _page(deviation, form)
    if not form.validate() or names.asks(form, TEXTS):
        return _page(deviation, form), 422
    details = _details(deviation, form)
    try:
        changed = filing.complete(db.session, me(), deviation, details, at=now(), version=form.shown_version)
        db.session.commit()
    except StaleDataError:
        return _overtaken(id, form), 409
    flash(gettext("Tack! Avvikelsen är kompletterad.") if changed else gettext("Inget var ändrat."), "ok")
    return redirect(url_for("deviations.show", id=id))


def _overtaken(id: int, form: CompleteForm) -> str:
    """The form as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    deviation = _own(id)
    if not deviations.is_open(deviation):
        raise NotAllowed("no_longer_open")
    theirs = _form(deviation, _known(deviation))
    return _page(deviation, form, conflicts.beside(conflicts.of_report(deviation), form, theirs))


@bp.post("/<id:id>/regel/<code>")
@roles(Role.COORDINATOR)
def correct(id: int, code: str) -> Response:
    """One press on a suggestion: the report is about that rule."""
    deviation = deviations.get(db.session, me(), id)
    rule = catalogue.rule(db.session, code)
    completing.correct(db.session, me(), deviation, rule=rule, at=now(), version=VersionedForm().shown_version)
    db.session.commit()
    flash(gettext("Regeln är angiven: %(rule)s.", rule=f"{rule.code} {rule.name}"), "ok")
    return redirect(url_for("deviations.show", id=id))


def _own(id: int) -> "Deviation":
    """A report that this person filed or typed. Raises NotFound for all others."""
    deviation = deviations.get(db.session, me(), id)
    if me().id not in (deviation.reporter_id, deviation.filed_by_id):
        raise NotFound
    return deviation


def _form(deviation: "Deviation", known: dict[str, object] | None = None) -> CompleteForm:
    session = db.session
    parties = catalogue.agency_choices(session)
    towns = filing_parts.places().municipalities
    if deviation.municipality_id not in {id for id, _, _ in towns}:
        towns = [(deviation.municipality_id, deviation.municipality.name, gettext("Nu vald")), *towns]
    return CompleteForm(
        agencies=[(a.id, a.short_name) for a in parties.usual],
        more_agencies=[(a.id, a.short_name) for a in parties.others],
        rules=[(rule.id, rule.name) for rule in catalogue.rules(session)],
        municipalities=towns,
        steps=list(labels.STEPS.items()),
        **({"data": known, "formdata": None} if known else {}),
    )


def _known(deviation: "Deviation") -> dict[str, object]:
    chosen = [str(agency.id) for agency in deviation.agencies]
    return {
        "agencies": chosen,
        "more_agencies": chosen,
        "rule": str(deviation.rule_id or ""),
        "rule_hint": deviation.rule_hint,
        "municipality": str(deviation.municipality_id),
        "occurred_on": deviation.occurred_on,
        "step": str(deviation.step or ""),
        "weeks_lost": deviation.weeks_lost,
        "people_hit": deviation.people_hit,
        "tried": deviation.tried,
        "wished": deviation.wished,
        "version": str(deviation.version),
    }


def _page(deviation: "Deviation", form: CompleteForm, conflict: conflicts.Beside | None = None) -> str:
    told = {
        "title": [deviation.title],
        "body": [deviation.body],
        "agencies": [str(agency.id) for agency in deviation.agencies],
        "rule": [form.rule.data or ""],
    }
    cards = filing_live.cards(told, form.q.data or "")
    names = filing_live.words(None, cards)
    shown = {"form": form, "cards": cards, "names": names, "conflict": conflict}
    return render_template("deviations/complete.html", deviation=deviation, **shown)


def _details(deviation: "Deviation", form: CompleteForm) -> filing.Details:
    session = db.session
    towns = {m.id: m for m in catalogue.municipalities(session)}
    rules = {r.id: r for r in catalogue.rules(session)}
    return filing.Details(
        municipality=towns[form.municipality.id_chosen or 0],
        occurred_on=form.day or deviation.occurred_on,
        agencies=[a for a in catalogue.agencies(session) if a.id in form.agency_ids],
        rule=rules.get(form.rule.id_chosen or 0),
        rule_hint=form.rule_hint.data,
        step=Step(form.step.data) if form.step.data else None,
        weeks_lost=form.weeks_lost.data,
        people_hit=form.people_hit.data,
        tried=form.tried.data,
        wished=form.wished.data,
    )
