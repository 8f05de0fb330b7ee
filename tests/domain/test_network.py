"""The graph of what the catalogue knows, and the paths between reports that explain why they belong together."""

import csv
import json
from importlib import resources
from math import log
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deviations.domain.facts import Fact, RuleCard
from deviations.domain.network import AGENCY, FAINT, LEADS, REPORT, RULE, STATUTE, STEP, TERM, Knowledge, knowledge
from deviations.domain.similarity import Catalogue
from deviations.domain.words import SHIPPED, Entry

CORPUS = Path(__file__).with_name("grouping_corpus.jsonl")


def catalogue() -> Catalogue:
    with (resources.files("deviations") / "data" / "rules.csv").open(encoding="utf-8") as lines:
        return Catalogue(
            [
                RuleCard(
                    row["id"],
                    row["name_sv"],
                    row["description_sv"],
                    row["barrier_sv"],
                    row["statute"],
                    row["paragraph"],
                    tuple(row["agency"].split("; ")),
                )
                for row in csv.DictReader(lines)
            ]
        )


KNOWN = Knowledge(catalogue())
FACTS = [
    Fact(row["id"], row["title"], row["body"], tuple(row["agencies"]), rule_hint=row["rule_hint"], step=step)
    for row, step in zip(map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines()), "ab" * 100, strict=False)
]
CODES = st.sampled_from([None, *KNOWN.catalogue.codes])
REPORTS = st.builds(
    lambda fact, rule: Fact(fact.id, fact.title, fact.body, fact.agencies, rule, fact.rule_hint, step=fact.step),
    st.sampled_from(FACTS),
    CODES,
)


def test_the_catalogue_and_the_lexicon_are_drawn() -> None:
    graph = KNOWN.graph
    assert graph.has_edge((RULE, "FK-01"), (AGENCY, "FK"))
    assert graph.has_edge((TERM, "sgi"), (RULE, "FK-01"))
    assert graph.has_edge((TERM, "sgi"), (AGENCY, "FK"))
    assert graph.has_edge((STATUTE, "socialförsäkringsbalken 27 kap. 6 §"), (RULE, "FK-06"))
    assert all(0 < edge["weight"] <= 1 for _, _, edge in graph.edges(data=True))


def test_what_few_rules_have_says_more_than_what_many_have() -> None:
    graph = KNOWN.graph
    whole = graph.edges[(STATUTE, "socialförsäkringsbalken"), (RULE, "FK-06")]["weight"]
    place = graph.edges[(STATUTE, "socialförsäkringsbalken 27 kap. 6 §"), (RULE, "FK-06")]["weight"]
    assert whole < 0.1 < place


def test_a_report_is_tied_to_what_it_names_and_to_what_its_words_lead_to() -> None:
    fact = Fact("1", "Nollklassad", "FK säger nej enligt 27 kap. 6 § SFB", ("AF",), rule="DIG-01", step="apply")
    ties = KNOWN.told(fact).ties
    assert ties[(RULE, "DIG-01")].by == ties[(AGENCY, "AF")].by == ties[(STEP, "apply")].by == "reporter"
    assert ties[(AGENCY, "FK")].by == "text"
    assert ties[(TERM, "nollklass*")].written == "nollklassad"
    assert (STATUTE, "socialförsäkringsbalken 27 kap. 6 §") in ties


def test_reports_in_the_graph_leave_the_catalogue_as_it_is() -> None:
    before = len(KNOWN.graph)
    graph = KNOWN.with_reports(FACTS[:5])
    assert sum(kind == REPORT for kind, _ in graph) == 5
    assert graph.edges[(REPORT, FACTS[0].id), (STEP, FACTS[0].step)]["by"] == "reporter"
    assert len(KNOWN.graph) == before


def test_an_empty_catalogue_knows_words_but_no_rules() -> None:
    empty = Knowledge(Catalogue())
    assert not any(kind == RULE for kind, _ in empty.graph)
    assert empty.paths(empty.told(FACTS[0]), empty.told(Fact("x", "", ""))) == []


def test_the_graph_is_drawn_once_for_each_catalogue() -> None:
    assert knowledge(KNOWN.catalogue) is knowledge(KNOWN.catalogue)


def test_an_instances_own_word_leads_to_its_rule() -> None:
    own = SHIPPED.overlaid([Entry("månskenslyft", (), False, ("FK-07",), ())])
    mine = Knowledge(Catalogue(KNOWN.catalogue.cards, own))
    one, other = Fact("1", "Månskenslyft", "nekades"), Fact("2", "Avslag", "", rule="FK-07")
    assert not any(path.meet == (RULE, "FK-07") for path in KNOWN.paths(KNOWN.told(one), KNOWN.told(other)))
    (path,) = mine.paths(mine.told(one), mine.told(other))
    assert (path.meet, path.one[0].via) == ((RULE, "FK-07"), (TERM, "månskenslyft"))


def _directed(told: object, name: str, graph: nx.DiGraph, *, back: bool) -> None:
    for node, tie in told.ties.items():  # type: ignore[attr-defined]
        here, there = (REPORT, name), (*node, name)
        edges = [(here, there, -log(tie.weight)), (there, node, 0.0)]
        if node[0] in LEADS and node in KNOWN.graph:
            edges += [(there, further, -log(edge["weight"])) for further, edge in KNOWN.graph[node].items()]
        for a, b, cost in edges:
            graph.add_edge(*((b, a) if back else (a, b)), cost=cost)


@settings(max_examples=40, deadline=None)
@given(REPORTS, REPORTS)
def test_the_first_path_is_the_shortest_that_networkx_finds(one: Fact, other: Fact) -> None:
    mine, theirs = KNOWN.told(one), KNOWN.told(other)
    graph: nx.DiGraph = nx.DiGraph()
    _directed(mine, "one", graph, back=False)
    _directed(theirs, "other", graph, back=True)
    found = KNOWN.paths(mine, theirs)
    try:
        cost = nx.dijkstra_path_length(graph, (REPORT, "one"), (REPORT, "other"), weight="cost")
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        assert found == []
        return
    if cost <= -log(FAINT) - 1e-9:
        assert -log(found[0].weight) == pytest.approx(cost, abs=1e-9)
    else:
        assert found == []
