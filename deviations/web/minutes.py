"""Minutes of the weekly reviews (minnesanteckningar): the list, one review's, and the same as a Word file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import LazyString, get_locale, gettext, lazy_gettext, ngettext

from deviations.adapters.minutes_docx import Entry, Part, Section, Sheet, minutes_docx
from deviations.domain.days import day_of
from deviations.domain.minutes import Event, Line, Outcome
from deviations.domain.roles import Role
from deviations.domain.workflow import Kind
from deviations.extensions import db
from deviations.queries import minutes
from deviations.web import labels
from deviations.web.access import me, roles
from deviations.web.filters import day
from deviations.web.inputs import number

if TYPE_CHECKING:
    from deviations.models import Deviation
    from deviations.queries.minutes import Readable, ToldBarrier, ToldLine, ToldWaiting

bp = Blueprint("minutes", __name__, url_prefix="/genomgangar")

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

OUTCOMES: Mapping[Outcome, LazyString] = {
    Outcome.JOINED: lazy_gettext("Lagda i hinder"),
    Outcome.LOCAL_ACTION: lazy_gettext("Lokal åtgärd"),
    Outcome.SOLVED_LOCALLY: lazy_gettext("Lösta lokalt"),
    Outcome.NEEDS_FACTS: lazy_gettext("Frågor till dem som rapporterade"),
    Outcome.DUPLICATE: lazy_gettext("Dubbletter"),
    Outcome.CLOSED: lazy_gettext("Avslutade"),
    Outcome.SNOOZED: lazy_gettext("Uppskjutna"),
    Outcome.EXTENDED: lazy_gettext("Längre tid"),
    Outcome.TAKEN_UP: lazy_gettext("Tillbaka till bedömning"),
}

EVENTS: Mapping[Event, LazyString] = {
    Event.NEW: lazy_gettext("Nya hinder"),
    Event.RECURRING: lazy_gettext("Blev återkommande"),
    Event.RETURNED: lazy_gettext("Kom tillbaka"),
    Event.MERGED: lazy_gettext("Slogs ihop"),
    Event.SPLIT: lazy_gettext("Delades"),
}


@bp.get("")
@roles(Role.COORDINATOR, Role.LEAD)
def index() -> str:
    """The reviews that have ended, newest first."""
    found, more = minutes.listed(db.session, me(), number("fore"))
    older = url_for("minutes.index", fore=found[-1].review.id) if more else None
    return render_template("minutes/index.html", rows=found, older=older, first="fore" not in request.args)


@bp.get("/<id:id>")
@roles(Role.COORDINATOR, Role.LEAD)
def show(id: int) -> str:
    """The minutes of one review, as far as they are this reader's."""
    return render_template("minutes/show.html", sheet=_sheet(minutes.readable(db.session, me(), id)), id=id)


@bp.get("/<id:id>/minnesanteckningar.docx")
@roles(Role.COORDINATOR, Role.LEAD)
def docx(id: int) -> Response:
    """The same as a Word file."""
    sheet = _sheet(minutes.readable(db.session, me(), id))
    name = f"veckogenomgang-{sheet.on.isoformat()}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(minutes_docx(sheet), mimetype=DOCX, headers=headers)


def _sheet(found: "Readable") -> Sheet:
    """What is read, word for word the same on the page and in the file."""
    review = found.review
    on = day_of(review.ended_at or review.started_at)
    count = len(found.lines)
    whose = gettext("Alla delprojekt.") if found.whole else gettext("Bara ditt delprojekts avvikelser, och hindren.")
    told = ngettext("%(num)s beslut.", "%(num)s beslut.", count)
    parts = (
        Part(gettext("Beslut"), tuple(_decisions(found.lines))),
        Part(gettext("Hinder"), tuple(_barriers(found.barriers))),
        Part(gettext("Det som väntade när genomgången slutade"), tuple(_waiting(found.waiting))),
        Part(gettext("Ändrat efteråt"), tuple(_undone(found.undone))),
    )
    return Sheet(
        title=gettext("Minnesanteckningar från veckogenomgången %(day)s", day=day(on)),
        lead=gettext("%(name)s gick igenom kön. %(count)s %(whose)s", name=review.actor.name, count=told, whose=whose),
        parts=tuple(part for part in parts if part.sections),
        on=on,
        language="en-GB" if str(get_locale()) == "en" else "sv-SE",
    )


