"""The reference data is loaded once, and what people have edited is left alone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.models import Agency, Rule
from deviations.queries import catalogue as reading
from deviations.services import catalogue


def test_loading_twice_changes_nothing(session: Session) -> None:
    before = reading.counts(session)
    assert catalogue.load(session) == dict.fromkeys(before, 0)
    assert reading.counts(session) == before


def test_what_was_edited_stays_edited(session: Session) -> None:
    rule = reading.rule(session, "FORS-01")
    rule.name = "Vårt eget namn"
    session.flush()
    catalogue.load(session)
    assert session.scalars(select(Rule.name).where(Rule.code == "FORS-01")).one() == "Vårt eget namn"


def test_what_was_taken_away_is_added_again(session: Session) -> None:
    session.delete(session.scalars(select(Agency).where(Agency.code == "DIGG")).one())
    session.flush()
    assert catalogue.load(session)["agencies"] == 1


def test_the_shipped_cards_are_those_of_the_loaded_database(session: Session) -> None:
    assert sorted(catalogue.shipped_cards(), key=lambda c: c.code) == sorted(
        reading.rule_cards(session), key=lambda c: c.code
    )


def test_every_rule_has_its_source_and_how_sure_it_is(session: Session) -> None:
    for rule in reading.rules(session):
        assert rule.source
        assert rule.confidence in {"sourced", "partly sourced", "from memory"}, rule.code


def test_every_rule_is_applied_by_somebody_or_by_all(session: Session) -> None:
    without = [rule for rule in reading.rules(session) if not rule.agencies]
    assert {rule.agency_text for rule in without} <= {"alla parter"}
