"""The life of a deviation and of a barrier: states, the moves between them, who may make them, what each must say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from deviations.domain.roles import Actor, Role


class Kind(StrEnum):
    """What was filed: something that does not work, a guldkorn that works unusually well, or that it happened here too.

    `SAME_HERE` is an occurrence filed by one press on what is known already: a day, a municipality and one line. It is
    evidence as any report is.
    """

    DEVIATION = "deviation"
    GOOD_EXAMPLE = "good_example"
    SAME_HERE = "same_here"


class Status(StrEnum):
    """Where a deviation is in its life (design, section 3)."""

    DRAFT = "draft"
    FILED = "filed"
    IN_REVIEW = "in_review"
    NEEDS_FACTS = "needs_facts"
    LOCAL_ACTION = "local_action"
    SOLVED_LOCALLY = "solved_locally"
    JOINED = "joined"
    CLOSED = "closed"


OPEN = (Status.FILED, Status.IN_REVIEW, Status.NEEDS_FACTS, Status.LOCAL_ACTION)
ENDED = (Status.SOLVED_LOCALLY, Status.JOINED, Status.CLOSED)


class CloseReason(StrEnum):
    """Why a deviation was closed without a barrier or a local solution."""

    DUPLICATE = "duplicate"
    NOT_A_DEVIATION = "not_a_deviation"
    INFORMATION = "information"
    WRITTEN_OFF = "written_off"


class Step(StrEnum):
    """Where in the way between the parties the handover stopped."""

    INTAKE = "intake"
    ASSESSMENT = "assessment"
    PLANNING = "planning"
    PLACEMENT = "placement"
    INCOME = "income"
    HANDOVER = "handover"
    FOLLOW_UP = "follow_up"


class Obstacle(StrEnum):
    """What kind of thing the barrier is; it decides who is addressed (design, section 3)."""

    LAW = "law"
    ORDINANCE = "ordinance"
    REGULATION = "regulation"
    GUIDELINE = "guideline"
    PRACTICE = "practice"
    INFORMATION = "information"
    RESOURCES = "resources"
    AGREEMENT = "agreement"


class Act(StrEnum):
    """What a row of the history tells: a step to another state, or one of the few things done without leaving it."""

    STEP = "step"
    COMPLETED = "completed"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    MERGED = "merged"
    SPLIT = "split"
    UNDONE = "undone"


class Queue(StrEnum):
    """Whom an open report waits for: the weekly review, its reporter's facts, or the subproject's lead."""

    NEW = "new"
    FACTS = "facts"
    LEAD = "lead"


QUEUES: Mapping[Status, Queue] = {
    Status.FILED: Queue.NEW,
    Status.IN_REVIEW: Queue.NEW,
    Status.NEEDS_FACTS: Queue.FACTS,
    Status.LOCAL_ACTION: Queue.LEAD,
}
"""The queue of each open state; the others are in none."""


class NotAllowed(Exception):
    """A move that the state or the person's role does not admit. `code` says which sentence to show."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotFound(Exception):
    """Nothing with that id, or nothing that this person may see: the answer is the same (design, section 4)."""


class Incomplete(NotAllowed):
    """A move that lacks what it must say: a question, a solution, a barrier, a reason."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One allowed step: who may take it, and what it needs (`note`, `solution`, `barrier`, `reason`, `until`)."""

    roles: frozenset[Role]
    needs: str | None = None
    by_author: bool = False


_BOTH = frozenset({Role.COORDINATOR, Role.LEAD})
_ONE = frozenset({Role.COORDINATOR})

MOVES: Mapping[tuple[Status, Status], Rule] = {
    (Status.DRAFT, Status.FILED): Rule(frozenset(), by_author=True),
    # "Same here" is said of a barrier that people know; a coordinator can take it out again like any report.
    (Status.DRAFT, Status.JOINED): Rule(frozenset(), "barrier", by_author=True),
    (Status.FILED, Status.IN_REVIEW): Rule(_BOTH),
    (Status.IN_REVIEW, Status.NEEDS_FACTS): Rule(_ONE, "note"),
    (Status.IN_REVIEW, Status.LOCAL_ACTION): Rule(_BOTH),
    (Status.IN_REVIEW, Status.SOLVED_LOCALLY): Rule(_BOTH, "solution"),
    (Status.IN_REVIEW, Status.JOINED): Rule(_ONE, "barrier"),
    (Status.IN_REVIEW, Status.CLOSED): Rule(_ONE, "reason"),
    (Status.NEEDS_FACTS, Status.IN_REVIEW): Rule(_ONE, "note", by_author=True),
    (Status.LOCAL_ACTION, Status.SOLVED_LOCALLY): Rule(_BOTH, "solution"),
    (Status.LOCAL_ACTION, Status.IN_REVIEW): Rule(_BOTH, "note"),
    (Status.SOLVED_LOCALLY, Status.IN_REVIEW): Rule(_BOTH, "note", by_author=True),
    (Status.JOINED, Status.IN_REVIEW): Rule(_ONE, "note"),
    (Status.JOINED, Status.JOINED): Rule(_ONE, "barrier"),
    (Status.CLOSED, Status.IN_REVIEW): Rule(_ONE, "note"),
}


