"""Follow one's own reports, read one, and decide where it goes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain import workflow
from deviations.domain.days import today
from deviations.domain.roles import Role
from deviations.domain.workflow import CloseReason, Incomplete, Kind, NotAllowed, NotFound, Status
from deviations.extensions import db
from deviations.forms.deviations import AnswerForm, DecisionForm, ReopenForm, VersionedForm
from deviations.forms.fields import BaseForm
from deviations.queries import (
    barriers,
    catalogue,
    deviations,
    drafts,
    grouping,
    journeys,
    occurrences,
    retention,
    rulings,
)
from deviations.services import rulings as deciding
from deviations.services import triage
from deviations.web import decided, desk, journey, labels, names
from deviations.web.access import WORKERS, me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Deviation, Solution

bp = Blueprint("deviations", __name__, url_prefix="/avvikelser")


@bp.get("/mina")
@roles(*WORKERS)
def mine() -> str:
    """What this person has begun and filed, each with its way in plain words; what waits for her comes first."""
    return _mine()


def _mine(failed: AnswerForm | None = None, of: int | None = None) -> str:
    session, actor = db.session, me()
    found = deviations.mine(session, actor)
    ways = {id: journey.told(j, actor, today()) for id, j in journeys.journeys(session, actor, found).items()}
    asked = [d for d in found if d.status is Status.NEEDS_FACTS and d.reporter_id == actor.id]
    forms = {d.id: AnswerForm(of=d.id, formdata=None, version=str(d.version)) for d in asked}
    if failed is not None and of in forms:
        forms[of] = failed
    return render_template(
        "deviations/mine.html",
        drafts=drafts.mine(session, actor),
        asked=asked,
        forms=forms,
        failed=failed,
        local=[d for d in deviations.waiting_for(session, actor) if d.status is Status.LOCAL_ACTION],
        others=[d for d in found if d.id not in forms],
        ways=ways,
        addable={d.id for d in found if d.id not in forms and _lacks(d)},
    )


def _lacks(deviation: "Deviation") -> bool:
    """Whether its author could still say more that would help: she is told so, and no more than that."""
    if deviation.kind is not Kind.DEVIATION or not deviations.is_open(deviation):
        return False
    said = (deviation.rule or deviation.rule_hint, deviation.step, deviation.tried, deviation.wished)
    numbers = (deviation.weeks_lost, deviation.people_hit)
    return not (deviation.agencies and all(said)) or any(number is None for number in numbers)


@bp.get("/<id:id>")
@roles(*WORKERS)
def show(id: int) -> str:
    """One report: its text, where it stands, what the program suggests, and the decisions that are this person's."""
    return _page(deviations.get(db.session, me(), id))


def _page(deviation: "Deviation", failed: dict[str, BaseForm] | None = None, open_form: str = "") -> str:
    actor, session = me(), db.session
    targets = _targets(deviation)
    decides = actor.has(Role.COORDINATOR) or deviation.subproject_id in actor.subprojects(Role.LEAD)
    own = actor.id in (deviation.reporter_id, deviation.filed_by_id)
    solutions = deviations.solutions(session, deviation)
    suggested = None
    if deviations.is_open(deviation) and deviation.kind is Kind.DEVIATION:
        refused = deviations.refused(session, deviation)
        suggested = grouping.suggest(session, actor, deviations.fact(deviation), refused)
    return render_template(
        "deviations/show.html",
        deviation=deviation,
        way=_way(deviation) if own else None,
        addable=own and _lacks(deviation),
        original=deviations.find(session, actor, deviation.same_as_id),
        duplicate_of=deviations.find(session, actor, deviation.duplicate_of_id),
        same=occurrences.of(session, actor, deviation),
        may_say_same=deviation.kind is not Kind.GOOD_EXAMPLE and not own and deviation.erased_at is None,
        erased_by=retention.run_of(session, deviation),
        history=deviations.history(session, deviation),
        solutions=[s for s in solutions if not _repeats(s, deviation)],
        helped=not solutions or solutions[-1].worked,
        suggested=suggested,
        names=catalogue.names(session),
        forms={**_forms(deviation, targets, decides), **(failed or {})},
        open_form=open_form,
        decides=decides,
        undoable=[r for r in rulings.last(session, actor, at=now()) if deviation.id in r.chosen] if decides else [],
        may_join=Status.JOINED in targets,
        may_make=Status.JOINED in targets and deviation.kind is not Kind.GOOD_EXAMPLE and deviation.barrier is None,
        may_correct=actor.has(Role.COORDINATOR),
        **desk.of_deviation(deviation),
        Status=Status,
    )


def _targets(deviation: "Deviation") -> tuple[Status, ...]:
    """Where this person may take it; one whose texts are gone is not taken up again."""
    targets = workflow.targets(me(), deviation.status, subproject=deviation.subproject_id, author=deviation.reporter_id)
    return tuple(one for one in targets if deviation.erased_at is None or one is not Status.IN_REVIEW)


def _repeats(solution: "Solution", deviation: "Deviation") -> bool:
    """Whether a solution is only the words of its own guldkorn, which stand on the page already."""
    own = f"{deviation.title} {deviation.body}"
    return deviation.kind is Kind.GOOD_EXAMPLE and solution.text.split() == own.split()


def _way(deviation: "Deviation") -> journey.Way:
    found = journeys.journeys(db.session, me(), [deviation])
    return journey.told(found[deviation.id], me(), today())


