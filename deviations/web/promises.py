"""What is promised of replies: the coordinator sets the spans, and sees beforehand which days they give."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.deadlines import Promised, Promises, promised
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.promises import PromisesForm
from deviations.queries import settings
from deviations.services import promises as keeping
from deviations.web import conflicts
from deviations.web.access import me, now, roles

bp = Blueprint("promises", __name__, url_prefix="/installningar/svarstider")


@bp.get("")
@roles(Role.COORDINATOR)
def edit() -> str:
    """The spans in force, with the days that they give."""
    return _page(_saved_form(), settings.promises(db.session))


def _saved_form() -> PromisesForm:
    """The form with what is in force, whatever was sent."""
    session = db.session
    return PromisesForm(
        settings.promises(session), formdata=None, version=str(settings.version(session, settings.PROMISES))
    )


def _page(form: PromisesForm, shown: Promises | None, conflict: conflicts.Beside | None = None) -> str:
    return render_template("promises/edit.html", form=form, preview=_preview(shown) if shown else [], conflict=conflict)


def _preview(promises: Promises) -> list[tuple[date, date, date, date]]:
    """Of a report filed today, and of one filed before Christmas: until when each of the two replies is promised; and
    until when a letter sent then asks for its answer.
    """
    here = today()
    before_christmas = date(here.year, 12, 21)
    return [
        (
            day,
            promised(Promised.FIRST_REPLY, day, promises.first_reply).on,
            promised(Promised.LOCAL_ANSWER, day, promises.local_answer).on,
            promised(Promised.LETTER_ANSWER, day, promises.letter_answer).on,
        )
        for day in dict.fromkeys([here, before_christmas if before_christmas >= here else here])
    ]


@bp.post("")
@roles(Role.COORDINATOR)
def change() -> Response | str | tuple[str, int]:
    """Saves the spans, or only shows what they would give."""
    form = PromisesForm()
    if not form.validate():
        return _page(form, None), 422
    if request.form.get("do") == "preview":
        return _page(form, form.promises)
    try:
        keeping.set_promises(db.session, me(), form.promises, now(), version=form.shown_version or 0)
    except StaleDataError:
        return _overtaken(form), 409
    db.session.commit()
    flash(gettext("Svarstiderna är ändrade. De gäller det som händer från och med nu."), "ok")
    return redirect(url_for("promises.edit"))


def _overtaken(form: PromisesForm) -> str:
    """The form as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    saved = conflicts.of_choice(settings.PROMISES, str(gettext("Svarstider")), url_for("promises.edit"))
    return _page(form, None, conflicts.beside(saved, form, _saved_form()))
