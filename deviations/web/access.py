"""Who may come in: every route says for which roles it is, and nothing is open that does not say so."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from flask import Flask, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound
from deviations.extensions import SAFE, csrf
from deviations.forms.fields import showable
from deviations.web import noted

PUBLIC = "public"
# What a person wrote at length and can send again after logging in: these views look at the origin themselves.
RESENT = frozenset({"filing.file", "filing.file_same"})
Answer = Response | tuple[str | Response, int]
View = TypeVar("View", bound=Callable[..., object])
_OWN_PATH = re.compile(r"/(?!/)[A-Za-z0-9_\-/?=&.%+*]*\Z")


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


def informing(view: View) -> View:
    """Declares a page that needs no login, on which whoever is logged in keeps her menu."""
    view.knows_reader = True  # type: ignore[attr-defined]
    return public(view)


def informs(endpoint: str) -> bool:
    """Whether it is a page that was declared `informing`."""
    return getattr(current_app.view_functions.get(endpoint), "knows_reader", False)


EVERYBODY = tuple(Role)
WORKERS = (Role.REPORTER, Role.LEAD, Role.COORDINATOR)
READERS = (*WORKERS, Role.STEERING)


def reads(view: View) -> View:
    """Marks a view that is asked by POST but takes no write lock: it changes nothing, or looks first and then says
    `db.begin_writing()`.
    """
    view.only_reads = True  # type: ignore[attr-defined]
    return view


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


def check_origin() -> None:
    """Raises CSRFError unless one of our own pages sent this: the browser says so, or the form's token does.

    The token is bound to the login that the form was shown to. Where the browser itself attests the origin (Fetch
    Metadata, or Origin where that is not sent; no page can forge either), a form that outlived its login still counts.
    """
    if _from_our_page():
        g.csrf_valid = True  # where Flask-WTF's forms look whether the token has been checked
        return
    csrf.protect()


def _from_our_page() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def is_fetch() -> bool:
    """Whether a script of ours asks, to whom a whole page is no answer."""
    return request.headers.get("X-Requested-With") == "fetch"


def kept_texts() -> list[tuple[str, str]]:
    """What was typed in a form that could not be taken, so that it can be given back. Never passwords or tokens."""
    hidden = {"csrf_token", "form_key", "version", "do", "part", "who", "harm", "kind", "step", "occurred_on"}
    try:
        typed = list(request.form.items())
    except RequestEntityTooLarge:  # too much to be read, so there is nothing to give back
        return []
    return [
        (name, showable(value))
        for name, value in typed
        if name not in hidden and "password" not in name and len(value.strip()) > 2
    ]


def _guard() -> Answer | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    declared: frozenset[str] = getattr(view, "declared_roles", frozenset())
    if PUBLIC in declared:
        if informs(request.endpoint) and current_user.is_authenticated:
            g.actor = me()
        return None
    if not current_user.is_authenticated:
        return _ask_to_log_in()
    g.actor = me()
    if not me().memberships:
        return _wait(declared)
    if not me().has(*(role for role in Role if role in declared)):
        noted.refused(noted.ROLE)
        raise NotFound
    return None


def _wait(declared: frozenset[str]) -> Answer | None:
    """Who has no role yet has her own account, and everywhere else one page that says what she waits for."""
    if declared == frozenset(EVERYBODY) and request.endpoint != "pages.start":
        return None
    return render_template("accounts/waiting.html"), 200 if request.endpoint == "pages.start" else 403


def _ask_to_log_in() -> Answer:
    if request.method in SAFE:
        back = own_path(request.full_path.rstrip("?"))
        return redirect(url_for("logins.login", next=back if back != "/" else None))
    login = url_for("logins.login")
    if is_fetch():
        return jsonify(error=gettext("Du är utloggad. Logga in i en annan flik."), login=login), 401
    # Only what one of our own pages sent: else another site could put its text under a button of ours.
    again = _all_fields() if request.endpoint in RESENT and _from_our_page() else []
    return render_template("errors/logged_out.html", texts=kept_texts(), again=again, login=login), 401


def _all_fields() -> list[tuple[str, str]]:
    """Everything that was sent, to be sent again by one press when she is back; never tokens."""
    try:
        return [(name, showable(v)) for name, v in request.form.items(multi=True) if name != "csrf_token"]
    except RequestEntityTooLarge:
        return []


def init_app(app: Flask) -> None:
    """Asks at every request, before anything else of the page runs."""
    app.before_request(_guard)
