"""What the demo's people do beside deciding: ask for longer time and get it or not, put reports off, write internal
notes, and say how others' solutions went; each through its service.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from deviations.demo import material
from deviations.demo.material import working_day
from deviations.demo.play import Happening, Stage, moment
from deviations.domain.roles import Actor
from deviations.domain.workflow import Status
from deviations.models import Deviation, Solution, Subproject
from deviations.services import notes, rulings, solutions

OPEN_FOR: Mapping[str, tuple[Status, ...]] = {
    "ask": (Status.LOCAL_ACTION,),
    "extend": (Status.LOCAL_ACTION,),
    "refuse": (Status.LOCAL_ACTION,),
    "snooze": (Status.IN_REVIEW,),
}
"""Where a report must stand for it; on some days of the year one has not come there, and then it is left out."""


def happenings(stage: Stage) -> Iterator[Happening]:
    """All of it, each at its day."""
    for number, row in enumerate(material.afterwards()):
        at = moment(working_day(stage.today - timedelta(days=row["days_ago"])), 460 + number)
        yield at, partial(_happen, stage, row, at)


def _happen(stage: Stage, row: Mapping[str, Any], at: datetime) -> None:
    report = stage.filed.get(row["key"])
    wanted = OPEN_FOR.get(row["do"])
    if wanted is None or (report is not None and report.status in wanted):
        _ACTS[row["do"]](stage, row, at)


def _until(stage: Stage, row: Mapping[str, Any]) -> date:
    return working_day(stage.today + timedelta(days=row["in_days"]))


def _lead(stage: Stage, report: Deviation) -> Actor:
    """The lead of the subproject from which a report comes."""
    home = next(code for code, place in stage.cast.homes.items() if place.id == report.subproject_id)
    return stage.cast.actors[f"lead:{home}"]


def _ask(stage: Stage, row: Mapping[str, Any], at: datetime) -> None:
    report = stage.filed[row["key"]]
    rulings.ask_longer(stage.session, _lead(stage, report), report, _until(stage, row), row["note"], at=at)


def _extend(stage: Stage, row: Mapping[str, Any], at: datetime) -> None:
    report = stage.filed[row["key"]]
    rulings.extend(stage.session, stage.cast.coordinator, report, _until(stage, row), row["note"], at=at)


def _refuse(stage: Stage, row: Mapping[str, Any], at: datetime) -> None:
    rulings.refuse_longer(stage.session, stage.cast.coordinator, stage.filed[row["key"]], row["note"], at=at)


def _snooze(stage: Stage, row: Mapping[str, Any], at: datetime) -> None:
    chosen = [(stage.filed[row["key"]], None)]
    rulings.snooze(stage.session, stage.cast.coordinator, chosen, _until(stage, row), row["note"], at=at)


def _note(stage: Stage, row: Mapping[str, Any], at: datetime) -> None:
    notes.add(stage.session, stage.cast.actors[row["by"]], stage.filed[row["key"]], row["text"], at=at)


def _note_barrier(stage: Stage, row: Mapping[str, Any], at: datetime) -> None:
    notes.add(stage.session, stage.cast.actors[row["by"]], stage.barriers[row["key"]], row["text"], at=at)


def _try(stage: Stage, row: Mapping[str, Any], at: datetime) -> None:
    actor = stage.cast.actors[row["by"]]
    of_report = select(Solution).where(Solution.deviation_id == stage.filed[row["key"]].id)
    told = stage.session.scalars(of_report.order_by(Solution.id.desc())).first()
    if told is None:
        return
    place = stage.session.get_one(Subproject, min(actor.subprojects()))
    solutions.try_out(stage.session, actor, told, place, row["worked"], row["note"], at=at)


_ACTS: Mapping[str, Callable[[Stage, Mapping[str, Any], datetime], None]] = {
    "ask": _ask,
    "extend": _extend,
    "refuse": _refuse,
    "snooze": _snooze,
    "note": _note,
    "note_barrier": _note_barrier,
    "try": _try,
}
