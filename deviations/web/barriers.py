"""Structural barriers: the list, one barrier's page, new ones from proposals, and the policy."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.adapters import charts
from deviations.domain import small_numbers
from deviations.domain.days import today
from deviations.domain.order import swedish_key
from deviations.domain.recurrence import Policy
from deviations.domain.roles import Role
from deviations.domain.workflow import (
    BARRIER_MOVES,
    BY_HAND,
    BarrierStatus,
    Incomplete,
    Kind,
    NotFound,
    Obstacle,
    Step,
)
from deviations.extensions import db
from deviations.forms.barriers import BarrierForm, EndForm, PolicyForm
from deviations.forms.letters import NewLetterForm
from deviations.queries import barriers, catalogue, grouping, settings, solutions, visibility
from deviations.services import barriers as keeping
from deviations.services import policy as policies
from deviations.services import rulings
from deviations.services.filing import PersonalData
from deviations.web import conflicts, decided, desk, inputs, labels, names
from deviations.web.access import READERS, WORKERS, me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Barrier, Deviation, Ruling

bp = Blueprint("barriers", __name__, url_prefix="/hinder")

COUNCIL = "NR"  # the usual recipient: Nationella rådet
TYPED = ("name", "description")
"""The texts of a barrier, in which somebody may be pointed out."""


@bp.get("")
@roles(*READERS)
def index() -> str:
    """All barriers, those past or near the policy first."""
    actor = me()
    return render_template(
        "barriers/index.html",
        rows=barriers.listed(db.session, actor, today(), inputs.code("status", BarrierStatus)),
        chosen=inputs.code("status", BarrierStatus),
        policy=settings.policy(db.session),
        exact=visibility.sees_small_counts(actor),
        writes=actor.has(Role.COORDINATOR),
        states=[(s, f"{labels.BARRIERS[s]} ({count})") for s, count in barriers.counts(db.session, actor).items()],
    )


@bp.get("/<id:id>")
@roles(*READERS)
def show(id: int) -> str:
    """One barrier: how it spreads, how near the policy it is, what was tried, its letters and its history."""
    return _page(barriers.get(db.session, me(), id))


def _page(barrier: "Barrier", end_form: EndForm | None = None, letter_form: NewLetterForm | None = None) -> str:
    session, actor = db.session, me()
    exact = visibility.sees_small_counts(actor)
    placed = barriers.placed(session, barrier)
    spread = barriers.spread(placed)
    known = barriers.known(session, actor, [barrier.id]).get(barrier.id, barriers.Known())
    ends = [s for s in BarrierStatus if s in BY_HAND & BARRIER_MOVES[barrier.status]]
    writes = actor.has(Role.COORDINATOR) and barrier.merged_into_id is None
    return render_template(
        "barriers/show.html",
        barrier=barrier,
        spread=spread,
        figures=_figures(spread, known, exact),
        counts=_counts(spread, known, exact),
        standing=barriers.standing_of(session, barrier, today()),
        exact=exact,
        works=actor.has(*WORKERS) and barrier.merged_into_id is None,
        said_same=sum(d.kind is Kind.SAME_HERE for d in placed) if exact else 0,
        readable=barriers.readable(session, actor, barrier),
        solutions=solutions.of_barriers(session, actor, barriers.family(session, barrier)),
        letters=barriers.letters_of(session, actor, barrier),
        history=barriers.history(session, barrier),
        writes=writes,
        end_form=(end_form or EndForm(targets=[(s, labels.BARRIERS[s]) for s in ends])) if writes and ends else None,
        letter_form=(letter_form or _letter_form()) if writes and _may_write(barrier) else None,
        **desk.of_barrier(barrier),
    )


def _may_write(barrier: "Barrier") -> bool:
    return barrier.fired_at is not None and barrier.status not in policies.GONE


def _letter_form() -> NewLetterForm:
    agencies = catalogue.agencies(db.session)
    form = NewLetterForm(recipients=[(a.id, a.name) for a in agencies])
    if not form.is_submitted():
        form.recipients.data = [str(a.id) for a in agencies if a.code == COUNCIL]
    return form


def _counts(spread: barriers.Spread, known: barriers.Known, exact: bool) -> dict[str, int | str]:
    """The barrier's counts; for those who may not see small ones, such that none can be worked out from them."""
    places = len(spread.municipalities)
    if exact:
        return {"deviations": spread.deviations, "municipalities": places, "subprojects": spread.subprojects}
    if known.few:  # then the number of places would tell the count in each
        return {
            "deviations": small_numbers.beside(known.own_reports),
            "municipalities": small_numbers.beside(known.own_municipalities),
            "subprojects": small_numbers.beside(min(known.own_reports, 1)),
        }
    return {
        "deviations": small_numbers.guarded(spread.municipalities),
        "municipalities": places,
        "subprojects": spread.subprojects,
    }


