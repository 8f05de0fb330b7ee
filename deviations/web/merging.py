"""Merges a barrier into another one, moves reports out of a barrier, and remembers which reports are never the same."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.merging import MergeForm, SplitForm
from deviations.queries import barriers, deviations
from deviations.services import merging
from deviations.services.barriers import Description
from deviations.web import decided, inputs, names
from deviations.web.access import me, now, own_path, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Barrier

bp = Blueprint("merging", __name__)

KNOWN = ("merge_itself", "merge_into_gone", "merge_with_letter", "split_into_itself", "not_in_barrier", "personal_data")
"""What is refused in the form itself; everything else has a page of its own."""


@bp.get("/hinder/<id:id>/sla-ihop")
@roles(Role.COORDINATOR)
def ask_merge(id: int) -> str:
    """The form that makes a barrier part of another one."""
    barrier = _standing(id)
    return _merge_page(barrier, _merge_form(barrier))


@bp.post("/hinder/<id:id>/sla-ihop")
@roles(Role.COORDINATOR)
def merge(id: int) -> Response | tuple[str, int]:
    """Makes a barrier part of another one."""
    barrier = _standing(id)
    form = _merge_form(barrier)
    if not form.validate() or names.asks(form, ["note"]):
        return _merge_page(barrier, form), 422
    target = barriers.get(db.session, me(), form.target.id_chosen or 0)
    try:
        ruling = merging.merge(db.session, me(), barrier, target, form.note.data, at=now(), version=form.shown_version)
    except NotAllowed as refused:
        return _merge_page(barrier, _complained(form, refused)), 422
    db.session.commit()
    decided.tell(ruling, gettext("”%(a)s” är nu en del av ”%(b)s”.", a=barrier.name, b=target.name))
    return redirect(url_for("barriers.show", id=target.id))


def _standing(id: int) -> "Barrier":
    barrier = barriers.get(db.session, me(), id)
    if barrier.merged_into_id is not None:
        raise NotAllowed("barrier_merged")
    return barrier


def _merge_form(barrier: "Barrier") -> MergeForm:
    wanted = inputs.number("med") if request.method == "GET" else None
    return MergeForm(barriers=_others(barrier), version=str(barrier.version), target=str(wanted or ""))


def _others(barrier: "Barrier") -> list[tuple[int, str]]:
    return [(id, name) for id, name in barriers.choices(db.session, me()) if id != barrier.id]


def _merge_page(barrier: "Barrier", form: MergeForm) -> str:
    return render_template(
        "barriers/merge.html",
        barrier=barrier,
        form=form,
        count=len(barriers.readable(db.session, me(), barrier)),
        has_letter=merging.has_open_letter(db.session, barrier),
    )


def _complained(form: MergeForm | SplitForm, refused: NotAllowed) -> MergeForm | SplitForm:
    if refused.code not in KNOWN:
        raise refused
    complain(form, refused)
    return form


@bp.get("/hinder/<id:id>/dela")
@roles(Role.COORDINATOR)
def ask_split(id: int) -> str:
    """The form that moves the marked reports to another barrier or a new one."""
    barrier = _standing(id)
    form = _split_form(barrier)
    form.reports.data = [value for value in request.args.getlist("avvikelse") if value in _values(form)]
    return render_template("barriers/split.html", barrier=barrier, form=form)


@bp.post("/hinder/<id:id>/dela")
@roles(Role.COORDINATOR)
def split(id: int) -> Response | tuple[str, int]:
    """Moves the marked reports to another barrier, or to a new one of which only the name is said yet."""
    barrier = _standing(id)
    form = _split_form(barrier)
    if not form.validate() or names.asks(form, ["name", "note"]):
        return render_template("barriers/split.html", barrier=barrier, form=form), 422
    session, actor = db.session, me()
    chosen = [(deviations.get(session, actor, id), version) for id, version in form.chosen.items()]
    into = form.target.id_chosen
    target = barriers.get(session, actor, into) if into else Description(form.name.data)
    try:
        ruling = merging.split(session, actor, barrier, chosen, target, form.note.data, at=now())
    except NotAllowed as refused:
        return render_template("barriers/split.html", barrier=barrier, form=_complained(form, refused)), 422
    session.commit()
    decided.tell(ruling, _moved(len(chosen), chosen[0][0].barrier))
    return redirect(url_for("barriers.show", id=barrier.id))


def _split_form(barrier: "Barrier") -> SplitForm:
    """Each report with the version that is shown, so that one that somebody saves meanwhile is not moved unseen."""
    reports = [
        (f"{d.id}-{d.version}", f"{d.id}. {d.title} ({d.municipality.name})")
        for d in barriers.readable(db.session, me(), barrier)
    ]
    return SplitForm(reports=reports, barriers=_others(barrier))


def _values(form: SplitForm) -> set[str]:
    return {str(choice.value) for choice in form.reports.choices or []}


def _moved(count: int, into: "Barrier | None") -> str:
    name = into.name if into is not None else ""
    return str(
        ngettext(
            "%(num)s avvikelse hör nu till hindret ”%(name)s”.",
            "%(num)s avvikelser hör nu till hindret ”%(name)s”.",
            count,
            name=name,
        )
    )


@bp.post("/avvikelser/<id:id>/inte-dubblett/<id:other>")
@roles(Role.COORDINATOR)
def never_together(id: int, other: int) -> Response:
    """One press: two reports are not the same happening, and are not suggested as such again."""
    if id == other:
        raise NotFound
    one = deviations.get(db.session, me(), id)
    merging.never_together(db.session, me(), one, deviations.get(db.session, me(), other), at=now())
    db.session.commit()
    flash(gettext("Noterat. Programmet föreslår inte de två som dubbletter igen."), "ok")
    back = own_path(request.form.get("back"))
    return redirect(back or url_for("deviations.show", id=id))
