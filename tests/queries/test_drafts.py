"""A draft is its owner's alone, and she finds the one she touched last first."""

import pytest
from sqlalchemy.orm import Session

from deviations.queries import drafts
from deviations.services import drafts as writing
from tests.factories import NOW, days_ago
from tests.people import WORK, People


@pytest.mark.parametrize("name", [name for name in WORK if name != "rut"])
def test_nobody_else_sees_a_draft(session: Session, people: People, name: str) -> None:
    writing.keep(session, people.rut, "ett", {"title": ["Min"]}, NOW)
    stranger = getattr(people, name)
    assert drafts.mine(session, stranger) == []
    assert drafts.get(session, stranger, "ett") is None


def test_the_last_touched_stands_first(session: Session, people: People) -> None:
    for key, days in (("gammal", 9), ("ny", 1), ("mellan", 5)):
        writing.keep(session, people.rut, key, {"title": [key]}, days_ago(days))
    assert [begun.title for begun in drafts.mine(session, people.rut)] == ["ny", "mellan", "gammal"]


def test_a_draft_without_a_title_has_none(session: Session, people: People) -> None:
    writing.keep(session, people.rut, "ett", {"body": ["Bara text."]}, NOW)
    begun = drafts.get(session, people.rut, "ett")
    assert begun is not None
    assert (begun.title, begun.fields) == ("", {"body": ["Bara text."]})
