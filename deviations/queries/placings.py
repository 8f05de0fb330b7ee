"""Reads in which barrier reports stood at some moment, from the history and the audit log: nothing that was moved,
merged, split or undone later changes the answer.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Status
from deviations.models import AuditEntry, Barrier, Deviation, Move, Ruling, Verdict

PORTION = 500
"""So many ids fit well into one question."""

Changed = Mapping[str, Mapping[str, Sequence[int | None]]]
LINES = ("deviation.filed", "deviation.moved", "deviation.undone")


def as_of(session: Session, barrier: Barrier, at: datetime, known: Collection[int] = ()) -> list[int]:
    """The ids of the reports that were placed in a barrier at a moment, in order.

    Those that may have been are the ones that are there now, the ones of which somebody has said whether they belong
    there, and those `known` to have been.
    """
    here = session.scalars(select(Deviation.id).where(Deviation.barrier_id == barrier.id))
    said = session.scalars(select(Verdict.deviation_id).where(Verdict.barrier_id == barrier.id))
    ids = sorted({*here, *said, *known})
    portions = (ids[start : start + PORTION] for start in range(0, len(ids), PORTION))
    return [id for portion in portions for id, home in _homes(session, portion, at) if home == barrier.id]


def _homes(session: Session, ids: Sequence[int], at: datetime) -> Iterator[tuple[int, int | None]]:
    """The barrier of each report at that moment: its steps are gone through from the first."""
    homes: dict[int, int | None] = dict.fromkeys(ids)
    undone: dict[int, Changed] = {}
    for line in _lines(session, ids, at):
        id = int(line.subject.removeprefix("deviation:"))
        told = json.loads(line.detail)
        if line.action == "deviation.undone":
            number = int(told["ruling"])
            undone.setdefault(number, _changed(session, number))
            before = undone[number].get(str(id), {}).get("barrier_id")
            homes[id] = before[0] if before is not None else homes[id]
        elif told.get("to", Status.JOINED) == Status.JOINED:
            homes[id] = told.get("barrier")
        else:
            homes[id] = None
    yield from homes.items()


def _lines(session: Session, ids: Sequence[int], at: datetime) -> list[AuditEntry]:
    """Their lines of the audit log by then, oldest first: found by the moments of their steps, which are indexed."""
    steps = select(Move.at).where(Move.deviation_id.in_(ids), Move.at <= at)
    moments = sorted(set(session.scalars(steps)))
    subjects = {f"deviation:{id}" for id in ids}
    found: list[AuditEntry] = []
    for start in range(0, len(moments), PORTION):
        then = AuditEntry.at.in_(moments[start : start + PORTION])
        question = select(AuditEntry).where(then, AuditEntry.action.in_(LINES))
        found += (line for line in session.scalars(question) if line.subject in subjects)
    return sorted(found, key=lambda line: line.id)


def _changed(session: Session, ruling: int) -> Changed:
    """What a decision changed of each report: columns as they were and as they became."""
    found = session.get(Ruling, ruling)
    told: dict[str, Changed] = json.loads(found.before).get("changed", {}) if found is not None else {}
    return told.get("deviation", {})
