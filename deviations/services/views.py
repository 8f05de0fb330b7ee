"""Keeps the views that people save: a list by its name, for oneself or shared with leads and coordinators.

A view is a bookmark and changes nothing about any report, so it leaves no line in the audit log.
"""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from deviations.domain.lists import Chosen, to_address
from deviations.domain.roles import Actor
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import SavedView
from deviations.queries import views
from deviations.services import audit
from deviations.services.checks import check_texts

AT_MOST = 30
LONGEST = 500


def save(session: Session, actor: Actor, name: str, chosen: Chosen, *, shared: bool, at: datetime) -> SavedView:
    """Keeps the list from its beginning under a name; the same name again means this list from now on.

    What is kept is built anew from the list and holds known names only. Raises Incomplete (`needs_name`), NotAllowed
    (`not_your_desk`, `too_many_views`, `view_too_long`) and PersonalData.
    """
    if not actor.has(*views.DESK):
        raise NotAllowed("not_your_desk")
    if not name:
        raise Incomplete("needs_name")
    query = urlencode(to_address(replace(chosen, place=None)))
    if len(query) > LONGEST:
        raise NotAllowed("view_too_long")
    check_texts({"name": name, "q": chosen.text})
    audit.wait_turn(session)  # of two presses at once the second finds the view that the first made
    view = views.named(session, actor, name)
    if view is None:
        if views.count(session, actor) >= AT_MOST:
            raise NotAllowed("too_many_views")
        view = SavedView(owner_id=actor.id, name=name, created_at=at)
        session.add(view)
    view.query, view.shared = query, shared
    session.flush()
    return view


def share(session: Session, actor: Actor, view: SavedView, *, shared: bool) -> None:
    """Shows the view to leads and coordinators, or to its owner alone again. Raises NotAllowed for others' views."""
    _check_owner(actor, view)
    view.shared = shared
    session.flush()


def remove(session: Session, actor: Actor, view: SavedView) -> None:
    """Forgets a view. Raises NotAllowed for others' views."""
    _check_owner(actor, view)
    session.delete(view)
    session.flush()


def _check_owner(actor: Actor, view: SavedView) -> None:
    if view.owner_id != actor.id:
        raise NotAllowed("not_your_view")
