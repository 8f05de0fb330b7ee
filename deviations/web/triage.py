"""The desk of coordinator and leads: the queues with their counts, and one decision about many reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import LazyString, lazy_gettext
from werkzeug.wrappers import Response

from deviations.domain import workflow
from deviations.domain.days import today
from deviations.domain.lists import Chosen, View
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Act, CloseReason, Kind, NotAllowed, Status
from deviations.extensions import db
from deviations.forms.lists import BulkForm, ViewForm
from deviations.queries import barriers, deviations, grouping, lists, local, occurrences, reviews, views
from deviations.queries import rulings as decisions
from deviations.services import rulings, triage
from deviations.services.rulings import Outdated
from deviations.web import decided, inputs, labels, list_parts, names
from deviations.web.access import me, now, reads, roles
from deviations.web.barrier_news import short_day
from deviations.web.complaints import at_field, complain

if TYPE_CHECKING:
    from deviations.models import Deviation, Ruling

bp = Blueprint("triage", __name__, url_prefix="/triage")

TABS = {
    Role.COORDINATOR: tuple(View),
    Role.LEAD: (View.MINE, View.NEW, View.FACTS, View.OVERDUE, View.ALL),
}
LIKES = 20  # so many reports one call is compared for
SNOOZE, DUPLICATE = "uppskjut", "dubblett"
DECISIONS: Mapping[str, LazyString] = {
    Status.JOINED: lazy_gettext("Lägg till ett hinder"),
    Status.LOCAL_ACTION: lazy_gettext("Lämna till delprojekten"),
    Status.NEEDS_FACTS: lazy_gettext("Fråga dem som rapporterade"),
    SNOOZE: lazy_gettext("Skjut upp till en dag"),
    Status.SOLVED_LOCALLY: lazy_gettext("Löst lokalt"),
    DUPLICATE: lazy_gettext("Dubbletter av en annan"),
    Status.CLOSED: lazy_gettext("Avsluta"),
    Status.IN_REVIEW: lazy_gettext("Ta upp till bedömning igen"),
}
"""The decisions that can be taken about many reports at once, in the order in which the page offers them."""

TYPED = ["question", "solution", "note"]


@dataclass(frozen=True, slots=True)
class Picked:
    """The reports that were marked on a page, each with the version that was shown. Apart from them, `lost` are those
    that somebody else has changed since, and `gone` is how many she can't read any more.
    """

    pairs: tuple[tuple[int, int], ...] = ()
    lost: tuple["Deviation", ...] = ()
    gone: int = 0

    @property
    def values(self) -> frozenset[str]:
        """As the boxes of the page send them."""
        return frozenset(f"{id}:{version}" for id, version in self.pairs)

    def beyond(self, shown: Sequence["Deviation"]) -> list[str]:
        """Those that the page does not show, or not as they were marked: they go along unseen."""
        here = {f"{report.id}:{report.version}" for report in shown}
        return sorted(self.values - here)


@bp.get("")
@roles(Role.COORDINATOR, Role.LEAD)
def queue() -> str:
    """A queue as the address names it, with how many each queue holds."""
    return _page(_chosen())


def _chosen() -> Chosen:
    return list_parts.asked(_tabs(me())[0])


def _tabs(actor: Actor) -> tuple[View, ...]:
    return TABS[Role.COORDINATOR if actor.has(Role.COORDINATOR) else Role.LEAD]


def _page(chosen: Chosen, form: BulkForm | None = None, picked: Picked | None = None) -> str:
    session, actor, day = db.session, me(), today()
    page = lists.page(session, actor, chosen, today=day)
    tabs = dict.fromkeys((*_tabs(actor), chosen.view))
    counts = lists.counts(session, actor, chosen, today=day, views=tabs)
    marked = picked or Picked()
    return render_template(
        "triage/queue.html",
        **list_parts.shared("triage.queue", chosen, page),
        tabs=[
            (view, list_parts.VIEWS[view], counts[view], list_parts.address("triage.queue", _in(view, chosen)))
            for view in tabs
        ],
        count=list_parts.count,
        same=occurrences.counts(session, actor, [report.id for report in page.rows]),
        form=_offer(form or _form(), page.rows) if page.rows or form else None,
        picked=marked,
        beyond=marked.beyond(page.rows),
        many=list_parts.address("triage.many", chosen),
        naming=ViewForm(formdata=None),
        own_views=views.own(session, actor),
        shared_views=views.shared(session, actor),
        week=day.isocalendar().week,
        short_day=lambda found: short_day(found, day),
        keep=list_parts.address("views.save", replace(chosen, place=None)),
        captions=list_parts.CAPTIONS,
        empties=list_parts.EMPTY,
        review=_review(actor),
        longer=len(local.longer_asked(session, actor)) if chosen.view is View.LEAD else 0,
        begin=list_parts.address("review.index", _in(View.NEW, chosen)) if actor.has(Role.COORDINATOR) else None,
        undoable=decisions.last(session, actor, limit=3, at=now()),
    )


def _in(view: View, chosen: Chosen) -> Chosen:
    """The same filters in another queue, in its usual order, from its beginning."""
    return replace(chosen, view=view, order=None, place=None)


def _review(actor: Actor) -> tuple[int, reviews.Way] | None:
    """The weekly review that the coordinator has begun and not ended, with how far she has come."""
    found = reviews.open_of(db.session, actor) if actor.has(Role.COORDINATOR) else None
    return (found.id, reviews.way(db.session, found, today())) if found is not None else None


def _form() -> BulkForm:
    """The form for the marked reports, with every decision that there is: whose it is, the services know."""
    known = barriers.choices(db.session, me()) if me().has(Role.COORDINATOR) else ()
    return BulkForm(
        decisions=list(DECISIONS.items()),
        barriers=known,
        reasons=[(code, word) for code, word in labels.CLOSE_REASONS.items() if code is not CloseReason.DUPLICATE],
    )


def _offer(form: BulkForm, rows: Sequence["Deviation"]) -> BulkForm | None:
    """Leaves in the form what this person may decide about any of these reports, and what she has chosen already;
    None where that is nothing.
    """
    offered = {*_decisions(rows), form.decision.data}
    form.offer(offered)
    return form if form.decision.choices else None


def _decisions(rows: Sequence["Deviation"]) -> set[str]:
    """The decisions that the workflow gives this person about any of these reports."""
    actor = me()
    found = {
        str(target)
        for report in rows
        for target in workflow.targets(actor, report.status, subproject=report.subproject_id, author=0)
        if (report.status, target) != (Status.FILED, Status.IN_REVIEW)
    }
    if Status.CLOSED in found:
        found.add(DUPLICATE)
    if any(workflow.may_act(actor, Act.SNOOZED, one.status, subproject=one.subproject_id) for one in rows):
        found.add(SNOOZE)
    return found


@bp.post("/manga")
@roles(Role.COORDINATOR, Role.LEAD)
@reads
def many() -> Response | tuple[str, int]:
    """Takes one decision about all marked reports, or about none."""
    chosen, form, picked = _chosen(), _form(), Picked(_pairs(request.form.getlist("valda")))
    if not form.validate() or names.asks(form, TYPED):
        return _page(chosen, form, picked), 422
    db.begin_writing()
    try:
        ruling, told = _rule(form, picked)
        db.session.commit()
    except Outdated as overtaken:
        db.end_writing()
        return _page(chosen, form, _without(picked, overtaken.ids)), 409
    except NotAllowed as refused:
        db.end_writing()
        _complain(form, refused)
        return _page(chosen, form, picked), 422
    decided.tell(ruling, told)
    return redirect(list_parts.address("triage.queue", chosen))


def _complain(form: BulkForm, refused: NotAllowed) -> None:
    """Says at its field why it was refused: a question is the note of its decision, and has a field of its own."""
    if refused.code == "needs_note" and form.decision.data == Status.NEEDS_FACTS:
        at_field(form, "question", labels.refusal(refused.code))
    else:
        complain(form, refused)


def _pairs(sent: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The marked reports with the versions that were shown; what no page of ours sends is left out."""
    found: dict[int, int] = {}
    for value in sent[: rulings.AT_MOST + 1]:
        id, _, version = value.partition(":")
        if inputs.is_id(id) and inputs.is_id(version):
            found.setdefault(int(id), int(version))
    return tuple(found.items())


