"""The accessibility statement: what everybody can read, and the page on which the administrator enters it; and where
to tell of a hole in the security (RFC 9116).
"""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain.days import day_of, start_of, today
from deviations.domain.roles import Role
from deviations.domain.statement import Conformity, Method, lines
from deviations.extensions import db
from deviations.forms.statement import StatementForm
from deviations.queries import settings
from deviations.queries import statement as reading
from deviations.services import statement as keeping
from deviations.web import conflicts
from deviations.web.access import informing, me, now, public, roles
from deviations.web.complaints import done

bp = Blueprint("statement", __name__)

EXPIRES = timedelta(days=180)  # RFC 9116, 2.5.5: less than a year off


@bp.get("/tillganglighet")
@informing
def show() -> str:
    """How accessible the service is, and how to say when it is not (SFS 2018:1937, 13 §)."""
    found, changed = reading.chosen(db.session), reading.changed_at(db.session)
    return render_template(
        "statement/show.html",
        statement=found,
        changed=day_of(changed) if changed is not None else None,
        Conformity=Conformity,
        Method=Method,
        lines=lines,
    )


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Where to tell of a hole: the address entered for it, else the page that says who is behind the service."""
    found = reading.chosen(db.session)
    page = url_for("statement.show", _external=True, _scheme="https")  # RFC 9116, 2.5.3: https or nothing
    told = (
        f"Contact: mailto:{found.security_email}" if found is not None and found.security_email else f"Contact: {page}",
        f"Expires: {start_of(today() + EXPIRES):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: sv, en",
    )
    return Response("\n".join(told) + "\n", content_type="text/plain; charset=utf-8")


@bp.get("/administration/tillganglighet")
@roles(Role.ADMIN)
def edit() -> str:
    """What is entered."""
    return _page(_saved_form())


def _saved_form() -> StatementForm:
    """The form with what is stored, whatever was sent."""
    version = str(settings.version(db.session, reading.STATEMENT))
    return StatementForm(reading.chosen(db.session), formdata=None, version=version)


def _page(form: StatementForm, conflict: conflicts.Beside | None = None) -> str:
    return render_template("statement/edit.html", form=form, conflict=conflict)


@bp.post("/administration/tillganglighet")
@roles(Role.ADMIN)
def change() -> Response | str | tuple[str, int]:
    """Saves it; from then on everybody can read it."""
    form = StatementForm()
    if not form.validate():
        return _page(form), 422
    version = form.shown_version or 0
    try:
        if not done(form, lambda: keeping.keep(db.session, me(), form.statement, now(), version=version)):
            return _page(form), 422
    except StaleDataError:
        return _overtaken(form), 409
    db.session.commit()
    flash(gettext("Redogörelsen är sparad. Nu kan alla läsa den."), "ok")
    return redirect(url_for("statement.show"))


def _overtaken(form: StatementForm) -> str:
    """The form as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    saved = conflicts.of_choice(
        reading.STATEMENT, str(gettext("Tillgänglighetsredogörelse")), url_for("statement.edit")
    )
    return _page(form, conflicts.beside(saved, form, _saved_form()))
