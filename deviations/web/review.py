"""The weekly review (veckogenomgång): one report at a time from the queue, one press for each decision."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain import lists
from deviations.domain.days import today
from deviations.domain.roles import Role
from deviations.domain.workflow import CloseReason, Incomplete, NotAllowed, NotFound, Obstacle, Status
from deviations.extensions import db
from deviations.forms import review as forms
from deviations.forms.fields import optional_id
from deviations.queries import barriers, catalogue, deviations, people, reviews
from deviations.queries import lists as listing
from deviations.queries import rulings as decisions
from deviations.services import barriers as keeping
from deviations.services import completing, notes, pairs, profile, rulings, triage
from deviations.services import reviews as reviewing
from deviations.services.checks import PersonalData
from deviations.web import labels, names, review_desk
from deviations.web.access import EVERYBODY, kept_texts, me, now, own_path, roles
from deviations.web.complaints import at_field, complain

if TYPE_CHECKING:
    from deviations.models import Deviation, Review, Ruling
    from deviations.queries.reviews import Place, Way

bp = Blueprint("review", __name__, url_prefix="/genomgang")

JUST = "just_decided"  # in the cookie: the next page says aloud what was decided
TYPED = {"lokal": ["note"], "fakta": ["note"], "lost": ["solution"], "stang": ["note"], "senare": ["note"]}
TYPED |= {"anteckning": ["text"]}
"""The texts of each form that nobody but the coordinator has written."""
NAMED = TYPED | {"nytt": ["name"]}
"""The texts of each form, in which somebody may be pointed out; a barrier's name is filled in from the report."""


@bp.get("")
@roles(Role.COORDINATOR)
def index() -> str:
    """Begin a review of the queue as the address narrows it, or go on with the one that is open."""
    chosen = lists.from_address(request.args)
    review = reviews.open_of(db.session, me())
    return render_template(
        "review/index.html",
        review=review,
        way=reviews.way(db.session, review, today()) if review else None,
        waiting=len(_ids(chosen)),
        chosen=urlencode(lists.to_address(chosen)),
        filtered=chosen.filtered,
        before=reviews.last_ended(db.session, me()),
    )


def _ids(chosen: lists.Chosen) -> list[int]:
    found = listing.ids(db.session, me(), chosen, today=today(), limit=reviewing.MOST)
    return reviews.waiting(db.session, me(), found, today())


@bp.post("")
@roles(Role.COORDINATOR)
def start() -> Response:
    """Begins a review; while one is open, the page offers to go on with it."""
    chosen = lists.from_address(dict(parse_qsl(request.form.get("chosen", "")[:2_000])))
    try:
        review = reviewing.start(db.session, me(), _ids(chosen), urlencode(lists.to_address(chosen)), at=now())
    except NotAllowed as refused:
        flash(labels.refusal(refused.code), "info")
        return redirect(url_for("review.index"))
    db.session.commit()
    return redirect(url_for("review.item", id=review.id, position=1))


@bp.get("/<id:id>")
@roles(Role.COORDINATOR)
def go_on(id: int) -> Response:
    """Leads to the first report without a decision, or to what the review came to."""
    review = reviews.get(db.session, me(), id)
    return redirect(_onwards(review, reviews.way(db.session, review, today()), 0))


def _onwards(review: "Review", way: "Way", position: int) -> str:
    following = way.next(position) if review.ended_at is None else None
    if following is None:
        return url_for("review.done", id=review.id)
    return url_for("review.item", id=review.id, position=following.position)


@bp.get("/<id:id>/<id:position>")
@roles(Role.COORDINATOR)
def item(id: int, position: int) -> Response | str:
    """One report of the review, with the program's suggestions and a key for each decision."""
    review = reviews.get(db.session, me(), id)
    way = reviews.way(db.session, review, today())
    place = way.at(position)
    if review.ended_at is not None:
        return redirect(url_for("review.done", id=id))
    return _page(review, way, place, deviations.get(db.session, me(), place.id))


def _page(
    review: "Review",
    way: "Way",
    place: "Place",
    deviation: "Deviation",
    code: str = "",
    failed: forms.ReviewForm | None = None,
    overtaken: str = "",
) -> str:
    """The page of one report. `failed` is the form of `code` as it was sent, `overtaken` what was done meanwhile."""
    desk = review_desk.desk(review, url_for("review.item", id=review.id, position=place.position))
    review_desk.lay_out(desk, deviation, place.position, {code: failed} if failed else {})
    fits = failed is not None and code in desk.forms
    if failed is not None and fits:
        desk.open, desk.again = code, code if overtaken else ""
    told = review_desk.last_decisions()
    return render_template(
        "review/item.html",
        desk=desk,
        way=way,
        place=place,
        d=deviation,
        decisions=told,
        said=_said(way, told),
        failed=failed if fits and not overtaken else None,
        overtaken=overtaken,
        texts=kept_texts() if failed is not None and not fits else [],
        original=deviation.same_as,
        names=catalogue.names(db.session),
        **review_desk.beside(deviation),
    )


