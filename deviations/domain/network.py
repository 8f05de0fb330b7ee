"""The rule catalogue as knowledge: a graph of rules, agencies, statutes and ordinary words, to which reports are tied.

Its paths are the explanations: what two reports name both, and what leads from the words of the one to what the other
is about.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import networkx as nx
import numpy as np

from deviations.domain import parties, statutes
from deviations.domain.facts import Fact
from deviations.domain.similarity import Catalogue
from deviations.domain.words import Entry, scan, spelled_out, stem, tokens

Node = tuple[str, str]
"""What kind of thing, and its code: a rule, an agency, a step, a statute or a place in one, a term, a report."""

RULE, AGENCY, STEP, STATUTE, TERM, REPORT = "rule", "agency", "step", "statute", "term", "report"

LEADS = frozenset((TERM, STATUTE))
"""What leads on, to rules and agencies. Rules and agencies do not: one agency applies twenty rules."""

BY_REPORTER, BY_TEXT, BY_CATALOGUE = "reporter", "text", "catalogue"
"""Who says so: the form's field, a word of the text, or how alike the text and the rule's description are."""

SURE = {BY_REPORTER: 1.0, BY_TEXT: 0.9}
POINTED = (0.4, 0.35)
"""How much the two rules count that a text is most like; people who chose the same rule are right far more often."""

LIKE = 0.1
"""A text less like a rule's own words than this does not point to it."""

FAINT = 0.12
"""A path weaker than this explains nothing: a word of four rules on both sides, a statute of seven."""


_THIN = """
aldrig allra alls antal avsluta avslutat bakom behöva behövde behöver berätta berättade bli borde bort bra bredvid
bruka börja början dag dagar del deltagare den dra efteråt egentligen emot enda enligt extra faktiskt fastän fel fem
finnas flera fortfarande fråga frågade frågan fyra få första försöka förut gammal gång gånger gälla gäller gärna göra
haft halv handla handlägga helst hitta hjälpa hoppas hos hälften hör höra ihåg innebar innebär inte ja klara klart
knappt komma kort krävdes krävs kväll kände lagom ledig ligga lika långt låta lämna länge lösa man medan mena minst
mitten morgon månad månaden månader människa möjlig nej ner nio numera ny nytt nästan nöjd ofta okej ordentligt ordna
par per person plats platsen problem prova på redan redo rejäl resten resultat ringa ringde räcka räcker rätt sak
sakna satt se sen ser sex sida sista sitta sju själv själva sjätte skicka skriva sluta slutar slutligen snabb snart
stanna stoppa stor ställa stället större sådan säkert sätt söndag tid tiden tidig tidigare till tillbaka tillsammans
tio titta tolv toppen tredje trodde tror tur tycka tycker tydlig tydligen tyvärr undra undrar uppe var varandra varför
vecka veckan veckor veta visa visade våga vägrar vänlig vänta väntar år åren åter åtta ändra ändå ärende öppen över
"""
THIN = frozenset(stem(word) for word in _THIN.split())
"""Words that count for likeness but tell nobody why two reports belong together (seen in the demo's reasons)."""


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties a report to a thing: who says so, how sure it is (0-1), and as it is written in the text."""

    by: str
    weight: float
    written: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What one report says, as the graph sees it, and those of its words that tell something: stem and as written.

    Party names are among the ties; thin words and bare numbers tell nothing.
    """

    ties: Mapping[Node, Tie]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """One way from a report to a thing: by way of what, how sure, and by which tie it begins."""

    via: Node
    weight: float
    tie: Tie


@dataclass(frozen=True, slots=True)
class Path:
    """What two reports have in common, and the ways there from each, the strongest first."""

    meet: Node
    weight: float
    one: tuple[Way, ...]
    other: tuple[Way, ...]


