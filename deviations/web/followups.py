"""The question "does it work now?" behind a mail's link: no login, no text of any report, one answer."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from deviations.domain.workflow import NotFound
from deviations.extensions import db
from deviations.forms.followups import NO, YES, FollowUpForm
from deviations.services import followups
from deviations.web.access import now, public

bp = Blueprint("followups", __name__, url_prefix="/uppfoljning")


def _secret() -> str:
    found: str = current_app.extensions["settings"].secret_key
    return found


@bp.get("/<token>")
@public
def ask(token: str) -> str | tuple[str, int]:
    """The question with the link's answer chosen; mail scanners follow links, so only the button answers."""
    try:
        id, works = followups.read(_secret(), token)
        found = followups.find(db.session, id, now())
    except (NotFound, followups.Expired):
        return _closed()
    if found.answered_at is not None:
        return render_template("followups/thanks.html", works=found.works)
    return render_template("followups/ask.html", form=FollowUpForm(works=YES if works else NO), token=token)


def _closed() -> tuple[str, int]:
    return render_template("followups/closed.html"), 404


@bp.post("/<token>")
@public
def answer(token: str) -> Response | str | tuple[str, int]:
    """Notes the answer; a link that was used already leads to the same thanks."""
    try:
        id, _works = followups.read(_secret(), token)
        found = followups.find(db.session, id, now(), to_answer=True)
    except (NotFound, followups.Expired):
        return _closed()
    form = FollowUpForm()
    if not form.validate():
        return render_template("followups/ask.html", form=form, token=token), 422
    followups.answer(db.session, found, form.works.data == YES, now())
    db.session.commit()
    return redirect(url_for("followups.ask", token=token))
