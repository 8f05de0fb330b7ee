"""What the administrator does for somebody whom mail does not reach: a link for a new password, another address."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.logins import LinkPurpose
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.accounts import AddressForm
from deviations.queries import people
from deviations.services import email_changes, passwords
from deviations.web import inviting
from deviations.web.access import me, now, roles
from deviations.web.complaints import complain
from deviations.web.entering import settings

bp = Blueprint("account_links", __name__, url_prefix="/administration/konton/<id:id>")


@bp.post("/losenordslank")
@roles(Role.ADMIN)
def password_link(id: int) -> str:
    """A link for a new password, to be handed over where mail does not reach its owner."""
    user = people.account(db.session, id)
    token = passwords.reset_link(db.session, me(), user, secret=settings().secret_key, at=now())
    db.session.commit()
    return inviting.printed(user, token, url_for("people.show", id=id), LinkPurpose.RESET)


@bp.get("/adress")
@roles(Role.ADMIN)
def address(id: int) -> str:
    """The page that gives an account another address."""
    return _page(id, AddressForm())


def _page(id: int, form: AddressForm) -> str:
    return render_template("accounts/address_for.html", form=form, user=people.account(db.session, id))


@bp.post("/adress")
@roles(Role.ADMIN)
def change_address(id: int) -> Response | tuple[str, int]:
    """Gives an account another address; its logins end and both addresses are told."""
    form = AddressForm()
    if not form.validate():
        return _page(id, form), 422
    try:
        email_changes.change_for(db.session, me(), people.account(db.session, id), form.email.data, now())
    except NotAllowed as refused:
        complain(form, refused)
        return _page(id, form), 422
    db.session.commit()
    flash(gettext("E-postadressen är bytt."), "ok")
    return redirect(url_for("people.show", id=id))
