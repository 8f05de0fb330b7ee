"""What every request shares: its database session, who is logged in, the form token and the language."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_babel import Babel
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.models.engine import make_engine
from deviations.queries import logins as queries
from deviations.queries import people
from deviations.services import logins
from deviations.services.tokens import hashed

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LANGUAGES = ("sv", "en")


class Database:
    """One session a request; those of changing requests take the write lock when they begin.

    A POST changes something unless its view is marked `only_reads` (`web.access.reads`). A view that has much to look
    at before it changes anything is marked so too, and says `begin_writing` when it is done looking: SQLite has one
    writer at a time, and nobody should wait while a form is judged.
    """

    def init_app(self, app: Flask, url: str) -> None:
        """Opens the engine and ends each request's session with it."""
        app.extensions["engine"] = make_engine(url)
        app.teardown_appcontext(self._note_use)  # registered first, so done last: the request's session is closed
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
            view = current_app.view_functions.get(request.endpoint or "")
            self._open(writes=request.method not in SAFE and not getattr(view, "only_reads", False))
        found: Session = g.db_session
        return found

    def begin_writing(self) -> None:
        """From here on the request's session writes. What was read before is looked up anew where it is to be saved."""
        self._close(None)
        self._open(writes=True)

    def end_writing(self) -> None:
        """From here on the request's session reads; what was not committed is gone."""
        self._close(None)
        self._open(writes=False)

    def _open(self, *, writes: bool) -> None:
        engine = self.engine.execution_options(write=True) if writes else self.engine
        g.db_session = Session(engine, expire_on_commit=False, info={"source": request.remote_addr or ""})

    def _close(self, error: BaseException | None) -> None:
        opened: Session | None = g.pop("db_session", None)
        if opened is not None:
            opened.close()

    def _note_use(self, error: BaseException | None) -> None:
        login: int | None = g.pop("login_used", None)
        if login is not None:
            logins.note_use(self.engine, login, datetime.now(UTC))


class CurrentUser(UserMixin):
    """The person logged in on this request; her id in the cookie is the login's token, not her account's number."""

    def __init__(self, actor: Actor, token: str, language: str = LANGUAGES[0], login: int | None = None) -> None:
        self.actor = actor
        self.token = token
        self.login = login
        self.language = language

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self.token


db = Database()
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()


@login_manager.user_loader
def _load(token: str) -> CurrentUser | None:
    lifetime, now = current_app.extensions["settings"].lifetime, datetime.now(UTC)
    login = queries.logged_in(db.session, hashed(token), now, lifetime)
    if login is None:
        return None
    if login.seen_at <= now - lifetime.worth_noting:
        g.login_used = login.id
    return CurrentUser(people.actor_of(login.user), token, login.user.language, login.id)


def choose_language() -> str:
    """The language chosen in this browser's footer, else the one of the account that is logged in, else Swedish."""
    chosen: Any = session.get("language")
    if chosen not in LANGUAGES:
        try:
            chosen = getattr(current_user, "language", None)
        except SQLAlchemyError:  # the page that says so has a language too
            chosen = None
    return chosen if chosen in LANGUAGES else LANGUAGES[0]
