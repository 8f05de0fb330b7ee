"""Words that people's decisions tie to a rule and that the lexicon does not know: offered to the coordinator, never
taken in by themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from deviations.domain import parties, privacy
from deviations.domain.facts import Fact
from deviations.domain.network import THIN
from deviations.domain.similarity import Catalogue
from deviations.domain.words import STOP, scan, stem, tokens

REPORTS, SUBPROJECTS = 3, 2
"""A word of fewer reports, or of one subproject only, may be somebody's way of writing, or tell who wrote it."""

SURE = 15.13
"""The least log-likelihood ratio (chi-square with one degree of freedom at p < 0.0001), as Rayson, Berridge and Francis
(2004), "Extending the Cochran rule for the comparison of word frequencies between corpora", recommend for words.
"""

MOSTLY = 0.5
"""So large a share of the reports with the word is about the rule at least; else it says too little of it."""

LETTERS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that people's decisions tie to a rule: in how many of its reports and subprojects, and how surely."""

    word: str
    rule: str
    reports: int
    subprojects: int
    likelihood: float


@dataclass(frozen=True, slots=True)
class _Said:
    """What one report says: its rule, its subproject, and its unknown words, stem and as written."""

    rule: str
    subproject: str
    words: Mapping[str, str]


def candidates(
    placed: Iterable[tuple[Fact, str]], catalogue: Catalogue, known: Iterable[str] = (), most: int = 20
) -> list[Candidate]:
    """Return the words that reports of one rule have far oftener than the others, the surest first.

    `placed` are reports that people placed, each with the rule of its barrier. A word that the catalogue's lexicon
    knows, that stands in the rule's own text, is among the `known` (answered before), names a party or may point out a
    person is left out. How sure: Dunning (1993), "Accurate methods for the statistics of surprise and coincidence",
    over reports with and without the word, of the rule and of others.
    """
    said = [_said(fact, rule, catalogue) for fact, rule in placed]
    answered = {stem(word.rstrip("*")) for word in known}
    having: dict[str, list[_Said]] = defaultdict(list)
    for report in said:
        for key in report.words.keys() - answered:
            having[key].append(report)
    of_rule = Counter(report.rule for report in said)
    found = [one for key, some in having.items() for one in _tied(key, some, of_rule, catalogue)]
    found.sort(key=lambda one: (-round(one.likelihood, 9), one.word, one.rule))
    return [one for one in found if not _points_out(one.word)][:most]


def _said(fact: Fact, rule: str, catalogue: Catalogue) -> _Said:
    text = f"{fact.title}\n{fact.body}"
    unknown = (written[0] for written, entry in scan(tokens(text), catalogue.lexicon) if entry is None)
    return _Said(rule, fact.subproject, {stem(word): word for word in unknown if _is_word(word)})


def _is_word(word: str) -> bool:
    plain = word.replace("-", "")
    return len(plain) >= LETTERS and plain.isalpha() and word not in STOP and stem(word) not in THIN


def _tied(key: str, having: Sequence[_Said], of_rule: Counter[str], catalogue: Catalogue) -> Iterator[Candidate]:
    """The rules to which a word is tied, by the reports that have it."""
    every = of_rule.total()
    for rule, count in Counter(report.rule for report in having).items():
        places = {report.subproject for report in having if report.rule == rule}
        if count < max(REPORTS, MOSTLY * len(having)) or len(places) < SUBPROJECTS or _stands_in(rule, key, catalogue):
            continue
        likelihood = _likelihood(
            count, of_rule[rule] - count, len(having) - count, every - of_rule[rule] - len(having) + count
        )
        if likelihood >= SURE:
            forms = Counter(report.words[key] for report in having)
            word = min(forms, key=lambda form: (-forms[form], len(form), form))
            yield Candidate(word, rule, count, len(places), likelihood)


def _stands_in(rule: str, key: str, catalogue: Catalogue) -> bool:
    return rule not in catalogue.codes or key in catalogue.words[catalogue.codes.index(rule)]


def _likelihood(a: int, b: int, c: int, d: int) -> float:
    """Dunning's ratio of a table of two by two: 2 Σ O ln(O / E)."""
    every = a + b + c + d
    cells = ((a, a + b, a + c), (b, a + b, b + d), (c, c + d, a + c), (d, c + d, b + d))
    return 2 * sum(seen * log(seen * every / (row * column)) for seen, row, column in cells if seen)


def _points_out(word: str) -> bool:
    """Whether a word may be a name, also one that many write small, or names a party."""
    return bool(privacy.find(word) or privacy.find(word.title()) or parties.mentioned(word))
