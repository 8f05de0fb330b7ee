"""Proposals for new barriers: what people have said of reports holds also for groups counted before they said it, and
what a barrier made of some reports would most likely be called and be about.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from deviations.domain.days import SWEDEN
from deviations.domain.learnt import Fineness

SHARES: Mapping[Fineness, float] = {Fineness.COARSE: 0.35, Fineness.MEDIUM: 0.6, Fineness.FINE: 0.8}
"""How far on the way from what any two reports have in common to what a report and its nearest have groups are cut
(`clustering.group`).
"""

NIGHT = time(3, 40)
"""In the night, when nobody works and mail has long been sent, all unplaced reports are grouped anew."""

Groups = Sequence[Sequence[int]]
Pairs = Collection[tuple[int, int]]
Value = TypeVar("Value", bound=Hashable)


def held(groups: Groups, together: Pairs = (), apart: Pairs = ()) -> list[list[int]]:
    """The groups of two or more in which what people said of their reports holds; apart wins over together.

    A report goes with the first of those to which it belongs, in the order given, and with nobody from whom it is set
    apart. The same groups and words give the same groups.
    """
    points = _points(together, apart)
    clash = _both_ways(apart)
    taken: set[int] = set()
    found: list[list[int]] = []
    for group in (*groups, *points.values()):
        sides: list[list[int]] = []
        for point in dict.fromkeys(tuple(points.get(id, (id,))) for id in group if id not in taken):
            taken.update(point)
            side = next((one for one in sides if not _any_apart(one, point, clash)), None)
            if side is None:
                sides.append(list(point))
            else:
                side.extend(point)
        found.extend(side for side in sides if len(side) > 1)
    return found


def _points(together: Pairs, apart: Pairs) -> dict[int, list[int]]:
    """By report those that go where it goes, itself among them; a pair that would bring two together that are set
    apart is passed over.
    """
    clash = _both_ways(apart)
    points: dict[int, list[int]] = {}
    for a, b in sorted({(min(pair), max(pair)) for pair in together}):
        one, other = points.get(a, [a]), points.get(b, [b])
        if one is not other and not _any_apart(one, other, clash):
            whole = sorted([*one, *other])
            points.update(dict.fromkeys(whole, whole))
    return points


def _both_ways(pairs: Pairs) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return found


def _any_apart(some: Iterable[int], others: Collection[int], clash: Mapping[int, set[int]]) -> bool:
    return any(not clash.get(one, set()).isdisjoint(others) for one in some)


@dataclass(frozen=True, slots=True)
class Told:
    """What one report says of its barrier, by ids and codes of the catalogue; None or nothing where it is silent."""

    rule: int | None
    step: str | None = None
    agencies: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Likely:
    """What a barrier made of some reports is most likely about; None where they don't agree."""

    rule: int | None
    step: str | None
    agencies: tuple[int, ...]


def likely(reports: Sequence[Told]) -> Likely:
    """What most of the reports that say anything of it say: the rule and the step that more than half of these name,
    and the parties that at least half of those with any party name. Of equals, none.
    """
    named = [report.agencies for report in reports if report.agencies]
    counted = Counter(agency for agencies in named for agency in set(agencies))
    return Likely(
        rule=_most(report.rule for report in reports),
        step=_most(report.step for report in reports),
        agencies=tuple(sorted(agency for agency, count in counted.items() if 2 * count >= len(named))),
    )


def _most(values: Iterable[Value | None]) -> Value | None:
    counted = Counter(value for value in values if value is not None)
    if not counted:
        return None
    value, count = counted.most_common(1)[0]
    return value if 2 * count > counted.total() else None


def night_before(moment: datetime) -> datetime:
    """The last time at or before this moment at which all unplaced reports were due to be grouped anew."""
    here = moment.astimezone(SWEDEN)
    due = datetime.combine(here.date(), NIGHT, SWEDEN)
    return due if due <= here else datetime.combine(here.date() - timedelta(days=1), NIGHT, SWEDEN)
