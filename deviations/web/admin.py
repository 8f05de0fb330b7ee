"""The administrator's start: everybody's accounts, subprojects, the outbox, and the way to the other settings."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response

from deviations.domain.accounts import AccountState
from deviations.domain.notices import MailState
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.accounts import InviteForm, SubprojectForm
from deviations.forms.fields import showable
from deviations.queries import accounts as reading
from deviations.queries import catalogue, outbox, people
from deviations.services import organisation
from deviations.web import inputs, inviting, notices
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain
from deviations.web.entering import settings

bp = Blueprint("admin", __name__, url_prefix="/administration")

# endpoint, what it is called, what it is for
ENTRIES: tuple[tuple[str, LazyString, LazyString], ...] = (
    ("audit.index", lazy_gettext("Logg"), lazy_gettext("Vem som har gjort vad, när och varifrån.")),
    ("security.edit", lazy_gettext("Säkerhet"), lazy_gettext("Vilka roller som behöver logga in i två steg.")),
    ("retention.index", lazy_gettext("Gallring"), lazy_gettext("Hur länge uppgifter sparas, och med vilket beslut.")),
    ("statement.edit", lazy_gettext("Tillgänglighet"), lazy_gettext("Det som står i tillgänglighetsredogörelsen.")),
    ("admin.outbox_page", lazy_gettext("Utkorg"), lazy_gettext("Mejl som väntar och som har gått ut.")),
)
"""The other pages of the administrator."""


@bp.get("")
@roles(Role.ADMIN)
def index() -> str:
    """The accounts that the address asks for, and the subprojects."""
    return _page()


def _page(invite: InviteForm | None = None, subproject: SubprojectForm | None = None) -> str:
    session, text = db.session, showable(request.args.get("q", ""))[:200].strip()
    wanted = inputs.code("lage", AccountState)
    found, more = reading.listed(session, me(), text, wanted)
    return render_template(
        "admin/index.html",
        accounts=found,
        more=more,
        most=reading.MOST,
        text=text,
        wanted=wanted,
        states=reading.counts(session, me()),
        AccountState=AccountState,
        subprojects=people.subprojects(session),
        counts=catalogue.counts(session),
        invite=invite or _invite_form(),
        subproject=subproject or _subproject_form(),
        entries=ENTRIES,
    )


def _invite_form() -> InviteForm:
    return inviting.form(Role, people.subprojects(db.session), everywhere=True, prefix="invite-")


def _subproject_form() -> SubprojectForm:
    return SubprojectForm(
        associations=[(a.id, a.name) for a in catalogue.associations(db.session)], prefix="subproject-"
    )


@bp.post("/bjud-in")
@roles(Role.ADMIN)
def invite() -> Response | str | tuple[str, int]:
    """Makes an account; its one-time link goes by mail, or is shown once on a page to print."""
    form = _invite_form()
    if not form.validate():
        return _page(invite=form), 422
    try:
        user, token = inviting.invite(form, people.subprojects(db.session))
    except NotAllowed as refused:
        complain(form, refused)
        return _page(invite=form), 422
    db.session.commit()
    back = url_for("admin.index")
    return inviting.on_its_way(user, back) if form.by_mail else inviting.printed(user, token, back)


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


@bp.get("/utkorg")
@roles(Role.ADMIN)
def outbox_page() -> str:
    """What mail goes out, to whom and how it went; never what it says, which is not the administrator's to read."""
    state = inputs.code("lage", MailState)
    lines, more = outbox.listed(db.session, me(), state, inputs.number("fore"))
    return render_template(
        "admin/outbox.html",
        lines=lines,
        counts=outbox.counts(db.session, me()),
        state=state,
        older=url_for("admin.outbox_page", lage=state, fore=lines[-1].id) if more else None,
        newer=url_for("admin.outbox_page", lage=state) if "fore" in request.args else None,
        sends=settings().mail is not None,
        words=notices,
    )