def _figures(spread: barriers.Spread, known: barriers.Known, exact: bool) -> dict[str, object] | None:
    """The charts with their findings and tables; small counts are hidden before anything is drawn, unless `exact`."""
    if not spread.deviations or (known.few and not exact):
        return None
    places: list[tuple[str, int | str]] = list(spread.municipalities)
    quarters: list[tuple[str, int | str]] = list(spread.quarters)
    if not exact:
        hidden = small_numbers.hide(sorted(spread.municipalities, key=lambda place: swedish_key(place[0])))
        places = [(name, _number(text)) for name, text in hidden]  # in order of name: their order would tell
        quarters = [(name, _number(text)) for name, text in _guarded_quarters(spread)]
    count = len(spread.municipalities)
    found = ngettext("Hindret finns i %(num)s kommun.", "Hindret finns i %(num)s kommuner.", count)
    drawn: dict[str, object] = {
        "places": {
            "finding": found,
            "svg": Markup(charts.bars(places, gettext("Avvikelser per kommun"), found)),
            "headers": (gettext("Kommun"), gettext("Avvikelser")),
            "rows": places,
        },
        "time": {
            "finding": _trend(spread),
            "svg": Markup(charts.columns(quarters, gettext("Avvikelser per kvartal"), _trend(spread))),
            "headers": (gettext("Kvartal"), gettext("Avvikelser")),
            "rows": quarters,
        },
    }
    if exact:  # the cross of place and time has mostly small cells, so it is for those who read all reports anyway
        drawn["matrix"] = _matrix(spread)
    return drawn


def _guarded_quarters(spread: barriers.Spread) -> list[tuple[str, str]]:
    """The quarters with small counts hidden, and large ones too where their sum would tell a small count elsewhere."""
    hidden = small_numbers.hide(spread.quarters)
    if small_numbers.guarded(spread.municipalities) == small_numbers.shown(spread.deviations):
        return hidden
    return [(name, small_numbers.at_least() if text.isdigit() and text != "0" else text) for name, text in hidden]


def _matrix(spread: barriers.Spread) -> dict[str, object]:
    quarters = [name for name, _ in spread.quarters]
    about = gettext("Avvikelser per kommun och kvartal")
    return {
        "finding": gettext("Varje prick är avvikelser i en kommun under ett kvartal."),
        "svg": Markup(charts.dots(spread.matrix, quarters, gettext("Kommuner över tid"), about)),
        "headers": (gettext("Kommun"), *quarters),
        "rows": [(name, *counts) for name, counts in spread.matrix],
    }


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _trend(spread: barriers.Spread) -> str:
    first, last = spread.first_on, spread.last_on
    if first is None or last is None or barriers.quarter(first) == barriers.quarter(last):
        return str(gettext("Alla avvikelser är från samma kvartal."))
    return str(gettext("Från %(first)s till %(last)s.", first=barriers.quarter(first), last=barriers.quarter(last)))


def _barrier_form(**kwargs: object) -> BarrierForm:
    session = db.session
    return BarrierForm(
        rules=catalogue.rule_choices(session),
        agencies=[(a.id, a.short_name) for a in catalogue.agencies(session)],
        steps=[(step, label) for step, label in labels.STEPS.items()],
        obstacles=[(kind, label) for kind, label in labels.OBSTACLES.items()],
        **kwargs,
    )


