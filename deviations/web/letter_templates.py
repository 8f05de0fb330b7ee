"""An association's template for letters: the coordinator edits it beside a letter about a real barrier."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain import letter_template
from deviations.domain.days import today
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.letter_settings import TemplateForm
from deviations.queries import barriers
from deviations.queries import letter_settings as reading
from deviations.services import letter_settings as keeping
from deviations.services.checks import PersonalData
from deviations.web import conflicts
from deviations.web.access import me, now, reads, roles
from deviations.web.complaints import at_field, complain

if TYPE_CHECKING:
    from deviations.models import Association, Barrier

bp = Blueprint("letter_templates", __name__, url_prefix="/skrivelser/installningar/mall")


@bp.get("/<id:id>")
@roles(Role.COORDINATOR)
def edit(id: int) -> str:
    """The template's text beside a letter made by it."""
    association = reading.sender(db.session, me(), id)
    return _page(association, _saved_form(association))


def _form(**kwargs: object) -> TemplateForm:
    return TemplateForm(barriers=reading.examples(db.session, me()), **kwargs)


def _saved_form(association: "Association") -> TemplateForm:
    """The form with the template in force, whatever was sent."""
    own = reading.own_template(db.session, association)
    body = own.body if own is not None else letter_template.SHIPPED
    return _form(formdata=None, body=body, version=str(own.version if own is not None else 0))


def _page(association: "Association", form: TemplateForm, conflict: conflicts.Beside | None = None) -> str:
    return render_template(
        "letter_settings/template.html",
        association=association,
        form=form,
        own=reading.own_template(db.session, association),
        fields=letter_template.FIELDS,
        preview=_preview(association, form),
        conflict=conflict,
    )


@bp.post("/<id:id>")
@roles(Role.COORDINATOR)
def save(id: int) -> Response | tuple[str, int] | str:
    """Saves the template, or shows what it gives."""
    association, form = reading.sender(db.session, me(), id), _form()
    if request.form.get("do") == "preview":
        return _page(association, form)
    if not form.validate() or _is_faulty(form):
        return _page(association, form), 422
    body, version = form.body.data, form.shown_version or 0
    try:
        keeping.keep_template(db.session, me(), association, body, version=version, at=now())
        db.session.commit()
    except (NotAllowed, PersonalData) as refused:
        complain(form, refused)
        return _page(association, form), 422
    except StaleDataError:
        return _overtaken(id, form), 409
    return _done(gettext("Mallen är sparad. Den används i nästa utkast."))


def _is_faulty(form: TemplateForm) -> bool:
    """Whether the template can't be used; each fault is said with its line."""
    faults = letter_template.check(form.body.data or "")
    for fault in faults:
        at_field(form, "body", str(gettext("Rad %(line)s: %(sentence)s", line=fault.line, sentence=fault.sentence)))
    return bool(faults)


def _overtaken(id: int, form: TemplateForm) -> str:
    """The template as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    association = reading.sender(db.session, me(), id)
    theirs = _saved_form(association)
    address, version = url_for("letter_templates.edit", id=id), int(theirs.version.data)
    saved = conflicts.of_subject(f"letter_template:{id}", str(gettext("Mallen för skrivelser")), address, version)
    return _page(association, form, conflicts.beside(saved, form, theirs))


@bp.post("/<id:id>/forhandsvisa")
@roles(Role.COORDINATOR)
@reads
def preview(id: int) -> str:
    """What the template in the editor gives. Nothing is saved."""
    return _preview(reading.sender(db.session, me(), id), _form())


def _preview(association: "Association", form: TemplateForm) -> Markup:
    """A letter about a real barrier as the template in the form would write it, or why it can't be shown."""
    body = form.body.data or ""
    barrier = _example(form)
    faults = letter_template.check(body)
    html = None
    if barrier is not None and not faults:
        html = Markup(keeping.preview(db.session, barrier, association, body, today()))
    return Markup(render_template("letter_settings/_preview.html", html=html, faults=faults))


def _example(form: TemplateForm) -> "Barrier | None":
    """The barrier that was chosen, else the first that there is; None where nothing has been reported yet."""
    offered = [str(choice.value) for choice in form.barrier.choices if choice.value]
    chosen = form.barrier.data if form.barrier.data in offered else next(iter(offered), None)
    return barriers.get(db.session, me(), int(chosen)) if chosen is not None else None


@bp.post("/<id:id>/ta-bort")
@roles(Role.COORDINATOR)
def drop(id: int) -> Response:
    """Lets the association go by the template that ships."""
    association = reading.sender(db.session, me(), id)
    keeping.drop_template(db.session, me(), association, version=_version(), at=now())
    db.session.commit()
    return _done(gettext("Programmets egen mall används igen."))


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _done(sentence: str) -> Response:
    flash(sentence, "ok")
    return redirect(url_for("letter_settings.index"))