class Knowledge:
    """What the catalogue and the lexicon know, as a graph; reports are laid beside it and never written into it."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Draw the graph once. An edge's `weight` says how much the one tells of the other (0-1)."""
        self.catalogue = catalogue
        self.graph: nx.Graph = nx.Graph()
        for card in catalogue.cards:
            self.graph.add_node((RULE, card.code), kind=RULE)
            for code in parties.codes(card.agencies):
                self._tie((RULE, card.code), (AGENCY, code), 1.0)
        self._tie_statutes()
        for entry in catalogue.lexicon.entries:
            self._tie_term(entry)

    def _tie_statutes(self) -> None:
        resting: dict[statutes.Citation, list[str]] = defaultdict(list)
        for card in self.catalogue.cards:
            for place in statutes.of_rule(card.statute, card.paragraph):
                resting[place].append(card.code)
        for place, codes in resting.items():
            for code in codes:
                self._tie((STATUTE, str(place)), (RULE, code), 1 / len(codes))

    def _tie_term(self, entry: Entry) -> None:
        known = [code for code in entry.rules if (RULE, code) in self.graph]
        for code in known:
            self._tie((TERM, entry.term), (RULE, code), 1 / len(entry.rules))
        for code in entry.agencies:
            self._tie((TERM, entry.term), (AGENCY, code), 1 / len(entry.agencies))

    def _tie(self, a: Node, b: Node, weight: float) -> None:
        for node in (a, b):
            self.graph.add_node(node, kind=node[0])
        self.graph.add_edge(a, b, weight=weight)

    def told(self, fact: Fact) -> Told:
        """Return what a report is tied to, and its words; the name of the rule that it chose is not its own words."""
        return _told(self, replace(fact, id="", municipality="", association="", subproject="", on=None))

    def ties(self, fact: Fact) -> dict[Node, Tie]:
        """Return what a report's fields and words tie it to, the surest tie to each."""
        text = f"{fact.title}\n{fact.body}\n{fact.rule_hint}"
        return _surest((*_named(fact), *_written(text, list(scan(tokens(text), self.catalogue.lexicon)))))

    def ways(self, told: Told) -> dict[Node, tuple[Way, ...]]:
        """Return all that a report leads to, at once or by way of a word or a statute, each with the ways there,
        strongest first.
        """
        found: dict[Node, list[Way]] = defaultdict(list)
        for node, tie in told.ties.items():
            found[node].append(Way(node, tie.weight, tie))
            if node[0] in LEADS and node in self.graph:
                for further, edge in self.graph[node].items():
                    found[further].append(Way(node, tie.weight * edge["weight"], tie))
        return {node: tuple(sorted(ways, key=_strongest)) for node, ways in found.items()}

    def paths(self, one: Told, other: Told) -> list[Path]:
        """Return the paths between two reports, strongest first: for each thing that both lead to, the ways there."""
        mine, theirs = self.ways(one), self.ways(other)
        paths = (
            Path(node, mine[node][0].weight * theirs[node][0].weight, mine[node], theirs[node])
            for node in mine.keys() & theirs.keys()
        )
        return sorted((path for path in paths if path.weight >= FAINT), key=lambda p: (-round(p.weight, 9), p.meet))

    def with_reports(self, facts: Iterable[Fact]) -> nx.Graph:
        """Return a copy of the graph with the reports in it, by what they say; an edge's `by` says where they do."""
        graph = self.graph.copy()
        for fact in facts:
            node = (REPORT, fact.id)
            graph.add_node(node, kind=REPORT)
            for thing, tie in self.ties(fact).items():
                graph.add_node(thing, kind=thing[0])
                graph.add_edge(node, thing, by=tie.by, weight=tie.weight)
        return graph


@lru_cache(maxsize=4)
def knowledge(catalogue: Catalogue) -> Knowledge:
    """The graph of a catalogue, drawn once for each."""
    return Knowledge(catalogue)


def _strongest(way: Way) -> tuple[float, Node]:
    return -round(way.weight, 9), way.via


@lru_cache(maxsize=64)
def _told(known: Knowledge, fact: Fact) -> Told:
    """What a report says, kept for all that say the same."""
    catalogue = known.catalogue
    text = f"{fact.title}\n{fact.body}\n{fact.rule_hint}"
    places = list(scan(tokens(text), catalogue.lexicon))
    found = spelled_out(places)
    pointed = () if fact.rule else _pointed(catalogue, [term.stem for term in found])  # a chosen rule is surer
    ties = _surest((*_named(fact), *_written(text, places), *pointed))
    return Told(ties, {term.stem: term.written for term in reversed(found) if tells(term.stem, term.written)})


def _surest(said: Iterable[tuple[Node, Tie]]) -> dict[Node, Tie]:
    ties: dict[Node, Tie] = {}
    for node, tie in said:
        if node not in ties or ties[node].weight < tie.weight:
            ties[node] = tie
    return ties


@lru_cache(maxsize=50_000)
def tells(key: str, written: str) -> bool:
    """Whether a word, by its stem and as written, tells what a text is about; parties are told apart from words."""
    return key not in THIN and not key.isdigit() and not parties.mentioned(written)


def _named(fact: Fact) -> Iterator[tuple[Node, Tie]]:
    """What the form's fields say."""
    sure = Tie(BY_REPORTER, SURE[BY_REPORTER])
    if fact.rule:
        yield (RULE, fact.rule), sure
    for code in parties.codes(fact.agencies):
        yield (AGENCY, code), sure
    if fact.step:
        yield (STEP, fact.step), sure


def _written(text: str, places: Iterable[tuple[tuple[str, ...], Entry | None]]) -> Iterator[tuple[Node, Tie]]:
    """What the words of a text say: parties, statutes, and the terms of the lexicon that lead somewhere."""
    for code in parties.mentioned(text):
        yield (AGENCY, code), Tie(BY_TEXT, SURE[BY_TEXT])
    for place in sorted(statutes.cited(text)):
        yield (STATUTE, str(place)), Tie(BY_TEXT, SURE[BY_TEXT], str(place))
    for written, entry in places:
        if entry is not None and (entry.rules or entry.agencies):
            yield (TERM, entry.term), Tie(BY_TEXT, SURE[BY_TEXT], " ".join(written))


def _pointed(catalogue: Catalogue, stems: Sequence[str]) -> Iterator[tuple[Node, Tie]]:
    """The rules whose own words the text is most like."""
    alike = catalogue.likeness(stems)
    alike[alike < LIKE] = 0.0
    nearest = np.argsort(-np.round(alike, 9), kind="stable")[: np.count_nonzero(alike)]
    for at, weight in zip(nearest.tolist(), POINTED, strict=False):
        yield (RULE, catalogue.codes[at]), Tie(BY_CATALOGUE, weight)
