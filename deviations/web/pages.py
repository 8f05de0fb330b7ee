"""The front page for each role, and the pages that explain the service."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from sqlalchemy import text
from werkzeug.wrappers import Response

from deviations.domain.days import today
from deviations.domain.letters import LetterStatus
from deviations.domain.lists import Chosen, View
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import BarrierStatus
from deviations.extensions import LANGUAGES, db
from deviations.queries import (
    accounts,
    barriers,
    catalogue,
    deviations,
    letter_answers,
    letter_mails,
    letters,
    lists,
    people,
    retention,
    statement,
)
from deviations.web import list_parts, retention_words
from deviations.web.access import EVERYBODY, informing, me, own_path, public, roles

bp = Blueprint("pages", __name__)


@bp.get("/")
@roles(*EVERYBODY)
def start() -> str:
    """What waits for this person, by her roles."""
    actor = me()
    context: dict[str, object] = {"Role": Role, "me": actor}
    if actor.has(Role.REPORTER, Role.LEAD, Role.COORDINATOR):
        context["waiting"] = deviations.waiting_for(db.session, actor)
        context["mine"] = deviations.mine(db.session, actor)[:5]
    if actor.has(Role.COORDINATOR, Role.LEAD):
        context.update(_desk(actor))
    if actor.has(Role.COORDINATOR, Role.STEERING):
        context["letters_waiting"] = letters.waiting(db.session, actor, LetterStatus.IN_REVIEW)
        context["letters_decided"] = letters.waiting(db.session, actor, LetterStatus.DECIDED)
        context["letters_overdue"] = letter_answers.late(db.session, today(), actor)
        context["letters_lost"] = letter_mails.lost(db.session, actor)
    if actor.has(Role.REPORTER, Role.LEAD, Role.COORDINATOR, Role.STEERING):
        listed = barriers.listed(db.session, actor, today())
        context["recurring"] = [r for r in listed if r.barrier.status is BarrierStatus.RECURRING][:5]
        context["near"] = [  # that one is near tells about how many reports it has
            r for r in listed if r.waits and r.standing.near and r.reports_told == str(r.deviations)
        ][:5]
        context["barrier_counts"] = barriers.counts(db.session, actor)
    if actor.has(Role.ADMIN):
        context["accounts"] = accounts.counts(db.session, actor)
    return render_template("pages/start.html", **context)


def _desk(actor: Actor) -> dict[str, object]:
    """The figures of who works with the queues, each counted as the list behind it is."""
    recent = Chosen(view=View.ALL, since=today() - timedelta(days=7))
    counted = lists.counts(db.session, actor, Chosen(), today=today(), views=[View.NEW, View.LEAD, View.OVERDUE])
    counted |= lists.counts(db.session, actor, recent, today=today(), views=[View.ALL])
    return {
        "queues": {view: list_parts.count(count) for view, count in counted.items()},
        "queue": counted[View.NEW],
        "recent": list_parts.address("lists.index", recent),
    }


@bp.get("/om")
@informing
def about() -> str:
    """What this is and what happens with a report."""
    return render_template("pages/about.html")


@bp.get("/personuppgifter")
@informing
def privacy() -> str:
    """What is kept of staff, and what never enters."""
    return render_template(
        "pages/privacy.html",
        program=people.program(db.session),
        contact=statement.chosen(db.session),
        rules=retention.in_force(db.session, today()),
        names=retention_words.NAMES,
        fleeting=retention_words.FLEETING,
        mask_after=retention.mask_after(db.session),
    )


@bp.get("/ordlista")
@informing
def glossary() -> str:
    """The words of the field in plain Swedish."""
    return render_template("pages/glossary.html", terms=catalogue.glossary(db.session))


@bp.get("/halsa")
@public
def health() -> Response:
    """Whether the program answers and reaches its database; no more than that in the open."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


@bp.post("/sprak")
@public
def language() -> Response:
    """Changes the language of the interface on this browser."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(own_path(request.form.get("back")) or url_for("pages.start"))
