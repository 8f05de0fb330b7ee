"""What the pages behind one-time links and the forms with passwords share: links that hold or are gone, and why a
password is not taken.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import render_template, request
from sqlalchemy.exc import SQLAlchemyError

from deviations.domain.logins import AttemptKind, LinkPurpose
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.fields import BaseForm
from deviations.queries import one_time_links
from deviations.services import attempts
from deviations.services.attempts import TooManyGuesses
from deviations.services.tokens import hashed
from deviations.web import labels
from deviations.web.access import now
from deviations.web.complaints import at_field, complain

if TYPE_CHECKING:
    from deviations.models import OneTimeLink


def behind(token: str, *purposes: LinkPurpose) -> "OneTimeLink | None":
    """The link that a token opens; None for one that is used, run out or was never made. Those count against the
    network address that they come from; raises TooManyGuesses after too many.
    """
    source = request.remote_addr or ""
    attempts.check(db.session, AttemptKind.LINK, source, now())
    try:
        return one_time_links.holding(db.session, purposes, hashed(token), now())
    except NotFound:
        with suppress(SQLAlchemyError):  # a busy database costs nobody the page
            db.begin_writing()
            attempts.count(db.session, AttemptKind.LINK, source, now())
            db.session.commit()
        return None


def gone(purpose: LinkPurpose) -> tuple[str, int]:
    """The page in place of a link that doesn't hold, the same for each, and what to do instead."""
    return render_template("accounts/gone.html", purpose=purpose), 404


def chosen(form: BaseForm, keep: Callable[[], object]) -> bool:
    """Whether the form is in order and the password was taken; else it says why not."""
    if not form.validate():
        return False
    try:
        keep()
    except NotAllowed as refused:
        say_why(form, refused)
        return False
    return True


def refused(page: str | tuple[str, int]) -> tuple[str, int]:
    """The page with its form's complaints; one that is gone stays gone."""
    return page if isinstance(page, tuple) else (page, 422)


def say_why(form: BaseForm, why: NotAllowed) -> None:
    """A refusal where it belongs: of the password that one has at its own field, of the new one at that."""
    if isinstance(why, TooManyGuesses) or why.code == "wrong_password":
        name = "" if isinstance(why, TooManyGuesses) else "current_password"
        at_field(form, name, labels.refusal(why.code))
    else:
        complain(form, why)
