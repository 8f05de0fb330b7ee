"""Groups: the same input gives the same groups, a person's word holds, and odd input is taken."""

import json
import random
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deviations.domain.clustering import Group, _let_go, described, group
from deviations.domain.facts import Fact, RuleCard

CORPUS = Path(__file__).with_name("grouping_corpus.jsonl")
ROWS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
FACTS = [Fact(r["id"], r["title"], r["body"], tuple(r["agencies"]), rule_hint=r["rule_hint"]) for r in ROWS]
GOLD = {r["id"]: r["barrier"] for r in ROWS}
CARDS = [
    RuleCard("DIG-01", "E-legitimation", "Utan bank-id går det inte att logga in.", agencies=("AF", "FK")),
    RuleCard("REG-01", "Väntan på neuropsykiatrisk utredning", "Utredningen dröjer.", agencies=("Regionen",)),
]
IDS = st.sampled_from([fact.id for fact in FACTS[:40]])
PAIRS = st.lists(st.tuples(IDS, IDS).filter(lambda pair: pair[0] != pair[1]), max_size=6)


def sets(groups: list[Group]) -> set[frozenset[str]]:
    return {frozenset(one.members) for one in groups}


def pairs(groups: list[Group]) -> set[tuple[str, str]]:
    return {pair for one in groups for pair in combinations(sorted(one.members), 2)}


def test_most_pairs_put_together_belong_together() -> None:
    found = pairs(group(FACTS, CARDS))
    right = {(a, b) for a, b in combinations(sorted(GOLD), 2) if GOLD[a] == GOLD[b]}
    assert len(found & right) / len(found) >= 0.75
    assert len(found & right) / len(right) >= 0.6


def test_the_same_input_gives_the_same_groups() -> None:
    assert group(FACTS, CARDS) == group(FACTS, CARDS)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_reports_does_not_matter(seed: int) -> None:
    shuffled = random.Random(seed).sample(FACTS, len(FACTS))
    assert sets(group(shuffled, CARDS)) == sets(group(FACTS, CARDS))


def test_members_stand_in_the_order_they_came() -> None:
    place = {fact.id: at for at, fact in enumerate(FACTS)}
    for one in group(FACTS, CARDS):
        assert list(one.members) == sorted(one.members, key=place.__getitem__)


def test_a_group_is_held_together_by_links_with_reasons() -> None:
    for one in group(FACTS, CARDS):
        assert len(one.members) >= 2
        assert one.central in one.members
        assert len(one.links) == len(one.members) - 1
        assert {end for link in one.links for end in (link.a, link.b)} == set(one.members)
        assert all(link.reasons for link in one.links)