def _forms(deviation: "Deviation", targets: Sequence[Status], decides: bool) -> dict[str, BaseForm]:
    """What this person may do with the report: the decisions, or an author's answer or word that it does not work."""
    if decides:
        return {str(target): _decision_form(deviation, target) for target in targets}
    if Status.IN_REVIEW not in targets:
        return {}
    if deviation.status is Status.NEEDS_FACTS:
        return {"answer": AnswerForm(of=deviation.id, version=str(deviation.version))}
    if deviation.status is Status.SOLVED_LOCALLY and deviation.kind is not Kind.GOOD_EXAMPLE:
        return {"reopen": ReopenForm(version=str(deviation.version))}
    return {}


def _decision_form(deviation: "Deviation", target: Status) -> DecisionForm:
    return DecisionForm(
        prefix=f"{target}-",
        barriers=barriers.choices(db.session, me()) if target is Status.JOINED else (),
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
    if not form.validate() or names.asks(form, ["note", "solution"]):
        return _page(deviation, {target: form}, target), 422
    try:
        chosen = [(deviation, form.shown_version)]
        ruling = deciding.take(db.session, me(), chosen, _decision(form, to), at=now())
    except Incomplete as refused:
        complain(form, refused)
        return _page(deviation, {target: form}, target), 422
    db.session.commit()
    decided.tell(ruling, _told(deviation))
    return redirect(url_for("triage.queue") if request.args.get("fran") == "triage" else _address(deviation))


def _target(code: str) -> Status:
    try:
        return Status(code)
    except ValueError:
        raise NotFound from None


def _decision(form: DecisionForm, to: Status) -> triage.Decision:
    session, actor = db.session, me()
    barrier_id, original_id = form.barrier.id_chosen, form.duplicate_of.data
    original = deviations.find(session, actor, original_id)
    if original_id and original is None:
        raise Incomplete("no_such_original")
    return triage.Decision(
        to=to,
        note=form.note.data,
        barrier=barriers.get(session, actor, barrier_id) if barrier_id else None,
        solution=form.solution.data,
        worked=not form.not_worked.data,
        reason=CloseReason(form.reason.data) if form.reason.data else None,
        duplicate_of=original,
    )


def _told(deviation: "Deviation") -> str:
    kind, id, barrier = deviation.kind, deviation.id, deviation.barrier
    what = gettext("Guldkorn %(id)s", id=id) if kind is Kind.GOOD_EXAMPLE else gettext("Avvikelse %(id)s", id=id)
    if deviation.status is Status.JOINED and barrier is not None:
        return str(gettext("%(what)s hör nu till hindret ”%(name)s”.", what=what, name=barrier.name))
    state = str(labels.states(kind)[deviation.status]).lower()
    return str(gettext("%(what)s är nu: %(state)s.", what=what, state=state))


def _address(deviation: "Deviation") -> str:
    return url_for("deviations.show", id=deviation.id)


@bp.post("/<id:id>/svar")
@roles(*WORKERS)
def answer(id: int) -> Response | tuple[str, int]:
    """The reporter answers the triage's question, on the report's page or in the list of her own."""
    deviation = deviations.get(db.session, me(), id)
    from_list = request.args.get("fran") == "mina"
    form = AnswerForm(of=id)
    if not form.validate() or not _taken_back(deviation, form):
        return _mine(form, id) if from_list else _page(deviation, {"answer": form}, "answer"), 422
    db.session.commit()
    flash(gettext("Tack för svaret. Avvikelsen är tillbaka hos verksamhetsutvecklaren."), "ok")
    return redirect(url_for("deviations.mine") if from_list else _address(deviation))


@bp.post("/<id:id>/fungerar-inte")
@roles(*WORKERS)
def reopen(id: int) -> Response | tuple[str, int]:
    """The reporter says that a local solution does not work after all; the report is taken up again."""
    deviation = deviations.get(db.session, me(), id)
    form = ReopenForm()
    if deviation.status is not Status.SOLVED_LOCALLY:
        raise NotAllowed("no_such_move")
    if not form.validate() or not _taken_back(deviation, form):
        return _page(deviation, {"reopen": form}, "reopen"), 422
    db.session.commit()
    flash(gettext("Tack för att du säger till. Avvikelsen är tillbaka hos verksamhetsutvecklaren."), "ok")
    return redirect(_address(deviation))


def _taken_back(deviation: "Deviation", form: AnswerForm | ReopenForm) -> bool:
    """Takes the report back into review with what its author wrote; False when her words must be changed first."""
    if names.asks(form, ["note"]):
        return False
    decision = triage.Decision(Status.IN_REVIEW, note=form.note.data)
    triage.move(db.session, me(), deviation, decision, at=now(), version=form.shown_version)
    return True


@bp.post("/<id:id>/hinder/<id:barrier_id>")
@roles(Role.COORDINATOR)
def join(id: int, barrier_id: int) -> Response:
    """One press on a suggestion: the report belongs to that barrier."""
    deviation = deviations.get(db.session, me(), id)
    barrier = barriers.get(db.session, me(), barrier_id)
    decision = triage.Decision(Status.JOINED, barrier=barrier)
    ruling = deciding.take(db.session, me(), [(deviation, VersionedForm().shown_version)], decision, at=now())
    db.session.commit()
    decided.tell(ruling, _told(deviation))
    return redirect(_address(deviation))


@bp.post("/<id:id>/inte-hinder/<id:barrier_id>")
@roles(Role.COORDINATOR)
def refuse(id: int, barrier_id: int) -> Response:
    """One press on a suggestion: the report does not belong there, and is not suggested there again."""
    deviation = deviations.get(db.session, me(), id)
    barrier = barriers.get(db.session, me(), barrier_id)
    ruling = deciding.refuse(db.session, me(), deviation, barrier, at=now())
    db.session.commit()
    decided.tell(ruling, gettext("Noterat. Programmet föreslår inte det hindret igen för den här avvikelsen."))
    return redirect(_address(deviation))