def _said(way: "Way", told: list[review_desk.Told]) -> str:
    """What a screen reader says on the page after a decision."""
    just = session.pop(JUST, None)
    text = next((one.text for one in told if one.ruling.id == just), "")
    progress = gettext("%(done)s av %(total)s klara", done=way.done, total=way.total)
    return f"{text} {progress}." if text else ""


@bp.post("/<id:id>/<id:position>/<code>")
@roles(Role.COORDINATOR)
def decide(id: int, position: int, code: str) -> Response | tuple[str, int]:
    """Takes one decision about the report at that place, and leads to the next one."""
    review = reviews.get(db.session, me(), id)
    way = reviews.way(db.session, review, today())
    place = way.at(position)
    deviation = deviations.get(db.session, me(), place.id)
    form = review_desk.form(code, deviation, review_desk.alike(deviation) if code == "dubblett" else ())
    if form.report_id != place.id:
        raise NotFound
    if not form.validate() or names.asks(form, NAMED.get(code, [])):
        return _page(review, way, place, deviation, code, form), 422
    try:
        ruling = ACTS[code](deviation, form)
    except StaleDataError:
        return _overtaken(review, place, code, form)
    except (Incomplete, PersonalData) as refused:
        complain(form, refused)
        return _page(review, way, place, deviation, code, form), 422
    except NotAllowed as refused:
        if refused.code != "barrier_gone":
            return _overtaken(review, place, code, form)
        at_field(form, "barrier", labels.refusal(refused.code))
        return _page(review, way, place, deviation, code, form), 422
    db.session.commit()
    return redirect(_after(review, position, ruling))


def _after(review: "Review", position: int, ruling: "Ruling | None") -> str:
    """The next report; the same one where nothing was decided about it."""
    if ruling is None or ruling.what == rulings.REFUSED:
        return url_for("review.item", id=review.id, position=position)
    session[JUST] = ruling.id
    return _onwards(review, reviews.way(db.session, review, today()), position)


def _overtaken(review: "Review", place: "Place", code: str, form: forms.ReviewForm) -> Response | tuple[str, int]:
    """Somebody else was first: the same report as it is now, with what was typed, to choose again. A press sent twice
    leads on.
    """
    db.session.rollback()
    review = reviews.get(db.session, me(), review.id)
    way = reviews.way(db.session, review, today())
    place = way.at(place.position)
    deviation = deviations.get(db.session, me(), place.id)
    if place.ruling is not None and not any(form[name].data for name in TYPED.get(code, [])):
        flash(gettext("Avvikelse %(id)s var redan avgjord. Inget ändrades.", id=place.id), "info")
        return redirect(_onwards(review, way, place.position))
    form.version.data = str(deviation.version)
    return _page(review, way, place, deviation, code, form, _by_whom(deviation)), 409


def _by_whom(deviation: "Deviation") -> str:
    """Who took the last step with a report, and where it is now."""
    last = deviations.history(db.session, deviation)[-1]
    state = str(labels.states(deviation.kind)[deviation.status]).lower()
    if last.actor_id == me().id:
        return str(gettext("Du har själv ändrat den på en annan sida. Nu är den: %(state)s.", state=state))
    name = last.actor.name if last.actor is not None else gettext("Programmet")
    return str(gettext("%(name)s ändrade avvikelsen medan du tittade. Nu är den: %(state)s.", name=name, state=state))


def _join(deviation: "Deviation", form: forms.PlaceForm) -> "Ruling":
    barrier = barriers.get(db.session, me(), form.barrier.id_chosen or 0)
    return _take(deviation, form, triage.Decision(Status.JOINED, barrier=barrier))


def _take(deviation: "Deviation", form: forms.ReviewForm, decision: triage.Decision) -> "Ruling":
    return rulings.take(db.session, me(), [(deviation, form.shown_version or 0)], decision, at=now())


def _make(deviation: "Deviation", form: forms.MakeForm) -> "Ruling":
    told = keeping.Description(
        name=form.name.data,
        obstacle=Obstacle(form.obstacle.data) if form.obstacle.data else None,
        step=deviation.step,
        rule=deviation.rule,
        agencies=list(deviation.agencies),
    )
    return rulings.take_new(db.session, me(), [(deviation, form.shown_version or 0)], told, at=now())


def _repeat(deviation: "Deviation", form: forms.RepeatForm) -> "Ruling":
    original = deviations.find(db.session, me(), form.original)
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=original)
    return _take(deviation, form, decision)


def _close(deviation: "Deviation", form: forms.CloseForm) -> "Ruling":
    decision = triage.Decision(Status.CLOSED, note=form.note.data, reason=CloseReason(form.reason.data))
    return _take(deviation, form, decision)


def _later(deviation: "Deviation", form: forms.LaterForm) -> "Ruling":
    chosen = [(deviation, form.shown_version or 0)]
    return rulings.snooze(db.session, me(), chosen, form.day, form.note.data, at=now())


