"""What every request shares: its database session, who is logged in, the form token and the language."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_babel import Babel
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.models.engine import make_engine
from deviations.queries import people

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LANGUAGES = ("sv", "en")


class Database:
    """One session a request; those of changing requests take the write lock when they begin."""

    def init_app(self, app: Flask, url: str) -> None:
        """Opens the engine and ends each request's session with it."""
        app.extensions["engine"] = make_engine(url)
        app.teardown_appcontext(self._close)

    @property
    def engine(self) -> Engine:
        """The engine of the current app."""
        engine: Engine = current_app.extensions["engine"]
        return engine

    @property
    def session(self) -> Session:
        """The session of the current request."""
        if "db_session" not in g:
            writes = request.method not in SAFE
            engine = self.engine.execution_options(write=True) if writes else self.engine
            g.db_session = Session(engine, expire_on_commit=False)
        found: Session = g.db_session
        return found

    def _close(self, error: BaseException | None) -> None:
        opened: Session | None = g.pop("db_session", None)
        if opened is not None:
            opened.close()


class CurrentUser(UserMixin):
    """The person logged in on this request; her id in the cookie is the login's token, not her account's number."""

    def __init__(self, actor: Actor, token: str) -> None:
        self.actor = actor
        self.token = token

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self.token


db = Database()
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()


@login_manager.user_loader
def _load(token: str) -> CurrentUser | None:
    key = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    user = people.logged_in(db.session, key, datetime.now(UTC))
    return CurrentUser(people.actor_of(user), token) if user else None


def choose_language() -> str:
    """The language that the person has chosen in the footer, else Swedish."""
    chosen: Any = session.get("language")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]
