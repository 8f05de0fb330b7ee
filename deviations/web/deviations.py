"""File a report, follow one's own, read one, and decide where it goes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain import workflow
from deviations.domain.days import today
from deviations.domain.roles import Role
from deviations.domain.workflow import CloseReason, Incomplete, Kind, NotAllowed, NotFound, Status, Step
from deviations.extensions import db
from deviations.forms.deviations import AnswerForm, DecisionForm, FilingForm, VersionedForm
from deviations.forms.fields import BaseForm
from deviations.queries import barriers, catalogue, deviations, grouping, people
from deviations.services import filing, triage
from deviations.web import inputs, labels
from deviations.web.access import WORKERS, me, now, roles
from deviations.web.complaints import at_field, complain

if TYPE_CHECKING:
    from deviations.models import Deviation, Municipality, Subproject

bp = Blueprint("deviations", __name__, url_prefix="/avvikelser")

TWIN_WITHIN = timedelta(hours=12)


def _filing_form() -> FilingForm:
    session, actor = db.session, me()
    parties = catalogue.agency_choices(session)
    own = people.own_subprojects(session, actor)
    near = {m.id for place in own for m in place.municipalities}
    counties = {m.county_code for place in own for m in place.municipalities}
    places = [m for m in catalogue.municipalities(session) if m.id in near or m.county_code in counties]
    ordered = sorted(places, key=lambda m: m.id not in near)
    form = FilingForm(
        kinds=[(kind, label) for kind, label in labels.KINDS.items()],
        agencies=[(a.id, a.short_name) for a in parties.usual],
        more_agencies=[(a.id, a.short_name) for a in parties.others],
        rules=catalogue.rule_choices(session),
        municipalities=[
            (m.id, m.name, gettext("Ditt delprojekt") if m.id in near else gettext("Övriga i länet")) for m in ordered
        ],
        subprojects=[(place.id, place.name) for place in own],
        steps=[(step, label) for step, label in labels.STEPS.items()],
    )
    if not form.is_submitted():
        form.occurred_on.data = today()
    return form


@bp.get("/ny")
@roles(*WORKERS)
def new() -> str:
    """The form for a new report."""
    return render_template("deviations/new.html", form=_filing_form())


@bp.post("/ny")
@roles(*WORKERS)
def file() -> Response | tuple[str, int]:
    """Files the report; the same form sent again leads to the report that it became."""
    form = _filing_form()
    if not form.validate():
        return render_template("deviations/new.html", form=form), 422
    report = _report(form)
    try:
        filing.check_words(report)
        marked = filing.pointing(report)
        if marked and not form.harmless.data:
            for name, words in marked.items():
                at_field(form, name, labels.pointing(words))
            return render_template("deviations/new.html", form=form, ask=True), 422
        deviation, new_one = filing.file(
            db.session, me(), report, form_key=form.form_key.data, at=now(), twin_within=TWIN_WITHIN
        )
    except NotAllowed as refused:
        complain(form, refused)
        return render_template("deviations/new.html", form=form), 422
    db.session.commit()
    if new_one:
        flash(gettext("Tack! Avvikelse %(id)s är anmäld.", id=deviation.id), "ok")
    else:
        flash(gettext("Avvikelsen var redan anmäld. Den finns bara en gång."), "info")
    return redirect(url_for("deviations.show", id=deviation.id))


def _report(form: FilingForm) -> filing.Report:
    session = db.session
    parties = {a.id: a for a in catalogue.agencies(session)}
    rules = {r.id: r for r in catalogue.rules(session)}
    places = {m.id: m for m in catalogue.municipalities(session)}
    homes = {s.id: s for s in people.subprojects(session)}
    return filing.Report(
        title=form.title.data,
        body=form.body.data,
        municipality=places[form.municipality.id_chosen or 0],
        subproject=homes[form.subproject.id_chosen or 0],
        occurred_on=form.day or today(),
        agencies=[parties[id] for id in sorted(form.agency_ids)],
        kind=Kind(form.kind.data),
        rule=rules.get(form.rule.id_chosen or 0),
        rule_hint=form.rule_hint.data,
        step=Step(form.step.data) if form.step.data else None,
        weeks_lost=form.weeks_lost.data,
        people_hit=form.people_hit.data,
        tried=form.tried.data,
        wished=form.wished.data,
    )


@bp.get("/mina")
@roles(*WORKERS)
def mine() -> str:
    """What this person has filed, and what waits for her."""
    return render_template(
        "deviations/mine.html",
        mine=deviations.mine(db.session, me()),
        waiting=deviations.waiting_for(db.session, me()),
    )


@bp.get("")
@roles(*WORKERS)
def index() -> str:
    """The reports that this person may read, filtered by the address."""
    chosen = deviations.Filter(
        status=inputs.code("status", Status),
        agency=inputs.number("part"),
        municipality=inputs.number("kommun"),
        subproject=inputs.number("delprojekt"),
    )
    own = people.own_subprojects(db.session, me())
    found, older = deviations.listed(db.session, me(), chosen, inputs.number("fore"))
    return render_template(
        "deviations/index.html",
        found=found,
        older=_page_after(found[-1].id) if older else None,
        chosen=chosen,
        states=[(status, labels.STATUSES[status]) for status in Status if status is not Status.DRAFT],
        agencies=[(a.id, a.short_name) for a in catalogue.agencies(db.session)],
        municipalities=[(m.id, m.name) for m in _municipalities(own)],
        subprojects=[(place.id, place.name) for place in own],
    )


def _municipalities(places: Sequence["Subproject"]) -> list["Municipality"]:
    """The municipalities of some subprojects, in Swedish order."""
    near = {m.id for place in places for m in place.municipalities}
    return [m for m in catalogue.municipalities(db.session) if m.id in near]


def _page_after(id: int) -> str:
    kept = {name: value for name, value in request.args.items() if name != "fore"}
    return f"{url_for('deviations.index')}?{urlencode({**kept, 'fore': id})}"


@bp.get("/<id:id>")
@roles(*WORKERS)
def show(id: int) -> str:
    """One report: its text, where it stands, what the program suggests, and the decisions that are this person's."""
    return _page(deviations.get(db.session, me(), id))


