"""Logging out of one's organisation's login service as well, when one has logged out here."""

from typing import TYPE_CHECKING

from flask import current_app, g, make_response, render_template, url_for
from werkzeug.wrappers import Response

from deviations.adapters.oidc_answers import Unreachable
from deviations.domain.workflow import NotFound
from deviations.services import sso
from deviations.web.entering import settings
from deviations.web.sso_asking import service

if TYPE_CHECKING:
    from deviations.models import LoginSession


def farewell(login: "LoginSession | None") -> Response | None:
    """The page that leads on by itself to the login service's own logout; None for other logins, and when the service
    has no such page or does not answer. To be called after the commit: the service may have to be asked.

    A page of its own, for a form's answer may not lead to another site (form-action), and a page may.
    """
    if login is None or not login.provider:
        return None
    try:
        there = service(login.provider)
        onto = there.leave(sso.id_token(login, settings().secret_key), url_for("logins.login", _external=True))
    except (NotFound, Unreachable) as error:  # no longer in the settings, or down
        current_app.logger.warning("No logout at %s: %s", login.provider, error or "not in the settings")
        return None
    if onto is None:
        return None
    g.pop("actor", None)  # the page is for somebody who is logged out already
    page = make_response(render_template("sso/leaving.html", provider=there.provider, onto=onto))
    page.headers["Refresh"] = f"0; url={onto}"
    return page
