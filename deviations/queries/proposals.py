"""Reads the proposals for new barriers: groups of open reports in no barrier that are like each other and like no known
barrier. Few reports are grouped when the page is asked for; where they are many, the worker has grouped them.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.learnt import Fineness
from deviations.domain.proposals import held
from deviations.domain.roles import Actor
from deviations.domain.workflow import Kind, NotFound
from deviations.models import Deviation, GroupingRun
from deviations.queries import deviations, kin, learning, occurrences, visibility
from deviations.queries.groupings import UNPLACED, facts, grouped

if TYPE_CHECKING:
    from deviations.domain.clustering import Group, Link

LIVE = 300
"""So many unplaced reports are grouped while somebody waits: a second and a half at most."""

BESIDE = 150
"""So many other reports tell which words are rare when the reasons of a few groups are looked for."""

Groups = Sequence[Sequence[int]]


class State(StrEnum):
    """Whether there is anything to show: `LEARNING` while the reports are still being learnt, `UNCOUNTED` where they
    are many and the worker has not grouped them yet.
    """

    READY = "ready"
    LEARNING = "learning"
    UNCOUNTED = "uncounted"


@dataclass(frozen=True, slots=True)
class Counted:
    """The groups by the ids of their reports, largest first, the typical case of each first.

    `at` is when they were counted, None for just now; `since` how many unplaced reports have come afterwards.
    """

    groups: tuple[tuple[int, ...], ...] = ()
    state: State = State.READY
    at: datetime | None = None
    since: int = 0
    unplaced: int = 0

    def of(self, id: int) -> tuple[int, ...] | None:
        """The group that a report is in."""
        return next((group for group in self.groups if id in group), None)


@dataclass(frozen=True, slots=True)
class Member:
    """A report of a proposal, and the link by which it hangs on to the others (`Link.b` says to which); the typical
    case has none.
    """

    deviation: Deviation
    link: "Link | None" = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Reports that look like one barrier nobody has named yet: the typical case first, then as they hang together."""

    members: tuple[Member, ...]
    same: Mapping[int, int] = field(default_factory=dict)  # by report, how many have said "samma här" of it

    @property
    def central(self) -> Deviation:
        """The typical case."""
        return self.members[0].deviation

    @property
    def deviations(self) -> list[Deviation]:
        """Its reports."""
        return [member.deviation for member in self.members]

    @property
    def ids(self) -> tuple[int, ...]:
        """Their ids."""
        return tuple(member.deviation.id for member in self.members)

    @property
    def municipalities(self) -> int:
        """In how many municipalities they happened."""
        return len({one.municipality_id for one in self.deviations})

    @property
    def subprojects(self) -> int:
        """From how many subprojects they come."""
        return len({one.subproject_id for one in self.deviations})

    @property
    def weeks(self) -> int:
        """How many weeks were lost in all, as far as anybody said."""
        return sum(one.weeks_lost or 0 for one in self.deviations)

    @property
    def likeness(self) -> float:
        """How alike its reports are on the whole: the mean of the links that hold it together."""
        links = [member.link.likeness for member in self.members if member.link is not None]
        return sum(links) / len(links) if links else 0.0


def counted(session: Session, actor: Actor, fineness: Fineness = Fineness.MEDIUM) -> Counted:
    """The groups of the unplaced reports; none for who may not read them all.

    What is placed is in none of them, and what people said of two reports holds, also if they said it afterwards.
    """
    if not visibility.sees_small_counts(actor):
        return Counted()
    question = select(Deviation.id, Deviation.filed_at).where(visibility.deviations(actor), UNPLACED)
    found = session.execute(question.order_by(Deviation.id)).all()
    ids = [row.id for row in found]
    if len(ids) <= LIVE:
        groups = grouped(session, facts(session, ids), [fineness])
        if groups is None:
            return Counted(state=State.LEARNING, unplaced=len(ids))
        return Counted(_largest_first(groups[fineness]), unplaced=len(ids))
    run = session.get(GroupingRun, fineness)
    if run is None:
        return Counted(state=State.UNCOUNTED, unplaced=len(ids))
    there = set(ids)
    stored = [[id for id in group if id in there] for group in json.loads(run.groups)]
    return Counted(
        _largest_first(held(stored, kin.together(session, there), kin.apart(session, there))),
        at=run.at,
        since=sum(row.filed_at > run.at for row in found),
        unplaced=len(ids),
    )


def _largest_first(groups: Iterable[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(sorted((tuple(group) for group in groups), key=lambda group: (-len(group), min(group))))


def shown(session: Session, actor: Actor, groups: Groups) -> list[Proposal]:
    """These groups with their reports and why they hang together, in the order given.

    Reports that somebody has decided about in the meantime are left out, and groups of which only one is left.
    """
    from deviations.domain.clustering import described

    ids = {id for group in groups for id in group}
    found = {one.id: one for one in session.scalars(deviations.seen(actor).where(UNPLACED, Deviation.id.in_(ids)))}
    whole = [[str(id) for id in group if id in found] for group in groups]
    whole = [group for group in whole if len(group) > 1]
    told = facts(session, [*found, *_beside(session, actor, ids)])
    same = occurrences.counts(session, actor, list(found))
    made = described(whole, told, learning.rule_catalogue(session)) if whole else []
    return [Proposal(tuple(_members(group, found)), same) for group in made]


def _beside(session: Session, actor: Actor, ids: Collection[int]) -> list[int]:
    """Some other reports, the latest, so that a word that only these groups have is known to be rare."""
    question = select(Deviation.id).where(
        visibility.deviations(actor), Deviation.kind == Kind.DEVIATION, Deviation.id.not_in(ids)
    )
    return list(session.scalars(question.order_by(Deviation.id.desc()).limit(BESIDE)))


def _members(group: "Group", found: Mapping[int, Deviation]) -> Iterator[Member]:
    yield Member(found[int(group.central)])
    for link in group.links:
        yield Member(found[int(link.a)], link)


def titles(session: Session, actor: Actor, groups: Groups) -> list[str]:
    """The title of each group's first report, for a choice among many groups."""
    ids = [group[0] for group in groups]
    question = select(Deviation.id, Deviation.title).where(visibility.deviations(actor), Deviation.id.in_(ids))
    known: dict[int, str] = {row.id: row.title for row in session.execute(question)}
    return [known.get(id, "") for id in ids]


def chosen(session: Session, actor: Actor, ids: Sequence[int]) -> list[Deviation]:
    """Unplaced reports by id, in the order of the ids, for a barrier to be made of or to be said something of.

    Raises NotFound if none is given, or any is missing, placed or unseen.
    """
    question = deviations.seen(actor).where(Deviation.id.in_(ids), Deviation.barrier_id.is_(None))
    found = {one.id: one for one in session.scalars(question)}
    if not found or len(found) != len(set(ids)):
        raise NotFound
    return [found[id] for id in dict.fromkeys(ids)]