def _decisions(lines: Iterable["ToldLine"]) -> Iterator[Section]:
    lines = list(lines)
    for outcome, title in OUTCOMES.items():
        entries = [_entry(told, _detail(told)) for told in lines if told.line.outcome is outcome]
        if entries:
            yield Section(gettext("%(what)s (%(count)s)", what=title, count=len(entries)), entries)


def _undone(lines: Iterable["ToldLine"]) -> Iterator[Section]:
    entries = [_entry(told, str(OUTCOMES[told.line.outcome])) for told in lines]
    if entries:
        yield Section(
            gettext("Beslut som har ångrats"), entries, gettext("De här besluten togs då, men gäller inte längre.")
        )


def _entry(told: "ToldLine", detail: str) -> Entry:
    return Entry(_name(told.line.deviation, told.deviation), detail, _address(told.deviation))


def _name(id: int, deviation: "Deviation | None") -> str:
    """A report by number and title; one that the reader may not read by its number."""
    if deviation is None:
        return str(gettext("Avvikelse %(number)s", number=id))
    if deviation.kind is Kind.GOOD_EXAMPLE:
        return str(gettext("Guldkorn %(number)s: %(title)s", number=id, title=deviation.title))
    return str(gettext("Avvikelse %(number)s: %(title)s", number=id, title=deviation.title))


def _address(deviation: "Deviation | None") -> str:
    return url_for("deviations.show", id=deviation.id) if deviation is not None else ""


def _detail(told: "ToldLine") -> str:
    """Where the report is from, and what was decided besides the heading."""
    place = told.subproject.name if told.subproject is not None else ""
    return " · ".join(part for part in (place, _decided(told)) if part)


def _decided(told: "ToldLine") -> str:
    line: Line = told.line
    if line.outcome is Outcome.JOINED:
        return told.barrier.name if told.barrier is not None else ""
    if line.outcome is Outcome.DUPLICATE and told.original is not None:
        return str(gettext("samma som avvikelse %(number)s", number=told.original.id))
    if line.outcome is Outcome.CLOSED and line.reason is not None:
        return str(labels.CLOSE_REASONS[line.reason])
    if line.until is not None and line.outcome in (Outcome.LOCAL_ACTION, Outcome.EXTENDED):
        return str(gettext("senast %(day)s", day=day(line.until)))
    return str(gettext("till %(day)s", day=day(line.until))) if line.until is not None else ""


def _barriers(told: Iterable["ToldBarrier"]) -> Iterator[Section]:
    told = list(told)
    for event, title in EVENTS.items():
        entries = [_barrier(one) for one in told if one.line.event is event]
        if entries:
            yield Section(str(title), entries)


def _barrier(told: "ToldBarrier") -> Entry:
    detail = ngettext("%(num)s avvikelse lades här", "%(num)s avvikelser lades här", told.placed) if told.placed else ""
    if told.line.event is Event.MERGED and told.barrier.merged_into is not None:
        detail = gettext("är nu en del av %(name)s", name=told.barrier.merged_into.name)
    return Entry(told.barrier.name, detail, url_for("barriers.show", id=told.barrier.id))


def _waiting(told: Iterable["ToldWaiting"]) -> Iterator[Section]:
    for one in told:
        counts = _counts(one)
        if counts:
            entries = [_promised(report, on) for report, on in one.first]
            yield Section(one.subproject.name, entries, gettext("%(counts)s.", counts=", ".join(counts)))


def _promised(report: "Deviation", on: object) -> Entry:
    until = gettext("senast %(day)s", day=day(on)) if on else ""  # type: ignore[arg-type]
    return Entry(_name(report.id, report), until, _address(report))


def _counts(one: "ToldWaiting") -> list[str]:
    waits = one.waiting
    told = (
        (waits.local, ngettext("%(num)s lokal åtgärd", "%(num)s lokala åtgärder", waits.local)),
        (waits.overdue, ngettext("%(num)s av dem försenad", "%(num)s av dem försenade", waits.overdue)),
        (waits.asked, ngettext("%(num)s fråga obesvarad", "%(num)s frågor obesvarade", waits.asked)),
        (waits.queued, ngettext("%(num)s kvar i kön", "%(num)s kvar i kön", waits.queued)),
        (waits.snoozed, ngettext("%(num)s uppskjuten", "%(num)s uppskjutna", waits.snoozed)),
    )
    return [str(text) for count, text in told if count]
