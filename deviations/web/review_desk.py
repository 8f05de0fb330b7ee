"""What the weekly review's page shows beside a report: the forms of the decisions, the suggestions, and in words what
was decided last.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from deviations.domain import workflow
from deviations.domain.days import today
from deviations.domain.workflow import Act, CloseReason, Kind, Status
from deviations.extensions import db
from deviations.forms import review as forms
from deviations.forms.review import ReviewForm
from deviations.queries import (
    barriers,
    deviations,
    duplicates,
    grouping,
    notes,
    occurrences,
    people,
    reviews,
    rulings,
    solutions,
)
from deviations.services.rulings import REFUSED
from deviations.web import labels
from deviations.web.access import me, now
from deviations.web.barrier_news import short_day

if TYPE_CHECKING:
    from deviations.models import Deviation, Review, Ruling
    from deviations.queries.duplicates import Candidate

WEEKS = (1, 2, 4)
"""So long a report can be put off by one choice: to the review of that week."""

NEED = {
    "hinder": Status.JOINED,
    "nytt": Status.JOINED,
    "lokal": Status.LOCAL_ACTION,
    "fakta": Status.NEEDS_FACTS,
    "lost": Status.SOLVED_LOCALLY,
    "dubblett": Status.CLOSED,
    "stang": Status.CLOSED,
}
"""The state to which each decision leads."""

HELP: tuple[tuple[tuple[str, ...], LazyString], ...] = (
    (("H",), lazy_gettext("hör till det föreslagna hindret")),
    (("1", "2", "3", "4", "5"), lazy_gettext("hör till ett av de andra i listan")),
    (("X",), lazy_gettext("hör inte till det föreslagna hindret")),
    (("A",), lazy_gettext("välj ett annat hinder")),
    (("N",), lazy_gettext("gör ett nytt hinder")),
    (("L",), lazy_gettext("lokal åtgärd hos delprojektledaren")),
    (("F",), lazy_gettext("fråga efter fakta")),
    (("D",), lazy_gettext("dubblett av en annan avvikelse")),
    (("S",), lazy_gettext("avsluta med skäl")),
    (("U",), lazy_gettext("skjut upp till en dag")),
    (("M",), lazy_gettext("redan löst lokalt, eller guldkornet är läst")),
    (("R",), lazy_gettext("använd den föreslagna regeln")),
    (("G",), lazy_gettext("skriv en intern anteckning")),
    (("Z", "Å"), lazy_gettext("ångra det senaste beslutet")),
    (("J", "K"), lazy_gettext("nästa och förra utan att besluta")),
    (("Esc",), lazy_gettext("stäng formuläret")),
    (("Ctrl Enter",), lazy_gettext("skicka formuläret")),
    (("?",), lazy_gettext("visa den här listan")),
)


@dataclass
class Desk:
    """What every button of the page needs: which report in which version, where to, and whether keys are on.

    `open` is the form that stands open, `again` the one that may be saved although somebody else was first.
    """

    review: "Review"
    here: str
    keys: bool
    of: int = 0
    version: int = 0
    position: int = 0
    decides: bool = False
    open: str = ""
    again: str = ""
    forms: Mapping[str, ReviewForm] = field(default_factory=dict)
    alike: "Sequence[Candidate]" = ()
    help = HELP

    def action(self, code: str) -> str:
        """Where a decision is sent."""
        return url_for("review.decide", id=self.review.id, position=self.position, code=code)

    @property
    def undo_action(self) -> str:
        """Where a decision is taken back."""
        return url_for("review.undo", id=self.review.id)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision in words."""

    ruling: "Ruling"
    text: str


def desk(review: "Review", here: str) -> Desk:
    """The desk without a report on it."""
    return Desk(review, here, keys=people.account(db.session, me().id).shortcuts)


def alike(deviation: "Deviation") -> "Sequence[Candidate]":
    """The reports that look like the same happening, while this one waits for its decision."""
    if deviation.status not in deviations.WAITING:
        return ()
    return duplicates.candidates(db.session, me(), deviation)


