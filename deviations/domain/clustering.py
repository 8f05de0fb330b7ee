"""Groups of reports that seem to be about the same thing, each link with its reason.

Proposals that a person decides on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from deviations.domain.facts import Fact, RuleCard
from deviations.domain.reasons import Reason, reasons
from deviations.domain.similarity import Catalogue, Index, Profile, among, indexes, profile, smoothed

AT_ONCE = 5_000
"""Reports compared all with all.

More are taken in portions whose groups are then compared by their typical case.
"""

USUAL_NEAREST = (0.19, 0.30)
"""How alike a report and its nearest usually are, smoothed.

With text only, and with parties and a rule named.
"""

LEAN = 20
"""How many reports what is usual counts for, against what these reports show."""

AT_LEAST = (0.075, 0.12)
"""How alike, unsmoothed, two branches must be on average to become one.

With text only, and with the fields filled.
"""

SURER = 0.2
"""How much finer the cut is where all parties and rules are named: then like reports are clearly nearer."""

WEAK = 0.65
"""A report leaves a group of three or more that it is less like than this share of what is usual. Measured: a third
fewer groups with a stranger in them, as many right pairs.
"""

FAR = 10
"""So many times as far from each other as strangers are those whom a person has set apart."""

Pairs = Collection[tuple[str, str]]
Likeness = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Link:
    """A report of a group (`a`) and the one by which it hangs on to the others: why, and how alike they are (0-1)."""

    a: str
    b: str
    reasons: tuple[Reason, ...]
    likeness: float


@dataclass
class Group:
    """Two or more reports that seem to be about the same thing; `central` is the typical case."""

    members: tuple[str, ...]
    links: tuple[Link, ...]
    central: str


def group(
    facts: Sequence[Fact],
    catalogue: Sequence[RuleCard] | Catalogue = (),
    *,
    fineness: float = 0.5,
    together: Pairs = (),
    apart: Pairs = (),
    explained: bool = True,
) -> list[Group]:
    """Return the groups among the reports, largest first; a report in no group stands alone.

    `fineness` goes from 0 (coarse) to 1 (fine): the cut lies that far on the way from what any two of these
    reports have in common to what a report has in common with its nearest. What a person said belongs
    `together` or `apart` always holds; where the two contradict each other, apart wins. The same reports
    give the same groups, in whatever order. Where nobody reads why (not `explained`), links have no reasons, which
    cost about a millisecond each.
    """
    order = sorted(range(len(facts)), key=lambda at: (facts[at].id, facts[at].title, facts[at].body, at))
    ordered, known = [facts[at] for at in order], _known(catalogue)
    profiles = [profile(fact, known) for fact in ordered]
    wishes = _Wishes(profiles, together, apart)
    points = wishes.points(ordered)
    reports = _Reports(profiles, indexes(profiles), wishes, order, ordered, known, explained)
    found = _groups(points, reports, min(max(fineness, 0.0), 1.0))
    made = [members for members in found if len(members) > 1]
    made.sort(key=lambda members: (-len(members), min(order[at] for at in members)))
    return [_described(members, reports) for members in made]


def described(
    groups: Sequence[Collection[str]], facts: Sequence[Fact], catalogue: Sequence[RuleCard] | Catalogue = ()
) -> list[Group]:
    """Return the typical case and the links of groups that are known already, in the order given.

    Among `facts` are all their reports; what is rare among these weighs most.
    """
    order = sorted(range(len(facts)), key=lambda at: facts[at].id)
    ordered, known = [facts[at] for at in order], _known(catalogue)
    profiles = [profile(fact, known) for fact in ordered]
    reports = _Reports(profiles, indexes(profiles), _Wishes(profiles, (), ()), order, ordered, known)
    place = {one.id: at for at, one in enumerate(profiles)}
    return [_described(sorted(place[id] for id in members), reports) for members in groups]


def _known(catalogue: Sequence[RuleCard] | Catalogue) -> Catalogue:
    return catalogue if isinstance(catalogue, Catalogue) else Catalogue(catalogue)


class _Wishes:
    """What people have said about pairs of reports, as places in the sorted list."""

    def __init__(self, profiles: Sequence[Profile], together: Pairs, apart: Pairs) -> None:
        place = {one.id: at for at, one in enumerate(profiles)}
        self._profiles = profiles
        self.apart: Mapping[int, frozenset[int]] = _both_ways(_places(apart, place))
        self._together = sorted(_places(together, place))

    def points(self, facts: Sequence[Fact]) -> list[list[int]]:
        """Return what moves as one.

        Reports a person put together, and word-for-word copies. Apart is respected.
        """
        owner = list(range(len(facts)))
        members = {at: [at] for at in owner}
        for a, b in (*self._together, *self._copies(facts)):
            one, two = sorted((owner[a], owner[b]))
            if one == two or self.clash(members[one], members[two]):
                continue
            members[one] += members.pop(two)
            for at in members[one]:
                owner[at] = one
        return [sorted(members[at]) for at in sorted(members)]

    def clash(self, some: Collection[int], others: Collection[int]) -> bool:
        """Say whether a person has set anyone of the first apart from anyone of the second."""
        if not self.apart:
            return False
        other = set(others)
        return any(not other.isdisjoint(self.apart.get(at, frozenset())) for at in some)

    def apart_points(self, points: Sequence[list[int]]) -> Iterator[tuple[int, int]]:
        """The pairs of points of which a person has set anyone apart from anyone of the other, by place."""
        home = {at: number for number, point in enumerate(points) for at in point}
        for at, others in self.apart.items():
            yield from ((home[at], home[other]) for other in others if at in home and other in home)

    def _copies(self, facts: Sequence[Fact]) -> Iterator[tuple[int, int]]:
        same: dict[object, list[int]] = defaultdict(list)
        for at, fact in enumerate(facts):
            if self._profiles[at].says_something and at not in self.apart:
                same[(fact.title, fact.body, fact.agencies, fact.rule, fact.rule_hint)].append(at)
        for copies in same.values():
            yield from ((copies[0], copy) for copy in copies[1:])


def _places(pairs: Pairs, place: Mapping[str, int]) -> set[tuple[int, int]]:
    known = ((place[a], place[b]) for a, b in pairs if a in place and b in place)
    return {(min(pair), max(pair)) for pair in known if pair[0] != pair[1]}


def _both_ways(pairs: Collection[tuple[int, int]]) -> dict[int, frozenset[int]]:
    out: dict[int, set[int]] = defaultdict(set)
    for a, b in pairs:
        out[a].add(b)
        out[b].add(a)
    return {at: frozenset(others) for at, others in out.items()}


@dataclass(frozen=True, slots=True)
class _Reports:
    """All that is known of the reports while they are grouped.

    `order` is their place in the caller's list.
    """

    profiles: Sequence[Profile]
    blocks: Sequence[Index]
    wishes: _Wishes
    order: Sequence[int]
    facts: Sequence[Fact]
    catalogue: Catalogue
    explained: bool = True


def _groups(points: Sequence[list[int]], reports: _Reports, fineness: float) -> list[list[int]]:
    """Group points (lists of reports that move as one) and return lists of reports.

    At most `AT_ONCE` at a time.
    """
    if len(points) > AT_ONCE:
        portions = (points[start : start + AT_ONCE] for start in range(0, len(points), AT_ONCE))
        fewer = [made for portion in portions for made in _groups(portion, reports, fineness)]
        return fewer if len(fewer) > 0.9 * len(points) else _groups(sorted(fewer), reports, fineness)
    silent = [point for point in points if not any(reports.profiles[at].says_something for at in point)]
    speaking = [point for point in points if any(reports.profiles[at].says_something for at in point)]
    if len(speaking) < 2:
        return [*speaking, *silent]
    plain = _of_points(speaking, reports.blocks)
    likeness = smoothed(plain, min(8, len(speaking) // 5))  # among few, the nearest are not near
    named = _named(speaking, reports.profiles)
    cut = _cut(likeness, min(fineness * (1 + SURER * named), 1.0), named)
    limits = _Limits(cut, 2 * fineness * _between(AT_LEAST, named))
    branches = _cut_down(likeness, plain, limits, speaking, reports.wishes)
    kept = _let_go(branches, plain, WEAK * min(2 * fineness, 1.0))
    return [*sorted(_reports(speaking, branch) for branch in kept), *silent]


@dataclass(frozen=True, slots=True)
class _Limits:
    """How alike branches must be to become one: smoothed, and as they are."""

    smoothed: float
    plain: float


def _named(points: Sequence[list[int]], profiles: Sequence[Profile]) -> float:
    """The share of parties and rules that were named where they could have been."""
    blocks = [profiles[at].blocks for point in points for at in point]
    return sum((len(one[2][0]) > 0) + (len(one[3][0]) > 0) for one in blocks) / (2 * len(blocks))


def _of_points(points: Sequence[list[int]], blocks: Sequence[Index], most: int = 4) -> Likeness:
    """Return how alike points are: the mean over (the first few of) their reports."""
    rows = [at for point in points for at in point[:most]]
    likeness = among(blocks, rows)
    if len(rows) == len(points):
        return likeness
    sizes = np.array([min(len(point), most) for point in points])
    owner = np.repeat(np.arange(len(points)), sizes)
    places = (owner, np.arange(len(rows)))
    share = sparse.csr_array((1 / sizes[owner], places), shape=(len(points), len(rows)))
    half = share @ likeness
    return np.asarray(share @ half.T, dtype=np.float32)


def _cut(likeness: Likeness, fineness: float, named: float) -> float:
    """Return how alike groups must be to become one: between any two reports (median) and a report and its
    nearest.

    Few reports say little about either, so the cut leans on what is usual until there are some tens of
    them. `named` is the share of reports that name parties or a rule.
    """
    size = len(likeness)
    others = likeness.copy()
    np.fill_diagonal(others, -1)
    nearest = float(np.median(others.max(axis=1)))
    common = float(np.median(others[others >= 0])) if size > 2 else 0.0
    usual = fineness * _between(USUAL_NEAREST, named)
    learnt = common + fineness * (nearest - common)
    return (size * learnt + LEAN * usual) / (size + LEAN)


def _between(ends: tuple[float, float], named: float) -> float:
    return ends[0] + named * (ends[1] - ends[0])


def _cut_down(
    likeness: Likeness, plain: Likeness, limits: _Limits, points: Sequence[list[int]], wishes: _Wishes
) -> list[list[int]]:
    """Build the tree of average linkage on the smoothed likeness and join branches that are alike enough.

    Branches also have to be a little alike as they are: smoothing alone makes strangers of lonely reports
    look near.
    """
    top = float(likeness.max())
    distance = np.clip(top - likeness, 0, None)
    for a, b in wishes.apart_points(points):
        distance[a, b] = distance[b, a] = FAR * top  # else the two would meet early, and nobody could join them then
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    branches: list[list[int] | None] = [[at] for at in range(len(points))]
    kept = {at: [at] for at in range(len(points))}
    for a, b, far, _ in tree:
        left, right = branches[int(a)], branches[int(b)]
        joined = None
        if (
            left is not None
            and right is not None
            and top - far >= limits.smoothed
            and float(plain[np.ix_(left, right)].mean()) >= limits.plain
            and not wishes.clash(_reports(points, left), _reports(points, right))
        ):
            joined = left + right
            del kept[int(a)], kept[int(b)]
            kept[len(branches)] = joined
        branches.append(joined)
    return list(kept.values())


def _let_go(branches: Sequence[list[int]], plain: Likeness, weak: float) -> list[list[int]]:
    """Let points stand alone that are much less like their branch than is usual: strangers that smoothing drew in.

    A point's place is its mean likeness, as it is, to the others of its branch; it leaves below the share `weak` of the
    median over all branches. One of two stays: there is no telling which of them would be the stranger.
    """
    together = [branch for branch in branches if len(branch) > 1]
    places = [(plain[np.ix_(one, one)].sum(axis=1) - plain[one, one]) / (len(one) - 1) for one in together]
    least = weak * float(np.median(np.concatenate(places))) if places else 0.0
    out = [branch for branch in branches if len(branch) == 1]
    for branch, place in zip(together, places, strict=True):
        gone = [at for at, near in zip(branch, place, strict=True) if near < least] if len(branch) > 2 else []
        out += [[at] for at in gone]
        out += [[at for at in branch if at not in gone]] if len(gone) < len(branch) else []
    return out


def _reports(points: Sequence[list[int]], branch: Sequence[int]) -> list[int]:
    return sorted(at for point in branch for at in points[point])


def _described(members: Sequence[int], reports: _Reports) -> Group:
    """Name the typical case of a group and the links that hold it together: a tree of the strongest ones."""
    kinds: dict[bytes, int] = {}
    copies: list[tuple[int, int]] = []
    for at in members:
        first = kinds.setdefault(reports.profiles[at].blocks[1][0].tobytes(), at)
        if first != at:
            copies.append((first, at))
    own = list(kinds.values())
    likeness = among(reports.blocks, own)
    central = int(np.argmax(np.round(likeness.sum(axis=1), 4)))
    pairs = [(own[new], own[taken], float(likeness[new, taken])) for taken, new in _strongest(likeness, central)]
    pairs += [(copy, first, 1.0) for first, copy in copies]
    names = [reports.profiles[at] for at in sorted(members, key=lambda at: reports.order[at])]
    return Group(
        members=tuple(one.id for one in names),
        links=tuple(_link(reports, a, b, alike) for a, b, alike in pairs),
        central=reports.profiles[own[central]].id,
    )


def _link(reports: _Reports, a: int, b: int, alike: float) -> Link:
    one, other = reports.facts[a], reports.facts[b]
    why = reasons(one, other, reports.catalogue, reports.blocks[0]) if reports.explained else ()
    return Link(one.id, other.id, why, min(alike, 1.0))


def _strongest(likeness: Likeness, start: int) -> list[tuple[int, int]]:
    """Prim's tree: from the typical case, always the report that is most like one already taken."""
    best = likeness[start].copy()
    toward = np.full(len(likeness), start)
    best[start] = -1
    out: list[tuple[int, int]] = []
    for _ in range(len(likeness) - 1):
        taken = int(np.argmax(best))
        out.append((int(toward[taken]), taken))
        closer = (likeness[taken] > best) & (best >= 0)
        best[closer], toward[closer] = likeness[taken][closer], taken
        best[taken] = -1
    return out
