"""Saved views: kept under a name, rebuilt from known filters only, shared or not, forgotten by their owner alone."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.lists import LONGEST_TEXT, Chosen, Order, Place, View
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.models import SavedView
from deviations.queries import views as reading
from deviations.services import views
from deviations.services.checks import PersonalData
from tests.factories import NOW, audit_lines
from tests.people import People

LATE = Chosen(view=View.OVERDUE, agency=3, text="tio timmar", order=Order.PRIORITY, place=Place(4, 17))


def test_a_view_keeps_the_list_from_its_beginning(session: Session, people: People) -> None:
    before = len(audit_lines(session))
    view = views.save(session, people.vera, "Sena hos AF", LATE, shared=False, at=NOW)
    assert view.query == "ko=forsenade&q=tio+timmar&part=3&ordning=prioritet"
    assert reading.own(session, people.vera) == [view]
    assert len(audit_lines(session)) == before


def test_the_same_name_again_is_the_same_view(session: Session, people: People) -> None:
    first = views.save(session, people.vera, "Min", LATE, shared=True, at=NOW)
    again = views.save(session, people.vera, "Min", Chosen(), shared=False, at=NOW)
    assert again is first
    assert (again.query, again.shared) == ("ko=nya", False)
    assert views.save(session, people.lena, "Min", LATE, shared=False, at=NOW) is not first


def test_a_shared_view_is_found_by_leads_and_coordinators_until_it_is_not_shared_any_more(
    session: Session, people: People
) -> None:
    view = views.save(session, people.vera, "Gemensam", LATE, shared=True, at=NOW)
    found = {name: list(reading.shared(session, getattr(people, name))) for name in ("lena", "lars", "vera", "rut")}
    assert found == {"lena": [view], "lars": [view], "vera": [], "rut": []}
    views.share(session, people.vera, view, shared=False)
    assert reading.shared(session, people.lena) == []


def test_only_its_owner_changes_or_forgets_a_view(session: Session, people: People) -> None:
    view = views.save(session, people.vera, "Gemensam", LATE, shared=True, at=NOW)
    with pytest.raises(NotFound):
        reading.get(session, people.lena, view.id)
    with pytest.raises(NotAllowed):
        views.remove(session, people.lena, view)
    with pytest.raises(NotAllowed):
        views.share(session, people.lena, view, shared=False)
    views.remove(session, people.vera, view)
    assert session.scalars(select(SavedView)).all() == []


def test_what_a_view_may_not_be_is_refused(session: Session, people: People) -> None:
    with pytest.raises(Incomplete):
        views.save(session, people.vera, "", LATE, shared=False, at=NOW)
    for name in ("rut", "stina", "adam"):
        with pytest.raises(NotAllowed, match="not_your_desk"):
            views.save(session, getattr(people, name), "Min", LATE, shared=False, at=NOW)
    with pytest.raises(NotAllowed, match="view_too_long"):
        views.save(session, people.vera, "Lång", Chosen(text="å" * LONGEST_TEXT), shared=False, at=NOW)
    for told in ({"name": "Om 850709-9805", "chosen": LATE}, {"name": "Min", "chosen": Chosen(text="850709-9805")}):
        with pytest.raises(PersonalData):
            views.save(session, people.vera, told["name"], told["chosen"], shared=True, at=NOW)  # type: ignore[arg-type]


def test_a_person_has_so_many_views_and_no_more(session: Session, people: People) -> None:
    for number in range(views.AT_MOST):
        views.save(session, people.vera, f"Vy {number}", LATE, shared=False, at=NOW)
    with pytest.raises(NotAllowed, match="too_many_views"):
        views.save(session, people.vera, "En till", LATE, shared=False, at=NOW)
    views.save(session, people.vera, "Vy 3", Chosen(), shared=False, at=NOW)
