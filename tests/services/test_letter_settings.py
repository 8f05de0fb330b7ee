"""How letters are worded here: kept by the coordinator, refused when it can't be used, and never overwritten unseen."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain import letter_template
from deviations.domain.letter_requests import SHIPPED
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound, Obstacle
from deviations.models import Association
from deviations.queries import letter_settings as reading
from deviations.services import letter_settings as keeping
from deviations.services.checks import PersonalData
from tests.factories import NOW, TODAY, a_barrier, a_recurring_barrier, a_rule, an_agency, audit_lines
from tests.people import People

OWN = letter_template.SHIPPED + "\nVi återkommer gärna med fler exempel.\n"
GUIDELINE = replace(SHIPPED["guideline"], heading="klarare besked om var gränsen går")


def the_sender(session: Session) -> Association:
    (found,) = reading.senders(session)
    return found


def test_an_associations_own_template_is_used_until_it_is_taken_away(session: Session, people: People) -> None:
    association = the_sender(session)
    assert reading.template(session, association) is None
    keeping.keep_template(session, people.vera, association, OWN, version=0, at=NOW)
    assert reading.template(session, association) == OWN
    keeping.keep_template(session, people.vera, association, OWN + "Mer.\n", version=1, at=NOW)
    own = reading.own_template(session, association)
    assert own is not None
    assert (own.version, own.changed_by.name) == (2, "Vera")
    keeping.drop_template(session, people.vera, association, version=2, at=NOW)
    assert reading.template(session, association) is None
    lines = audit_lines(session, f"letter_template:{association.id}")
    assert [line.action for line in lines] == ["letter_template.changed"] * 2 + ["letter_template.dropped"]


def test_a_template_that_can_not_be_used_is_refused(session: Session, people: People) -> None:
    association = the_sender(session)
    with pytest.raises(Incomplete, match="template_faults"):
        keeping.keep_template(session, people.vera, association, OWN + "\n{{löner}}\n", version=0, at=NOW)
    with pytest.raises(PersonalData):
        keeping.keep_template(session, people.vera, association, OWN + "\n19121212-1212\n", version=0, at=NOW)
    assert reading.template(session, association) is None


def test_two_who_save_at_once_do_not_overwrite_each_other(session: Session, people: People) -> None:
    association = the_sender(session)
    keeping.keep_template(session, people.vera, association, OWN, version=0, at=NOW)
    with pytest.raises(StaleDataError):
        keeping.keep_template(session, people.vera, association, letter_template.SHIPPED, version=0, at=NOW)
    keeping.keep_wording(session, people.vera, Obstacle.GUIDELINE, GUIDELINE, addressee=None, version=0, at=NOW)
    with pytest.raises(StaleDataError):
        keeping.drop_wording(session, people.vera, Obstacle.GUIDELINE, version=2, at=NOW)


def test_an_own_wording_stands_for_its_type_of_obstacle_only(session: Session, people: People) -> None:
    to = an_agency(session, "FK")
    keeping.keep_wording(session, people.vera, Obstacle.GUIDELINE, GUIDELINE, addressee=to, version=0, at=NOW)
    found = reading.wordings(session)
    assert found["guideline"] == GUIDELINE
    assert {kind: words for kind, words in found.items() if kind != "guideline"} == {
        kind: words for kind, words in SHIPPED.items() if kind != "guideline"
    }
    assert reading.addressee(session, Obstacle.GUIDELINE) is to
    assert reading.addressee(session, Obstacle.LAW) is None
    keeping.drop_wording(session, people.vera, Obstacle.GUIDELINE, version=1, at=NOW)
    assert reading.wordings(session) == dict(SHIPPED)


@pytest.mark.parametrize("bad", ["", "en sak.", "{0}", "{hemligt}", "två\nrader"])
def test_a_wording_that_does_not_fit_its_sentence_is_refused(session: Session, people: People, bad: str) -> None:
    wording = replace(GUIDELINE, body=bad)
    with pytest.raises(Incomplete, match="wording_faults"):
        keeping.keep_wording(session, people.vera, Obstacle.GUIDELINE, wording, addressee=None, version=0, at=NOW)


def test_letterhead_and_mail_address_are_kept(session: Session, people: People) -> None:
    association, agency = the_sender(session), an_agency(session, "AF")
    told = {"organisation_number": " 222000-2386 ", "address": "Box 1 \n\n 136 21 Haninge"}
    keeping.set_letterhead(session, people.vera, association, **told, at=NOW)
    assert (association.organisation_number, association.address) == ("222000-2386", "Box 1\n136 21 Haninge")
    for _ in range(2):
        keeping.set_mail_address(session, people.vera, agency, "registrator@example.se", at=NOW)
    assert agency.email == "registrator@example.se"
    assert len(audit_lines(session, f"agency:{agency.id}")) == 1


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_decides_how_letters_are_worded(session: Session, people: People, name: str) -> None:
    association, actor, agency = the_sender(session), getattr(people, name), an_agency(session)
    with pytest.raises(NotAllowed):
        keeping.keep_template(session, actor, association, OWN, version=0, at=NOW)
    with pytest.raises(NotAllowed):
        keeping.keep_wording(session, actor, Obstacle.LAW, GUIDELINE, addressee=None, version=0, at=NOW)
    with pytest.raises(NotAllowed):
        keeping.set_letterhead(session, actor, association, organisation_number="", address="", at=NOW)
    with pytest.raises(NotAllowed):
        keeping.set_mail_address(session, actor, agency, "", at=NOW)
    with pytest.raises(NotFound):
        reading.sender(session, actor, association.id)


def test_the_preview_is_a_letter_about_a_real_barrier_by_this_template_and_stores_nothing(
    session: Session, people: People
) -> None:
    barrier = a_recurring_barrier(session, people, rule=a_rule(session), obstacle=Obstacle.GUIDELINE)
    bare = a_barrier(session, people.vera, name="Utan avvikelser")
    keeping.keep_wording(session, people.vera, Obstacle.GUIDELINE, GUIDELINE, addressee=None, version=0, at=NOW)
    session.commit()
    assert reading.examples(session, people.vera) == [(barrier.id, barrier.name)]
    html = keeping.preview(session, barrier, the_sender(session), OWN, TODAY)
    assert "Vi återkommer gärna med fler exempel." in html
    assert "klarare besked om var gränsen går" in html
    assert "UTKAST" in html
    assert "{{" not in html
    assert not session.dirty
    assert not session.new
    with pytest.raises(NotFound):
        keeping.preview(session, bare, the_sender(session), OWN, TODAY)
