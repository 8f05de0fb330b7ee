"""What the audit log is told of requests that changed nothing: refused access, files that were fetched, reading of the
log. It is written when the answer is ready, in a transaction of its own, and never costs anybody her answer.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from deviations.domain.roles import Actor
from deviations.extensions import db
from deviations.queries import things
from deviations.services import access_log

ROLE, THING, TOKEN, GUESSES = "role", "thing", "token", "guesses"
"""Why access was refused: not for her role, not her thing, no token of our form, too many wrong guesses."""

NOT_FOR_YOU = frozenset(
    (
        *("admin_only", "coordinator_only", "steering_only", "may_not_invite", "not_yourself", "last_admin"),
        *("not_your_move", "not_your_notes", "not_your_report", "not_your_review", "not_your_subproject"),
        *("not_your_colleague", "not_your_desk", "not_your_view", "not_your_word", "undo_not_yours"),
        "not_here",
    )
)
"""The refusals of services that are about who asks; all others are about what was asked."""

NOUNS: Mapping[str, str] = {
    "/administration/konton/": "user",
    "/avvikelser/": "deviation",
    "/beslut/": "ruling",
    "/delprojekt/": "local",
    "/genomgang/": "review",
    "/genomgangar/": "review",
    "/hinder/": "barrier",
    "/losningar/": "solution",
    "/skrivelser/": "letter",
    "/triage/vyer/": "view",
}
"""What the number is of that stands behind the beginning of an address."""


def refused(why: str) -> None:
    """Notes that this request was refused; the first reason counts."""
    g.setdefault("refusal", why)


def log_read(detail: Mapping[str, object]) -> None:
    """Notes that the log was read, and what of it."""
    g.log_read = detail


def fetched(detail: Mapping[str, object]) -> None:
    """Says more of the file that this request gives; that it was fetched is noted anyway."""
    g.fetched = detail


def _subject() -> str:
    """What the request is about, as the log names it; never what else its address says, which may be a key."""
    found = _thing()
    if found is not None:
        noun, id = found
        return f"{'deviation' if noun == 'local' else noun}:{id}"
    return f"page:{request.endpoint or ''}"[:60]


def _thing() -> tuple[str, int] | None:
    id = (request.view_args or {}).get("id")
    rule = request.url_rule.rule if request.url_rule is not None else ""
    noun = next((noun for start, noun in NOUNS.items() if rule.startswith(f"{start}<id:id>")), None)
    return (noun, id) if noun is not None and isinstance(id, int) else None


def _page() -> str:
    """The kind of page, with its pattern for an address: a key in the real one must not stand in the log."""
    return f"{request.method} {request.url_rule.rule if request.url_rule is not None else ''}"


def _write(response: Response) -> Response:
    if response.status_code == 429:
        refused(GUESSES)
    try:
        _write_lines(response)
    except SQLAlchemyError:
        current_app.logger.warning("The audit log could not be told of %s", _page(), exc_info=True)
    return response


def _write_lines(response: Response) -> None:
    why: str | None = g.get("refusal")
    actor = _actor() if why is not None else g.get("actor")
    db.end_writing()  # else the request's own session would keep the lock that these lines wait for
    if why is not None:
        _write_refusal(actor, why)
    elif actor is not None and request.method == "GET" and response.status_code == 200:
        if "log_read" in g:
            with access_log.writing(db.engine, _source()) as session:
                access_log.log_read(session, actor, _now(), g.log_read)
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            with access_log.writing(db.engine, _source()) as session:
                access_log.fetched(session, actor, _subject(), _now(), {"page": _page(), **g.get("fetched", {})})


def _actor() -> Actor | None:
    """Who asks, also where the request was refused before anybody looked."""
    found: Actor | None = current_user.actor if current_user.is_authenticated else None
    return found


def _write_refusal(actor: Actor | None, why: str) -> None:
    thing = _thing()
    with Session(db.engine, info={"source": _source()}) as reading:
        mistyped = why == THING and (actor is None or thing is None or not things.is_anothers(reading, actor, *thing))
        if mistyped or access_log.how_many(reading, actor, _now()) > access_log.MOST:
            return
    with access_log.writing(db.engine, _source()) as session:
        access_log.refused(session, actor, _subject(), _now(), {"why": why, "page": _page()})


def _source() -> str:
    return request.remote_addr or ""


def _now() -> datetime:
    return datetime.now(UTC)


def init_app(app: Flask) -> None:
    """Writes after each answer."""
    app.after_request(_write)
