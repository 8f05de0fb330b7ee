"""Which known barrier a new report is about, why, and whether it looks new.

The program ranks, a person decides. Barriers are chosen by the mean likeness to all their reports, which is known at
once for all (`postings`); only the best of them are looked at report by report (`candidates`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from deviations.domain import scoring
from deviations.domain.assigning import Ranked, ranked
from deviations.domain.candidates import (
    POOL,
    Candidates,
    Places,
    Readable,
    largest,
    latest,
    look,
    values,
    weighed,
)
from deviations.domain.facts import Fact, RuleCard
from deviations.domain.likeness import central, like
from deviations.domain.memory import EXAMPLE, UNPLACED, Memory
from deviations.domain.postings import Question
from deviations.domain.reasons import Reason, reasons, rules
from deviations.domain.rows import Floats
from deviations.domain.similarity import Catalogue, Profile, blocks, profile, rows
from deviations.domain.words import terms

SHOW_BARRIER = 0.10
"""A barrier less likely than this is not shown to somebody who is still writing (measured: docs/grouping.md)."""

SHOW_REPORT, SHOW_NEAREST = 0.21, 0.14
"""Nor is a report that is less alike than this, nor a barrier whose most alike report is."""

NEW_BELOW = 0.15
"""A report looks new when the nearest reports of its likeliest barriers are less alike than this, on average."""

NEAREST, OF_BARRIERS = 3, 5
"""So many of the nearest reports, in so many of the likeliest barriers, tell whether a report looks new."""

SAYS_SOMETHING = 3
"""A text of fewer different words that mean something is like anything."""

SHARED = 2
"""What a single report says is passed over for those who may not read them all."""


Told = tuple[tuple[str, float], ...]
"""Reports by id, with how alike they are (0-1), best first."""

FactOf = Callable[[Collection[str]], Mapping[str, Fact]]
"""The reports with these ids, as they stand now; nothing for those that are no more."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A known barrier for a report: how likely it is the right one (0-1), why, and the most alike report there.

    `alike` says how alike that report is (0-1), `closest` the same of the three nearest ones there, `values` are the
    numbers by which the barrier was judged (`scoring.FEATURES`).
    """

    barrier: str
    score: float
    reasons: tuple[Reason, ...]
    nearest: str
    alike: float = 0.0
    closest: tuple[float, ...] = ()
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """What is like a report: known barriers, unplaced reports and good examples, best first; and how likely it is that
    the report is about no known barrier (0-1, more is newer).
    """

    barriers: tuple[Suggestion, ...]
    reports: Told
    examples: Told
    new: float = 1.0


@dataclass(frozen=True, slots=True)
class Features:
    """Barriers that a report may be about, and a line of `scoring.FEATURES` for each."""

    barriers: tuple[str, ...]
    values: Floats


class Ranker:
    """Ranks the known barriers for a report, from the reports that people have placed; finds unplaced ones like it too.

    Reports come, move and go one by one; what is learnt so is what a ranker made anew would know.
    """

    def __init__(
        self,
        placed: Iterable[tuple[Fact, str | None]] = (),
        catalogue: Sequence[RuleCard] | Catalogue = (),
        fact_of: FactOf | None = None,
    ) -> None:
        """Learn from reports: pairs of a report and the id of its barrier, None for one that is in no barrier.

        A reason needs the text of the report that it is about: `fact_of` reads it; without, the ranker keeps all texts.
        """
        self._catalogue = catalogue if isinstance(catalogue, Catalogue) else Catalogue(catalogue)
        self._memory = Memory(blocks())
        self._texts: dict[str, Fact] | None = {} if fact_of is None else None
        self.fact_of = fact_of  # none: the texts kept here; a method of its own would keep the ranker alive
        self.weights = scoring.DEFAULT
        self._asked: tuple[Fact, Profile] | None = None
        for fact, barrier in placed:
            self.add(fact, barrier)

    def __len__(self) -> int:
        """How many reports it knows."""
        return len(self._memory)

    def add(self, fact: Fact, barrier: str | None = None, *, example: bool = False) -> None:
        """Let one more report count at once, in its barrier or in none, or as a good example.

        A report with an id that is known takes the place of the one known so far.
        """
        home = EXAMPLE if example else UNPLACED if barrier is None else self._memory.number(barrier)
        mark = hash((fact.title, fact.body, fact.agencies, fact.rule, fact.rule_hint))
        if self._memory.same(fact.id, mark):
            self._memory.move(fact.id, home)
        else:
            self._memory.add(fact.id, mark, rows(fact, self._catalogue), home)
        if self._texts is not None:
            self._texts[fact.id] = fact

    def remove(self, id: str) -> None:
        """Forget a report; one that is not known is no fault."""
        self._memory.remove(id)
        if self._texts is not None:
            self._texts.pop(id, None)

    def _facts(self, ids: Collection[str]) -> Mapping[str, Fact]:
        if self.fact_of is not None:
            return self.fact_of(ids)
        texts = self._texts or {}
        return {id: texts[id] for id in ids if id in texts}

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
        if not len(self):
            return Near((), (), ())
        self._memory.settle()
        own = self._memory.at.get(fact.id)
        question = self._question(fact, shared + (own is not None) if shared > 1 else 0)
        reports, examples = self._single(question, own, others) if others else ((), ())
        if not limit:
            return Near((), reports, examples)
        found = look(self._memory, question, own, readable)
        numbers = values(self._memory, question, found)
        told = self._suggested(fact, question, found, numbers, limit)
        return Near(told, reports, examples, 1.0 - nearness(told))

    def alike(self, fact: Fact, most: int = 300) -> Told:
        """Return the reports that are most like it, placed or not.

        Of placed ones, where there are many, only the latest of the barriers that are most like it are compared.
        """
        if not len(self):
            return ()
        self._memory.settle()
        own, question = self._memory.at.get(fact.id), self._question(fact)
        few = self._memory.few
        pool = look(self._memory, question, own, frozenset, len(self) if few else POOL)
        found = latest(self._memory, question, pool, len(self) if few else None)
        placed = found.places >= 0
        in_barriers = self._most_alike(found.alike[placed], found.places[placed], most)
        return _first([*in_barriers, *self._single(question, own, most)[0]], most)

    def why(self, fact: Fact, id: str) -> tuple[Reason, ...]:
        """Return what a report and a known one have in common."""
        if id not in self._memory.at:
            return ()
        self._memory.settle()
        return self._why(fact, self._facts([id]).get(id))

    def features(self, fact: Fact) -> Features:
        """Return the most likely barriers in no order, each with the numbers by which it is judged."""
        self._memory.settle()
        question, own = self._question(fact), self._memory.at.get(fact.id)
        found = look(self._memory, question, own, frozenset)
        return Features(self._names(found), values(self._memory, question, found))

    def likeliest(
        self,
        ids: Iterable[str],
        refused: Mapping[str, Collection[str]] | None = None,
        *,
        at_least: float | None = None,
    ) -> dict[str, str]:
        """Return the most likely barrier of each of these known, unplaced reports; none for one that looks new, or
        (given `at_least`) whose score there is lower.

        What was `refused` for a report, barriers by its id, is passed over. Many are ranked in much less time than one
        after the other, and every report of a barrier counts: not for those who may not read them all.
        """
        self._memory.settle()
        known = [id for id in ids if id in self._memory.at and self._memory.home(self._memory.at[id]) < 0]
        found: dict[str, str] = {}
        lines = ranked(self._memory, [self._memory.at[id] for id in known], self.weights)
        for id, line in zip(known, lines, strict=True):
            no = (refused or {}).get(id, ())
            left = [told for told in line if self._memory.names[told[0]] not in no]
            if left and self._is_known(left, at_least):
                found[id] = self._memory.names[left[0][0]]
        return found

    def _is_known(self, line: Ranked, at_least: float | None) -> bool:
        if at_least is not None:
            return line[0][1] >= at_least
        return scoring.looks_new(np.array([values for _, _, values in line]), self.weights) < 0.5

    def best_of(
        self,
        facts: Iterable[Fact],
        refused: Mapping[str, Collection[str]] | None = None,
        *,
        shared: int = 1,
        readable: Readable = frozenset,
    ) -> dict[str, str]:
        """Return the most likely barrier of each of these reports, as `rank` does; none for one that looks new."""
        found: dict[str, str] = {}
        for fact in facts if len(self) else ():
            self._memory.settle()
            own = self._memory.at.get(fact.id)
            question = self._question(fact, shared + (own is not None) if shared > 1 else 0)
            near = look(self._memory, question, own, readable)
            no, names = (refused or {}).get(fact.id, ()), self._names(near)
            left = near.only([at for at, name in enumerate(names) if name not in no])
            numbers = values(self._memory, question, left)
            for at in self._in_order(left, numbers)[:1] if scoring.looks_new(numbers, self.weights) < 0.5 else ():
                if latest(self._memory, question, left.only([at])).alike.max() > 0:
                    found[fact.id] = self._names(left)[at]
        return found

    def like_barriers(self, barrier: str, n: int = 5) -> list[tuple[str, float]]:
        """Return the barriers whose reports are most like those of one, best first, each with how alike (0-1)."""
        number = self._memory.number_of(barrier)
        if number is None or not self._memory.members[number]:
            return []
        self._memory.settle()
        return [(self._memory.names[at], alike) for at, alike in like(self._memory, number, n)]

    def typical(self, barrier: str) -> str | None:
        """Return the most central report of a barrier; None for one that has no report."""
        return next(iter(self.central(barrier)), None)

    def central(self, barrier: str) -> list[str]:
        """Return the reports of a barrier, the most central first; none for one that has no report."""
        number = self._memory.number_of(barrier)
        if number is None:
            return []
        self._memory.settle()
        return [self._memory.ids[at] for at in central(self._memory, number)]

    def looks_new(self, suggestions: Sequence[Suggestion]) -> bool:
        """Say whether a report with no better suggestions is more likely about something not yet known."""
        return nearness(suggestions) < NEW_BELOW

    def settle(self) -> None:
        """Do now what the first question would have to wait for."""
        self._memory.settle()

    def rules(self, fact: Fact, limit: int = 3) -> list[tuple[str, Reason]]:
        """Return the catalogue rules that a report points to, best first, each with its reason."""
        return rules(fact, self._catalogue, limit)

    def why_text(self, fact: Fact, other: Fact) -> tuple[Reason, ...]:
        """Return what a report and some other text, such as a barrier's own page, have in common."""
        return reasons(fact, other, self._catalogue, self._memory.blocks[0])

    def _profile(self, fact: Fact) -> Profile:
        """The profile of the report that is asked about, kept until another is."""
        if self._asked is None or self._asked[0] != fact:
            self._asked = fact, profile(fact, self._catalogue)
        return self._asked[1]

    def _question(self, fact: Fact, below: int = 0) -> Question:
        return Question(self._memory.blocks, self._profile(fact).blocks, below)

    def _suggested(
        self, fact: Fact, question: Question, found: Candidates, numbers: Floats, limit: int
    ) -> tuple[Suggestion, ...]:
        """The likeliest barriers that have anything in common with the report."""
        scores, names = scoring.scores(numbers, self.weights), self._names(found)
        order = self._in_order(found, numbers)[:limit]
        beside = latest(self._memory, question, found.only(order))
        alike = beside.alike.max(axis=1, initial=0.0)
        nearest = {
            at: (self._nearest(beside.alike[line], beside.places[line]), _closest(beside.alike[line]))
            for line, at in enumerate(order)
            if alike[line] > 0
        }
        facts = self._facts([id for id, _ in nearest.values()])
        return tuple(
            Suggestion(
                barrier=names[at],
                score=float(scores[at]),
                reasons=self._why(fact, facts.get(id)),
                nearest=id,
                alike=closest[0],
                closest=closest,
                values=tuple(numbers[at].tolist()),
            )
            for at, (id, closest) in nearest.items()
        )

    def _in_order(self, found: Candidates, numbers: Floats) -> list[int]:
        scores, names = scoring.scores(numbers, self.weights), self._names(found)
        return sorted(range(len(names)), key=lambda at: (-round(float(scores[at]), 9), names[at]))

    def _names(self, found: Candidates) -> tuple[str, ...]:
        return tuple(self._memory.names[number] for number in found.numbers.tolist())

    def _nearest(self, alike: Floats, places: Places) -> str:
        """Of a barrier's reports the one most alike; of equals the one with the smallest id, whoever came first."""
        equal = places[(alike > alike.max() - 1e-9) & (places >= 0)]
        return min(self._memory.ids[int(at)] for at in equal)

    def _single(self, question: Question, own: int | None, most: int) -> tuple[Told, Told]:
        """The unplaced reports and the good examples most like a question."""
        alike = weighed(self._memory.singles.ask(question.whole()))
        places, homes = self._memory.singles_at()
        alike[places == own] = 0.0
        unplaced, examples = (np.where(homes == home, alike, 0.0) for home in (UNPLACED, EXAMPLE))
        return self._most_alike(unplaced, places, most), self._most_alike(examples, places, most)

    def _most_alike(self, alike: Floats, places: Places, most: int) -> Told:
        """The most alike of reports at some places; none that is not alike at all."""
        told = [
            (self._memory.ids[places[at]], min(float(alike[at]), 1.0))
            for at in largest(alike, most).tolist()
            if alike[at] > 0
        ]
        return _first(told, most)

    def _why(self, one: Fact, other: Fact | None) -> tuple[Reason, ...]:
        return reasons(one, other, self._catalogue, self._memory.blocks[0]) if other is not None else ()


def says_enough(fact: Fact) -> bool:
    """Say whether a text that is still being written has words enough to look for its like."""
    return len({term.written for term in terms(f"{fact.title}\n{fact.body}")}) >= SAYS_SOMETHING


def _first(told: Iterable[tuple[str, float]], most: int) -> Told:
    """The first of some reports, those that are equally alike in order of id."""
    return tuple(sorted(told, key=lambda pair: (-round(pair[1], 9), pair[0]))[:most])


def nearness(suggestions: Sequence[Suggestion]) -> float:
    """Return how alike the nearest reports of the likeliest barriers are, on average (0-1): what tells best whether a
    report is about something known (measured: docs/grouping.md).
    """
    closest = sorted((one for told in suggestions[:OF_BARRIERS] for one in told.closest), reverse=True)[:NEAREST]
    return sum(closest) / len(closest) if closest else 0.0


def _closest(alike: Floats) -> tuple[float, ...]:
    """The largest of how alike a barrier's reports are, largest first."""
    return tuple(min(float(one), 1.0) for one in np.sort(alike[alike > 0])[::-1][:NEAREST])
