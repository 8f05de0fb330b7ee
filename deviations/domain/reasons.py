"""Why two reports, or a report and a rule, belong together, in what a person can check: rules, parties, statutes, steps
and the words that stand in them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from deviations.domain.facts import Fact
from deviations.domain.network import AGENCY, BY_CATALOGUE, RULE, STATUTE, STEP, TERM, Path, Told, Way, tells
from deviations.domain.network import knowledge as knowledge
from deviations.domain.similarity import Catalogue, column
from deviations.domain.words import scan, stem, terms, tokens

BY_LEXICON = 0.05
"""What a word of the lexicon that points to one rule only adds to how alike a text and that rule are."""

BY_KNOWLEDGE = 2
"""So many reasons at most rest on what the catalogue and the lexicon know; more of them say the same again."""

KIN = 0.5
"""So large a share of the runs of four letters of the shorter one two words have in common to be said to be like."""


class Weighing(Protocol):
    """Whatever knows how much a term weighs."""

    def weight(self, key: int) -> float:
        """Return how much a term weighs by its rarity."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two reports, or a report and a rule, belong together.

    | kind | values | theirs |
    |---|---|---|
    | rule, agency, step | codes that both name | |
    | words | words that stand in both, as the first has them | |
    | kin | words of the first | for each of them, the word of the other that is like it |
    | lexicon | words of the first that belong to a rule, if any; last the rule's code | words of the other that do |
    | party_words | the same, with an agency's code last | |
    | statute | a statute or a place in one that both cite, or that one cites and the other's rule, the code that comes
      last, rests on | the citation, where it is the other that cites it |
    | catalogue | a rule that the text of at least one of them is like | |
    """

    kind: str
    values: tuple[str, ...]
    theirs: tuple[str, ...] = ()


def reasons(one: Fact, other: Fact, catalogue: Catalogue, words: Weighing, most: int = 4) -> tuple[Reason, ...]:
    """Return what two reports have in common: the paths between them, and the (at most `most`) words that weigh most.

    What is said of `one` stands in it, what is said of `other` in that one, and what is said of both in both; all else
    stands in the catalogue or the lexicon.
    """
    known = knowledge(catalogue)
    mine, theirs = known.told(one), known.told(other)
    paths = known.paths(mine, theirs)
    by_knowledge = list(_by_knowledge(paths))
    said = {word for reason in by_knowledge for word in _said_of_both(reason)}
    return (
        *_shared(paths, RULE),
        *by_knowledge,
        *(_words(mine, theirs, words, most, said) or (() if by_knowledge else _kindred(mine, theirs))),
        *_shared(paths, AGENCY),
        *_shared(paths, STEP),
    )


def _said_of_both(reason: Reason) -> Sequence[str]:
    """The words of a reason that need not be told again as words that both have."""
    if reason.kind == "statute":
        return reason.values[0].split()
    return reason.values[:-1] if reason.theirs else ()


def _shared(paths: Sequence[Path], kind: str) -> Iterator[Reason]:
    """What both name themselves."""
    codes = sorted(path.meet[1] for path in paths if path.meet[0] == kind and _is_direct(path))
    if codes:
        yield Reason(kind, tuple(codes))


def _is_direct(path: Path) -> bool:
    one, other = path.one[0], path.other[0]
    return one.via == path.meet == other.via and BY_CATALOGUE not in (one.tie.by, other.tie.by)


def _by_knowledge(paths: Sequence[Path]) -> Iterator[Reason]:
    """What the catalogue and the lexicon tell, strongest first; of a rule or an agency that both name, nothing more."""
    named = {path.meet for path in paths if path.meet[0] in (RULE, AGENCY) and _is_direct(path)}
    found = [reason for path in paths if path.meet not in named for reason in _of_rule(path)]
    told: list[Reason] = []
    for reason in found:
        if not any(_says(earlier, reason) for earlier in told):
            told.append(reason)
    if not told and not any(node[0] == RULE for node in named):
        told += [reason for path in paths if path.meet not in named for reason in _of_agency(path)][:1]
    yield from told[:BY_KNOWLEDGE]


def _says(earlier: Reason, reason: Reason) -> bool:
    """Whether a reason tells nothing that an earlier one does not: the same words, or the statute of a place in it."""
    if reason.kind == earlier.kind == "statute":
        return earlier.values[0].startswith(reason.values[0])
    return reason.kind == earlier.kind and (reason.values[:-1], reason.theirs) == (earlier.values[:-1], earlier.theirs)


def _of_rule(path: Path) -> Iterator[Reason]:
    """Why a rule of which at most one report names it lies between two; or a statute that both cite."""
    code, one, other = path.meet[1], _said(path.one), _said(path.other)
    if path.meet[0] == STATUTE:
        yield Reason("statute", (code,))
    elif path.meet[0] != RULE:
        return
    elif BY_CATALOGUE in (one.tie.by, other.tie.by):
        yield Reason("catalogue", (code,))
    elif one.via[0] == STATUTE and other.via[0] == RULE:
        yield Reason("statute", (one.tie.written, code))
    elif one.via[0] == RULE and other.via[0] == STATUTE:
        yield Reason("statute", (code,), (other.tie.written,))
    elif STATUTE not in (one.via[0], other.via[0]):
        yield Reason("lexicon", (*_terms(path.one), code), _terms(path.other))


def _said(ways: Sequence[Way]) -> Way:
    """The strongest way that somebody can point to in the text or the form, if there is one."""
    return next((way for way in ways if way.tie.by != BY_CATALOGUE), ways[0])


def _of_agency(path: Path) -> Iterator[Reason]:
    """Why an agency that at most one report names lies between two."""
    if path.meet[0] == AGENCY:
        yield Reason("party_words", (*_terms(path.one), path.meet[1]), _terms(path.other))


def _terms(ways: Sequence[Way], most: int = 3) -> tuple[str, ...]:
    """The words by which a report leads somewhere; none where it names the thing itself."""
    if _said(ways).via[0] != TERM:
        return ()
    return tuple(dict.fromkeys(way.tie.written for way in ways if way.via[0] == TERM))[:most]


def _words(mine: Told, theirs: Told, words: Weighing, most: int, said: set[str]) -> tuple[Reason, ...]:
    """The words that stand in both, those that say most first, as the first report wrote them."""
    shared = (key for key in mine.words.keys() & theirs.words.keys() if _is_same(mine.words[key], theirs.words[key]))
    ordered = sorted(shared, key=lambda key: (-words.weight(column(key)), key))
    own = tuple(word for word in dict.fromkeys(mine.words[key] for key in ordered) if word not in said)[:most]
    return (Reason("words", own),) if own else ()


def _is_same(one: str, other: str) -> bool:
    """Whether two written words are forms of the same; an abbreviation and what it stands for are not."""
    return one == other or [stem(word) for word in one.split()] == [stem(word) for word in other.split()]


def _kindred(mine: Told, theirs: Told) -> tuple[Reason, ...]:
    """At most two words of the first report, each with the word of the other that means the same by the lexicon, or
    that it shares most runs of four letters with (compounds, slips of the pen).
    """
    found = {mine.words[key]: theirs.words[key] for key in sorted(mine.words.keys() & theirs.words.keys())}
    having: defaultdict[str, set[str]] = defaultdict(set)
    for word in theirs.words.values():
        for run in _runs(word):
            having[run].add(word)
    near = [told for word in set(mine.words.values()) - found.keys() if (told := _nearest(word, having))]
    found |= {word: other for _, word, other in sorted(near)}
    return (Reason("kin", tuple(found)[:2], tuple(found.values())[:2]),) if found else ()


def _nearest(word: str, having: Mapping[str, Set[str]]) -> tuple[float, str, str] | None:
    """The word that has most of its runs in common with this one, after how alike they are, more being less."""
    shared = Counter(other for run in _runs(word) if run in having for other in having[run])
    alike = (
        (-count / max(min(len(_runs(word)), len(_runs(other))), 2), word, other) for other, count in shared.items()
    )
    return min((told for told in alike if -told[0] >= KIN and shared[told[2]] > 1), default=None)


@lru_cache(maxsize=20_000)
def _runs(word: str) -> frozenset[str]:
    return frozenset(word[at : at + 4] for at in range(len(word) - 3))


def rules(fact: Fact, catalogue: Catalogue, limit: int = 3) -> list[tuple[str, Reason]]:
    """Return the catalogue rules that a report points to, best first, each with the words or the choice
    that says so.
    """
    text = f"{fact.title}\n{fact.body}\n{fact.rule_hint}"
    found = terms(text, catalogue.lexicon)
    pointing = dict(_pointing(text, catalogue))
    strength = catalogue.likeness(term.stem for term in found)
    for at, code in enumerate(catalogue.codes):
        strength[at] += BY_LEXICON * min(sum(pointing.get(code, {}).values()), 2) + (code == fact.rule)
    written = {term.stem: term.written for term in reversed(found)}
    sure = [sum(pointing.get(code, {}).values()) >= 1 for code in catalogue.codes]  # a word of this rule only
    strong = np.flatnonzero((strength > 0.1) | np.array(sure, dtype=bool)).tolist()
    order = sorted(strong, key=lambda at: (-round(float(strength[at]), 9), catalogue.codes[at]))
    out: list[tuple[str, Reason]] = []
    for at in order[:limit]:
        code = catalogue.codes[at]
        shared = {written[key] for key in written.keys() & catalogue.words[at] if tells(key, written[key])}
        said = _once(sorted(pointing.get(code, {})), sorted(shared, key=lambda word: (-len(word), word)))
        if code == fact.rule:
            out.append((code, Reason("rule", (code,))))
        elif said:
            out.append((code, Reason("words", said[:4])))
    return out


def _pointing(text: str, catalogue: Catalogue) -> Iterable[tuple[str, dict[str, float]]]:
    """For each rule the written words that the lexicon ties to it, with how much they say."""
    found: dict[str, dict[str, float]] = {}
    for written, entry in scan(tokens(text), catalogue.lexicon):
        for code in entry.rules if entry is not None else ():
            found.setdefault(code, {})[" ".join(written)] = 1 / len(entry.rules) if entry else 0.0
    return found.items()


def _once(*words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for some in words for word in some))