ACTS: Mapping[tuple[Act, Status], Rule] = {
    (Act.SNOOZED, Status.FILED): Rule(_ONE, "until"),  # taken into review by it
    (Act.SNOOZED, Status.IN_REVIEW): Rule(_ONE, "until"),
    (Act.WOKEN, Status.IN_REVIEW): Rule(_ONE),
    (Act.EXTENSION_ASKED, Status.LOCAL_ACTION): Rule(frozenset({Role.LEAD}), "until"),
    (Act.EXTENDED, Status.LOCAL_ACTION): Rule(_ONE, "until"),
    (Act.EXTENSION_REFUSED, Status.LOCAL_ACTION): Rule(_ONE, "note"),
}
"""What may be done with a report that stays in its state. Completing and undoing have conditions of their own."""

UNDO_WITHIN = timedelta(hours=24)
"""So long a decision can be taken back in one press. After that people have acted on it: then it takes a new step."""


def check_undo(actor: Actor, taken_by: int, taken_at: datetime, at: datetime, *, undone: bool, changed: bool) -> None:
    """Raises NotAllowed unless this person may undo a decision now: her own, once, within a day, and only while nothing
    has happened since to what it was about (`undo_not_yours`, `undone_already`, `undo_too_late`, `undo_changed`).
    """
    refusals = {
        "undo_not_yours": actor.id != taken_by,
        "undone_already": undone,
        "undo_too_late": at - taken_at > UNDO_WITHIN,
        "undo_changed": changed,
    }
    for code, refused in refusals.items():
        if refused:
            raise NotAllowed(code)


def may_act(actor: Actor, act: Act, status: Status, *, subproject: int) -> bool:
    """Whether this person may do this with a report in this state: a lead in her own subproject only."""
    rule = ACTS.get((act, status))
    if rule is None:
        return False
    if Role.COORDINATOR in rule.roles and actor.has(Role.COORDINATOR):
        return True
    return Role.LEAD in rule.roles and subproject in actor.subprojects(Role.LEAD)


def may(actor: Actor, source: Status, target: Status, *, subproject: int, author: int) -> bool:
    """Whether this person may take this one step with a deviation of this subproject and author.

    A lead's moves hold in her own subproject only; the author's in her own reports only.
    """
    rule = MOVES.get((source, target))
    if rule is None:
        return False
    if rule.by_author and actor.id == author:
        return True
    if Role.COORDINATOR in rule.roles and actor.has(Role.COORDINATOR):
        return True
    return Role.LEAD in rule.roles and subproject in actor.subprojects(Role.LEAD)


def route(source: Status, target: Status) -> tuple[Status, ...]:
    """The steps from one state to another: a report just filed is taken into review on its way to any decision.

    Raises NotAllowed when there is no such way.
    """
    if (source, target) in MOVES:
        return (target,)
    if source is Status.FILED and (Status.IN_REVIEW, target) in MOVES:
        return (Status.IN_REVIEW, target)
    raise NotAllowed("no_such_move")


def targets(actor: Actor, source: Status, *, subproject: int, author: int) -> tuple[Status, ...]:
    """The states to which this person may take the deviation now, in the order of `Status`."""
    found = []
    for target in Status:
        try:
            steps = route(source, target)
        except NotAllowed:
            continue
        path = zip((source, *steps), steps, strict=False)
        if all(may(actor, a, b, subproject=subproject, author=author) for a, b in path):
            found.append(target)
    return tuple(found)


class BarrierStatus(StrEnum):
    """Where a barrier is in its life (design, section 3). `undone` is one that was made by a decision taken back at
    once: nobody sees it, and its history stays true.
    """

    WATCHED = "watched"
    RECURRING = "recurring"
    ESCALATED = "escalated"
    ANSWERED = "answered"
    REMOVED = "removed"
    WRITTEN_OFF = "written_off"
    RETURNED = "returned"
    UNDONE = "undone"


BARRIER_MOVES: Mapping[BarrierStatus, frozenset[BarrierStatus]] = {
    BarrierStatus.WATCHED: frozenset({BarrierStatus.RECURRING, BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF}),
    BarrierStatus.RECURRING: frozenset({BarrierStatus.ESCALATED, BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF}),
    BarrierStatus.ESCALATED: frozenset({BarrierStatus.ANSWERED, BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF}),
    BarrierStatus.ANSWERED: frozenset({BarrierStatus.ESCALATED, BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF}),
    BarrierStatus.REMOVED: frozenset({BarrierStatus.RETURNED}),
    BarrierStatus.WRITTEN_OFF: frozenset({BarrierStatus.RETURNED}),
    BarrierStatus.RETURNED: frozenset(
        {BarrierStatus.RECURRING, BarrierStatus.ESCALATED, BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF}
    ),
    BarrierStatus.UNDONE: frozenset(),
}

BY_HAND = frozenset({BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF, BarrierStatus.RETURNED})


def check_barrier_move(source: BarrierStatus, target: BarrierStatus) -> None:
    """Raises NotAllowed when a barrier can't go from one state to the other."""
    if target not in BARRIER_MOVES[source]:
        raise NotAllowed("no_such_move")
