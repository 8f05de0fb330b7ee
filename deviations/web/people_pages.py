"""One person's account as the administrator keeps it: her roles, where she is logged in, what helps when she can't."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain import browsers
from deviations.domain.accounts import AccountState
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.memberships import RoleForm
from deviations.queries import accounts as reading
from deviations.queries import logins as open_logins
from deviations.queries import people
from deviations.services import accounts, logins, memberships, second_factor
from deviations.web import inviting, labels
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain
from deviations.web.entering import settings

if TYPE_CHECKING:
    from deviations.models import User

bp = Blueprint("people", __name__, url_prefix="/administration/konton/<id:id>")


@bp.get("")
@roles(Role.ADMIN)
def show(id: int) -> str:
    """The account with all that the administrator may do."""
    return _page(id)


def _page(id: int, form: RoleForm | None = None) -> str:
    account = reading.get(db.session, me(), id)
    return render_template(
        "admin/person.html",
        user=account.user,
        state=account.state,
        AccountState=AccountState,
        me=me(),
        asks_others=id == me().id and people.others_administer(db.session, account.user),
        form=form or _form(formdata=None),
        logins=open_logins.of(db.session, id, now(), settings().lifetime),
        needs_factor=open_logins.needs_factor(db.session, account.user),
        browser=browsers.named,
        mailing=settings().mail is not None,
    )


def _form(**kwargs: object) -> RoleForm:
    return RoleForm(
        [(role, str(label).capitalize()) for role, label in labels.ROLES.items()],
        [(place.id, place.name) for place in people.subprojects(db.session)],
        **kwargs,
    )


def _user(id: int) -> "User":
    return reading.get(db.session, me(), id).user


def _done(id: int, sentence: str, act: Callable[["User"], None]) -> Response:
    """Does it to the account, commits, and leads back to its page."""
    act(_user(id))
    db.session.commit()
    flash(sentence, "ok")
    return redirect(url_for("people.show", id=id))


@bp.post("/roller")
@roles(Role.ADMIN)
def add_role(id: int) -> Response | tuple[str, int]:
    """Gives her one more role."""
    user, form = _user(id), _form()
    if not form.validate():
        return _page(id, form), 422
    place = {place.id: place for place in people.subprojects(db.session)}.get(form.place or 0)
    try:
        memberships.add(db.session, me(), user, Role(form.role.data), place, now())
    except NotAllowed as refused:
        complain(form, refused)
        return _page(id, form), 422
    db.session.commit()
    flash(gettext("Rollen är tillagd. Personen loggar in på nytt och får veta det med mejl."), "ok")
    return redirect(url_for("people.show", id=id))


@bp.post("/roller/<id:membership_id>/ta-bort")
@roles(Role.ADMIN)
def remove_role(id: int, membership_id: int) -> Response:
    """Takes one of her roles away."""
    held = next((one for one in _user(id).memberships if one.id == membership_id), None)
    if held is None:
        raise NotFound
    sentence = gettext("Rollen är borttagen. Personen loggar in på nytt och får veta det med mejl.")
    return _done(id, sentence, lambda user: memberships.remove(db.session, me(), held, now()))


@bp.post("/inloggningar/<id:login_id>/avsluta")
@roles(Role.ADMIN)
def end_login(id: int, login_id: int) -> Response:
    """Ends one of her logins."""
    return _done(id, gettext("Utloggad där."), lambda user: logins.end(db.session, me(), user, login_id, now()))


@bp.post("/inloggningar/avsluta-alla")
@roles(Role.ADMIN)
def end_logins(id: int) -> Response:
    """Ends all her logins."""
    return _done(id, gettext("Utloggad överallt."), lambda user: logins.end_everywhere(db.session, me(), user, now()))


@bp.post("/tva-steg/ta-bort")
@roles(Role.ADMIN)
def remove_factor(id: int) -> Response:
    """Takes a second factor away that she has lost."""
    sentence = gettext("Tvåstegsinloggningen är borttagen. Personen är utloggad och får veta det med mejl.")
    return _done(id, sentence, lambda user: second_factor.remove(db.session, me(), user, now()))


@bp.post("/ny-lank")
@roles(Role.ADMIN)
def renew(id: int) -> Response | str:
    """A new one-time link for somebody who has not opened her account; the old one stops working."""
    return inviting.renew(_user(id), url_for("people.show", id=id))


@bp.post("/ta-tillbaka")
@roles(Role.ADMIN)
def take_back(id: int) -> Response:
    """Takes an invitation back that she has not used."""
    sentence = gettext("Inbjudan är tillbakatagen. Länken fungerar inte längre.")
    return _done(id, sentence, lambda user: accounts.take_back(db.session, me(), user, now()))


@bp.post("/stang")
@roles(Role.ADMIN)
def close(id: int) -> Response:
    """Closes the account and ends its logins."""
    sentence = gettext("Kontot är stängt och utloggat.")
    return _done(id, sentence, lambda user: accounts.set_active(db.session, me(), user, False, now()))


@bp.post("/oppna")
@roles(Role.ADMIN)
def reopen(id: int) -> Response:
    """Opens the account again."""
    sentence = gettext("Kontot är öppet igen.")
    return _done(id, sentence, lambda user: accounts.set_active(db.session, me(), user, True, now()))