@bp.get("/forslag")
@roles(Role.COORDINATOR)
def proposals() -> str:
    """Unplaced reports that look like a barrier nobody has named yet."""
    fineness = {"grov": 0.35, "fin": 0.8}.get(request.args.get("indelning", ""), 0.6)
    return render_template(
        "barriers/proposals.html",
        proposals=grouping.proposals(db.session, me(), fineness),
        chosen=request.args.get("indelning", ""),
        names=catalogue.names(db.session),
    )


@bp.get("/nytt")
@roles(Role.COORDINATOR)
def new() -> str:
    """The form for a new barrier, filled from the reports that it is to be made of."""
    form = _barrier_form(deviations=request.args.get("avvikelser", "")[:2_000])
    chosen = _chosen(form)
    if chosen:
        first = chosen[0]
        form.name.data = first.title
        form.rule.data = next((str(d.rule_id) for d in chosen if d.rule_id), "")
        form.step.data = next((str(d.step) for d in chosen if d.step), "")
        form.agencies.data = [str(a.id) for a in first.agencies]
    return render_template("barriers/form.html", form=form, chosen=chosen, barrier=None)


def _chosen(form: BarrierForm) -> list["Deviation"]:
    try:
        ids = form.deviation_ids
    except ValueError:
        raise NotFound from None
    return grouping.chosen(db.session, me(), ids) if ids else []


@bp.post("/nytt")
@roles(Role.COORDINATOR)
def create() -> Response | tuple[str, int]:
    """Makes the barrier and places its reports in it."""
    form = _barrier_form()
    chosen = _chosen(form)
    if not form.validate() or names.asks(form, TYPED):
        return render_template("barriers/form.html", form=form, chosen=chosen, barrier=None), 422
    try:
        barrier, ruling = _made(_description(form), chosen)
    except PersonalData as refused:
        complain(form, refused)
        return render_template("barriers/form.html", form=form, chosen=chosen, barrier=None), 422
    db.session.commit()
    sentence = gettext("Hindret ”%(name)s” finns nu.", name=barrier.name)
    if ruling is None:
        flash(sentence, "ok")
        return redirect(url_for("barriers.show", id=barrier.id))
    decided.tell(ruling, sentence)
    return redirect(url_for("barriers.show", id=barrier.id))


def _made(told: keeping.Description, chosen: list["Deviation"]) -> "tuple[Barrier, Ruling | None]":
    """The new barrier, and the decision that placed its reports; one without reports can't be undone, only ended."""
    session, actor = db.session, me()
    if not chosen:
        return keeping.create(session, actor, told, at=now()), None
    ruling = rulings.take_new(session, actor, [(one, None) for one in chosen], told, at=now())
    barrier = chosen[0].barrier
    assert barrier is not None  # where the ruling has just placed it
    return barrier, ruling


def _description(form: BarrierForm) -> keeping.Description:
    session = db.session
    rules = {r.id: r for r in catalogue.rules(session)}
    return keeping.Description(
        name=form.name.data,
        description=form.description.data,
        obstacle=Obstacle(form.obstacle.data) if form.obstacle.data else None,
        step=Step(form.step.data) if form.step.data else None,
        rule=rules.get(form.rule.id_chosen or 0),
        agencies=[a for a in catalogue.agencies(session) if a.id in form.agency_ids],
    )


@bp.get("/<id:id>/andra")
@roles(Role.COORDINATOR)
def edit(id: int) -> str:
    """The form that changes what is said of a barrier."""
    barrier = barriers.get(db.session, me(), id)
    return render_template("barriers/form.html", form=_saved_form(barrier), chosen=[], barrier=barrier)


def _saved_form(barrier: "Barrier") -> BarrierForm:
    """The form with what is said of the barrier, whatever was sent."""
    form = _barrier_form(
        formdata=None,
        name=barrier.name,
        description=barrier.description,
        rule=str(barrier.rule_id or ""),
        step=str(barrier.step or ""),
        obstacle=str(barrier.obstacle or ""),
        version=str(barrier.version),
    )
    form.agencies.data = [str(a.id) for a in barrier.agencies]
    return form


