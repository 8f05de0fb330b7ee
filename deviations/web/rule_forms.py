"""Changes a rule of the catalogue, and looks over the barriers that rest on a rule that has changed."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.rules import LookedOverForm, RuleForm
from deviations.queries import barriers, catalogue
from deviations.queries import rule_changes as reading
from deviations.services import rule_changes as keeping
from deviations.services.checks import PersonalData
from deviations.web import conflicts, labels, names
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Barrier, Rule

bp = Blueprint("rule_forms", __name__)

TYPED = ("name", "description", "barrier_text", "source")
"""The texts of a rule, in which somebody may be pointed out."""


@bp.get("/regler/<code>/andra")
@roles(Role.COORDINATOR)
def edit(code: str) -> str:
    """The form that changes what the catalogue says of a rule."""
    rule = catalogue.rule(db.session, code)
    return _page(rule, _saved_form(rule))


def _page(rule: "Rule", form: RuleForm, conflict: conflicts.Beside | None = None) -> str:
    resting = reading.resting_on(db.session, me(), rule)
    return render_template("catalogue/form.html", rule=rule, form=form, resting=resting, conflict=conflict)


def _form(rule: "Rule", **kwargs: object) -> RuleForm:
    others = [(one.code, f"{one.code} {one.name}") for one in catalogue.rules(db.session) if one.code != rule.code]
    return RuleForm(rules=others, confidences=labels.CONFIDENCE.items(), **kwargs)


def _saved_form(rule: "Rule") -> RuleForm:
    """The form with what is saved of the rule, whatever was sent."""
    told = {name: getattr(rule, name) for name in keeping.Entry.__dataclass_fields__ if name != "checked"}
    told["superseded_by"] = rule.superseded_by or ""
    return _form(rule, formdata=None, data={**told, "version": str(rule.version)})


@bp.post("/regler/<code>/andra")
@roles(Role.COORDINATOR)
def change(code: str) -> Response | tuple[str, int]:
    """Saves the entry; what rests on the rule is flagged where the rule itself has changed."""
    rule = catalogue.rule(db.session, code)
    form = _form(rule)
    if not form.validate() or names.asks(form, TYPED):
        return _page(rule, form), 422
    try:
        changed = keeping.change(db.session, me(), rule, _entry(form), version=form.shown_version or 0, at=now())
        db.session.commit()
    except (NotAllowed, PersonalData) as refused:
        complain(form, refused)
        return _page(rule, form), 422
    except StaleDataError:
        return _overtaken(code, form), 409
    waiting = [one for one in reading.resting_on(db.session, me(), rule) if reading.waiting(db.session, one)]
    flash(_told(len(waiting)) if changed is not None else gettext("Regeln är sparad."), "ok")
    return redirect(url_for("catalogue.rule", code=code))


def _told(count: int) -> str:
    if not count:
        return str(gettext("Regeln är ändrad. Inget hinder behöver ses över."))
    return str(
        ngettext(
            "Regeln är ändrad. %(num)s hinder är märkt: se över det.",
            "Regeln är ändrad. %(num)s hinder är märkta: se över dem.",
            count,
        )
    )


def _entry(form: RuleForm) -> keeping.Entry:
    told = {name: form[name].data for name in keeping.Entry.__dataclass_fields__}
    return keeping.Entry(**{**told, "superseded_by": form.superseded_by.data or None})


def _overtaken(code: str, form: RuleForm) -> str:
    """The form as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    rule = catalogue.rule(db.session, code)
    address = url_for("catalogue.rule", code=code)
    saved = conflicts.of_subject(f"rule:{code}", f"{code} {rule.name}", address, rule.version)
    return _page(rule, form, conflicts.beside(saved, form, _saved_form(rule)))


@bp.get("/hinder/<id:id>/se-over")
@roles(Role.COORDINATOR)
def look(id: int) -> str:
    """What has changed in a barrier's rule, and the form that says what came of looking it over."""
    barrier = barriers.get(db.session, me(), id)
    return _looking(barrier, LookedOverForm())


def _looking(barrier: "Barrier", form: LookedOverForm) -> str:
    changes = reading.waiting(db.session, barrier)
    if not changes:
        raise NotFound
    form.latest.data = str(changes[-1].id)
    letters = [one for one in barriers.letters_of(db.session, me(), barrier) if one.status not in reading.ENDED]
    return render_template(
        "catalogue/look_over.html", barrier=barrier, changes=changes, told=reading.fields, letters=letters, form=form
    )


@bp.post("/hinder/<id:id>/se-over")
@roles(Role.COORDINATOR)
def looked(id: int) -> Response | tuple[str, int]:
    """Says that it has been looked over."""
    barrier = barriers.get(db.session, me(), id)
    form = LookedOverForm()
    latest = form.latest_id
    if not form.validate() or names.asks(form, ["note"]):
        return _looking(barrier, form), 422
    try:
        keeping.look_over(db.session, me(), barrier, latest=latest, note=form.note.data, at=now())
    except (NotAllowed, PersonalData) as refused:
        complain(form, refused)
        return _looking(barrier, form), 422
    db.session.commit()
    flash(gettext("Hindret är genomgånget efter regelns ändring."), "ok")
    return redirect(url_for("barriers.show", id=id))
