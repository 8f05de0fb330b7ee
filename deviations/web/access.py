"""Who may come in: every route says for which roles it is, and nothing is open that does not say so."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound
from deviations.extensions import SAFE
from deviations.forms.fields import showable

PUBLIC = "public"
View = TypeVar("View", bound=Callable[..., object])
_OWN_PATH = re.compile(r"/(?!/)[A-Za-z0-9_\-/?=&.%]*\Z")


def roles(*wanted: Role) -> Callable[[View], View]:
    """Declares for which roles a route is; all others get the same answer as for a page that is not there."""

    def declare(view: View) -> View:
        view.declared_roles = frozenset(wanted)  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declares a route that needs no login."""
    view.declared_roles = frozenset({PUBLIC})  # type: ignore[attr-defined]
    return view


EVERYBODY = tuple(Role)
WORKERS = (Role.REPORTER, Role.LEAD, Role.COORDINATOR)
READERS = (*WORKERS, Role.STEERING)


def me() -> Actor:
    """The person who is logged in on this request."""
    found: Actor = current_user.actor
    return found


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def own_path(path: str | None) -> str | None:
    """A path to come back to after login; None for anything that could lead to another place."""
    return path if path and len(path) < 500 and _OWN_PATH.match(path) else None


def kept_texts() -> list[tuple[str, str]]:
    """What was typed in a form that could not be taken, so that it can be given back. Never passwords or tokens."""
    hidden = {"csrf_token", "form_key", "version"}
    try:
        typed = list(request.form.items())
    except RequestEntityTooLarge:  # too much to be read, so there is nothing to give back
        return []
    return [
        (name, showable(value))
        for name, value in typed
        if name not in hidden and "password" not in name and len(value.strip()) > 2
    ]


def _guard() -> Response | tuple[str, int] | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    declared: frozenset[str] = getattr(current_app.view_functions[request.endpoint], "declared_roles", frozenset())
    if PUBLIC in declared:
        return None
    if not current_user.is_authenticated:
        return _ask_to_log_in()
    g.actor = me()
    if not me().has(*(role for role in Role if role in declared)):
        raise NotFound
    return None


def _ask_to_log_in() -> Response | tuple[str, int]:
    if request.method in SAFE:
        back = own_path(request.full_path.rstrip("?"))
        return redirect(url_for("accounts.login", next=back if back != "/" else None))
    return render_template("errors/logged_out.html", texts=kept_texts()), 401


def init_app(app: Flask) -> None:
    """Asks at every request, before anything else of the page runs."""
    app.before_request(_guard)