@bp.post("/<id:id>/andra")
@roles(Role.COORDINATOR)
def change(id: int) -> Response | tuple[str, int]:
    """Saves what is said of a barrier."""
    barrier = barriers.get(db.session, me(), id)
    form = _barrier_form()
    if not form.validate() or names.asks(form, TYPED):
        return render_template("barriers/form.html", form=form, chosen=[], barrier=barrier), 422
    try:
        keeping.describe(db.session, me(), barrier, _description(form), version=form.shown_version or 0, at=now())
        db.session.commit()
    except PersonalData as refused:
        complain(form, refused)
        return render_template("barriers/form.html", form=form, chosen=[], barrier=barrier), 422
    except StaleDataError:
        return _overtaken(id, form), 409
    flash(gettext("Hindret är ändrat."), "ok")
    return redirect(url_for("barriers.show", id=id))


def _overtaken(id: int, form: BarrierForm) -> str:
    """The form as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    barrier = barriers.get(db.session, me(), id)
    conflict = conflicts.beside(conflicts.of_barrier(barrier), form, _saved_form(barrier))
    return render_template("barriers/form.html", form=form, chosen=[], barrier=barrier, conflict=conflict)


@bp.post("/<id:id>/avsluta")
@roles(Role.COORDINATOR)
def end(id: int) -> Response | tuple[str, int]:
    """Marks a barrier as removed, written off or returned."""
    barrier = barriers.get(db.session, me(), id)
    ends = [s for s in BarrierStatus if s in BY_HAND & BARRIER_MOVES[barrier.status]]
    form = EndForm(targets=[(s, labels.BARRIERS[s]) for s in ends])
    if not form.validate() or names.asks(form, ["note"]):
        return _page(barrier, end_form=form), 422
    try:
        keeping.end(
            db.session,
            me(),
            barrier,
            BarrierStatus(form.target.data),
            note=form.note.data,
            review_on=form.review_on.data,
            at=now(),
        )
    except (PersonalData, Incomplete) as refused:
        complain(form, refused)
        return _page(barrier, end_form=form), 422
    db.session.commit()
    flash(gettext("Hindret är nu: %(state)s.", state=str(labels.BARRIERS[barrier.status]).lower()), "ok")
    return redirect(url_for("barriers.show", id=id))


@bp.get("/granser")
@roles(Role.COORDINATOR)
def policy() -> str:
    """The thresholds that make a barrier recurring."""
    return render_template("barriers/policy.html", form=_saved_policy())


def _saved_policy() -> PolicyForm:
    """The form with the thresholds in force, whatever was sent."""
    version = str(settings.version(db.session, settings.POLICY))
    return PolicyForm(formdata=None, version=version, **settings.policy(db.session).as_dict())


@bp.post("/granser")
@roles(Role.COORDINATOR)
def set_policy() -> Response | tuple[str, int]:
    """Changes the thresholds; barriers that meet the new ones become recurring at once."""
    form = PolicyForm()
    if not form.validate():
        return render_template("barriers/policy.html", form=form), 422
    chosen = Policy(
        municipalities=form.municipalities.data or 0,
        deviations=form.deviations.data or 0,
        subprojects=form.subprojects.data or 0,
        months=form.months.data or 0,
    )
    try:
        fired = policies.set_policy(db.session, me(), chosen, now(), version=form.shown_version or 0)
    except StaleDataError:
        return _policy_overtaken(form), 409
    db.session.commit()
    flash(
        ngettext(
            "Gränserna är ändrade. %(num)s hinder blev återkommande.",
            "Gränserna är ändrade. %(num)s hinder blev återkommande.",
            len(fired),
        ),
        "ok",
    )
    return redirect(url_for("barriers.index"))


def _policy_overtaken(form: PolicyForm) -> str:
    """The thresholds as they were sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    saved = conflicts.of_choice(settings.POLICY, str(gettext("Gränser")), url_for("barriers.policy"))
    conflict = conflicts.beside(saved, form, _saved_policy())
    return render_template("barriers/policy.html", form=form, conflict=conflict)
