"""Gallring: the administrator records decisions, sees what each rule would take away, and carries it out."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain import retention as rules
from deviations.domain.days import today
from deviations.domain.retention import SPANS, Erasable
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.retention import CarryOutForm, DecisionForm, MaskingForm
from deviations.queries import retention, settings
from deviations.services import retention as keeping
from deviations.web import conflicts, labels
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain
from deviations.web.retention_words import FLEETING, GOES, KINDS, NAMES, STAYS

if TYPE_CHECKING:
    from deviations.models import RetentionRun

bp = Blueprint("retention", __name__, url_prefix="/administration/gallring")

ADDRESSES: Mapping[str, Erasable] = {
    "texter": Erasable.REPORT_TEXTS,
    "anteckningar": Erasable.NOTES,
    "konton": Erasable.ACCOUNTS,
    "mejl": Erasable.MAIL,
    "natverksadresser": Erasable.SOURCES,
}
"""The word of each kind in addresses."""


def _secret() -> str:
    found: str = current_app.extensions["settings"].secret_key
    return found


@bp.get("")
@roles(Role.ADMIN)
def index() -> str:
    """What is decided, what was carried out, and what goes by itself."""
    return _page(_masking_form())


def _masking_form() -> MaskingForm:
    session = db.session
    version = settings.version(session, retention.MASKING)
    return MaskingForm(formdata=None, months=retention.mask_after(session), version=str(version))


def _page(masking: MaskingForm) -> str:
    session = db.session
    return render_template(
        "retention/index.html",
        addresses=ADDRESSES,
        names=NAMES,
        goes=GOES,
        in_force=retention.in_force(session, today()),
        decisions=retention.decisions(session),
        runs=[_told(run) for run in retention.runs(session)],
        fleeting=FLEETING,
        masking=masking,
    )


def _told(run: "RetentionRun") -> SimpleNamespace:
    """One run in words."""
    counts = rules.told_counts(run.rule.what, json.loads(run.counts))
    said = ", ".join(f"{str(KINDS[name]).lower()}: {count}" for name, count in counts)
    return SimpleNamespace(run=run, what=NAMES[run.rule.what], counts=said)


@bp.get("/beslut")
@roles(Role.ADMIN)
def new() -> str:
    """The form of a decision, with the months that we suggest."""
    suggested = {what.value: SPANS[what].usual for what in Erasable}
    return _decision_page(DecisionForm(formdata=None, data=suggested))


def _decision_page(form: DecisionForm) -> str:
    return render_template("retention/decision.html", form=form, goes=GOES, kinds=list(Erasable))


@bp.post("/beslut")
@roles(Role.ADMIN)
def decide() -> Response | tuple[str, int]:
    """Records a decision. Nothing goes by that alone."""
    form = DecisionForm()
    if not form.validate():
        return _decision_page(form), 422
    decided = keeping.Decided(
        number=form.number.data,
        decided_by=form.decided_by.data,
        decided_on=form.decided_on.data,
        months=form.months,
        note=form.note.data,
    )
    try:
        keeping.decide(db.session, me(), decided, at=now())
    except NotAllowed as refused:
        complain(form, refused)
        return _decision_page(form), 422
    db.session.commit()
    flash(gettext("Beslutet är antecknat. Inget är borttaget än: välj vad som ska gallras."), "ok")
    return redirect(url_for("retention.index"))


@bp.post("/beslut/<id:id>/upphor")
@roles(Role.ADMIN)
def end(id: int) -> Response:
    """Writes down that a decision is no longer in force."""
    decision = retention.decision(db.session, id)
    try:
        keeping.end(db.session, me(), decision, at=now())
    except NotAllowed as refused:
        db.session.rollback()
        flash(labels.refusal(refused.code), "warn")
        return redirect(url_for("retention.index"))
    db.session.commit()
    flash(gettext("Beslut %(number)s gäller inte längre.", number=decision.number), "ok")
    return redirect(url_for("retention.index"))


@bp.get("/<what>")
@roles(Role.ADMIN)
def show(what: str) -> str:
    """What a rule would take away now. Nothing is changed by looking."""
    return _preview(_kind(what))


def _kind(what: str) -> Erasable:
    if what not in ADDRESSES:
        raise NotFound
    return ADDRESSES[what]


def _preview(what: Erasable, refused: str = "") -> str:
    session = db.session
    rule = retention.rule(session, what, today())
    found = retention.found(session, what, rule.months, today())
    form = CarryOutForm(formdata=None, seen=keeping.mark(found, _secret()))
    if refused:
        form.form_errors.append(labels.refusal(refused))
    return render_template(
        "retention/show.html",
        what=what,
        address=next(word for word, kind in ADDRESSES.items() if kind is what),
        name=NAMES[what],
        goes=GOES[what],
        stays=STAYS[what],
        rule=rule,
        found=found,
        told=rules.summary(found),
        form=form,
        kinds=KINDS,
    )


@bp.post("/<what>")
@roles(Role.ADMIN)
def carry_out(what: str) -> Response | tuple[str, int]:
    """Takes away what was shown, and nothing else."""
    kind, form = _kind(what), CarryOutForm()
    form.validate()
    session = db.session
    rule = retention.rule(session, kind, today())
    try:
        keeping.carry_out(session, me(), rule, seen=form.seen.data or "", secret=_secret(), at=now())
    except NotAllowed as refused:
        session.rollback()
        return _preview(kind, refused.code), 409
    session.commit()
    flash(gettext("Gallringen är genomförd och antecknad i loggen."), "ok")
    return redirect(url_for("retention.index"))


@bp.post("/tidigare-medarbetare")
@roles(Role.ADMIN)
def mask() -> Response | tuple[str, int]:
    """Chooses when those who have left are no longer named."""
    form = MaskingForm()
    if not form.validate():
        return _page(form), 422
    try:
        keeping.set_masking(db.session, me(), form.months.data or 0, version=form.shown_version or 0, at=now())
    except StaleDataError:
        return conflicts.shown_anew("retention.index")
    db.session.commit()
    flash(gettext("Sparat."), "ok")
    return redirect(url_for("retention.index"))
