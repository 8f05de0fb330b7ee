"""Reads what stands behind the steps of a history: the barrier or reason of a decision, what fired the policy, the
other barrier of a merge or split, and which decisions were undone.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.domain.workflow import Act
from deviations.models import AuditEntry, Barrier, Move, Ruling
from deviations.queries import visibility

TOLD = (Act.STEP, Act.MERGED, Act.SPLIT)
LINES = tuple(
    [f"{thing}.moved" for thing in ("deviation", "barrier", "letter")]
    + ["deviation.filed", "barrier.created", "letter.drafted", "barrier.merged", "barrier.split"]
)
"""The steps whose own lines in the audit log say more than the history does, and what those lines are called."""


@dataclass(frozen=True, slots=True)
class Background:
    """What stands behind some steps: by step its details and other barrier, by id the barriers' names, and the
    decisions by id.
    """

    details: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    others: Mapping[int, Barrier] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    rulings: Mapping[int, Ruling] = field(default_factory=dict)


def behind(session: Session, actor: Actor, moves: Sequence[Move]) -> Background:
    """What stands behind the steps of one thing's history. The caller has loaded the thing for the actor already."""
    details = _details(session, moves)
    others = _others(session, moves)
    ids = {told["barrier"] for told in details.values() if "barrier" in told}
    named = select(Barrier.id, Barrier.name).where(visibility.barriers(actor), Barrier.id.in_(ids))
    decided = {move.ruling_id for move in moves if move.ruling_id is not None}
    rulings = session.scalars(select(Ruling).where(Ruling.id.in_(decided))) if decided else ()
    return Background(
        details, others, {row.id: row.name for row in session.execute(named)}, {ruling.id: ruling for ruling in rulings}
    )


def _details(session: Session, moves: Sequence[Move]) -> dict[int, dict[str, Any]]:
    """The details of each step's own line in the audit log: of one thing at one moment they stand in the same order."""
    lines: dict[Any, list[str]] = defaultdict(list)
    subject = _subject(moves)
    found = session.execute(
        select(AuditEntry.at, AuditEntry.detail)
        .where(
            AuditEntry.at.in_({move.at for move in moves}), AuditEntry.subject == subject, AuditEntry.action.in_(LINES)
        )
        .order_by(AuditEntry.id)
    )
    for at, detail in found:
        lines[at].append(detail)
    steps: dict[Any, list[int]] = defaultdict(list)
    for move in sorted(moves, key=lambda move: move.id):
        if move.act in TOLD:
            steps[move.at].append(move.id)
    whole = [(ids, lines[at]) for at, ids in steps.items() if len(ids) == len(lines[at])]
    return {id: json.loads(told) for ids, said in whole for id, told in zip(ids, said, strict=True)}


def _subject(moves: Sequence[Move]) -> str:
    for move in moves:
        for name in ("deviation", "barrier", "letter"):
            id = getattr(move, f"{name}_id")
            if id is not None:
                return f"{name}:{id}"
    return ""


def _others(session: Session, moves: Sequence[Move]) -> dict[int, Barrier]:
    """By step of a merge or split the other barrier that it was about."""
    both = [Act.MERGED, Act.SPLIT]
    shared = {move.ruling_id: move for move in moves if move.act in both and move.ruling_id is not None}
    rows = session.execute(
        select(Move.ruling_id, Barrier)
        .join(Barrier, Barrier.id == Move.barrier_id)
        .where(Move.ruling_id.in_(shared), Move.act.in_(both))
    )
    known = ((shared[id], barrier) for id, barrier in rows if id is not None)
    return {move.id: barrier for move, barrier in known if barrier.id != move.barrier_id}
