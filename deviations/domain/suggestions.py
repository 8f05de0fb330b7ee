"""Which known barrier a new report is about, why, and whether it looks new.

The program ranks, a person decides.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deviations.domain import parties
from deviations.domain.facts import Fact, RuleCard
from deviations.domain.postings import MANY, Floats
from deviations.domain.similarity import Catalogue, Profile, column, likeness, postings, profile, rows
from deviations.domain.words import stem, terms

Rows = NDArray[np.intp]

NEW_BELOW = 0.15
"""Score under which a report looks new while there are too few placed reports to learn the limit from."""

BY_LEXICON = 0.05
"""What a word of the lexicon that points to one rule only adds to how alike a text and that rule are."""

LEARN_FROM = 400
"""The limit for "looks new" is learnt from at most this many of the latest placed reports."""

LEARN_FROM_AMONG_MANY = 100
"""The same where comparing one takes longer."""

SHOW_BARRIER = 0.10
SHOW_REPORT = 0.18
"""What is less like a text than this is not shown to somebody who is still writing it (measured: docs/grouping.md)."""

SAYS_SOMETHING = 3
"""A text of fewer different words that mean something is like anything."""

_THIN = """
aldrig alls antal berättade berätta borde bra börja dag deltagare enligt fel första fråga frågan frågade gammal gång
hos hör ja länge människa månad månaden månader nej ny nytt ofta per person plats platsen redo ringa ringde räcka rätt
sak satt ser sitta sätt tid tidigare tillbaka tillsammans tredje tydligen undrar varandra varför vecka veckan veta
vänta år ändå
"""
THIN = frozenset(stem(word) for word in _THIN.split())
"""Words that count for likeness but tell nobody why two reports belong together (seen in the demo's reasons)."""

SHARED = 2
"""What a single report says is passed over for those who may not read them all."""

UNPLACED, EXAMPLE, GONE = -1, -2, -3
"""What stands for the barrier of a report that has none."""


class Weighing(Protocol):
    """Whatever knows how much a term weighs."""

    def weight(self, key: int) -> float:
        """Return how much a term weighs by its rarity."""


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


@dataclass(frozen=True, slots=True)
class Near:
    """What is like a report: known barriers, and unplaced reports and good examples, by id with how alike they are."""

    barriers: tuple[Suggestion, ...]
    reports: tuple[tuple[str, float], ...]
    examples: tuple[tuple[str, float], ...]


Readable = Callable[[Collection[str]], Collection[str]]
"""Which of some reports, by id, the person who asks may read."""


class Ranker:
    """Ranks the known barriers for a report, from the reports that people have placed; finds unplaced ones like it too.

    Reports come, move and go one by one; what is learnt so is what a ranker made anew would know.
    """

    def __init__(
        self, placed: Iterable[tuple[Fact, str | None]] = (), catalogue: Sequence[RuleCard] | Catalogue = ()
    ) -> None:
        """Learn from reports: pairs of a report and the id of its barrier, None for one that is in no barrier."""
        self._catalogue = catalogue if isinstance(catalogue, Catalogue) else Catalogue(catalogue)
        self._blocks = postings()
        self._facts: list[Fact | None] = []
        self._at: dict[str, int] = {}
        self._barriers: list[str] = []
        self._numbers: dict[str, int] = {}
        self._owners = array("q")
        self._limit: tuple[int, float] | None = None
        self._asked: tuple[Fact, Profile] | None = None
        self._compared: tuple[Fact, Floats] | None = None
        for fact, barrier in placed:
            self.add(fact, barrier)

    def __len__(self) -> int:
        """How many reports it knows."""
        return len(self._at)

    def add(self, fact: Fact, barrier: str | None = None, *, example: bool = False) -> None:
        """Let one more report count at once, in its barrier or in none, or as a good example.

        A report with an id that is known takes the place of the one known so far.
        """
        owner = EXAMPLE if example else self._number(barrier)
        known = self._at.get(fact.id)
        if known is not None and self._facts[known] == fact:
            self._owners[known] = owner
            return
        self.remove(fact.id)
        self._compared = None
        for block, row in zip(self._blocks, rows(fact, self._catalogue), strict=True):
            block.add(row)
        self._at[fact.id] = len(self._facts)
        self._facts.append(fact)
        self._owners.append(owner)

    def remove(self, id: str) -> None:
        """Forget a report; one that is not known is no fault."""
        at = self._at.pop(id, None)
        fact = self._facts[at] if at is not None else None
        if at is None or fact is None:
            return
        self._compared = None
        for block, row in zip(self._blocks, rows(fact, self._catalogue), strict=True):
            block.drop(at, row)
        self._facts[at] = None
        self._owners[at] = GONE

    def _number(self, barrier: str | None) -> int:
        if barrier is None:
            return UNPLACED
        if barrier not in self._numbers:
            self._numbers[barrier] = len(self._barriers)
            self._barriers.append(barrier)
        return self._numbers[barrier]

    def rank(self, fact: Fact, limit: int = 5, *, shared: int = 1, readable: Readable = frozenset) -> list[Suggestion]:
        """Return the most likely barriers, best first; the report itself does not speak for its own.

        Fewer than `limit` when fewer have anything in common with it.
        """
        return list(self.near(fact, limit, others=0, shared=shared, readable=readable).barriers)

    def near(
        self, fact: Fact, limit: int = 5, others: int = 300, *, shared: int = 1, readable: Readable = frozenset
    ) -> Near:
        """Return the most likely barriers, and the unplaced reports and good examples that are most like it.

        At most `limit` barriers, `others` reports and `others` examples, each best first. Of placed reports that are
        not `readable` (asked with ids, it gives back those that are), only what at least `shared` reports say counts:
        else somebody who may not read them could ask, word by word, what stands in a single one. (Reports and examples
        are for the caller to show to those who may read them.)
        """
        if not self._at:
            return Near((), (), ())
        one = self._profile(fact)
        alike = self._alike(fact)
        open_alike = alike
        if shared > 1:
            alone = likeness(self._blocks, one, below=shared + (fact.id in self._at))
            open_alike = np.maximum(alike - alone, 0.0)
            asked = {self._id(int(at)): int(at) for at in np.flatnonzero(alone) if self._owners[int(at)] != GONE}
            own = [asked[id] for id in readable(list(asked))]
            open_alike[own] = alike[own]
        owners = np.array(self._owners, dtype=np.int64)
        if fact.id in self._at:
            owners[self._at[fact.id]] = GONE
        scores = self._scores(open_alike, owners)
        worst = np.sort(scores)[-limit:][:1] if limit else np.ones(1) * 2  # equals of the last one may come before it
        found = np.flatnonzero((scores > 0) & (scores > worst - 1e-8))
        order = sorted(found, key=lambda at: (-round(float(scores[at]), 9), self._barriers[at]))
        return Near(
            tuple(self._suggestion(one, int(at), open_alike, owners, float(scores[at])) for at in order[:limit]),
            self._most_alike(alike, np.flatnonzero(owners == UNPLACED), others),
            self._most_alike(alike, np.flatnonzero(owners == EXAMPLE), others),
        )

    def alike(self, fact: Fact, most: int = 300) -> tuple[tuple[str, float], ...]:
        """Return the reports that are most like it, placed or not, best first, by id with how alike they are."""
        if not self._at:
            return ()
        owners = np.array(self._owners, dtype=np.int64)
        if fact.id in self._at:
            owners[self._at[fact.id]] = GONE
        known = np.flatnonzero((owners >= 0) | (owners == UNPLACED))
        return self._most_alike(self._alike(fact), known, most)

    def why(self, fact: Fact, id: str) -> tuple[Reason, ...]:
        """Return what a report and a known one have in common."""
        at = self._at.get(id)
        return self._why(self._profile(fact), at) if at is not None else ()

    def _profile(self, fact: Fact) -> Profile:
        """The profile of the report that is asked about, kept until another is."""
        if self._asked is None or self._asked[0] != fact:
            self._asked = fact, profile(fact, self._catalogue)
        return self._asked[1]

    def _alike(self, fact: Fact) -> Floats:
        """How alike the report that is asked about is to every row, kept until another is asked about or one comes."""
        if self._compared is None or self._compared[0] != fact:
            self._compared = fact, likeness(self._blocks, self._profile(fact))
        return self._compared[1]

    def looks_new(self, suggestions: Sequence[Suggestion]) -> bool:
        """Say whether the best suggestion is so weak that the report is more likely about something not yet
        known.
        """
        return not suggestions or suggestions[0].score < self.new_below()

    def settle(self) -> None:
        """Do now what the first question would have to wait for."""
        for block in self._blocks:
            block.weight(0)
        self.new_below()

    def new_below(self) -> float:
        """Return the score that all but one in twenty of the latest placed reports reach when they are ranked
        among the others.

        Learnt again when a twentieth more reports are known; where that takes seconds, when they are twice as many.
        """
        grown = 1.05 if len(self) <= MANY else 2
        if self._limit is None or len(self) > grown * self._limit[0] + 8:
            self._limit = len(self), self._learnt()
        return self._limit[1]

    def rules(self, fact: Fact, limit: int = 3) -> list[tuple[str, Reason]]:
        """Return the catalogue rules that a report points to, best first, each with its reason."""
        return rules(fact, self._catalogue, limit)

    def _scores(self, alike: Floats, owners: NDArray[np.int64]) -> Floats:
        """Half the mean and half the best similarity to a barrier's reports (measured best for known
        against new).
        """
        size = len(self._barriers)
        placed = owners >= 0
        numbers, near = owners[placed], alike[placed]
        best = np.zeros(size)
        np.maximum.at(best, numbers, near)
        count = np.maximum(np.bincount(numbers, minlength=size), 1)
        return 0.5 * np.bincount(numbers, weights=near, minlength=size) / count + 0.5 * best

    def _suggestion(self, one: Profile, at: int, alike: Floats, owners: NDArray[np.int64], score: float) -> Suggestion:
        own = np.flatnonzero(owners == at)
        nearest = self._first(own[alike[own] > alike[own].max() - 1e-9])
        return Suggestion(
            barrier=self._barriers[at],
            score=min(score, 1.0),
            reasons=self._why(one, nearest),
            nearest=self._id(nearest),
        )

    def _most_alike(self, alike: Floats, among: Rows, most: int) -> tuple[tuple[str, float], ...]:
        among = among[alike[among] > 0]
        if len(among) > most:
            among = among[np.argpartition(-alike[among], most)[:most]] if most else among[:0]
        found = ((self._id(int(at)), min(float(alike[at]), 1.0)) for at in among)
        return tuple(sorted(found, key=lambda pair: (-round(pair[1], 9), pair[0])))

    def _first(self, equal: Rows) -> int:
        """Of rows that are equally alike the one with the smallest id, in whatever order they came."""
        return min((int(at) for at in equal), key=self._id)

    def _id(self, at: int) -> str:
        fact = self._facts[at]
        return fact.id if fact is not None else ""

    def _why(self, one: Profile, at: int) -> tuple[Reason, ...]:
        fact = self._facts[at]
        return reasons(one, profile(fact, self._catalogue), self._blocks[0]) if fact is not None else ()

    def _learnt(self) -> float:
        owners = np.array(self._owners, dtype=np.int64)
        placed = np.flatnonzero(owners >= 0)
        sizes = np.bincount(owners[placed])
        latest = placed[sizes[owners[placed]] > 1][-LEARN_FROM if len(self) <= MANY else -LEARN_FROM_AMONG_MANY :]
        if len(latest) < 20:
            return NEW_BELOW
        best = [self._best_among_others(int(at), owners) for at in latest]
        return float(np.percentile(best, 5))

    def _best_among_others(self, at: int, owners: NDArray[np.int64]) -> float:
        fact = self._facts[at]
        if fact is None:
            return 0.0
        others = owners.copy()
        others[at] = GONE
        return float(self._scores(likeness(self._blocks, profile(fact, self._catalogue)), others).max())


def rules(fact: Fact, catalogue: Catalogue, limit: int = 3) -> list[tuple[str, Reason]]:
    """Return the catalogue rules that a report points to, best first, each with the words or the choice
    that says so.
    """
    found = terms(f"{fact.title}\n{fact.body}\n{fact.rule_hint}")
    strength = catalogue.likeness(term.stem for term in found)
    strength += BY_LEXICON * np.minimum(catalogue.points(found), 2)
    if fact.rule in catalogue.codes:
        strength[catalogue.codes.index(fact.rule)] += 1
    written = {term.stem: term.written for term in reversed(found)}
    codes = catalogue.codes
    order = sorted(np.flatnonzero(strength > 0.1), key=lambda at: (-round(float(strength[at]), 9), codes[at]))
    out: list[tuple[str, Reason]] = []
    for at in order[:limit]:
        code = codes[at]
        by_lexicon = {t.written for t in found if t.entry is not None and code in t.entry.rules}
        shared = {written[stem] for stem in written.keys() & catalogue.words[at]}
        said = tuple(dict.fromkeys((*sorted(by_lexicon), *sorted(shared, key=lambda w: (-len(w), w)))))[:4]
        out.append((code, Reason("rule", (code,)) if code == fact.rule else Reason("words", said)))
    return out


def says_enough(fact: Fact) -> bool:
    """Say whether a text that is still being written has words enough to look for its like."""
    return len({term.written for term in terms(f"{fact.title}\n{fact.body}")}) >= SAYS_SOMETHING


def reasons(one: Profile, other: Profile, words: Weighing, most: int = 4) -> tuple[Reason, ...]:
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


def weighty(one: Profile, other: Profile, words: Weighing, most: int) -> tuple[str, ...]:
    """Return the shared words that say most, as the first report wrote them.

    Party names are said elsewhere; thin words and bare numbers tell nothing. Where no other whole word is shared, the
    words most like a word of the other are returned (compounds, slips of the pen).
    """
    shared = one.written.keys() & other.written.keys()
    ordered = sorted(shared, key=lambda stem: (-words.weight(column(stem)), stem))
    said = dict.fromkeys(one.written[stem] for stem in ordered if _tells(stem, one.written[stem]))
    return tuple(said)[:most] or _kindred(one, other)


def _tells(stem: str, written: str) -> bool:
    return stem not in THIN and not stem.isdigit() and not parties.mentioned(written)


def _kindred(one: Profile, other: Profile) -> tuple[str, ...]:
    """The two words of the first report that share most runs of four letters with the other's words."""
    theirs = {run for word in other.written.values() for run in _runs(word)}
    own = {word: len(_runs(word) & theirs) for stem, word in one.written.items() if _tells(stem, word)}
    return tuple(sorted((word for word in own if own[word]), key=lambda word: (-own[word], word))[:2])


def _runs(word: str) -> set[str]:
    return {word[at : at + 4] for at in range(len(word) - 3)}


def analysed(facts: Iterable[Fact], catalogue: Sequence[RuleCard]) -> list[Profile]:
    """Analyse many reports against one catalogue."""
    known = Catalogue(catalogue)
    return [profile(fact, known) for fact in facts]
