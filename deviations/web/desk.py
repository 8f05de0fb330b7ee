"""What a report's and a barrier's page show to those who work with it: duplicates, notes, and what it is part of."""

from typing import TYPE_CHECKING, Any, Union

from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.notes import NoteForm
from deviations.queries import barriers, deviations, duplicates
from deviations.queries import notes as reading
from deviations.web.access import me

if TYPE_CHECKING:
    from deviations.models import Barrier, Deviation


def of_deviation(deviation: "Deviation") -> dict[str, Any]:
    """For a report's page: its duplicates that the reader may see, and for whoever decides what looks like one."""
    session, actor = db.session, me()
    asks = actor.has(Role.COORDINATOR) and deviations.is_open(deviation)
    return {
        "duplicates": duplicates.of(session, actor, deviation),
        "twins": duplicates.candidates(session, actor, deviation) if asks else (),
        **_noted(deviation),
    }


def of_barrier(barrier: "Barrier") -> dict[str, Any]:
    """For a barrier's page: the barrier that it is a part of, and those that are part of it."""
    root = barriers.root(barrier)
    return {
        "merged_into": root if root is not barrier else None,
        "parts": barriers.merged_in(db.session, barrier),
        **_noted(barrier),
    }


def _noted(about: Union["Deviation", "Barrier"]) -> dict[str, Any]:
    """The internal notes, and the form for one more, where they are this person's to read."""
    if not reading.may(me(), about):
        return {"note_form": None, "notes": ()}
    return {"note_form": NoteForm(formdata=None), "notes": reading.of(db.session, me(), about)}