def _note(deviation: "Deviation", form: forms.NoteForm) -> None:
    notes.add(db.session, me(), deviation, form.text.data, at=now())
    flash(gettext("Anteckningen är sparad."), "ok")


def _rule(deviation: "Deviation", form: forms.PlainForm) -> None:
    rule = next((rule for rule in catalogue.rules(db.session) if rule.id == form.other_id), None)
    if rule is None:
        raise NotFound
    completing.correct(db.session, me(), deviation, rule=rule, at=now(), version=form.shown_version or 0)
    db.session.flush()
    flash(gettext("Avvikelsen gäller nu regeln %(code)s.", code=rule.code), "ok")


def _not_same(deviation: "Deviation", form: forms.PlainForm) -> None:
    other = deviations.get(db.session, me(), form.other_id or 0)
    pairs.never_together(db.session, me(), deviation, other, at=now())
    flash(gettext("Noterat: %(a)s och %(b)s är inte samma sak.", a=deviation.id, b=other.id), "ok")


def _not_here(deviation: "Deviation", form: forms.PlainForm) -> "Ruling":
    barrier = barriers.get(db.session, me(), form.other_id or 0)
    flash(gettext("Noterat. Programmet föreslår inte det hindret igen för den här avvikelsen."), "ok")
    return rulings.refuse(db.session, me(), deviation, barrier, at=now())


ACTS: Mapping[str, Callable[..., "Ruling | None"]] = {
    "hinder": _join,
    "nytt": _make,
    "lokal": lambda d, f: _take(d, f, triage.Decision(Status.LOCAL_ACTION, note=f.note.data)),
    "fakta": lambda d, f: _take(d, f, triage.Decision(Status.NEEDS_FACTS, note=f.note.data)),
    "lost": lambda d, f: _take(d, f, triage.Decision(Status.SOLVED_LOCALLY, solution=f.solution.data)),
    "dubblett": _repeat,
    "stang": _close,
    "senare": _later,
    "anteckning": _note,
    "regel": _rule,
    "inte-samma": _not_same,
    "hor-inte-hit": _not_here,
}
"""What each form does."""


@bp.post("/<id:id>/angra")
@roles(Role.COORDINATOR)
def undo(id: int) -> Response:
    """Takes one of the last decisions back, and shows the report that it was about."""
    review = reviews.get(db.session, me(), id)
    try:
        ruling = decisions.get(db.session, me(), optional_id(request.form.get("ruling")) or 0)
    except ValueError:
        raise NotFound from None
    about = reviews.decided(db.session, me(), [ruling])
    try:
        undone = rulings.undo(db.session, me(), ruling, at=now())
    except NotAllowed as refused:
        db.session.rollback()
        flash(labels.refusal(refused.code), "warn")
        return redirect(url_for("review.go_on", id=id))
    db.session.commit()
    flash(gettext("Beslutet är ångrat."), "ok")
    if undone.told_already:
        flash(gettext("Den som redan hade fått besked får veta att det inte gäller."), "info")
    way = reviews.way(db.session, review, today())
    place = way.of(about[0].deviation.id) if about and review.ended_at is None else None
    return redirect(url_for("review.item", id=id, position=place.position) if place else _onwards(review, way, 0))


@bp.get("/<id:id>/klar")
@roles(Role.COORDINATOR)
def done(id: int) -> str:
    """What the review has come to, and its end; afterwards the way to its minutes."""
    review = reviews.get(db.session, me(), id)
    way = reviews.way(db.session, review, today())
    outcome = reviews.outcome(db.session, me(), review, way)
    told = review_desk.last_decisions() if review.ended_at is None else []
    waits = (
        (gettext("Väntar på svar från den som rapporterade"), outcome.asked, "reporter"),
        (gettext("Väntar på delprojekten"), outcome.local, "subproject"),
        (gettext("Uppskjutna"), outcome.snoozed, "day"),
    )
    return render_template(
        "review/done.html",
        review=review,
        desk=review_desk.desk(review, request.path),
        way=way,
        outcome=outcome,
        counts=review_desk.outcome_words(outcome.counts),
        decisions=told,
        said=_said(way, told),
        waits=waits,
    )


@bp.post("/<id:id>/klar")
@roles(Role.COORDINATOR)
def end(id: int) -> Response:
    """Ends the review; its minutes are written by that."""
    review = reviews.get(db.session, me(), id)
    reviewing.end(db.session, me(), review, at=now())
    db.session.commit()
    return redirect(url_for("review.done", id=id))


@bp.post("/kortkommandon")
@roles(*EVERYBODY)
def shortcuts() -> Response:
    """Switches single keys on or off, for this person on all her computers (WCAG 2.1.4)."""
    on = request.form.get("on") == "1"
    profile.use_shortcuts(db.session, me(), people.account(db.session, me().id), on=on, at=now())
    db.session.commit()
    flash(gettext("Kortkommandona är på.") if on else gettext("Kortkommandona är av."), "ok")
    return redirect(own_path(request.form.get("back")) or url_for("accounts.own"))