def test_finer_gives_fewer_pairs_and_coarser_gives_more() -> None:
    counts = [len(pairs(group(FACTS, CARDS, fineness=fineness))) for fineness in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


@settings(max_examples=25, deadline=None)
@given(together=PAIRS, apart=PAIRS, fineness=st.floats(0, 1))
def test_what_a_person_said_always_holds(
    together: list[tuple[str, str]], apart: list[tuple[str, str]], fineness: float
) -> None:
    joined: nx.Graph = nx.Graph(together)
    agreed = [(a, b) for a, b in apart if not (a in joined and b in joined and _connected(joined, a, b))]
    found = group(FACTS[:40], CARDS, fineness=fineness, together=together, apart=agreed)
    home = {member: at for at, one in enumerate(found) for member in one.members}
    assert all(home[a] == home[b] for a, b in together)
    assert all(home.get(a, a) != home.get(b, b) for a, b in agreed)


def _connected(graph: nx.Graph, a: str, b: str) -> bool:
    return bool(nx.has_path(graph, a, b))


def test_apart_wins_where_people_contradict_each_other() -> None:
    pair = (FACTS[0].id, FACTS[1].id)
    assert tuple(sorted(pair)) not in pairs(group(FACTS, CARDS, together=[pair], apart=[pair]))


def test_even_word_for_word_copies_can_be_set_apart() -> None:
    copies = [replace(FACTS[0], id=str(at)) for at in range(4)]
    found = group(copies, apart=[("0", "1")])
    assert ("0", "1") not in pairs(found)
    assert ("2", "3") in pairs(found)


def test_pairs_with_unknown_reports_do_no_harm() -> None:
    assert group(FACTS, together=[("x", "y")], apart=[(FACTS[0].id, "z")]) == group(FACTS)


def test_nothing_and_one_report_give_no_groups() -> None:
    assert group([]) == []
    assert group(FACTS[:1], CARDS) == []


def test_reports_that_say_nothing_stand_alone() -> None:
    silent = [Fact(str(at), "", "", ("AF",)) for at in range(5)]
    assert group(silent) == []
    assert sets(group([*FACTS, *silent], CARDS)).isdisjoint({frozenset(fact.id for fact in silent)})


def test_a_report_with_only_a_title_can_find_its_like() -> None:
    titled = [Fact("1", "Inget BankID för inskrivning", ""), Fact("2", "BankID saknas vid inskrivning", "")]
    assert sets(group([*titled, *FACTS[-12:]], CARDS)) >= {frozenset({"1", "2"})}


def test_two_alike_are_a_group_and_two_unlike_are_not() -> None:
    assert len(group([FACTS[0], replace(FACTS[0], id="copy")])) == 1
    assert group([FACTS[0], FACTS[-1]]) == []


def test_unknown_agencies_are_taken() -> None:
    odd = [replace(fact, agencies=("Månkontoret", "")) for fact in FACTS]
    assert group(odd, CARDS)


def test_five_thousand_copies_are_one_group() -> None:
    copies = [replace(FACTS[0], id=f"{at:04}") for at in range(5000)]
    (one,) = group(copies, CARDS)
    assert len(one.members) == 5000
    assert len(one.links) == 4999


def test_a_very_long_text_is_taken() -> None:
    long = [replace(fact, body=(fact.body + " ") * 400) for fact in FACTS[:3]]
    assert isinstance(group([*long, *FACTS[3:20]], CARDS), list)


def test_more_than_fit_at_once_are_grouped_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deviations.domain.clustering.AT_ONCE", 30)
    found = group(FACTS, CARDS, apart=[(FACTS[0].id, FACTS[1].id)])
    members = [member for one in found for member in one.members]
    assert len(members) == len(set(members))
    assert tuple(sorted((FACTS[0].id, FACTS[1].id))) not in pairs(found)


def test_a_stranger_leaves_a_group_of_three_and_one_of_two_stays() -> None:
    likeness = np.eye(6, dtype=np.float32)
    likeness[:3, :3], likeness[3, :3], likeness[:3, 3], likeness[4, 5], likeness[5, 4] = 0.5, 0.1, 0.1, 0.1, 0.1
    left = _let_go([[0, 1, 2, 3], [4, 5]], likeness, 0.65)
    assert sorted(map(sorted, left)) == [[0, 1, 2], [3], [4, 5]]
    assert _let_go([[0, 1, 2, 3], [4, 5]], likeness, 0.0) == [[0, 1, 2, 3], [4, 5]]
    assert _let_go([[0], [1]], likeness, 0.65) == [[0], [1]]


def test_one_that_is_set_apart_leaves_the_others_together() -> None:
    for one in (found for found in group(FACTS, CARDS) if len(found.members) > 3):
        others = [id for id in one.members if id != one.central]
        again = group(FACTS, CARDS, apart=[(one.central, id) for id in others])
        assert max(len(set(others) & set(found.members)) for found in again) >= len(others) - 1


def test_groups_that_are_known_are_described_as_they_were_when_they_were_made() -> None:
    found = group(FACTS, CARDS)
    assert described([one.members for one in found], FACTS, CARDS) == found
    assert described([], FACTS, CARDS) == []


def test_every_report_but_the_typical_case_hangs_on_by_one_link() -> None:
    for one in group(FACTS, CARDS):
        assert sorted([one.central, *(link.a for link in one.links)]) == sorted(one.members)
        assert all(0 < link.likeness <= 1 for link in one.links)
