"""When a barrier is recurring: the coordinator sees on the real barriers what thresholds would give, and sets them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.recurrence import KINDS, Policies, Policy
from deviations.domain.roles import Role
from deviations.domain.workflow import NotFound
from deviations.extensions import db
from deviations.forms.barriers import MOST, PolicyForm
from deviations.queries import settings, standings
from deviations.queries.standings import Outcome
from deviations.services import policy as policies
from deviations.web import conflicts, inputs
from deviations.web.access import me, now, reads, roles

bp = Blueprint("policy", __name__, url_prefix="/hinder/granser")

SHOWN = 50
"""So many barriers are shown with what they have and need."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What some thresholds would give: the barriers that meet them, and of these the ones that would come to recur when
    they are saved; what that changes; the ones near them, and how many are further away.
    """

    policy: Policy
    in_force: bool
    reached: Sequence[Outcome]
    fires: Sequence[Outcome]
    gained: Sequence[Outcome]
    lost: Sequence[Outcome]
    near: Sequence[Outcome]
    others: int

    @property
    def kinds(self) -> list[str]:
        """What is told of each: associations only where more is asked for than the one that there always is."""
        return [kind for kind in KINDS if kind != "associations" or self.policy.associations > 1]

    def asked(self, kind: str) -> int:
        """One of the thresholds."""
        needed: int = getattr(self.policy, kind)
        return needed

    @property
    def rows(self) -> tuple[Sequence[Outcome], Sequence[Outcome]]:
        """Those that are shown each with what it has: the ones that meet the thresholds, and the ones near them."""
        return self.reached[:SHOWN], self.near[:SHOWN]

    @property
    def unseen(self) -> int:
        """How many are not shown so."""
        reached, near = self.rows
        return len(self.reached) + len(self.near) + self.others - len(reached) - len(near)


@bp.get("")
@roles(Role.COORDINATOR)
def edit() -> str:
    """The thresholds in force, or those that the address asks about, with what they give."""
    program = _program(request.args.get("insats", ""))
    asked = PolicyForm(formdata=request.args, meta={"csrf": False})
    if not any(name in request.args for name in MOST) or not asked.validate():
        return _page(_saved_form(program), program, settings.policy(db.session, program))
    return _page(_form(program, asked.policy), program, asked.policy)


def _program(typed: str) -> int | None:
    """The program whose own thresholds are meant, None for those that programs share. Raises NotFound."""
    if not typed:
        return None
    programs = standings.programs(db.session)
    if not inputs.is_id(typed) or int(typed) not in programs or len(programs) < 2:
        raise NotFound
    return int(typed)


def _form(program: int | None, policy: Policy) -> PolicyForm:
    version = settings.version(db.session, settings.policy_of(program))
    return PolicyForm(formdata=None, version=str(version), program=str(program or ""), **policy.as_dict())


def _saved_form(program: int | None) -> PolicyForm:
    """The form with the thresholds in force, whatever was sent."""
    return _form(program, settings.policy(db.session, program))


def _page(form: PolicyForm, program: int | None, shown: Policy | None, conflict: conflicts.Beside | None = None) -> str:
    chosen = settings.policies(db.session)
    return render_template(
        "policy/edit.html",
        form=form,
        program=program,
        programs=standings.programs(db.session),
        has_own=program in chosen.own,
        preview=_preview(program, shown) if shown else None,
        conflict=conflict,
    )


def _preview(program: int | None, policy: Policy) -> Preview:
    session = db.session
    chosen = settings.policies(session)
    then = _with(chosen, program, policy)
    found = standings.outcomes(session, me(), then, today())
    reached = [one for one in found if one.then.reached]
    near = [one for one in found if one.then.near]
    return Preview(
        policy=policy,
        in_force=then == chosen or policy == settings.policy(session, program),
        reached=reached,
        fires=[one for one in reached if one.barrier.status in policies.MAY_FIRE],
        gained=[one for one in reached if not one.now.reached],
        lost=[one for one in found if one.now.reached and not one.then.reached],
        near=near,
        others=len(found) - len(reached) - len(near),
    )


def _with(chosen: Policies, program: int | None, policy: Policy) -> Policies:
    if program is None:
        return replace(chosen, shared=policy)
    return replace(chosen, own={**chosen.own, program: policy})


@bp.post("/forhandsvisning")
@roles(Role.COORDINATOR)
@reads
def preview() -> str | tuple[str, int]:
    """What the thresholds typed would give, as a part of the page. Nothing is stored."""
    form = PolicyForm()
    if not form.validate():
        return "", 422
    return render_template("policy/_preview.html", preview=_preview(_program(form.program.data or ""), form.policy))


@bp.post("")
@roles(Role.COORDINATOR)
def change() -> Response | tuple[str, int]:
    """Saves the thresholds, or shows what they would give; barriers that meet them become recurring at once."""
    form = PolicyForm()
    program = _program(form.program.data or "")
    if not form.validate():
        return _page(form, program, None), 422
    if request.form.get("do") == "preview":
        asked: dict[str, Any] = {"insats": program, **form.policy.as_dict()}
        return redirect(url_for("policy.edit", **asked), 303)
    return _saved(program, form.policy, form)


@bp.post("/gemensamma")
@roles(Role.COORDINATOR)
def share() -> Response | tuple[str, int]:
    """Lets a program go by the thresholds that programs share again."""
    form = PolicyForm()
    program = _program(form.program.data or "")
    if program is None:
        raise NotFound
    return _saved(program, None, form)


def _saved(program: int | None, chosen: Policy | None, form: PolicyForm) -> Response | tuple[str, int]:
    session = db.session
    whose = standings.program(session, program)
    try:
        fired = policies.set_policy(session, me(), chosen, now(), program=whose, version=form.shown_version or 0)
    except StaleDataError:
        return _overtaken(form if chosen else _saved_form(program), program), 409
    session.commit()
    flash(_told([barrier.name for barrier in fired]), "ok")
    return redirect(url_for("barriers.index"))


def _told(fired: Sequence[str]) -> str:
    """That the thresholds are changed, and which barriers came to recur by it."""
    if not fired:
        return str(gettext("Gränserna är ändrade. Inga fler hinder blev återkommande."))
    return str(
        ngettext(
            "Gränserna är ändrade. %(num)s hinder blev återkommande: %(names)s",
            "Gränserna är ändrade. %(num)s hinder blev återkommande: %(names)s",
            len(fired),
            names=", ".join(f"”{name}”" for name in fired[:5]) + (" …" if len(fired) > 5 else "."),
        )
    )


def _overtaken(form: PolicyForm, program: int | None) -> str:
    """The thresholds as they were sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    address = url_for("policy.edit", insats=program)
    saved = conflicts.of_choice(settings.policy_of(program), str(gettext("Gränser")), address)
    conflict = conflicts.beside(saved, form, _saved_form(program))
    return _page(form, program, form.policy if form.validate() else None, conflict)