def _page(deviation: "Deviation", failed: dict[str, BaseForm] | None = None, open_form: str = "") -> str:
    actor, session = me(), db.session
    targets = workflow.targets(
        actor, deviation.status, subproject=deviation.subproject_id, author=deviation.reporter_id
    )
    decides = actor.has(Role.COORDINATOR) or deviation.subproject_id in actor.subprojects(Role.LEAD)
    forms: dict[str, BaseForm] = {}
    if decides:
        forms = {str(target): _decision_form(deviation, target) for target in targets}
    elif Status.IN_REVIEW in targets and deviation.status is Status.NEEDS_FACTS:
        forms = {"answer": AnswerForm(version=str(deviation.version))}
    suggested = None
    if deviations.is_open(deviation) and deviation.kind is Kind.DEVIATION:
        refused = deviations.refused(session, deviation)
        suggested = grouping.suggest(session, actor, deviations.fact(deviation), refused)
    return render_template(
        "deviations/show.html",
        deviation=deviation,
        history=deviations.history(session, deviation),
        solutions=deviations.solutions(session, deviation),
        suggested=suggested,
        names=catalogue.names(session),
        forms={**forms, **(failed or {})},
        open_form=open_form,
        decides=decides,
        may_join=Status.JOINED in targets,
        Status=Status,
    )


def _decision_form(deviation: "Deviation", target: Status) -> DecisionForm:
    return DecisionForm(
        prefix=f"{target}-",
        barriers=[(b.id, b.name) for b in barriers.by_name(db.session, me())],
        reasons=[(reason, label) for reason, label in labels.CLOSE_REASONS.items()],
        version=str(deviation.version),
    )


