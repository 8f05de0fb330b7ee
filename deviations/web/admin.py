"""Accounts and subprojects, kept by the administrator, and the outbox."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.config import Config
from deviations.domain.notices import MailState
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.accounts import InviteForm, SubprojectForm
from deviations.forms.fields import optional_id
from deviations.queries import catalogue, outbox, people
from deviations.services import accounts, audit, letter_seal, organisation
from deviations.web import inputs, labels, notices
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain

bp = Blueprint("admin", __name__, url_prefix="/administration")


@bp.get("")
@roles(Role.ADMIN)
def index() -> str:
    """All accounts and subprojects."""
    return _page()


def _page(invite: InviteForm | None = None, subproject: SubprojectForm | None = None, link: str | None = None) -> str:
    session = db.session
    lines, broken = audit.verify(session)
    return render_template(
        "admin/index.html",
        accounts=people.accounts(session),
        subprojects=people.subprojects(session),
        counts=catalogue.counts(session),
        invite=invite or _invite_form(),
        subproject=subproject or _subproject_form(),
        link=link,
        lines=lines,
        broken=broken,
        changed=letter_seal.verify(session),
        me=me(),
    )


def _invite_form(**kwargs: object) -> InviteForm:
    return InviteForm(
        **kwargs,
        roles=[(role, str(label).capitalize()) for role, label in labels.ROLES.items()],
        subprojects=[(s.id, s.name) for s in people.subprojects(db.session)],
        prefix="invite-",
    )


def _subproject_form() -> SubprojectForm:
    return SubprojectForm(
        associations=[(a.id, a.name) for a in catalogue.associations(db.session)], prefix="subproject-"
    )


@bp.post("/bjud-in")
@roles(Role.ADMIN)
def invite() -> str | tuple[str, int]:
    """Makes an account and shows its one-time link, once."""
    form = _invite_form()
    if not form.validate():
        return _page(invite=form), 422
    place = optional_id(form.subproject.data)
    homes = {s.id: s for s in people.subprojects(db.session)}
    try:
        token = accounts.invite(
            db.session,
            me(),
            email=form.email.data,
            name=form.name.data,
            role=Role(form.role.data),
            subproject=homes[place] if place else None,
            at=now(),
        )
    except NotAllowed as refused:
        complain(form, refused)
        return _page(invite=form), 422
    db.session.commit()
    return _page(
        invite=_invite_form(formdata=None),
        link=url_for("accounts.invitation", token=token, _external=True),
    )


@bp.post("/konton/<id:id>/ny-lank")
@roles(Role.ADMIN)
def renew(id: int) -> str:
    """A new one-time link for somebody who has not chosen a password yet; the old one stops working."""
    user = people.account(db.session, id)
    token = accounts.new_link(db.session, me(), user, now())
    db.session.commit()
    return _page(link=url_for("accounts.invitation", token=token, _external=True))


@bp.post("/delprojekt")
@roles(Role.ADMIN)
def add_subproject() -> Response | tuple[str, int]:
    """A new subproject in an association's municipalities."""
    form = _subproject_form()
    program = people.program(db.session)
    if program is None:
        raise NotAllowed("no_program")
    if not form.validate():
        return _page(subproject=form), 422
    chosen = {str(a.id): a for a in catalogue.associations(db.session)}[form.association.data]
    try:
        organisation.add_subproject(db.session, me(), program, chosen, name=form.name.data, municipalities=[], at=now())
    except NotAllowed as refused:
        complain(form, refused)
        return _page(subproject=form), 422
    db.session.commit()
    flash(gettext("Delprojektet finns nu."), "ok")
    return redirect(url_for("admin.index"))


@bp.post("/konton/<id:id>/<state>")
@roles(Role.ADMIN)
def set_active(id: int, state: str) -> Response:
    """Closes an account and ends its logins, or opens it again."""
    if state not in {"stang", "oppna"}:
        raise NotFound
    user = people.account(db.session, id)
    accounts.set_active(db.session, me(), user, state == "oppna", now())
    db.session.commit()
    flash(
        gettext("Kontot är öppet igen.") if state == "oppna" else gettext("Kontot är stängt och utloggat."),
        "ok",
    )
    return redirect(url_for("admin.index"))


@bp.get("/utkorg")
@roles(Role.ADMIN)
def outbox_page() -> str:
    """What mail goes out, to whom and how it went; never what it says, which is not the administrator's to read."""
    state = inputs.code("lage", MailState)
    lines, more = outbox.listed(db.session, me(), state, inputs.number("fore"))
    settings: Config = current_app.extensions["settings"]
    return render_template(
        "admin/outbox.html",
        lines=lines,
        counts=outbox.counts(db.session, me()),
        state=state,
        older=url_for("admin.outbox_page", lage=state, fore=lines[-1].id) if more else None,
        newer=url_for("admin.outbox_page", lage=state) if "fore" in request.args else None,
        sends=settings.mail is not None,
        words=notices,
    )
