"""The demo's material: the reports that ship with the program, their lives, the barriers, the
letters and the people."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any
from zlib import crc32

from deviations.domain.roles import Role
from deviations.domain.workflow import BarrierStatus, CloseReason, Kind, Obstacle, Status, Step

SPAN = 730  # days: the story begins two years ago and ends yesterday
MERGED = {"D12": "ZERO-SGI"}  # two labels of one barrier: those without SGI whom nobody coordinates
# beside the associations' own members
PLACES = {"SOD": ("Nykvarn",), "VARNA": ("Lidingö",), "SBG": ("Solna",)}
DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Life:
    """How a report fared: the state in which it ends, and what was said on the way there."""

    end: Status
    note: str = ""
    question: str = ""
    solution: str = ""
    worked: bool = True
    reason: CloseReason | None = None
    by_lead: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One report of the demo. `voice` is its writer's key, or None where any reporter of the place
    may have written it."""

    key: str
    day: date
    title: str
    body: str
    agencies: tuple[str, ...]
    municipality: str
    barrier: str | None
    life: Life
    voice: str | None = None
    kind: Kind = Kind.DEVIATION
    rule: str | None = None
    rule_hint: str = ""
    step: Step | None = None
    weeks_lost: int | None = None
    people_hit: int | None = None
    tried: str = ""
    wished: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """ "Samma här": what a barrier is about happened in this municipality too, in one line."""

    key: str
    day: date
    barrier: str
    municipality: str
    line: str


@dataclass(frozen=True, slots=True)
class End:
    """How a barrier ended, by the coordinator's word; it returns by itself when it is met again."""

    day: date
    to: BarrierStatus
    note: str
    review_on: date | None


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A barrier as the coordinator describes it when its first reports meet at triage."""

    key: str
    name: str
    description: str
    rule: str | None
    agencies: tuple[str, ...]
    step: Step | None
    obstacle: Obstacle | None
    end: End | None


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff of the demo. `place` is the association of her subproject; None for the
    whole program."""

    key: str
    name: str
    role: Role
    place: str | None

    @property
    def email(self) -> str:
        """Her address, at a domain that can't exist."""
        plain = unicodedata.normalize("NFKD", self.name.casefold().replace("ı", "i"))
        local = "".join(letter for letter in plain if letter.isascii() and (letter.isalpha() or letter in " -"))
        return f"{local.replace(' ', '.')}@{DOMAIN}"


def chance(key: str, sides: int) -> int:
    """A number from 0 to `sides` - 1 that is the same in every run: what differs between lives,
    without dice."""
    return crc32(key.encode()) % sides


def working_day(day: date, key: str = "") -> date:
    """The day itself; for a weekend the Friday before it, or some day of that week when a report's
    key is given."""
    if day.weekday() <= 4:
        return day
    return day - timedelta(days=day.weekday() - 4 + (chance(key, 5) if key else 0))


def reports(today: date) -> list[Told]:
    """All reports of the demo with the days on which they were filed: working days of two years up
    to yesterday."""
    last = working_day(today - timedelta(days=1))
    written = [_written(row, today, last) for row in _lines("reports_written.jsonl")]
    lives = {row["key"]: _life(row["life"]) for row in _lines("lives.jsonl")}
    rows = _lines("reports_dev.jsonl")
    days = [date.fromisoformat(row["date"]) for row in rows]
    first, length = min(days), (max(days) - min(days)).days
    told = [
        _labelled(row, lives.get(row["id"]), working_day(_stretched(day, first, length, today), row["id"]))
        for row, day in zip(rows, days, strict=True)
    ]
    return sorted(written + told, key=lambda report: (report.day, report.key))


def occurrences(today: date) -> list[Said]:
    """What was said by one press, each on its working day, counted backwards from today."""
    return [
        Said(
            day=working_day(today - timedelta(days=row["days_ago"])),
            **{name: row[name] for name in ("key", "barrier", "municipality", "line")},
        )
        for row in _lines("same_here.jsonl")
    ]