def _without(picked: Picked, ids: Sequence[int]) -> Picked:
    """What is still as it was shown, and apart from it what somebody else has changed, as it is now."""
    rest = tuple((id, version) for id, version in picked.pairs if id not in ids)
    lost = tuple(lists.by_ids(db.session, me(), list(ids)))
    return Picked(rest, lost, len(ids) - len(lost))


def _rule(form: BulkForm, picked: Picked) -> tuple["Ruling", str]:
    """Decides, and says what was done. Raises NotAllowed and Outdated."""
    session, actor = db.session, me()
    shown = dict(picked.pairs)
    chosen = [(report, shown[report.id]) for report in lists.by_ids(session, actor, list(shown))]
    if gone := shown.keys() - {report.id for report, _ in chosen}:
        raise Outdated(sorted(gone))
    if form.decision.data == SNOOZE:
        ruling = rulings.snooze(session, actor, chosen, form.until.data, form.note.data, at=now())
    else:
        ruling = rulings.take(session, actor, chosen, _decision(form), at=now())
    return ruling, f"{labels.ruling(ruling)}."


def _decision(form: BulkForm) -> triage.Decision:
    double = form.decision.data == DUPLICATE
    to = Status.CLOSED if double else Status(form.decision.data)
    barrier, original = form.barrier.id_chosen, form.duplicate_of.data
    reason = CloseReason(form.reason.data) if form.reason.data else None
    return triage.Decision(
        to=to,
        note=form.question.data if to is Status.NEEDS_FACTS else form.note.data,
        barrier=barriers.get(db.session, me(), barrier) if barrier and to is Status.JOINED else None,
        solution=form.solution.data if to is Status.SOLVED_LOCALLY else "",
        reason=(CloseReason.DUPLICATE if double else reason) if to is Status.CLOSED else None,
        duplicate_of=deviations.find(db.session, me(), original) if double else None,
    )


@bp.get("/liknar")
@roles(Role.COORDINATOR, Role.LEAD)
def likes() -> Response:
    """For the script: the barrier that each of some reports most likely belongs to, by report; null for none."""
    session, actor = db.session, me()
    ids = [int(id) for id in request.args.getlist("id")[:LIKES] if inputs.is_id(id)]
    found = [report for report in lists.by_ids(session, actor, ids) if report.kind is Kind.DEVIATION]
    best = grouping.best(session, actor, [deviations.fact(report) for report in found])
    told = {
        str(report.id): {"name": barrier.name, "href": url_for("barriers.show", id=barrier.id)}
        if (barrier := best.get(str(report.id)))
        else None
        for report in found
    }
    return jsonify(told)