def form(code: str, deviation: "Deviation", likes: "Sequence[Candidate]" = ()) -> ReviewForm:
    """The form of a decision, filled in for this report where nothing was sent. Raises NotFound for no decision."""
    make = FORMS.get(code)
    if make is None:
        raise workflow.NotFound
    return make(deviation, likes, _shown(deviation, code))


def allowed(deviation: "Deviation") -> list[str]:
    """The decisions that this person may take about the report now, and the note that she may always write."""
    place = {"subproject": deviation.subproject_id, "author": deviation.reporter_id}
    targets = workflow.targets(me(), deviation.status, **place)
    may = [code for code, target in NEED.items() if target in targets and deviation.status in deviations.WAITING]
    if deviation.kind is Kind.GOOD_EXAMPLE:
        may = [code for code in may if code not in ("nytt", "lokal")]
    return [*may, "senare", "anteckning"] if may else ["anteckning"]


def lay_out(desk: Desk, deviation: "Deviation", position: int, failed: Mapping[str, ReviewForm]) -> None:
    """Puts a report on the desk with the decisions that may be taken about it; `failed` are forms as they were sent."""
    may = allowed(deviation)
    desk.of, desk.version, desk.position = deviation.id, deviation.version, position
    desk.alike = alike(deviation)
    desk.decides = "hinder" in may
    desk.forms = {
        code: failed.get(code) or FORMS[code](deviation, desk.alike, {**_shown(deviation, code), "formdata": None})
        for code in may
    }


def _shown(deviation: "Deviation", code: str) -> dict[str, Any]:
    return {"of": str(deviation.id), "version": str(deviation.version), "code": code}


def beside(deviation: "Deviation") -> dict[str, Any]:
    """What helps to decide: the barriers that it is like, what helped others with them, its history and notes."""
    session, actor = db.session, me()
    suggested = None
    if deviation.status in deviations.WAITING and deviation.kind is Kind.DEVIATION:
        refused = deviations.refused(session, deviation)
        suggested = grouping.suggest(session, actor, deviations.fact(deviation), refused)
    found = suggested.barriers if suggested else ()
    best = found[0] if suggested and found and not suggested.looks_new else None
    ids = [one.barrier.id for one in found]
    return {
        "suggested": suggested,
        "best": best,
        "others": found[1:] if best else found,
        "counts": barriers.known(session, actor, ids),
        "helped": solutions.helpful(session, actor, ids[:1]).get(ids[0], []) if best else [],
        "same": occurrences.counts(session, actor, [deviation.id]).get(deviation.id, 0),
        "history": deviations.history(session, deviation),
        "notes": notes.of(session, actor, deviation),
    }


def last_decisions() -> list[Told]:
    """This person's last five decisions that can still be undone, newest first, in words."""
    found = rulings.last(db.session, me(), 5, at=now())
    return [Told(one.ruling, words(one)) for one in reviews.decided(db.session, me(), found)]


def words(told: reviews.Decided) -> str:
    """What was decided, as one reads it over the next report: "Avvikelse 17 hör nu till hindret …"."""
    d, step, count = told.deviation, told.step, told.ruling.count
    good = d.kind is Kind.GOOD_EXAMPLE
    what = gettext("Guldkorn %(id)s", id=d.id) if good else gettext("Avvikelse %(id)s", id=d.id)
    if count > 1:
        what = ngettext("%(num)s avvikelse", "%(num)s avvikelser", count)
    if told.ruling.what == REFUSED:
        return str(gettext("%(what)s: ett förslag är borttaget.", what=what))
    if step is None:
        return f"{labels.ruling(told.ruling)}."
    if step.act is Act.SNOOZED and step.until is not None:
        return str(gettext("%(what)s är uppskjuten till den %(day)s.", what=what, day=short_day(step.until, today())))
    return _to(Status(step.target), d, what)


