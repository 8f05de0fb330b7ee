"""What the administrator asks of everybody's login: which roles need a second factor."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.logins import SecurityForm
from deviations.queries import logins as queries
from deviations.queries import settings as chosen
from deviations.services import security
from deviations.web import conflicts, labels
from deviations.web.access import me, now, roles
from deviations.web.entering import settings

bp = Blueprint("security", __name__, url_prefix="/administration/sakerhet")


@bp.get("")
@roles(Role.ADMIN)
def edit() -> str:
    """Which roles need a second factor, who has one, and the limits that always hold."""
    return _page(_saved_form())


def _form(**kwargs: object) -> SecurityForm:
    return SecurityForm([(role, str(label).capitalize()) for role, label in labels.ROLES.items()], **kwargs)


def _saved_form() -> SecurityForm:
    needing = [str(role) for role in queries.roles_with_factor(db.session)]
    return _form(formdata=None, roles=needing, version=str(chosen.version(db.session, queries.SECURITY)))


def _page(form: SecurityForm) -> str:
    return render_template(
        "admin/security.html", form=form, counts=queries.factors(db.session), lifetime=settings(), me=me()
    )


@bp.post("")
@roles(Role.ADMIN)
def change() -> Response | tuple[str, int]:
    """Saves which roles need one."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        wanted = [Role(role) for role in form.roles.data]
        security.choose(db.session, me(), wanted, form.shown_version or 0, now())
    except StaleDataError:
        return conflicts.shown_anew("security.edit")
    db.session.commit()
    flash(gettext("Sparat. Den som nu måste ha tvåstegsinloggning och inte har det är utloggad."), "ok")
    return redirect(url_for("security.edit"))
