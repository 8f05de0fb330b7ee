"""The coordinator's word on how long a report waits: longer time for a lead, asked for or not, and what was put off
taken up before its day.
"""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.roles import Role
from deviations.domain.workflow import Status
from deviations.extensions import db
from deviations.forms.deviations import VersionedForm
from deviations.forms.local import LongerForm, RefusedForm
from deviations.queries import deviations, local
from deviations.queries import rulings as taken
from deviations.services import rulings
from deviations.web import decided, names
from deviations.web.access import me, now, own_path, roles
from deviations.web.barrier_news import short_day
from deviations.web.complaints import done

if TYPE_CHECKING:
    from deviations.models import Deviation, Move, Ruling

bp = Blueprint("waiting", __name__)

Forms = Mapping[str, VersionedForm]


@bp.get("/delprojekt/langre-tid")
@roles(Role.COORDINATOR)
def longer() -> str:
    """Where leads have asked for longer time, each with yes and no."""
    return _requests()


def _requests(failed: Forms | None = None, of: "Deviation | None" = None) -> str:
    asked: list[tuple[Deviation, Move | None]] = [*local.longer_asked(db.session, me())]
    if of is not None and of not in [deviation for deviation, _ in asked]:  # given without having been asked for
        asked.insert(0, (of, None))
    forms = {d.id: {**_answers(d), **((failed or {}) if d is of else {})} for d, _ in asked}
    return render_template(
        "local/longer.html",
        asked=asked,
        forms=forms,
        failed=next(iter((failed or {}).items()), None),
        of=of.id if of is not None else None,
        rulings=taken.last(db.session, me()),
    )


def _answers(deviation: "Deviation") -> dict[str, VersionedForm]:
    """Her answers as they are shown first: yes, with the asked-for day filled in, and no where there was a question."""
    id, version = deviation.id, str(deviation.version)
    give = LongerForm(prefix=f"give-{id}-", formdata=None, version=version, until=deviation.asked_until)
    if deviation.asked_until is None:
        return {"give": give}
    return {"give": give, "refuse": RefusedForm(prefix=f"refuse-{id}-", formdata=None, version=version)}


@bp.post("/avvikelser/<id:id>/ge-tid")
@roles(Role.COORDINATOR)
def give_time(id: int) -> Response | tuple[str, int]:
    """Yes: until the day that was asked for, or another; also where nobody asked."""
    deviation = deviations.get(db.session, me(), id)
    form = LongerForm(prefix=f"give-{id}-")

    def act() -> "Ruling":
        until, why = form.until.data, form.note.data
        return rulings.extend(db.session, me(), deviation, until, why, at=now(), version=form.shown_version)

    def told() -> str:
        day = short_day(form["until"].data, today())
        return str(gettext("Delprojektet har fått tid till den %(day)s.", day=day))

    return _answer(deviation, "give", form, act, told)


@bp.post("/avvikelser/<id:id>/neka-tid")
@roles(Role.COORDINATOR)
def refuse_time(id: int) -> Response | tuple[str, int]:
    """No, with why; the promised day stands."""
    deviation = deviations.get(db.session, me(), id)
    form = RefusedForm(prefix=f"refuse-{id}-")

    def act() -> "Ruling":
        return rulings.refuse_longer(db.session, me(), deviation, form.note.data, at=now(), version=form.shown_version)

    def told() -> str:
        return str(gettext("Delprojektet får inte längre tid. Den lovade dagen står kvar."))

    return _answer(deviation, "refuse", form, act, told)


def _answer(
    deviation: "Deviation", name: str, form: VersionedForm, act: Callable[[], "Ruling"], told: Callable[[], str]
) -> Response | tuple[str, int]:
    """One answer, saved; what must be changed first comes back with what she typed."""
    made: list[Ruling] = []
    if not form.validate() or names.asks(form, ["note"]) or not done(form, lambda: made.append(act())):
        return _requests({name: form}, deviation), 422
    db.session.commit()
    decided.tell(made[0], told())
    if request.args.get("fran") == "avvikelse":
        return redirect(url_for("deviations.show", id=deviation.id))
    return redirect(url_for("waiting.longer"))


@bp.post("/avvikelser/<id:id>/ta-upp")
@roles(Role.COORDINATOR)
def wake(id: int) -> Response:
    """One press on a report that was put off: it is in the queue again now."""
    deviation = deviations.get(db.session, me(), id)
    ruling = rulings.wake(db.session, me(), deviation, at=now(), version=VersionedForm().shown_version)
    db.session.commit()
    decided.tell(ruling, gettext("Avvikelse %(id)s är upptagen igen och ligger i kön.", id=id))
    return redirect(own_path(request.form.get("back")) or url_for("deviations.show", id=id))


def waits(deviation: "Deviation") -> SimpleNamespace | None:
    """For the coordinator, on a report's page: her answers on time for a local action (`forms`, `asking` where a lead
    has asked), or until when the report was put off (`until`); None where there is nothing to say.
    """
    if not me().has(Role.COORDINATOR):
        return None
    if deviation.status is Status.LOCAL_ACTION:
        asking = local.asking(db.session, deviation) if deviation.asked_until is not None else None
        return SimpleNamespace(forms=_answers(deviation), asking=asking, until=None)
    if deviation.snoozed_until is not None and deviation.snoozed_until > today():
        return SimpleNamespace(forms={}, asking=None, until=deviation.snoozed_until)
    return None


def init_app(app: Flask) -> None:
    """Makes it known to the templates: the report's page is another module's."""
    app.jinja_env.globals["waits"] = waits