def _to(state: Status, d: "Deviation", what: str) -> str:
    if state is Status.JOINED and d.barrier is not None:
        return str(gettext("%(what)s hör nu till hindret ”%(name)s”.", what=what, name=d.barrier.name))
    if state is Status.LOCAL_ACTION:
        return str(gettext("%(what)s ligger nu hos delprojektledaren i %(place)s.", what=what, place=d.subproject.name))
    if state is Status.NEEDS_FACTS:
        return str(gettext("%(what)s: frågan är ställd till den som rapporterade.", what=what))
    if state is Status.CLOSED and d.close_reason is CloseReason.DUPLICATE:
        return str(gettext("%(what)s är avslutad som dubblett av %(id)s.", what=what, id=d.duplicate_of_id))
    return str(gettext("%(what)s är nu: %(state)s.", what=what, state=str(labels.states(d.kind)[state]).lower()))


def outcome_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What a review has come to, in words, in the order of the states."""
    nouns: dict[str, Callable[[int], str]] = {
        Status.JOINED: lambda n: ngettext("hör till ett hinder", "hör till ett hinder", n),
        Status.LOCAL_ACTION: lambda n: gettext("lokal åtgärd"),
        Status.NEEDS_FACTS: lambda n: gettext("väntar på fakta"),
        Status.SOLVED_LOCALLY: lambda n: ngettext("löst eller läst", "lösta eller lästa", n),
        Status.CLOSED: lambda n: ngettext("avslutad", "avslutade", n),
        Act.SNOOZED: lambda n: ngettext("uppskjuten", "uppskjutna", n),
    }
    return [(word(counts[code]), counts[code]) for code, word in nouns.items() if counts.get(code)]


def _place(deviation: "Deviation", likes: "Sequence[Candidate]", shown: dict[str, Any]) -> ReviewForm:
    known = barriers.choices(db.session, me())
    return forms.PlaceForm(barriers=[("", gettext("Välj hinder")), *known], **shown)


def _make(deviation: "Deviation", likes: "Sequence[Candidate]", shown: dict[str, Any]) -> ReviewForm:
    return forms.MakeForm(obstacles=labels.OBSTACLES.items(), name=deviation.title, **shown)


def _repeat(deviation: "Deviation", likes: "Sequence[Candidate]", shown: dict[str, Any]) -> ReviewForm:
    pairs = [(c.deviation.id, f"{c.deviation.id} {c.deviation.title}") for c in likes]
    return forms.RepeatForm(likes=pairs, like=str(pairs[0][0]) if pairs else "", **shown)


def _close(deviation: "Deviation", likes: "Sequence[Candidate]", shown: dict[str, Any]) -> ReviewForm:
    reasons = [(code, label) for code, label in labels.CLOSE_REASONS.items() if code is not CloseReason.DUPLICATE]
    return forms.CloseForm(reasons=reasons, **shown)


def _later(deviation: "Deviation", likes: "Sequence[Candidate]", shown: dict[str, Any]) -> ReviewForm:
    here = today()
    days = [(here + timedelta(weeks=n), _in_weeks(n)) for n in WEEKS]
    told = [(on, f"{word}: {short_day(on, here)}") for on, word in days]
    return forms.LaterForm(days=told, when=told[0][0].isoformat(), **shown)


def _in_weeks(count: int) -> str:
    return str(ngettext("Om %(num)s vecka", "Om %(num)s veckor", count))


Make = Callable[["Deviation", "Sequence[Candidate]", dict[str, Any]], ReviewForm]

FORMS: Mapping[str, Make] = {
    "hinder": _place,
    "nytt": _make,
    "lokal": lambda d, likes, shown: forms.LocalForm(**shown),
    "fakta": lambda d, likes, shown: forms.AskForm(**shown),
    "lost": lambda d, likes, shown: forms.SolvedForm(**shown),
    "dubblett": _repeat,
    "stang": _close,
    "senare": _later,
    "anteckning": lambda d, likes, shown: forms.NoteForm(**shown),
    "regel": lambda d, likes, shown: forms.PlainForm(**shown),
    "inte-samma": lambda d, likes, shown: forms.PlainForm(**shown),
    "hor-inte-hit": lambda d, likes, shown: forms.PlainForm(**shown),
}
"""The form of each thing that can be sent from the page."""
