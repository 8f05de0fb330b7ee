"""A lead's own queue: what waits for her subproject, with the next steps right there."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import Kind, NotAllowed, Status
from deviations.extensions import db
from deviations.forms.deviations import VersionedForm
from deviations.forms.local import BackForm, LongerForm, SolvedForm
from deviations.queries import barriers, deviations, grouping, local, solutions
from deviations.queries import rulings as taken
from deviations.services import rulings
from deviations.services.triage import Decision
from deviations.web import names
from deviations.web.access import me, now, roles
from deviations.web.complaints import done

if TYPE_CHECKING:
    from deviations.models import Barrier, Deviation
    from deviations.queries.solutions import Shared

bp = Blueprint("local", __name__, url_prefix="/delprojekt")

FITTED = 5
"""For so many reports of a list the program looks for solutions that fit; a report's own page has them too."""
LIKES = 5  # so many things that are like a report are looked at
Forms = Mapping[str, VersionedForm]


@bp.get("")
@roles(Role.LEAD)
def index() -> str:
    """What waits for her, what is new, what is asked, and what was solved lately."""
    return _page()


def _page(failed: Forms | None = None, of: int | None = None) -> str:
    session, actor = db.session, me()
    at_work, new = local.at_work(session, actor, of), local.new(session, actor)
    likely = _likely([w.deviation for w in (*at_work.rows[:FITTED], *new.rows[:FITTED])])
    return render_template(
        "local/index.html",
        at_work=at_work,
        new=new,
        asked=local.asked(session, actor),
        solved=local.solved(session, actor),
        likely=likely,
        fitting=_fitting(likely),
        forms={
            w.deviation.id: _forms(w.deviation, likely, failed if w.deviation.id == of else None) for w in at_work.rows
        },
        failed=next(iter((failed or {}).items()), None),
        of=of,
        rulings=taken.last(session, actor),
        several=len(actor.subprojects(Role.LEAD)) > 1,
    )


def _likely(found: list["Deviation"]) -> dict[int, "Barrier"]:
    """For each of these reports the barrier that it is most like, but for those that a person refused, where one is as
    like as filing asks for too.
    """
    told, refused = {}, deviations.refusals(db.session, [deviation.id for deviation in found])
    for deviation in found:
        if deviation.kind is Kind.DEVIATION:
            no = refused.get(deviation.id, set())
            likes = grouping.likes(db.session, me(), deviations.fact(deviation), limit=LIKES + len(no))
            if left := [like.barrier for like in likes.barriers if like.barrier.id not in no]:
                told[deviation.id] = left[0]
    return told


def _fitting(likely: Mapping[int, "Barrier"]) -> dict[int, list["Shared"]]:
    """For each of these reports the solutions of others that worked against its likely barrier."""
    helpful = solutions.helpful(db.session, me(), {barrier.id for barrier in likely.values()}, most=2)
    return {id: helpful[barrier.id] for id, barrier in likely.items() if barrier.id in helpful}


def _forms(deviation: "Deviation", likely: Mapping[int, "Barrier"], failed: Forms | None) -> dict[str, VersionedForm]:
    """The forms of a report's next steps, as they are shown first; the one that was sent as it was typed."""
    version, barrier = str(deviation.version), likely.get(deviation.id)
    solved = SolvedForm(
        formdata=None,
        prefix=f"solved-{deviation.id}-",
        version=version,
        barrier=str(barrier.id) if barrier else "",
    )
    shown: dict[str, VersionedForm] = {
        "solved": solved,
        "back": BackForm(formdata=None, prefix=f"back-{deviation.id}-", version=version),
        "longer": LongerForm(formdata=None, prefix=f"longer-{deviation.id}-", version=version),
    }
    forms = {**shown, **(failed or {})}
    if barrier is not None:
        forms["solved"]["helps"].label.text = gettext("Det hjälper mot hindret ”%(name)s”", name=barrier.name)
    return forms


@bp.post("/<id:id>/lost")
@roles(Role.LEAD)
def solve(id: int) -> Response | tuple[str, int]:
    """What was done becomes a solution that all subprojects can read."""
    deviation = local.get(db.session, me(), id)
    form = SolvedForm(prefix=f"solved-{id}-")

    def act() -> None:
        barrier = barriers.get(db.session, me(), form.barrier_id) if form.barrier_id else None
        said = {"solution": form.solution.data, "worked": not form.not_worked.data, "barrier": barrier}
        _take(deviation, form, Decision(Status.SOLVED_LOCALLY, **said))

    told = gettext("Bra! Avvikelse %(id)s är löst lokalt, och andra delprojekt kan läsa hur ni gjorde.", id=id)
    return _step(deviation, "solved", form, "solution", act, told)


@bp.post("/<id:id>/tillbaka")
@roles(Role.LEAD)
def give_back(id: int) -> Response | tuple[str, int]:
    """The local action goes back to the coordinator, with why."""
    deviation = local.get(db.session, me(), id)
    form = BackForm(prefix=f"back-{id}-")
    told = gettext("Avvikelse %(id)s är tillbaka hos verksamhetsutvecklaren.", id=id)

    def act() -> None:
        _take(deviation, form, Decision(Status.IN_REVIEW, note=form.note.data))

    return _step(deviation, "back", form, "note", act, told)


@bp.post("/<id:id>/langre-tid")
@roles(Role.LEAD)
def ask_longer(id: int) -> Response | tuple[str, int]:
    """She asks for longer time; the promised day stands until the coordinator has said yes."""
    deviation = local.get(db.session, me(), id)
    form = LongerForm(prefix=f"longer-{id}-", why=gettext("Skriv varför ni behöver längre tid."))
    told = gettext("Du har bett om längre tid för avvikelse %(id)s. Verksamhetsutvecklaren svarar.", id=id)

    def act() -> None:
        until, why = form.until.data, form.note.data
        rulings.ask_longer(db.session, me(), deviation, until, why, at=now(), version=form.shown_version)

    return _step(deviation, "longer", form, "note", act, told)


def _take(deviation: "Deviation", form: VersionedForm, decision: Decision) -> None:
    rulings.take(db.session, me(), [(deviation, form.shown_version)], decision, at=now())


def _step(
    deviation: "Deviation", name: str, form: VersionedForm, field: str, act: Callable[[], None], told: str
) -> Response | tuple[str, int]:
    """One of a lead's steps: what must be changed first comes back with what she typed."""
    if deviation.status is not Status.LOCAL_ACTION:
        raise NotAllowed("no_such_move")
    if not form.validate() or names.asks(form, [field]) or not done(form, act):
        return _page({name: form}, deviation.id), 422
    db.session.commit()
    flash(told, "ok")
    return redirect(url_for("local.index"))


@bp.post("/<id:id>/ta")
@roles(Role.LEAD)
def take_on(id: int) -> Response:
    """One press on a new report: the subproject takes it on at once."""
    deviation = local.get(db.session, me(), id)
    _take(deviation, VersionedForm(), Decision(Status.LOCAL_ACTION))
    db.session.commit()
    flash(gettext("Avvikelse %(id)s är nu lokal åtgärd hos er.", id=id), "ok")
    return redirect(url_for("local.index"))


def steps_of(deviation: "Deviation") -> str:
    """The address of the next steps with a local action, for its lead; empty for others."""
    if deviation.status is not Status.LOCAL_ACTION or deviation.subproject_id not in me().subprojects(Role.LEAD):
        return ""
    return f"{url_for('local.index')}#avvikelse-{deviation.id}"


def init_app(app: Flask) -> None:
    """Makes it known to the templates: the report's page is another module's."""
    app.jinja_env.globals["steps_of"] = steps_of
