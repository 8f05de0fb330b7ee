"""Which known barrier a new report is about, why, and whether it looks new.

The program ranks, a person decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deviations.domain import parties
from deviations.domain.facts import Fact, RuleCard
from deviations.domain.similarity import (
    Catalogue,
    Index,
    Profile,
    column,
    indexes,
    likeness,
    profile,
)
from deviations.domain.words import terms

Floats = NDArray[np.float64]

NEW_BELOW = 0.15
"""Score under which a report looks new while there are too few placed reports to learn the limit from."""

BY_LEXICON = 0.05
"""What a word of the lexicon that points to one rule only adds to how alike a text and that rule are."""

LEARN_FROM = 400
"""The limit for "looks new" is learnt from at most this many of the latest placed reports."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two reports, or a report and a rule, belong together.

    `kind` is "rule", "agency", "words", "step" or "catalogue"; `values` can be shown as they are: rule
    codes, agency codes, words in the form they were written, the code of a step.
    """

    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A known barrier for a report: how alike (0-1), why, and the most alike report confirmed there."""

    barrier: str
    score: float
    reasons: tuple[Reason, ...]
    nearest: str


class Ranker:
    """Ranks the known barriers for a report, from the reports that people have placed."""

    def __init__(self, placed: Sequence[tuple[Fact, str]], catalogue: Sequence[RuleCard] = ()) -> None:
        """Learn from the placed reports: pairs of a report and the id of its barrier."""
        self._catalogue = Catalogue(catalogue)
        self._blocks = indexes(())
        self._profiles: list[Profile] = []
        self._barriers: list[str] = []
        self._numbers: dict[str, int] = {}
        self._owners: list[int] = []
        self._limit: tuple[int, float] | None = None
        for fact, barrier in placed:
            self.add(fact, barrier)

    def add(self, fact: Fact, barrier: str) -> None:
        """Let one more placed report count, at once and without rebuilding anything."""
        one = profile(fact, self._catalogue)
        for index, row in zip(self._blocks, one.blocks, strict=True):
            index.add(row)
        if barrier not in self._numbers:
            self._numbers[barrier] = len(self._barriers)
            self._barriers.append(barrier)
        self._owners.append(self._numbers[barrier])
        self._profiles.append(one)

    def rank(self, fact: Fact, limit: int = 5) -> list[Suggestion]:
        """Return the most likely barriers, best first.

        Fewer than `limit` when fewer have anything in common with it.
        """
        if not self._profiles:
            return []
        one = profile(fact, self._catalogue)
        alike = likeness(self._blocks, one)
        owners = np.array(self._owners)
        scores = self._scores(alike, owners)
        order = sorted(np.flatnonzero(scores > 0), key=lambda at: (-round(float(scores[at]), 9), self._barriers[at]))
        return [self._suggestion(one, int(at), alike, owners, float(scores[at])) for at in order[:limit]]

    def looks_new(self, suggestions: Sequence[Suggestion]) -> bool:
        """Say whether the best suggestion is so weak that the report is more likely about something not yet
        known.
        """
        return not suggestions or suggestions[0].score < self._new_below()

    def rules(self, fact: Fact, limit: int = 3) -> list[tuple[str, Reason]]:
        """Return the catalogue rules that a report points to, best first, each with the words or the choice
        that says so.
        """
        names = self._catalogue
        found = terms(f"{fact.title}\n{fact.body}\n{fact.rule_hint}")
        strength = names.likeness(term.stem for term in found)
        strength += BY_LEXICON * np.minimum(names.points(found), 2)
        if fact.rule in names.codes:
            strength[names.codes.index(fact.rule)] += 1
        written = {term.stem: term.written for term in reversed(found)}
        order = sorted(np.flatnonzero(strength > 0.1), key=lambda at: (-round(float(strength[at]), 9), names.codes[at]))
        out: list[tuple[str, Reason]] = []
        for at in order[:limit]:
            code = names.codes[at]
            by_lexicon = {t.written for t in found if t.entry is not None and code in t.entry.rules}
            shared = {written[stem] for stem in written.keys() & names.words[at]}
            said = tuple(dict.fromkeys((*sorted(by_lexicon), *sorted(shared, key=lambda w: (-len(w), w)))))[:4]
            out.append((code, Reason("rule", (code,)) if code == fact.rule else Reason("words", said)))
        return out

    def _scores(self, alike: Floats, owners: NDArray[np.int64]) -> Floats:
        """Half the mean and half the best similarity to a barrier's reports (measured best for known
        against new).
        """
        size = len(self._barriers)
        count = np.bincount(owners, minlength=size)
        best = np.zeros(size)
        np.maximum.at(best, owners, alike)
        return 0.5 * np.bincount(owners, weights=alike, minlength=size) / np.maximum(count, 1) + 0.5 * best

    def _suggestion(self, one: Profile, at: int, alike: Floats, owners: NDArray[np.int64], score: float) -> Suggestion:
        own = np.flatnonzero(owners == at)
        nearest = self._profiles[int(own[np.argmax(alike[own])])]
        return Suggestion(
            barrier=self._barriers[at],
            score=min(score, 1.0),
            reasons=reasons(one, nearest, self._blocks[0]),
            nearest=nearest.id,
        )

    def _new_below(self) -> float:
        """The score that all but one in twenty of the latest placed reports reach when they are ranked
        among the others.
        """
        if self._limit is None or len(self._profiles) > 1.05 * self._limit[0] + 8:
            self._limit = len(self._profiles), self._learnt()
        return self._limit[1]

    def _learnt(self) -> float:
        owners = np.array(self._owners)
        sizes = np.bincount(owners)
        latest = np.flatnonzero(sizes[owners] > 1)[-LEARN_FROM:]
        if len(latest) < 20:
            return NEW_BELOW
        best: list[float] = []
        for at in latest:
            others = np.arange(len(owners)) != at
            alike = likeness(self._blocks, self._profiles[at])[others]
            best.append(float(self._scores(alike, owners[others]).max()))
        return float(np.percentile(best, 5))