@bp.post("/<id:id>/beslut/<target>")
@roles(Role.COORDINATOR, Role.LEAD)
def decide(id: int, target: str) -> Response | tuple[str, int]:
    """Takes one decision on a report."""
    deviation = deviations.get(db.session, me(), id)
    to = _target(target)
    form = _decision_form(deviation, to)
    if not form.validate():
        return _page(deviation, {target: form}, target), 422
    try:
        triage.move(db.session, me(), deviation, _decision(form, to), at=now(), version=form.shown_version)
    except (filing.PersonalData, Incomplete) as refused:
        complain(form, refused)
        return _page(deviation, {target: form}, target), 422
    db.session.commit()
    flash(_told(deviation), "ok")
    return redirect(url_for("triage.queue") if request.args.get("fran") == "triage" else _address(deviation))


def _target(code: str) -> Status:
    try:
        return Status(code)
    except ValueError:
        raise NotFound from None


def _decision(form: DecisionForm, to: Status) -> triage.Decision:
    session, actor = db.session, me()
    barrier_id, original_id = form.barrier.id_chosen, form.duplicate_of.data
    return triage.Decision(
        to=to,
        note=form.note.data,
        barrier=barriers.get(session, actor, barrier_id) if barrier_id else None,
        solution=form.solution.data,
        worked=not form.not_worked.data,
        reason=CloseReason(form.reason.data) if form.reason.data else None,
        duplicate_of=_original(original_id) if original_id else None,
    )


def _original(id: int) -> "Deviation | None":
    try:
        return deviations.get(db.session, me(), id)
    except NotFound:
        return None


def _told(deviation: "Deviation") -> str:
    id, barrier = deviation.id, deviation.barrier
    if deviation.status is Status.JOINED and barrier is not None:
        return str(gettext("Avvikelse %(id)s hör nu till hindret ”%(name)s”.", id=id, name=barrier.name))
    state = str(labels.STATUSES[deviation.status]).lower()
    return str(gettext("Avvikelse %(id)s är nu: %(state)s.", id=id, state=state))


def _address(deviation: "Deviation") -> str:
    return url_for("deviations.show", id=deviation.id)


@bp.post("/<id:id>/svar")
@roles(*WORKERS)
def answer(id: int) -> Response | tuple[str, int]:
    """The reporter answers the triage's question."""
    deviation = deviations.get(db.session, me(), id)
    form = AnswerForm()
    if not form.validate():
        return _page(deviation, {"answer": form}, "answer"), 422
    decision = triage.Decision(Status.IN_REVIEW, note=form.note.data)
    try:
        triage.move(db.session, me(), deviation, decision, at=now(), version=form.shown_version)
    except filing.PersonalData as refused:
        complain(form, refused)
        return _page(deviation, {"answer": form}, "answer"), 422
    db.session.commit()
    flash(gettext("Tack för svaret. Avvikelsen är tillbaka hos verksamhetsutvecklaren."), "ok")
    return redirect(_address(deviation))


@bp.post("/<id:id>/hinder/<id:barrier_id>")
@roles(Role.COORDINATOR)
def join(id: int, barrier_id: int) -> Response:
    """One press on a suggestion: the report belongs to that barrier."""
    deviation = deviations.get(db.session, me(), id)
    barrier = barriers.get(db.session, me(), barrier_id)
    decision = triage.Decision(Status.JOINED, barrier=barrier)
    triage.move(db.session, me(), deviation, decision, at=now(), version=VersionedForm().shown_version)
    db.session.commit()
    flash(_told(deviation), "ok")
    return redirect(_address(deviation))


@bp.post("/<id:id>/inte-hinder/<id:barrier_id>")
@roles(Role.COORDINATOR)
def refuse(id: int, barrier_id: int) -> Response:
    """One press on a suggestion: the report does not belong there, and is not suggested there again."""
    deviation = deviations.get(db.session, me(), id)
    barrier = barriers.get(db.session, me(), barrier_id)
    triage.refuse(db.session, me(), deviation, barrier, now())
    db.session.commit()
    flash(gettext("Noterat. Programmet föreslår inte det hindret igen för den här avvikelsen."), "ok")
    return redirect(_address(deviation))