def _stretched(day: date, first: date, length: int, today: date) -> date:
    """A day of the labelled reports, moved so that the first is two years ago and the last is yesterday."""
    passed = round((day - first).days * (SPAN - 1) / length)
    return today - timedelta(days=SPAN - passed)


def _written(row: Mapping[str, Any], today: date, last: date) -> Told:
    day = min(working_day(today - timedelta(days=row["days_ago"]), row["key"]), last)
    return Told(
        day=day,
        agencies=tuple(row["agencies"]),
        life=_life(row["life"]),
        kind=Kind(row["kind"]),
        step=Step(row["step"]) if row["step"] else None,
        **{name: row[name] for name in ("key", "title", "body", "municipality", "barrier", "voice")},
        **{name: row[name] for name in ("rule", "rule_hint", "weeks_lost", "people_hit", "tried", "wished")},
    )


def _labelled(row: Mapping[str, Any], life: Life | None, day: date) -> Told:
    label = None if "noise" in row["barrier_id"] else row["barrier_id"]
    return Told(
        key=row["id"],
        day=day,
        agencies=tuple(row["agencies"]),
        barrier=MERGED.get(label, label) if label else None,
        life=life or Life(Status.JOINED),
        **{name: row[name] for name in ("title", "body", "municipality", "rule_hint", "weeks_lost")},
    )


def _life(row: Mapping[str, Any]) -> Life:
    return Life(
        end=Status(row["end"]),
        note=row.get("note", ""),
        question=row.get("question", ""),
        solution=row.get("solution", ""),
        worked=row.get("worked", True),
        reason=CloseReason(row["reason"]) if row.get("reason") else None,
        by_lead=row.get("by") == "lead",
    )


def barriers(today: date) -> dict[str, Hindrance]:
    """The barriers by their keys."""
    return {
        row["key"]: Hindrance(
            key=row["key"],
            name=row["name"],
            description=row["description"],
            rule=row["rule"],
            agencies=tuple(row["agencies"]),
            step=Step(row["step"]) if row["step"] else None,
            obstacle=Obstacle(row["obstacle"]) if row["obstacle"] else None,
            end=_end(row["end"], today) if "end" in row else None,
        )
        for row in _lines("barriers.jsonl")
    }


def _end(row: Mapping[str, Any], today: date) -> End:
    review = today + timedelta(days=row["review_in"]) if "review_in" in row else None
    return End(working_day(today - timedelta(days=row["days_ago"])), BarrierStatus(row["to"]), row["note"], review)


def letters() -> Sequence[Mapping[str, Any]]:
    """The letters with their steps, each step with its day, counted backwards from today."""
    found: list[dict[str, Any]] = json.loads(_text("letters.json"))
    return found


def afterwards() -> Sequence[Mapping[str, Any]]:
    """What happened beside the decisions, each with its day, counted backwards from today: longer time asked, given and
    refused, reports put off, internal notes, and solutions that others tried.
    """
    return _lines("afterwards.jsonl")


def people() -> list[Person]:
    """Everybody who works in the demo. The first of each role is the one whose login is shown."""
    staff = json.loads(_text("staff.json"))
    return [
        *(Person(p["voice"], p["name"], Role.REPORTER, p["subproject"]) for p in staff["reporters"]),
        *(Person(f"lead:{p['subproject']}", p["name"], Role.LEAD, p["subproject"]) for p in staff["leads"]),
        Person("coordinator", staff["coordinator"]["name"], Role.COORDINATOR, None),
        *(Person(f"steering:{n}", p["name"], Role.STEERING, None) for n, p in enumerate(staff["steering"])),
        Person("admin", staff["admin"]["name"], Role.ADMIN, None),
    ]


def shown() -> dict[Role, Person]:
    """The one person of each role that a visitor can log in as."""
    return {person.role: person for person in reversed(people())}


def _text(name: str) -> str:
    return (files("deviations") / "demo" / name).read_text(encoding="utf-8")


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _text(name).split("\n") if line]