def reasons(one: Profile, other: Profile, words: Index, most: int = 4) -> tuple[Reason, ...]:
    """Return what two reports have in common.

    Rule, parties, step, the catalogue's view and the words that weigh most.
    """
    shared_words = weighty(one, other, words, most)
    shared_parties = tuple(sorted(one.parties & other.parties))
    pointed = tuple(code for code in one.pointed[:2] if code in other.pointed[:2] and code != one.rule)
    candidates = (
        Reason("rule", (one.rule,) if one.rule and one.rule == other.rule else ()),
        Reason("agency", shared_parties),
        Reason("words", shared_words),
        Reason("step", (one.step,) if one.step and one.step == other.step else ()),
        Reason("catalogue", pointed),
    )
    return tuple(reason for reason in candidates if reason.values)


def weighty(one: Profile, other: Profile, words: Index, most: int) -> tuple[str, ...]:
    """Return the shared words that say most, as the first report wrote them.

    Party names are said elsewhere. Where no whole word is shared, the words most like a word of the other are
    returned (compounds, slips of the pen).
    """
    shared = one.written.keys() & other.written.keys()
    ordered = sorted(shared, key=lambda stem: (-words.weight(column(stem)), stem))
    said = dict.fromkeys(one.written[stem] for stem in ordered if not parties.mentioned(one.written[stem]))
    return tuple(said)[:most] or _kindred(one, other)


def _kindred(one: Profile, other: Profile) -> tuple[str, ...]:
    """The two words of the first report that share most runs of four letters with the other's words."""
    theirs = {run for word in other.written.values() for run in _runs(word)}
    own = {word: len(_runs(word) & theirs) for word in one.written.values()}
    return tuple(sorted((word for word in own if own[word]), key=lambda word: (-own[word], word))[:2])


def _runs(word: str) -> set[str]:
    return {word[at : at + 4] for at in range(len(word) - 3)}


def analysed(facts: Iterable[Fact], catalogue: Sequence[RuleCard]) -> list[Profile]:
    """Analyse many reports against one catalogue."""
    known = Catalogue(catalogue)
    return [profile(fact, known) for fact in facts]
