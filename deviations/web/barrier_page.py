"""A barrier's page: what is shown of it to this reader, and the forms for those who change it."""

from typing import TYPE_CHECKING, Any

from flask import render_template

from deviations.domain.days import today
from deviations.domain.recurrence import Standing, nearest
from deviations.domain.roles import Role
from deviations.domain.workflow import BARRIER_MOVES, BY_HAND, BarrierStatus, Kind
from deviations.extensions import db
from deviations.forms.barriers import EndForm
from deviations.queries import barriers, catalogue, letter_desk, similar, solutions, spreads, standings, visibility
from deviations.web import (
    barrier_effect,
    barrier_figures,
    barrier_network,
    barrier_story,
    desk,
    labels,
    letter_beside,
    letter_desk_parts,
)
from deviations.web.access import WORKERS, me

if TYPE_CHECKING:
    from deviations.models import Barrier

LISTED = 10
"""So many reports stand in the open; the others are unfolded."""


def render(barrier: "Barrier", end_form: EndForm | None = None) -> str:
    """The page as this reader may see it; `end_form` as it was sent, where it must be corrected."""
    session, actor = db.session, me()
    exact = visibility.sees_small_counts(actor)
    stands = barrier.merged_into_id is None
    names = catalogue.names(session)
    letters = barriers.letters_of(session, actor, barrier)
    history = barriers.history(session, barrier)
    figures = _figures(barrier, exact)
    return render_template(
        "barriers/show.html",
        barrier=barrier,
        exact=exact,
        standings=_standings(barrier),
        programs=standings.programs(session),
        works=actor.has(*WORKERS) and stands,
        writes=actor.has(Role.COORDINATOR) and stands,
        listed=LISTED,
        solutions=solutions.of_barriers(session, actor, barriers.family(session, barrier)),
        letters=letters,
        answer=barrier_story.answer,
        beginning=barrier_story.BEGINNING,
        story=barrier_story.told(history, letters, figures["first_on"], exact=exact),
        back=barrier_story.came_back(history, barrier.status),
        beside=similar.beside(session, actor, barrier) if stands else similar.Beside(),
        names=names,
        hangs=barrier_network.drawn(barrier, names) if stands else None,
        **figures,
        **barrier_effect.parts(barrier, figures["spread"], exact),
        **letter_beside.of_barrier(barrier),
        **_forms(barrier, end_form),
        **desk.of_barrier(barrier),
    )


def _figures(barrier: "Barrier", exact: bool) -> dict[str, Any]:
    """What is counted, and the reports that this person may read."""
    session, actor = db.session, me()
    found = spreads.placed(session, barrier)
    spread = spreads.of(found)
    known = barriers.known(session, actor, [barrier.id]).get(barrier.id, barriers.Known())
    readable = barriers.readable(session, actor, barrier)
    own = [report for report in readable if report in found]
    charts = barrier_figures.charts_of(spread, known, exact)
    return {
        "spread": spread,
        "figures": charts,
        "counts": barrier_figures.counts(spread, known, exact),
        "steps": barrier_figures.steps(spread, known, exact, own),
        "weeks": barrier_figures.weeks(found, own, exact),
        "said_same": sum(d.kind is Kind.SAME_HERE for d in found) if exact else 0,
        "readable": readable,
        "first_on": spread.first_on if charts is not None else None,
    }


def _standings(barrier: "Barrier") -> list[Standing]:
    """How it stands against each policy that counts for it, the one that is furthest on the way first."""
    found = standings.of(db.session, barrier, today())
    first = nearest(found)
    return [first, *(standing for standing in found if standing is not first)]


def _forms(barrier: "Barrier", end_form: EndForm | None) -> dict[str, object]:
    """The forms of whoever changes barriers, where there is something to change."""
    writes = me().has(Role.COORDINATOR) and barrier.merged_into_id is None
    return {
        "end_form": (end_form or ending(barrier)) if writes and _ends(barrier) else None,
        **(_letter_form(barrier) if writes and _may_write(barrier) else {"letter_form": None}),
    }


def _ends(barrier: "Barrier") -> list[BarrierStatus]:
    return [status for status in BarrierStatus if status in BY_HAND & BARRIER_MOVES[barrier.status]]


def ending(barrier: "Barrier") -> EndForm:
    """The form that says how a barrier ended, or that it came back."""
    return EndForm(targets=[(status, labels.BARRIERS[status]) for status in _ends(barrier)])


def _may_write(barrier: "Barrier") -> bool:
    return barrier.fired_at is not None and barrier.status not in standings.GONE


def _letter_form(barrier: "Barrier") -> dict[str, object]:
    """The form of a new letter, and to whom the table of obstacles says it goes."""
    to = letter_desk.suggested(db.session, [barrier])
    return {"letter_form": letter_desk_parts.new_form(barrier), "letter_to": to}
