"""Statutes are found as people cite them, and a paragraph only where it is clear of which statute it is."""

import csv
from importlib import resources

import pytest

from deviations.domain.statutes import cited, name, of_rule


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("enligt SFB 27 kap. 6 § får hon inget", {"socialförsäkringsbalken", "socialförsäkringsbalken 27 kap. 6 §"}),
        ("Socialförsäkringsbalkens regler", {"socialförsäkringsbalken"}),
        ("7 a § i 2000:634", {name("2000:634"), f"{name('2000:634')} 7 a §"}),
        ("SFS 1994:1785, 1 §", {"SFS 1994:1785", "SFS 1994:1785 1 §"}),
        ("5 § i SoL eller i HSL", {"socialtjänstlagen", "hälso- och sjukvårdslagen"}),
        ("i 27 kap. och 28 kap. SFB, 3 §", {"socialförsäkringsbalken"}),
        ("sol och 5 § någonstans", set()),
        ("mötet 2026:1 på kontoret", {"SFS 2026:1"}),
        ("", set()),
    ],
)
def test_a_text_cites_what_it_names(text: str, found: set[str]) -> None:
    assert {str(place) for place in cited(text)} == found


def test_a_rule_rests_on_the_paragraphs_of_its_columns() -> None:
    found = {str(place) for place in of_rule("SFS 1998:1785; SFS 2000:628", "1 § (1998:1785); 5 och 11 §§ (2000:628)")}
    law = name("2000:628")
    harm = "förordningen om ersättning vid skada till deltagare i vissa arbetsmarknadspolitiska program m.m."
    assert found == {harm, f"{harm} 1 §", law, f"{law} 5 §", f"{law} 11 §"}


def test_a_statute_that_was_replaced_is_not_what_a_rule_rests_on() -> None:
    assert {str(place) for place in of_rule("SFS 2025:400 (tidigare 2001:453)", "")} == {"socialtjänstlagen"}


def test_every_statute_of_the_list_is_one_that_the_catalogue_rests_on() -> None:
    data = resources.files("deviations") / "data"
    with (data / "rules.csv").open(encoding="utf-8") as lines:
        used = {place.statute for row in csv.DictReader(lines) for place in of_rule(row["statute"], row["paragraph"])}
    with (data / "statutes.csv").open(encoding="utf-8") as lines:
        listed = [row["number"] for row in csv.DictReader(lines)]
    assert set(listed) <= used
    assert len(listed) == len(set(listed))
