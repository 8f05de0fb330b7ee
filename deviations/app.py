"""Puts the program together for one instance: settings, database, login, pages."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Request, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from deviations import config as settings
from deviations import web
from deviations.extensions import babel, choose_language, csrf, db, login_manager

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
MOST_FIELDS = 1_000
MOST_BYTES = 1_000_000  # of one request; the forms of answers make room for their files themselves


class _Request(Request):
    """A request with as many fields as a form of ours can have: Werkzeug counts only those that come as multipart."""

    def _load_form_data(self) -> None:
        """Raises RequestEntityTooLarge."""
        super()._load_form_data()
        if sum(map(len, self.form.listvalues())) > MOST_FIELDS:
            raise RequestEntityTooLarge


class _Program(Flask):
    """Flask, but for the log: a recipient's link stands in its address, and must not stand in a file as well."""

    request_class = _Request

    def log_exception(self, exc_info: Any) -> None:
        """Names the page by its pattern ("/svar/<token>") where it has one."""
        where = request.url_rule.rule if request.url_rule is not None else request.path
        self.logger.error("Exception on %s [%s]", where, request.method, exc_info=exc_info)


def create_app(instance: str | Path | None = None, database_url: str | None = None, testing: bool = False) -> Flask:
    """The program for the instance in a folder (`instance/` or DEVIATIONS_INSTANCE unless named).

    Raises config.BadSetting when a setting is refused.
    """
    os.umask(0o077)
    chosen = settings.load(Path(instance) if instance else settings.default_folder(), database_url=database_url)
    app = _Program("deviations")
    app.config.update(
        TRUSTED_HOSTS=list(chosen.hosts) or (None if chosen.behind_proxy else LOOPBACK),
        TESTING=testing,
        SECRET_KEY=chosen.secret_key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_NAME="__Host-session" if chosen.behind_proxy else "session",
        SESSION_COOKIE_SECURE=chosen.behind_proxy,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # it ends with the login anyway, and never stands beside a static file
        PERMANENT_SESSION_LIFETIME=timedelta(hours=chosen.session_hours),
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the login; a form may lie open over lunch
        BABEL_DEFAULT_LOCALE="sv",
        BABEL_DEFAULT_TIMEZONE="Europe/Stockholm",
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.extensions["settings"] = chosen
    if chosen.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    db.init_app(app, chosen.database_url)
    login_manager.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose_language)
    web.init_app(app)
    return app
