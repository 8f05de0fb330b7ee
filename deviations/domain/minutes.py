"""The minutes of a weekly review: what was decided, what became of barriers and what waits for whom, in ids, counts and
days. Titles and names are looked up when the minutes are shown, so that they hold nothing that a reader may not see.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from deviations.domain.workflow import Act, BarrierStatus, CloseReason, Status


class Outcome(StrEnum):
    """What was decided about a report, in the order in which the minutes tell it."""

    JOINED = "joined"
    LOCAL_ACTION = "local_action"
    SOLVED_LOCALLY = "solved_locally"
    NEEDS_FACTS = "needs_facts"
    DUPLICATE = "duplicate"
    CLOSED = "closed"
    SNOOZED = "snoozed"
    EXTENDED = "extended"
    TAKEN_UP = "taken_up"


class Event(StrEnum):
    """What became of a barrier, in the order in which the minutes tell it."""

    NEW = "new"
    RECURRING = "recurring"
    RETURNED = "returned"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a report's history that a decision of the review made, and where the report is when the review ends.

    `until` is the day that the row set; `due` the promised day that the report has now.
    """

    ruling: int
    deviation: int
    subproject: int
    target: Status
    act: Act = Act.STEP
    until: date | None = None
    status: Status | None = None
    due: date | None = None
    barrier: int | None = None
    original: int | None = None
    reason: CloseReason | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What was decided about one report. `until` is the day by which, or on which, something is to happen."""

    outcome: Outcome
    ruling: int
    deviation: int
    subproject: int
    barrier: int | None = None
    original: int | None = None
    reason: CloseReason | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class BarrierLine:
    """What became of one barrier, and by which decision."""

    event: Event
    ruling: int
    barrier: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was waiting in one subproject when the review ended; `first` are the local actions that are promised first,
    with their days.
    """

    subproject: int
    local: int = 0
    overdue: int = 0
    asked: int = 0
    queued: int = 0
    snoozed: int = 0
    first: tuple[tuple[int, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Minutes:
    """All that a review's minutes tell."""

    lines: tuple[Line, ...] = ()
    barriers: tuple[BarrierLine, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    def of(self, subprojects: Collection[int]) -> "Minutes":
        """The part that a lead of these subprojects may read: her own lines, and what became of the barriers."""
        return replace(
            self,
            lines=tuple(line for line in self.lines if line.subproject in subprojects),
            waiting=tuple(one for one in self.waiting if one.subproject in subprojects),
        )


def lines(steps: Iterable[Step]) -> tuple[Line, ...]:
    """One line for each report, by its last decision, oldest first; steps are given in the order in which they were
    taken. What came along when barriers were merged or split is told of the barriers alone.
    """
    last: dict[int, Line] = {}
    for step in steps:
        if (line := _line(step)) is not None:
            last.pop(step.deviation, None)
            last[step.deviation] = line
    return tuple(last.values())


def _line(step: Step) -> Line | None:
    found = Line(_PLAIN.get(step.target, Outcome.TAKEN_UP), step.ruling, step.deviation, step.subproject)
    there = step.status in (None, step.target)  # else the report has gone on since, and its fields tell of that
    match step.act, step.target:
        case Act.SNOOZED, _:
            return replace(found, outcome=Outcome.SNOOZED, until=step.until)
        case Act.EXTENDED, _:
            return replace(found, outcome=Outcome.EXTENDED, until=step.until)
        case Act.WOKEN, _:
            return replace(found, outcome=Outcome.TAKEN_UP)
        case Act.STEP, Status.JOINED:
            return replace(found, barrier=step.barrier if there else None)
        case Act.STEP, Status.LOCAL_ACTION:
            return replace(found, until=step.due if there else None)
        case Act.STEP, Status.CLOSED if there and step.reason is CloseReason.DUPLICATE:
            return replace(found, outcome=Outcome.DUPLICATE, original=step.original)
        case Act.STEP, Status.CLOSED:
            return replace(found, reason=step.reason if there else None)
        case Act.STEP, _:
            return found
    return None


_PLAIN = {
    Status.JOINED: Outcome.JOINED,
    Status.LOCAL_ACTION: Outcome.LOCAL_ACTION,
    Status.SOLVED_LOCALLY: Outcome.SOLVED_LOCALLY,
    Status.NEEDS_FACTS: Outcome.NEEDS_FACTS,
    Status.CLOSED: Outcome.CLOSED,
}


def event(act: Act, source: BarrierStatus | None, target: BarrierStatus) -> Event | None:
    """What a row of a barrier's history tells in the minutes; None for what they leave out."""
    if act in (Act.MERGED, Act.SPLIT):
        return Event(act)
    if act is not Act.STEP:
        return None
    if source is None:
        return Event.NEW
    return {BarrierStatus.RECURRING: Event.RECURRING, BarrierStatus.RETURNED: Event.RETURNED}.get(target)


def as_json(minutes: Minutes) -> str:
    """The minutes as they are kept with the review."""
    told = {
        "lines": [_bare(line) for line in minutes.lines],
        "barriers": [_bare(line) for line in minutes.barriers],
        "waiting": [_bare(one) for one in minutes.waiting],
    }
    return json.dumps(told, default=date.isoformat, separators=(",", ":"))


def _bare(row: Line | BarrierLine | Waiting) -> dict[str, object]:
    return {name: value for name, value in asdict(row).items() if value not in (None, 0, ())}


def from_json(text: str) -> Minutes:
    """The kept minutes."""
    told = json.loads(text)
    return Minutes(
        lines=tuple(_read_line(row) for row in told["lines"]),
        barriers=tuple(BarrierLine(**{**row, "event": Event(row["event"])}) for row in told["barriers"]),
        waiting=tuple(_read_waiting(row) for row in told["waiting"]),
    )


def _read_line(row: dict[str, Any]) -> Line:
    reason, until = row.get("reason"), row.get("until")
    return Line(
        **{
            **row,
            "outcome": Outcome(row["outcome"]),
            "reason": CloseReason(reason) if reason else None,
            "until": date.fromisoformat(until) if until else None,
        }
    )


def _read_waiting(row: dict[str, Any]) -> Waiting:
    first = tuple((id, date.fromisoformat(day) if day else None) for id, day in row.get("first", ()))
    return Waiting(**{**row, "first": first})
