"""The reference data as forms and pages read it: usual parties first, Swedish order, codes that are not there."""

import pytest
from sqlalchemy.orm import Session

from deviations.domain.workflow import NotFound
from deviations.queries import catalogue


def test_the_usual_parties_come_first_and_none_is_lost(session: Session) -> None:
    choices = catalogue.agency_choices(session)
    assert tuple(agency.code for agency in choices.usual) == catalogue.USUAL
    everybody = catalogue.agencies(session)
    assert {*choices.usual, *choices.others} == set(everybody)
    assert len(choices.usual) + len(choices.others) == len(everybody)


def test_the_shipped_reference_data_is_whole(session: Session) -> None:
    counts = catalogue.counts(session)
    assert (counts["municipalities"], counts["rules"]) == (290, 81)
    assert min(counts.values()) > 0


def test_municipalities_stand_in_swedish_order(session: Session) -> None:
    names = [m.name for m in catalogue.municipalities(session)]
    assert (names[0], names[-1]) == ("Ale", "Övertorneå")
    assert {m.county_code for m in catalogue.municipalities(session, "01")} == {"01"}


def test_a_rule_is_found_by_its_code_or_not_at_all(session: Session) -> None:
    assert catalogue.rule(session, "FORS-01").agencies
    for unknown in ("", "fors-01", "FORS-01 ", "finns inte"):
        with pytest.raises(NotFound):
            catalogue.rule(session, unknown)


def test_cards_are_the_rules_as_the_domain_reads_them(session: Session) -> None:
    cards = {card.code: card for card in catalogue.rule_cards(session)}
    assert len(cards) == 81
    assert cards["FORS-01"].agencies == ("Arbetsförmedlingen", "Kammarkollegiet")


def test_unknown_codes_of_agencies_are_left_out(session: Session) -> None:
    assert [a.code for a in catalogue.agencies_by_code(session, ["FK", "AF", "XX"])] == ["AF", "FK"]


def test_the_glossary_and_the_associations_are_listed(session: Session) -> None:
    assert catalogue.glossary(session)
    assert any(m.name == "Haninge" for a in catalogue.associations(session) for m in a.municipalities)


def test_rules_are_found_by_ordinary_words_best_first(session: Session) -> None:
    assert [rule.code for rule in catalogue.find_rules(session, "försäkring arbetsträning", limit=1)] == ["FORS-01"]
    assert catalogue.find_rules(session, " ") == []
    assert catalogue.find_rules(session, "\x00%';--") == []


def test_rules_come_in_the_order_of_the_codes_asked_for(session: Session) -> None:
    codes = ["SEK-05", "AF-13", "FORS-01"]
    assert [rule.code for rule in catalogue.rules_by_code(session, [*codes, "XX"])] == codes
